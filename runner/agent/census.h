/* SPDX-License-Identifier: Apache-2.0 */
/*
 * census.h - how many of SCTP's objects a kernel has: in the namespaces of both endpoints, and in all.
 *
 * What a case leaves behind when its sockets are closed, its time has passed and its namespaces are
 * gone is a leak.
 */
#ifndef SCTPSPEC_RUNNER_AGENT_CENSUS_H
#define SCTPSPEC_RUNNER_AGENT_CENSUS_H

#include <stdbool.h>
#include <stdio.h>

#include "netns/netns.h"

#define CENSUS_ROWS_MAX 8

struct census {
	long counts[CENSUS_ROWS_MAX]; /* -1: this kernel does not report it */
};

enum census_of { CENSUS_NAMESPACE, CENSUS_KERNEL };

/* Of this process's network namespace, or of the whole kernel. */
void census_take(enum census_of of, struct census *out);
/* Of an endpoint's namespace. 0 or -errno. */
int census_take_at(const struct net *net, enum endpoint endpoint, struct census *out);
/* Is there more of anything than there was? Pure, as is the next. */
bool census_grew(enum census_of of, const struct census *before, const struct census *after);
/* "associations 1 instead of 0, sockets 2 instead of 1": what there is more of. */
void census_print_growth(enum census_of of, const struct census *before, const struct census *after, FILE *out);

#endif
