#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# arrows_test.bash - that .ci/arrows fails on each kind of wrong arrow, and says which.
set -euo pipefail
arrows=$(dirname "$(readlink -f "$0")")/arrows
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree"/{core/src,netns,reports,cases,runner/{host,qemu/tests,engine/tests}}

fails() { # FILE INCLUDE MESSAGE
	printf '#include %s\n' "$2" >"$tree/$1"
	local said
	if said=$("$arrows" "$tree"); then
		echo "not noticed: $1 includes $2"
		exit 1
	fi
	[ "$said" = "$3" ] || { echo "said '$said' instead of '$3'"; exit 1; }
	rm "$tree/$1"
}

passes() { # FILE INCLUDE
	printf '#include %s\n' "$2" >"$tree/$1"
	"$arrows" "$tree" || { echo "refused: $1 includes $2"; exit 1; }
	rm "$tree/$1"
}

passes runner/qemu/a.c '"runner/host/tree.h"'
passes runner/qemu/a.c '"runner/qemu/qmp.h"'
passes core/src/a.c '"socket.h"'
passes core/src/a.c '"gen_sctp.h"'
passes runner/engine/a.c '"gen_sctp.h"'
passes runner/engine/tests/a.c '"netns/tests/lab.h"'
fails runner/qemu/a.c '"runner/guest/guest.h"' \
	'runner/qemu/a.c: includes runner/guest/guest.h: runner/qemu may not use runner/guest'
fails runner/qemu/tests/a.c '"runner/guest/guest.h"' \
	'runner/qemu/tests/a.c: includes runner/guest/guest.h: runner/qemu may not use runner/guest'
fails runner/host/a.h '<gen_sctp.h>' 'runner/host/a.h: includes gen_sctp.h: runner/host may not use core'
fails reports/a.c '"runner/host/tree.h"' 'reports/a.c: includes runner/host/tree.h: reports may not use runner/host'
fails cases/a.c '"runner/run/run.h"' 'cases/a.c: includes runner/run/run.h: cases may not use runner/run'
fails netns/a.c '"core/src/socket.h"' 'netns/a.c: includes core/src/socket.h: netns may not use core'
