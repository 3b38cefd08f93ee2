/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.h - where Linux is known to break a rule, and what it does instead. The rule that finds exactly that says so by
 * deviates(); any third behaviour, and this one on a kernel outside the range, is a finding like any other.
 */
#ifndef SCTPSPEC_CASES_RULES_LINUX_H
#define SCTPSPEC_CASES_RULES_LINUX_H

#include "runner/referee/rule.h"

extern const struct deviation linux_heartbeats_held_back, linux_few_gap_blocks, linux_filled_gap_not_told,
	linux_heartbeat_raises_cwnd, linux_shutdown_errors_by_turns, linux_pf_heartbeats_wait, linux_srtt_in_ticks,
	linux_inits_not_counted, linux_burst_of_five, linux_heartbeat_bursts, linux_fsn_from_zero,
	linux_i_forward_tsn_not_listed, linux_cwr_of_the_discarded, linux_comm_up_again,
	linux_re_config_answers_anybody, linux_cwr_in_cookie_echoed, linux_cwr_not_agreed,
	linux_fragments_before_cookie_ack, linux_fragments_in_cookie_echoed;

#endif
