#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# cli_test.bash SCTPSPEC - what the program says to wrong usage and wrong input, without a guest.
set -u
sctpspec=$1
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
here=$(cd "$(dirname "$0")" && pwd)
cd "$folder" || exit 1

# A first case, whatever it is.
first=$("$sctpspec" list | head -n 1 | cut -d ' ' -f 1)
holds 'there is a case' test -n "$first"

# The program and its commands.
expect 2 err '^Usage: sctpspec COMMAND' "$sctpspec"
expect 0 out '^Usage: sctpspec COMMAND' "$sctpspec" --help
expect 0 out '^sctpspec [0-9]+\.[0-9]+' "$sctpspec" --version
for command in run list show report compare coverage repro kernels exec doctor; do
	expect 2 line 'unrecognized option .--nonsense' "$sctpspec" $command --nonsense
done
expect 2 line "unknown command 'rnu'; did you mean run\?" "$sctpspec" rnu
expect 2 line "unknown command 'xyzzy'" "$sctpspec" xyzzy
expect 2 line "unknown option '--nope'" "$sctpspec" --nope
expect 3 err 'cannot write the output: No space left' sh -c '"$0" list >/dev/full' "$sctpspec"
expect 3 err 'cannot write the output: No space left' sh -c '"$0" --help >/dev/full' "$sctpspec"

# Options of run.
expect 2 line 'ask one at a time' "$sctpspec" run --repeat 2 --twice
expect 2 line 'there are no 3 seeds from' "$sctpspec" run --repeat 3 --seed 9223372036854775806
expect 2 line 'shard is I/N' "$sctpspec" run --shard 3/2
expect 2 line 'tamper is drop' "$sctpspec" run --tamper lose:1
expect 2 line "no report format 'pdf'; there are .*junit" "$sctpspec" run --format junit,pdf
expect 2 line "no report format ''" "$sctpspec" run --format ''
expect 2 line "option '--out' requires an argument" "$sctpspec" run --out
expect 2 line 'out needs the name of a folder' "$sctpspec" run --out ''
expect 2 line 'jobs is 1 there' "$sctpspec" run --target host --jobs 2
expect 2 line "'debian:bookworm' is named twice" "$sctpspec" run --kernel debian:bookworm --kernel debian:bookworm
touch linux-image-6.1.deb
expect 2 line 'cannot read the known issues in none: No such file' "$sctpspec" run --known none
echo "$first" >known
expect 2 line "known:1: '$first' stands before the first 'issue'" "$sctpspec" run --known known
printf 'issue x\nkernels 5.x\n' >known
expect 2 line "known:2: '5.x' is no range of kernels" "$sctpspec" run --known known

# Files for a guest.
expect 2 line "cannot read 'none': No such file" "$sctpspec" exec --file none true
expect 2 line "cannot read 'none': No such file" "$sctpspec" exec --with none:/opt true
expect 2 line "path in the guest begins with /, not 'opt'" "$sctpspec" exec --with .:opt true
expect 2 line "'.' is a folder: give it by --with" "$sctpspec" exec --file . true

# Selections.
expect 2 line "there is no case '${first}x'; did you mean.* $first" "$sctpspec" run "${first}x"
expect 2 line "there is no case '${first}x'; did you mean.* $first" "$sctpspec" list "${first}x"
expect 2 line "there is no case '${first}x'; did you mean.* $first" "$sctpspec" show "${first}x"
expect 2 line "there is no tag '@nosuchtag'" "$sctpspec" run @nosuchtag
expect 4 line "no case id matches 'nosuch\.\*'" "$sctpspec" run 'nosuch.*'
expect 4 line "no case traces to a requirement of 'rfc:1'" "$sctpspec" list rfc:1
expect 4 line 'shard 2/2 of 1 cases is empty' "$sctpspec" run --shard 2/2 "$first"
expect 2 line 'which case' "$sctpspec" show
expect 2 line 'selects [0-9]+ cases' "$sctpspec" show '*'
expect 0 out '^two-paths: ' "$sctpspec" show two-paths
expect 0 out 'ip netns add' "$sctpspec" show --script two-paths
expect 0 out 'ip netns add' "$sctpspec" show --script "$first"
holds 'a failed selection leaves nothing' test ! -e sctpspec-out

# What there is to know about cases without a kernel.
expect 0 out "^$first " "$sctpspec" list
expect 0 out '^\[$' "$sctpspec" list --json
expect 0 out '"summary": ' "$sctpspec" list --json "$first"
expect 0 out '^sctp-as-i-1-14-1 *MUST *setup.init-with-tag-0$' "$sctpspec" list --etsi
expect 0 out ' of 121 have a case$' "$sctpspec" list --etsi
expect 0 out '"requirement": "9260-3.3.2-12"' "$sctpspec" list --etsi --json
for case in $("$sctpspec" list | cut -d ' ' -f 1); do
	expect 0 out 'Over after [0-9.]+ s' "$sctpspec" show "$case"
done

# Input that is not what it should be.
expect 3 line 'none.deb' "$sctpspec" run --kernel none.deb "$first"
expect 3 line '/etc' "$sctpspec" run --kernel /etc/hostname --modules /etc "$first"
expect 3 line 'linux-image-6.1.deb' "$sctpspec" run --kernel linux-image-6.1.deb "$first"
expect 3 line '/etc' "$sctpspec" run --kernel /etc "$first"
expect 3 line 'none.deb' "$sctpspec" run --kernel none.deb --kernel /etc "$first"
holds 'a kernel that is none is told in the log' grep -q '"failure":"[^"]*none.deb' sctpspec-out/results.ndjson
holds 'and is red in JUnit' grep -q '<error' sctpspec-out/junit.xml
expect 3 line 'none' "$sctpspec" report none
expect 2 line 'which folder' "$sctpspec" report
mkdir garbage
head -c 4096 /dev/urandom >garbage/results.ndjson
expect 3 line 'results.ndjson' "$sctpspec" report garbage
: >garbage/results.ndjson
expect 3 line 'results.ndjson' "$sctpspec" report garbage
holds 'a garbage log makes no report' test ! -e garbage/junit.xml
expect 2 line "cannot 'lits'; it can list, fetch, add, remove and verify; did you mean list" "$sctpspec" kernels lits
expect 2 line 'remove which kernel' "$sctpspec" kernels remove
expect 2 line "no kernel 'none' is in the cache" "$sctpspec" kernels remove none
expect 2 line "no kernel 'none' is in the cache" "$sctpspec" kernels verify none
expect 2 line 'add what' "$sctpspec" kernels add
expect 2 line 'fetch gets debian:SUITE.*kernels add' "$sctpspec" kernels fetch linux-image-6.1.deb
expect 2 line "'Bad_Suite' names no Debian suite" "$sctpspec" kernels list --remote Bad_Suite
expect 2 line "takes no name: 'bookworm'.*--remote" "$sctpspec" kernels list bookworm
expect 3 line 'names no Debian suite' "$sctpspec" kernels fetch debian:bookworm/
expect 2 line '.--boot does not go with .kernels list.' "$sctpspec" kernels list --boot
expect 2 line '.--remote does not go with .kernels fetch.' "$sctpspec" kernels fetch --remote sid
expect 2 line '.--update does not go with .kernels add.' "$sctpspec" kernels add --update x
expect 2 line '.--modules does not go with .kernels verify.' "$sctpspec" kernels verify --modules x
expect 3 line 'SCTPSPEC_CACHE_LIMIT is a size' env SCTPSPEC_CACHE="$folder/cache" SCTPSPEC_CACHE_LIMIT=1x \
	"$sctpspec" run "$first"
expect 3 line 'SCTPSPEC_CACHE_LIMIT is a size' env SCTPSPEC_CACHE_LIMIT=much "$sctpspec" kernels list
if unshare -rm mount -t tmpfs none /boot 2>/dev/null; then
	expect 3 line 'the running kernel .* has no files here' \
		env SCTPSPEC_CACHE="$folder/cache" unshare -rm sh -c \
		'mount -t tmpfs none /boot && mount -t tmpfs none /usr/lib/modules 2>/dev/null; exec "$0" kernels add running' \
		"$sctpspec"
else
	skipped 'a running kernel without files: this machine lets nobody hide them'
fi
expect 0 '' '' env SCTPSPEC_CACHE="$folder/cache" "$sctpspec" kernels list
expect 3 line 'cannot use the cache folder' env SCTPSPEC_CACHE=/proc/none "$sctpspec" kernels list

# Steps of a bisection: our caller's mistakes are git's 255, what cannot be judged is its 125.
expect 255 line 'which case' "$sctpspec" bisect-step
expect 255 line 'unrecognized option' "$sctpspec" bisect-step --nonsense
expect 255 line "there is no case '${first}x'; did you mean" "$sctpspec" bisect-step --case "${first}x"
expect 255 line "'setup.\*' selects [0-9]+" "$sctpspec" bisect-step --case 'setup.*'
expect 255 line "named by --case: '$first' is too much" "$sctpspec" bisect-step --case "$first" "$first"
expect 255 line 'known is no signature of a failure' "$sctpspec" bisect-step --case "$first" --signature known
expect 125 line 'none.deb' "$sctpspec" bisect-step --case "$first" --kernel none.deb

# Comparisons.
golden=$(cd "$here/../../../reports/tests/golden" && pwd)
expect 1 out '^regression +b.regression: fail, was pass' "$sctpspec" compare "$golden/compare-old" "$golden/compare-new"
expect 1 out '"change": "regression"' "$sctpspec" compare --json "$golden/compare-old" "$golden/compare-new"
expect 1 out '^### Regressions: 3' "$sctpspec" compare --markdown "$golden/compare-old" "$golden/compare-new"
expect 1 out '^regression' "$sctpspec" compare "$golden/compare-old/results.ndjson" "$golden/compare-new/results.ndjson"
expect 1 out 'setup.refused: fail, was pass' "$sctpspec" compare "$golden/matrix:parent" "$golden/matrix:patched"
expect 0 out 'setup.refused: pass, was fail' "$sctpspec" compare "$golden/matrix:#2" "$golden/matrix:#1"
expect 0 out '1 case: 1 same|2 cases: 2 same' "$sctpspec" compare "$golden/matrix:#1" "$golden/matrix:#1"
expect 3 err 'the new run was interrupted' "$sctpspec" compare "$golden/interrupted" "$golden/interrupted"
expect 4 err 'no case is in both runs' "$sctpspec" compare "$golden/zero" "$golden/full"
expect 0 out '^what [0-9]+ cases and [0-9]+ rules would judge' "$sctpspec" coverage
expect 0 out '^2 runs with 12 judged cases' "$sctpspec" coverage "$golden/judged" "$golden/full"
expect 0 out '^ +sacks.duplicates [(]SHOULD[)]: ' "$sctpspec" coverage "$golden/judged"
expect 0 out '"judged_cases": 4' "$sctpspec" coverage --json "$golden/judged"
expect 0 out '^9260-.*  MUST, priority 1, (unjudged|idle)$' "$sctpspec" coverage --unjudged --rfc 9260 --level MUST --priority 1
expect 0 out 'rules  sacks.cumulative  72 times' "$sctpspec" coverage -v --rfc 9260 "$golden/judged"
expect 2 line "the catalogue has no RFC '9261'; did you mean 9260" "$sctpspec" coverage --rfc 9261
expect 2 line "priority" "$sctpspec" coverage --priority 4
expect 2 line "level" "$sctpspec" coverage --level PERHAPS
expect 3 line 'cannot read none/results.ndjson: No such file' "$sctpspec" coverage none
expect 2 line 'which runs' "$sctpspec" compare
expect 2 line 'which runs' "$sctpspec" compare "$golden/full"
expect 2 line "two runs at a time: 'third'" "$sctpspec" compare "$golden/full" "$golden/full" third
expect 2 line 'json and --markdown do not go together' "$sctpspec" compare --json --markdown a b
expect 2 line 'the new run has no kernel "nonsense"' "$sctpspec" compare "$golden/full" "$golden/matrix:nonsense"
expect 2 line 'the old run has 3 kernels: name one' "$sctpspec" compare "$golden/matrix" "$golden/full"
expect 3 line 'cannot read the run none: No such file' "$sctpspec" compare none "$golden/full"
expect 3 line 'results.ndjson' "$sctpspec" compare "$golden/full" garbage
expect 3 line 'known' "$sctpspec" compare known "$golden/full"
mkdir overruled
sed '0,/"type":"case_end".*"verdict":"fail"/s/\("type":"case_end".*"verdict":\)"fail"/\1"pass"/' "$golden/full/results.ndjson" >overruled/results.ndjson
expect 3 line 'overruled/results.ndjson:[0-9]*: a verdict "pass" of the case "[^"]*", which was "fail" in a line before' \
	"$sctpspec" report overruled
expect 3 line 'overruled/results.ndjson:[0-9]*: a verdict "pass"' "$sctpspec" compare "$golden/full" overruled
expect 3 line 'overruled/results.ndjson:[0-9]*: a verdict "pass"' "$sctpspec" coverage overruled
expect 3 line 'overruled/results.ndjson:[0-9]*: a verdict "pass"' "$sctpspec" compare overruled "$golden/full"

# This machine.
expect 3 out '^missing +cache' env SCTPSPEC_CACHE=/proc/none "$sctpspec" doctor
# shellcheck disable=SC2016
holds 'doctor tells whether guests can be rewound' bash -c '"$0" doctor | grep -Eq "^(ok|no) +rewind "' "$sctpspec"
if "$sctpspec" doctor | grep -q '^ok *sctp '; then
	skipped '--target host without SCTP: this kernel has it'
elif [ "$(id -u)" = 0 ]; then
	expect 3 line 'the running kernel has no SCTP' "$sctpspec" run --target host "$first"
else
	expect 3 line 'needs root' "$sctpspec" run --target host "$first"
fi
qemu=$(command -v qemu-system-x86_64)
if [ -n "$qemu" ] && unshare -rm mount --bind /dev/null "$qemu" 2>/dev/null; then
	expect 3 out 'apt-get install --no-install-recommends qemu-system-x86' unshare -rm sh -c \
		'mount --bind /dev/null "$1" && exec "$0" doctor' "$sctpspec" "$qemu"
else
	skipped 'a missing QEMU: this machine lets nobody hide it'
fi

summary
