# SPDX-License-Identifier: Apache-2.0
# modules.bash - for tests that patch the kernel's own sctp.ko. Source it after expect.bash, in a folder of the test's.
#
#	make_base_module SCTPSPEC CASE    base.ko: the default kernel's, and CASE passes there
#	patched HEX HEX                   base.ko with the second in place of the end of the first, which stands there
#	                                  once; ".." is any octet

modules_can_be_patched() {
	local tool
	for tool in objcopy readelf nm perl; do
		command -v $tool >/dev/null || return 1
	done
}

make_base_module() {
	local release module
	"$1" run -q --out plain "$2"
	holds "$2 passes on the kernel as it is" test $? = 0
	release=$(sed -n 's/.*"type":"kernel".*"release":"\([^"]*\)".*/\1/p' plain/results.ndjson)
	module=$(find "${SCTPSPEC_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sctpspec}/kernels" \
		-path "*/lib/modules/$release/*/net/sctp/sctp.ko*" | head -n 1)
	holds 'the kernel has sctp.ko' test -s "$module"
	xz -dcf "$module" >packed.ko # as it is when it is not packed
	# Without its signature, which a patch would break.
	objcopy --strip-debug packed.ko base.ko
}

patched() {
	perl -e 'local $/;
		my $module = <STDIN>;
		my ($from, $to) = map { s/ //gr } @ARGV;
		$from =~ s/(..)/$1 eq ".." ? "." : quotemeta(chr(hex($1)))/ge;
		$to = pack("H*", $to);
		my $n = ($module =~ s/($from)/substr($1, 0, length($1) - length($to)) . $to/gse);
		die "it stands there $n times\n" unless $n == 1;
		print $module' "$1" "$2" <base.ko
}
