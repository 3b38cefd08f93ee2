#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# judged_run_test.bash SCTPSPEC DECODE - captures of our own runs, judged as anybody's: nothing is found, at both ends or
# from anywhere; what is told of failures is what the kernel told its user; and the decoder agrees with Wireshark's.
set -euo pipefail
sctpspec=$1 decode=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
here=$(dirname "$(readlink -f "$0")")
"$sctpspec" run -q --pcap always --format tap --out "$folder/run" || [ $? = 1 ] # what a case thinks of it is not the matter

perl "$here/judged_run.pl" "$sctpspec" "$folder/run"

if ! command -v tshark >/dev/null; then
	echo 'not compared with another decoder: tshark is not installed'
	exit 0
fi
files=0
for capture in "$folder"/run/evidence/*/*.pcap; do
	tshark -n -r "$capture" -T fields -E separator=' ' -e frame.number -e sctp.srcport -e sctp.dstport \
		-e sctp.verification_tag -e sctp.chunk_type -e sctp.data_tsn_raw -e sctp.sack_cumulative_tsn_ack_raw \
		-Y 'sctp && !icmp && !icmpv6' >"$folder/theirs" 2>"$folder/errors" || {
		cat "$folder/errors"
		exit 1
	}
	"$decode" "$capture" >"$folder/ours"
	diff "$folder/ours" "$folder/theirs" || {
		echo "$capture: our decoder (<) and tshark (>) differ"
		exit 1
	}
	files=$((files + 1))
done
[ "$files" -gt 300 ]
echo "$files captures are the same to tshark"
