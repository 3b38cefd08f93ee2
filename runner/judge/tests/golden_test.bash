#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# golden_test.bash SCTPSPEC - what `sctpspec judge` says of captures that are kept: a path of two loses everything while
# nothing is sent. How many rules there are, and how often they are applied, changes with every new one: that is left
# out. UPDATE=1 writes what is expected anew.
set -euo pipefail
sctpspec=$(readlink -f "$1")
cd "$(dirname "$(readlink -f "$0")")/golden/failover"
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT
files=(--from a-path0.pcap --from a-path1.pcap --from b-path0.pcap --from b-path1.pcap)

"$sctpspec" judge --set defaults "${files[@]}" | sed 's/; [0-9]* of [0-9]* rules.*//' >"$made/both-ends.txt"
"$sctpspec" judge a-path0.pcap a-path1.pcap | sed 's/; [0-9]* of [0-9]* rules.*//' >"$made/anywhere.txt"
"$sctpspec" judge --json --set defaults "${files[@]}" |
	perl -MJSON::PP -0777 -ne 'my $j = JSON::PP->new->canonical->pretty; my $d = $j->decode($_);
		die "no rules" unless @{delete $d->{rules}} > 30; delete $d->{sctpspec}; print $j->encode($d)' >"$made/both-ends.json"
if [ -n "${UPDATE-}" ]; then
	cp "$made"/* .
fi
for expected in both-ends.txt anywhere.txt both-ends.json; do
	diff -u "$expected" "$made/$expected"
done

# a page that a browser reads without a word from elsewhere
"$sctpspec" judge --html "$made/page.html" "${files[@]}" >/dev/null
grep -q "default-src 'none'" "$made/page.html"
if grep -E '<script|https?://' "$made/page.html"; then
	exit 1
fi

# one after the other through a pipe is the same as by name
"$sctpspec" judge --json - a-path1.pcap < <(cat a-path0.pcap) | sed 's/"file": "-"/"file": "a-path0.pcap"/' >"$made/pipe.json"
"$sctpspec" judge --json a-path0.pcap a-path1.pcap | diff - "$made/pipe.json"
