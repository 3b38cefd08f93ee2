#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# hostile_test.bash SCTPSPEC - captures that are made to cost whoever judges them: each is judged to its end, in bounded
# memory, from anywhere and at an end.
set -euo pipefail
sctpspec=$1 here=$(dirname "$(readlink -f "$0")")
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
most=800000 # KiB
# With AddressSanitizer a program has an address space without end.
(ulimit -v $most && "$sctpspec" --version >/dev/null 2>&1) || most=unlimited

while read -r kind packets; do
	perl "$here/hostile.pl" "$kind" >"$made/$kind.pcap"
	for how in "$made/$kind.pcap" "--from=$made/$kind.pcap@10.0.0.1"; do
		status=0
		(ulimit -v $most && "$sctpspec" judge --json "$how" >"$made/out" 2>"$made/err") || status=$?
		if [ $status -gt 1 ] || [ -s "$made/err" ] || ! grep -q "^ \"sctp\": $packets,\$" "$made/out"; then
			echo "$kind: judge ended with $status and does not have $packets packets: $(cat "$made/err")"
			exit 1
		fi
	done
done <<'END'
streams 10000
jumps 1000
unacknowledged 4000
gaps 1250
holes 50000
inits 100000
times 20000
END
