#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# tamper_test SCTPSPEC - each case with a tester that passes fails when what it looks at is falsified: there is an
# observation of it without which it fails, and one with other contents. Of the matrix, whose cells share one body, an
# eighth has to do.
set -euo pipefail
sctpspec=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ids() {
	"$sctpspec" list "$@" | grep -oE '^[a-z]+\.[a-z0-9-]+' | sort -u
}

comm -23 <(ids @tester) <(ids @matrix) >"$folder/others"
ids @matrix --shard 1/8 >"$folder/sample"
mapfile -t all < <(sort -u "$folder/others" "$folder/sample")

# the cases that do not pass
failed() {
	"$sctpspec" run "${all[@]}" -q --format tap --out "$folder/run" "$@" >/dev/null 2>&1 || [ $? = 1 ]
	grep -hoP '^not ok [0-9]+ - \K[a-z0-9.-]+' "$folder/run/results.tap" | sort -u
}

failed >"$folder/red"
status=0
for how in drop change; do
	for n in 1 2 3 4 5 6 7 8; do
		failed --tamper "$how:$n"
	done | sort -u >"$folder/seen"
	comm -23 <(printf '%s\n' "${all[@]}") <(sort -u "$folder/seen" "$folder/red") >"$folder/unseen"
	if [ -s "$folder/unseen" ]; then
		echo "pass whatever the $how: is done to:" && cat "$folder/unseen"
		status=1
	fi
done
echo "${#all[@]} cases, of which $(wc -l <"$folder/red") are red"
exit $status
