/* SPDX-License-Identifier: Apache-2.0 */
/* data_flow.c - a reader that stops: the window closes, is probed, and opens again (RFC 9260 sections 6.1 and 6.2). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

struct stopped {
	struct row row;
	size_t size; /* of each message */
	unsigned receive_buffer;
	unsigned pause_s;
	bool unordered;
};

/* Nothing is lost and nothing fails while the window is closed, however long; all arrives when the reader goes on. */
static const struct stopped stopped[] = {
	{ ROW("window-closed-for-a-second", "A window that is closed for a second"), .size = 1000,
		.receive_buffer = 8000, .pause_s = 1 },
	{ ROW("window-closed-for-a-minute", "A window that is closed for a minute"), .size = 1000,
		.receive_buffer = 8000, .pause_s = 60 },
	{ ROW("window-closed-for-an-hour", "A window that is closed for an hour is no failure of the path"),
		.size = 1000, .receive_buffer = 8000, .pause_s = 3600 },
	{ ROW("window-closed-small-messages", "A window that small messages have closed"), .size = 300,
		.receive_buffer = 8000, .pause_s = 60 },
	{ ROW("window-closed-fragments", "A window that messages of several fragments have closed"), .size = 3000,
		.receive_buffer = 16000, .pause_s = 60 },
	{ ROW("window-closed-unordered", "A window that unordered messages have closed"), .size = 1000,
		.receive_buffer = 8000, .pause_s = 60, .unordered = true },
	{ ROW("window-closed-large-buffer", "A window of 64 KiB that is closed"), .size = 1400, .receive_buffer = 65536,
		.pause_s = 60 },
};

FAMILY(data, stopped,
	.requirements = IDS(R_9260_6_1_02, R_9260_6_1_05, R_9260_6_1_06, /* probes are no errors while SACKs come */
		R_9260_6_2_12, R_9260_6_2_13, R_6458_3_3_01),
	.topology = &topology_one_path)
{
	const struct stopped *window = row;
	const struct pair p = associated_with(t, &(struct peer_options){ .send_buffer = 40000 },
		&(struct peer_options){ .port = SERVER_PORT, .receive_buffer = window->receive_buffer });
	const vtime pause = s(window->pause_s);

	settle(t, p);
	stop_reading(t, p.server);
	struct flow *flow = fill_send_buffer(
		t, p.client, p.server, &(struct traffic){ .size = window->size, .unordered = window->unordered });
	const vtime stops = now(t);
	expect_quiet(t, pause);
	expect_established_at_both(t, p);
	go_on_reading(t, p.server);
	/* the last probe is outstanding still: T3-rtx, backed off meanwhile, brings it again */
	const vtime max = duration(in_force(t)->rto_max), back_off = pause < max ? pause : max;
	expect_delivered(t, flow, between(0, pause + timer_window(back_off).to + s(2)));
	expect_writable_within(t, p.client, after(now(t), promptly()));
	expect_sent(t, A, 0, DATA, between(stops, stops + pause + s(2)));
	expect_delivered_both_ways(t, p);
}

/* The window stays closed; a path whose probes are answered has no errors. */
CASE(data, "window-probes-no-errors", .title = "A path whose window probes are answered does not begin to fail",
	.requirements = IDS(R_9260_6_1_06), .topology = &topology_one_path)
{
	const struct pair p =
		associated_with(t, NULL, &(struct peer_options){ .port = SERVER_PORT, .receive_buffer = 8000 });

	settle(t, p);
	stop_reading(t, p.server);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .size = 1000 });
	expect_quiet(t, rto_after(t, doubled(0)) + ms(100));
	expect_path_state(t, p.client, 0, PATH_ACTIVE);
	expect_quiet(t, s(60));
	go_on_reading(t, p.server);
	expect_delivered(t, flow, between(0, s(70)));
}

/* Neither heartbeats nor the probing of a path that begins to fail measure the round trip meanwhile. */
CASE(data, "window-probes-back-off", .title = "Each window probe takes twice as long as the one before, up to RTO.Max",
	.requirements = IDS(R_9260_6_1_04, R_9260_6_1_05, R_9260_6_1_07, R_9260_6_1_08), .topology = &topology_one_path,
	.settings = { .pf_enable = OFF, .hb_interval = MS(10000000) })
{
	const struct pair p =
		associated_with(t, NULL, &(struct peer_options){ .port = SERVER_PORT, .receive_buffer = 8000 });

	settle(t, p);
	stop_reading(t, p.server);
	struct flow *flow = send_messages(t, p.client, p.server, &(struct traffic){ .count = 20, .size = 1000 });
	expect_quiet(t, ms(500));
	const vtime closed = now(t);
	/* after 1, 2, 4, 8, 16 and 32 s, and then each 60 s; the kernel's timers make 61.44 s of that */
	expect_quiet(t, s(3600));
	expect_sent_exactly(t, 6 + 57, A, 0, DATA, since(t, closed));
	go_on_reading(t, p.server);
	expect_delivered(t, flow, between(0, s(3602)));
}

/* Round trips of 40 ms, so that the SACKs of one burst are far from the next. Which packets leave at once is in the
 * captures (rule congestion.burst). */
CASE(data, "burst-after-idle", .title = "After an idle time a long message leaves in bursts, and arrives",
	.requirements = IDS(R_9260_6_1_15, R_9260_16_04), .topology = &topology_one_path)
{
	const struct pair p = settled(t);
	const struct traffic large = { .size = 30000 };

	inject(t, (struct fault){ .kind = FAULT_DELAY, .path = 0, .delay_us = 20000 });
	for (unsigned i = 0; i < 3; i++) {
		expect_delivered(t, send_messages(t, p.client, p.server, &large), between(0, s(2)));
		expect_quiet(t, s(1));
	}
}
