# SPDX-License-Identifier: Apache-2.0
# hostile.pl KIND - a capture that is made to cost whoever judges it: pcap of raw IP, without checksums.
use strict;
use warnings;

my $at = 1_000_000_000_000_000_000;

sub header { print pack 'VvvVVVV', 0xa1b23c4d, 2, 4, 0, 0, 262144, 101 }

sub packet {
	my ($number, $tag, $chunks, $from) = @_;
	my @host = (0x0a000001 + ($number >> 14 << 8), 0x0a000002);
	my @port = (1024 + ($number & 16383), 5000);
	@host = reverse(@host), @port = reverse(@port) if $from;
	my $bytes = pack('CCnnnCCnNN', 0x45, 0, 32 + length $chunks, 0, 0, 64, 132, 0, @host) . pack('nnNN', @port, $tag, 0) . $chunks;
	print pack('VVVV', $at / 1_000_000_000, $at % 1_000_000_000, length $bytes, length $bytes), $bytes;
	$at += 1000;
}

sub data { my ($tsn, $stream) = @_; return pack 'CCnNnnNa4', 0, 3, 17, $tsn, $stream, 0, 0, 'x' }
sub init { my ($tag) = @_; return pack 'CCnNNnnN', 1, 0, 20, $tag, 65536, 65535, 65535, 1 }
sub sack { my ($tsn, @blocks) = @_; return pack 'CCnNNnnn*', 3, 0, 16 + 2 * @blocks, $tsn, 65536, @blocks / 2, 0, @blocks }

my %kinds = (
	# a stream of a high number in each of many associations
	streams => sub { packet($_, $_ + 1, data(1, 65535)) for 0 .. 9999 },
	# TSNs far apart: all between may have left unseen
	jumps => sub { packet($_ >> 1, $_ >> 1, data($_ & 1 ? 200_000 : 1, 1)) for 0 .. 999 },
	# never acknowledged
	unacknowledged => sub {
		my $tsn = 0;
		packet(0, 1, join '', map { data($tsn++, 1) } 1 .. 70) for 1 .. 4000;
	},
	# gap blocks of all that may be, again and again
	gaps => sub {
		my $tsn = 0;
		packet(0, 1, join '', map { data($tsn++, 1) } 1 .. 70) for 1 .. 900;
		packet(0, 2, sack(0, 2, 65535, map { (1, 65535) } 1 .. 300), 1) for 1 .. 300;
		packet(0, 2, sack(0, map { (2 * $_, 2 * $_) } 1 .. 16000), 1) for 1 .. 50;
	},
	holes => sub { packet(0, 1, data(2 * $_, 1)) for 1 .. 50_000 },
	inits => sub { packet($_, 0, init($_ + 1)) for 0 .. 99_999 },
	# the clock goes everywhere
	times => sub {
		for (1 .. 20_000) {
			$at = ($_ * 2_654_435_761 % 4_294_967_296) * 1_000_000_000;
			packet(0, 1, data($_, 1));
		}
	},
);
binmode STDOUT;
header();
($kinds{$ARGV[0] // ''} // die "hostile.pl " . join('|', sort keys %kinds) . "\n")->();
