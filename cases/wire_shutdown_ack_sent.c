/* SPDX-License-Identifier: Apache-2.0 */
/* wire_shutdown_ack_sent.c - the matrix of states and events (wire_matrix.h): SHUTDOWN-ACK-SENT. */
#include "cases/wire_matrix.h"

#define IN(event_) event_ "-in-shutdown-ack-sent"

static const struct cell shutdown_ack_sent[] = {
	CELL(IN("data"), "DATA in SHUTDOWN-ACK-SENT is discarded", S_DATA, NOTHING, R_9260_6_02, R_9260_6_04),
	CELL(IN("init-with-new-address"), "INIT with one address more in SHUTDOWN-ACK-SENT is answered by SHUTDOWN ACK",
		S_INIT_NEW_ADDRESS, SHUTDOWN_ACK_COMES, R_9260_9_2_35),
	CELL(IN("init-ack"), "INIT ACK in SHUTDOWN-ACK-SENT is discarded", S_INIT_ACK, NOTHING, R_9260_5_2_3_01),
	CELL(IN("init-ack-with-tag-0"), "INIT ACK with Initiate Tag 0 in SHUTDOWN-ACK-SENT is discarded",
		S_INIT_ACK_TAG_0, NOTHING, R_9260_3_3_3_07),
	CELL(IN("sack"), "SACK that acknowledges nothing in SHUTDOWN-ACK-SENT changes nothing", S_SACK, NOTHING,
		R_9260_6_08),
	CELL(IN("heartbeat"), "HEARTBEAT in SHUTDOWN-ACK-SENT, up to which it must be answered: answered still, or not",
		S_HEARTBEAT, NOTHING | ANSWERED, R_9260_8_3_04),
	CELL(IN("heartbeat-ack"),
		"HEARTBEAT ACK that nobody has asked for in SHUTDOWN-ACK-SENT: nothing, ABORT or ERROR",
		S_HEARTBEAT_ACK, CHOICE, R_9260_8_3_18),
	CELL(IN("abort"), "ABORT in SHUTDOWN-ACK-SENT ends the association, and has no answer", S_ABORT, ENDED,
		R_9260_4_16, R_9260_9_1_05, R_9260_9_1_07, R_9260_9_1_08, R_9260_3_3_7_08),
	CELL(IN("shutdown"), "SHUTDOWN again in SHUTDOWN-ACK-SENT: SHUTDOWN ACK again, or nothing", S_SHUTDOWN,
		NOTHING | SHUTDOWN_ACK_COMES, R_9260_9_2_24),
	CELL(IN("shutdown-ack"),
		"SHUTDOWN ACK in SHUTDOWN-ACK-SENT is answered by SHUTDOWN COMPLETE, and the association is over",
		S_SHUTDOWN_ACK, COMPLETED, R_9260_9_2_41, R_9260_8_5_1_09, R_9260_8_5_1_10),
	CELL(IN("stale-cookie"), "ERROR Stale Cookie in SHUTDOWN-ACK-SENT is discarded", S_STALE_COOKIE, NOTHING,
		R_9260_5_2_6_01, R_9260_5_2_6_02),
	CELL(IN("error"), "ERROR in SHUTDOWN-ACK-SENT ends nothing, and is told to the user or not", S_ERROR,
		NOTHING | TOLD, R_9260_3_3_10_03),
	CELL(IN("forged-cookie"), "COOKIE ECHO with a forged cookie in SHUTDOWN-ACK-SENT is discarded", S_FORGED_COOKIE,
		NOTHING, R_9260_5_2_4_01),
	CELL(IN("cookie-ack"), "COOKIE ACK in SHUTDOWN-ACK-SENT is discarded", S_COOKIE_ACK, NOTHING, R_9260_5_2_5_01),
	CELL(IN("shutdown-complete"), "SHUTDOWN COMPLETE in SHUTDOWN-ACK-SENT ends the association",
		S_SHUTDOWN_COMPLETE, FINISHED, R_9260_9_2_30, R_9260_8_5_1_13),
	CELL(IN("ecne"), "ECNE in SHUTDOWN-ACK-SENT: what comes of it", S_ECNE, CHOICE, R_9260_4_15),
	CELL(IN("cwr"), "CWR in SHUTDOWN-ACK-SENT: what comes of it", S_CWR, CHOICE, R_9260_4_15),
	CELL(IN("auth"), "AUTH that was not agreed on in SHUTDOWN-ACK-SENT: what comes of it", S_AUTH, CHOICE,
		R_9260_3_2_01),
	CELL(IN("i-data"), "I-DATA that was not agreed on in SHUTDOWN-ACK-SENT: what comes of it", S_I_DATA, CHOICE,
		R_9260_3_2_02),
	CELL(IN("asconf"), "ASCONF that was not agreed on in SHUTDOWN-ACK-SENT: what comes of it", S_ASCONF, CHOICE,
		R_9260_3_2_04),
	CELL(IN("asconf-ack"), "ASCONF-ACK that was not agreed on in SHUTDOWN-ACK-SENT: what comes of it", S_ASCONF_ACK,
		CHOICE, R_9260_3_2_03),
	CELL(IN("re-config"), "RE-CONFIG that was not agreed on in SHUTDOWN-ACK-SENT: what comes of it", S_RE_CONFIG,
		CHOICE, R_9260_3_2_03),
	CELL(IN("pad"), "PAD that was not agreed on in SHUTDOWN-ACK-SENT: what comes of it", S_PAD, CHOICE,
		R_9260_3_2_03),
	CELL(IN("forward-tsn"), "FORWARD TSN that was not agreed on in SHUTDOWN-ACK-SENT: what comes of it",
		S_FORWARD_TSN, CHOICE, R_9260_3_2_04),
	CELL(IN("i-forward-tsn"), "I-FORWARD-TSN that was not agreed on in SHUTDOWN-ACK-SENT: what comes of it",
		S_I_FORWARD_TSN, CHOICE, R_9260_3_2_04),
	CELL(IN("unknown-chunk-00"), "An unknown chunk with the bits 00 in SHUTDOWN-ACK-SENT: what comes of it",
		S_UNKNOWN_00, CHOICE, R_9260_3_2_01),
	CELL(IN("unknown-chunk-01"), "An unknown chunk with the bits 01 in SHUTDOWN-ACK-SENT: what comes of it",
		S_UNKNOWN_01, CHOICE, R_9260_3_2_02),
	CELL(IN("unknown-chunk-10"), "An unknown chunk with the bits 10 in SHUTDOWN-ACK-SENT: what comes of it",
		S_UNKNOWN_10, CHOICE, R_9260_3_2_03),
	CELL(IN("unknown-chunk-11"), "An unknown chunk with the bits 11 in SHUTDOWN-ACK-SENT: what comes of it",
		S_UNKNOWN_11, CHOICE, R_9260_3_2_04),
};

FAMILY(states, shutdown_ack_sent, .tags = TAGS("tester", "matrix"), .topology = &topology_one_path)
{
	matrix_cell(t, row, SHUTDOWN_ACK_SENT);
}
