#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# judge_test.bash SCTPSPEC - `sctpspec judge` as a program: what it says to wrong usage and to files that are none, and
# its exit status. Without a guest.
set -u
sctpspec=$(readlink -f "$1")
golden=$(cd "$(dirname "$0")/../../judge/tests/golden/failover" && pwd)
# shellcheck source-path=SCRIPTDIR source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1
judge() { "$sctpspec" judge "$@"; }

# Usage.
expect 2 line 'which captures' judge
expect 2 line 'unrecognized option' judge --nonsense
expect 2 line 'needs the name of a file' judge --from ''
expect 2 line 'needs the name of a file' judge --from @10.0.0.1
expect 2 line "there is no setting 'path_max'; there are rto_initial" judge --set path_max=5 x
expect 2 line "--set is NAME=NUMBER.*not 'path_max_retrans'" judge --set path_max_retrans x
expect 2 line "path_max_retrans is a number from 0 to 999999999, not '-1'" judge --set path_max_retrans=-1 x
expect 2 line '--udp-port is a number from 0 to 65535' judge --udp-port 65536 x
expect 2 line '--associations is a number from 1' judge --associations 0 x
expect 2 line '--html needs the name of a file' judge --html '' x
expect 0 out 'Exit status: 0 nothing found' judge --help
expect 0 out '^  judge FILE' "$sctpspec" help

# What is no capture.
expect 3 line 'cannot read none.pcap: No such file' judge none.pcap
expect 3 line "cannot read none.pcap@me: No such file" judge --from none.pcap@me
expect 3 line 'Is a directory' judge .
: >empty
expect 3 line 'empty is empty' judge empty
expect 3 line 'the standard input is empty' judge -
head -c 4096 /dev/urandom >garbage
expect 3 line 'garbage is no capture: neither pcap nor pcapng' judge garbage
gzip -c "$golden/a-path0.pcap" >packed.gz
expect 3 line 'packed.gz is compressed: zcat packed.gz . sctpspec judge -' judge packed.gz
expect 3 err 'cannot read none.pcap' judge none.pcap garbage

# Captures without SCTP.
head -c 24 "$golden/a-path0.pcap" >header
expect 4 line 'there are no packets' judge header
{
	cat header
	printf '\0\0\0\0\0\0\0\0\3\0\0\0\3\0\0\0abc'
} >other
expect 4 line 'there is no SCTP in 1 packet$' judge other
{
	head -c 20 header
	printf '\223\0\0\0'
	tail -c +25 other
} >strange
expect 4 line 'there is no SCTP in 1 packet; packets of link type 147 are not read$' judge strange
expect 0 out '^  strange: 1 packet, 0 with SCTP, 1 of a link type that is not read \(147\)$' judge "$golden/a-path0.pcap" strange
head -c 30 "$golden/a-path0.pcap" >short
expect 3 line 'sctpspec: short is cut short before its first packet$' judge short
expect 3 line 'sctpspec: the standard input is cut short before its first packet$' bash -c "'$sctpspec' judge - <short"

# What can be judged is judged.
expect 0 out '^association 1$' judge "$golden/a-path0.pcap"
expect 0 err 'cannot read none.pcap' judge "$golden/a-path0.pcap" none.pcap
head -c 2000 "$golden/a-path0.pcap" >cut.pcap
expect 0 err 'cut.pcap is cut short after packet 1[0-9]$' judge cut.pcap
expect 0 out '^  cut.pcap: 1[0-9] packets.*; is cut short after packet 1[0-9]$' judge cut.pcap
expect 0 out '^association 1$' bash -c "'$sctpspec' judge - <'$golden/a-path0.pcap'"
expect 0 out 'taken at 100.64.0.1, 100.64.1.1: as you say|taken at 100.64.1.1, 100.64.0.1: as you say' \
	judge --from "$golden/a-path0.pcap@100.64.0.1,100.64.1.1"
cp "$golden/a-path0.pcap" 'a@b.pcap'
expect 0 out '^  a@b.pcap: 16 packets' judge 'a@b.pcap'
expect 0 out '^  a@b.pcap: 16 packets' judge --from 'a@b.pcap'

# Findings. The last octet of a packet is not what it was when it was summed up.
cp "$golden/a-path0.pcap" wrong
printf '\125' | dd of=wrong bs=1 seek=$(($(stat -c %s wrong) - 1)) conv=notrunc status=none
expect 1 out '^  MUST packets.checksum: [AB] at [0-9.]* s in packet 16$' judge wrong
expect 0 out 'nothing found' judge --no-checksums wrong
expect 1 out '"rule": "packets.checksum"' judge --json wrong
# HEARTBEATs sooner than they should: a deviation.
from=()
for file in "$golden"/?-path?.pcap; do
	from+=(--from "$file")
done
expect 0 out '^  SHOULD timers.heartbeats-apart' judge --set hb_interval=90000 --links-up "${from[@]}"
expect 1 out '[0-9] deviations from a SHOULD' judge --strict --set hb_interval=90000 --links-up "${from[@]}"
expect 0 out 'nothing found' judge --strict --set defaults "${from[@]}"
expect 0 out '^  packets.checksum +[0-9]+ +MUST' judge --rules "${from[@]}"
expect 0 out 'path_max_retrans 2 \(as you say\)' judge --set path_max_retrans=2 "${from[@]}"
expect 0 out 'strike 3 .*: given up' judge --set path_max_retrans=2 "${from[@]}"

# Pages and output that cannot be written.
expect 0 out 'nothing found' judge --html page.html "${from[@]}"
holds 'the page is a whole one' grep -q '</html>' page.html
expect 3 err 'cannot write /nowhere/page.html' judge --html /nowhere/page.html "${from[@]}"
expect 3 err 'cannot write|cannot say' bash -c "'$sctpspec' judge '$golden/a-path0.pcap' >/dev/full"

summary
