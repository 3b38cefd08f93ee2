/* SPDX-License-Identifier: Apache-2.0 */
/*
 * referee.h - judges packets by all rules, one packet after the other, in bounded memory.
 *
 * It owns the associations that it meets and the findings. It is pure: no clock, no file, no process; whoever has
 * packets (a case's evidence, `sctpspec judge`) feeds them in the order of their times. Weak: what it cannot follow
 * (a sender with more outstanding than SENT_CHUNKS_MAX, an association from its middle) it does not judge by rules
 * that need it, and counts nothing for them.
 *
 * Packets are input from outside. They are decoded before (netns/packet.h), and every number in them is only compared.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_REFEREE_H
#define SCTPSPEC_RUNNER_REFEREE_REFEREE_H

#include "runner/referee/rule.h"

/* A packet, as a capture has it. */
struct seen {
	int64_t at_ns;
	unsigned number; /* in its capture, from 1 */
	int path;        /* of the capture, or -1 */
	/* The end whose capture it is: 0 or 1 of its association, where `sender` says which end sent it; -1: taken
	 * somewhere between the ends, or nobody knows where. */
	int vantage;
	int sender; /* 0 or 1; -1: to be told by the addresses of the first packet of its association */
	const struct packet *packet;
};

struct finding {
	const struct rule *rule;
	int64_t at_ns;
	unsigned association, number; /* number: the packet's */
	int path, end;                /* end: that did it, 0 or 1 */
	char *expected, *got;
	uint64_t times; /* this rule in this association: only the first are kept apart */
};

enum { FINDINGS_OF_A_RULE = 8 };

/* NULL without memory. `exact`: bit i: end i has a capture of its own. */
struct referee *referee_new(unsigned exact);
/* 0 or -ENOMEM. A packet of no association that is known is looked at, and counted as such. */
int referee_see(struct referee *referee, const struct seen *seen);
void referee_free(struct referee *referee);

size_t referee_findings(const struct referee *referee, const struct finding **out);
/* How often a rule was put to the test. */
uint64_t referee_applied(const struct referee *referee, const struct rule *rule);
const struct association *referee_associations(const struct referee *referee); /* a list; NULL: none */
uint64_t referee_strays(const struct referee *referee);

#endif
