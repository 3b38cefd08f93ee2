/* SPDX-License-Identifier: Apache-2.0 */
/*
 * occurrence.h - what happens at an end and is in no packet: an event that its socket gives, a call on it, a link that
 * goes down. The names are gen_sctp's and RFC 6458's.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_OCCURRENCE_H
#define SCTPSPEC_RUNNER_REFEREE_OCCURRENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/referee/address.h"

enum event_kind {
	EVENT_COMM_UP,
	EVENT_COMM_LOST,
	EVENT_RESTART,
	EVENT_SHUTDOWN_COMP,
	EVENT_CANT_ASSOC,
	EVENT_ADDR_AVAILABLE,
	EVENT_ADDR_UNREACHABLE,
	EVENT_ADDR_POTENTIALLY_FAILED,
	EVENT_ADDR_CONFIRMED,
	EVENT_ADDR_OTHER, /* removed, added, made_prim */
	EVENT_SHUTDOWN,
	EVENT_SEND_FAILED,
	EVENT_MESSAGE,
	EVENT_OTHER,
	EVENT_KINDS
};

struct event {
	int64_t at_ns;
	int end;
	uint16_t port;     /* of the socket */
	uint32_t assoc_id; /* 0: it has none */
	enum event_kind kind;
	bool has_address;
	struct address address; /* of the peer */
	uint32_t error;
	bool unsent; /* EVENT_SEND_FAILED: the message had never been sent */
	/* EVENT_MESSAGE, EVENT_SEND_FAILED; of the latter `size` may be 0: not known */
	uint16_t stream;
	uint32_t ppid, size;
	const char *text; /* for people */
};

enum call_kind { CALL_CONNECT, CALL_ABORT, CALL_EOF, CALL_CLOSE, CALL_PRIMARY_ADDR };

struct call {
	int64_t at_ns;
	int end;
	uint16_t port;
	uint32_t assoc_id;
	enum call_kind kind;
	unsigned addresses;     /* CALL_CONNECT: so many at once */
	uint16_t to_port;       /* CALL_CONNECT */
	struct address address; /* CALL_PRIMARY_ADDR: of the peer */
};

/* From here on what an end sends on a path may leave unseen, and be lost: its link is down, its address is gone. Or
 * (`over`) that has an end. */
struct blindness {
	int64_t at_ns;
	int end, path;
	bool over;
};

#endif
