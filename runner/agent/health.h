/* SPDX-License-Identifier: Apache-2.0 */
/*
 * health.h - is the kernel still well after a case? It has not complained, and its SCTP objects are
 * back where they were.
 *
 *	health_begin -> network -> health_know_network -> body -> captures, judgement -> health_end
 *
 * It looks when all else is judged, so that a case's timeline does not depend on it. On the virtual clock
 * it waits as long as an association may take to die by itself; on a real one it does not wait, and so
 * counts nothing.
 */
#ifndef SCTPSPEC_RUNNER_AGENT_HEALTH_H
#define SCTPSPEC_RUNNER_AGENT_HEALTH_H

#include "runner/agent/census.h"
#include "runner/agent/kernel_log.h"
#include "runner/engine/trial.h"

struct health {
	bool own_kernel; /* a guest's: nobody else is on it */
	bool counts;     /* the virtual clock, on which waiting is free */
	bool knows_network;
	struct kernel_log log;
	FILE *words; /* of the log, from the first complaint on; NULL: no memory */
	char *text;  /* what is written there */
	size_t length;
	struct census kernel, at[2];
};

/* 0 or -errno. */
int health_begin(struct health *health, bool own_kernel, bool counts);
/* When it has been built. What the kernel logged until then is read here, and not once in each case. */
void health_know_network(struct health *health, const struct net *net);
/* Takes the network away. What is found is checks in the log, and decides a verdict that is not a failure
 * already. */
void health_end(struct health *health, struct trial *t);

#endif
