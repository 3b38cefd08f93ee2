#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# symbols_test.bash LIBRARY INCLUDES MAP - the headers, the map of versions and the library name the same symbols.
set -euo pipefail
library=$1 includes=$2 map=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# the name before the first parenthesis of each declaration
find "$includes" -name '*.h' -print0 |
	xargs -0 perl -0ne 'print "$1\n" while /\bGS_API(?:_VOID)?\s[^;(]*?\b(gs_\w+)\s*\(/g' | sort >"$folder/header"
sed -n 's/^\t\(gs_[a-z0-9_]*\);$/\1/p' "$map" | sort >"$folder/map"
# NAME@@NODE; the nodes themselves are absolute symbols
nm -D --defined-only "$library" | awk '$2 != "A" {print $3}' | sort >"$folder/versioned"
sed 's/@@.*//' "$folder/versioned" >"$folder/library"

failed=0
complain() {
	[ -z "$2" ] || {
		printf '%s:\n%s\n' "$1" "$2"
		failed=1
	}
}
complain "declared in $includes, but not in $map: add to its newest node" "$(comm -23 "$folder/header" "$folder/map")"
complain "in $map, but not declared in $includes" "$(comm -13 "$folder/header" "$folder/map")"
complain "in $map, but not in the library" "$(comm -23 "$folder/map" "$folder/library")"
complain 'exported, but not named' "$(comm -13 "$folder/map" "$folder/library")"
complain 'exported without a version' "$(grep -v '@@LIBGEN_SCTP_' "$folder/versioned" || true)"

number=$(wc -l <"$folder/header")
[ "$number" -ge 30 ] || complain 'too few declarations found' "$number"
echo "$number symbols"
exit "$failed"
