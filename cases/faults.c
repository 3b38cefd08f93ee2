/* SPDX-License-Identifier: Apache-2.0 */
/*
 * faults.c - exactly these packets are lost, doubled, late or damaged, and exactly this follows: so many are sent
 * again, then and not before, and the application notices nothing (RFC 9260 sections 5.1, 6.2, 6.3, 6.7, 7.2.4, 8 and
 * 9.2).
 */
#include "cases/requirements.h"
#include "runner/engine/case.h"

/* ------------------------------------------------------------------ DATA */

#define BURST 10 /* messages at once, each in a packet of its own; the congestion window has room for all */

static struct flow *burst(struct trial *t, struct pair p)
{
	return send_messages(t, p.client, p.server, &(struct traffic){ .count = BURST, .ppid = 1 });
}

/* The burst arrives before any timer could run out, and so many DATA chunks were sent for it. */
static void repaired_at_once(struct trial *t, struct fault fault, unsigned packets, unsigned sent)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, fault);
	struct flow *flow = burst(t, p);

	expect_delivered(t, flow, promptly());
	expect_quiet(t, s(10));
	expect_hit(t, fault, packets);
	expect_sent_exactly(t, sent, A, 0, DATA, since(t, began));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}

#define BY_FAST_RETRANSMIT                                                                                \
	IDS(R_9260_6_7_01, R_9260_6_7_05, R_9260_6_7_06, /* the gap is reported, and counted per chunk */ \
		R_9260_7_2_4_02, R_9260_7_2_4_05, R_9260_7_2_4_09, R_9260_6_6_01)

#define AT_ONCE(name, what, fault, packets, sent)                                         \
	VARIANT(faults, name, repaired_at_once(t, fault, packets, sent), .title = (what), \
		.requirements = BY_FAST_RETRANSMIT, .tags = TAGS("data", "chunks"), .topology = &topology_one_path)

AT_ONCE("first-data-lost",
	"The first of ten messages is lost: three reports that it is missing bring it again, no timer",
	chunks_lost(nth(1, DATA), 0, A_TO_B), 1, BURST + 1)
AT_ONCE("third-data-lost",
	"The third of ten messages is lost: three reports that it is missing bring it again, no timer",
	chunks_lost(nth(3, DATA), 0, A_TO_B), 1, BURST + 1)
AT_ONCE("seventh-data-lost", "With just three messages behind the lost one it is sent again before any timer",
	chunks_lost(nth(BURST - 3, DATA), 0, A_TO_B), 1, BURST + 1)
AT_ONCE("two-data-lost", "Two of ten messages are lost, and each is sent again once",
	chunks_lost(both_of(nth(2, DATA), nth(5, DATA)), 0, A_TO_B), 2, BURST + 2)
AT_ONCE("third-data-corrupted", "A message that is damaged under way is as good as lost",
	chunks_corrupted(nth(3, DATA), 0, A_TO_B), 1, BURST + 1)
AT_ONCE("third-data-late", "A message that all others overtake is taken for lost, and its second copy does no harm",
	chunks_held_up(ms(50), nth(3, DATA), 0, A_TO_B), 1, BURST + 1)

/* No message is behind it: only T3-rtx brings it again, and takes twice the time each time that it is lost. */
static void repaired_by_timer(struct trial *t, struct fault fault, unsigned times)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, fault);
	struct window late = between(0, 0);

	for (unsigned i = 0; i < times; i++)
		late = window_sum(late, t3_rtx(t, doubled(i)));
	expect_delivered(t, say(t, p.client, p.server), late);
	expect_quiet(t, s(10));
	expect_hit(t, fault, times);
	expect_sent_exactly(t, 1 + times, A, 0, DATA, since(t, began));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}

/* Without HEARTBEATs that probe the path meanwhile, whose answers would measure its round trip and so end the
 * back-off. */
#define BY_TIMER(name, what, fault, times)                                             \
	VARIANT(faults, name, repaired_by_timer(t, fault, times), .title = (what),     \
		.requirements = IDS(R_9260_6_3_2_01, R_9260_6_3_3_02, R_9260_6_3_3_04, \
			R_9260_8_2_05 /* an acknowledgement clears the count */),      \
		.tags = TAGS("data", "chunks"), .topology = &topology_one_path, .settings = { .pf_enable = OFF })

BY_TIMER("only-data-lost", "A single message is lost: T3-rtx brings it again", chunks_lost(nth(1, DATA), 0, A_TO_B), 1)
BY_TIMER("only-data-lost-twice", "A single message is lost twice: T3-rtx brings it again, after twice the time",
	chunks_lost(nth_to(1, 2, DATA), 0, A_TO_B), 2)
BY_TIMER("only-data-lost-four-times",
	"A single message is lost four times: each T3-rtx takes twice the time of the one before",
	chunks_lost(nth_to(1, 4, DATA), 0, A_TO_B), 4)
BY_TIMER("only-data-corrupted", "A single message is damaged under way: T3-rtx brings it again",
	chunks_corrupted(nth(1, DATA), 0, A_TO_B), 1)
BY_TIMER("retransmission-lost", "A message is lost, and so is the first that T3-rtx sends again",
	chunks_lost(of_ppid(0, nth_to(1, 2, DATA)), 0, A_TO_B), 2)

/* ------------------------------------------------------------------ nothing is sent again */

static void no_harm(struct trial *t, struct fault fault, unsigned packets)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, fault);

	expect_delivered(t, burst(t, p), promptly());
	expect_quiet(t, s(10));
	expect_hit(t, fault, packets);
	expect_sent_exactly(t, BURST, A, 0, DATA, since(t, began));
	expect_path_state_at_both(t, p, 0, PATH_ACTIVE);
}

#define NO_HARM(name, what, fault, packets, ...)                                                             \
	VARIANT(faults, name, no_harm(t, fault, packets), .title = (what), .requirements = IDS(__VA_ARGS__), \
		.tags = TAGS("data", "chunks"), .topology = &topology_one_path)

NO_HARM("third-data-doubled", "A message that comes twice is delivered once", chunks_doubled(nth(3, DATA), 0, A_TO_B),
	1, R_9260_6_2_23, R_9260_6_2_25, R_9260_6_6_01)
NO_HARM("all-data-doubled", "Ten messages that come twice are delivered once each",
	chunks_doubled(every(DATA), 0, A_TO_B), BURST, R_9260_6_2_23, R_9260_6_2_25, R_9260_6_6_01)
NO_HARM("data-overtaken-by-two", "A message that only two overtake is not sent again",
	chunks_held_up(ms(50), nth(BURST - 2, DATA), 0, A_TO_B), 1, R_9260_7_2_4_02, R_9260_6_7_06, R_9260_6_6_01)
NO_HARM("third-sack-lost", "A SACK that is lost is replaced by the next", chunks_lost(nth(3, SACK), 0, B_TO_A), 1,
	R_9260_6_2_19, R_9260_6_7_04)
NO_HARM("third-sack-late", "A SACK that later ones overtake changes nothing",
	chunks_held_up(ms(50), nth(3, SACK), 0, B_TO_A), 1, R_9260_6_2_1_05)
NO_HARM("sacks-doubled", "SACKs that come twice report nothing missing", chunks_doubled(every(SACK), 0, B_TO_A),
	BURST / 2, R_9260_6_2_1_05, R_9260_7_2_4_03)

/* ------------------------------------------------------------------ setting up and shutting down */

/* The n-th packet of the handshake is lost: what asked for it is sent again when its timer has run out. */
static void handshake_repaired(struct trial *t, struct fault fault, unsigned chunk, unsigned copies)
{
	const struct pair p = strangers(t);
	const vtime began = inject(t, fault);

	start_connect(t, p.client, p.server, 0);
	expect_at_both(
		t, p, within(allowing(ms(500), between(began, began + init_second_address(t).to)), comm_up(EACH)));
	expect_hit(t, fault, copies - 1);
	expect_sent_exactly(t, copies, A, 0, chunk, since(t, began));
	expect_delivered_both_ways(t, p);
	expect_established_at_both(t, p);
}

#define HANDSHAKE(name, what, fault, chunk, ...)                                            \
	VARIANT(faults, name, handshake_repaired(t, fault, chunk, 2), .title = (what),      \
		.requirements = IDS(__VA_ARGS__), .tags = TAGS("chunks", "default-timers"), \
		.topology = &topology_one_path)

HANDSHAKE("init-lost", "An INIT that is lost is sent again when T1-init has expired",
	chunks_lost(nth(1, INIT), 0, A_TO_B), INIT, R_9260_5_1_03, R_9260_6_3_1_01)
HANDSHAKE("init-ack-lost", "An INIT ACK that is lost: the INIT is sent again", chunks_lost(nth(1, INIT_ACK), 0, B_TO_A),
	INIT, R_9260_5_1_03, R_9260_5_1_04)
HANDSHAKE("cookie-echo-lost", "A COOKIE ECHO that is lost is sent again when T1-cookie has expired",
	chunks_lost(nth(1, COOKIE_ECHO), 0, A_TO_B), COOKIE_ECHO, R_9260_5_1_09)
HANDSHAKE("cookie-ack-lost", "A COOKIE ACK that is lost: the COOKIE ECHO is sent again, and answered again",
	chunks_lost(nth(1, COOKIE_ACK), 0, B_TO_A), COOKIE_ECHO, R_9260_5_1_09, R_9260_5_1_17)

/* Both ends learn that the association is shut down; what was lost of that exchange is sent again after T2-shutdown. */
static void shutdown_repaired(struct trial *t, struct fault fault, struct window client, struct window server)
{
	const struct pair p = settled(t);
	const vtime began = inject(t, fault);

	shut_down(t, p.client);
	expect_all(t, within(allowing(ms(20), after(began, client)), shutdown_comp(p.client)),
		within(allowing(ms(20), after(began, between(0, server.to))), shutdown_event(p.server)),
		within(allowing(ms(20), after(began, server)), shutdown_comp(p.server)));
	expect_hit(t, fault, 1);
	expect_no_association_at_both(t, p);
	expect_quiet(t, s(100));
}

#define SHUTDOWN_LOST(name, what, fault, client, server, ...)                               \
	VARIANT(faults, name, shutdown_repaired(t, fault, client, server), .title = (what), \
		.requirements = IDS(__VA_ARGS__), .tags = TAGS("chunks", "default-timers"), \
		.topology = &topology_one_path)

SHUTDOWN_LOST("shutdown-lost", "A SHUTDOWN that is lost is sent again when T2-shutdown has expired",
	chunks_lost(nth(1, SHUTDOWN), 0, A_TO_B), t3_rtx(t, doubled(0)), t3_rtx(t, doubled(0)), R_9260_9_2_04,
	R_9260_9_2_05)
SHUTDOWN_LOST("shutdown-ack-lost", "A SHUTDOWN ACK that is lost is sent again when T2-shutdown has expired",
	chunks_lost(nth(1, SHUTDOWN_ACK), 0, B_TO_A), t3_rtx(t, doubled(0)), t3_rtx(t, doubled(0)), R_9260_9_2_23,
	R_9260_9_2_24)
SHUTDOWN_LOST("shutdown-complete-lost",
	"A SHUTDOWN COMPLETE that is lost: the SHUTDOWN ACK is sent again, and who has no association any more "
	"completes it",
	chunks_lost(nth(1, SHUTDOWN_COMPLETE), 0, A_TO_B), promptly(), t3_rtx(t, doubled(0)), R_9260_9_2_24,
	R_9260_8_4_07)

/* ------------------------------------------------------------------ heartbeats */

/* So many HEARTBEATs or answers of the client's are lost on an idle path, one after the other. As many as
 * Path.Max.Retrans are no news; one more makes the path unreachable for as long as it takes to the next. */
static void heartbeats_lost(struct trial *t, unsigned path, unsigned chunk, unsigned more)
{
	const struct pair p = settled(t);
	const unsigned count = in_force(t)->path_max_retrans + more;
	const struct fault fault = chunk == HEARTBEAT ? chunks_lost(nth_to(1, count, HEARTBEAT), path, A_TO_B)
						      : chunks_lost(nth_to(1, count, HEARTBEAT_ACK), path, B_TO_A);
	const vtime began = inject(t, fault);
	struct window strikes = first_heartbeat(t);

	for (unsigned i = 0; i < count; i++)
		strikes = window_sum(strikes, heartbeat_period(t, doubled(i)));
	if (more > 0) {
		const struct window inactive = after(began, idle_unreachable(t));

		expect_in_order(t, within(inactive, addr_unreachable(p.client, path)),
			within(allowing(ms(20), inactive), addr_available(p.client, path)));
	} else {
		expect_quiet(t, strikes.to);
	}
	expect_hit(t, fault, count);
	expect_sent_at_least(t, count + 1, A, path, HEARTBEAT, since(t, began));
	expect_paths_active(t, p);
	expect_quiet(t, s(100));
}

#define HEARTBEATS(name, what, path, chunk, more)                                                               \
	VARIANT(faults, name, heartbeats_lost(t, path, chunk, more), .title = (what),                           \
		.requirements = IDS(R_9260_8_2_03, R_9260_8_3_10, R_9260_8_3_11, R_9260_8_3_18, R_9260_8_3_19), \
		.tags = TAGS("idle", "chunks", "default-timers"), .topology = &topology_two_paths)

HEARTBEATS("heartbeats-lost-at-limit",
	"Path.Max.Retrans HEARTBEATs of an idle path are lost one after the other: no news", 1, HEARTBEAT, 0)
HEARTBEATS("heartbeats-lost-beyond-limit",
	"Path.Max.Retrans + 1 HEARTBEATs are lost: unreachable, and available by the next", 1, HEARTBEAT, 1)
HEARTBEATS("heartbeat-acks-lost-at-limit",
	"Path.Max.Retrans answers to HEARTBEATs are lost one after the other: no news", 0, HEARTBEAT_ACK, 0)
HEARTBEATS("heartbeat-acks-lost-beyond-limit",
	"Path.Max.Retrans + 1 answers to HEARTBEATs are lost: unreachable, and available by the next", 0, HEARTBEAT_ACK,
	1)
