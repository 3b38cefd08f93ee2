/* SPDX-License-Identifier: Apache-2.0 */
/* falsify_beliefs.c - parameters that the ends are believed to have been told, and were not. */
#include "runner/verdict/tests/falsify.h"

static void longer_rto(struct parameters *parameters)
{
	parameters->rto_min_ns *= 2;
}

static void later_heartbeats(struct parameters *parameters)
{
	parameters->hb_interval_ns += parameters->hb_interval_ns / 9;
}

static void earlier_heartbeats(struct parameters *parameters)
{
	parameters->hb_interval_ns = 1;
}

static void longer_first_rto(struct parameters *parameters)
{
	parameters->rto_initial_ns += parameters->rto_initial_ns / 4;
}

static void fewer_errors(struct parameters *parameters)
{
	parameters->association_max_retrans -= 2;
}

static void more_errors(struct parameters *parameters)
{
	parameters->association_max_retrans += 1;
}

static void more_attempts(struct parameters *parameters)
{
	parameters->max_init_retransmits += 1;
}

static void short_cookie_life(struct parameters *parameters)
{
	parameters->valid_cookie_life_ns = -INT64_C(1000000000);
}

static void shorter_longest_rto(struct parameters *parameters)
{
	parameters->rto_max_ns /= 8;
}

const struct falsification falsify_beliefs[] = {
	{ .rule = "timers.t3-rtx", .believe = longer_rto },
	{ .rule = "timers.heartbeats-apart", .believe = later_heartbeats },
	{ .rule = "timers.heartbeats-come", .believe = earlier_heartbeats },
	{ .rule = "timers.t1-init", .believe = longer_first_rto },
	{ .rule = "failure.association-limit", .believe = fewer_errors },
	{ .rule = "failure.association-given-up", .believe = more_errors },
	{ .rule = "failure.setup-given-up", .believe = more_attempts },
	{ .rule = "setup.cookie-alive", .believe = short_cookie_life },
	{ .rule = "timers.t2-shutdown", .believe = longer_rto },
	{ .rule = "timers.t5-shutdown-guard", .believe = shorter_longest_rto },
	{ .rule = "timers.shutdown-limit", .believe = fewer_errors },
	{ .rule = NULL },
};
