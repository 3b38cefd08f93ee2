#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# watch_test.bash SCTPSPEC - the developer's loop: a build tree that is known by its contents, and runs that
# follow a module.
set -u
sctpspec=$1
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1
unique=$(date +%s%N) # so that no cache has it
case=$("$sctpspec" list | awk '$1 ~ /^setup\./ { print $1; exit }')

# Waits up to 120 s until a command succeeds.
until_true() {
	local i
	for ((i = 0; i < 1200; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

fact() { # of the run's kernel
	sed -En 's/.*"type": ?"kernel".*"'"$2"'": ?("([^"]*)"|([^",}]*)).*/\2\3/p' "$1/results.ndjson"
}

# A build tree with the default kernel's files: what `make bzImage modules` leaves of them.
stored=$("$sctpspec" kernels list | awk -v release="$("$sctpspec" kernels fetch | cut -d ' ' -f 1)" '
	$1 == release && / linux-(image|base)-/ { print $2; exit }')
store=$(echo "${SCTPSPEC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sctpspec}/kernels/$stored"*[0-9a-f])
mkdir -p tree/arch/x86/boot tree/include/config
touch tree/include/config/auto.conf
cp "$store/vmlinux" tree/arch/x86/boot/bzImage
cp -r "$store"/tree/lib/modules/*/kernel/. tree/
find tree -name '*.ko.xz' -exec unxz {} +
cp "$store"/tree/lib/modules/*/modules.builtin tree/
module=tree/net/sctp/sctp.ko
holds 'there is a module' test -f "$module"

# The same contents make no new snapshot; another sctp.ko does.
expect 0 '' '' "$sctpspec" run --quiet --out tree1 --kernel tree "$case"
find tree -name '*.ko' -exec touch {} +
expect 0 '' '' "$sctpspec" run --quiet --out tree2 --kernel tree "$case"
holds 'a tree that was only touched is the same kernel' test "$(fact tree1 sha256)" = "$(fact tree2 sha256)"
holds 'and its snapshot was there' test "$(fact tree2 snapshot_cached)" = true
cp "$module" changed.ko
printf 'more %s' "$unique" >>changed.ko
cp changed.ko "$module"
expect 0 '' '' "$sctpspec" run --quiet --out tree3 --kernel tree "$case"
holds 'a rebuilt module makes another kernel' test "$(fact tree1 sha256)" != "$(fact tree3 sha256)"
mv tree/drivers/net/veth.ko .
expect 3 line 'not all that a guest needs: veth' "$sctpspec" run --out tree4 --kernel tree "$case"
mv veth.ko tree/drivers/net/
mv tree/arch/x86/boot/bzImage .
expect 3 line 'has no arch/x86/boot/bzImage' "$sctpspec" run --out tree4 --kernel tree "$case"
mv bzImage tree/arch/x86/boot/

# --watch: a run now, one after each change of contents, none after a touch, and an end by a signal.
cp "$module" sctp.ko
"$sctpspec" run --out watched --watch sctp.ko "$case" >watch.out 2>watch.err &
pid=$!
trap 'kill "$pid" 2>/dev/null; rm -rf "$folder"' EXIT
runs() { grep -c '^watching ' watch.err; }
has_run() { [ "$(runs)" -ge "$1" ]; }
holds 'it runs at once' until_true has_run 1
first=$(fact watched origin)
holds 'what is watched is what is tested' grep -q "sctp.ko (sha256 $(sha256sum sctp.ko | cut -c 1-64)" <<<"$first"
touch sctp.ko
cp sctp.ko same.ko
mv same.ko sctp.ko
cp sctp.ko other.ko
printf 'other %s' "$unique" >>other.ko
mv other.ko sctp.ko # replaced, as a linker does
holds 'it runs again after a change' until_true has_run 2
holds 'with the new module' grep -q "sha256 $(sha256sum sctp.ko | cut -c 1-64)" <<<"$(fact watched origin)"
holds 'and not after what changed nothing' test "$(runs)" = 2
head -c 1000 changed.ko >sctp.ko # a build in the middle of its work
holds 'a broken module is said' until_true grep -q 'sctp.ko is no kernel module\|cannot read the module' watch.err
cp changed.ko sctp.ko # written in place
holds 'and the next one runs' until_true has_run 4
holds 'the kernel boots once for all modules' test "$(grep -c 'booting the kernel once' watch.err)" -le 1
holds 'each new one is loaded' test "$(grep -c 'loading the replaced module' watch.err)" = 2
kill -INT "$pid"
status=0
wait "$pid" || status=$?
holds "a signal ends it with the last run's status, not $status" test "$status" = 0
expect 3 line 'cannot watch none.ko: No such file' "$sctpspec" run --watch none.ko "$case"

# What is of no use to anybody else does not stay in the cache.
for sha256 in "$(fact tree1 sha256)" "$(fact tree3 sha256)"; do
	expect 0 out '^removed ' "$sctpspec" kernels remove "${sha256:0:12}"
done

summary
