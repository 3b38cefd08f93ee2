#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# compare_test.bash SCTPSPEC - comparisons of real runs: the same is the same, seeds make no difference, and patches of
# sctp.ko that let a case pass are found by what it then does.
set -u
sctpspec=$1
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
# shellcheck source=modules.bash
. "$(dirname "$0")/modules.bash"
cd "$folder" || exit 1
if ! modules_can_be_patched; then
	skipped 'comparisons of modules: the tools to patch them are missing'
	summary
	exit
fi

# Idle, with heartbeats; data that is sent again; a path that comes back; an end by random timers.
cases=(setup.one-path pf.not-exposed recovery.secondary-idle alldead.two-paths-data outage.flapping-loss-data)
make_base_module "$sctpspec" pf.not-exposed

"$sctpspec" run -q --out one "${cases[@]}"
holds 'the cases pass' test $? = 0
"$sctpspec" run -q --jobs 1 --out two "${cases[@]}"
expect 0 out "^${#cases[@]} cases: ${#cases[@]} same$" "$sctpspec" compare one two
for seed in 2 3; do
	"$sctpspec" run -q --seed $seed --out seed "${cases[@]}"
	holds 'another seed is not the same to the nanosecond' \
		bash -c '! cmp -s <(grep "\"event\"" one/results.ndjson) <(grep "\"event\"" seed/results.ndjson)'
	expect 0 out "^${#cases[@]} cases: ${#cases[@]} same$" "$sctpspec" compare one seed
done

# HB.interval (30000 ms) is 15000 where a network begins.
patched 'c7 87 .. .. .. .. 30 75 00 00' '98 3a 00 00' >often.ko
"$sctpspec" run -q --module often.ko --out often setup.one-path pf.not-exposed
holds 'heartbeats that come twice as often let the cases pass' test $? = 0
expect 0 out '^ +a sends 2[0-9]* HEARTBEAT, not 1[0-9]* ' "$sctpspec" compare one often
expect 0 out '^behaviour +setup.one-path: passes in both' "$sctpspec" compare one often

# RTO.Min (1000 ms, behind RTO.Initial) is 1200: within what a case allows for a delayed acknowledgement, and not what
# the referee knows of it.
patched '48 b8 b8 0b 00 00 e8 03 00 00' 'b0 04 00 00' >slow.ko
"$sctpspec" run -q --module slow.ko --out slow setup.one-path pf.not-exposed
holds 'a longer RTO.Min breaks a rule' test $? = 1
expect 1 out '^regression +pf.not-exposed: fail, was pass: rule broken: ' "$sctpspec" compare one slow

summary
