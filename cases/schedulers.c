/* SPDX-License-Identifier: Apache-2.0 */
/* schedulers.c - in which order messages leave that are queued on several streams (RFC 8260 section 3). */
#include <errno.h>
#include <string.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

AREA(schedulers, R_8260_3_03, R_8260_4_3_2_01);

/* Which headers may lack; of kernels from 6.4 on. */
enum { FAIR_CAPACITY = 3, WEIGHTED_FAIR_QUEUEING = 4 };

enum { STREAMS = 3, EACH_STREAM = 6, ALL = STREAMS * EACH_STREAM };

/* The streams of the messages in the order in which they have arrived, as digits. */
static void print_order(struct flow *const flows[STREAMS], char order[ALL + 1])
{
	unsigned next[STREAMS] = { 0 };

	for (unsigned place = 0; place < ALL; place++) {
		int first = -1;

		for (int i = 0; i < STREAMS; i++)
			if (next[i] < EACH_STREAM &&
				(first < 0 ||
					flow_arrived_at(flows[i], next[i]) <
						flow_arrived_at(flows[first], next[first])))
				first = i;
		next[first]++;
		order[place] = (char)('0' + first);
	}
	order[ALL] = '\0';
}

/* ---- The order on the wire ---- */

struct scheduled {
	struct row row;
	int scheduler;
	uint16_t values[STREAMS];                                            /* of the streams; 0: none is set */
	const char *order;                                                   /* where the definition leaves no choice */
	int (*breaks)(const char *order, const struct scheduled *scheduled); /* or else by its property */
};

/* The window has room for so many, which leave as soon as they are there. */
enum { DIRECT = 4 };

/* Sections 3.5 and 3.6: next is a stream that has had the least, by octets or by octets for its weight; all messages
 * have as many. -1, or the place of the first message that breaks that. */
static int breaks_shares(const char *order, const struct scheduled *scheduled)
{
	unsigned had[STREAMS] = { 0 };

	for (int place = 0; place < ALL; place++) {
		const int next = order[place] - '0';

		for (int i = 0; place >= DIRECT && i < STREAMS; i++)
			if (had[i] < EACH_STREAM &&
				had[next] * (scheduled->values[i] ?: 1) > had[i] * (scheduled->values[next] ?: 1))
				return place;
		had[next]++;
	}
	return -1;
}

/* Section 3.2: between two messages of a stream each other one that has any has its turn, once. */
static int breaks_turns(const char *order, const struct scheduled *scheduled)
{
	unsigned had[STREAMS] = { 0 }, meanwhile[STREAMS][STREAMS] = { { 0 } };
	int last[STREAMS] = { -1, -1, -1 };

	(void)scheduled;
	for (int place = 0; place < ALL; place++) {
		const int next = order[place] - '0';

		for (int i = 0; last[next] >= DIRECT && i < STREAMS; i++)
			if (i != next && had[i] < EACH_STREAM && meanwhile[next][i] != 1)
				return place;
		had[next]++;
		last[next] = place;
		for (int i = 0; i < STREAMS; i++) {
			meanwhile[next][i] = 0;
			meanwhile[i][next]++;
		}
	}
	return -1;
}

/* The first four leave as soon as they are there, for which the congestion window has room. */
static const struct scheduled scheduleds[] = {
	{ ROW("fcfs", "First come, first served: messages leave in the order in which they were sent", R_8260_3_1_01),
		.scheduler = SCTP_SS_FCFS, .order = "000000111111222222" },
	{ ROW("round-robin", "Round robin: the streams take turns, message by message", R_8260_3_2_01),
		.scheduler = SCTP_SS_RR, .breaks = breaks_turns },
	{ ROW("priority", "Priority: streams with a lower value go first", R_8260_3_4_01, R_8260_4_3_3_01),
		.scheduler = SCTP_SS_PRIO, .values = { 9, 5, 1 }, .order = "000022222211111100" },
	{ ROW("priority-equal", "Priority: streams with the same value take turns", R_8260_3_4_01, R_8260_4_3_3_01),
		.scheduler = SCTP_SS_PRIO, .values = { 9, 5, 5 }, .order = "000012121212121200" },
	{ ROW("fair", "Fair capacity: the streams share the octets evenly", R_8260_3_5_01), .scheduler = FAIR_CAPACITY,
		.breaks = breaks_shares },
	{ ROW("weighted", "Weighted fair queueing: the streams share the octets by weight", R_8260_3_6_01),
		.scheduler = WEIGHTED_FAIR_QUEUEING, .values = { 1, 1, 3 }, .breaks = breaks_shares },
};

static struct pair scheduled_by(struct trial *t, const struct scheduled *scheduled)
{
	struct pair p = settled(t);

	set_option_or_skip(t, p.client, SCTP_STREAM_SCHEDULER, ASSOCIATION, IS(assoc_value, scheduled->scheduler));
	expect_option(t, p.client, SCTP_STREAM_SCHEDULER, ASSOCIATION, IS(assoc_value, scheduled->scheduler));
	for (int i = 0; i < STREAMS; i++)
		if (scheduled->values[i]) {
			set_option(t, p.client, SCTP_STREAM_SCHEDULER_VALUE, ASSOCIATION, IS(stream_id, i),
				IS(stream_value, scheduled->values[i]));
			expect_option(t, p.client, SCTP_STREAM_SCHEDULER_VALUE, ASSOCIATION, IS(stream_id, i),
				IS(stream_value, scheduled->values[i]));
		}
	return p;
}

static void expect_order(struct trial *t, struct pair p, const struct scheduled *scheduled, struct window delay)
{
	struct flow *flows[STREAMS];
	char order[ALL + 1];

	for (int i = 0; i < STREAMS; i++)
		flows[i] = send_messages(t, p.client, p.server,
			&(struct traffic){ .count = EACH_STREAM, .size = 1400, .first_stream = (uint16_t)i });
	for (int i = 0; i < STREAMS; i++)
		expect_delivered(t, flows[i], delay);
	print_order(flows, order);
	observe(t, "in the order %s", order);
	if (scheduled->breaks != NULL)
		expect_that(t, scheduled->breaks(order, scheduled) < 0,
			"each message is of a stream that the scheduler may take next");
	else
		expect_that(t, strcmp(order, scheduled->order) == 0, "the streams' messages arrive in the order %s",
			scheduled->order);
}

FAMILY(schedulers, scheduleds, .topology = &topology_one_path)
{
	const struct scheduled *scheduled = row;
	const struct pair p = scheduled_by(t, scheduled);

	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = 0, .delay_us = 50000 });
	expect_order(t, p, scheduled, between(ms(50), s(2)));
}

/* ---- Through a failover ---- */

CASE(schedulers, "failover", .title = "What waits when the path dies leaves by priority over the other path",
	.requirements = IDS(R_8260_3_4_01), .topology = &topology_two_paths)
{
	static const struct scheduled by_priority = {
		.scheduler = SCTP_SS_PRIO, .values = { 9, 5, 1 }, .order = "000022222211111100"
	};
	const struct pair p = scheduled_by(t, &by_priority);

	inject(t, all_lost(0));
	expect_order(t, p, &by_priority, window_sum(data_rerouted(t), between(0, s(2))));
}
