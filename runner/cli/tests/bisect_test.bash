#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# bisect_test.bash SCTPSPEC - `git bisect run` with bisect-step through a history of modules, each a patch of the
# kernel's own sctp.ko: one commit changes the behaviour that a case is about, one does not come up, and one crashes
# in the case for a reason of its own.
set -u
sctpspec=$1
# shellcheck source=expect.bash
. "$(dirname "$0")/expect.bash"
# shellcheck source=modules.bash
. "$(dirname "$0")/modules.bash"
cd "$folder" || exit 1
mkdir tmp
export TMPDIR=$folder/tmp GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
if ! modules_can_be_patched || ! command -v git >/dev/null; then
	skipped 'a bisection: git, or a tool to patch modules, is missing'
	summary
	exit
fi

case=failover.primary-loss-both-idle
make_base_module "$sctpspec" "$case"

section() {
	readelf -SW base.ko | sed -n "s/.*\] $1 *PROGBITS *[0-9a-f]* \([0-9a-f]*\) .*/\1/p"
}
address() {
	nm base.ko | sed -n "s/^\([0-9a-f]*\) [tT] $1\$/\1/p"
}

# Path.Max.Retrans is 9 instead of 5 where a network begins (an instruction that loads it, after
# Association.Max.Retrans, which is 10): an idle path that is dead is found so later than it may be.
slow() {
	patched '48 b8 0a 00 00 00 05 00 00 00' '09 00 00 00'
}
# An undefined instruction at the beginning of a function, behind the mark of a branch's target, if it has one, and the
# call that tracing may put there.
broken_at() {
	perl -e 'local $/; my $module = <STDIN>;
		my $at = hex($ARGV[0]) + hex($ARGV[1]);
		$at += 4 if substr($module, $at, 4) eq "\xf3\x0f\x1e\xfa";
		substr($module, $at + 5, 2) = "\x0f\x0b"; print $module' "$1" "$2" <base.ko
}

# commit NAME COMMAND...: the module as the command makes it, another file for each commit.
commit() {
	local name=$1
	shift
	printf '%s' "$name" >name
	"$@" >made.ko || return 1
	objcopy --add-section .note.commit=name made.ko history/sctp.ko
	git -C history add sctp.ko
	git -C history -c user.name=t -c user.email=t@example.org commit -qm "$name"
	git -C history tag "$name"
}

git -c init.defaultBranch=main init -q history
commit c1 cat base.ko
commit c2 cat base.ko
commit c3 cat base.ko
commit c4 cat base.ko
commit c5-does-not-come-up broken_at "$(section .init.text)" "$(address init_module)"
commit c6 cat base.ko
commit c7-first-bad slow
commit c8-crashes broken_at "$(section .text)" "$(address sctp_generate_heartbeat_event)"
commit c9 slow
commit c10 slow
holds 'the history has ten commits' test "$(git -C history rev-list --count main)" = 10

step=("$sctpspec" bisect-step --case "$case" --module sctp.ko --signature "$folder/signature")

# The failure that is looked for is that of the last commit.
cd history || exit 1
expect 1 out "^bad: $case: fail: addr_unreachable at the .*: missing" "${step[@]}"
holds 'the signature is there' grep -q '"case": "failover.primary-loss-both-idle"' ../signature
holds 'it has no times' sh -c '! grep -Eq "[0-9]+\.[0-9]" ../signature'
cp ../signature ../signature.first

git bisect start main c1 >/dev/null 2>&1
git bisect run "${step[@]}" >"$folder/bisect.txt" 2>&1
holds "git finds the first '\?bad'\? commit: $(tail -n 30 "$folder/bisect.txt")" \
	test "$(git rev-parse refs/bisect/bad)" = "$(git rev-parse c7-first-bad)"
holds 'and knows it for sure' grep -Eq "is the first '?bad'? commit" "$folder/bisect.txt"
git bisect log
git bisect reset >/dev/null 2>&1

# Each answer by itself, also those that git did not ask for.
git checkout -q c6
expect 0 out "^good: $case: pass" "${step[@]}"
git checkout -q c5-does-not-come-up
expect 125 out 'cannot be judged: .*there is no kernel' "${step[@]}"
expect 125 err 'did not come up: Kernel panic' "${step[@]}"
git checkout -q c8-crashes
expect 125 out 'cannot be judged: .*crash in another way: the kernel crashed' "${step[@]}"
expect 1 out 'bad: .*: crash: ' "$sctpspec" bisect-step --case "$case" --module sctp.ko
expect 1 out 'bad: .*: crash: ' "$sctpspec" bisect-step --case "$case" --module sctp.ko --signature ../crash
holds 'a crash is known by its place' grep -q '"place": "sctp_generate_heartbeat_event"' ../crash
holds 'the signature stays what it was' cmp ../signature ../signature.first
git checkout -q main
expect 125 out 'cannot be judged' "$sctpspec" bisect-step --case "$case" --module none.ko
expect 125 out 'cannot be judged: .*error: ' "$sctpspec" bisect-step --case "$case" --tamper die:2
expect 1 out 'bad' "$sctpspec" bisect-step --case "$case" --module sctp.ko --out ../kept
holds '--out keeps the evidence' test -s ../kept/results.ndjson
expect 125 out 'there is no kernel' "$sctpspec" bisect-step --case "$case" --module none.ko --out ../kept
expect 255 line 'is the signature of a failure of failover' \
	"$sctpspec" bisect-step --case setup.one-path --module sctp.ko --signature ../signature
expect 255 line 'cannot write the signature /nonexistent/x' \
	"$sctpspec" bisect-step --case "$case" --module sctp.ko --signature /nonexistent/x
cd ..
holds 'no temporary file is left' test -z "$(ls tmp)"

summary
