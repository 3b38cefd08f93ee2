/* SPDX-License-Identifier: Apache-2.0 */
/* linux.c - see linux.h. */
#include "cases/rules/linux.h"

/* sctp_transport_init() leaves last_time_sent at 0, which sctp_generate_heartbeat_event() subtracts from jiffies. These
 * begin five minutes before their lower 32 bits wrap. */
DEVIATION(linux_heartbeats_held_back, .rule = "timers.heartbeats-come", .kernels = ">= 5.10",
	.what = "Five minutes after boot, HEARTBEATs to a path that has never carried DATA are held back by up to "
		"HB.interval + RTO / 2, once");

/* sctp_sf_t2_timer_expire() strikes a path that it chooses by turns, and the packet goes to another one. */
DEVIATION(linux_shutdown_errors_by_turns, .rule = "events.unreachable", .kernels = ">= 5.10",
	.what = "The errors of T2-shutdown are counted by turns for all paths, while SHUTDOWN is sent again to one of "
		"them, which so fails late or not at all");
