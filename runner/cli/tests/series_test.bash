#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# series_test.bash SCTPSPEC - every series of kernels that Debian has boots and runs the whole suite. What the mirror
# does not have (or there is no network) is said and left out; status 77 when nothing is left.
set -u
sctpspec=$1
known=$(readlink -f "$(dirname "$0")/../../../cases/known/linux")
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1

# series and suite
places='
5.10 bullseye
6.1  bookworm
6.12 trixie
6.18 trixie-backports
7.1  trixie-backports
7.2  trixie-backports
7.3  trixie-backports
'

kernels=()
series=()
while read -r version suite; do
	[ -n "$version" ] || continue
	if "$sctpspec" kernels fetch "debian:$suite/$version" >fetched 2>reason; then
		kernels+=(--kernel "debian:$suite/$version")
		series+=("$version")
		printf 'tested: %s\n' "$(cat fetched)"
	else
		skipped "$version of $suite: $(tail -n 1 reason)"
	fi
done <<<"$places"
[ "${#series[@]}" -gt 0 ] || exit 77

expect 0 '' '' "$sctpspec" run --timings --known "$known" "${kernels[@]}"
cp "$folder/out" "$folder/said"
for version in "${series[@]}"; do
	holds "the log has a kernel $version" grep -Eq '"type": ?"kernel".*"release": ?"'"${version//./\\.}"'\.' \
		sctpspec-out/results.ndjson
done
wanted=$((${#series[@]} * $("$sctpspec" list | wc -l)))
holds "there are $wanted results" test "$(grep -Ec '"type": ?"case_end"' sctpspec-out/results.ndjson)" = "$wanted"
tail -n 35 "$folder/said"

summary
