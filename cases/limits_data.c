/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits_data.c - as many losses of DATA as Path.Max.Retrans and Association.Max.Retrans allow are no news, and one
 * more is; an acknowledgement begins the count anew (RFC 9260 sections 8.1 and 8.2).
 *
 * There are no HEARTBEATs, and no path is potentially failed: nothing is counted but T3-rtx.
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#define DATA_ALONE QUICK_RTO, .pf_enable = OFF, .hb_interval = MS(3600000)

struct strikes {
	struct row row;
	bool beyond;
};

/* ------------------------------------------------------------------ of one of two paths */

static const struct strikes of_a_path[] = {
	{ ROW("strikes-1", "With Path.Max.Retrans 1 one message that the primary loses is no news, again and again"),
		.row.settings = { .path_max_retrans = 1 } },
	{ ROW("strikes-1-beyond", "With Path.Max.Retrans 1 the second message that the primary loses reports it"),
		.row.settings = { .path_max_retrans = 1 }, .beyond = true },
	{ ROW("strikes-3",
		  "With Path.Max.Retrans 3 three messages that the primary loses are no news, again and again"),
		.row.settings = { .path_max_retrans = 3 } },
	{ ROW("strikes-3-beyond", "With Path.Max.Retrans 3 the fourth message that the primary loses reports it"),
		.row.settings = { .path_max_retrans = 3 }, .beyond = true },
};

/* Each message is lost on the primary, and sent again over the other path: a strike each. */
static void primary_loses(struct trial *t, struct pair p, unsigned count, unsigned limit)
{
	const struct fault fault = chunks_lost(nth_to(1, count, DATA), 0, A_TO_B);
	const vtime began = inject(t, fault);

	for (unsigned i = 0; i < count; i++) {
		struct flow *flow = say(t, p.client, p.server);
		const struct window again = t3_rtx(t, doubled(i));

		if (i == limit)
			expect(t, within(after(flow_sent_at(flow, 0), again), addr_unreachable(p.client, 0)));
		expect_delivered(t, flow, again);
	}
	expect_sent_exactly(t, count, A, 0, DATA, since(t, began));
	expect_sent_exactly(t, count, A, 1, DATA, since(t, began));
	expect_hit(t, fault, count);
	mend(t, fault);
}

FAMILY(limits, of_a_path,
	.requirements = IDS(R_9260_8_2_01, R_9260_8_2_02, R_9260_8_2_03, R_9260_8_2_04, R_9260_8_2_05, R_9260_6_3_3_05,
		R_9260_6_4_06),
	.tags = TAGS("data", "chunks"), .topology = &topology_two_paths, .settings = { DATA_ALONE })
{
	const struct strikes *strikes = row;
	const struct pair p = settled(t);
	const unsigned limit = in_force(t)->path_max_retrans;

	never_at_both(t, p, comm_lost(EACH, ANY));
	if (strikes->beyond) {
		primary_loses(t, p, limit + 1, limit);
		expect_path_state(t, p.client, 0, PATH_INACTIVE);
		expect_over(t, p.client, p.server, 1);
		return;
	}
	for (unsigned times = 0; times < 3; times++) {
		primary_loses(t, p, limit, limit);
		expect_path_state(t, p.client, 0, PATH_ACTIVE);
		expect_over(t, p.client, p.server, 0);
	}
}

/* ------------------------------------------------------------------ of a message on the only path */

/* A message that is lost so often arrives by the next T3-rtx. */
static struct window lost_so_often(struct trial *t, unsigned losses)
{
	struct window arrives = between(0, 0);

	for (unsigned i = 0; i < losses; i++)
		arrives = window_sum(arrives, t3_rtx(t, doubled(i)));
	return arrives;
}

static const struct strikes of_the_path[] = {
	{ ROW("only-path", "As many losses of one message as Path.Max.Retrans are no news, again and again") },
	{ ROW("only-path-beyond", "One loss of a message more reports the only path, and its arrival reports it again"),
		.beyond = true },
};

FAMILY(limits, of_the_path,
	.requirements = IDS(R_9260_8_2_02, R_9260_8_2_03, R_9260_8_2_04, R_9260_8_2_05, R_9260_8_2_06),
	.tags = TAGS("data", "chunks"), .topology = &topology_one_path,
	.settings = { DATA_ALONE, .path_max_retrans = 2, .association_max_retrans = 10 })
{
	const struct strikes *strikes = row;
	const struct pair p = settled(t);
	const unsigned losses = in_force(t)->path_max_retrans + strikes->beyond;
	const struct fault fault = chunks_lost(nth_to(1, losses, DATA), 0, A_TO_B);

	for (unsigned times = 0; times < 3; times++) {
		const vtime began = inject(t, fault);
		struct flow *flow = say(t, p.client, p.server);
		const struct window again = lost_so_often(t, losses);

		if (strikes->beyond)
			expect_in_order(t, within(after(began, again), addr_unreachable(p.client, 0)),
				within(after(began, window_sum(again, between(0, ms(250)))),
					addr_available(p.client, 0)));
		expect_delivered(t, flow, again);
		expect_sent_exactly(t, losses + 1, A, 0, DATA, since(t, began));
		expect_hit(t, fault, losses);
		mend(t, fault);
		/* this measures the round trip again */
		expect_over(t, p.client, p.server, 0);
		expect_path_state(t, p.client, 0, PATH_ACTIVE);
	}
}

static const struct strikes of_the_association[] = {
	{ ROW("association-1", "With Association.Max.Retrans 1 one loss of a message is no news, again and again"),
		.row.settings = { .association_max_retrans = 1 } },
	{ ROW("association-1-beyond",
		  "With Association.Max.Retrans 1 the second loss of a message ends the association"),
		.row.settings = { .association_max_retrans = 1 }, .beyond = true },
	{ ROW("association-4", "With Association.Max.Retrans 4 four losses of a message are no news, again and again"),
		.row.settings = { .association_max_retrans = 4 } },
	{ ROW("association-4-beyond",
		  "With Association.Max.Retrans 4 the fifth loss of a message ends the association"),
		.row.settings = { .association_max_retrans = 4 }, .beyond = true },
};

FAMILY(limits, of_the_association,
	.requirements = IDS(R_9260_8_1_01, R_9260_8_1_04, R_9260_8_1_05, R_9260_8_1_06, R_9260_8_1_08, R_9260_8_1_09),
	.tags = TAGS("data", "chunks"), .topology = &topology_one_path,
	.settings = { DATA_ALONE, .path_max_retrans = 10 })
{
	const struct strikes *strikes = row;
	const struct pair p = settled(t);
	const unsigned losses = in_force(t)->association_max_retrans + strikes->beyond;
	const struct fault fault = chunks_lost(nth_to(1, losses, DATA), 0, A_TO_B);

	/* Linux tells the peer by an ABORT, which need not be */
	if (strikes->beyond)
		inject(t, chunks_lost(every(ABORT), 0, A_TO_B));
	for (unsigned times = 0; times < (strikes->beyond ? 1 : 3); times++) {
		const vtime began = inject(t, fault);
		struct flow *flow = say(t, p.client, p.server);
		const struct window again = lost_so_often(t, losses);

		if (strikes->beyond) {
			const vtime gone =
				expect(t, within(after(flow_sent_at(flow, 0), again), comm_lost(p.client, 0)));
			expect_send_failed_for_each(t, flow, shortly_after(gone));
			expect_quiet(t, s(10));
			expect_sent_exactly(t, losses, A, 0, DATA, since(t, began));
			expect_no_association(t, p.client);
			return;
		}
		expect_delivered(t, flow, again);
		expect_sent_exactly(t, losses + 1, A, 0, DATA, since(t, began));
		mend(t, fault);
		expect_over(t, p.client, p.server, 0);
	}
}
