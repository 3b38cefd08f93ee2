/* SPDX-License-Identifier: Apache-2.0 */
/* wire_restart.c - COOKIE ECHO where there is an association already: the table of RFC 9260 section 5.2.4. */
#include "cases/requirements.h"
#include "runner/tester/tester.h"

/*
 * A cookie comes about when the tester sends an INIT: it has the kernel's tag of that INIT ACK, the tester's of that
 * INIT, and the tags of the association that there was then, the tie-tags. What it says is held against the tags of
 * the association that there is when it comes back:
 *
 *	A  both tags are others, and the tie-tags are those of the association: the peer has restarted
 *	B  the kernel's tag is that of the association, the peer's is another: INITs have crossed
 *	C  the kernel's tag is another, the peer's is that of the association, there are no tie-tags: it comes late
 *	D  both tags are those of the association: it comes again
 */
enum { NEW_TAG = 0x7e57e299, OLD_TAG = 0x7e57e277 };

/* The cookie that the kernel gives to a peer with that tag, and the kernel's tag in it. */
struct offer {
	uint32_t tag;
	struct octets cookie;
};

static struct offer ask_for_cookie(struct trial *t, struct tester *b, uint32_t tag, uint32_t tsn)
{
	transmit(t, b, an_init(.initiate_tag = SET(tag), .initial_tsn = SET(tsn)));
	expect(t, soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(tag)), an_init_ack())));
	return (struct offer){ last(b, CHUNK_INIT_ACK)->initiate_tag.value, last_cookie(b) };
}

static void echo(struct trial *t, struct tester *b, const struct offer *offer)
{
	transmit_with(t, b, HEADER(.verification_tag = SET(offer->tag)), a_cookie_echo(.cookie = offer->cookie));
}

/* Of a tester that has this tag from now on. */
static struct item acknowledged(struct trial *t, struct tester *b, uint32_t tag)
{
	return soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(tag)), a_cookie_ack()));
}

static void expect_ignored(struct trial *t, struct tester *b)
{
	expect_quiet(t, ms(500));
	expect_alive(t, b);
}

CASE(restart, "action-a", .title = "COOKIE ECHO with new tags and the tie-tags of the association is a restart",
	.requirements = IDS(R_9260_5_2_4_07, R_9260_5_2_4_09), .etsi = IDS("sctp-as-o-1-9-1"), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, ESTABLISHED);
	const struct offer offer = ask_for_cookie(t, b, NEW_TAG, 1);

	echo(t, b, &offer);
	expect_all(t, acknowledged(t, b, NEW_TAG), soon(t, restarted(client)));
	begin_again(t, b, NEW_TAG, 1);
	transmit(t, b, a_data(.payload = BYTES("again")));
	expect_all(t, soon(t, arrives_alone(b, 0, a_sack(.cum_tsn_ack = SET(1)))), soon(t, reads(client, 0, "again")));
	expect_alive(t, b);
}

CASE(restart, "action-a-shutting-down",
	.title = "A restart while SHUTDOWN ACK is out is answered by SHUTDOWN ACK and ERROR, and makes no association",
	.requirements = IDS(R_9260_5_2_4_10, R_9260_5_2_4_11), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, ESTABLISHED);
	const struct offer offer = ask_for_cookie(t, b, NEW_TAG, sent_tsn(b, 0));

	take_over(t, b, HAND(CHUNK_SHUTDOWN_ACK));
	transmit(t, b, a_shutdown());
	expect_all(t, soon(t, shutdown_event(client)), soon(t, arrives_alone(b, 0, a_shutdown_ack())));
	echo(t, b, &offer);
	expect(t,
		soon(t,
			arrives_alone(b, 0, a_shutdown_ack(),
				an_error(.causes = CAUSES({ .type = COOKIE_RECEIVED_WHILE_SHUTTING_DOWN })))));
	transmit(t, b, a_shutdown_complete());
	expect(t, soon(t, shutdown_comp(client)));
}

CASE(restart, "action-b-cookie-wait",
	.title = "COOKIE ECHO while the kernel's INIT is out: the association is up with the tag of the cookie",
	.requirements = IDS(R_9260_5_2_4_12, R_9260_5_2_4_13, R_9260_5_2_4_14, R_9260_5_2_4_15), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);
	const struct offer offer = ask_for_cookie(t, b, NEW_TAG, sent_tsn(b, 0));

	echo(t, b, &offer);
	expect_all(t, acknowledged(t, b, NEW_TAG), soon(t, comm_up(client)));
	begin_again(t, b, NEW_TAG, sent_tsn(b, 0));
	expect_quiet(t, 2 * duration(in_force(t)->rto_initial)); /* no more INIT */
	expect_alive(t, b);
}

CASE(restart, "action-b-established",
	.title = "COOKIE ECHO with the kernel's tag and another of the peer: the peer's tag is that of the cookie",
	.requirements = IDS(R_9260_5_2_4_12, R_9260_5_2_4_13, R_9260_5_2_4_15), .tags = TAGS("tester"),
	.topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);
	const struct offer offer = ask_for_cookie(t, b, NEW_TAG, sent_tsn(b, 0));

	transmit(t, b, an_init_ack());
	expect(t, soon(t, comm_up(client)));
	echo(t, b, &offer);
	expect(t, acknowledged(t, b, NEW_TAG)); /* and no COMM_UP: the association is up */
	begin_again(t, b, NEW_TAG, sent_tsn(b, 0));
	expect_alive(t, b);
}

/* An association that the kernel has accepted, and the cookie that made it. */
static struct offer accepted(struct trial *t, struct tester *b, struct peer *server, uint32_t tag)
{
	const struct offer offer = ask_for_cookie(t, b, tag, sent_tsn(b, 0));

	echo(t, b, &offer);
	expect_all(t, acknowledged(t, b, tag), soon(t, comm_up(server)));
	begin_again(t, b, tag, sent_tsn(b, 0));
	return offer;
}

CASE(restart, "action-c", .title = "COOKIE ECHO with another tag of the kernel, the peer's and no tie-tags is ignored",
	.requirements = IDS(R_9260_5_2_4_16, R_9260_5_2_4_17), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);
	const struct offer late = ask_for_cookie(t, b, NEW_TAG, sent_tsn(b, 0));

	accepted(t, b, server, NEW_TAG);
	echo(t, b, &late);
	expect_ignored(t, b);
}

CASE(restart, "action-d", .title = "COOKIE ECHO with both tags of the association is answered by COOKIE ACK each time",
	.requirements = IDS(R_9260_5_2_4_20), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);
	const struct offer offer = accepted(t, b, server, NEW_TAG);

	for (unsigned i = 0; i < 3; i++) {
		echo(t, b, &offer);
		expect(t, acknowledged(t, b, NEW_TAG));
	}
	expect_ignored(t, b);
}

CASE(restart, "action-d-cookie-echoed",
	.title = "COOKIE ECHO with both tags while the kernel's own is out: the association is up",
	.requirements = IDS(R_9260_5_2_4_19, R_9260_5_2_4_20), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *client = brought_to(t, b, COOKIE_WAIT);
	const struct offer offer = ask_for_cookie(t, b, tag_of(b), sent_tsn(b, 0));

	take_over(t, b, HAND(CHUNK_COOKIE_ECHO));
	transmit(t, b, an_init_ack());
	expect(t, soon(t, arrives(b, 0, a_cookie_echo())));
	echo(t, b, &offer);
	expect_all(t, acknowledged(t, b, tag_of(b)), soon(t, comm_up(client)));
	expect_quiet(t, 2 * duration(in_force(t)->rto_initial)); /* no more COOKIE ECHO */
	expect_alive(t, b);
}

CASE(restart, "no-action",
	.title = "COOKIE ECHO with new tags and the tie-tags of an association that is over is ignored",
	.requirements = IDS(R_9260_5_2_4_05), .tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
	struct peer *server = listener(t, ENDPOINT_A);

	accepted(t, b, server, OLD_TAG);
	const struct offer old = ask_for_cookie(t, b, NEW_TAG, sent_tsn(b, 0));
	transmit(t, b, an_abort());
	expect(t, soon(t, comm_lost(server, 0)));
	accepted(t, b, server, OLD_TAG + 1);
	echo(t, b, &old);
	expect_ignored(t, b);
}
