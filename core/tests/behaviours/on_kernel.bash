#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# on_kernel.bash SCTPSPEC KERNEL PROGRAM - runs PROGRAM in a guest with that kernel ("default": sctpspec's own choice).
# Exit status: the program's; 77, with the reason, if the kernel cannot be had here.
set -uo pipefail
sctpspec=$1 kernel=$2 program=$3
name=()
[ "$kernel" = default ] || name=("$kernel")
if ! answer=$("$sctpspec" kernels fetch "${name[@]}" 2>&1); then
	echo "skipped: the kernel $kernel cannot be had: $answer"
	exit 77
fi
exec "$sctpspec" exec ${name:+--kernel "$kernel"} "$program"
