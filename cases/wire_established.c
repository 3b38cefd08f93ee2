/* SPDX-License-Identifier: Apache-2.0 */
/* wire_established.c - the matrix of states and events (wire_matrix.h): ESTABLISHED. */
#include <netinet/in.h>

#include "cases/wire_matrix.h"

#define IN(event_) event_ "-in-established"

static const struct cell established[] = {
	CELL(IN("data"), "DATA in ESTABLISHED is acknowledged at once, being the first, and read", S_DATA, SACK_COMES,
		R_9260_5_1_27, R_9260_6_2_01, R_9260_6_2_17),
	CELL(IN("init-with-new-address"), "INIT with one address more in ESTABLISHED is refused under its own tag",
		S_INIT_NEW_ADDRESS, INIT_REFUSED, R_9260_5_2_2_02, R_9260_5_2_2_03, R_9260_5_2_2_10, R_9260_5_2_2_11),
	CELL(IN("init-ack-with-tag-0"), "INIT ACK with Initiate Tag 0 in ESTABLISHED is discarded", S_INIT_ACK_TAG_0,
		NOTHING, R_9260_3_3_3_07),
	CELL(IN("sack"), "SACK that acknowledges nothing in ESTABLISHED changes nothing", S_SACK, NOTHING,
		R_9260_5_1_29),
	CELL(IN("heartbeat"), "HEARTBEAT in ESTABLISHED is answered with its information", S_HEARTBEAT, ANSWERED,
		R_9260_8_3_04, R_9260_8_3_17, R_9260_3_3_6_01, R_9260_3_3_6_03),
	CELL(IN("heartbeat-ack"), "HEARTBEAT ACK that nobody has asked for in ESTABLISHED: nothing, ABORT or ERROR",
		S_HEARTBEAT_ACK, NOTHING | ABORTED | COMPLAINED, R_9260_8_3_18),
	CELL(IN("abort"), "ABORT in ESTABLISHED ends the association, and has no answer", S_ABORT, ENDED, R_9260_4_16,
		R_9260_9_1_05, R_9260_9_1_07, R_9260_9_1_08, R_9260_3_3_7_08),
	CELL(IN("shutdown"), "SHUTDOWN in ESTABLISHED is answered by SHUTDOWN ACK, again after T2-shutdown", S_SHUTDOWN,
		SHUTDOWN_ACK_COMES, R_9260_9_2_13, R_9260_9_2_23, R_9260_9_2_24, R_9260_9_2_30),
	CELL(IN("error"), "ERROR in ESTABLISHED is told to the user, and ends nothing", S_ERROR, TOLD, R_9260_3_3_10_03,
		R_6458_6_1_3_01),
	{ ROW(IN("ecne"), "ECNE in ESTABLISHED is answered by CWR, where ECN was agreed on", R_9260_7_2_01),
		.stimulus = S_ECNE, .reactions = CWR_COMES, .with_ecn = true },
	{ ROW(IN("cwr"), "CWR in ESTABLISHED has no answer, where ECN was agreed on", R_9260_7_2_01), .stimulus = S_CWR,
		.reactions = NOTHING, .with_ecn = true },

	/* Extensions that were not agreed on: who has them goes by their RFC, who does not, by section 3.2. */
	CELL(IN("auth"), "AUTH that was not agreed on in ESTABLISHED: nothing, or ERROR", S_AUTH,
		NOTHING | REPORTED | COMPLAINED, R_9260_3_2_01),
	CELL(IN("i-data"), "I-DATA that was not agreed on in ESTABLISHED: ABORT, or ERROR that names it", S_I_DATA,
		ABORTED | REPORTED, R_9260_3_2_02, R_8260_2_2_3_07),
	CELL(IN("asconf"),
		"ASCONF that was not agreed on, without AUTH, in ESTABLISHED: nothing, or ERROR that names it",
		S_ASCONF, NOTHING | REPORTED, R_9260_3_2_04, R_5061_4_1_1_02, R_5061_5_2_02),
	CELL(IN("asconf-ack"), "ASCONF-ACK that was not agreed on in ESTABLISHED: nothing, or ABORT", S_ASCONF_ACK,
		NOTHING | ABORTED, R_9260_3_2_03, R_5061_5_3_01),
	{ ROW(IN("re-config"), "RE-CONFIG that was not agreed on in ESTABLISHED is passed over", R_9260_3_2_03,
		  R_6525_3_1_04),
		.stimulus = S_RE_CONFIG, .reactions = NOTHING, .is_followed = true, .goes_on = true },
	{ ROW(IN("pad"), "PAD in ESTABLISHED is passed over", R_9260_3_2_03), .stimulus = S_PAD, .reactions = NOTHING,
		.is_followed = true, .goes_on = true },
	{ ROW(IN("forward-tsn"), "FORWARD TSN that was not agreed on in ESTABLISHED: ERROR that names it",
		  R_9260_3_2_04),
		.stimulus = S_FORWARD_TSN, .reactions = REPORTED, .is_followed = true, .goes_on = true },
	CELL(IN("i-forward-tsn"), "I-FORWARD-TSN that was not agreed on in ESTABLISHED: ABORT, or ERROR that names it",
		S_I_FORWARD_TSN, ABORTED | REPORTED, R_9260_3_2_04, R_8260_2_3_1_14),
};

FAMILY(states, established, .tags = TAGS("tester", "matrix"), .topology = &topology_one_path)
{
	matrix_cell(t, row, ESTABLISHED);
}

CASE(states, "init-with-known-address-in-established",
	.title = "INIT of a peer that has restarted, with no address that the association does not have, is answered",
	.requirements = IDS(R_9260_5_2_2_01, R_9260_5_2_2_02, R_9260_5_2_2_08, R_9260_5_2_2_10, R_9260_5_2_2_11),
	.tags = TAGS("tester"), .topology = &topology_one_path)
{
	struct sockaddr_storage nobodys = { .ss_family = AF_INET };

	((struct sockaddr_in *)&nobodys)->sin_addr.s_addr = htonl(0xc0000263); /* 192.0.2.99 */
	struct tester *b = open_tester(t, ENDPOINT_B, &(struct habits){ .also_lists = &nobodys });

	kernel_connects(t, b);
	transmit(t, b, an_init(.initiate_tag = SET(RESTARTED_TAG)));
	expect(t, soon(t, arrives_with(b, 0, HEADER(.verification_tag = SET(RESTARTED_TAG)), an_init_ack())));
	expect_that(t,
		last(b, CHUNK_INIT_ACK)->initiate_tag.value != kernel_tag(b) ||
			!last(b, CHUNK_INIT_ACK)->initiate_tag.set,
		"the tag of that INIT ACK is a new one");
	expect_alive(t, b);
}
