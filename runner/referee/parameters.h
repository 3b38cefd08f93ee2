/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parameters.h - the protocol parameters that an end was told (RFC 9260 section 16; RFC 7829 section 3). No packet has
 * them: whoever has packets says them, or rules that need them wait.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_PARAMETERS_H
#define SCTPSPEC_RUNNER_REFEREE_PARAMETERS_H

#include <stdbool.h>
#include <stdint.h>

struct parameters {
	bool known; /* all below are */
	int64_t rto_initial_ns, rto_min_ns, rto_max_ns;
	int64_t hb_interval_ns;
	int64_t sack_delay_ns;
	int64_t valid_cookie_life_ns;
	uint32_t mtu; /* of a path, at the most */
	unsigned path_max_retrans, association_max_retrans, max_init_retransmits;
	bool potentially_failed;      /* RFC 7829: that state exists, */
	unsigned pf_max_retrans;      /* beyond so many errors, */
	bool potentially_failed_told; /* and its notification is on */
};

#endif
