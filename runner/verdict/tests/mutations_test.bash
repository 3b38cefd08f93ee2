#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# mutations_test.bash SCTPSPEC TABLE - the kernel is told another value than the cases believe, and every case in which
# the value matters notices: its verdict is fail, or the referee has a finding in it that is no known deviation. The
# table says which these are: a line for each change of a setting, and the cases below it, indented.
set -euo pipefail
sctpspec=$1 table=$2
known=$(readlink -f "$(dirname "$0")/../../../cases/known/linux")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
checks=0 failures=0

# The cases of a run that notice, one a line.
noticing() {
	{
		grep '^{"type":"finding"' "$1/results.ndjson" | grep -v '"deviation":{' || true
		grep '^{"type":"verdict"' "$1/results.ndjson" | grep '"verdict":"fail"' || true
	} | sed 's/^[^,]*,"case":"\([^"]*\)".*/\1/' | sort -u
}

# The cases of these that do not notice, with that seed.
missed_by() { # CHANGE SEED CASE...
	local change=$1 seed=$2
	shift 2
	"$sctpspec" run -q --format tap --seed "$seed" --out "$folder/run" --tamper "setting:$change" "$@" \
		>/dev/null 2>"$folder/errors" || [ $? = 1 ] || {
		cat "$folder/errors"
		exit 1
	}
	comm -23 <(printf '%s\n' "$@" | sort) <(noticing "$folder/run")
}

# Chance may hide a change in a case (one of 454 did in one run), so three seeds are asked.
look_at() { # CHANGE CASE...
	local change=$1 seed left=()
	shift
	left=("$@")
	for seed in 1 2 3; do
		[ "${#left[@]}" = 0 ] || mapfile -t left < <(missed_by "$change" "$seed" "${left[@]}")
	done
	checks=$((checks + $#))
	failures=$((failures + ${#left[@]}))
	echo "$change: $# cases, ${#left[@]} did not notice ${left[*]}"
}

# Without a change none of them notices anything: what they notice is the change.
mapfile -t all < <(sed -n 's/^\t//p' "$table" | tr -s ' ' '\n' | sort -u)
"$sctpspec" run -q --format tap --known "$known" --out "$folder/run" "${all[@]}" >/dev/null 2>"$folder/errors" || {
	cat "$folder/errors"
	failures=1
}
checks=1
if [ -n "$(noticing "$folder/run")" ]; then
	printf 'without a change these notice something:\n%s\n' "$(noticing "$folder/run")"
	failures=$((failures + 1))
fi

change='' cases=()
while IFS= read -r line; do
	case $line in
	'#'* | '') continue ;;
	$'\t'*) read -ra more <<<"$line" && cases+=("${more[@]}") ;;
	*)
		[ -z "$change" ] || look_at "$change" "${cases[@]}"
		change=$line cases=()
		;;
	esac
done <"$table"
look_at "$change" "${cases[@]}"
echo "$checks checks, $failures failures"
[ "$failures" = 0 ] && [ "$checks" -gt 100 ]
