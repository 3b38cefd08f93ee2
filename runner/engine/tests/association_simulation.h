/* SPDX-License-Identifier: Apache-2.0 */
/*
 * association_simulation.h - one endpoint of an association whose paths die at 0, by the rules of Linux: the
 * timers, strikes and states one after the other, with random heartbeat jitter. It shares nothing with
 * timing.c, whose windows are checked against many runs of it.
 *
 * Timers expire within a microsecond, so that chance decides about the order of those set for one instant, or
 * as late as the kernel's timer wheel makes them.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TESTS_ASSOCIATION_SIMULATION_H
#define SCTPSPEC_RUNNER_ENGINE_TESTS_ASSOCIATION_SIMULATION_H

#include "runner/engine/settings.h"
#include "runner/engine/vtime.h"

#define SIMULATED_PATHS_MAX 3
#define NEVER_HAPPENED (-1)

struct simulation {
	struct settings settings; /* in force */
	unsigned paths, dead;     /* paths 0 .. dead-1 lose everything from 0 on */
	bool data;                /* a message is sent on path 0 at 0 */
	vtime again;              /* and a further one every so often; 0: none */
	vtime mended;             /* path 0 works again from here on; 0: never */
	vtime until;              /* gives up looking */
	vtime tick;               /* of the timer wheel; 0: timers are on time */
};

/* Instants, or NEVER_HAPPENED; of path 0 and of the association. */
struct simulated {
	vtime potentially_failed, unreachable, available, comm_lost;
	vtime rerouted;         /* the first message left on a path that works */
	vtime last_unreachable; /* of all the dead paths; NEVER_HAPPENED if one is still thought alive */
};

/* The same seed gives the same run. */
struct simulated simulate(const struct simulation *simulation, uint64_t seed);

#endif
