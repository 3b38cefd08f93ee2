/* SPDX-License-Identifier: Apache-2.0 */
/*
 * occurrence.h - what happens at an end and is in no packet: an event that its socket gives, a call on it, a link that
 * goes down. The names are gen_sctp's and RFC 6458's.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_OCCURRENCE_H
#define SCTPSPEC_RUNNER_REFEREE_OCCURRENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/referee/bound.h"
#include "runner/referee/parameters.h"

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
	EVENT_SEND_FAILED_EVENT, /* the same as RFC 6458 has it in its place; both may come */
	EVENT_MESSAGE,
	EVENT_OTHER,
	EVENT_KINDS
};

struct event {
	int64_t at_ns;
	int end;
	uint16_t port; /* of the socket, */
	const struct bound *bound;
	uint32_t assoc_id; /* 0: it has none */
	enum event_kind kind;
	bool has_address;
	struct address address; /* of the peer */
	uint32_t error;
	unsigned outbound_streams, inbound_streams; /* EVENT_COMM_UP, EVENT_RESTART; 0: not known */
	bool unsent;                                /* EVENT_SEND_FAILED: the message had never been sent */
	/* EVENT_MESSAGE, EVENT_SEND_FAILED; of the latter `size` may be 0: not known */
	uint16_t stream;
	uint32_t ppid, size;
	bool untold;      /* EVENT_MESSAGE: its stream and ppid were not told */
	const char *text; /* for people */
};

enum call_kind {
	CALL_OPEN,
	CALL_CONNECT,
	CALL_SEND,
	CALL_ABORT,
	CALL_EOF,
	CALL_CLOSE, /* of a one-to-one or branched-off socket: with the id of its association */
	CALL_PRIMARY_ADDR,
	CALL_BIND, /* its socket gets or loses addresses (sctp_bindx) */
	CALL_OPTION,
	CALL_LISTEN,    /* on a one-to-one socket: its associations wait to be accepted */
	CALL_ACCEPT,    /* the one that has waited longest */
	CALL_PEELOFF,   /* the association has a socket of its own */
	CALL_SHUT_READ, /* of a half of a one-to-one socket: what comes is not delivered any more */
	CALL_SHUT_BOTH, /* and nothing is told */
	CALL_READING,   /* `on`: the reader of a socket goes on; else it stops */
	CALL_SUBSCRIBE, /* `on`: events of these `kinds` are told; else they are not */
};

/* In place of an id, of CALL_SUBSCRIBE: SCTP_FUTURE_ASSOC, SCTP_CURRENT_ASSOC, SCTP_ALL_ASSOC. */
enum { FUTURE_ASSOCIATIONS, CURRENT_ASSOCIATIONS, ALL_ASSOCIATIONS };

enum { CALL_CHANGES_MAX = 8 };

struct call {
	int64_t at_ns;
	int end;
	uint16_t port;
	const struct bound *bound;
	uint32_t assoc_id;
	enum call_kind kind;
	unsigned addresses;     /* CALL_CONNECT: so many at once; CALL_OPEN: to so many it is bound */
	uint16_t to_port;       /* CALL_CONNECT */
	struct address address; /* CALL_PRIMARY_ADDR: of the peer */
	bool nagle;             /* CALL_OPEN */
	bool limited;           /* CALL_SEND: it may be given up */
	uint32_t size;          /* CALL_SEND: octets of the message */
	bool over;              /* CALL_SEND: to an address that is named, whatever the primary is */
	/* CALL_OPTION: what becomes different for associations to come, and for those that there are: for that with the
	 * assoc_id (0: for all of them). Port 0: of every socket. */
	bool is_future, is_current;
	unsigned n_changes;
	struct parameter_change changes[CALL_CHANGES_MAX];
	bool on;
	uint32_t kinds; /* CALL_SUBSCRIBE: bits for enum event_kind */
};

/* From here on what an end sends on a path may leave unseen, and be lost: its link is down, its address is gone. Or
 * (`over`) that has an end. */
struct blindness {
	int64_t at_ns;
	int end, path;
	bool over;
};

#endif
