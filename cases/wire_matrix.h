/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_matrix.h - states x events: what a kernel does in each state of RFC 9260 section 4 with each kind of packet
 * that is well-formed, has the right tag and comes from an address of the peer. The tables are in a file for each
 * state; this is what they are written with. Cells that a family of its own had before are there: out of the blue and
 * the states of wire_inopportune.c, unknown chunks in ESTABLISHED (wire_wrong.c), true cookies (wire_restart.c), and
 * SHUTDOWNs that cross (wire_ends.c).
 *
 *	wire_stimuli.c   what is sent
 *	wire_matrix.c    what must be seen of it, and that the state is what it has to be then
 *
 * What is right is what the RFC says. Where it leaves a choice, or says nothing, a cell has several reactions, and the
 * log keeps which came (an observation).
 */
#ifndef SCTPSPEC_CASES_WIRE_MATRIX_H
#define SCTPSPEC_CASES_WIRE_MATRIX_H

#include "cases/requirements.h"
#include "runner/tester/tester.h"

enum stimulus {
	S_DATA,
	S_INIT,             /* that the tester's own was */
	S_INIT_NEW_ADDRESS, /* of a peer that has restarted, with an address more */
	S_INIT_ACK,
	S_INIT_ACK_TAG_0,
	S_SACK, /* that acknowledges nothing */
	S_HEARTBEAT,
	S_HEARTBEAT_ACK, /* that nobody has asked for */
	S_ABORT,         /* user-initiated */
	S_SHUTDOWN,      /* that acknowledges nothing */
	S_SHUTDOWN_ACK,
	S_STALE_COOKIE,
	S_ERROR, /* of another cause */
	S_FORGED_COOKIE,
	S_COOKIE_ACK,
	S_SHUTDOWN_COMPLETE,
	S_ECNE,
	S_CWR,
	/* of extensions that were not agreed on */
	S_AUTH,
	S_I_DATA,
	S_ASCONF,
	S_ASCONF_ACK,
	S_RE_CONFIG,
	S_PAD,
	S_FORWARD_TSN,
	S_I_FORWARD_TSN,
	/* of types that nobody knows, by their two top bits */
	S_UNKNOWN_00,
	S_UNKNOWN_01,
	S_UNKNOWN_10,
	S_UNKNOWN_11,
};

/* What may come of it, as bits. */
enum reaction {
	NOTHING = 1 << 0,
	SACK_COMES = 1 << 1,
	INIT_ACK_COMES = 1 << 2,  /* with a new tag */
	INIT_ACK_OF_OWN = 1 << 3, /* with tag and TSN of the kernel's own INIT */
	INIT_REFUSED = 1 << 4,    /* ABORT with the tag of the INIT */
	COOKIE_ECHO_COMES = 1 << 5,
	ANSWERED = 1 << 6,    /* HEARTBEAT ACK */
	ABORTED = 1 << 7,     /* ABORT: the association is over */
	REFLECTED = 1 << 8,   /* ABORT with the packet's own tag and the T bit: nothing is over */
	REPORTED = 1 << 9,    /* ERROR: that chunk's type is unknown */
	COMPLAINED = 1 << 10, /* any other ERROR */
	ENDED = 1 << 11,      /* the association is over, without a packet */
	SHUTDOWN_COMES = 1 << 12,
	SHUTDOWN_ACK_COMES = 1 << 13,
	COMPLETED = 1 << 14,          /* SHUTDOWN COMPLETE: the association is over */
	COMPLETE_REFLECTED = 1 << 15, /* the same with the packet's own tag and the T bit: nothing is over */
	CWR_COMES = 1 << 16,
	TOLD = 1 << 17, /* the user is told of an ERROR, without a packet */
	INIT_COMES = 1 << 18,
	UP = 1 << 19,       /* the association is up, without a packet */
	FINISHED = 1 << 20, /* the shutdown is over, without a packet */

	CHOICE = NOTHING | ABORTED | REPORTED | COMPLAINED, /* where nothing is said of it */
};

/* Under which tag it goes, and what its length field says: families of their own (wire_tags.c, wire_lengths.c) have
 * these otherwise than a good peer. */
enum tag_kind { TAG_RIGHT, TAG_OF_OTHERS, TAG_0, TAG_OF_ITS_SENDER };
enum length_kind {
	LENGTH_RIGHT,
	LENGTH_0,
	LENGTH_3,      /* less than the chunk's header */
	LENGTH_SHORT,  /* one less than such a chunk has at the least */
	LENGTH_BEYOND, /* one more than the packet has */
	LENGTH_FAR,    /* 4000 more */
};

/* A cell of the matrix. */
struct cell {
	struct row row;
	enum stimulus stimulus;
	unsigned reactions; /* bits of enum reaction */
	bool is_followed;   /* a HEARTBEAT is behind the chunk in its packet; */
	bool goes_on;       /* it is answered, too */
	bool with_ecn;      /* which was agreed on */
	enum tag_kind tag;
	enum length_kind length;
	uint16_t least; /* of LENGTH_SHORT: octets of such a chunk */
	uint8_t flags;
	enum association_state then; /* what the state is then, where the answer does not say it; default: as it was */
};

#define CELL(name_, title_, stimulus_, reactions_, ...)                                             \
	{                                                                                           \
		ROW(name_, title_, __VA_ARGS__), .stimulus = (stimulus_), .reactions = (reactions_) \
	}

/* A packet that a cell sends, and what its chunks point to. */
struct stimulus_packet {
	struct wire_chunk chunks[2];
	unsigned count;
	struct tlv tlvs[2];
	uint8_t whole[64]; /* the first chunk, as it is on the wire */
	size_t length;
	struct tlv unrecognized; /* the cause that reports it */
};

/* Must stay where it is: it points into itself. */
void stimulus_packet_make(struct stimulus_packet *packet, struct tester *b, const struct cell *cell);

enum { RESTARTED_TAG = 0x7e57e299 };

/* The information of the HEARTBEATs of these packets. */
#define ASKED              \
	BYTES("\0\1\0\x0c" \
	      "asked of")

/* The body of a cell. */
void matrix_cell(struct trial *t, const struct cell *cell, enum association_state state);

#endif
