#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# fuzz_test.bash TARGET INPUTS [SEED] - builds a fuzz target with libFuzzer, AddressSanitizer and UBSan, shows that it
# finds a planted bug, and lets it look for others, from the corpus on.
#
# With one SEED (1) it tries the same inputs each time, so that a change is told by what it changed; with 0 it looks
# where nobody has looked yet. What it finds can be repeated: the input is printed in base64.
set -uo pipefail
target=$1 inputs=$2 seed=${3:-1}
core=$(dirname "$(dirname "$(readlink -f "$0")")")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if ! command -v clang >/dev/null; then
	echo 'skipped: there is no clang (Debian packages clang, libclang-rt-dev)'
	exit 77
fi

# SOURCES OUTPUT
build() {
	local wrapped
	mapfile -t wrapped < <(sed 's/^/-Wl,--wrap=/' "$core/fuzz/$target.wrapped" 2>/dev/null)
	clang -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -D_GNU_SOURCE -I"$core/include" \
		-I"$1" -I"$core/.." "${wrapped[@]}" -o "$2" "$core/fuzz/${target}_fuzz.c" "$1"/*.c -pthread -l:libsctp.a
}

run() {
	local program=$1
	shift
	mkdir -p "$folder/found"
	(cd "$folder" && "$program" "$@" -timeout=600 -rss_limit_mb=1024 -print_final_stats=1 found "$core/fuzz/corpus/$target") \
		>"$folder/log" 2>&1
}

# --- a parser that believes a length must be found out
cp -r "$core/src" "$folder/planted"
sed -i 's/if (head.length > length)$/if (0)/' "$folder/planted/event.c"
cmp -s "$core/src/event.c" "$folder/planted/event.c" && {
	echo 'the place of the planted bug is not there any more'
	exit 1
}
build "$folder/planted" "$folder/planted_fuzz" || exit 1
if run "$folder/planted_fuzz" -seed=1 -runs=2000000; then
	echo 'the planted bug is not found'
	exit 1
fi
grep -q 'heap-buffer-overflow\|deadly signal\|negative-size-param' "$folder/log" || {
	cat "$folder/log"
	exit 1
}
rm -rf "$folder/found"

# --- and the real one
build "$core/src" "$folder/fuzz" || exit 1
if run "$folder/fuzz" -seed="$seed" -runs="$inputs" -max_len=4096; then
	grep -E '^(Done|stat::number_of_executed_units)|DONE' "$folder/log"
	executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$folder/log")
	[ "${executed:-0}" -ge "$inputs" ] && exit 0
	echo "only ${executed:-0} of $inputs inputs were tried"
	exit 1
fi
tail -60 "$folder/log"
exit 1
