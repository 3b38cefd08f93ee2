#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# repeat_test.bash SCTPSPEC - a seed decides everything that is random, and nothing else does: in guests, what one
# seed repeats and two seeds change.
set -u
sctpspec=$1
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1

case=failover.primary-loss-both-idle
captures=evidence/$case
decode=$(command -v tcpdump || printf /usr/bin/tcpdump)

# What of a capture is chosen by chance: of the first INIT its tag and its TSN, and when HEARTBEATs leave.
tag() {
	"$decode" -nr "$1/$captures/a-path0.pcap" 2>/dev/null | grep -m 1 -o 'init tag: [0-9]*'
}
tsn() {
	"$decode" -nr "$1/$captures/a-path0.pcap" 2>/dev/null | grep -m 1 -o 'init TSN: [0-9]*'
}
heartbeats() {
	"$decode" -ttnr "$1/$captures/a-path0.pcap" 2>/dev/null | grep -F 'HB REQ' | cut -d ' ' -f 1
}
differ() {
	[ -n "$("$1" one)" ] && [ "$("$1" one)" != "$("$1" two)" ]
}
# All that a run leaves, but for what LOG.md marks with (w) and the command line.
rest() {
	sed -E 's/"(started|jobs|boot_ms|snapshot_ms|snapshot_cached|wall_ms|restore_ms|topology_ms|case_ms|evidence_ms)":("[^"]*"|[^,}]*)//g; s/"command":\[[^]]*\]//' \
		"$1/results.ndjson"
}

# ---- One seed, two seeds

expect 0 out '' "$sctpspec" run --pcap always --seed 1 --out one "$case"
expect 0 out '' "$sctpspec" run --pcap always --seed 1 --out again "$case"
expect 0 out '' "$sctpspec" run --pcap always --seed 2 --out two "$case"
rest one >one.rest
rest again >again.rest
holds 'one seed gives one log' cmp one.rest again.rest
for capture in one/"$captures"/*.pcap; do
	holds "one seed gives one ${capture##*/}" cmp "$capture" "again/$captures/${capture##*/}"
done
holds 'there were captures' test -s "one/$captures/a-path0.pcap"
holds 'two seeds give two verification tags' differ tag
holds 'two seeds give two initial TSNs' differ tsn
holds 'two seeds give two jitters of heartbeats' differ heartbeats

# ---- Twice

expect 0 err "^pass +$case" "$sctpspec" run --twice --out twice "$case"
holds 'that is in the log' grep -q '"repeats":{"first_seed":1,"seeds":1,"twice":true,"verdicts":{"pass":2}' twice/results.ndjson
holds 'it leaves no second run' test ! -e twice/runs
holds 'and stands there once' test "$(grep -c '"case_end"' twice/results.ndjson)" = 1
expect 0 out '' "$sctpspec" run --twice --seed 7 --tamper luck:40 --out twice "$case"

# On the real clock no run is like another.
expect 3 err '^error +ends.close-data-queued .*: a second run with the same seed is not the same: line [0-9]+ of the case' \
	"$sctpspec" run --clock real --twice --out real ends.close-data-queued
expect 3 out '^ +second +[{]' "$sctpspec" run --clock real --twice --out real ends.close-data-queued
holds 'both runs are kept' test -s real/runs/ends.close-data-queued/seed-1/results.ndjson -a \
	-s real/runs/ends.close-data-queued/seed-1-again/results.ndjson
holds 'with their captures' test -s real/runs/ends.close-data-queued/seed-1-again/evidence/ends.close-data-queued/a-path0.pcap
holds 'which are no less than logs' "$sctpspec" report -q real/runs/ends.close-data-queued/seed-1-again

# ---- Several seeds

expect 0 out '' "$sctpspec" run --repeat 3 --out repeat "$case" setup.refused
holds 'each case stands there once' test "$(grep -c '"case_end"' repeat/results.ndjson)" = 2
holds 'with what came of its seeds' test \
	"$(grep -c '"repeats":{"first_seed":1,"seeds":3,"twice":false,"verdicts":{"pass":3},"kept":\[\]}' repeat/results.ndjson)" = 2
holds 'the report tells' grep -q '1 to 3: 3 pass' repeat/report.html

# Luck drops the second event, or not, by the kernel's random numbers: all of 20 seeds alike are as likely as 1 in 500 000.
expect 1 err '^flaky +setup.two-paths .*: [0-9]+ (pass|fail), [0-9]+ (pass|fail) of 20 seeds; fail with seed' \
	"$sctpspec" run --repeat 20 --tamper luck:2 --out flaky setup.two-paths
expect 1 out '^ +kept +runs/setup.two-paths/seed-' "$sctpspec" run --repeat 20 --tamper luck:2 --jobs 1 --out other setup.two-paths
rest flaky >flaky.rest
rest other >other.rest
holds 'the number of workers changes nothing' cmp flaky.rest other.rest
mapfile -t kept < <(grep -o '"kept":\[[^]]*\]' flaky/results.ndjson | grep -o 'runs/[^"]*')
holds 'two runs are kept' test "${#kept[@]}" = 2
verdicts=$(cat "flaky/${kept[0]}/results.ndjson" "flaky/${kept[1]}/results.ndjson" | grep -o '"type":"case_end".*"verdict":"[a-z]*"' |
	grep -o '[a-z]*"$' | sort | tr -d '"\n')
holds "one that passes and one that fails (it was $verdicts)" test "$verdicts" = failpass
again=$(grep -o '"repeat":"sctpspec run[^"]*"' flaky/results.ndjson | cut -d '"' -f 4)
# shellcheck disable=SC2086
expect 1 err '^fail ' "$sctpspec" ${again#sctpspec } --out alone
holds "two runs lie there" test -d flaky/runs
expect 0 out '' "$sctpspec" run --out flaky setup.refused
holds 'a new run removes it' test ! -e flaky/runs

# ---- Again, just so

again=limits.path-max-retrans-1
expect 0 out '' "$sctpspec" run --seed 9 --pcap always --out recorded "$again"
expect 0 out '^timeline +the same: [0-9]+ lines, 4 captures' "$sctpspec" repro recorded "$again"
expect 0 out '^kernel +the same' "$sctpspec" repro recorded "$again" --out apart
holds 'the new run is where it should be' grep -q '"seed":9' apart/results.ndjson
expect 1 out '' "$sctpspec" run --tamper drop:3 --out failed "$again"
expect 0 out '^verdict +the same: fail' "$sctpspec" repro failed "$again"
sed -i -E 's/("type":"event".*"t_ns":)([0-9]+)/\13\2/' failed/results.ndjson
expect 1 out '^timeline +not the same: line [0-9]+ of the case \(event\): t_ns' "$sctpspec" repro failed "$again"
sed -i 's/"verdict":"pass"/"verdict":"fail"/g' recorded/results.ndjson
expect 1 out '^verdict +not the same: was fail, is pass' "$sctpspec" repro recorded "$again"
sed -i 's/"qemu":"QEMU emulator version [0-9]*/"qemu":"QEMU emulator version 3/; s/"sha256":"../"sha256":"zz/' recorded/results.ndjson
expect 1 out '^QEMU +not the same: qemu was QEMU emulator version 3' "$sctpspec" repro recorded "$again"
expect 1 out '^kernel +not the same: sha256 was zz' "$sctpspec" repro recorded "$again"
sed -i 's|"kernels":\[{"files":\[\]|"kernels":[{"files":["no-such.deb"]|' recorded/results.ndjson
expect 3 err 'no longer in the cache: it was debian' "$sctpspec" repro recorded "$again"
printf 'x' >>"apart/evidence/$again/b-path1.pcap"
expect 1 out 'b-path1.pcap' "$sctpspec" repro apart "$again"
expect 2 line 'would overwrite' "$sctpspec" repro apart "$again" --out ./apart
expect 2 line "has no case no.case" "$sctpspec" repro apart no.case
expect 3 line 'cannot read nowhere/results.ndjson' "$sctpspec" repro nowhere "$again"
expect 2 line 'which case of which run' "$sctpspec" repro apart
expect 2 line 'name one of their folders, as other/runs/' "$sctpspec" repro other setup.two-paths
expect 0 out '^verdict +the same' "$sctpspec" repro "other/${kept[1]}" setup.two-paths

# What it is run with is what the log says, in whatever way the command line was written.
printf 'issue it is tampered with\nkernels *\n%s fail *\ncheck *\n' "$again" >known.txt
expect 0 err '^xfail +' "$sctpspec" run --tamp drop:3 --kno known.txt --time=77 --out known "$again"
holds 'the options are in the log' grep -q '"timeout_s":77.0,"pcap":"failed","tamper":"drop:3","known":"known.txt"}' known/results.ndjson
expect 0 out '^verdict +the same: xfail' "$sctpspec" repro known "$again"
holds 'and in that of the new run' grep -q '"timeout_s":77.0,"pcap":"always","tamper":"drop:3","known":"' known/repro/results.ndjson
expect 0 out '^verdict +the same: xfail' sh -c 'cd / && "$@"' sh "$sctpspec" repro "$PWD/known" "$again" --out "$PWD/away"
rm known.txt
expect 1 out '^verdict +not the same: was xfail, is fail' "$sctpspec" repro known "$again"
expect 1 err 'cannot read the known issues in .*known.txt' "$sctpspec" repro known "$again"
expect 1 out '^bad: ' "$sctpspec" bisect-step --case "$again" --tamper drop:3 --seed 5 --out step
expect 0 out '^verdict +the same: fail' "$sctpspec" repro step "$again"
sed -i 's/,"options":{.*"known":[^}]*}//' step/results.ndjson
expect 3 line 'step was written by an older sctpspec .*; by hand it is: sctpspec run --tamper drop:3 --seed 5' \
	"$sctpspec" repro step "$again"

summary
