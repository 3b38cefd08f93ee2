/* SPDX-License-Identifier: Apache-2.0 */
/*
 * observation.h - something an application saw: one event of gen_sctp at one socket, at one instant,
 * with the address already translated to a path.
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
	OBSERVED_ERROR, /* a system call on the socket failed; `error` is the errno */
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

#define PATH_UNKNOWN (-1) /* an address that is nobody's in this topology */

struct observation {
	vtime t;
	unsigned socket; /* index */
	enum observed kind;
	int state;      /* assoc_state, paddr_state, or send_failed_flag */
	int path;       /* paddr_change */
	int family;     /* paddr_change: 4 or 6 */
	unsigned error; /* cause code in host order; errno of OBSERVED_ERROR */
	uint32_t assoc_id;
	int flow, message; /* send_failed: which of our messages; -1: none of them */
	bool intact;       /* send_failed: stream, ppid, context and data are those of that message */
};

/* "addr_unreachable of path 0 (IPv4)", "comm_lost, error 12", … ; one line without the socket's name. */
void observation_print(const struct observation *observation, FILE *out);
/* The name of the record ("paddr_change"), and of its state (NULL if it has none or it is unknown). */
const char *observed_name(enum observed kind);
const char *observed_state_name(enum observed kind, int state);

#endif
