#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# seeds_test.bash SCTPSPEC SEEDS [KERNEL] - the proof of the rules in reports/COMPARE.md: no seed makes a difference. All
# cases with each seed on one kernel, held against seed 1.
set -u
sctpspec=$1 seeds=$2 kernel=${3:-debian:bookworm}
known=$(readlink -f "$(dirname "$0")/../../../cases/known/linux")
# shellcheck source-path=SCRIPTDIR source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1

cases=$("$sctpspec" list | wc -l)
for ((seed = 1; seed <= seeds; seed++)); do
	expect 0 '' '' "$sctpspec" run -q --kernel "$kernel" --known "$known" --pcap never --format tap \
		--seed $seed --out "$seed"
	[ $seed = 1 ] || expect 0 out "^$cases cases: $cases same$" "$sctpspec" compare 1 "$seed"
	printf '%s: %s\n' "$seed" "$(tail -n 1 "$folder/out")"
	[ $seed = 1 ] || rm -rf "${folder:?}/$seed"
done

summary
