#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# on_kernel.bash SCTPSPEC KERNEL [OPTION...] PROGRAM - `sctpspec exec` in a guest with that kernel.
# Exit status: the program's; 77, with the reason, if the kernel cannot be had here.
set -uo pipefail
sctpspec=$1 kernel=$2
shift 2
if ! answer=$("$sctpspec" kernels fetch "$kernel" 2>&1); then
	echo "skipped: the kernel $kernel cannot be had: $answer"
	exit 77
fi
exec "$sctpspec" exec --kernel "$kernel" "$@"
