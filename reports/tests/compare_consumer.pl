#!/usr/bin/perl
# SPDX-License-Identifier: Apache-2.0
# compare_consumer.pl JSON CHANGE=NUMBER... - reads a comparison with perl's own parser, and counts by itself.
use strict;
use warnings;
use JSON::PP;

my ($file, @wanted) = @ARGV;
open my $in, '<:raw', $file or die "$file: $!\n";
my $comparison = JSON::PP->new->utf8->decode(do { local $/; <$in> });
die "$file: not of version 1\n" unless $comparison->{version} == 1;

my %counts;
for my $pair (@{$comparison->{kernels}}) {
	my $before = '';
	for my $case (@{$pair->{cases}}) {
		$counts{$case->{change}}++;
		die "$file: $case->{case} after $before\n" unless $case->{case} gt $before;
		$before = $case->{case};
		die "$file: $case->{case}: behaviour without a difference, or the reverse\n"
			if ($case->{change} eq 'behaviour') != (@{$case->{differences}} > 0);
		for my $difference (@{$case->{differences}}) {
			die "$file: $case->{case}: a difference without kind or text\n"
				unless length $difference->{kind} && length $difference->{text};
		}
		die "$file: $case->{case}: neither old nor new\n" unless $case->{old} || $case->{new};
	}
}
for (@wanted) {
	my ($change, $number) = /^(.*)=(\d+)$/ or die "what is $_?\n";
	my $found = $counts{$change} // 0;
	die "$file: $found of $change, not $number\n" unless $found == $number;
	die "$file: counts say $comparison->{counts}{$change} of $change\n"
		unless $comparison->{counts}{$change} == $number;
}
