/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rto.h - the retransmission timeout of a path, from what is seen of it (RFC 9260 section 6.3.1): an interval, because
 * clocks have ticks, and not every sample is certain.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_RTO_H
#define SCTPSPEC_RUNNER_REFEREE_RTO_H

#include "runner/referee/parameters.h"
#include "runner/referee/span.h"

struct rto {
	struct span ns;
	bool measured;
	struct span srtt, rttvar;
};

void rto_begin(struct rto *rto, const struct parameters *parameters);
/* A round trip was measured, or may have been. */
void rto_sample(struct rto *rto, const struct parameters *parameters, int64_t round_trip_ns, bool sure);
/* It was doubled (section 6.3.3, E2), or may have been. */
void rto_back_off(struct rto *rto, const struct parameters *parameters, bool sure);
/* Nothing can be said until the next sample. */
void rto_lose(struct rto *rto, const struct parameters *parameters);

#endif
