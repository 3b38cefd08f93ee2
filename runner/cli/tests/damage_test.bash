#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# damage_test.bash SCTPSPEC - what happens to a cache: flipped and missing bytes, other people's files, killed makers,
# full disks, lent folders. After each, a run says in one line what it has made again, and nothing else is different.
set -u
sctpspec=$1
# shellcheck source-path=SCRIPTDIR source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1

# A package with the default kernel's files, so that a kernel can be made again without a network.
release=$("$sctpspec" kernels fetch 2>/dev/null | cut -d ' ' -f 1)
[ -n "$release" ] || exit 1
stored=$("$sctpspec" kernels list | awk -v release="$release" '$1 == release && / linux-(image|base)-/ { print $2; exit }')
store=$(echo "${SCTPSPEC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sctpspec}/kernels/$stored"*[0-9a-f])
export SCTPSPEC_CACHE=$folder/cache
mkdir -p pack/DEBIAN pack/boot "pack/lib/modules/$release"
printf 'Package: linux-image-%s\nVersion: 1\nArchitecture: amd64\nMaintainer: none <none@example.org>\nDescription: test\n' \
	"$release" >pack/DEBIAN/control
cp "$store/vmlinux" "pack/boot/vmlinuz-$release"
# what guests load, and what that needs
wanted='sctp|sctp_diag|veth|bridge|sch_netem|sch_tbf|dummy|tun|md5|sha1_generic|sha256_generic|crc32c_generic|ipv6|af_packet'
modules=$store/tree/lib/modules/$release
mapfile -t needed < <(grep -E "/($wanted)\.ko[^:]*:" "$modules/modules.dep" | tr -d : | tr ' ' '\n' | sort -u)
(cd "$modules" && cp --parents modules.builtin modules.builtin.modinfo modules.order "${needed[@]}" \
	"$folder/pack/lib/modules/$release/")
find pack/lib -name '*.xz' -exec unxz {} +
dpkg-deb -Znone --root-owner-group -b pack kernel.deb >/dev/null

run() { "$sctpspec" run -q --kernel kernel.deb --out log "$@"; }
# As a good one: the same exit status, verdicts, events, packets and times.
same() { [ "$("$sctpspec" compare good log | tail -n 1)" = "$nothing" ]; }
# Succeeds, and says nothing.
quiet() {
	expect 0 err '' "$@"
	[ ! -s err ] || report_failure "$* (says something)"
}
# No folder or file that somebody was making.
nothing_half_made() { ! ls -d "${1:-cache}"/*/*.new "${1:-cache}"/facts/*.* 2>/dev/null; }

quiet run setup.one-path
mv log good
quiet run setup.one-path
nothing=$("$sctpspec" compare good log | tail -n 1)
one() { # KIND: the one entry of it
	local found=(cache/"$1"/*[0-9a-f])
	echo "${found[0]}"
}
kernel=$(one kernels) snapshot=$(one snapshots) stage=$(one stages)
tree=$kernel/tree/lib/modules/$release

# damaged KIND HOW WHAT COMMAND...: after the command a run makes an entry of that kind again, and says HOW it was damaged.
damaged() {
	local kind=$1 how=$2 name=$3
	shift 3
	"$@" || report_failure "$name: cannot do it"
	expect 0 line "^sctpspec: the cache's $kind [0-9a-f]{12} was damaged \($how\): made again\$" run setup.one-path
	holds "$name: nothing is different" same
	quiet run setup.one-path
}

flip() { # FILE N: one octet of each of N parts
	perl -e 'my ($file, $n) = @ARGV; open(my $f, "+<", $file) or die; my $size = -s $f; for my $i (0 .. $n - 1) {
		my $at = int($size / $n * ($i + 0.5)); seek($f, $at, 0); read($f, my $c, 1); seek($f, $at, 0);
		print $f chr(ord($c) ^ 0xa5) } close($f) or die' "$1" "$2"
}

damaged snapshot 'ram is not what it was' 'two thousand octets of the memory' flip "$snapshot/ram" 2000
damaged snapshot 'ram has 1000000 bytes instead of [0-9]+' 'a memory cut short' truncate -s 1000000 "$snapshot/ram"
damaged snapshot 'facts.json has 0 bytes instead of [0-9]+' 'files that were not on the disk' \
	truncate -s 0 "$snapshot"/{meta.json,facts.json}
damaged stage 'its list of digests is missing' 'an emptied stage' find "$stage" -type f -delete
damaged stage 'dev is not what it was' 'an octet of the devices' flip "$stage/dev" 1
damaged stage 'dev is missing' 'a missing file' rm "$stage/dev"
damaged stage 'its folder: Not a directory' "a file in the folder's place" \
	sh -c "rm -r '$stage' && echo >'$stage'"
damaged stage 'dev is writable by others' 'a file that others can write' chmod 666 "$stage/dev"
damaged stage 'its list of digests is not as it was' 'a list cut short' truncate -s 50 "$stage/digests"
damaged kernel 'vmlinux has 5000 bytes instead of [0-9]+' 'a kernel cut short' truncate -s 5000 "$kernel/vmlinux"
damaged kernel 'tree/.*/sctp.ko is not what it was' 'an octet of a module' flip "$tree/kernel/net/sctp/sctp.ko" 1
damaged kernel 'tree/.*/modules.dep is missing' 'a missing index' rm "$tree/modules.dep"
if [ "$(id -u)" = 0 ]; then
	damaged stage 'dev belongs to another user' "another's file" chown 12345 "$stage/dev"
	chown 12345 cache
	expect 3 line 'the cache folder .*/cache belongs to another user, and is not used' run setup.one-path
	chown 0 cache
else
	damaged stage 'dev: Permission denied' 'a file that cannot be read' chmod 0 "$stage/dev"
fi
chmod 777 cache
expect 3 line 'the cache folder .*/cache is writable by others, and is not used: `chmod go-w ' run setup.one-path
chmod 755 cache

# What costs nothing but time.
for fact in cache/facts/*; do
	: >"$fact"
done
rm -f "$stage.lock"
chmod 0 "$snapshot.lock"
quiet run setup.one-path
holds 'facts and locks: nothing is different' same

# Three find the damage at once, and one mends it.
flip "$snapshot/ram" 10
pids=()
for i in 1 2 3; do
	"$sctpspec" run -q --kernel kernel.deb --out "log$i" setup.one-path 2>"said$i" &
	pids+=($!)
done
holds 'three at once' wait "${pids[0]}"
holds 'three at once' wait "${pids[1]}"
holds 'three at once' wait "${pids[2]}"
holds 'one of three mends it' test "$(cat said1 said2 said3 | grep -c 'ram is not what it was): made again')" = 1
holds 'and the others say nothing' test "$(cat said1 said2 said3 | wc -l)" = 1

# While guests run on it. Whether a case is touched by that is chance; none blames the kernel.
rm -rf log
"$sctpspec" run -q --kernel kernel.deb --out log -j 1 --patience 10 'setup.*' 2>said &
pid=$!
until grep -q '"case_end"' log/results.ndjson 2>/dev/null || ! kill -0 $pid 2>/dev/null; do
	sleep 0.05
done
flip "$snapshot/ram" 2000
wait $pid
status=$?
verdicts=$(sed -n 's/.*"type": *"case_end".*"verdict": *"\([a-z]*\)".*/\1/p' log/results.ndjson | sort -u | tr '\n' ' ')
holds "a run goes on ($status)" test $status = 0 -o $status = 3
holds "no kernel is blamed for damage in a run: $verdicts" grep -Eq '^(error |pass |skip )+$' <<<"$verdicts"
expect 0 line 'ram is not what it was' run setup.one-path

# A maker that is killed leaves nothing for long.
mv cache whole
"$sctpspec" run -q --kernel kernel.deb --out log setup.one-path 2>/dev/null &
pid=$!
until ls -d cache/snapshots/*.new >/dev/null 2>&1 || ! kill -0 $pid 2>/dev/null; do
	sleep 0.02
done
kill -KILL $pid
{ wait $pid; } 2>/dev/null
# a child that it was about to start may have the log open for a moment yet
until flock --nonblock log/results.ndjson true; do
	sleep 0.02
done
holds 'a killed maker leaves half' ls -d cache/snapshots/*.new
mkdir -p cache/stages/0000.new/deep
quiet run setup.one-path
holds 'nothing half-made stays' nothing_half_made
holds 'after a killed maker nothing is different' same

# Two with hardly any room: neither loses what it uses.
rm -rf cache && mv whole cache
export SCTPSPEC_CACHE_LIMIT=1M
"$sctpspec" run -q --kernel kernel.deb --out log1 'setup.two-paths*' 2>said1 &
pid=$!
quiet run 'setup.one-path*'
holds 'two runs in a cache with no room' wait $pid
unset SCTPSPEC_CACHE_LIMIT
quiet run setup.one-path

# A file that may not be so large, and a full disk: said, nothing is left, and with room it works.
# shellcheck disable=SC2016
limited='ulimit -f 20000; SCTPSPEC_CACHE=$PWD/small exec "$0" run -q --kernel kernel.deb --out log setup.one-path'
expect 3 err 'File too large' bash -c "$limited" "$sctpspec"
holds 'nothing half-made stays after a limit' nothing_half_made small
rm -rf small
if unshare -rm true 2>/dev/null; then
	# shellcheck disable=SC2016
	full='mkdir -p small && mount -t tmpfs -o size=$1,mode=755 none small || exit 9
		export SCTPSPEC_CACHE=$PWD/small
		"$0" run -q --kernel kernel.deb --out log setup.one-path; first=$?
		ls -d small/*/*.new 2>/dev/null && exit 8
		[ $first = 3 ] && mount -o remount,size=600M none small || exit 7
		"$0" run -q --kernel kernel.deb --out log setup.one-path'
	kernel_kb=$(du -sk "$kernel" | cut -f 1)
	expect 0 line 'cannot write .*/ram: No space left on device' unshare -rm sh -c "$full" "$sctpspec" $((kernel_kb + 80000))k
	holds 'after a full disk nothing is different' same

	# Lent: all that is needed is there, and nothing can be written.
	# shellcheck disable=SC2016
	lent='mount --bind cache cache && mount -o remount,bind,ro cache || exit 9
		touch cache/x 2>/dev/null && exit 8
		exec "$0" run -q --kernel kernel.deb --out log "$@"'
	quiet unshare -rm sh -c "$lent" "$sctpspec" setup.one-path
	holds 'in a lent cache nothing is different' same
	expect 3 line 'cannot write .*: Read-only file system' unshare -rm sh -c "$lent" "$sctpspec" \
		--clock real setup.one-path
	flip "$snapshot/dev" 1
	expect 3 line 'snapshot .* is damaged .dev is not what it was., and cannot be removed: Read-only file system' \
		unshare -rm sh -c "$lent" "$sctpspec" setup.one-path
else
	skipped 'a full disk, a lent cache: this machine lets nobody mount one'
fi

summary
