#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# hostile_test.bash SCTPSPEC AGENT - what comes of an agent that lies (hostile.c): never a green run, in no format, and
# never a report that is missing.
set -uo pipefail
. "$(dirname "$0")/../../cli/tests/expect.bash"
cd "$folder" || exit 3
cp "$1" "$2" .

red() { # FORMATS of the run say that something is wrong
	grep -qE '<(failure|error) ' ran/junit.xml && grep -q '^not ok' ran/results.tap &&
		grep -q '"headline bad"' ran/report.html
}

# mode | exit status | verdict | reason
while IFS='|' read -r mode status verdict reason; do
	mode=${mode// /} status=${status// /} verdict=${verdict// /} reason=${reason# }
	rm -rf ran
	expect "$status" out '' ./sctpspec run --patience 3 --tamper "drop:$mode" --out ran setup.one-path
	holds "mode $mode: $verdict in the log" grep -Eq "\"type\":\"verdict\".*\"verdict\":\"$verdict\",\"reason\":\".*$reason" \
		ran/results.ndjson
	holds "mode $mode: the command that repeats it is ours" \
		grep -Eq '"repeat":"sctpspec run .*--tamper drop:'"$mode"' .*setup.one-path"' ran/results.ndjson
	[ "$verdict" = pass ] || holds "mode $mode: no format is green" red
	holds "mode $mode: it can be reported again" ./sctpspec report -q ran
done <<'MODES'
99 | 0 | pass    |
1  | 3 | error   | a guest writes no lines of type 'case_end'
2  | 3 | error   | a guest writes no lines of type 'case_end'
3  | 3 | error   | case_start has no member 'repeat' of the guest's
4  | 3 | error   | a second verdict
5  | 3 | error   | verdict with a wrong 'verdict'
6  | 3 | error   | a guest writes no lines of type 'run_end'
7  | 3 | error   | verdict of another case
8  | 3 | error   | is not one of a result log
9  | 3 | error   | is not one of a result log
10 | 3 | error   | is not one of a result log
11 | 3 | error   | is damaged
12 | 3 | error   | is damaged
13 | 3 | error   | damaged
14 | 3 | error   | a file without a usable name
15 | 3 | error   | the file twice twice
16 | 3 | error   | is damaged
17 | 3 | error   | the agent ended without a verdict
18 | 1 | crash   | the kernel crashed
19 | 1 | timeout | no end: it used
20 | 1 | timeout | no end: it
21 | 3 | error   | QEMU ended with status 0
22 | 3 | error   | the agent died in the guest
23 | 3 | error   | action with a wrong 't_ns'
24 | 3 | error   | event with a wrong 'endpoint'
25 | 0 | pass    |
26 | 0 | pass    |
27 | 3 | error   | a question that no case can ask
28 | 3 | error   | the capture of path 0 is missing or damaged
29 | 3 | error   | the capture of path 0 is missing or damaged
30 | 3 | error   | check has no member 'question' of the guest's
MODES
holds 'nothing was written outside the folder' test ! -e escaped -a ! -e ../escaped -a ! -e ../../escaped
rm -rf ran
./sctpspec run -q --tamper drop:25 --out ran setup.one-path >/dev/null 2>&1
holds 'no control character reaches the page' bash -c '! LC_ALL=C grep -q $'"'"'\x1b'"'"' ran/report.html ran/junit.xml ran/results.tap'
holds 'no script of a guest reaches the page' bash -c '! grep -q "<script>alert" ran/report.html'
summary
