/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_tags.c - each type of chunk under a tag that is not its receiver's: another, 0, and that of its sender. It is
 * discarded, whatever it is (RFC 9260 section 8.5), and the association goes on. The other rows are in wire_wrong.c.
 */
#include "cases/wire_matrix.h"

#define TAGGED(name_, title_, stimulus_, tag_, ...)                                                           \
	{                                                                                                     \
		ROW(name_, title_, __VA_ARGS__), .stimulus = (stimulus_), .reactions = NOTHING, .tag = (tag_) \
	}

static const struct cell tagged[] = {
	TAGGED("data-of-sender", "DATA with the tag of its sender is discarded", S_DATA, TAG_OF_ITS_SENDER,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("init-ack", "INIT ACK with a wrong tag is discarded", S_INIT_ACK, TAG_OF_OTHERS, R_9260_8_5_03,
		R_9260_8_5_04),
	TAGGED("init-ack-with-0", "INIT ACK with the tag 0 is discarded", S_INIT_ACK, TAG_0, R_9260_8_5_1_02,
		R_9260_8_5_1_03),
	TAGGED("init-ack-of-sender", "INIT ACK with the tag of its sender is discarded", S_INIT_ACK, TAG_OF_ITS_SENDER,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("sack-with-0", "SACK with the tag 0 is discarded", S_SACK, TAG_0, R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("sack-of-sender", "SACK with the tag of its sender is discarded", S_SACK, TAG_OF_ITS_SENDER,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("heartbeat-with-0", "HEARTBEAT with the tag 0 is discarded", S_HEARTBEAT, TAG_0, R_9260_8_5_1_02,
		R_9260_8_5_1_03),
	TAGGED("heartbeat-of-sender", "HEARTBEAT with the tag of its sender is discarded", S_HEARTBEAT,
		TAG_OF_ITS_SENDER, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("heartbeat-ack", "HEARTBEAT ACK with a wrong tag is discarded", S_HEARTBEAT_ACK, TAG_OF_OTHERS,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("heartbeat-ack-with-0", "HEARTBEAT ACK with the tag 0 is discarded", S_HEARTBEAT_ACK, TAG_0,
		R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("heartbeat-ack-of-sender", "HEARTBEAT ACK with the tag of its sender is discarded", S_HEARTBEAT_ACK,
		TAG_OF_ITS_SENDER, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("shutdown-with-0", "SHUTDOWN with the tag 0 is discarded", S_SHUTDOWN, TAG_0, R_9260_8_5_1_02,
		R_9260_8_5_1_03),
	TAGGED("shutdown-of-sender", "SHUTDOWN with the tag of its sender is discarded", S_SHUTDOWN, TAG_OF_ITS_SENDER,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("shutdown-ack-with-0", "SHUTDOWN ACK with the tag 0 is discarded", S_SHUTDOWN_ACK, TAG_0,
		R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("shutdown-ack-of-sender", "SHUTDOWN ACK with the tag of its sender is discarded", S_SHUTDOWN_ACK,
		TAG_OF_ITS_SENDER, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("error-with-0", "ERROR with the tag 0 is discarded", S_ERROR, TAG_0, R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("error-of-sender", "ERROR with the tag of its sender is discarded", S_ERROR, TAG_OF_ITS_SENDER,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("cookie-ack", "COOKIE ACK with a wrong tag is discarded", S_COOKIE_ACK, TAG_OF_OTHERS, R_9260_8_5_03,
		R_9260_8_5_04),
	TAGGED("cookie-ack-with-0", "COOKIE ACK with the tag 0 is discarded", S_COOKIE_ACK, TAG_0, R_9260_8_5_1_02,
		R_9260_8_5_1_03),
	TAGGED("cookie-ack-of-sender", "COOKIE ACK with the tag of its sender is discarded", S_COOKIE_ACK,
		TAG_OF_ITS_SENDER, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("shutdown-complete", "SHUTDOWN COMPLETE with a wrong tag is discarded", S_SHUTDOWN_COMPLETE,
		TAG_OF_OTHERS, R_9260_8_5_1_14),
	TAGGED("shutdown-complete-with-0", "SHUTDOWN COMPLETE with the tag 0 is discarded", S_SHUTDOWN_COMPLETE, TAG_0,
		R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("shutdown-complete-of-sender", "SHUTDOWN COMPLETE with the tag of its sender is discarded",
		S_SHUTDOWN_COMPLETE, TAG_OF_ITS_SENDER, R_9260_8_5_1_14),
	TAGGED("ecne", "ECNE with a wrong tag is discarded", S_ECNE, TAG_OF_OTHERS, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("ecne-with-0", "ECNE with the tag 0 is discarded", S_ECNE, TAG_0, R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("ecne-of-sender", "ECNE with the tag of its sender is discarded", S_ECNE, TAG_OF_ITS_SENDER,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("cwr", "CWR with a wrong tag is discarded", S_CWR, TAG_OF_OTHERS, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("cwr-with-0", "CWR with the tag 0 is discarded", S_CWR, TAG_0, R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("cwr-of-sender", "CWR with the tag of its sender is discarded", S_CWR, TAG_OF_ITS_SENDER, R_9260_8_5_03,
		R_9260_8_5_04),
	TAGGED("auth", "AUTH with a wrong tag is discarded", S_AUTH, TAG_OF_OTHERS, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("auth-with-0", "AUTH with the tag 0 is discarded", S_AUTH, TAG_0, R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("auth-of-sender", "AUTH with the tag of its sender is discarded", S_AUTH, TAG_OF_ITS_SENDER,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("i-data", "I-DATA with a wrong tag is discarded", S_I_DATA, TAG_OF_OTHERS, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("i-data-with-0", "I-DATA with the tag 0 is discarded", S_I_DATA, TAG_0, R_9260_8_5_1_02,
		R_9260_8_5_1_03),
	TAGGED("i-data-of-sender", "I-DATA with the tag of its sender is discarded", S_I_DATA, TAG_OF_ITS_SENDER,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("asconf", "ASCONF with a wrong tag is discarded", S_ASCONF, TAG_OF_OTHERS, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("asconf-with-0", "ASCONF with the tag 0 is discarded", S_ASCONF, TAG_0, R_9260_8_5_1_02,
		R_9260_8_5_1_03),
	TAGGED("asconf-of-sender", "ASCONF with the tag of its sender is discarded", S_ASCONF, TAG_OF_ITS_SENDER,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("asconf-ack", "ASCONF-ACK with a wrong tag is discarded", S_ASCONF_ACK, TAG_OF_OTHERS, R_9260_8_5_03,
		R_9260_8_5_04),
	TAGGED("asconf-ack-with-0", "ASCONF-ACK with the tag 0 is discarded", S_ASCONF_ACK, TAG_0, R_9260_8_5_1_02,
		R_9260_8_5_1_03),
	TAGGED("asconf-ack-of-sender", "ASCONF-ACK with the tag of its sender is discarded", S_ASCONF_ACK,
		TAG_OF_ITS_SENDER, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("re-config", "RE-CONFIG with a wrong tag is discarded", S_RE_CONFIG, TAG_OF_OTHERS, R_9260_8_5_03,
		R_9260_8_5_04),
	TAGGED("re-config-with-0", "RE-CONFIG with the tag 0 is discarded", S_RE_CONFIG, TAG_0, R_9260_8_5_1_02,
		R_9260_8_5_1_03),
	TAGGED("re-config-of-sender", "RE-CONFIG with the tag of its sender is discarded", S_RE_CONFIG,
		TAG_OF_ITS_SENDER, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("pad", "PAD with a wrong tag is discarded", S_PAD, TAG_OF_OTHERS, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("pad-with-0", "PAD with the tag 0 is discarded", S_PAD, TAG_0, R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("pad-of-sender", "PAD with the tag of its sender is discarded", S_PAD, TAG_OF_ITS_SENDER, R_9260_8_5_03,
		R_9260_8_5_04),
	TAGGED("forward-tsn", "FORWARD TSN with a wrong tag is discarded", S_FORWARD_TSN, TAG_OF_OTHERS, R_9260_8_5_03,
		R_9260_8_5_04),
	TAGGED("forward-tsn-with-0", "FORWARD TSN with the tag 0 is discarded", S_FORWARD_TSN, TAG_0, R_9260_8_5_1_02,
		R_9260_8_5_1_03),
	TAGGED("forward-tsn-of-sender", "FORWARD TSN with the tag of its sender is discarded", S_FORWARD_TSN,
		TAG_OF_ITS_SENDER, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("i-forward-tsn", "I-FORWARD-TSN with a wrong tag is discarded", S_I_FORWARD_TSN, TAG_OF_OTHERS,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("i-forward-tsn-with-0", "I-FORWARD-TSN with the tag 0 is discarded", S_I_FORWARD_TSN, TAG_0,
		R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("i-forward-tsn-of-sender", "I-FORWARD-TSN with the tag of its sender is discarded", S_I_FORWARD_TSN,
		TAG_OF_ITS_SENDER, R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("unknown-chunk-11", "An unknown chunk with a wrong tag is discarded", S_UNKNOWN_11, TAG_OF_OTHERS,
		R_9260_8_5_03, R_9260_8_5_04),
	TAGGED("unknown-chunk-11-with-0", "An unknown chunk with the tag 0 is discarded", S_UNKNOWN_11, TAG_0,
		R_9260_8_5_1_02, R_9260_8_5_1_03),
	TAGGED("unknown-chunk-11-of-sender", "An unknown chunk with the tag of its sender is discarded", S_UNKNOWN_11,
		TAG_OF_ITS_SENDER, R_9260_8_5_03, R_9260_8_5_04),
};

FAMILY(tags, tagged, .tags = TAGS("tester", "matrix"), .topology = &topology_one_path)
{
	matrix_cell(t, row, ESTABLISHED);
}

/* In SHUTDOWN-ACK-SENT, where SHUTDOWN COMPLETE is due: which tag goes with the T bit (section 8.5.1, C). */
#define COMPLETE(name_, title_, tag_, flags_, reactions_, ...)                                                      \
	{                                                                                                           \
		ROW(name_, title_, __VA_ARGS__), .stimulus = S_SHUTDOWN_COMPLETE, .tag = (tag_), .flags = (flags_), \
						 .reactions = (reactions_)                                          \
	}

static const struct cell completes[] = {
	COMPLETE("shutdown-complete-reflected",
		"SHUTDOWN COMPLETE with the T bit and the tag of its sender ends the association", TAG_OF_ITS_SENDER,
		FLAG_T, FINISHED, R_9260_8_5_1_13, R_9260_9_2_30),
	COMPLETE("shutdown-complete-due-t", "SHUTDOWN COMPLETE with the T bit and the tag of its receiver is discarded",
		TAG_RIGHT, FLAG_T, NOTHING, R_9260_8_5_1_14),
	COMPLETE("shutdown-complete-due-of-sender",
		"SHUTDOWN COMPLETE without the T bit and with the tag of its sender is discarded", TAG_OF_ITS_SENDER, 0,
		NOTHING, R_9260_8_5_1_14),
	COMPLETE("shutdown-complete-due-wrong", "SHUTDOWN COMPLETE with a wrong tag is discarded where one is due",
		TAG_OF_OTHERS, 0, NOTHING, R_9260_8_5_1_14),
	COMPLETE("shutdown-complete-due-wrong-t",
		"SHUTDOWN COMPLETE with the T bit and a wrong tag is discarded where one is due", TAG_OF_OTHERS, FLAG_T,
		NOTHING, R_9260_8_5_1_14),
	COMPLETE("shutdown-complete-due-with-0", "SHUTDOWN COMPLETE with the tag 0 is discarded where one is due",
		TAG_0, 0, NOTHING, R_9260_8_5_1_03),
};

FAMILY(tags, completes, .tags = TAGS("tester", "matrix"), .topology = &topology_one_path)
{
	matrix_cell(t, row, SHUTDOWN_ACK_SENT);
}
