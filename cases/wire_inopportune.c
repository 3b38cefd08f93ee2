/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_inopportune.c - well-formed packets, with the right tag and from the right address, that come when they are not
 * due: out of the blue (RFC 9260 section 8.4), and in each state of an association (sections 5.2, 8.5.1 and 9.2).
 */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

enum { SOME_TAG = 0x12345678 };

/* What must be seen. */
enum reaction {
	SILENCE,
	ABORT_REFLECTED,    /* with the tag of the packet, and the T bit */
	COMPLETE_REFLECTED, /* SHUTDOWN COMPLETE, the same */
	INIT_ACK_OWN_TAG,   /* with the tag of the kernel's own INIT */
	INIT_ACK_NEW_TAG,   /* with another */
	SHUTDOWN_ACK_AGAIN,
};

struct inopportune {
	struct row row;
	enum association_state state;
	uint8_t type;
	uint16_t cause; /* of ERROR */
	uint32_t tag;   /* of INIT; 0: that of the association */
	enum reaction reaction;
};

#define ROW_OF(name_, title_, etsi_, ...) ROW(name_, title_, __VA_ARGS__), .row.etsi = IDS(etsi_)

static const struct inopportune blue[] = {
	{ ROW_OF("data-out-of-the-blue", "DATA out of the blue is answered by ABORT", "sctp-fh-o-5-3-1", R_9260_8_4_11,
		  R_9260_8_4_12, R_9260_8_4_13),
		.state = CLOSED, .type = CHUNK_DATA, .reaction = ABORT_REFLECTED },
	{ ROW("sack-out-of-the-blue", "SACK out of the blue is answered by ABORT", R_9260_8_4_11, R_9260_8_4_12),
		.state = CLOSED, .type = CHUNK_SACK, .reaction = ABORT_REFLECTED },
	{ ROW("heartbeat-out-of-the-blue", "HEARTBEAT out of the blue is answered by ABORT", R_9260_8_4_11,
		  R_9260_8_4_12),
		.state = CLOSED, .type = CHUNK_HEARTBEAT, .reaction = ABORT_REFLECTED },
	{ ROW_OF("shutdown-out-of-the-blue", "SHUTDOWN out of the blue is answered by ABORT", "sctp-dm-o-4-6-2",
		  R_9260_8_4_11, R_9260_8_4_12),
		.state = CLOSED, .type = CHUNK_SHUTDOWN, .reaction = ABORT_REFLECTED },
	{ ROW("init-ack-out-of-the-blue", "INIT ACK out of the blue is answered by ABORT", R_9260_8_4_11,
		  R_9260_8_4_12),
		.state = CLOSED, .type = CHUNK_INIT_ACK, .reaction = ABORT_REFLECTED },
	{ ROW("ecne-out-of-the-blue", "ECNE out of the blue is answered by ABORT", R_9260_8_4_11, R_9260_8_4_12),
		.state = CLOSED, .type = CHUNK_ECNE, .reaction = ABORT_REFLECTED },
	{ ROW_OF("abort-out-of-the-blue", "ABORT out of the blue is discarded", "sctp-fh-o-5-3-2", R_9260_8_4_02,
		  R_9260_3_3_7_07, R_9260_3_3_7_08),
		.state = CLOSED, .type = CHUNK_ABORT, .reaction = SILENCE },
	{ ROW_OF("shutdown-ack-out-of-the-blue", "SHUTDOWN ACK out of the blue is answered by SHUTDOWN COMPLETE",
		  "sctp-fh-o-5-3-3", R_9260_8_4_07, R_9260_8_4_08, R_9260_8_5_1_11, R_9260_8_5_1_12),
		.state = CLOSED, .type = CHUNK_SHUTDOWN_ACK, .reaction = COMPLETE_REFLECTED },
	{ ROW_OF("shutdown-complete-out-of-the-blue", "SHUTDOWN COMPLETE out of the blue is discarded",
		  "sctp-fh-o-5-3-4", R_9260_8_4_09),
		.state = CLOSED, .type = CHUNK_SHUTDOWN_COMPLETE, .reaction = SILENCE },
	{ ROW("cookie-ack-out-of-the-blue", "COOKIE ACK out of the blue is discarded", R_9260_8_4_10), .state = CLOSED,
		.type = CHUNK_COOKIE_ACK, .reaction = SILENCE },
	{ ROW("stale-cookie-out-of-the-blue", "ERROR Stale Cookie out of the blue is discarded", R_9260_8_4_10),
		.state = CLOSED, .type = CHUNK_ERROR, .cause = STALE_COOKIE, .reaction = SILENCE },
	{ ROW_OF("cookie-echo-out-of-the-blue", "COOKIE ECHO with a cookie that was never given is discarded",
		  "sctp-imh-i-3-5", R_9260_8_4_06, R_9260_4_01),
		.state = CLOSED, .type = CHUNK_COOKIE_ECHO, .reaction = SILENCE },
};

static struct wire_chunk chunk_of_row(const struct inopportune *is, struct tlv *cause)
{
	struct wire_chunk chunk = chunk_of(is->type);

	*cause = (struct tlv){ .type = is->cause, .number = SET(1000) };
	if (is->type == CHUNK_ERROR)
		chunk.causes = (struct tlvs){ true, cause, 1 };
	if (is->type == CHUNK_COOKIE_ECHO)
		chunk.cookie = BYTES("a cookie that was never given by anybody");
	if (is->tag != 0)
		chunk.initiate_tag = SET(is->tag);
	if (is->type == CHUNK_ECNE)
		chunk.lowest_tsn = SET(1);
	return chunk;
}

static void expect_reaction(struct trial *t, struct tester *b, enum reaction reaction, uint32_t tag)
{
	switch (reaction) {
	case SILENCE:
		expect_quiet(t, ms(500));
		break;
	case ABORT_REFLECTED:
		expect(t,
			soon(t,
				arrives_with(
					b, 0, HEADER(.verification_tag = SET(tag)), an_abort(.flags = SET(FLAG_T)))));
		break;
	case COMPLETE_REFLECTED:
		expect(t,
			soon(t,
				arrives_with(b, 0, HEADER(.verification_tag = SET(tag)),
					a_shutdown_complete(.flags = SET(FLAG_T)))));
		break;
	case INIT_ACK_OWN_TAG:
		expect(t,
			soon(t,
				arrives_alone(b, 0,
					an_init_ack(.initiate_tag = SET(kernel_tag(b)),
						.initial_tsn = SET(kernel_tsn(b, 0))))));
		break;
	case INIT_ACK_NEW_TAG:
		expect(t, soon(t, arrives_alone(b, 0, an_init_ack())));
		if (last(b, CHUNK_INIT_ACK)->initiate_tag.set)
			expect_that(t, last(b, CHUNK_INIT_ACK)->initiate_tag.value != kernel_tag(b),
				"the tag of that INIT ACK is a new one");
		break;
	case SHUTDOWN_ACK_AGAIN:
		expect(t, soon(t, arrives_alone(b, 0, a_shutdown_ack())));
		break;
	}
}

FAMILY(blue, blue, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct inopportune *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);
	struct tlv cause;

	transmit_with(t, b, HEADER(.verification_tag = SET(SOME_TAG)), chunk_of_row(is, &cause));
	expect_reaction(t, b, is->reaction, SOME_TAG);
	expect_quiet(t, ms(500));
	transmit(t, b, an_init()); /* and it listens still */
	expect(t, soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))), an_init_ack())));
	expect_no_association(t, server);
}

static const struct inopportune states[] = {
	{ ROW_OF("init-in-cookie-wait", "INIT in COOKIE-WAIT is answered with the tag and TSN of the own INIT",
		  "sctp-dm-o-4-1", R_9260_5_2_1_01, R_9260_5_2_1_11, R_9260_5_2_1_12, R_9260_5_2_1_13),
		.state = COOKIE_WAIT, .type = CHUNK_INIT, .reaction = INIT_ACK_OWN_TAG },
	{ ROW_OF("cookie-ack-in-cookie-wait", "COOKIE ACK in COOKIE-WAIT is discarded", "sctp-dm-o-4-4",
		  R_9260_5_2_5_01),
		.state = COOKIE_WAIT, .type = CHUNK_COOKIE_ACK, .reaction = SILENCE },
	{ ROW_OF("shutdown-in-cookie-wait", "SHUTDOWN in COOKIE-WAIT is discarded", "sctp-dm-o-4-6-1", R_9260_9_2_39),
		.state = COOKIE_WAIT, .type = CHUNK_SHUTDOWN, .reaction = SILENCE },
	{ ROW_OF("shutdown-ack-in-cookie-wait", "SHUTDOWN ACK in COOKIE-WAIT is answered by SHUTDOWN COMPLETE",
		  "sctp-dm-o-4-7-1", R_9260_9_2_37, R_9260_9_2_38, R_9260_8_5_1_17),
		.state = COOKIE_WAIT, .type = CHUNK_SHUTDOWN_ACK, .reaction = COMPLETE_REFLECTED },
	{ ROW_OF("shutdown-complete-in-cookie-wait", "SHUTDOWN COMPLETE in COOKIE-WAIT is discarded", "sctp-dm-o-4-9",
		  R_9260_8_5_1_15),
		.state = COOKIE_WAIT, .type = CHUNK_SHUTDOWN_COMPLETE, .reaction = SILENCE },
	{ ROW_OF("init-ack-in-cookie-echoed", "INIT ACK in COOKIE-ECHOED is discarded", "sctp-dm-o-4-3",
		  R_9260_5_2_3_01),
		.state = COOKIE_ECHOED, .type = CHUNK_INIT_ACK, .reaction = SILENCE },
	{ ROW_OF("shutdown-in-cookie-echoed", "SHUTDOWN in COOKIE-ECHOED is discarded", "sctp-dm-o-4-6-1",
		  R_9260_9_2_39),
		.state = COOKIE_ECHOED, .type = CHUNK_SHUTDOWN, .reaction = SILENCE },
	{ ROW_OF("shutdown-ack-in-cookie-echoed", "SHUTDOWN ACK in COOKIE-ECHOED is answered by SHUTDOWN COMPLETE",
		  "sctp-dm-o-4-7-1", R_9260_9_2_37, R_9260_9_2_38, R_9260_8_5_1_17),
		.state = COOKIE_ECHOED, .type = CHUNK_SHUTDOWN_ACK, .reaction = COMPLETE_REFLECTED },
	{ ROW_OF("init-in-established", "INIT in ESTABLISHED is answered with a new tag, and changes nothing",
		  "sctp-dm-o-4-2-1", R_9260_5_2_2_01, R_9260_5_2_2_07, R_9260_5_2_2_08, R_9260_5_2_2_10,
		  R_9260_5_2_2_11),
		.state = ESTABLISHED, .type = CHUNK_INIT, .reaction = INIT_ACK_NEW_TAG },
	{ ROW_OF("init-of-a-new-peer-in-established", "INIT with a new tag in ESTABLISHED is answered with a new tag",
		  "sctp-as-o-1-9-1", R_9260_5_2_2_01, R_9260_5_2_2_07, R_9260_5_2_2_08, R_9260_5_2_2_10,
		  R_9260_5_2_2_11),
		.state = ESTABLISHED, .type = CHUNK_INIT, .tag = 0x7e57e299, .reaction = INIT_ACK_NEW_TAG },
	{ ROW_OF("init-ack-in-established", "INIT ACK in ESTABLISHED is discarded", "sctp-dm-o-4-3", R_9260_5_2_3_01),
		.state = ESTABLISHED, .type = CHUNK_INIT_ACK, .reaction = SILENCE },
	{ ROW_OF("cookie-ack-in-established", "COOKIE ACK in ESTABLISHED is discarded", "sctp-dm-o-4-4",
		  R_9260_5_2_5_01),
		.state = ESTABLISHED, .type = CHUNK_COOKIE_ACK, .reaction = SILENCE },
	{ ROW_OF("forged-cookie-in-established", "COOKIE ECHO with a forged cookie in ESTABLISHED is discarded",
		  "sctp-dm-o-4-8", R_9260_5_2_4_01),
		.state = ESTABLISHED, .type = CHUNK_COOKIE_ECHO, .reaction = SILENCE },
	{ ROW_OF("shutdown-ack-in-established", "SHUTDOWN ACK in ESTABLISHED leaves the association as it is",
		  "sctp-dm-o-4-7-2", R_9260_9_2_42),
		.state = ESTABLISHED, .type = CHUNK_SHUTDOWN_ACK, .reaction = SILENCE },
	{ ROW_OF("shutdown-complete-in-established", "SHUTDOWN COMPLETE in ESTABLISHED is discarded", "sctp-dm-o-4-9",
		  R_9260_8_5_1_15, R_9260_9_2_29),
		.state = ESTABLISHED, .type = CHUNK_SHUTDOWN_COMPLETE, .reaction = SILENCE },
	{ ROW_OF("stale-cookie-in-established", "ERROR Stale Cookie in ESTABLISHED is discarded", "sctp-e-o-6-2",
		  R_9260_5_2_6_01, R_9260_5_2_6_02),
		.state = ESTABLISHED, .type = CHUNK_ERROR, .cause = STALE_COOKIE, .reaction = SILENCE },
	{ ROW_OF("init-in-shutdown-ack-sent", "INIT in SHUTDOWN-ACK-SENT is answered by SHUTDOWN ACK",
		  "sctp-dm-o-4-2-2", R_9260_9_2_35),
		.state = SHUTDOWN_ACK_SENT, .type = CHUNK_INIT, .reaction = SHUTDOWN_ACK_AGAIN },
};

/* What is due anyhow is not put off: T1's copy comes at its time, or a HEARTBEAT is answered. */
static void expect_unmoved(struct trial *t, struct tester *b, enum association_state state, vtime began)
{
	const struct window t1 = after(began, timer_window(duration(in_force(t)->rto_initial)));

	if (state == COOKIE_WAIT)
		expect(t, within(t1, arrives_with(b, 0, HEADER(.verification_tag = SET(0)), an_init())));
	else if (state == COOKIE_ECHOED)
		expect(t, within(t1, arrives_with(b, 0, HEADER(.verification_tag = SET(tag_of(b))), a_cookie_echo())));
	else if (state == ESTABLISHED)
		expect_alive(t, b);
}

FAMILY(states, states, .tags = TAGS("tester"), .topology = &topology_one_path)
{
	const struct inopportune *is = row;
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct tlv cause;

	brought_to(t, b, is->state);
	const vtime began = arrived_at(b);
	const uint32_t tag = kernel_tag(b);
	transmit_with(
		t, b, HEADER(.verification_tag = SET(is->type == CHUNK_INIT ? 0 : tag)), chunk_of_row(is, &cause));
	expect_reaction(t, b, is->reaction, tag);
	expect_unmoved(t, b, is->state, began);
}
