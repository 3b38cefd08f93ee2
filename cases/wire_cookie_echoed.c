/* SPDX-License-Identifier: Apache-2.0 */
/* wire_cookie_echoed.c - the matrix of states and events (wire_matrix.h): COOKIE-ECHOED. */
#include "cases/wire_matrix.h"

#define IN(event_) event_ "-in-cookie-echoed"

static const struct cell cookie_echoed[] = {
	CELL(IN("data"), "DATA in COOKIE-ECHOED is discarded", S_DATA, NOTHING, R_9260_6_04, R_9260_6_02),
	CELL(IN("init"), "INIT in COOKIE-ECHOED is answered with the tag and TSN of the own INIT", S_INIT,
		INIT_ACK_OF_OWN, R_9260_5_2_1_05, R_9260_5_2_1_11, R_9260_5_2_1_12, R_9260_5_2_1_13, R_9260_5_2_1_14),
	CELL(IN("init-with-new-address"),
		"INIT with one address more in COOKIE-ECHOED is refused under its own tag, and the setup goes on",
		S_INIT_NEW_ADDRESS, INIT_REFUSED, R_9260_5_2_1_06, R_9260_5_2_1_07, R_9260_5_2_1_08),
	CELL(IN("init-ack-with-tag-0"), "INIT ACK with Initiate Tag 0 in COOKIE-ECHOED is discarded", S_INIT_ACK_TAG_0,
		NOTHING, R_9260_3_3_3_07, R_9260_5_2_3_01),
	CELL(IN("sack"), "SACK in COOKIE-ECHOED that acknowledges nothing has no answer", S_SACK, NOTHING, R_9260_6_06,
		R_9260_6_08),
	CELL(IN("heartbeat"), "HEARTBEAT in COOKIE-ECHOED is answered with its information", S_HEARTBEAT, ANSWERED,
		R_9260_8_3_04, R_9260_3_3_6_01),
	CELL(IN("heartbeat-ack"), "HEARTBEAT ACK that nobody has asked for in COOKIE-ECHOED has no answer",
		S_HEARTBEAT_ACK, NOTHING, R_9260_4_13),
	CELL(IN("abort"), "ABORT in COOKIE-ECHOED ends the setup, and has no answer", S_ABORT, ENDED, R_9260_4_16,
		R_9260_9_1_05, R_9260_9_1_07, R_9260_3_3_7_08),
	CELL(IN("stale-cookie"), "ERROR Stale Cookie in COOKIE-ECHOED: a new INIT, or the end of the setup",
		S_STALE_COOKIE, INIT_COMES | ENDED, R_9260_5_2_6_01, R_9260_5_2_6_03),
	CELL(IN("error"), "ERROR in COOKIE-ECHOED ends nothing, and is told or not", S_ERROR, NOTHING | TOLD,
		R_9260_3_3_10_03),
	CELL(IN("forged-cookie"), "COOKIE ECHO with a forged cookie in COOKIE-ECHOED is discarded", S_FORGED_COOKIE,
		NOTHING, R_9260_5_2_4_01),
	CELL(IN("cookie-ack"), "COOKIE ACK in COOKIE-ECHOED brings the association up", S_COOKIE_ACK, UP, R_9260_5_1_17,
		R_9260_4_13),
	CELL(IN("shutdown-complete"), "SHUTDOWN COMPLETE in COOKIE-ECHOED is discarded", S_SHUTDOWN_COMPLETE, NOTHING,
		R_9260_8_5_1_15, R_9260_9_2_29),
	CELL(IN("ecne"), "ECNE in COOKIE-ECHOED has no answer, and does not disturb the setup", S_ECNE, NOTHING,
		R_9260_4_13, R_9260_5_1_12),
	CELL(IN("cwr"), "CWR in COOKIE-ECHOED has no answer, and does not disturb the setup", S_CWR, NOTHING,
		R_9260_4_13, R_9260_5_1_12),
	CELL(IN("auth"), "AUTH in COOKIE-ECHOED does not disturb the setup", S_AUTH, NOTHING | REPORTED, R_9260_3_2_01,
		R_9260_4_13),
	CELL(IN("i-data"), "I-DATA in COOKIE-ECHOED does not disturb the setup", S_I_DATA, NOTHING | REPORTED,
		R_9260_3_2_02, R_9260_4_13),
	CELL(IN("asconf"), "ASCONF in COOKIE-ECHOED does not disturb the setup", S_ASCONF, NOTHING | REPORTED,
		R_9260_3_2_04, R_9260_4_13),
	CELL(IN("asconf-ack"), "ASCONF-ACK in COOKIE-ECHOED does not disturb the setup", S_ASCONF_ACK,
		NOTHING | REPORTED, R_9260_3_2_03, R_9260_4_13),
	CELL(IN("re-config"), "RE-CONFIG in COOKIE-ECHOED does not disturb the setup", S_RE_CONFIG, NOTHING | REPORTED,
		R_9260_3_2_03, R_9260_4_13),
	CELL(IN("pad"), "PAD in COOKIE-ECHOED does not disturb the setup", S_PAD, NOTHING | REPORTED, R_9260_3_2_03,
		R_9260_4_13),
	CELL(IN("forward-tsn"), "FORWARD TSN in COOKIE-ECHOED does not disturb the setup", S_FORWARD_TSN,
		NOTHING | REPORTED, R_9260_3_2_04, R_9260_4_13),
	CELL(IN("i-forward-tsn"), "I-FORWARD-TSN in COOKIE-ECHOED does not disturb the setup", S_I_FORWARD_TSN,
		NOTHING | REPORTED, R_9260_3_2_04, R_9260_4_13),
	CELL(IN("unknown-chunk-00"), "An unknown chunk with the bits 00 in COOKIE-ECHOED does not disturb the setup",
		S_UNKNOWN_00, NOTHING, R_9260_3_2_01, R_9260_4_13),
	CELL(IN("unknown-chunk-01"), "An unknown chunk with the bits 01 in COOKIE-ECHOED does not disturb the setup",
		S_UNKNOWN_01, NOTHING | REPORTED, R_9260_3_2_02, R_9260_4_13),
	CELL(IN("unknown-chunk-10"), "An unknown chunk with the bits 10 in COOKIE-ECHOED does not disturb the setup",
		S_UNKNOWN_10, NOTHING, R_9260_3_2_03, R_9260_4_13),
	CELL(IN("unknown-chunk-11"), "An unknown chunk with the bits 11 in COOKIE-ECHOED does not disturb the setup",
		S_UNKNOWN_11, NOTHING | REPORTED, R_9260_3_2_04, R_9260_4_13),
};

FAMILY(states, cookie_echoed, .tags = TAGS("tester", "matrix"), .topology = &topology_one_path)
{
	matrix_cell(t, row, COOKIE_ECHOED);
}
