/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verdict.h - how a case came out: the one list of verdicts, from the body in the guest to the exit status of a run.
 *
 * The agent gives pass, fail, skip, timeout or error. The host adds what only it can know: that the guest crashed or
 * hung, that an issue was known, that seeds do not agree.
 */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_VERDICT_H
#define SCTPSPEC_RUNNER_PROTOCOL_VERDICT_H

#include <stdbool.h>

enum verdict {
	VERDICT_NONE, /* not judged yet; in no log */
	VERDICT_PASS,
	VERDICT_FAIL,
	VERDICT_SKIP,
	VERDICT_XFAIL, /* it failed, which was known */
	VERDICT_XPASS, /* it passed, though it was known to fail */
	VERDICT_FLAKY, /* it depends on the seed */
	VERDICT_CRASH,
	VERDICT_TIMEOUT,
	VERDICT_ERROR, /* a failure of ours, which says nothing about the kernel */
	VERDICTS
};

/* "pass", ...; "none" */
const char *verdict_name(enum verdict verdict);
/* The verdict of that name; VERDICT_NONE if there is none of that name ("none" is no verdict). */
enum verdict verdict_parse(const char *word);
/* Pass, skip and xfail: a run that has nothing else is green. */
bool verdict_is_expected(enum verdict verdict);
/* Whether the body of a case can end with this verdict, so that an agent may report it. */
bool verdict_is_the_agents(enum verdict verdict);

/* Which captures of packets a run keeps: those of cases that are not as expected, all, or none. */
enum pcap_policy { PCAP_FAILED, PCAP_ALWAYS, PCAP_NEVER, PCAP_POLICIES };

/* "failed", "always", "never" */
const char *pcap_policy_name(enum pcap_policy policy);
bool pcap_policy_parse(const char *word, enum pcap_policy *out);
bool pcap_policy_keeps(enum pcap_policy policy, enum verdict verdict);

#endif
