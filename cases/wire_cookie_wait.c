/* SPDX-License-Identifier: Apache-2.0 */
/* wire_cookie_wait.c - the matrix of states and events (wire_matrix.h): COOKIE-WAIT. */
#include "cases/wire_matrix.h"

#define IN(event_) event_ "-in-cookie-wait"

static const struct cell cookie_wait[] = {
	CELL(IN("data"), "DATA in COOKIE-WAIT is discarded", S_DATA, NOTHING, R_9260_6_04, R_9260_6_02),
	CELL(IN("init-with-new-address"),
		"INIT with one address more in COOKIE-WAIT is answered with the tag and TSN of the own INIT",
		S_INIT_NEW_ADDRESS, INIT_ACK_OF_OWN, R_9260_5_2_1_01, R_9260_5_2_1_12, R_9260_5_2_1_13,
		R_9260_5_2_1_14),
	CELL(IN("init-ack"), "INIT ACK in COOKIE-WAIT is answered by COOKIE ECHO, again after T1-cookie", S_INIT_ACK,
		COOKIE_ECHO_COMES, R_9260_3_3_3_25, R_9260_5_1_09, R_9260_4_06),
	CELL(IN("sack"), "SACK in COOKIE-WAIT is discarded", S_SACK, NOTHING, R_9260_6_08),
	CELL(IN("heartbeat"), "HEARTBEAT in COOKIE-WAIT, which nobody has to answer: what comes of it", S_HEARTBEAT,
		NOTHING | ANSWERED | ABORTED | REFLECTED, R_9260_8_3_04),
	CELL(IN("heartbeat-ack"), "HEARTBEAT ACK that nobody has asked for in COOKIE-WAIT has no answer",
		S_HEARTBEAT_ACK, NOTHING, R_9260_4_13),
	CELL(IN("abort"), "ABORT in COOKIE-WAIT ends the setup, and has no answer", S_ABORT, ENDED, R_9260_4_16,
		R_9260_9_1_05, R_9260_9_1_07, R_9260_3_3_7_08),
	CELL(IN("stale-cookie"), "ERROR Stale Cookie in COOKIE-WAIT is discarded", S_STALE_COOKIE, NOTHING,
		R_9260_5_2_6_01, R_9260_5_2_6_02),
	CELL(IN("error"), "ERROR in COOKIE-WAIT ends nothing, and is told or not", S_ERROR, NOTHING | TOLD,
		R_9260_3_3_10_03),
	CELL(IN("forged-cookie"), "COOKIE ECHO with a forged cookie in COOKIE-WAIT is discarded", S_FORGED_COOKIE,
		NOTHING, R_9260_5_2_4_01),
	CELL(IN("ecne"), "ECNE in COOKIE-WAIT has no answer, and does not disturb the setup", S_ECNE, NOTHING,
		R_9260_4_13),
	CELL(IN("cwr"), "CWR in COOKIE-WAIT has no answer, and does not disturb the setup", S_CWR, NOTHING,
		R_9260_4_13),
	CELL(IN("auth"), "AUTH in COOKIE-WAIT does not disturb the setup", S_AUTH, NOTHING | REPORTED, R_9260_3_2_01,
		R_9260_4_13),
	CELL(IN("i-data"), "I-DATA in COOKIE-WAIT does not disturb the setup", S_I_DATA, NOTHING | REPORTED,
		R_9260_3_2_02, R_9260_4_13),
	CELL(IN("asconf"), "ASCONF in COOKIE-WAIT does not disturb the setup", S_ASCONF, NOTHING | REPORTED,
		R_9260_3_2_04, R_9260_4_13),
	CELL(IN("asconf-ack"), "ASCONF-ACK in COOKIE-WAIT does not disturb the setup", S_ASCONF_ACK, NOTHING | REPORTED,
		R_9260_3_2_03, R_9260_4_13),
	CELL(IN("re-config"), "RE-CONFIG in COOKIE-WAIT does not disturb the setup", S_RE_CONFIG, NOTHING | REPORTED,
		R_9260_3_2_03, R_9260_4_13),
	CELL(IN("pad"), "PAD in COOKIE-WAIT does not disturb the setup", S_PAD, NOTHING | REPORTED, R_9260_3_2_03,
		R_9260_4_13),
	CELL(IN("forward-tsn"), "FORWARD TSN in COOKIE-WAIT does not disturb the setup", S_FORWARD_TSN,
		NOTHING | REPORTED, R_9260_3_2_04, R_9260_4_13),
	CELL(IN("i-forward-tsn"), "I-FORWARD-TSN in COOKIE-WAIT does not disturb the setup", S_I_FORWARD_TSN,
		NOTHING | REPORTED, R_9260_3_2_04, R_9260_4_13),
	CELL(IN("unknown-chunk-00"), "An unknown chunk with the bits 00 in COOKIE-WAIT does not disturb the setup",
		S_UNKNOWN_00, NOTHING, R_9260_3_2_01, R_9260_4_13),
	CELL(IN("unknown-chunk-01"), "An unknown chunk with the bits 01 in COOKIE-WAIT does not disturb the setup",
		S_UNKNOWN_01, NOTHING | REPORTED, R_9260_3_2_02, R_9260_4_13, R_9260_8_5_01),
	CELL(IN("unknown-chunk-10"), "An unknown chunk with the bits 10 in COOKIE-WAIT does not disturb the setup",
		S_UNKNOWN_10, NOTHING, R_9260_3_2_03, R_9260_4_13),
	CELL(IN("unknown-chunk-11"), "An unknown chunk with the bits 11 in COOKIE-WAIT does not disturb the setup",
		S_UNKNOWN_11, NOTHING | REPORTED, R_9260_3_2_04, R_9260_4_13, R_9260_8_5_01),
};

FAMILY(states, cookie_wait, .tags = TAGS("tester", "matrix"), .topology = &topology_one_path)
{
	matrix_cell(t, row, COOKIE_WAIT);
}
