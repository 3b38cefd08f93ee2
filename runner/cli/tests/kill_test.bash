#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kill_test.bash SCTPSPEC ROUNDS - runs are killed at any moment, and so are their QEMUs: no process stays, no line of a
# log is torn, nothing is green that was not judged, and no verdict on the kernel comes of it.
set -uo pipefail
. "$(dirname "$0")/expect.bash"
sctpspec=$1 rounds=$2
cd "$folder" || exit 3
RANDOM=42
cases=(setup.one-path setup.refused ends.abort setup.two-paths)

guests_of() { # PID: its children that are QEMU, from any of its threads
	local child
	# shellcheck disable=SC2013
	for child in $(cat "/proc/$1"/task/*/children 2>/dev/null); do
		if grep -q '^qemu-system' "/proc/$child/comm" 2>/dev/null; then
			printf '%s\n' "$child"
		fi
	done
}

all_gone() { # PID...
	local pid
	for pid; do
		[ ! -e "/proc/$pid" ] || grep -q '^State:.Z' "/proc/$pid/status" 2>/dev/null || return 1
	done
}

gone_soon() { # PID...: killed processes take their time on a busy machine
	for _ in $(seq 600); do
		all_gone "$@" && return 0
		sleep 0.1
	done
	return 1
}

lines_are_whole() {
	[ ! -s run/results.ndjson ] || [ "$(tail -c 1 run/results.ndjson | od -An -c | tr -d ' ')" = '\n' ]
}

# Unless it had come to its end.
reports_are_red_or_none() {
	tail -n 1 run/results.ndjson 2>/dev/null | grep -q '"type":"run_end"' && return 0
	"$sctpspec" report -q run >/dev/null 2>&1 || return 0 # an empty log gives none
	grep -q '<error ' run/junit.xml && grep -q '^Bail out!' run/results.tap && grep -q '"headline bad"' run/report.html
}

no_verdict_on_the_kernel() {
	! grep -Eq '"type":"case_end".*"verdict":"(fail|crash|timeout|flaky|xpass)"' run/results.ndjson
}

for round in $(seq "$rounds"); do
	rm -rf run
	"$sctpspec" run -q --jobs 2 --out run "${cases[@]}" >said 2>&1 &
	run=$!
	sleep "0.$(printf %03d $((RANDOM % 600)))"
	mapfile -t guests < <(guests_of "$run")
	if [ $((round % 2)) = 0 ] && [ ${#guests[@]} -gt 0 ]; then
		kill -KILL "${guests[RANDOM % ${#guests[@]}]}" 2>/dev/null
		wait "$run"
		status=$?
		holds "round $round: a killed QEMU is no more than an error" test "$status" = 0 -o "$status" = 3
		holds "round $round: and says nothing of the kernel" no_verdict_on_the_kernel
	else
		kill -KILL "$run" 2>/dev/null
		wait "$run" 2>/dev/null
		holds "round $round: what a killed run leaves is not green" reports_are_red_or_none
	fi
	holds "round $round: no guest stays" gone_soon "${guests[@]}"
	holds "round $round: no line is torn" lines_are_whole
done

# Four at once, on one cache.
runs=()
for n in 1 2 3 4; do
	"$sctpspec" run -q --jobs 1 --out "at-once-$n" "${cases[@]}" >"said-$n" 2>&1 &
	runs+=($!)
done
for n in 1 2 3 4; do
	wait "${runs[n - 1]}"
	holds "four at once: run $n" test $? = 0
done
expect 0 '' '' "$sctpspec" run -q --out after "${cases[@]}"
summary
