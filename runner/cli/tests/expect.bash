# SPDX-License-Identifier: Apache-2.0
# expect.bash - for the tests of the program as a whole: a check is a command, its exit status, and what
# it must say. Source it, check, and end with `summary`.
#
#	expect STATUS WHERE PATTERN COMMAND...
#
# WHERE is out, err, or line (stderr, which must be one line). PATTERN is for grep -E; '' matches anything.

checks=0
failures=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

report_failure() {
	failures=$((failures + 1))
	printf 'FAILED: %s\n' "$*"
	printf -- '--- stdout\n'
	head -c 2000 "$folder/out"
	printf -- '--- stderr\n'
	head -c 2000 "$folder/err"
	printf -- '---\n'
}

expect() {
	local status=$1 where=$2 pattern=$3 got=0 file
	shift 3
	checks=$((checks + 1))
	"$@" >"$folder/out" 2>"$folder/err" </dev/null || got=$?
	file=$folder/err
	[ "$where" != out ] || file=$folder/out
	if [ "$got" != "$status" ]; then
		report_failure "$* (ended with $got instead of $status)"
	elif [ "$where" = line ] && [ "$(wc -l <"$folder/err")" != 1 ]; then
		report_failure "$* (stderr is not one line)"
	elif [ -n "$pattern" ] && ! grep -Eq -- "$pattern" "$file"; then
		report_failure "$* (does not say: $pattern)"
	fi
}

# A condition: holds 'what it is' COMMAND...
holds() {
	local name=$1
	shift
	checks=$((checks + 1))
	if ! "$@" >"$folder/out" 2>"$folder/err"; then
		report_failure "$name"
	fi
}

skipped() {
	printf 'not checked: %s\n' "$*"
}

summary() {
	printf '%d checks, %d failures\n' "$checks" "$failures"
	[ "$failures" = 0 ]
}
