#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# proof_test.bash SCTPSPEC - the cases can fail: in each area one case is run with its last event dropped, doubled,
# changed and delayed on its way to the matcher.
set -u
sctpspec=$1
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1

# The first case of each area that is not known to fail; of the socket options the first that has an association, as only
# events are tampered with. Cases with a tester have a test of their own (tester_tamper).
known=$(dirname "$(readlink -f "$0")")/../../../cases/known/linux
mapfile -t cases < <("$sctpspec" list | cut -d ' ' -f 1 |
	grep -vxFf <("$sctpspec" list @tester | cut -d ' ' -f 1; grep -oE '^[a-z]+\.[a-z0-9-]+' "$known") |
	awk -F . '$1 != "options" && !seen[$1]++; $0 == "options.association-limit"')
holds 'there are areas' test "${#cases[@]}" -ge 9

"$sctpspec" run -q --out plain "${cases[@]}"
holds 'untouched, all of them pass' test $? = 0

for case in "${cases[@]}"; do
	events=$(grep -c "\"type\":\"event\",\"case\":\"$case\".*\"event\":\"[^m]" plain/results.ndjson)
	holds "$case has events" test "$events" -gt 0
	for how in drop double change delay; do
		expect 1 err "^fail +$case" "$sctpspec" run --format junit --out "$how" --tamper "$how:$events" "$case"
	done
done

summary
