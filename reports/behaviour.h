/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behaviour.h - what differs between two runs of one case that pass both: events, their order, their times, the
 * number of packets, the rules that are deviated from. Pure.
 */
#ifndef SCTPSPEC_REPORTS_BEHAVIOUR_H
#define SCTPSPEC_REPORTS_BEHAVIOUR_H

#include "reports/compare.h"
#include "reports/pool.h"

struct behaviour {
	const struct report_case *old, *new;
	const struct report_run *old_run, *new_run;
	int64_t tick_ns; /* how late any timer may be */
	bool exact;      /* one kernel, one seed, one sctpspec: everything is the same */
	struct report_pool *pool;
	struct difference *differences;
	size_t n;
	bool failed; /* without memory */
};

/* Fills in the differences. */
void behaviour_compare(struct behaviour *behaviour);

/* behaviour_packets.c, behaviour_findings.c */
void behaviour_packets(struct behaviour *behaviour);
void behaviour_findings(struct behaviour *behaviour);

void behaviour_add(struct behaviour *behaviour, enum difference_kind kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The longest time that a check of the case leaves to chance; 0: no check says how long. */
int64_t behaviour_chance(const struct report_case *test);
/* A setting of the case, or 0. */
int64_t behaviour_setting(const struct report_case *test, const char *name);

#endif
