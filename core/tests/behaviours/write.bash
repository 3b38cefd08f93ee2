#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# write.bash SCTPSPEC TABLE "KERNEL..." "PROGRAM..." BEHAVIOURS LIST.csv SOURCE... - runs every program on every kernel and writes
# the table from what came out. A failing test is a verdict; a guest or a kernel that cannot be had is an error.
set -euo pipefail
sctpspec=$1 table=$2 kernels=$3 programs=$4 behaviours=$5
shift 5
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

words=()
for kernel in $kernels; do
	name=()
	[ "$kernel" = default ] || name=("$kernel")
	# "6.1.0-56-cloud-amd64  linux-image-6.1.0-56-cloud-amd64 6.1.192-2, ..."
	read -r _ _ version _ < <("$sctpspec" kernels fetch --boot "${name[@]}")
	words+=(--on "Linux ${version%%-*}")
	for program in $programs; do
		tap=$results/$kernel.${program##*/}.tap
		status=0
		"$sctpspec" exec ${name:+--kernel "$kernel"} "$program" >"$tap" || status=$?
		if [ "$status" -gt 1 ]; then
			echo "write.bash: ${program##*/} on $kernel ended with $status" >&2
			exit 3
		fi
		words+=("$tap")
	done
done
"$behaviours" write "$@" "${words[@]}" >"$results/table"
mv "$results/table" "$table"
