#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# abi.bash - what the users of the library were compiled against, and whether it still is so.
#
#	abi.bash update CC        records it
#	abi.bash test LIBRARY CC  compares a library with the record, and shows that changes are noticed
#
# On record are the exported functions and those types of gen_sctp.h that they use (gen_sctp.abi), the values of its
# constants (constants), and nothing that compiler flags or folders decide. Any difference fails, an addition
# too. If it is meant:
#
#	cmake --build build --target gen_sctp_abi
set -uo pipefail
core=$(dirname "$(dirname "$(readlink -f "$0")")")
record=$core/abi/gen_sctp.abi
constants=$core/abi/constants
# shellcheck source=../../runner/cli/tests/expect.bash
. "$core/../runner/cli/tests/expect.bash" # makes $folder

# LIBRARY INCLUDES
abi_of() {
	abidw --headers-dir "$2" --drop-private-types --exported-interfaces-only --type-id-style hash --no-show-locs \
		--no-corpus-path --no-comp-dir-path --no-elf-needed --no-parameter-names "$1"
}

# INCLUDES: "NAME VALUE" of all that is an enumerator or a macro that is a number
constants_of() {
	{
		printf '#include "gen_sctp.h"\n#include <stdio.h>\nint main(void)\n{\n'
		perl -0ne 's{/\*.*?\*/}{}gs;
			while (/enum\s*\{(.*?)\}/gs) { my $body = $1; $names{$1} = 1 while $body =~ /\b(GS_\w+)/g }
			$names{$1} = 1 while /^#define (GS_\w+) \(?-?\w+\)?\s*$/gm;
			print "printf(\"$_ %lld\\n\", (long long)$_);\n" for sort keys %names' \
			<(find "$1" -name '*.h' -exec cat {} +)
		printf '}\n'
	} >"$folder/constants.c"
	"$cc" -D_GNU_SOURCE -I"$1" -o "$folder/constants" "$folder/constants.c" && "$folder/constants"
}

# Both sides as records: told where the headers are, abidiff passes over changes of types.
compare() {
	abi_of "$1" "$2" >"$folder/abi" && abidiff --no-show-locs "$record" "$folder/abi"
}

# INCLUDES
compare_constants() {
	constants_of "$1" | diff "$constants" -
}

# CC FOLDER: a library of the sources in a folder, which has no path of its own in it
compile() {
	(cd "$2" && "$1" -g -O0 -fPIC -shared -fvisibility=hidden -D_GNU_SOURCE -Iinclude -Wl,--version-script=gen_sctp.map \
		-Wl,-soname,libgen_sctp.so.0 -o "$folder/library.so" src/*.c -pthread)
}

update() {
	cc=$1
	constants_of "$core/include" >"$constants" && compile "$cc" "$core" && abi_of "$folder/library.so" "$core/include" >"$folder/new" || exit 1
	# the order of types alone is not a change
	if [ -f "$record" ] && abidiff "$record" "$folder/new"; then
		echo 'the ABI is the one on record'
	else
		cp "$folder/new" "$record"
		echo "$record is written anew: look at the difference, then commit it"
	fi
}

# NAME STATUS PATTERN FILE EXPRESSION: a change that sed makes is noticed
notices() {
	local copy=$folder/copy
	rm -rf "$copy"
	mkdir "$copy"
	cp -r "$core/include" "$core/src" "$core/gen_sctp.map" "$copy"
	sed -i "$5" "$copy/$4"
	! cmp -s "$copy/$4" "$core/$4" || { holds "$1: sed finds its place" false; return; }
	holds "$1: compiles" compile "$cc" "$copy"
	expect "$2" out "$3" compare "$folder/library.so" "$copy/include"
}

# as notices, of a constant
notices_constant() {
	rm -rf "$folder/constant"
	cp -r "$core/include" "$folder/constant"
	find "$folder/constant" -name '*.h' -exec sed -i "$3" {} +
	expect 1 out "$2" compare_constants "$folder/constant"
}

# libabigail's formats differ in their first number; it compares none with another.
format_of() {
	sed -n "1s/.*<abi-corpus version='\([0-9]*\).*/\1/p" "$1"
}

# abidiff's status: 4 a change, 8 one that breaks old programs for certain
run_test() {
	cc=$2
	abi_of "$1" "$core/include" >"$folder/abi"
	if [ "$(format_of "$folder/abi")" != "$(format_of "$record")" ]; then
		echo "not checked: abidw writes format $(format_of "$folder/abi"), and the record is of $(format_of "$record")"
		exit 77
	fi
	expect 0 out '' compare "$1" "$core/include"
	[ "$failures" != 0 ] || expect 0 out '' compare_constants "$core/include"
	[ "$failures" = 0 ] || {
		cat "$folder/out"
		echo 'If this change is meant, record it: cmake --build build --target gen_sctp_abi'
	}
	notices 'a symbol is gone' 12 "'function int gs_peeloff\(" gen_sctp.map '/\tgs_peeloff;/d'
	notices 'a field has moved' 4 'num_ostreams. offset changed' include/gen_sctp/options.h \
		's/^struct gs_initmsg {/&\n\tint64_t wedge;/'
	notices 'a struct has grown' 4 "'int added'" include/gen_sctp/open.h \
		's/^\tstruct gs_options options;/&\n\tint added;/'
	notices_constant 'a constant has another value' '^> GS_OPT_BUFFER 77' 's/GS_OPT_BUFFER,/GS_OPT_BUFFER = 77,/'
	notices_constant 'a constant is gone' '^< GS_LISTEN 5' '/define GS_LISTEN/d'
	summary
}

case ${1-} in
update) update "${2-cc}" ;;
test) run_test "$2" "$3" ;;
*)
	sed -n '3,12p' "$0" >&2
	exit 2
	;;
esac
