#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# types_test.bash COMPILER SOURCE BUILD - what a case mixes up does not compile: milliseconds, doublings and guest time,
# and ids of requirements that do not exist.
set -euo pipefail
compiler=$1 source=$2 build=$3
failed=0

compile() { # STATEMENT
	"$compiler" -std=gnu17 -D_GNU_SOURCE -I "$source" -I "$build" -fsyntax-only -x c - 2>&1 <<-END
		#include "cases/requirements.h"
		#include "runner/engine/case.h"
		extern struct window window;
		extern struct settings settings;
		extern const char *id;
		void body(struct trial *t);
		void body(struct trial *t) { $1; (void)t; }
	END
}

right() {
	compile "$1" || { echo "does not compile: $1"; failed=1; }
}

wrong() {
	! compile "$1" >/dev/null || { echo "compiles: $1"; failed=1; }
}

right 'settings.rto_max = MS(500)'
wrong 'settings.rto_max = 500'
wrong 'settings.rto_max = s(5)'
right 'expect_quiet(t, duration(settings.rto_max))'
wrong 'expect_quiet(t, settings.rto_max)'
wrong 'expect_quiet(t, doubled(2))'
right 'window = after(now(t), heartbeat_period(t, doubled(2)))'
wrong 'window = after(now(t), heartbeat_period(t, 2))'
wrong 'window = after(now(t), heartbeat_period(t, s(2)))'
wrong 'window = after(now(t), heartbeat_period(t, settings.rto_max))'
right 'id = R_9260_8_2_03'
wrong 'id = R_9260_8_2_99'
exit $failed
