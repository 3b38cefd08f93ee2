#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# man_test.bash INCLUDES CC - the man pages are well formed, complete, and true to the headers.
set -uo pipefail
includes=$1 cc=$2
cd "$(dirname "$(readlink -f "$0")")" || exit 1
. ../../runner/cli/tests/expect.bash
mapfile -t headers < <(find "$includes" -name '*.h')

# which other manuals there are is up to the machine
lint() {
	! mandoc -Tlint "$@" 2>/dev/null | grep -v 'STYLE: referenced manual not found'
}

# all functions: exported ones and inline ones
functions() {
	perl -0ne 'print "$1\n" while /\b(?:GS_API(?:_VOID)?|static inline)\s[^;({]*?\b(gs_\w+)\s*\(/g' "${headers[@]}" | sort -u
}

constants() {
	perl -0ne 's{/\*.*?\*/}{}gs; while (/enum\s*\{(.*?)\}/gs) { my $b = $1; print "$1\n" while $b =~ /\b(GS_\w+)/g }
		print "$1\n" while /^#define (GS_\w+)/gm' "${headers[@]}" | sort -u
}

named() {
	sed -n 's/^\.Nm \(gs_[a-z_]*\).*/\1/p' ./*.3 | sort
}

same() {
	diff <("$1") <("$2")
}

# what a page calls by name is there
mentioned_constants_exist() {
	! comm -23 <(grep -oh '\bGS_[A-Z][A-Z0-9_]*' ./*.[37] | sort -u) \
		<({ constants; functions | tr "[:lower:]" "[:upper:]"; } | sort -u) | grep .
}

references_exist() {
	! comm -23 <(sed -n 's/^\.Xr \(gs_[a-z_]*\) 3.*/\1/p' ./*.[37] | sort -u) <(named) | grep .
}

options_are_listed() {
	! comm -23 <(constants | grep '^GS_OPT_' | grep -v GS_OPT_NONE) \
		<(grep -oh 'GS_OPT_[A-Z0-9_]*' gs_setopts.3 | sort -u) | grep .
}

# The synopses as declarations beside those of the header: the compiler compares them.
synopses() {
	echo '#include <gen_sctp.h>'
	cat ./*.3 | perl -ne '
		$on = 0 if /^\.Sh/; $on = 1 if /^\.Sh SYNOPSIS/; next unless $on;
		if (/^\.Ft (.*)/) { print "$1 " }
		elsif (/^\.Fn (\w+)(.*)/) { my ($name, $rest) = ($1, $2); print "$name(" . join(", ", $rest =~ /"([^"]*)"/g) . ");\n" }
		elsif (/^\.Fo (\w+)/) { print "$1("; @arguments = () }
		elsif (/^\.Fa "(.*)"/) { push @arguments, $1 }
		elsif (/^\.Fc/) { print join(", ", @arguments) . ");\n" }'
}

synopses_compile() {
	synopses >"$folder/synopses.c"
	[ "$(grep -c ');$' "$folder/synopses.c")" = "$(functions | wc -l)" ] || {
		echo 'there are not as many synopses as functions'
		return 1
	}
	"$cc" -std=c11 -fsyntax-only -Wall -Wextra -Wno-redundant-decls -Wno-unused-function -Werror -I"$includes" \
		"$folder/synopses.c"
}

holds 'mandoc finds nothing' lint ./*.[37]
holds 'each function is in the NAME of exactly one page, and no other' same functions named
holds 'each synopsis is the declaration of the header' synopses_compile
holds 'the constants that are mentioned exist' mentioned_constants_exist
holds 'the pages of section 3 that are referred to exist' references_exist
holds 'each option is described' options_are_listed

# a page that is not well formed is noticed
printf '.Dd\n.Sh NAME\n.Bl -tag\n' >"$folder/bad.3"
holds 'a bad page is noticed' bash -c "! mandoc -Tlint -Wwarning '$folder/bad.3'"
summary
