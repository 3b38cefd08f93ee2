/* SPDX-License-Identifier: Apache-2.0 */
/*
 * formulas.h - the formulas of timing.h as a case uses them, with the settings of its trial:
 *
 *	expect(t, within(after(lost, idle_unreachable(t)), addr_unreachable(p.client, 0)));
 *
 * What each means stands in timing.h, where its name begins with timing_.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_FORMULAS_H
#define SCTPSPEC_RUNNER_ENGINE_FORMULAS_H

#include "netns/netns.h"
#include "runner/engine/timing.h"

struct trial;

/* An end's settings, with the defaults filled in:
 *	timing_idle_unreachable(in_force_at(t, B)) */
const struct settings *in_force_at(const struct trial *t, enum endpoint endpoint);
/* Those of both ends. A case whose ends differ in what a formula looks at is not well formed where it asks this. */
const struct settings *in_force(const struct trial *t);

#define FORMULA(type, name)                            \
	static inline type name(const struct trial *t) \
	{                                              \
		return timing_##name(in_force(t));     \
	}
#define FORMULA_OF(type, name, given)                           \
	static inline type name(const struct trial *t, given x) \
	{                                                       \
		return timing_##name(in_force(t), x);           \
	}

FORMULA_OF(vtime, rto_after, struct doublings)
FORMULA_OF(struct window, t3_rtx, struct doublings)
FORMULA_OF(struct window, timeouts, unsigned)
FORMULA(struct window, first_heartbeat)

FORMULA(struct window, idle_potentially_failed)
FORMULA(struct window, idle_unreachable)
FORMULA(struct window, data_potentially_failed)
FORMULA(struct window, data_unreachable)
FORMULA_OF(struct window, stream_potentially_failed, vtime)
FORMULA_OF(struct window, stream_unreachable, vtime)
FORMULA(struct window, data_rerouted)

FORMULA_OF(struct window, idle_comm_lost, unsigned)
FORMULA_OF(struct window, data_comm_lost, unsigned)
FORMULA(struct window, idle_comm_lost_beside_unconfirmed)
FORMULA(struct window, data_comm_lost_beside_unconfirmed)
FORMULA(struct window, data_only_path_unreachable)

FORMULA(struct window, confirmation)
FORMULA_OF(struct window, late_confirmation, vtime)
FORMULA(vtime, idle_outage_survived)
FORMULA_OF(vtime, stream_outage_survived, vtime)
FORMULA_OF(struct window, recovery, vtime)

FORMULA_OF(struct window, init_given_up, unsigned)
FORMULA(struct window, init_second_address)
FORMULA(struct window, shutdown_unreachable)
FORMULA_OF(struct window, shutdown_given_up, unsigned)

/* From one heartbeat to the next; probe_period() is for a path that is unconfirmed or potentially failed. */
static inline struct window heartbeat_period(const struct trial *t, struct doublings doublings)
{
	return timing_period(in_force(t), doublings, false);
}

static inline struct window probe_period(const struct trial *t, struct doublings doublings)
{
	return timing_period(in_force(t), doublings, true);
}

#endif
