#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# shell_test.bash SCTPSPEC - a shell in a guest's network, with a script and at a terminal.
set -u
sctpspec=$1
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1
mkdir tmp
export TMPDIR=$folder/tmp

# Commands from a pipe: piped COMMANDS ARGUMENT...
piped() {
	local commands=$1
	shift
	printf '%s\n' "$commands" | "$sctpspec" shell "$@"
}

# ---- Commands from a pipe

expect 0 out '1 packets received' piped 'a ping -c 1 -W 1 100.64.0.2' two-paths
expect 7 out '^100.64.1.2/24$' piped "ip -n b -4 -o addr show path1 | awk '{print \$4}'; exit 7" two-paths
expect 0 out '^ip utility, iproute2' piped 'ip -V' two-paths
expect 0 out '^net.sctp.path_max_retrans = 1$' piped 'a sysctl net.sctp.path_max_retrans' limits.path-max-retrans-1
expect 0 out '^net.sctp.path_max_retrans = 5$' piped 'b sysctl net.sctp.path_max_retrans' setup.two-paths
expect 0 out '^100%$' piped 'sw tc qdisc add dev b0 root netem loss 100%
a ping -c 1 -W 1 100.64.0.2 | grep -o 100%' two-paths
expect 0 out '^r0$' piped 'ip netns | grep r0' two-paths-routed
expect 0 err '^to stderr$' piped 'echo to stderr >&2' two-paths
# On the virtual clock an hour is nothing.
began=$SECONDS
expect 0 out '^3600$' piped 'x=$(date +%s); sleep 3600; echo $(($(date +%s) - x))' two-paths
holds 'an hour passes in no time' test $((SECONDS - began)) -lt 300
expect 127 err 'no-such-command' piped 'no-such-command' two-paths
expect 0 out '' "$sctpspec" shell two-paths # no commands at all

# ---- At a terminal

printf '%s\n' 'a ping -c 1 -W 5 100.64.1.2' 'stty size' 'tty' 'exit 3' >keys
SHELL=/bin/sh script -qec "stty rows 33 columns 77; '$sctpspec' shell two-paths" typescript <keys >/dev/null
holds 'its exit status is the shell'"'"'s' test $? = 3
holds 'the network is drawn' grep -q '100.64.1.1 .*switch 1.*100.64.1.2' typescript
holds 'what was typed was done' grep -q '1 packets received' typescript
holds 'the guest knows how large the terminal is' grep -q '33 77' typescript
holds 'the shell has a terminal' grep -q '/dev/ttyS1' typescript
printf '\035' >keys
SHELL=/bin/sh script -qec "'$sctpspec' shell two-paths; stty -a" typescript <keys >/dev/null
holds 'Ctrl-] leaves' test $? = 0
holds 'and the terminal is as before' grep -q ' icanon' typescript

# ---- What is left, and what is wrong

holds 'no temporary file is left' test -z "$(ls tmp)"
expect 2 line 'in which network' "$sctpspec" shell
expect 2 line "one case or topology at a time" "$sctpspec" shell a b
expect 2 line "no case 'no.case'" "$sctpspec" shell no.case
expect 2 line 'selects [0-9]+ cases' "$sctpspec" shell 'setup.*'
expect 3 line 'no-such.deb' "$sctpspec" shell --kernel no-such.deb two-paths

summary
