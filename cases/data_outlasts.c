/* SPDX-License-Identifier: Apache-2.0 */
/* data_outlasts.c - what is under way for long when a path fails: hundreds of thousands of messages, messages for a
 * reader who has stopped, and one that was read in part (RFC 9260 sections 6.2, 6.4 and 6.9). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* ------------------------------------------------------------------ very many messages */

/* A hundred thousand, for 4 s of processor time: a million are delivered, too, for 40 s. What is sent at once fits the
 * reader's window: Linux charges each small message the room of its whole packet. */
enum { FLOWS = 8, EACH_FLOW = 12500 };

CASE(data, "failover-very-many",
	.title = "Of a hundred thousand messages of four octets, dozens in a packet, none is lost or doubled by a "
		 "failover",
	.requirements = IDS(R_9260_6_4_06, R_9260_6_6_01, R_9260_6_6_02, R_9260_6_5_07, R_9260_6_10_04),
	.tags = TAGS("data", "loss"), .topology = &topology_two_paths, .settings = { .sack_timeout = MS(20) })
{
	const struct pair p = settled_with(t, &(struct peer_options){ .nagle = true, .send_buffer = 20000 },
		&(struct peer_options){ .port = SERVER_PORT, .receive_buffer = 200000 });
	/* what is sent leaves soon, as the send buffer is small: what the failover catches waits the longest */
	const struct window by_then = between(0, data_rerouted(t).to);
	struct flow *flows[FLOWS];

	for (unsigned i = 0; i < FLOWS; i++)
		flows[i] = send_messages(t, p.client, p.server,
			&(struct traffic){
				.count = EACH_FLOW, .size = 4, .takes = s(1000), .first_stream = (uint16_t)i });
	expect_delivered_range(t, flows[0], 0, EACH_FLOW / 2, by_then);
	const vtime lost = inject(t, all_lost(0));
	expect_delivered_range(t, flows[0], 0, EACH_FLOW / 2 + 2000, by_then);
	mend(t, all_lost(0));
	for (unsigned i = 0; i < FLOWS; i++)
		expect_delivered(t, flows[i], by_then);
	expect_quiet(t, recovery(t, now(t) - lost).to);
	expect_sent(t, A, 1, DATA, since(t, lost));
	expect_paths_active(t, p);
	expect_delivered_both_ways(t, p);
}

/* ------------------------------------------------------------------ a reader who has stopped */

struct stopped {
	struct row row;
	size_t size;
	bool unordered;
};

static const struct stopped stopped[] = {
	{ ROW("failover-reader-stopped", "A window that is closed when the path dies is probed on the other one"),
		.size = 1000 },
	{ ROW("failover-reader-stopped-fragments",
		  "A window that messages of fragments have closed when the path dies is probed on the other one"),
		.size = 3000 },
	{ ROW("failover-reader-stopped-unordered",
		  "A window that unordered messages have closed when the path dies is probed on the other one"),
		.size = 1000, .unordered = true },
};

/* The window closes; then the path dies, and only later the reader goes on: its SACK finds the other path. */
FAMILY(data, stopped,
	.requirements = IDS(R_9260_6_1_02, R_9260_6_1_05, R_9260_6_2_12, R_9260_6_2_13, R_9260_6_4_06, R_9260_6_6_01),
	.tags = TAGS("data", "loss"), .topology = &topology_two_paths)
{
	const struct stopped *how = row;
	const struct pair p = settled_with(t, &(struct peer_options){ .send_buffer = 40000 },
		&(struct peer_options){ .port = SERVER_PORT, .receive_buffer = 16000 });

	stop_reading(t, p.server);
	struct flow *flow = fill_send_buffer(
		t, p.client, p.server, &(struct traffic){ .size = how->size, .unordered = how->unordered });
	expect_quiet(t, s(1));
	const vtime lost = inject(t, all_lost(0));
	const struct window dead = after(lost, idle_unreachable(t));
	never_at_both(t, p, comm_lost(EACH, ANY));
	expect(t, within(between(lost, dead.to), addr_unreachable(p.client, 0)));
	/* the server, whose reader reads no events either, tells of it when he goes on */
	expect_quiet(t, dead.to - now(t));
	expect_sent(t, A, 1, DATA, since(t, lost));
	go_on_reading(t, p.server);
	expect(t, soon(t, addr_unreachable(p.server, 0)));
	expect_delivered(t, flow, between(0, now(t) + s(65)));
	mend(t, all_lost(0));
	expect_at_both(t, p, within(after(now(t), recovery(t, now(t) - lost)), addr_available(EACH, 0)));
	expect_delivered_both_ways(t, p);
}

/* ------------------------------------------------------------------ a message that was read in part */

/* Beside what makes the path slow, which is no matter of chunks. */
static struct fault dead(void)
{
	return chunks_lost(every(ANY_PACKET), 0, BOTH_WAYS);
}

/* A long message of which a part has been read, in many rounds of slow start. */
static struct flow *read_in_part(struct trial *t, struct pair p, unsigned paths, vtime delay)
{
	set_option(t, p.server, SCTP_PARTIAL_DELIVERY_POINT, FUTURE, IS(value, 2000));
	for (unsigned path = 0; path < paths; path++)
		inject(t, all_slow(path == 0 ? ms(20) : delay, path, BOTH_WAYS));
	struct flow *flow = send_messages(t, p.client, p.server,
		&(struct traffic){
			.size = 100000,
		});

	expect_quiet(t, ms(70));
	return flow;
}

CASE(data, "failover-read-in-part",
	.title = "A message that was read in part when its path dies is completed by the other",
	.requirements = IDS(R_9260_6_9_18, R_9260_6_9_17, R_9260_6_4_06), .tags = TAGS("data", "loss"),
	.topology = &topology_two_paths)
{
	const struct pair p = settled(t);
	struct flow *flow = read_in_part(t, p, 2, ms(20));
	const vtime lost = inject(t, dead());

	never(t, partial_delivery_aborted(p.server, ANY));
	expect_delivered(t, flow, between(0, s(30)));
	mend(t, dead());
	expect_quiet(t, recovery(t, now(t) - lost).to);
	expect_sent(t, A, 1, DATA, since(t, lost));
	expect_delivered_both_ways(t, p);
}

CASE(data, "failover-read-in-part-aborted",
	.title = "A message that was read in part is aborted after its path has died: the ABORT takes the other",
	.requirements = IDS(R_6458_6_1_7_01, R_6458_3_1_4_11, R_9260_6_9_18, R_9260_9_1_01),
	.tags = TAGS("data", "loss"), .topology = &topology_two_paths)
{
	const struct pair p = settled(t);

	unsubscribe(t, p.client, SEND_FAILED);
	struct flow *flow = read_in_part(t, p, 2, ms(150));
	const vtime lost = inject(t, dead());
	expect_undelivered(t, flow);
	/* T3-rtx has brought the first DATA to the other path, and slow start has not got far there */
	expect_quiet(t, data_rerouted(t).to + ms(50));
	abort_with(t, p.client, p.server, "");
	expect_sent(t, A, 1, DATA, since(t, lost));
	expect_all(t, within(after(now(t), between(0, ms(250))), comm_lost(p.server, USER_INITIATED_ABORT)),
		within(after(now(t), between(0, ms(250))), partial_delivery_aborted(p.server, 0)),
		soon(t, comm_lost(p.client, USER_INITIATED_ABORT)));
}

CASE(data, "read-in-part-lost",
	.title = "A message that was read in part ends with an event when the association is lost",
	.requirements = IDS(R_6458_6_1_7_01, R_6458_3_1_4_11, R_9260_6_9_18, R_9260_8_1_07),
	.tags = TAGS("data", "loss"), .topology = &topology_one_path,
	.settings = { QUICK_RTO, .association_max_retrans = 2 })
{
	const struct pair p = settled(t);

	unsubscribe(t, p.client, SEND_FAILED);
	struct flow *flow = read_in_part(t, p, 1, 0);
	const vtime lost = inject(t, dead());
	expect_undelivered(t, flow);
	expect(t, within(after(lost, between(0, data_comm_lost(t, 1).to)), comm_lost(p.client, 0)));
	const struct window gone = after(lost, idle_comm_lost(t, 1));
	expect_all(t, within(gone, comm_lost(p.server, 0)), within(gone, partial_delivery_aborted(p.server, 0)));
}
