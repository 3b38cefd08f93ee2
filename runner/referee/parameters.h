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
	bool sacks_unknown;           /* an option lets SACKs wait in another way */
};

/* What an option says of them. */
enum parameter {
	PARAMETER_RTO_INITIAL, /* times are in nanoseconds */
	PARAMETER_RTO_MIN,
	PARAMETER_RTO_MAX,
	PARAMETER_HB_INTERVAL,
	PARAMETER_SACK_DELAY,
	PARAMETER_COOKIE_LIFE,
	PARAMETER_PATH_MAX_RETRANS,
	PARAMETER_ASSOCIATION_MAX_RETRANS,
	PARAMETER_MAX_INIT_RETRANSMITS,
	PARAMETER_PF_MAX_RETRANS,
	PARAMETER_POTENTIALLY_FAILED_TOLD,
	PARAMETER_OF_SACKS,  /* when SACKs leave, in a way that the model does not know */
	PARAMETER_OF_EVENTS, /* which events the socket gives */
	PARAMETER_OTHER,     /* something else that rules reckon with */
};

struct parameter_change {
	enum parameter what;
	int64_t value;
};

void parameters_change(struct parameters *parameters, const struct parameter_change *change);

#endif
