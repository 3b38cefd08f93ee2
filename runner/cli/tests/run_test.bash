#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# run_test.bash SCTPSPEC - runs of the whole program, in guests: what they leave, that they repeat, and what
# happens when something goes wrong in the middle.
set -u
sctpspec=$1
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1
mkdir tmp
export TMPDIR=$folder/tmp

mapfile -t cases < <("$sctpspec" list | cut -d ' ' -f 1)
few=("${cases[@]:0:6}")
one=${few[1]:-${few[0]}}

# The case with the most guest time.
longest_case() {
	local case
	for case in "${cases[@]}"; do
		printf '%s %s\n' "$("$sctpspec" show "$case" | sed -n 's/^Over after \([0-9.]*\) s.*/\1/p')" "$case"
	done | sort -rn | head -n 1 | cut -d ' ' -f 2
}

# What is the same in every run: all lines without a time of this machine.
timeline() {
	grep -Ev '"type": ?"(run|kernel|case_start|case_end|run_end)"' "$1/results.ndjson"
}

# The first child of process $1 that restores a snapshot.
guest_of() {
	local child
	# shellcheck disable=SC2013
	for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
		if tr '\0' ' ' <"/proc/$child/cmdline" 2>/dev/null | grep -q -- ' -incoming '; then
			printf '%s\n' "$child"
			return 0
		fi
	done
	return 1
}

# Waits up to 60 s until a command succeeds.
until_true() {
	local i
	for ((i = 0; i < 600; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

# Where process 1 is one that does not reap, as in many a container, the dead stay zombies.
is_gone() {
	! grep -q '^State:.[^ZX]' "/proc/$1/status" 2>/dev/null
}

log_ends_with() {
	tail -n 1 "$1/results.ndjson" | grep -Eq "$2" && [ "$(tail -c 1 "$1/results.ndjson" | wc -l)" = 1 ]
}

# ---- What a run leaves

"$sctpspec" run --jobs 1 --out one "${few[@]}" >one.txt 2>one.err
ran=$?
holds "a run ends with 0 or 1 (it was $ran: $(tail -n 3 one.err))" test "$ran" = 0 -o "$ran" = 1
holds 'a log ends with run_end' log_ends_with one "\"type\": ?\"run_end\".*\"exit_status\": ?$ran"
holds 'a line for each case' test "$(grep -c '"type": \?"case_end"' one/results.ndjson)" = "${#few[@]}"
for report in junit.xml results.tap report.html; do
	holds "there is $report" test -s "one/$report"
done
holds 'the report is named' grep -q 'one/report.html' one.txt
"$sctpspec" run --jobs 1 --out warm "${few[@]}" >warm.txt 2>warm.err
holds 'a second run does not say that it makes what is there' sh -c '! grep -q "once" warm.err'
holds 'progress is a line for each case' test "$(grep -c ' virtual s in ' one.err)" = "${#few[@]}"

holds 'the log says where the time of a guest went' test "$(grep -c '"restore_ms":[0-9.]*,"topology_ms":[0-9.]*,"case_ms":[0-9.]*,"evidence_ms":[0-9.]*[,}]' one/results.ndjson)" = "${#few[@]}"
expect 0 out 'restore +[0-9.]+ s +[0-9]+ ms each' "$sctpspec" run -q --timings --out timed "$one"

cp -r one again
rm again/junit.xml again/results.tap again/report.html
expect 0 out '' "$sctpspec" report again
for report in junit.xml results.tap report.html; do
	holds "$report is made again byte for byte" cmp "one/$report" "again/$report"
done

# What somebody else needs to repeat it
for fact in '"agent_sha256":"[0-9a-f]{64}"' '"config_sha256":"[0-9a-f]{64}"' '"parameters":"console=ttyS0 ' '"modules":\[.*"sctp [0-9]+"' \
	'"net.sctp.rto_max":"60000"' '"qemu":"QEMU emulator' '"sysctls":\{"a":\{.*\},"b":\{'; do
	holds "the log has $fact" grep -Eq "$fact" one/results.ndjson
done

# ---- The same verdicts and timelines

expect "$ran" out '' "$sctpspec" run --jobs 2 --out two "${few[@]}"
timeline one >one.lines
timeline two >two.lines
holds 'another number of workers gives the same' cmp one.lines two.lines
expect "$ran" err '' "$sctpspec" run --jobs 2 --out two "${few[@]}"
timeline two >two.lines
holds 'the same command twice gives the same' cmp one.lines two.lines

"$sctpspec" run -q --out alone "$one" >alone.txt 2>&1
holds 'quiet is quiet' test ! -s alone.txt
timeline alone >alone.lines
grep -F "\"$one\"" one.lines >one.only
holds 'one case alone gives the same' cmp alone.lines one.only

"$sctpspec" run -q --out first --shard 1/2 "${few[@]}"
"$sctpspec" run -q --out second --shard 2/2 "${few[@]}"
holds 'the shards are the whole' cmp \
	<(cat first/results.ndjson second/results.ndjson | grep -o '"type": \?"case_end","case":"[^"]*"' | sort) \
	<(grep -o '"type": \?"case_end","case":"[^"]*"' one/results.ndjson | sort)

# ---- Several kernels: the same one twice, as two names of it, which have to agree

release=$(sed -n 's/.*"release":"\([^"]*\)".*/\1/p' one/results.ndjson)
suite=$(. /etc/os-release && printf '%s' "${VERSION_CODENAME:-bookworm}")
# shellcheck disable=SC2016
if ! grep -q '^VERSION_ID=' /etc/os-release &&
	apt-get indextargets --format '$(RELEASE)' 'Created-By: Packages' 2>/dev/null | grep -Eqx 'sid|unstable'; then
	suite=sid # which has the name of the release to come
fi
version=$(sed -n 's/.*"origin":"linux-[^ ]* \([^ ",]*\)[",].*/\1/p' one/results.ndjson)
twins=(--kernel "debian:$suite" --kernel "debian:$suite/$version")
expect "$ran" err " on debian:$suite/$version " "$sctpspec" run "${twins[@]}" --jobs 2 --out matrix "${few[@]}"
holds 'a matrix has each case on each kernel' \
	test "$(grep -c '"type": \?"case_end"' matrix/results.ndjson)" = "$((2 * ${#few[@]}))"
holds 'a matrix is in plan order, case by case' cmp \
	<(sed -n 's/.*"type":"case_end","case":"\([^"]*\)","kernel":"\([^"]*\)".*/\1 \2/p' matrix/results.ndjson) \
	<(for case in "${few[@]}"; do printf '%s\n' "$case debian:$suite" "$case debian:$suite/$version"; done)
holds 'a kernel gives the same in a matrix as alone' cmp \
	<(timeline matrix | sort) <(cat one.lines one.lines | sort)
holds 'each cell says how to repeat it on its kernel' \
	grep -q "\"repeat\":\"sctpspec run --kernel debian:$suite/$version --seed 1 $one\"" matrix/results.ndjson
expect 1 out '' "$sctpspec" run "${twins[@]}" --out matrix --tamper drop:1 "$one"
holds 'each kernel has its own evidence' \
	test "$(find matrix/evidence -name '*.pcap' -path "*/$one/*" | cut -d / -f 3 | sort -u | wc -l)" = 2

# Compared to the nanosecond, because kernel and seed are the same.
expect 0 out "^${#few[@]} cases: ${#few[@]} same" "$sctpspec" compare one two
expect 0 out "^${#few[@]} cases: ${#few[@]} same" "$sctpspec" compare "one:debian" "two:debian"
expect 1 out "^regression +$one: fail, was pass" "$sctpspec" compare one "matrix:#2"

# A kernel that does not come up costs its own cases and no others. Nothing but undefined instructions where QEMU enters
# it, which a note tells (PVH).
tree=$(find "${SCTPSPEC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sctpspec}/kernels" -maxdepth 5 \
	-path "*/tree/lib/modules/$release" | head -n 1)
perl -e 'local $/; my $elf = <STDIN>;
	my ($entry) = map { unpack("L", $_) } $elf =~ /\x04\0\0\0[\x04\x08]\0\0\0\x12\0\0\0Xen\0(.{4})/s;
	my ($table, $n) = (unpack("Q", substr($elf, 32, 8)), unpack("S", substr($elf, 56, 2)));
	for my $i (0 .. $n - 1) {
		my ($type, $at, $begin, $length) = unpack("Lx4Qx8QQ", substr($elf, $table + 56 * $i, 40));
		next unless $type == 1 && $begin <= $entry && $entry < $begin + $length;
		substr($elf, $at + $entry - $begin, 64) = "\x0f\x0b" x 32;
	}
	print $elf' <"${tree%/tree/*}/vmlinux" >dead.img
holds 'it is another one' test -n "$(cmp "${tree%/tree/*}/vmlinux" dead.img)"
expect 3 err "^error +$one on dead.img .*did not come up" \
	"$sctpspec" run --kernel dead.img --modules "$tree" --kernel "debian:$suite" --out dead "$one"
holds 'the other kernel goes on' grep -q '"kernel":"debian:[a-z]*","verdict":"pass"' dead/results.ndjson
holds 'and the log says why' grep -q '"type":"kernel","name":"dead.img".*"failure":".*did not come up' dead/results.ndjson
expect 3 err 'did not come up' "$sctpspec" run --kernel dead.img --modules "$tree" --out dead2 "$one"
holds 'a kernel alone that does not come up is in the log' log_ends_with dead2 '"failure": ?".*did not come up.*'
for key in $("$sctpspec" kernels list | awk '$3 ~ /\/dead\.img$/ { print $2 }'); do
	expect 0 '' '' "$sctpspec" kernels remove "$key" # which is no use to whoever ran the tests
done

# ---- Verdicts that are not expected, and known ones

expect 1 err "^fail +$one" "$sctpspec" run --out tampered --tamper drop:1 "$one"
holds 'a failure keeps its captures' test -n "$(ls "tampered/evidence/$one" 2>/dev/null)"
# As it stands in the log, numbers and all.
reason=$(sed -n 's/.*"type":"verdict".*"reason":"\([^"]*\)".*/\1/p' tampered/results.ndjson)
check=$(sed -n 's/.*"type":"check".*"text":"\([^"]*\)".*/\1/; T; p' <(grep '"ok":false' tampered/results.ndjson) | head -n 1)
know() {
	printf 'issue dropped on purpose\nkernels *\n%s\n%s fail %s\n\tcheck %s\n' "$3" "$one" "$1" "$2" >known
}
know "$reason" "$check" ''
expect 0 err "^xfail +$one.*known issue: dropped on purpose" \
	"$sctpspec" run --out tampered --tamper drop:1 --known known "$one"
holds 'a new run removes the evidence of the last' test ! -e "tampered/evidence/$one"
holds 'what matched is in the log' grep -q '"type":"known".*"ran":1,"matched":1' tampered/results.ndjson
expect 1 err "^xpass +$one" "$sctpspec" run --out tampered --known known "$one"
expect 1 out "known:4: $one: fail: .*: it matched nothing in 1 run" "$sctpspec" run --out tampered --known known "$one"
holds 'which the reports tell' grep -q '# known issue: known:4: ' tampered/results.tap
know "another reason" "$check" ''
expect 1 err "^fail +$one.*differs from the known issue: fail: another reason at the check: " \
	"$sctpspec" run --out tampered --tamper drop:1 --known known "$one"
know "$reason" "another check" ''
expect 1 err "^fail +$one.*differs from the known issue: " \
	"$sctpspec" run --out tampered --tamper drop:1 --known known "$one"
know "$reason" "$check" 'expires 2026-01-31'
expect 1 err "^fail +$one.*the known issue at known:1 expired on 2026-01-31: dropped on purpose" \
	"$sctpspec" run --out tampered --tamper drop:1 --known known "$one"
sed -i 's/^kernels .*/kernels < 2.6/; /^expires/d' known
expect 1 err "^fail +$one" "$sctpspec" run --out tampered --tamper drop:1 --known known "$one"
holds 'nothing is told of other kernels' bash -c '! grep -q "\"type\":\"known\"" tampered/results.ndjson'
expect 0 err '' "$sctpspec" run --out tampered --pcap always "$one"
holds 'captures are kept when asked for' test -n "$(ls "tampered/evidence/$one" 2>/dev/null)"

# ---- Disasters in the middle of a case, each of which costs that case alone

for disaster in 'panic:2 1 crash' 'crash:2 3 error' 'die:2 3 error'; do
	read -r what status verdict <<<"$disaster"
	expect "$status" err "^$verdict +$one" "$sctpspec" run --out disaster --tamper "$what" "$one"
	holds "$what: what was seen before is in the log" grep -q '"event":"assoc_change"' disaster/results.ndjson
	holds "$what: the log is whole" log_ends_with disaster '"type": ?"run_end"'
done
expect 1 out 'sysrq|Kernel panic' "$sctpspec" run --out disaster --tamper panic:2 "$one"
expect 1 err "^timeout +$one" "$sctpspec" run --out disaster --tamper hang:2 --patience 3 "$one"
expect 1 out "no end: it used [3-9].* s of processor time" "$sctpspec" run --out disaster --tamper hang:2 --patience 3 "$one"

# ---- The kernel's health, when nothing that the case saw was wrong

for ill in 'warn:2|the kernel complained: WARNING: CPU: 0' 'taint:2|tainted by a warning that its log does not show' \
	'leak:2|at a: .*sockets 2 instead of 1.*in all: .*sockets \(SCTP\) [0-9]+ instead of 0'; do
	expect 1 out "^ +got +.*${ill#*|}|^ +${ill#*|}" "$sctpspec" run --out ill --tamper "${ill%%|*}" "$one"
	holds "${ill%%|*}: the case fails" grep -q '"verdict":"fail"' ill/results.ndjson
	holds "${ill%%|*}: by one check" test "$(grep -c '"ok":false' ill/results.ndjson)" = 1
done
expect 1 out 'WARNING: CPU: 0' "$sctpspec" run --out ill --tamper warn:1 "$one"
holds 'the kernel is quoted' grep -q '"type":"console".*WARNING: CPU: 0' ill/results.ndjson
expect 0 err '' "$sctpspec" run --out well "$one"
for check in 'the kernel does not complain' "the kernel's SCTP objects are back where they were"; do
	holds "a pass has looked: $check" grep -q "\"text\":\"$check\",\"ok\":true" well/results.ndjson
done

# ---- When something goes wrong

"$sctpspec" run -q --jobs 1 --out stopped >stopped.txt 2>&1 &
run=$!
until_true grep -q case_end stopped/results.ndjson
expect 3 line 'another run writes stopped' "$sctpspec" run --out stopped "$one"
expect 0 out '' "$sctpspec" run --out beside "$one"
kill -INT "$run"
wait "$run"
holds 'an interrupted run ends with 130' test $? = 130
holds 'and says so in the log' log_ends_with stopped '"interrupted": ?true,"exit_status": ?130'
holds 'and has its reports' test -s stopped/junit.xml
expect 0 out '' "$sctpspec" report stopped

# ---- Nothing green is stale

"$sctpspec" run -q --out stale "$one" >/dev/null 2>&1
expect 3 err 'there is no Debian suite' "$sctpspec" run -q --kernel debian:nosuchsuite --out stale "$one"
holds 'a run that cannot begin is red in JUnit' grep -q '<error type="error" message="the run failed: ' stale/junit.xml
holds 'and in TAP' grep -q '^Bail out! the run failed: ' stale/results.tap
holds 'and on the page' grep -q '"headline bad"' stale/report.html
holds 'and in the log' log_ends_with stale '"exit_status": ?3,"failure": ?"there is no'
"$sctpspec" run -q --out stale "$one" >/dev/null 2>&1
"$sctpspec" run -q --out stale 'no.such' >/dev/null 2>&1
holds 'a run that was called wrongly leaves no report' test ! -e stale/junit.xml -a ! -e stale/report.html
"$sctpspec" run -q --out stale "$one" >/dev/null 2>&1
"$sctpspec" run -q --clock real --out stale "$(longest_case)" >/dev/null 2>&1 &
run=$!
until_true test ! -e stale/junit.xml
until_true grep -q '"type":"run"' stale/results.ndjson
kill -KILL "$run"
wait "$run" 2>/dev/null
holds 'a run that is killed leaves no report' test ! -e stale/results.tap -a ! -e stale/report.html
"$sctpspec" report -q stale >/dev/null
holds 'and what its log gives is red' grep -q '<error type="error" message="the run was interrupted' stale/junit.xml

long=$(longest_case)
# The real clock's snapshot is made first, so that there is one guest to find.
"$sctpspec" run -q --clock real --timeout 2 --jobs 1 --out starved "$long" >starved.txt 2>&1
holds 'a guest that is given up is a failure of ours' test $? = 3
holds 'and no verdict on the kernel' grep -q '"verdict": \?"error","reason":"starved: .* s of processor time in 2' starved/results.ndjson

"$sctpspec" run -q --clock real --jobs 1 --out killed "$long" >killed.txt 2>&1 &
run=$!
until_true guest_of "$run"
kill -KILL "$(guest_of "$run")"
wait "$run"
holds 'a killed QEMU is an error of ours' test $? = 3
holds 'which says what happened' grep -q 'QEMU was killed by signal 9' killed/results.ndjson

"$sctpspec" run -q --clock real --jobs 1 --out orphan "$long" >orphan.txt 2>&1 &
run=$!
until_true guest_of "$run"
guest=$(guest_of "$run")
kill -KILL "$run"
wait "$run" 2>/dev/null
holds 'guests do not outlive a run that is killed' until_true is_gone "$guest"
holds 'its log can be reported' "$sctpspec" report -q orphan

touch file
expect 3 line 'file' "$sctpspec" run --out file "$one"
expect 3 line '/proc/none' "$sctpspec" run --out /proc/none "$one"
expect 3 line '/bin/true' "$sctpspec" run --module /bin/true "$one"
holds 'a module that is none is in the log' log_ends_with sctpspec-out '"failure": ?".*/bin/true.*'

mkdir small
if unshare -rm mount -t tmpfs -o size=32k none small 2>/dev/null; then
	expect 0 out 'log is valid' unshare -rm bash -c '
		mount -t tmpfs -o size=32k none small
		"$0" run -q --jobs 1 --out small >words 2>&1
		status=$?
		cat words >&2
		[ "$status" = 3 ] || exit 1
		[ "$(wc -l <words)" = 1 ] || exit 2
		grep -q "No space left" words || exit 3
		[ "$(tail -c 1 small/results.ndjson | wc -l)" = 1 ] || exit 4
		mkdir copy && cp small/results.ndjson copy && "$0" report -q copy || exit 5
		echo "log is valid"' "$sctpspec"
else
	skipped 'a full disk: this machine lets nobody mount one'
fi

holds 'no temporary file is left' test -z "$(ls tmp)"

summary
