#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# proof_test.bash - the comparison is shown to fail: an answer that was tampered with, a difference that is
# listed and is none (any more), one that is not listed, and scripts that cannot be played.
set -u
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
oracle=${SCTPSPEC_BUILD:-$here/../../../build}/tests/oracle
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
checks=0
failures=0

# expect STATUS COMMAND...: what it ends with
expect() {
	local status=$1 got=0
	shift
	checks=$((checks + 1))
	"$@" >"$folder/words" 2>&1 </dev/null || got=$?
	if [ "$got" = 77 ]; then
		cat "$folder/words"
		exit 77
	fi
	if [ "$got" != "$status" ]; then
		failures=$((failures + 1))
		printf 'FAILED: %s: ended with %s instead of %s\n' "$*" "$got" "$status"
		cat "$folder/words"
	fi
}

# says PATTERN: what it said
says() {
	checks=$((checks + 1))
	if ! grep -Eq -- "$1" "$folder/words"; then
		failures=$((failures + 1))
		printf 'FAILED: it does not say: %s\n' "$1"
		cat "$folder/words"
	fi
}

script() {
	cat >"$folder/$1.script"
}

expect 1 "$here/../run" --tamper=8 "$here/../scripts/eof.script"
says '^DIFFERENT eof.script:10: eof\(C, a\)$'
says '^    played by C$'
says 'got +tampered with$'
says '^1 scripts in 4 plays, .*: 2 plays not as expected'

script stale <<-'END'
	S = open(server)
	close(S)
	  erlang: ok
	  c: error closed
	  because: (D) B-027: it is not so
END
script changed <<-'END'
	S = open(server)
	close(S)
	  erlang: error closed
	  c: ok
	  because: (D) B-027: Erlang does not answer so
END
# a listed difference taken out of the list
grep -v '^  ' "$here/../scripts/eof-by-id.script" >"$folder/unlisted.script"
expect 1 "$here/../run" "$folder"/{stale,changed,unlisted}.script
says '^DIFFERENT stale.script:2: close\(S\)$'
says 'expected +error closed +\(the listed difference is gone: C answers as Erlang does\)$'
says '^DIFFERENT changed.script:2: close\(S\)$'
says '^    played by Erlang$'
says '^DIFFERENT unlisted.script:8: eof\(C, id\(a\)\)$'
says 'expected +badarg +\(as Erlang answers\)$'
says '^    this call was made by C$'

script faulty <<-'END'
	S = open(server)
	opne(S)
END
expect 2 "$oracle" "$folder/faulty.script"
says '/faulty.script:2: there is no such function: opne$'
script reasonless <<-'END'
	S = open(server)
	close(S)
	  erlang: error closed
	  c: ok
END
expect 2 "$oracle" "$folder/reasonless.script"
says '/reasonless.script:2: a difference is three lines'
expect 2 "$oracle" "$folder/none.script"
says 'cannot read .*/none.script: No such file or directory$'
expect 2 "$here/../run" none.script
says '^run: cannot read none.script$'
expect 4 "$oracle"
says 'there is no script to play$'
expect 2 "$oracle" --tamper=0 x
says 'tamper is a number from 1'

printf '%d checks, %d failures\n' "$checks" "$failures"
[ "$failures" = 0 ]
