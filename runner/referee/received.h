/* SPDX-License-Identifier: Apache-2.0 */
/*
 * received.h - which TSNs have arrived at an end: all up to a cumulative one, and ranges beyond it (RFC 9260 section
 * 3.3.4 tells them in the same way).
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_RECEIVED_H
#define SCTPSPEC_RUNNER_REFEREE_RECEIVED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tsn_range {
	uint32_t first, last;
};

struct received {
	bool known;               /* where it begins */
	uint32_t cumulative;      /* it and all before it have arrived */
	struct tsn_range *ranges; /* beyond it, in order, with gaps between them */
	size_t n, room;
};

/* More ranges than any SACK can tell: what is beyond them is forgotten. */
enum { RECEIVED_RANGES_MAX = 4096 };

enum arrival { ARRIVAL_NEW, ARRIVAL_AGAIN, ARRIVAL_UNKNOWN };

/* `initial_tsn` is the first that will come. */
void received_begin(struct received *received, uint32_t initial_tsn);
/* ARRIVAL_UNKNOWN: nothing can be said, also because there is no room to note it. */
enum arrival received_add(struct received *received, uint32_t tsn);
bool received_has(const struct received *received, uint32_t tsn);
/* Whether all from `first` to `last` have arrived; if not, *missing is the first that has not. */
bool received_has_all(const struct received *received, uint32_t first, uint32_t last, uint32_t *missing);
/* It has not arrived after all, as it was dropped. */
void received_remove(struct received *received, uint32_t tsn);
/* The peer has given up all up to `cumulative` (FORWARD TSN). */
void received_advance(struct received *received, uint32_t cumulative);
void received_free(struct received *received);

#endif
