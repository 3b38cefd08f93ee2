/* SPDX-License-Identifier: Apache-2.0 */
/* wire_closed.c - the matrix of states and events (wire_matrix.h): CLOSED, where all is out of the blue. */
#include "cases/wire_matrix.h"

#define BLUE(event_) event_ "-out-of-the-blue"

static const struct cell closed[] = {
	CELL(BLUE("init"), "INIT out of the blue is answered by INIT ACK, and makes no association", S_INIT,
		INIT_ACK_COMES, R_9260_8_4_03, R_9260_5_1_04),
	CELL(BLUE("init-with-new-address"), "INIT that names an address, out of the blue, is answered by INIT ACK",
		S_INIT_NEW_ADDRESS, INIT_ACK_COMES, R_9260_8_4_03, R_9260_5_1_20),
	CELL(BLUE("init-ack-with-tag-0"), "INIT ACK with Initiate Tag 0 out of the blue: ABORT, or nothing",
		S_INIT_ACK_TAG_0, NOTHING | REFLECTED, R_9260_8_4_11),
	CELL(BLUE("heartbeat-ack"), "HEARTBEAT ACK out of the blue is answered by ABORT", S_HEARTBEAT_ACK, REFLECTED,
		R_9260_8_4_11, R_9260_8_4_12),
	CELL(BLUE("error"), "ERROR out of the blue is answered by ABORT", S_ERROR, REFLECTED, R_9260_8_4_11,
		R_9260_8_4_12),
	CELL(BLUE("cwr"), "CWR out of the blue is answered by ABORT", S_CWR, REFLECTED, R_9260_8_4_11, R_9260_8_4_12),
	CELL(BLUE("auth"), "AUTH out of the blue is answered by ABORT", S_AUTH, REFLECTED, R_9260_8_4_11,
		R_9260_8_4_12),
	CELL(BLUE("i-data"), "I-DATA out of the blue is answered by ABORT", S_I_DATA, REFLECTED, R_9260_8_4_11,
		R_9260_8_4_12),
	CELL(BLUE("asconf"), "ASCONF out of the blue is answered by ABORT", S_ASCONF, REFLECTED, R_9260_8_4_11,
		R_9260_8_4_12),
	CELL(BLUE("asconf-ack"), "ASCONF-ACK out of the blue is answered by ABORT", S_ASCONF_ACK, REFLECTED,
		R_9260_8_4_11, R_9260_8_4_12),
	CELL(BLUE("re-config"), "RE-CONFIG out of the blue is answered by ABORT", S_RE_CONFIG, REFLECTED, R_9260_8_4_11,
		R_9260_8_4_12),
	CELL(BLUE("pad"), "PAD out of the blue is answered by ABORT", S_PAD, REFLECTED, R_9260_8_4_11, R_9260_8_4_12),
	CELL(BLUE("forward-tsn"), "FORWARD TSN out of the blue is answered by ABORT", S_FORWARD_TSN, REFLECTED,
		R_9260_8_4_11, R_9260_8_4_12),
	CELL(BLUE("i-forward-tsn"), "I-FORWARD-TSN out of the blue is answered by ABORT", S_I_FORWARD_TSN, REFLECTED,
		R_9260_8_4_11, R_9260_8_4_12),
	CELL(BLUE("unknown-chunk-00"), "An unknown chunk out of the blue is answered by ABORT: bits 00", S_UNKNOWN_00,
		REFLECTED, R_9260_8_4_11, R_9260_8_4_12),
	CELL(BLUE("unknown-chunk-01"), "An unknown chunk out of the blue is answered by ABORT: bits 01", S_UNKNOWN_01,
		REFLECTED, R_9260_8_4_11, R_9260_8_4_12),
	CELL(BLUE("unknown-chunk-10"), "An unknown chunk out of the blue is answered by ABORT: bits 10", S_UNKNOWN_10,
		REFLECTED, R_9260_8_4_11, R_9260_8_4_12),
	CELL(BLUE("unknown-chunk-11"), "An unknown chunk out of the blue is answered by ABORT: bits 11", S_UNKNOWN_11,
		REFLECTED, R_9260_8_4_11, R_9260_8_4_12),
};

FAMILY(blue, closed, .tags = TAGS("tester", "matrix"), .topology = &topology_one_path)
{
	matrix_cell(t, row, CLOSED);
}
