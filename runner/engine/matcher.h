/* SPDX-License-Identifier: Apache-2.0 */
/*
 * matcher.h - expectations against observations, in a closed world.
 *
 * Pure: what was observed, what of it has been accounted for, one expectation and the present instant go
 * in; satisfied, not yet, or failed with the reason comes out. A socket's observations are accounted for
 * in their order: the first one that is not yet accounted for must be one that the expectation names, or
 * the expectation fails. What nobody expected therefore fails the case, at the next expectation that
 * concerns the socket or at the case's end (matcher_unexpected).
 *
 * What a tester has answered by itself (`routine`) is accounted for already. An expectation may name it all the same,
 * and one that does not, or at another time, passes it over.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_MATCHER_H
#define SCTPSPEC_RUNNER_ENGINE_MATCHER_H

#include <stddef.h>

#include "runner/engine/observation.h"

#define ITEMS_MAX 256
#define ANY (-1)

struct wire_pattern;

/* One thing that is expected at one socket. Members that are ANY are not compared. */
struct item {
	unsigned socket;
	enum observed kind;
	int state;
	int path;                          /* paddr_change */
	int family;                        /* paddr_change: 4, 6 or ANY */
	enum address_form form;            /* paddr_change; or ANY_FORM */
	int error;                         /* the cause code, or ANY */
	int flow, message;                 /* send_failed, also that of RFC 6458; it must be intact as well */
	int with;                          /* the socket at the other end of the association */
	int inbound, outbound;             /* streams: comm_up, restart, stream_change */
	int64_t value;                     /* adaptation, authentication, pdapi: as of the observation */
	int64_t streams;                   /* stream_reset: bits, as of the observation */
	const char *reason;                /* comm_lost; NULL: any */
	const struct wire_pattern *packet; /* packet */
	struct window within;              /* absolute */
};

enum arrangement { IN_ORDER, IN_ANY_ORDER, ONE_OF };

struct expectation {
	enum arrangement order;
	size_t count;
	const struct item *items;
};

enum match_state { MATCHED, NOT_YET, MISMATCHED };
enum mismatch {
	NO_MISMATCH,
	TOO_EARLY,
	TOO_LATE,
	MISSING,
	DUPLICATE,         /* the same has been accounted for before */
	WRONG_ASSOCIATION, /* right record and state, of an association with another socket */
	WRONG_ADDRESS,     /* right state, another path or family */
	WRONG_STATE,       /* right record and path, another state */
	WRONG_ORDER,       /* it is expected, but not before the others */
	WRONG_CONTENT,     /* right record and state, other contents (error, message) */
	UNEXPECTED
};

struct match {
	enum match_state state;
	enum mismatch mismatch;
	vtime until;               /* NOT_YET: decide again with the next observation or at this instant */
	size_t item;               /* MISMATCHED: the item it was judged by; ONE_OF matched: which */
	size_t observation;        /* MISMATCHED, but not MISSING: the culprit */
	size_t first_open;         /* MISMATCHED by an observation: the first item that is still to come */
	size_t matched[ITEMS_MAX]; /* MATCHED: for each item its observation (ONE_OF: only [item]) */
};

/* `accounted[i]` says whether log[i] has been accounted for. The log is in order of time. */
struct match matcher_decide(const struct expectation *expectation, const struct observation *log, const bool *accounted,
	size_t count, vtime now);

/* Is there anything that is not accounted for? Its index, or -1. */
ptrdiff_t matcher_unexpected(const bool *accounted, size_t count);

bool item_fits(const struct item *item, const struct observation *observation); /* time aside */
const char *mismatch_name(enum mismatch mismatch);                              /* "too early" */
/* "addr_unreachable of path 0" */
void item_print(const struct item *item, FILE *out);

#endif
