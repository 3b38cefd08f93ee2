/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_dialogue.c - one dialogue from INIT to SHUTDOWN COMPLETE, data both ways, in which each packet of the tester is
 * lost once, or comes twice, or after the next one. What becomes of the association must be the same each time.
 */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

enum mishap { LOST, TWICE };

struct dialogue {
	struct row row;
	enum mishap mishap;
	uint8_t packet; /* the type of its chunk */
};

#define WITHOUT(name_, title_, type_, ...)                                         \
	{                                                                          \
		ROW(name_, title_, __VA_ARGS__), .mishap = LOST, .packet = (type_) \
	}
#define DOUBLED(name_, title_, type_, ...)                                          \
	{                                                                           \
		ROW(name_, title_, __VA_ARGS__), .mishap = TWICE, .packet = (type_) \
	}

static const struct dialogue dialogues[] = {
	WITHOUT("lost-init-ack", "INIT ACK is lost: INIT comes again after T1-init", CHUNK_INIT_ACK, R_9260_5_1_03,
		R_9260_4_03),
	WITHOUT("lost-cookie-ack", "COOKIE ACK is lost: COOKIE ECHO comes again after T1-cookie", CHUNK_COOKIE_ACK,
		R_9260_4_06),
	WITHOUT("lost-sack", "SACK is lost: DATA comes again after T3-rtx", CHUNK_SACK, R_9260_6_3_3_05),
	WITHOUT("lost-shutdown-ack", "SHUTDOWN ACK is lost: SHUTDOWN comes again after T2-shutdown", CHUNK_SHUTDOWN_ACK,
		R_9260_9_2_05, R_9260_9_2_06),
	WITHOUT("lost-shutdown-complete", "SHUTDOWN COMPLETE is lost: SHUTDOWN ACK comes again after T2-shutdown",
		CHUNK_SHUTDOWN_COMPLETE, R_9260_9_2_24),
	DOUBLED("twice-init-ack", "INIT ACK comes twice: the second one is discarded", CHUNK_INIT_ACK, R_9260_5_2_3_01),
	DOUBLED("twice-cookie-ack", "COOKIE ACK comes twice: the second one is discarded", CHUNK_COOKIE_ACK,
		R_9260_5_2_5_01),
	DOUBLED("twice-sack", "SACK comes twice: the second one changes nothing", CHUNK_SACK, R_9260_6_05),
	DOUBLED("twice-data", "DATA comes twice: it is read once, and reported as a duplicate at once", CHUNK_DATA,
		R_9260_6_2_23, R_9260_6_2_25),
	DOUBLED("twice-shutdown-ack", "SHUTDOWN ACK comes twice: the second one is out of the blue", CHUNK_SHUTDOWN_ACK,
		R_9260_8_4_07, R_9260_8_4_08),
	DOUBLED("twice-shutdown", "SHUTDOWN comes twice: SHUTDOWN ACK again, or not", CHUNK_SHUTDOWN, R_9260_9_2_23),
	DOUBLED("twice-shutdown-complete", "SHUTDOWN COMPLETE comes twice: the second one is out of the blue",
		CHUNK_SHUTDOWN_COMPLETE, R_9260_8_4_09),
};

/* The dialogue under way. */
struct talk {
	struct trial *t;
	struct tester *b;
	struct peer *client;
	const struct dialogue *is;
};

static bool is_lost(const struct talk *talk, uint8_t type)
{
	return talk->is->mishap == LOST && talk->is->packet == type;
}

static bool is_twice(const struct talk *talk, uint8_t type)
{
	return talk->is->mishap == TWICE && talk->is->packet == type;
}

/* If the tester's answer to the last packet is lost: a copy of that packet when its timer has expired. */
static void expect_copy(const struct talk *talk, uint8_t answer, vtime rto, struct item copy)
{
	const vtime came = arrived_at(talk->b);

	if (is_lost(talk, answer))
		expect(talk->t, within(allowing(ms(1), after(came, timer_window(rto))), copy));
}

/* If the tester's packet comes twice: once more, and nothing comes of it. */
static void repeat_for_nothing(const struct talk *talk, struct wire_chunk chunk)
{
	if (!is_twice(talk, chunk.type))
		return;
	transmit(talk->t, talk->b, chunk);
	expect_quiet(talk->t, ms(500));
}

static void set_up(const struct talk *talk)
{
	struct trial *t = talk->t;
	struct tester *b = talk->b;
	const vtime rto = duration(in_force(t)->rto_initial);

	expect_copy(talk, CHUNK_INIT_ACK, rto, arrives_alone(b, 0, an_init()));
	take_over(t, b, HAND(CHUNK_COOKIE_ECHO));
	transmit(t, b, an_init_ack());
	expect(t, soon(t, arrives_alone(b, 0, a_cookie_echo())));
	expect_copy(talk, CHUNK_COOKIE_ACK, rto, arrives_alone(b, 0, a_cookie_echo()));
	repeat_for_nothing(talk, an_init_ack());
	transmit(t, b, a_cookie_ack());
	expect(t, soon(t, comm_up(talk->client)));
	repeat_for_nothing(talk, a_cookie_ack());
}

static void exchange_data(const struct talk *talk)
{
	struct trial *t = talk->t;
	struct tester *b = talk->b;
	const uint32_t tsn = sent_tsn(b, 0), kernels = kernel_tsn(b, 0);

	take_over(t, b, HAND(CHUNK_DATA));
	kernel_sends(t, talk->client, b, &(struct traffic){ .count = 1 });
	expect_data(t, b, 0, 1);
	expect_copy(
		talk, CHUNK_SACK, duration(in_force(t)->rto_initial), arrives_alone(b, 0, a_data(.tsn = SET(kernels))));
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernels)));
	repeat_for_nothing(talk, a_sack(.cum_tsn_ack = SET(kernels)));
	transmit(t, b, a_data(.payload = BYTES("once")));
	expect_all(t, soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(tsn), .duplicates = NO_TSNS))),
		soon(t, reads(talk->client, 0, "once")));
	never(t, reads(talk->client, 0, "once"));
	if (!is_twice(talk, CHUNK_DATA))
		return;
	transmit(t, b, a_data(.tsn = SET(tsn), .payload = BYTES("once")));
	expect(t, soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(tsn), .duplicates = TSNS(tsn)))));
}

/* By now the round trip of DATA has been measured. */
static vtime measured(const struct talk *talk)
{
	return duration(in_force(talk->t)->rto_min);
}

static void end_by_kernel(const struct talk *talk)
{
	struct trial *t = talk->t;
	struct tester *b = talk->b;

	take_over(t, b, HAND(CHUNK_SHUTDOWN));
	shut_down(t, talk->client);
	expect(t, soon(t, arrives_alone(b, 0, a_shutdown())));
	expect_copy(talk, CHUNK_SHUTDOWN_ACK, measured(talk), arrives_alone(b, 0, a_shutdown()));
	transmit(t, b, a_shutdown_ack());
	expect_all(t, soon(t, arrives_alone(b, 0, a_shutdown_complete(.flags = SET(0)))),
		soon(t, shutdown_comp(talk->client)));
	if (!is_twice(talk, CHUNK_SHUTDOWN_ACK))
		return;
	transmit(t, b, a_shutdown_ack());
	expect(t,
		soon(t,
			arrives_with(b, 0, HEADER(.verification_tag = SET(kernel_tag(b))),
				a_shutdown_complete(.flags = SET(FLAG_T)))));
}

static void end_by_tester(const struct talk *talk)
{
	struct trial *t = talk->t;
	struct tester *b = talk->b;

	take_over(t, b, HAND(CHUNK_SHUTDOWN_ACK));
	transmit(t, b, a_shutdown());
	expect_all(t, soon(t, arrives_alone(b, 0, a_shutdown_ack())), soon(t, shutdown_event(talk->client)));
	expect_copy(talk, CHUNK_SHUTDOWN_COMPLETE, measured(talk), arrives_alone(b, 0, a_shutdown_ack()));
	if (is_twice(talk, CHUNK_SHUTDOWN)) {
		transmit(t, b, a_shutdown());
		const struct item again = soon(t, arrives_alone(b, 0, a_shutdown_ack()));
		const size_t which = expect_one_or_none(t, &again, 1, ms(500));
		observe(t, "the choice: %s", which == 0 ? "SHUTDOWN ACK again" : "nothing");
	}
	transmit(t, b, a_shutdown_complete());
	expect(t, soon(t, shutdown_comp(talk->client)));
	repeat_for_nothing(talk, a_shutdown_complete());
}

FAMILY(dialogue, dialogues, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct dialogue *is = row;
	const bool by_tester = is->packet == CHUNK_SHUTDOWN || is->packet == CHUNK_SHUTDOWN_COMPLETE;
	struct talk talk = { .t = t, .b = open_tester(t, ENDPOINT_B, NULL), .is = is };

	talk.client = brought_to(t, talk.b, COOKIE_WAIT);
	set_up(&talk);
	exchange_data(&talk);
	if (by_tester)
		end_by_tester(&talk);
	else
		end_by_kernel(&talk);
	expect_gone(t, talk.b);
}

/* ------------------------------------------------------------------ one after the other, the wrong way round */

CASE(dialogue, "swapped-data", .title = "Two DATA swapped: the second one is held and reported, both are read in order",
	.requirements = IDS(R_9260_6_6_01, R_9260_6_6_02, R_9260_3_3_4_02, R_9260_3_3_4_06), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = kernel_connects(t, b);
	const uint32_t tsn = sent_tsn(b, 0);

	transmit(t, b, a_data(.tsn = SET(tsn + 1), .ssn = SET(1), .payload = BYTES("second")));
	expect(t, soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(tsn - 1), .gaps = GAPS({ 2, 2 })))));
	transmit(t, b, a_data(.tsn = SET(tsn), .ssn = SET(0), .payload = BYTES("first")));
	expect_in_order(t, soon(t, reads(client, 0, "first")), soon(t, reads(client, 0, "second")));
	/* at once, or after SACK.Delay: the gap is filled */
	expect(t, soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(tsn + 1), .gaps = NO_GAPS))));
	expect_alive(t, b);
}

CASE(dialogue, "swapped-sacks", .title = "Two SACKs swapped: the older one, which comes last, is dropped",
	.requirements = IDS(R_9260_6_2_1_05), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .by_hand = HAND(CHUNK_DATA) });
	struct peer *client = kernel_connects(t, b);

	kernel_sends(t, client, b, &(struct traffic){ .count = 2 });
	expect_data(t, b, 0, 2);
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 1))));
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 0)), .a_rwnd = SET(0)));
	expect_quiet(t, 2 * duration(in_force(t)->rto_initial));     /* nothing of it is sent again */
	kernel_sends(t, client, b, &(struct traffic){ .count = 2 }); /* nor is the window closed */
	expect_data(t, b, 2, 2);
	transmit(t, b, a_sack(.cum_tsn_ack = SET(kernel_tsn(b, 3))));
	expect_alive(t, b);
}

CASE(dialogue, "swapped-cookie-ack",
	.title = "DATA that overtakes COOKIE ACK is discarded, and acknowledged when it comes again",
	.requirements = IDS(R_9260_6_04, R_9260_5_1_17, R_9260_6_2_01), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_ECHOED);
	const uint32_t tsn = sent_tsn(b, 0);

	transmit(t, b, a_data(.tsn = SET(tsn), .ssn = SET(0), .payload = BYTES("early")));
	transmit(t, b, a_cookie_ack());
	expect(t, soon(t, comm_up(client)));
	expect_quiet(t, ms(500));
	transmit(t, b, a_data(.tsn = SET(tsn), .ssn = SET(0), .payload = BYTES("early")));
	expect_all(t, soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(tsn), .duplicates = NO_TSNS))),
		soon(t, reads(client, 0, "early")));
	expect_alive(t, b);
}
