#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# behaviours_test.bash BEHAVIOURS - what the program says of a list, tests, results and tables, right and wrong.
set -uo pipefail
behaviours=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

# expect STATUS WORDS COMMAND... - the exit status, and words that stdout or stderr contains
expect() {
	local status=$1 words=$2 output got
	shift 2
	output=$("$@" 2>&1)
	got=$?
	if [ "$got" -ne "$status" ] || [[ $output != *"$words"* ]]; then
		printf 'FAILED: %s\n  status %s, expected %s with "%s"; it said:\n%s\n' "$*" "$got" "$status" "$words" "$output"
		failures=$((failures + 1))
	fi
}

cat >list.csv <<'END'
id,mark,behaviour,no_test,note
B-001,F,"It opens, and closes.",,
B-002,D,It waits.,,"Deviation: it would spin."
B-003,C,It is of another type.,C has types.,
END
cat >tests.c <<'END'
START_TEST(b001_opens)
START_TEST(b001_b002_closes_and_waits)
START_TEST(helpers_help)
END
cat >good.tap <<'END'
ok 1 - tests.c:suite:b001_opens: Passed
ok 2 - tests.c:suite:b001_b002_closes_and_waits: Passed
1..2
END
sed 's/^ok 2\(.*\)Passed/not ok 2\1a: b is 1/' good.tap >bad.tap
head -n 1 good.tap >short.tap

expect 2 'usage:' "$behaviours"
expect 2 'usage:' "$behaviours" frobnicate list.csv tests.c
expect 3 'cannot read nowhere.csv' "$behaviours" write nowhere.csv tests.c
expect 3 'cannot read nowhere.tap' "$behaviours" write list.csv tests.c --on "Linux 1" nowhere.tap

"$behaviours" write list.csv tests.c --on "Linux 1" good.tap --on "Linux 2" bad.tap --on "Linux 3" short.tap >table.md
expect 0 '| B-001 | F | It opens, and closes. | `b001_opens`<br>`b001_b002_closes_and_waits` | pass | **fail** | not run |' cat table.md
expect 0 '| B-002 | D | It waits. *Deviation: it would spin.* | `b001_b002_closes_and_waits` | pass | **fail** | not run |' cat table.md
expect 0 '| B-003 | C | It is of another type. | none: C has types. | – | – | – |' cat table.md
expect 0 '3 behaviours, 2 with tests; Linux 1: 2 pass; Linux 2: 0 pass; Linux 3: 0 pass.' cat table.md
expect 0 '' "$behaviours" check list.csv table.md tests.c

# a behaviour without a test, a test without a behaviour, a table of yesterday
grep -v b001_b002 tests.c >fewer.c
expect 1 'B-002 has no test and no reason' "$behaviours" check list.csv table.md fewer.c
expect 1 'table.md is out of date at B-001' "$behaviours" check list.csv table.md fewer.c
{ cat tests.c; echo 'START_TEST(b004_is_unknown)'; } >more.c
expect 1 'b004_is_unknown: there is no B-004' "$behaviours" check list.csv table.md more.c
expect 1 'two tests are called b001_opens' "$behaviours" check list.csv table.md tests.c fewer.c
{ cat tests.c; echo 'START_TEST(b003_has_types)'; } >both.c
expect 1 'B-003 has a test and a reason to have none' "$behaviours" check list.csv table.md both.c
grep -v '^| B-003' table.md >shorter.md
expect 1 'shorter.md ends before B-003' "$behaviours" check list.csv shorter.md tests.c

# lists that are none
sed 's/^B-002/B-005/' list.csv >gap.csv
expect 3 "gap.csv:3: not the id that comes next: 'B-005'" "$behaviours" check gap.csv table.md tests.c
sed 's/^B-002,D/B-002,X/' list.csv >mark.csv
expect 3 "mark.csv:3: the mark is F, C or D, not 'X'" "$behaviours" check mark.csv table.md tests.c
sed 's/^B-002,D/B-002/' list.csv >columns.csv
expect 3 'columns.csv:3: not five columns' "$behaviours" check columns.csv table.md tests.c
sed 's/"It opens/It "opens/' list.csv >quotes.csv
expect 3 'quotes.csv:2: not CSV' "$behaviours" check quotes.csv table.md tests.c
tail -n +2 list.csv >headless.csv
expect 3 'headless.csv:1: the columns are' "$behaviours" check headless.csv table.md tests.c

[ "$failures" -eq 0 ] && echo "all as expected"
exit $((failures != 0))
