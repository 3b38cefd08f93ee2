#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# limits_test.bash SCTPSPEC - few descriptors, processes, little memory, small files: each ends with exit status 3 and a
# line that says what there was too little of, and never with a verdict on the kernel.
set -u
sctpspec=$1
# shellcheck source-path=SCRIPTDIR source=expect.bash
. "$(dirname "$0")/expect.bash"
cd "$folder" || exit 1

# A cache with the default kernel alone, and copies of the programs: another user can be given them.
release=$("$sctpspec" kernels fetch 2>/dev/null | cut -d ' ' -f 1)
stored=$("$sctpspec" kernels list | awk -v release="$release" '$1 == release { print $2; exit }')
mkdir -p cache/kernels
cp -a "${SCTPSPEC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sctpspec}/kernels/$stored"* cache/kernels/
cp "$sctpspec" "$(dirname "$sctpspec")/sctpspec-agent" .
export SCTPSPEC_CACHE=$folder/cache HOME=$folder
as_user=()
if [ "$(id -u)" = 0 ]; then # whose processes are not counted
	chown -R 12345:12345 "$folder"
	as_user=(setpriv --reuid=12345 --regid=12345 --clear-groups)
fi
case_of_it=setup.one-path

# Of a run with a limit: its exit status, and in said what it said.
limited() { # OPTION VALUE
	"${as_user[@]}" bash -c 'ulimit "$1" "$2" && exec ./sctpspec run --kernel "$3" --out log "$4"' bash "$1" "$2" \
		"$release" "$case_of_it" 2>&1 | cat >said
	return "${PIPESTATUS[0]}"
}
# One for each thing that could not be done: the case, or a report.
reasons_are() { # PATTERN
	local reasons
	reasons=$(grep -E "^(sctpspec: |error +$case_of_it \(|\./sctpspec: error while loading)" said)
	[ -n "$reasons" ] && ! grep -Evq "$1" <<<"$reasons"
}
# With each of the values, which rise, it cannot be done; with the last it can.
rising() { # OPTION PATTERN VALUE...
	local option=$1 pattern=$2 value status
	shift 2
	for value; do
		limited "$option" "$value"
		status=$?
		[ $status != 0 ] || continue
		# 127: there is too little for its libraries, says their loader
		holds "ulimit $option $value: ends with $status" test $status = 3 -o $status = 127
		holds "ulimit $option $value: $(cat said)" reasons_are "$pattern"
	done
	holds "ulimit $option $value: with enough it works" test $status = 0
	holds "ulimit $option $1: it is too little" eval "! limited $option $1"
}

expect 0 '' '' limited -n hard
rising -n 'Too many open files|Error 24' 4 5 6 7 8 10 12 14 16 18 20 hard
rising -u 'Resource temporarily unavailable' 1 2 3 4 5 hard
rising -v 'Cannot allocate memory|failed to (map segment|allocate)|[Oo]ut of memory' 50000 100000 200000 400000 600000 hard
rising -f 'File too large' 0 1 10 100 1000 20000 hard
for value in 4 5 6; do
	# shellcheck disable=SC2016
	bash -c 'ulimit -n "$1" && exec ./sctpspec run setup.one-path' bash $value >said 2>&1
	holds "which release this is, with $value descriptors" eval "! grep -q 'no Debian release' said"
done
summary
