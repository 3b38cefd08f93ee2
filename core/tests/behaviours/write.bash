#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# write.bash SCTPSPEC TABLE RESULTS "KERNEL..." FOLDER "AREA[,OPTION]..." BEHAVIOURS LIST.csv SOURCE... - runs every area's
# program in FOLDER on every kernel ("default": sctpspec's own choice), and writes the table from what came out. RESULTS keeps
# that, so that only a program that is newer (the library is linked into it) or a new kernel runs again. A failing test is a
# verdict; a guest or a kernel that cannot be had is an error.
set -euo pipefail
sctpspec=$1 table=$2 results=$3 kernels=$4 folder=$5 areas=$6 behaviours=$7
shift 7
mkdir -p "$results"

words=()
for kernel in $kernels; do
	name=() options=()
	[ "$kernel" = default ] || name=("$kernel") options=(--kernel "$kernel")
	# "6.1.0-56-cloud-amd64  linux-image-6.1.0-56-cloud-amd64 6.1.192-2, ..."
	read -r _ _ version _ < <("$sctpspec" kernels fetch --boot "${name[@]}")
	words+=(--on "Linux ${version%%-*}")
	for area in $areas; do
		IFS=, read -r area option <<<"$area"
		program=$folder/gen_sctp_${area}_guest_test
		tap=$results/${version%,}.$area.tap
		words+=("$tap")
		[ "$program" -nt "$tap" ] || continue
		status=0
		"$sctpspec" exec "${options[@]}" ${option:+"$option"} "$program" >"$tap.new" || status=$?
		if [ "$status" -gt 1 ]; then
			echo "write.bash: $area on $kernel ended with $status" >&2
			exit 3
		fi
		mv "$tap.new" "$tap"
	done
done
"$behaviours" write "$@" "${words[@]}" >"$results/table"
mv "$results/table" "$table"
