/* SPDX-License-Identifier: Apache-2.0 */
/* state.h - what a tester is made of. Private to runner/tester/. */
#ifndef SCTPSPEC_RUNNER_TESTER_STATE_H
#define SCTPSPEC_RUNNER_TESTER_STATE_H

#include "runner/engine/trial.h"
#include "runner/tester/tester.h"

/* A frame that is to leave. */
struct departure {
	struct departure *next;
	vtime at;
	unsigned link;
	size_t length;
	uint8_t frame[];
};

/* Memory that lasts as long as the tester. */
struct kept {
	struct kept *next;
	void *memory;
};

struct tester {
	struct trial *trial;
	struct peer *peer;
	struct habits habits;
	struct tcb tcb;
	unsigned n_taps;
	int taps[NET_PATHS_MAX];
	enum ip_family family[NET_PATHS_MAX]; /* that was used last on the path */
	vtime clock_offset;                   /* CLOCK_REALTIME less the trial's clock */
	struct departure *departures;         /* in the order of time */
	struct kept *kept;
	vtime arrived;
	struct flow *outstanding; /* that brought_to() has left */
};

/* tester.c */
/* Keeps memory from malloc(), which must not be NULL. */
void *tester_keep(struct tester *tester, void *memory);
/* Sends a packet, or has it sent then. `way` may be NULL. */
void tester_send(struct tester *tester, const struct wire_packet *packet, const struct wire_way *way, vtime at);

#endif
