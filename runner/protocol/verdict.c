/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c - see verdict.h. */
#include "runner/protocol/verdict.h"

#include <stddef.h>
#include <string.h>

static const char *const names[VERDICTS] = {
	[VERDICT_NONE] = "none",
	[VERDICT_PASS] = "pass",
	[VERDICT_FAIL] = "fail",
	[VERDICT_SKIP] = "skip",
	[VERDICT_XFAIL] = "xfail",
	[VERDICT_XPASS] = "xpass",
	[VERDICT_FLAKY] = "flaky",
	[VERDICT_CRASH] = "crash",
	[VERDICT_TIMEOUT] = "timeout",
	[VERDICT_ERROR] = "error",
};

static const char *const policies[PCAP_POLICIES] = {
	[PCAP_FAILED] = "failed",
	[PCAP_ALWAYS] = "always",
	[PCAP_NEVER] = "never",
};

const char *verdict_name(enum verdict verdict)
{
	return names[verdict];
}

enum verdict verdict_parse(const char *word)
{
	for (enum verdict verdict = VERDICT_PASS; word && verdict < VERDICTS; verdict++)
		if (strcmp(names[verdict], word) == 0)
			return verdict;
	return VERDICT_NONE;
}

bool verdict_is_expected(enum verdict verdict)
{
	return verdict == VERDICT_PASS || verdict == VERDICT_SKIP || verdict == VERDICT_XFAIL;
}

bool verdict_is_the_agents(enum verdict verdict)
{
	return verdict == VERDICT_PASS || verdict == VERDICT_FAIL || verdict == VERDICT_SKIP ||
		verdict == VERDICT_TIMEOUT || verdict == VERDICT_ERROR;
}

const char *pcap_policy_name(enum pcap_policy policy)
{
	return policies[policy];
}

bool pcap_policy_parse(const char *word, enum pcap_policy *out)
{
	bool found = false;
	/* To the end in any case: a guest's clock counts instructions, and which captures are kept is nothing that the
	 * times of a case should depend on. */
	for (enum pcap_policy policy = 0; word && policy < PCAP_POLICIES; policy++) {
		if (strcmp(policies[policy], word) == 0) {
			*out = policy;
			found = true;
		}
	}
	return found;
}

bool pcap_policy_keeps(enum pcap_policy policy, enum verdict verdict)
{
	return policy == PCAP_ALWAYS || (policy == PCAP_FAILED && !verdict_is_expected(verdict));
}
