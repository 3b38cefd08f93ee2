#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# write.bash SCTPSPEC TABLE "KERNEL..." FOLDER "AREA[,OPTION]..." BEHAVIOURS LIST.csv SOURCE... - runs every area's program in the
# folder on every kernel ("default": sctpspec's own choice), and writes the table from what came out. A failing test is a
# verdict; a guest or a kernel that cannot be had is an error.
set -euo pipefail
sctpspec=$1 table=$2 kernels=$3 folder=$4 areas=$5 behaviours=$6
shift 6
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

words=()
for kernel in $kernels; do
	name=() options=()
	[ "$kernel" = default ] || name=("$kernel") options=(--kernel "$kernel")
	# "6.1.0-56-cloud-amd64  linux-image-6.1.0-56-cloud-amd64 6.1.192-2, ..."
	read -r _ _ version _ < <("$sctpspec" kernels fetch --boot "${name[@]}")
	words+=(--on "Linux ${version%%-*}")
	for area in $areas; do
		IFS=, read -r area option <<<"$area"
		tap=$results/$kernel.$area.tap
		status=0
		"$sctpspec" exec "${options[@]}" ${option:+"$option"} "$folder/gen_sctp_${area}_guest_test" >"$tap" || status=$?
		if [ "$status" -gt 1 ]; then
			echo "write.bash: $area on $kernel ended with $status" >&2
			exit 3
		fi
		words+=("$tap")
	done
done
"$behaviours" write "$@" "${words[@]}" >"$results/table"
mv "$results/table" "$table"
