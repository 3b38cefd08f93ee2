/* SPDX-License-Identifier: Apache-2.0 */
/*
 * observation.h - something an application saw: one event of gen_sctp at one socket, at one instant,
 * with the address already translated to a path. Or a packet that a tester got, whose socket is the tester.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_OBSERVATION_H
#define SCTPSPEC_RUNNER_ENGINE_OBSERVATION_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "runner/engine/vtime.h"

enum observed {
	OBSERVED_ASSOC_CHANGE,
	OBSERVED_PADDR_CHANGE,
	OBSERVED_SEND_FAILED,
	OBSERVED_REMOTE_ERROR,
	OBSERVED_SHUTDOWN_EVENT,
	OBSERVED_PDAPI_EVENT,
	OBSERVED_ADAPTATION_EVENT,
	OBSERVED_AUTHENTICATION_EVENT,
	OBSERVED_SENDER_DRY_EVENT,
	OBSERVED_STREAM_RESET_EVENT,
	OBSERVED_ASSOC_RESET_EVENT,
	OBSERVED_STREAM_CHANGE_EVENT,
	OBSERVED_SEND_FAILED_EVENT,
	OBSERVED_ERROR,   /* a system call on the socket failed; `error` is the errno */
	OBSERVED_PACKET,  /* a tester got it (runner/tester/) */
	OBSERVED_MESSAGE, /* data of a tester, which is no message of a flow: stream, ppid, size, how it begins */
};

/* In gen_sctp's words; the numbers are the kernel's. */
enum assoc_state { COMM_UP, COMM_LOST, RESTART, SHUTDOWN_COMP, CANT_ASSOC };
enum paddr_state {
	ADDR_AVAILABLE,
	ADDR_UNREACHABLE,
	ADDR_REMOVED,
	ADDR_ADDED,
	ADDR_MADE_PRIM,
	ADDR_CONFIRMED,
	ADDR_POTENTIALLY_FAILED
};
enum send_failed_flag { DATA_UNSENT, DATA_SENT };
enum key_use { NEW_KEY, FREE_KEY, NO_AUTH };
/* RFC 6525: of which streams, and what became of the request; neither of the last two: it was carried out. */
enum reset_flag { RESET_INCOMING = 1, RESET_OUTGOING = 2, RESET_DENIED = 4, RESET_FAILED = 8 };

#define OBSERVED_REASON_MAX 24

#define PATH_UNKNOWN (-1) /* an address that is nobody's in this topology */

/* How an address is written: IPv4 addresses as they are, or mapped; those of IPv6 have one form. */
enum address_form { ANY_FORM, AS_IPV4, AS_MAPPED, AS_IPV6 };
struct wire_packet;

struct observation {
	vtime t;
	unsigned socket; /* index */
	enum observed kind;
	int state;              /* assoc_state, paddr_state, send_failed_flag, key_use, or bits of reset_flag */
	int path;               /* paddr_change */
	int family;             /* paddr_change: 4 or 6 */
	unsigned owner;         /* paddr_change: whose address that is (topology_owner()) */
	enum address_form form; /* paddr_change */
	unsigned error;         /* cause code in host order; errno of OBSERVED_ERROR */
	uint32_t assoc_id;
	int with;              /* the socket at the other end of the association; -1: not known */
	int inbound, outbound; /* comm_up, restart, stream_change: how many streams */
	int64_t value;         /* adaptation: what it is; authentication: the key; pdapi, message: the stream */
	uint64_t streams;      /* stream_reset: bit i: stream i; 0: all of them */
	char reason[OBSERVED_REASON_MAX]; /* comm_lost: of the peer's user, "" if none; message: how it begins */
	int flow, message; /* send_failed, also that of RFC 6458: which of our messages; -1: none of them */
	size_t piece;      /* send_failed: so many octets of it, and not all; 0: all; message: all that it has */
	bool intact;       /* send_failed: stream, ppid, context and data are those of that message */
	/* packet: what it is, in its tester's memory; and whether the tester has answered it by itself, so that it is
	 * accounted for, but may still be expected, once */
	struct wire_packet *packet;
	bool routine;
};

/* "addr_unreachable of path 0 (IPv4)", "comm_lost, error 12", … ; one line without the socket's name. */
void observation_print(const struct observation *observation, FILE *out);
/* ", incoming, denied, stream 3": bits of reset_flag, and of streams. */
void reset_print(int flags, uint64_t streams, FILE *out);
/* The name of the record ("paddr_change"), and of its state (NULL if it has none or it is unknown). */
const char *observed_name(enum observed kind);
const char *observed_state_name(enum observed kind, int state);
const char *address_form_name(enum address_form form); /* "mapped" */

#endif
