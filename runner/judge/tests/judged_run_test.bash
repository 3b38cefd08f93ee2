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
# What is made of a packet whose lengths do not fit each other is each decoder's choice.
grep '^{"type":"fault"' "$folder/run/results.ndjson" | grep -E '"kind":"[a-z-]*(corrupt|damage)' |
	sed 's/^[^,]*,"case":"\([^"]*\)".*/\1/' | sort -u | while read -r damaged; do
	rm -rf "$folder/run/evidence/$damaged"
done
rm -rf "$folder"/run/evidence/lengths.*
# tshark takes a chunk that an ERROR quotes for one of the packet.
rm -rf "$folder"/run/evidence/*unknown-chunk* "$folder"/run/evidence/states.*forward-tsn-in-*
# one behind the other in one file, so that tshark starts once
captures=("$folder"/run/evidence/*/*.pcap)
{
	head -c 24 "${captures[0]}"
	tail -q -c +25 "${captures[@]}"
} >"$folder/all.pcap"
tshark -n -r "$folder/all.pcap" -T fields -E separator=' ' -e frame.number -e sctp.srcport -e sctp.dstport \
	-e sctp.verification_tag -e sctp.chunk_type -e sctp.data_tsn_raw -e sctp.sack_cumulative_tsn_ack_raw \
	-Y 'sctp && !icmp && !icmpv6' >"$folder/theirs" 2>"$folder/errors" || {
	cat "$folder/errors"
	exit 1
}
"$decode" "$folder/all.pcap" >"$folder/ours"
diff "$folder/ours" "$folder/theirs" >"$folder/difference" || {
	echo 'our decoder (<) and tshark (>) differ:'
	head -n 20 "$folder/difference"
	exit 1
}
packets=$(wc -l <"$folder/ours")
[ "$packets" -gt 50000 ]
echo "$packets packets of ${#captures[@]} captures are the same to tshark"
