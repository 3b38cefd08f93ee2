/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paths.c - paths that are not dead and not well: answers that the host itself drops, a round trip that jumps, an end
 * that does not wait for acknowledgements, outages of lengths around detection (RFC 9260 sections 6.3, 6.4, 8.2 and
 * 8.3, RFC 7829).
 */
#include <errno.h>

#include "cases/requirements.h"
#include "runner/engine/case.h"

static const struct traffic some = { .count = 20, .streams = 3 };

static void carries_data(struct trial *t, struct pair p)
{
	expect_delivered(t, send_messages(t, p.client, p.server, &some), promptly());
	expect_delivered(t, send_messages(t, p.server, p.client, &some), promptly());
}

/* ------------------------------------------------------------------ rp_filter */

enum rp_filter { NO_FILTER, STRICT, LOOSE };

/* The higher one of the interface's and of all interfaces' counts. */
static void filter(struct trial *t, enum endpoint end, enum rp_filter how)
{
	static const char *const values[] = { "0", "1", "2" };

	set_sysctl(t, end, "net.ipv4.conf.all.rp_filter", values[how]);
}

/* What the peer sends from one network comes in by the interface of another. Strictly filtered, nothing of it is heard:
 * neither are its HEARTBEATs, nor its answers. The peer hears all, and learns nothing of that either. */
static void strict_and_crossed(struct trial *t, enum endpoint end)
{
	const struct pair p = settled(t);
	const vtime failed = now(t);
	const struct window unreachable = allowing(ms(50), after(failed, idle_unreachable(t)));

	filter(t, end, STRICT);
	expect_all(t, within(unreachable, addr_unreachable(p.client, 0)),
		within(unreachable, addr_unreachable(p.client, 1)), within(unreachable, addr_unreachable(p.server, 0)),
		within(unreachable, addr_unreachable(p.server, 1)));
	const vtime mended = now(t);
	filter(t, end, NO_FILTER);
	const struct window available = allowing(ms(50), after(mended, recovery(t, mended - failed)));
	expect_all(t, within(available, addr_available(p.client, 0)), within(available, addr_available(p.client, 1)),
		within(available, addr_available(p.server, 0)), within(available, addr_available(p.server, 1)));
	carries_data(t, p);
}

#define STRICT_AND_CROSSED(name, who, end)                                                                      \
	VARIANT(paths, name, strict_and_crossed(t, end),                                                        \
		.title = "Where answers come back by the other link and " who                                   \
			 " filters by its routes both paths are dead, both ways",                               \
		.requirements = IDS(R_9260_8_2_01, R_9260_8_2_03, R_9260_8_2_04, R_9260_8_2_06, R_9260_8_3_11), \
		.tags = TAGS("idle", "rp_filter"), .topology = &topology_crossed,                               \
		.settings = { .association_max_retrans = 30 })

STRICT_AND_CROSSED("rp-filter-crossed-client", "the client", A)
STRICT_AND_CROSSED("rp-filter-crossed-server", "the server", B)

static void filtered_in_vain(struct trial *t, enum rp_filter how)
{
	const struct pair p = settled(t);

	filter(t, A, how);
	filter(t, B, how);
	expect_quiet(t, s(600));
	expect_paths_active(t, p);
	carries_data(t, p);
}

#define FILTERED_IN_VAIN(name, what, network, how)                                                    \
	VARIANT(paths, name, filtered_in_vain(t, how), .title = (what),                               \
		.requirements = IDS(R_9260_8_2_05, R_9260_8_3_18), .tags = TAGS("idle", "rp_filter"), \
		.topology = &(network))

FILTERED_IN_VAIN("rp-filter-loose-crossed",
	"Where answers come back by the other link a loose filter lets all of them pass", topology_crossed, LOOSE)
FILTERED_IN_VAIN("rp-filter-strict",
	"Where answers come back by the link that they went out by a strict filter is in "
	"nobody's way",
	topology_two_paths, STRICT)

CASE(paths, "rp-filter-setup", .title = "A server that drops what its routes do not lead to is not there",
	.requirements = IDS(R_9260_5_1_21, R_6458_6_1_1_06), .tags = TAGS("rp_filter"), .topology = &topology_crossed)
{
	const struct pair p = strangers(t);

	filter(t, B, STRICT);
	const vtime began = now(t);
	start_connect(t, p.client, p.server, 0);
	expect(t, within(allowing(ms(20), after(began, init_given_up(t, 1))), cant_assoc(p.client, ANY)));
	expect_sent_exactly(t, in_force(t)->max_init_retransmits + 1, A, 0, INIT, since(t, began));
}

/* ------------------------------------------------------------------ an RTO below the peer's SACK delay */

/* The only message of its packet is acknowledged late; T3-rtx expires first, and the copy is acknowledged at once. */
CASE(paths, "rto-below-sack-delay",
	.title =
		"With RTO.Min below the peer's SACK.Delay a message is sent twice, delivered once, and nothing is told",
	.requirements = IDS(
		R_9260_6_3_1_09, R_9260_6_3_3_02, R_9260_6_2_23, R_9260_6_2_25, R_9260_6_6_01, R_9260_8_2_05),
	.tags = TAGS("data"), .topology = &topology_one_path,
	.settings = { .pf_enable = OFF, .hb_interval = MS(3600000), .rto_initial = MS(100), .rto_min = MS(100) },
	.at_b = { .sack_timeout = MS(500) })
{
	const struct pair p = settled(t);

	/* its RTO is 100, 200 and 400 ms, since what was sent twice is no measurement; then it is 800 */
	for (unsigned i = 0; i < 4; i++) {
		const vtime began = now(t);

		expect_delivered(t, say(t, p.client, p.server), promptly());
		expect_quiet(t, s(2));
		expect_sent_exactly(t, i < 3 ? 2 : 1, A, 0, DATA, since(t, began));
		expect_sent_exactly(t, 1, B, 0, SACK, since(t, began));
		expect_path_state(t, p.client, 0, PATH_ACTIVE);
	}
}

CASE(paths, "rto-below-sack-delay-two-paths",
	.title = "With RTO.Min below the peer's SACK.Delay each message goes over both paths, and is delivered once",
	.requirements = IDS(R_9260_6_4_06, R_9260_6_2_23, R_9260_6_6_01, R_9260_8_2_05), .tags = TAGS("data"),
	.topology = &topology_two_paths,
	.settings = { .pf_enable = OFF, .hb_interval = MS(3600000), .rto_initial = MS(100), .rto_min = MS(100) },
	.at_b = { .sack_timeout = MS(500) })
{
	const struct pair p = settled(t);

	for (unsigned i = 0; i < 3; i++) {
		const vtime began = now(t);

		expect_delivered(t, say(t, p.client, p.server), promptly());
		expect_quiet(t, s(2));
		expect_sent_exactly(t, 1, A, 0, DATA, since(t, began));
		expect_sent_exactly(t, 1, A, 1, DATA, since(t, began));
		expect_paths_active(t, p);
	}
}

/* ------------------------------------------------------------------ a round trip that jumps */

/* From nothing to 1.6 s: T3-rtx of a second expires once, and what it sends again comes too late to be of use. The
 * acknowledgement of a message that was sent twice is no measurement, but that of a HEARTBEAT is. */
CASE(paths, "rtt-jumps-up",
	.title = "A round trip that jumps above the RTO costs one needless copy, until the RTO has followed",
	.requirements = IDS(
		R_9260_6_3_1_04, R_9260_6_3_1_07, R_9260_6_3_3_02, R_9260_6_2_23, R_9260_8_3_21, R_9260_8_2_05),
	.tags = TAGS("data"), .topology = &topology_one_path, .settings = { .pf_enable = OFF })
{
	const struct pair p = settled(t);
	const vtime jump = inject(t, all_slow(ms(800), 0, BOTH_WAYS));

	expect_delivered(t, say(t, p.client, p.server), between(ms(800), ms(850)));
	expect_quiet(t, s(5));
	expect_sent_exactly(t, 2, A, 0, DATA, since(t, jump));
	/* an answer to a HEARTBEAT measures it */
	expect_quiet(t, s(40));
	const vtime later = now(t);
	expect_delivered(t, say(t, p.client, p.server), between(ms(800), ms(850)));
	expect_quiet(t, s(10));
	expect_sent_exactly(t, 1, A, 0, DATA, since(t, later));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
	/* C2 and C3, from a sample of next to nothing and one of 1.6 s: 0.2 s and 4 times 0.4 s or more */
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), BETWEEN(spinfo_rto, 1700, 6000));
	mend(t, all_slow(ms(800), 0, BOTH_WAYS));
	expect_quiet(t, s(300));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), BETWEEN(spinfo_rto, 1000, 1700));
	carries_data(t, p);
}

CASE(paths, "rtt-jumps-between-two",
	.title = "A primary whose round trip jumps above the RTO has its data copied to the other path once",
	.requirements = IDS(R_9260_6_4_06, R_9260_6_3_1_07, R_9260_6_6_01, R_9260_8_2_05), .tags = TAGS("data"),
	.topology = &topology_two_paths, .settings = { .pf_enable = OFF })
{
	const struct pair p = settled(t);
	const vtime jump = inject(t, all_slow(s(1) + ms(500), 0, BOTH_WAYS));

	/* by the other path, before the first copy has come */
	expect_delivered(t, say(t, p.client, p.server), data_rerouted(t));
	expect_quiet(t, s(10));
	expect_sent_exactly(t, 1, A, 0, DATA, since(t, jump));
	expect_sent_exactly(t, 1, A, 1, DATA, since(t, jump));
	expect_paths_active(t, p);
	/* several HEARTBEATs, each of which may come too late to be one */
	expect_quiet(t, s(300));
	expect_paths_active(t, p);
	const vtime later = now(t);
	expect_delivered(t, say(t, p.client, p.server), between(s(1) + ms(500), s(1) + ms(550)));
	expect_quiet(t, s(10));
	expect_sent_exactly(t, 1, A, 0, DATA, since(t, later));
	expect_not_sent(t, A, 1, DATA, since(t, later));
}

/* ------------------------------------------------------------------ outages around detection */

enum { SHORTER, LONGER };

struct outage {
	struct row row;
	bool longer, data;
};

#define FLAP_TIMERS QUICK_RTO, .hb_interval = MS(5000)
#define OUTAGE(name, title, which, what, ...)                                                    \
	{                                                                                        \
		ROW(name, title), .longer = (which) == LONGER, .data = (what), .row.settings = { \
			FLAP_TIMERS __VA_OPT__(, ) __VA_ARGS__                                   \
		}                                                                                \
	}

static const struct outage outages[] = {
	OUTAGE("flap-shorter-limit-1", "An idle outage just shorter than detection takes with Path.Max.Retrans 1",
		SHORTER, false, .path_max_retrans = 1),
	OUTAGE("flap-longer-limit-1", "An idle outage just longer than detection takes with Path.Max.Retrans 1", LONGER,
		false, .path_max_retrans = 1),
	OUTAGE("flap-shorter-limit-2", "An idle outage just shorter than detection takes with Path.Max.Retrans 2",
		SHORTER, false, .path_max_retrans = 2),
	OUTAGE("flap-longer-limit-2", "An idle outage just longer than detection takes with Path.Max.Retrans 2", LONGER,
		false, .path_max_retrans = 2),
	OUTAGE("flap-shorter-limit-7", "An idle outage just shorter than detection takes with Path.Max.Retrans 7",
		SHORTER, false, .path_max_retrans = 7),
	OUTAGE("flap-longer-limit-7", "An idle outage just longer than detection takes with Path.Max.Retrans 7", LONGER,
		false, .path_max_retrans = 7),
	OUTAGE("flap-shorter-no-pf",
		"An idle outage just shorter than detection takes, no path being potentially failed", SHORTER, false,
		.path_max_retrans = 3, .pf_enable = OFF),
	OUTAGE("flap-longer-no-pf", "An idle outage just longer than detection takes, no path being potentially failed",
		LONGER, false, .path_max_retrans = 3, .pf_enable = OFF),
	OUTAGE("flap-shorter-data", "An outage just shorter than detection by data takes", SHORTER, true,
		.path_max_retrans = 3),
	OUTAGE("flap-longer-data", "An outage just longer than detection by data takes", LONGER, true,
		.path_max_retrans = 3),
};

/* The time between two messages. */
#define INTERVAL ms(100)

FAMILY(paths, outages,
	.requirements = IDS(R_9260_8_2_01, R_9260_8_2_03, R_9260_8_2_04, R_9260_8_2_05, R_9260_8_2_06, R_9260_8_3_18,
		R_9260_8_3_19, R_6458_6_1_2_03, R_6458_6_1_2_04),
	.tags = TAGS("flapping", "loss"), .topology = &topology_two_paths)
{
	const struct outage *it = row;
	const struct pair p = settled(t);
	const struct window idle = idle_unreachable(t), found = it->data ? stream_unreachable(t, INTERVAL) : idle;
	const vtime survived = it->data ? stream_outage_survived(t, INTERVAL) : idle_outage_survived(t);
	/* the other end hears nothing of data, and finds the outage by its HEARTBEATs alone */
	const vtime outage = it->longer ? (idle.to > found.to ? idle.to : found.to) + ms(20) : survived - ms(20);
	struct flow *flow = NULL;
	const vtime lost = inject(t, all_lost(0));

	if (it->data)
		flow = send_messages(t, p.client, p.server,
			&(struct traffic){
				.count = (unsigned)(outage / INTERVAL), .interval = INTERVAL, .streams = 3 });
	if (it->longer)
		expect_all(t, within(after(lost, found), addr_unreachable(p.client, 0)),
			within(after(lost, idle), addr_unreachable(p.server, 0)));
	if (now(t) < lost + outage)
		expect_quiet(t, lost + outage - now(t));
	const vtime mended = mend(t, all_lost(0));
	if (it->longer)
		expect_at_both(t, p, within(after(mended, recovery(t, mended - lost)), addr_available(EACH, 0)));
	if (flow != NULL)
		expect_delivered(t, flow, between(0, data_rerouted(t).to));
	expect_quiet(t, recovery(t, outage).to);
	expect_paths_active(t, p);
	expect_served_over(t, p, 0);
}
