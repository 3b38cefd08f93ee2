/* SPDX-License-Identifier: Apache-2.0 */
/*
 * counts.h - what an end has sent and got, as a stack counts it: packets, chunks, and timers that expired.
 *
 * Linux counts for an association what comes for it when it is there: an end that is connected to begins behind the
 * COOKIE ECHO.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_COUNTS_H
#define SCTPSPEC_RUNNER_REFEREE_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "netns/packet.h"
#include "runner/referee/span.h"

struct counts {
	uint64_t packets_out, packets_in;
	uint64_t control_out, control_in; /* chunks other than DATA, I-DATA and AUTH; out: and ECNE and PAD, which Linux
	                                      puts into each packet by itself */
	uint64_t inits_out;               /* of them; some Linux kernels do not count these */
	uint64_t sacks_out, sacks_in;
	uint64_t data_out[2],
		again_out[2];     /* DATA and I-DATA: all, and those that had been sent before; [1]: unordered */
	uint64_t data_in[2];      /* that had not arrived before */
	uint64_t duplicates_told; /* in SACKs that left */
	uint64_t gap_blocks_in;   /* of SACKs that were news */
	struct span t3;           /* T3-rtx has expired so often */
	int64_t window;           /* of the peer, as it said last; below 0: not known */
	/* Of what left some may have left unseen; something came that is counted in another way. */
	bool is_least, is_odd;
};

/* A chunk leaves or arrives; a packet is counted with its first one. */
void counts_out(struct counts *counts, const struct packet *packet, const struct chunk *chunk);
void counts_in(struct counts *counts, const struct packet *packet, const struct chunk *chunk);
/* A COOKIE ECHO has arrived where there is no association yet: what follows it is counted. */
void counts_begin(struct counts *counts);
/* Adds what another association's end has. */
void counts_add(struct counts *sum, const struct counts *more);

#endif
