/* SPDX-License-Identifier: Apache-2.0 */
/*
 * data.h - what DATA and SACKs change at an end, for model.c: leaving.c has what it sends and which timers that sets,
 * acknowledged.c what arrives and what that acknowledges (RFC 9260 sections 6.1 to 6.3 and 7.2.4).
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_DATA_H
#define SCTPSPEC_RUNNER_REFEREE_DATA_H

#include "runner/referee/model.h"

enum { FLAG_E = 1, FLAG_B = 2, FLAG_U = 4, FLAG_I = 8 }; /* of DATA (section 3.3.1) */

/* leaving.c */
void data_leaves(
	struct end *self, const struct packet *packet, const struct chunk *chunk, int path, int to, int64_t at_ns);
/* A FORWARD TSN leaves, which passes over all up to that TSN. */
void data_abandoned(struct end *self, uint32_t tsn, int64_t at_ns);
/* Something is missing, or was sent again for another reason than T3-rtx. */
void data_recovers(struct end *self, int64_t at_ns);
/* The first chunk that is outstanding for a destination, or NULL. */
const struct sent_chunk *data_earliest(const struct end *self, int destination);

/* acknowledged.c */
void data_arrives(struct end *self, const struct chunk *chunk, int64_t at_ns);
/* And there is room for it. */
void data_taken(struct end *self, const struct chunk *chunk, int64_t at_ns);
/* It had been taken for that, and there may have been none. False: there was, as its user has it. */
bool data_withdrawn(struct end *self, const struct fragment *fragment);
/* All up to `cumulative` is acknowledged. `sack`: the chunk that says so, or NULL. */
void data_acknowledged(
	struct end *self, const struct packet *packet, uint32_t cumulative, const struct chunk *sack, int64_t at_ns);
void sack_arrives(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns);
void sack_leaves(struct end *self);
/* The peer has told its window. */
void window_learnt(struct end *self, uint32_t a_rwnd, int64_t at_ns);

#endif
