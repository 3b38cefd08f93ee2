#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# header_test.bash SOURCE - gen_sctp.h compiles alone, in C and C++, with gcc and clang, without a warning. (Each
# of them comes with the packages that the tests need.)
set -uo pipefail
source=$1
# shellcheck source=../../runner/cli/tests/expect.bash
. "$source/../runner/cli/tests/expect.bash"

warnings=(-Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wundef -pedantic -Werror)
echo '#include <gen_sctp.h>' >"$folder/alone.c"
# the header may be met twice, and its macros be used
cat >"$folder/used.c" <<'END'
#include <gen_sctp.h>
#include <gen_sctp.h>

int main(void)
{
	const struct gs_options options = GS_OPTIONS({.name = GS_OPT_NODELAY, .value = 1},
		{.name = GS_OPT_INITMSG, .initmsg = {.max_attempts = GS_SET(2)}});
	struct gs_message message = {0};
	struct gs_socket *s = NULL;

	if (gs_open(&(struct gs_open_options){.options = options}, &s) == GS_OK)
		return gs_recv(s, 0, &message) == gs_field_of(GS_FIELD - 3);
	return gs_send_info(s, &(struct gs_sndrcvinfo){.stream = 1}, "x", 1) != GS_BADARG;
}
END
cat >"$folder/used.cc" <<'END'
#include <gen_sctp.h>

int main()
{
	gs_option items[1] = {};
	gs_open_options o = {};
	gs_message message = {};
	gs_socket *s = nullptr;

	items[0].name = GS_OPT_INITMSG;
	items[0].initmsg.max_attempts = GS_SET(2);
	o.options = {items, 1, sizeof(items[0])};
	return gs_open(&o, &s) == GS_OK ? gs_recv(s, 0, &message) : gs_send(s, 0, 0, "x", 1);
}
END

for cc in gcc clang; do
	for standard in c11 c17 gnu11; do
		expect 0 err '' "$cc" -std=$standard "${warnings[@]}" -Wstrict-prototypes -fsyntax-only -I"$source/include" "$folder/alone.c"
		expect 0 err '' "$cc" -std=$standard "${warnings[@]}" -Wstrict-prototypes -fsyntax-only -I"$source/include" "$folder/used.c"
	done
	for standard in c++11 c++17 c++20; do
		expect 0 err '' "$cc" -x c++ -std=$standard "${warnings[@]}" -fsyntax-only -I"$source/include" "$folder/alone.c"
		expect 0 err '' "$cc" -x c++ -std=$standard "${warnings[@]}" -fsyntax-only -I"$source/include" "$folder/used.cc"
	done
done

# a warning would be noticed
cp -r "$source/include" "$folder"
echo 'static inline short gs_narrow(int wide) { return wide; }' >>"$folder/include/gen_sctp.h"
expect 1 err 'conversion' gcc -std=c11 "${warnings[@]}" -fsyntax-only -I"$folder/include" "$folder/alone.c"
summary
