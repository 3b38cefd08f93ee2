/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timing.h - when a path or an association must be found dead or alive: windows from the protocol's
 * formulas (RFC 9260 sections 6.3 and 8, RFC 7829) as Linux computes them, and the settings in force.
 *
 * Pure; a case has them by their names without timing_ (formulas.h). Windows are relative to the fault (or to the call
 * that set the timer), with R0 = RTO.Min, as on a path whose RTO has settled on a network without delay. The upper
 * bounds allow for the kernel's timers: a tick, and the granularity of its timer wheel (a timer is never early and up
 * to an eighth late).
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TIMING_H
#define SCTPSPEC_RUNNER_ENGINE_TIMING_H

#include "runner/engine/settings.h"
#include "runner/engine/vtime.h"
#include "runner/protocol/kernel_timers.h"

#define TIMING_PATHS_MAX 8

/* How often the RTO of a path has been doubled since its last round trip: a type of its own, so that nobody gives a
 * time or another number for it. */
struct doublings {
	unsigned times;
};

static inline struct doublings doubled(unsigned times)
{
	return (struct doublings){ times };
}

/* Enough doublings to bring any RTO to RTO.Max. */
#define BACKED_OFF doubled(32)

/* When a timer of exactly this length fires: from the length to the length plus its lateness. */
static inline struct window timer_window(vtime length)
{
	return between(length, length + timer_lateness(length));
}

/* min(RTO.Min * 2^doublings, RTO.Max) */
vtime timing_rto_after(const struct settings *in_force, struct doublings doublings);
/* T3-rtx, with that RTO. */
struct window timing_t3_rtx(const struct settings *in_force, struct doublings doublings);
/* Timeout number n (from 1) of what is sent again and again, with T3-rtx, T-4 or T-reconf: the RTO doubles each time,
 * as long as no heartbeat does it too. */
struct window timing_timeouts(const struct settings *in_force, unsigned n);
/* Time from one heartbeat to the next on a path whose RTO has been doubled so often; probing (UNCONFIRMED
 * or PF) leaves out HB.interval. */
struct window timing_period(const struct settings *in_force, struct doublings doublings, bool probing);
/* From any instant to the next HEARTBEAT on an idle active path. */
struct window timing_first_heartbeat(const struct settings *in_force);
/* Does a path become potentially failed at all (RFC 7829; PFMR below Path.Max.Retrans)? */
bool pf_happens(const struct settings *in_force);

/* Nothing is sent; the loss begins at 0: the path's failure is noticed by heartbeats alone. */
struct window timing_idle_potentially_failed(const struct settings *in_force);
struct window timing_idle_unreachable(const struct settings *in_force);
/* Data is sent on the path at 0 and none later, all of it is lost, another path works. */
struct window timing_data_potentially_failed(const struct settings *in_force);
struct window timing_data_unreachable(const struct settings *in_force);
/* The same with a message at 0 and one at least every `interval` from then on, which is shorter than HB.interval:
 * it makes a difference where the path does not turn potentially failed at once. */
struct window timing_stream_potentially_failed(const struct settings *in_force, vtime interval);
struct window timing_stream_unreachable(const struct settings *in_force, vtime interval);
/* The same data arrives over the other path: T3-rtx, then the delay of one direction. */
struct window timing_data_rerouted(const struct settings *in_force);

/* The association is given up: all its `paths` are dead from 0 on and nothing is outstanding. */
struct window timing_idle_comm_lost(const struct settings *in_force, unsigned paths);
/* The same with data outstanding from 0 on. */
struct window timing_data_comm_lost(const struct settings *in_force, unsigned paths);
/* idle_comm_lost and data_comm_lost when the only confirmed path is dead and there are unconfirmed ones: their
 * strikes do not count, but any path's timer may find the limit reached. */
struct window timing_idle_comm_lost_beside_unconfirmed(const struct settings *in_force);
struct window timing_data_comm_lost_beside_unconfirmed(const struct settings *in_force);
/* The only path is dead, data outstanding: addr_unreachable. */
struct window timing_data_only_path_unreachable(const struct settings *in_force);

/* From the COMM_UP to the CONFIRMED of the other addresses. */
struct window timing_confirmation(const struct settings *in_force);
/* A path that was dead before COMM_UP is restored after `dead`: from then to its CONFIRMED. */
struct window timing_late_confirmation(const struct settings *in_force, vtime dead);
/* The longest outage of a path that is never reported as its failure while another path works: nothing is sent,
 * or a message at least every `interval`. One strike may still follow the outage, as a lost heartbeat is counted
 * when the next one is due (linux-sctp.md section 4.3). */
vtime timing_idle_outage_survived(const struct settings *in_force);
vtime timing_stream_outage_survived(const struct settings *in_force, vtime interval);
/* The dead path is restored after an outage of this length: from then to its AVAILABLE. */
struct window timing_recovery(const struct settings *in_force, vtime outage);

/* All INITs are lost: from the call to CANT_STR_ASSOC. `addresses` is the number given to connectx. */
struct window timing_init_given_up(const struct settings *in_force, unsigned addresses);
/* The first address is dead, the second works: from the call to COMM_UP. */
struct window timing_init_second_address(const struct settings *in_force);
/* SHUTDOWN is never answered on the only path: each T2 is a strike, and there are no heartbeats. */
struct window timing_shutdown_unreachable(const struct settings *in_force);
/* SHUTDOWN is never answered: by T2 (the association's retransmissions) or T5 (the guard). */
struct window timing_shutdown_given_up(const struct settings *in_force, unsigned paths);

#endif
