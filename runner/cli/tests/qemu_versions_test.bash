#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# qemu_versions_test.bash SCTPSPEC TESTS - every QEMU that Debian has, fetched and not installed: all cases pass on it,
# guests are rewound, and one that was rewound has the same log as one that was not. TESTS is the folder with our test
# programs. Where none can be had it is skipped.
set -u
sctpspec=$1
tests=$2
here=$(dirname "$0")
known=$(readlink -f "$here/../../../cases/known/linux")
# shellcheck source-path=SCRIPTDIR source=expect.bash
. "$here/expect.bash"
cd "$folder" || exit 1

# Debian's suite | whether guests can be rewound
suites='
bullseye           | no
bookworm           | ok
bookworm-backports | ok
trixie             | ok
trixie-backports   | ok
sid                | ok
'
one=failover.primary-loss-both-idle
first=
system=$PATH

# Its snapshots are its own: those of another QEMU would not do.
has_snapshot() {
	grep -qF "\"$1\"" "${SCTPSPEC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sctpspec}"/snapshots/*/meta.json
}

rewound_all() {
	local words n
	words=$(grep -E 'guests in a QEMU process' "$1") || return 1
	read -r n _ <<<"$words"
	[ "$n" -gt 0 ] && [[ $words == *' 0 could not be' ]]
}

# A QEMU that dies while it saves a guest, where it does: 10.0 does when it has to describe the devices.
check_last_words() {
	local status=0
	mkdir "$1.dying"
	# shellcheck disable=SC2016
	printf '#!/bin/bash\nexec "%s" "${@//,suppress-vmdesc=on/}"\n' "$2/qemu-system-x86_64" \
		>"$1.dying/qemu-system-x86_64"
	chmod +x "$1.dying/qemu-system-x86_64"
	PATH=$1.dying:$system "$sctpspec" run -q --out "$1.died" "$one" >"$1.died.out" 2>&1 || status=$?
	[ $status = 0 ] || holds "QEMU of $1 says how it died" grep -Eq \
		'QEMU was killed by signal 6 .* was saved: .*[Aa]ssertion' "$1.died.out"
	[[ $3 != *' 10.0.'* ]] || holds "QEMU of $1 dies when it may" test $status = 3
}

check() {
	local suite=$1 rewinds=$2 place=$3 version
	version=$("$place/qemu-system-x86_64" --version | head -n 1)
	printf '%s: %s\n' "$suite" "$version"
	PATH=$place:$system
	"$sctpspec" doctor >"$suite.doctor"
	holds "doctor knows it" grep -qF "$version" "$suite.doctor"
	holds "doctor says of rewinding on $suite: $rewinds" grep -q "^$rewinds *rewind " "$suite.doctor"
	expect 0 '' '' "$sctpspec" run -q --twice --timings --known "$known" --out "$suite"
	cp out "$suite.out"
	holds "$suite has a snapshot of its own" has_snapshot "$version"
	if [ "$rewinds" = ok ]; then
		holds "guests of $suite are rewound" rewound_all "$suite.out"
		holds "rewinding on $suite" "$tests/rewind_test"
	fi
	holds "guests on $suite" "$tests/guest_test"
	PATH=$system
	check_last_words "$suite" "$place" "$version"
	if [ -n "$first" ]; then
		expect 0 '' '' "$sctpspec" compare "$first" "$suite"
	fi
	first=${first:-$suite}
}

while IFS='| ' read -r suite rewinds; do
	[ -n "$suite" ] || continue
	if place=$("$here/debian_qemu" "$suite" 2>words); then
		check "$suite" "$rewinds" "$place"
	else
		skipped "$suite: $(tail -n 1 words)"
	fi
done <<<"$suites"

[ -n "$first" ] || exit 77
summary
