/* SPDX-License-Identifier: Apache-2.0 */
/*
 * prepared_network.h - what there is before a case begins: a network with its captures, and what was noted of the
 * kernel before it was built. A stage holds it already (snapshot_stage() in runner/guest/snapshot.h).
 */
#ifndef SCTPSPEC_RUNNER_AGENT_PREPARED_NETWORK_H
#define SCTPSPEC_RUNNER_AGENT_PREPARED_NETWORK_H

#include "runner/agent/facts.h"
#include "runner/agent/health.h"
#include "runner/protocol/clock.h"

struct prepared_network {
	const struct topology *topology; /* NULL: not prepared */
	struct net *net;
	struct health health;
	struct facts facts;
	int clock_watch;    /* -1: nobody else can set this kernel's clock */
	char directory[32]; /* of the captures */
};

/* 0, or -errno and what could not be done, malloc'd. */
int prepared_network_make(
	struct prepared_network *prepared, const struct topology *topology, enum guest_clock clock, char **error);

#endif
