# SPDX-License-Identifier: Apache-2.0
# judged_run.pl SCTPSPEC RUN - judges the captures of all cases of a run, with the settings of each, and compares what is
# told with the log: where the strike that makes a path unreachable is in the captures, the event is within 5 ms of it.
use strict;
use warnings;
use JSON::PP;

my ($sctpspec, $run) = @ARGV;
my @known = qw(rto_initial rto_min rto_max hb_interval sack_timeout path_max_retrans pf_retrans
	association_max_retrans max_init_retransmits valid_cookie_life pf_enable);
my (%settings, %began, %unreachable, %unseen, %limited, %damaged, %odd, %taken, %keyed, %wrong);
my ($failed, $cases, $matched, $missed, $sure, $perhaps) = (0, 0, 0, 0, 0, 0);

open my $log, '<', "$run/results.ndjson" or die "$run: $!";
while (<$log>) {
	my $line = decode_json($_);
	my $case = $line->{case} // '';
	$settings{$case} = $line->{settings} // {} if $line->{type} eq 'case_start';
	# a tester does wrong on purpose: of its packets judge has to make something, whatever it is
	$wrong{$case} = 1 if $line->{type} eq 'case_start' && grep { $_ eq 'tester' } @{$line->{tags}};
	$began{$case} = $line->{began_ns} if $line->{type} eq 'capture';
	# an end without a link or a route sends what no capture has
	$unseen{$case} = 1 if $line->{type} eq 'fault' && $line->{text} =~ /link|router|route|address|neighbour|carrier/;
	# a reader who has stopped reads of it when he goes on
	$unseen{$case} = 1 if $line->{type} eq 'call' && $line->{call} eq 'reading';
	# nor what an end refuses that has come to it
	$unseen{$case} = 1 if $line->{type} eq 'call' && $line->{call} eq 'sysctl' && $line->{arguments}{name} =~ /rp_filter/;
	# a limit that an option gave an address is not in the captures
	$limited{$case} = 1 if $line->{type} eq 'call' && $line->{call} eq 'setsockopt' &&
		$line->{arguments}{option} =~ /^SCTP_PEER_ADDR_(PARAMS|THLDS)/;
	# a packet that was damaged under way is wrong where it arrives, for who does not know that it was right before
	$damaged{$case} = 1 if $line->{type} eq 'fault' && $line->{kind} =~ /corrupt/;
	# who gets an HMAC of another key writes the right one into the packet, which captures of ours share
	$keyed{$case} = 1 if $line->{type} eq 'call' && $line->{call} eq 'setsockopt' &&
		$line->{arguments}{option} =~ /^SCTP_AUTH_(KEY|ACTIVE_KEY)$/;
	# not much can be inferred where answers are kept from one end
	$odd{$case} = 1 if $line->{type} eq 'fault' && $line->{kind} =~ /^(chunks-lost|host-paused)$/;
	# by addresses alone nobody can tell two hosts that have the same one
	$taken{$case} = 1 if $line->{type} eq 'fault' && $line->{kind} eq 'address-taken';
	push @{$unreachable{$case}}, $line
		if $line->{type} eq 'event' && $line->{event} eq 'paddr_change' && $line->{text} =~ /^addr_unreachable/;
}

sub complain { print "@_\n"; $failed++ }

sub judge {
	my ($case, $guess, @files) = @_;
	my @set = $guess ? () : map { exists $settings{$case}{$_} ? ('--set', "$_=$settings{$case}{$_}") : () } @known;
	open my $out, '-|', $sctpspec, 'judge', '--json', @set, @files or die "$sctpspec: $!";
	local $/;
	my $text = <$out>;
	close $out;
	my $status = $? >> 8;
	return undef if $status == 4; # nothing was sent there
	complain("$case: judge ended with $status: @files")
		if $status != 0 && !($status == 1 && ($damaged{$case} || $keyed{$case} || $wrong{$case}));
	return decode_json($text);
}

sub findings {
	my ($case, $how, $judged) = @_;
	return if $damaged{$case} || $wrong{$case}; # nobody knows what its receiver made of it
	for my $association (@{$judged->{associations}}) {
		complain("$case, $how: $_->{rule} at $_->{t_ns}: expected $_->{expected}, got $_->{got}")
			for grep { $_->{level} ne 'SHOULD' && !$_->{known} &&
				!($keyed{$case} && $_->{rule} eq 'packets.checksum') } @{$association->{findings}};
	}
}

# what is inferred for certain is what was set
sub inferences {
	my ($case, $how, $judged) = @_;
	for my $association (@{$judged->{associations}}) {
		for (@{$association->{inferred}}) {
			my $was = $settings{$case}{$_->{setting}} // ($_->{setting} eq 'pf_retrans' ? 0 : next);
			# a timer expires with a tick of the kernel's clock, of 4 ms
			my $off = $_->{setting} =~ /retrans/ ? 0 : $was / 10 + 4;
			$perhaps++ unless $_->{sure};
			# from anywhere, HEARTBEATs that another end has held back look like its interval
			next unless $_->{sure} && !$odd{$case} && !$wrong{$case} && !($how =~ /anywhere/ && $_->{setting} eq 'hb_interval');
			$sure++;
			complain("$case, $how: $_->{setting} of $_->{end} is $was, and $_->{value} for certain")
				if abs($_->{value} - $was) > $off;
		}
	}
}

for my $case (sort keys %settings) {
	next if $taken{$case};
	my @files = sort grep { -s $_ > 24 } glob "$run/evidence/$case/*.pcap" or next; # more than the header
	my $judged = judge($case, 0, map { ('--from', $_) } @files) // next;
	$cases++;
	findings($case, 'at both ends', $judged);
	my $guessed = judge($case, 1, map { ('--from', $_) } @files);
	inferences($case, 'at both ends', $guessed);
	for my $end ('a', 'b') {
		my @own = grep { m{/$end-[^/]*$} } @files or next;
		my $other = judge($case, 0, @own) // next;
		findings($case, "as from anywhere ($end)", $other);
		$other = judge($case, 1, @own);
		inferences($case, "as from anywhere ($end)", $other);
	}
	my @given_up;
	for my $association (@{$judged->{associations}}) {
		push @given_up, map { $judged->{zero_ns} + $_->{given_up}{t_ns} } grep { $_->{given_up} }
			@{$association->{failures}};
	}
	for my $event ($limited{$case} || $wrong{$case} ? () : @{$unreachable{$case} // []}) {
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
print "$sure settings are inferred for certain, and are those; $perhaps perhaps\n";
complain('too few inferences') if $sure < 200;
complain('too few cases') if $cases < 100;
complain('too few events') if $matched < 80;
exit($failed ? 1 : 0);
