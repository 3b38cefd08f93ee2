#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# failing_test.bash SCTPSPEC ENGINE - each word of a case's vocabulary fails where it must (failing.h): SCTPSPEC has those
# cases, ENGINE is the folder of the headers that have the words.
set -u
sctpspec=$1
engine=$2
# shellcheck source=../../../cli/tests/expect.bash
. "$(dirname "$0")/../../../cli/tests/expect.bash"
cd "$folder" || exit 1

# What gives no verdict: it says what something is, or gives a value.
silent='now|observe|since|shortly_after|promptly|flow_sent|flow_sent_at|flow_arrived_at|flow_of|error_of|asked_here'
# What a body does not call.
others='case_stated|case_in_force|case_rehearse|case_all|case_by_id'

words() {
	perl -0ne 's{/\*.*?\*/}{}gs;
		print "$1\n" while /^(?:static inline )?(?:const )?(?:struct|void|vtime|unsigned|size_t|int|int64_t) [\w\s]*?\*?(\w+)\(/mg;
		print "$1\n" while /^#define (expect_in_order|expect_all|expect_all_at)\(/mg' \
		"$engine"/{case,addresses,options,sockets,sending,reading,waiting,notifications,faults}.h |
		grep -Exv "$silent|$others"
}

mapfile -t all < <(words | sort -u)
holds 'the headers have their words' test "${#all[@]}" -ge 150
"$sctpspec" list | awk '{ print $1 }' | sed 's/^shown\.//' | sort >shown
for word in "${all[@]}"; do
	holds "$word is shown failing (a case of runner/engine/tests/failing)" grep -qx "$word" shown
done

"$sctpspec" run -q --out ran >/dev/null 2>&1
while read -r id verdict reason; do
	holds "$id: $verdict, $reason" env ID="$id" VERDICT="$verdict" REASON="$reason" perl -ne '
		next unless index($_, "\"case\":\"$ENV{ID}\"") >= 0;
		$found |= 1 if /"type":"verdict"/ && /"verdict":"$ENV{VERDICT}"/;
		$found |= 2 if /"type":"(?:verdict|check)"/ && index($_, $ENV{REASON}) >= 0;
		END { exit($found == 3 ? 0 : 1) }' ran/results.ndjson
done < <("$sctpspec" list | sed -n 's/ *\[[^]]*\]$//; /^shown\./p')
summary
