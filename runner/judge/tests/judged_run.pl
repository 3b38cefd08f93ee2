# SPDX-License-Identifier: Apache-2.0
# judged_run.pl SCTPSPEC RUN - judges the captures of all cases of a run, with the settings of each, and compares what is
# told with the log: where the strike that makes a path unreachable is in the captures, the event is within 5 ms of it.
use strict;
use warnings;
use JSON::PP;

my ($sctpspec, $run) = @ARGV;
my @known = qw(rto_initial rto_min rto_max hb_interval sack_timeout path_max_retrans pf_retrans
	association_max_retrans max_init_retransmits valid_cookie_life pf_enable);
my (%settings, %began, %unreachable, %unseen);
my ($failed, $cases, $matched, $missed) = (0, 0, 0, 0);

open my $log, '<', "$run/results.ndjson" or die "$run: $!";
while (<$log>) {
	my $line = decode_json($_);
	my $case = $line->{case} // '';
	$settings{$case} = $line->{settings} // {} if $line->{type} eq 'case_start';
	$began{$case} = $line->{began_ns} if $line->{type} eq 'capture';
	# an end without a link or a route sends what no capture has
	$unseen{$case} = 1 if $line->{type} eq 'fault' && $line->{text} =~ /link|router|route/;
	push @{$unreachable{$case}}, $line
		if $line->{type} eq 'event' && $line->{event} eq 'paddr_change' && $line->{text} =~ /^addr_unreachable/;
}

sub complain { print "@_\n"; $failed++ }

sub judge {
	my ($case, @files) = @_;
	my @set = map { exists $settings{$case}{$_} ? ('--set', "$_=$settings{$case}{$_}") : () } @known;
	open my $out, '-|', $sctpspec, 'judge', '--json', @set, @files or die "$sctpspec: $!";
	local $/;
	my $text = <$out>;
	close $out;
	my $status = $? >> 8;
	return undef if $status == 4; # nothing was sent there
	complain("$case: judge ended with $status: @files") if $status != 0;
	return decode_json($text);
}

sub findings {
	my ($case, $how, $judged) = @_;
	for my $association (@{$judged->{associations}}) {
		complain("$case, $how: $_->{rule} at $_->{t_ns}: expected $_->{expected}, got $_->{got}")
			for grep { $_->{level} ne 'SHOULD' && !$_->{known} } @{$association->{findings}};
	}
}

for my $case (sort keys %settings) {
	my @files = sort glob "$run/evidence/$case/*.pcap" or next;
	my $judged = judge($case, map { ('--from', $_) } @files) // next;
	$cases++;
	findings($case, 'at both ends', $judged);
	for my $end ('a', 'b') {
		my $other = judge($case, grep { m{/$end-[^/]*$} } @files) // next;
		findings($case, "as from anywhere ($end)", $other);
	}
	my @given_up;
	for my $association (@{$judged->{associations}}) {
		push @given_up, map { $judged->{zero_ns} + $_->{given_up}{t_ns} } grep { $_->{given_up} }
			@{$association->{failures}};
	}
	for my $event (@{$unreachable{$case} // []}) {
		my $at = $began{$case} + $event->{t_ns};
		if (grep { abs($_ - $at) < 5e6 } @given_up) {
			$matched++;
		} elsif ($unseen{$case}) {
			$missed++;
		} else {
			complain("$case: addr_unreachable at $event->{t_ns} is nowhere in the captures");
		}
	}
}
print "$cases cases; $matched times addr_unreachable is where it is told, $missed times its cause was sent unseen\n";
complain('too few cases') if $cases < 100;
complain('too few events') if $matched < 80;
exit($failed ? 1 : 0);
