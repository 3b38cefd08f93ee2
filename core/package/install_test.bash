#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# install_test.bash SOURCE BUILD CC SCTPSPEC - the library alone is installed, and programs are built against it as
# its users would: with pkg-config and with CMake, shared and static, in C and C++.
set -uo pipefail
source=$1 build=$2 cc=$3 sctpspec=$4
. "$source/runner/cli/tests/expect.bash"

# What is installed, without the C library's folder names: lib/x86_64-linux-gnu is lib.
files_of() {
	(cd "$1" && find . -type f -o -type l) | sed 's,^\./usr/\(local/\)\?,,; s,^lib/[^/]*-linux-[^/]*/,lib/,' | sort
}

expected_files() {
	local version=$1 name
	cat <<-END
		lib/libgen_sctp.a
		lib/libgen_sctp.so
		lib/libgen_sctp.so.${version%%.*}
		lib/libgen_sctp.so.$version
		lib/pkgconfig/gen_sctp.pc
	END
	for name in Config ConfigVersion -shared -shared-BUILD -static -static-BUILD; do
		echo "lib/cmake/gen_sctp/gen_sctp$name.cmake"
	done
	(cd "$source/core/include" && find . -type f) | sed 's,^\./,include/,'
	(cd "$source/core/examples" && find . -type f) | sed 's,^\./,share/doc/gen_sctp/examples/,'
	echo share/man/man7/gen_sctp.7
	# a page for each function
	sed -n 's,^\.Nm \(gs_[a-z_]*\).*,share/man/man3/\1.3,p' "$source"/core/man/*.3
}

# ROOT: the same files, whatever the build type is called
has_expected_files() {
	diff <(expected_files "$version" | sort) \
		<(files_of "$1" | sed 's/-\(debug\|release\|relwithdebinfo\|minsizerel\|noconfig\)\.cmake$/-BUILD.cmake/' | sort)
}

# ROOT: pkg-config that sees what is installed there
package() {
	local root=$1
	shift
	PKG_CONFIG_SYSROOT_DIR=$root PKG_CONFIG_LIBDIR=$(dirname "$(find "$root" -name gen_sctp.pc)") pkg-config "$@" gen_sctp
}

cat >"$folder/program.c" <<'END'
#include <errno.h>
#include <gen_sctp.h>
#include <stdio.h>

int main(void)
{
	struct gs_socket *s;
	int status = gs_open(NULL, &s);

	printf("%s %s\n", gs_status_name(GS_TIMEOUT), gs_error_string(12));
	if (status != GS_OK)
		return status == -ESOCKTNOSUPPORT ? 0 : 1;
	gs_free(s);
	return 0;
}
END

root=$folder/root
version=$(sed -n 's/^project(sctpspec VERSION \([0-9.]*\).*/\1/p' "$source/CMakeLists.txt")
holds 'installing the component' env DESTDIR="$root" cmake --install "$build" --component gen_sctp
holds 'its files, and no others' has_expected_files "$root"
libdir=$(dirname "$(find "$root" -name libgen_sctp.a)")
expect 0 out '^GS_RECV\(3\)' env -C "$(dirname "$(find "$root" -name man3)")" mandoc -Tascii man3/gs_queued.3

# --- pkg-config
expect 0 out "^$version$" package "$root" --modversion
read -ra flags < <(package "$root" --cflags --libs)
read -ra static_flags < <(package "$root" --static --cflags --libs)
holds 'C, shared' "$cc" -o "$folder/shared" "$folder/program.c" "${flags[@]}"
holds 'C++, shared' "$cc" -x c++ -o "$folder/cxx" "$folder/program.c" -x none "${flags[@]}"
holds 'C, static' "$cc" -static -o "$folder/static" "$folder/program.c" "${static_flags[@]}"
for name in shared cxx; do
	expect 0 out '^timeout User Initiated Abort$' env LD_LIBRARY_PATH="$libdir" "$folder/$name"
	expect 0 out 'NEEDED.*\[libgen_sctp\.so\.' readelf -d "$folder/$name"
done
expect 0 out '^timeout User Initiated Abort$' "$folder/static"
expect 0 out ' gs_open_sized@LIBGEN_SCTP_' nm -D "$folder/shared"

# --- CMake: the installed examples are a project of their own
examples=$(find "$root" -type d -name examples)
prefix=$(dirname "$(find "$root" -type d -name include)")
configure() {
	CC=$cc cmake -S "$1" -B "$2" -G Ninja -DCMAKE_PREFIX_PATH="$prefix" "${@:3}"
}
holds 'examples: configure' configure "$examples" "$folder/examples"
holds 'examples: build' cmake --build "$folder/examples"
expect 0 out "$libdir/libgen_sctp.so" env -u LD_LIBRARY_PATH ldd "$folder/examples/client"
# in a guest, against nobody
expect 1 out '^no association: cant_assoc$' "$sctpspec" exec "$folder/examples/client"

mkdir "$folder/user"
cp "$folder/program.c" "$folder/user"
cat >"$folder/user/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.16)
project(user C)
find_package(gen_sctp ${WANTED} REQUIRED COMPONENTS ${COMPONENTS})
add_executable(program program.c)
target_link_libraries(program PRIVATE ${LIBRARY})
END
configure_user() {
	configure "$folder/user" "$folder/user-build-$1" -DWANTED="$2" -DCOMPONENTS="$3" -DLIBRARY="$4"
}
holds 'static by CMake: configure' configure_user static "$version" static gen_sctp::static
holds 'static by CMake: build' cmake --build "$folder/user-build-static"
expect 0 out '^timeout ' "$folder/user-build-static/program"
expect 1 out '' bash -c "readelf -d '$folder/user-build-static/program' | grep libgen_sctp"
expect 1 err 'not compatible with|is not compatible|version' configure_user other 99.0 '' gen_sctp::gen_sctp
expect 1 err 'no-such' configure_user none "$version" no-such gen_sctp::gen_sctp

# --- the library alone, on a machine with none of sctpspec's other dependencies
holds 'core only: configure' env CC="$cc" PKG_CONFIG_LIBDIR=/nonexistent cmake -S "$source" -B "$folder/core" -G Ninja \
	-DSCTPSPEC_CORE_ONLY=ON -DBUILD_TESTING=OFF -DCMAKE_INSTALL_PREFIX=/usr
holds 'core only: build' cmake --build "$folder/core"
holds 'core only: install' env DESTDIR="$folder/core-root" cmake --install "$folder/core"
holds 'core only: its files, and no others' has_expected_files "$folder/core-root"

summary
