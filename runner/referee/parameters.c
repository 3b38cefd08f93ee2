/* SPDX-License-Identifier: Apache-2.0 */
/* parameters.c - an option changes the parameters of an end. */
#include "runner/referee/parameters.h"

void parameters_change(struct parameters *parameters, const struct parameter_change *change)
{
	switch (change->what) {
	case PARAMETER_RTO_INITIAL:
		parameters->rto_initial_ns = change->value;
		return;
	case PARAMETER_RTO_MIN:
		parameters->rto_min_ns = change->value;
		return;
	case PARAMETER_RTO_MAX:
		parameters->rto_max_ns = change->value;
		return;
	case PARAMETER_HB_INTERVAL:
		parameters->hb_interval_ns = change->value;
		return;
	case PARAMETER_SACK_DELAY:
		parameters->sack_delay_ns = change->value;
		return;
	case PARAMETER_COOKIE_LIFE:
		parameters->valid_cookie_life_ns = change->value;
		return;
	case PARAMETER_PATH_MAX_RETRANS:
		parameters->path_max_retrans = (unsigned)change->value;
		return;
	case PARAMETER_ASSOCIATION_MAX_RETRANS:
		parameters->association_max_retrans = (unsigned)change->value;
		return;
	case PARAMETER_MAX_INIT_RETRANSMITS:
		parameters->max_init_retransmits = (unsigned)change->value;
		return;
	case PARAMETER_PF_MAX_RETRANS:
		parameters->pf_max_retrans = (unsigned)change->value;
		return;
	case PARAMETER_POTENTIALLY_FAILED_TOLD:
		parameters->potentially_failed_told = change->value != 0;
		return;
	case PARAMETER_OF_SACKS:
		parameters->sacks_unknown = true;
		return;
	case PARAMETER_OF_EVENTS:
		return; /* of the socket, not of what it does */
	case PARAMETER_OTHER:
		parameters->known = false;
		return;
	}
}
