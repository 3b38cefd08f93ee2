#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tshark_test WRITE_EVERY_CHUNK - another decoder reads the packets that we build: the same types, a right CRC32c, and
# nothing malformed.
set -euo pipefail
if ! command -v tshark >/dev/null; then
	echo 'not compared with another decoder: tshark is not installed'
	exit 77
fi
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

"$1" "$folder/every.pcap" >"$folder/ours"
tshark -n -r "$folder/every.pcap" -o sctp.checksum:crc-32c -T fields -E separator=' ' -e frame.number -e sctp.srcport \
	-e sctp.dstport -e sctp.verification_tag -e sctp.chunk_type >"$folder/theirs" 2>/dev/null
diff "$folder/ours" "$folder/theirs"
complaints=$(tshark -n -r "$folder/every.pcap" -o sctp.checksum:crc-32c \
	-Y '_ws.malformed || !(sctp.checksum.status == 1)' 2>/dev/null)
if [ -n "$complaints" ]; then
	echo "tshark complains of:"
	echo "$complaints"
	exit 1
fi
echo "$(wc -l <"$folder/ours") packets are the same to tshark"
