# SPDX-License-Identifier: Apache-2.0
# tap_consumer.pl FILE VERDICT... - reads our TAP with Perl's own parser, which harnesses use, and compares
# what it understood with the verdicts that the file should tell, in order.
use strict;
use warnings;
use TAP::Parser;

my ($file, @verdicts) = @ARGV;
my $parser = TAP::Parser->new({exec => ['cat', $file]});
my (@told, $test, $bailed);

# What a harness concludes for each of our verdicts.
sub conclusion {
	my ($t, $yaml) = @_;
	return 'skip' if $t->has_skip;
	return 'xfail' if $t->has_todo && !$t->is_actual_ok;
	return 'pass' if $t->is_ok && !$yaml;
	return $yaml ? $yaml->{verdict} : 'not ok without a reason';
}

my $yaml;
sub flush_test {
	push @told, conclusion($test, $yaml) if $test;
	($test, $yaml) = (undef, undef);
}

while (my $result = $parser->next) {
	if ($result->is_test) {
		flush_test();
		$test = $result;
	} elsif ($result->is_yaml) {
		$yaml = $result->data;
		for my $name (qw(message severity verdict kernel virtual_seconds repeat)) {
			die "$file: no $name in the diagnostics of test " . $test->number . "\n"
				unless defined $yaml->{$name};
		}
		for my $name (qw(findings deviations)) {
			die "$file: the $name are no list of lines\n"
				if defined $yaml->{$name} && (ref $yaml->{$name} ne 'ARRAY' || grep { !/: expected / } @{$yaml->{$name}});
		}
		die "$file: a broken rule without its finding\n"
			if $yaml->{message} =~ /^rule broken: ([^:]*): / && $yaml->{findings}[0] !~ /^\Q$1\E \(/;
		die "$file: forged text got out of its block\n"
			if $yaml->{verdict} eq 'fail' && $yaml->{repeat} =~ /ugly/ &&
			$yaml->{explanation} !~ /\.\.\.\n.*not ok 99 - forged\n/s;
	} elsif ($result->is_bailout) {
		$bailed = 1;
	} elsif ($result->is_unknown) {
		die "$file: not TAP: " . $result->as_string . "\n";
	}
}
flush_test();

my @errors = grep { !/^Bad plan/ } $parser->parse_errors;
die "$file: @errors\n" if @errors;
die "$file: tells '@told', not '@verdicts'\n" unless "@told" eq "@verdicts";

my $green = !$parser->has_problems && !$bailed;
my $expected = !grep { !/^(pass|skip|xfail)$/ } @verdicts;
$expected = 0 if !@verdicts;
die "$file: " . ($green ? 'green' : 'not green') . " to a harness\n" if !!$green != !!$expected;
print "$file: ", scalar(@told), " tests, as they should be\n";
