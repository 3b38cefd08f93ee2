#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# kernels_test.bash SCTPSPEC - the kernel store: what it takes, what it says to what it cannot take, and that it
# is intact after each.
set -u
sctpspec=$1
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1

# A package with the default kernel's files, made here: the packages themselves are not kept.
release=$("$sctpspec" kernels fetch 2>/dev/null | cut -d ' ' -f 1)
[ -n "$release" ] || exit 1
pattern=${release//+/\\+} # 6.12.117+deb13-cloud-amd64
stored=$("$sctpspec" kernels list | awk -v release="$release" '$1 == release && / linux-(image|base)-/ { print $2; exit }')
store=$(echo "${SCTPSPEC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sctpspec}/kernels/$stored"*[0-9a-f])
export SCTPSPEC_CACHE=$folder/cache

pack() { # NAME ARCHITECTURE VERSION
	mkdir -p "$1/DEBIAN" "$1/boot" "$1/lib/modules/$release"
	printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: none <none@example.org>\nDescription: test\n' \
		"linux-image-$release" "$3" "$2" >"$1/DEBIAN/control"
	cp "$store/vmlinux" "$1/boot/vmlinuz-$release"
	cp "$store"/tree/lib/modules/*/modules.builtin "$1/lib/modules/$release/"
	(cd "$store"/tree/lib/modules/*/ && cp --parents kernel/net/sctp/sctp.ko* kernel/drivers/net/veth.ko* \
		"$folder/$1/lib/modules/$release/")
	find "$1/lib" -name '*.xz' -exec unxz {} +
	dpkg-deb -Zgzip -z1 --root-owner-group -b "$1" "$1.deb" >/dev/null
}
pack good amd64 1
pack arm arm64 1
pack second amd64 2
holds 'there are packages' test -s good.deb -a -s arm.deb

# Nothing half-made, nothing that is not what it was.
intact() {
	if ls -d cache/kernels/*.new 2>/dev/null; then
		return 1
	fi
	[ "$("$sctpspec" kernels list 2>/dev/null | grep -c "^$release")" = "$1" ] && "$sctpspec" kernels verify
}

# Files that are no kernel for us.
expect 3 err 'sctpspec: arm.deb is for arm64, and guests are amd64' "$sctpspec" kernels add arm.deb
size=$(stat -c %s good.deb)
head -c $((size / 2)) good.deb >cut.deb
expect 3 err 'cut.deb is no Debian package, or a damaged one' "$sctpspec" kernels add cut.deb
cp good.deb flipped.deb
head -c 4096 /dev/zero | dd of=flipped.deb bs=1 seek=$((size / 3)) conv=notrunc status=none
expect 3 err 'sctpspec: .*damaged' "$sctpspec" kernels add flipped.deb
holds 'the store is intact after packages that were refused' intact 0

# One that is.
expect 0 out "^$pattern " "$sctpspec" kernels add good.deb
expect 0 out "^$pattern  +[0-9a-f]{12}  linux-image-$pattern 1\$" "$sctpspec" kernels list
expect 0 out 'the cache holds [0-9.]+ MB of at most 8.0 GB' "$sctpspec" kernels list
holds 'the store is intact' intact 1

# Damage is found and named.
file=$(echo cache/kernels/*[0-9a-f]/tree/lib/modules/*/kernel/net/sctp/sctp.ko)
printf x | dd of="$file" bs=1 seek=2000 conv=notrunc status=none
expect 3 line "the kernel $pattern is damaged: .*sctp.ko is not what it was; .sctpspec kernels remove" \
	"$sctpspec" kernels verify
expect 0 out "^removed $pattern" "$sctpspec" kernels remove "$release"
expect 2 line "no kernel '$pattern' is in the cache" "$sctpspec" kernels verify "$release"

# The limit: the second takes the place of the first.
expect 0 out "^$pattern " env SCTPSPEC_CACHE_LIMIT=1M "$sctpspec" kernels add good.deb
expect 0 out "^$pattern " env SCTPSPEC_CACHE_LIMIT=1M "$sctpspec" kernels add second.deb
expect 0 out "linux-image-$pattern 2\$" "$sctpspec" kernels list
holds 'the older one is gone' intact 1

# Two at once make one.
rm -rf cache
"$sctpspec" kernels add good.deb >one.out 2>one.err &
expect 0 out "^$pattern " "$sctpspec" kernels add good.deb
cp err two.err
holds 'the other one succeeds too' wait $!
holds 'only one unpacked it' test "$(cat one.err two.err | grep -c unpacking)" = 1
holds 'two at once leave one kernel' intact 1

# No space: said, and nothing is left; the next one with space works.
small='mkdir -p small && mount -t tmpfs -o size=20M,mode=755 none small || exit 9
	export SCTPSPEC_CACHE=$PWD/small
	"$0" kernels add good.deb; first=$?
	ls small/kernels | grep -v lock && exit 8
	mount -o remount,size=600M none small && "$0" kernels add good.deb && "$0" kernels verify || exit 7
	exit $first'
if unshare -rm true 2>/dev/null; then
	expect 3 err 'cannot write .*: No space left on device' unshare -rm sh -c "$small" "$sctpspec"
	expect 3 out "^intact $pattern" unshare -rm sh -c "$small" "$sctpspec"
else
	skipped 'a full disk: this machine lets nobody mount one'
fi

# From the network.
if ! "$sctpspec" kernels list --remote bookworm >remote 2>reason; then
	skipped "fetching: $(tail -n 1 reason)"
	summary
	exit
fi
holds 'a suite has kernels' grep -Eq '^debian:bookworm/6\.1\.[0-9]+-[0-9]+ +6\.1\.0-[0-9]+-cloud-amd64' remote
expect 3 err "there is no Debian suite 'nosuch'" "$sctpspec" kernels fetch debian:nosuch
expect 3 err 'Debian bookworm has no kernel 1.2.3; it has ' "$sctpspec" kernels fetch debian:bookworm/1.2.3
holds 'the store is intact after fetches of nothing' intact 1

# Interrupted in the middle of the download, as slow as it has to be for that; then gone on with.
printf 'Acquire::http::Dl-Limit "4000";\nAcquire::https::Dl-Limit "4000";\n' >slow.conf
APT_CONFIG=$folder/slow.conf "$sctpspec" kernels fetch debian:bookworm/6.1 >/dev/null 2>&1 &
pid=$!
partial() { find cache/apt/bookworm/download -name '*.deb' -size +1M 2>/dev/null | grep .; }
until partial >/dev/null || ! kill -0 "$pid" 2>/dev/null; do
	sleep 0.05
done
kill -KILL "$pid"
wait "$pid" 2>/dev/null
holds 'an interrupted download stays' partial
holds 'the store is intact after an interruption' intact 1
expect 0 out '^6\.1\.' "$sctpspec" kernels fetch debian:bookworm/6.1
holds 'no package is kept' test -z "$(partial)"
holds 'what was fetched in two parts is whole' "$sctpspec" kernels verify

# Two fetches at once: one waits, and finds what the other one got.
"$sctpspec" kernels remove 6.1.0 >/dev/null 2>&1
rm -rf cache/kernels
"$sctpspec" kernels fetch debian:bookworm/6.1 >one.out 2>one.err &
expect 0 out '^6\.1\.' "$sctpspec" kernels fetch debian:bookworm/6.1
cp err two.err
holds 'the other fetch succeeds too' wait $!
holds 'one of them downloaded it' test "$(cat one.err two.err | grep -c '^downloading')" = 1
holds 'the other one said that it waits' grep -q '^waiting for another sctpspec' one.err two.err
holds 'two fetches leave a whole kernel' "$sctpspec" kernels verify

# Without a network: what is here is used; what is not is said.
offline='ip link set lo up; exec "$0" kernels fetch "$1"'
if unshare -rn true 2>/dev/null; then
	expect 0 out '^6\.1\.' unshare -rn sh -c "$offline" "$sctpspec" debian:bookworm/6.1
	expect 3 err 'sctpspec: ' unshare -rn sh -c "$offline" "$sctpspec" debian:trixie
fi

summary
