#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clock_test.bash SCTPSPEC - the wall clock is set forward and backward by hours and days, from the boot of the guest to
# the last report: no guest is killed for it, and neither a verdict nor a packet is another one.
set -u
sctpspec=$1
# shellcheck source-path=SCRIPTDIR source=expect.bash
. "$(dirname "$0")/expect.bash"
known=$(readlink -f "$(dirname "$0")/../../../cases/known/linux")
cd "$folder" || exit 1

if ! library=$(faketime -f +0 printenv LD_PRELOAD); then
	echo "cannot set a clock: there is no faketime"
	exit 77
fi

# A cache with the default kernel alone, so that a guest has to boot.
"$sctpspec" kernels fetch >fetched 2>/dev/null
read -r _ stored _ < <("$sctpspec" kernels list | grep -F "$(cut -d ' ' -f 1 fetched) ")
mkdir -p cache/kernels
cp -a "${SCTPSPEC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sctpspec}/kernels/$stored"* cache/kernels/
export SCTPSPEC_CACHE=$folder/cache

set_clock() { # OFFSET, as faketime has them; at once, so that nobody reads half of it
	echo "$1" >clock.new
	mv clock.new clock
}

# The log's times are allowed to be wrong; those that something is waited for with are monotonic, and that clock cannot
# be set.
with_jumps() { # COMMAND...; what it wrote is in said, and how often the clock was set in jumps
	local offsets=(+9h -7h +400d -2d +0) jumps=0 pid code
	set_clock +0
	LD_PRELOAD=$library FAKETIME_TIMESTAMP_FILE=$folder/clock FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
		DONT_FAKE_MONOTONIC=1 "$@" >said 2>&1 &
	pid=$!
	while kill -0 $pid 2>/dev/null; do
		set_clock "${offsets[jumps++ % ${#offsets[@]}]}"
		sleep 0.02
	done
	wait $pid
	code=$?
	echo $jumps >jumps
	cat said
	return $code
}

# All of it is about the kernel as it was.
same() { [ "$("$sctpspec" compare good "$1" | tail -n 1)" = "$("$sctpspec" compare good good | tail -n 1)" ]; }

cases=('setup.*' 'ends.*' --known "$known")
expect 0 '' '' "$sctpspec" run -q --out good "${cases[@]}"
rm -rf cache/snapshots cache/stages
expect 0 '' '' with_jumps "$sctpspec" run -q --patience 10 --out jumped "${cases[@]}"
holds 'nothing is said' test ! -s said
holds 'the clock was set often enough' test "$(cat jumps)" -gt 50
holds 'nothing is different' same jumped
holds 'the reports can be made again' "$sctpspec" report -q jumped
# In real time a case also depends on how busy this machine is; that no guest is killed does not.
with_jumps "$sctpspec" run -q --clock real --patience 10 --format tap --out real ends.shutdown-by-server \
	ends.shutdown-data-lost >/dev/null
holds 'in real time nobody is killed' test "$(grep -Ec '"type":"case_end".*"verdict":"(pass|fail)"' \
	real/results.ndjson)" = 2
summary
