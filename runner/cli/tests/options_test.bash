#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# options_test.bash SCTPSPEC - that an option takes the same values in every command that has it, and that all say the
# same to others; that nothing which is named goes unused; and that each --help agrees with the others. Without a guest.
set -u
sctpspec=$1
# shellcheck source-path=SCRIPTDIR source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1
first=$("$sctpspec" list | head -n 1 | cut -d ' ' -f 1)

# ---- The commands: what they need besides, and what a kernel that is not there and a wrong option give.

declare -A tail=([run]=$first [exec]=true [shell]=two-paths [bisect-step]="--case=$first" [kernels]=none.deb)
declare -A head=([run]=run [exec]=exec [shell]=shell [bisect-step]=bisect-step [kernels]='kernels add --boot')
declare -A no_kernel=([run]=3 [exec]=3 [shell]=3 [bisect-step]=125 [kernels]=3)
declare -A misuse=([run]=2 [exec]=2 [shell]=2 [bisect-step]=255 [kernels]=2)
kernel_commands='run exec shell bisect-step'
all_commands="$kernel_commands kernels"

# with COMMAND STATUS PATTERN OPTION...
with() {
	local command=$1 status=$2 pattern=$3 words
	shift 3
	read -ra words <<<"${head[$command]}"
	expect "$status" line "$pattern" "$sctpspec" "${words[@]}" "$@" "${tail[$command]}"
}

# refused COMMANDS PATTERN OPTION...: all of them say that.
refused() {
	local commands=$1 pattern=$2 command
	shift 2
	for command in $commands; do
		with "$command" "${misuse[$command]}" "$pattern" "$@"
	done
}

# taken COMMANDS OPTION...: what is wrong then is the kernel alone.
taken() {
	local commands=$1 command kernel
	shift
	for command in $commands; do
		kernel=(--kernel none.deb)
		[ "$command" != kernels ] || kernel=()
		with "$command" "${no_kernel[$command]}" 'cannot read the kernel none.deb: |there is no kernel' \
			"${kernel[@]}" "$@"
	done
}

# ---- Values: the commands that have an option, the option, and what all say to a bad value.

values() {
	local commands=$1 option=$2 sentence=$3 goods=$4 value
	shift 4
	for value in $goods; do
		taken "$commands" "--$option=$value"
	done
	for value; do
		refused "$commands" "^sctpspec [a-z-]+: --$option is $sentence, not '${value//[+.]/\\&}'$" "--$option=$value"
	done
}

values "$kernel_commands" seed 'a number from 0 to 9223372036854775807' \
	'0 1 007 9223372036854775807' \
	+5 -1 1e3 0x10 ' 5' '5 ' 5.0 '' x 9223372036854775808 18446744073709551617 99999999999999999999
values 'run bisect-step' patience 'a number of seconds from 0.001 to 1000000' '0.001 60' 0 -1 inf ''
values 'run exec bisect-step' timeout 'a number of seconds from 0.001 to 1000000' \
	'0.001 0.5 .5 5. 1 120 1000000' \
	0 0.0 0.0009 -1 +1 1e3 0x10 inf nan infinity ' 1' '1 ' '' . 1.2.3 1000001 99999999999999999999
values run jobs 'a number from 1 to 512' '1 512' 0 -1 +2 1.5 two '' 513 4294967297
values run repeat 'a number from 1 to 10000' '1 10000' 0 -1 +2 '' 10001
values "$all_commands" clock 'virtual or real' 'virtual real' fast '' Virtual
values "$all_commands" accel 'tcg or kvm' 'tcg kvm' hvf ''
values run target 'guest or host' guest moon ''
values run pcap 'failed, always or never' 'failed always never' sometimes
values run color 'auto, always or never' 'auto always never' green
for command in report compare doctor; do
	expect 2 line "^sctpspec $command: --color is auto, always or never, not 'green'$" "$sctpspec" $command --color green
done
for command in shell kernels; do
	refused $command 'unrecognized option .--timeout' --timeout 5
done
refused 'exec shell bisect-step kernels' 'unrecognized option .--jobs' --jobs 1
refused kernels 'unrecognized option .--seed' --seed 1

# ---- What does not go together.

refused "$all_commands" 'clock virtual needs a guest without KVM: leave out --accel kvm' --clock virtual --accel kvm
refused run 'target host tests the running kernel' --target host --kernel debian:bookworm
refused run 'target host tests the running kernel' --target host --module m.ko
refused run 'target host tests the running kernel' --target host --fresh-qemu
refused run 'clock virtual needs a guest.* leave out --target host' --target host --clock virtual
expect 2 line 'clock and --accel are for --boot' "$sctpspec" kernels add --clock real none.deb
expect 2 line 'clock and --accel are for --boot' "$sctpspec" kernels list --accel kvm

# ---- What would not be used.

printf '!<arch>\n' >linux-image-1.deb
cp linux-image-1.deb linux-modules-1.deb
: >linux-modules-none
: >bzImage
own='is of no use: .* has modules of its own'
refused 'exec shell bisect-step' "^sctpspec: one kernel at a time: '/nope' is too much$" \
	--kernel debian:bookworm --kernel /nope
refused 'exec shell bisect-step' "one kernel at a time: 'debian:sid'" --kernel ./bzImage --kernel debian:sid
expect 2 line "one kernel at a time: '/nope'" "$sctpspec" kernels add debian:bookworm /nope
expect 2 line "one kernel at a time: 'debian:sid'" "$sctpspec" kernels fetch debian:bookworm debian:sid
expect 2 line "'linux-image-1.deb' is named twice" "$sctpspec" kernels add linux-image-1.deb linux-image-1.deb
refused "$kernel_commands" 'debian:bookworm is no package, and only packages can be several' \
	--kernel debian:bookworm --kernel linux-modules-1.deb
refused "$kernel_commands" 'running is no package' --kernel linux-modules-1.deb --kernel running
refused "$kernel_commands" './bzImage is no package' --kernel ./bzImage --kernel linux-modules-1.deb
refused "$kernel_commands" 'linux-modules-none is no package' --kernel linux-image-1.deb --kernel linux-modules-none
refused "$kernel_commands" 'package linux-modules-1.deb is named twice' \
	--kernel linux-image-1.deb --kernel linux-modules-1.deb --kernel linux-modules-1.deb
refused "$kernel_commands" "--modules m $own" --modules m
refused "$kernel_commands" "--modules m $own" --kernel debian:bookworm --modules m
refused "$kernel_commands" "--modules m $own" --kernel running --modules m
refused "$kernel_commands" "--modules m $own" --kernel linux-image-1.deb --modules m
expect 2 line "$own" "$sctpspec" kernels add running --modules m
refused "$kernel_commands" "a kernel has one --modules: 'm' and 'n' are two" --kernel ./bzImage --modules m --modules n
refused "$kernel_commands" "a kernel has one --module: 'm' and 'n' are two" --module m --module n
refused run "the kernel 'a' is named twice" --kernel a --kernel a
refused run 'module m.ko stands before' --module m.ko --kernel debian:bookworm --kernel debian:sid
refused shell 'one case or topology at a time: .two-paths. is too much' two-paths
expect 2 line "it takes no argument: 'x' is too much" "$sctpspec" doctor x

# ---- Help: asked for in three ways, with the exit status, and the program's own agrees with it.

# helps COMMAND [WORD...]: what `sctpspec WORD...` says is what `sctpspec COMMAND --help` does, in file "of_COMMAND".
helps() {
	local command=$1
	shift
	expect 0 out '^Exit status: ' "$sctpspec" "$@"
	cp out asked
	holds "sctpspec $* is the help of $command" cmp asked "of_$command"
}

"$sctpspec" --help >of_all
helps all -h
helps all help
expect 2 line "unknown command 'rnu'; did you mean run" "$sctpspec" help rnu
expect 2 line "one command at a time: 'list' is too much" "$sctpspec" help run list
commands=$(sed -n 's/^  \([a-z-]*\) .*/\1/p' of_all)
holds 'there are commands' test "$(wc -w <<<"$commands")" -ge 11
for command in $commands; do
	"$sctpspec" "$command" --help >"of_$command"
	helps "$command" help "$command"
	helps "$command" "$command" -h
	# the arguments that the program's own help names are those of the command's
	arguments=$(sed -n "s/^  $command \(.*[^ ]\)   *[a-z].*/\1/p" of_all)
	[ "$command" != kernels ] || arguments=${arguments//|/ }
	sed -n "s/^\(Usage:\|  or: \) sctpspec $command \[OPTION...\] *//p" "of_$command" >usage
	for word in $arguments; do
		holds "$command --help has $word" grep -qF -- "$word" usage
	done
done
# and the other way round
for action in $("$sctpspec" kernels --help | sed -n 's/.*sctpspec kernels \[OPTION...\] \([a-z]*\).*/\1/p'); do
	holds "the help of all has kernels $action" grep -Eq "^  kernels [a-z|]*\b$action\b" of_all
done

summary
