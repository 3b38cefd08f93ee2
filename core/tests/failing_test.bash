#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# failing_test.bash LIBRARY - what the library needs from outside is either made to fail by failing.c, or cannot fail.
set -euo pipefail
library=$1
symbols=$(dirname "$(readlink -f "$0")")/failing.symbols

# functions of libsctp, of which there is such a copy, too; functions of memory and of text, and those that fail only by misuse
harmless='sctp_(bindx|connectx|opt_info|send)|__errno_location|_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__assert_fail|__(asan|ubsan|tsan)_\w+|free
|mem(cpy|set|move|cmp)|str(chr|len|nlen|cmp|rchr)|snprintf|inet_(ntop|pton)|if_nametoindex|strerrorname_np
|clock_gettime|getpid|pthread_(join|mutex_\w+|cond_\w+|condattr_\w+)'

unknown=$(nm -u "$library" | awk '$1 == "U" && $2 !~ /^gs_/ {print $2}' | sort -u |
	grep -vxE "$(tr -d '\n' <<<"$harmless")" | grep -vxFf <(cut -d " " -f 1 "$symbols") || true)
[ -z "$unknown" ] || {
	printf 'nobody makes these fail: add them to failing.h, failing.c and failing.symbols:\n%s\n' "$unknown"
	exit 1
}
# and nothing is replaced in vain
idle=$(cut -d ' ' -f 1 "$symbols" | grep -vxFf <(nm -u "$library" | awk '$1 == "U" {print $2}') || true)
[ -z "$idle" ] || {
	printf 'the library does not use (any more):\n%s\n' "$idle"
	exit 1
}
echo "$(wc -l <"$symbols") calls"
