/* SPDX-License-Identifier: Apache-2.0 */
/* rto.c - see rto.h. */
#include "runner/referee/rto.h"

#include "runner/protocol/kernel_timers.h"

static int64_t clamp(const struct parameters *parameters, int64_t value)
{
	if (value < parameters->rto_min_ns)
		return parameters->rto_min_ns;
	return value > parameters->rto_max_ns ? parameters->rto_max_ns : value;
}

void rto_begin(struct rto *rto, const struct parameters *parameters)
{
	*rto = (struct rto){ .ns = exactly(parameters->rto_initial_ns) };
}

/* How far apart two values of these spans may be. */
static struct span difference(struct span a, struct span b)
{
	const int64_t up = b.high - a.low, down = a.high - b.low;
	const int64_t far = up > down ? up : down;
	const int64_t near = -(up < down ? up : down);
	return (struct span){ near > 0 ? near : 0, far > 0 ? far : 0 };
}

static struct span mix(struct span old, struct span fresh, int64_t parts)
{
	return (struct span){ old.low - old.low / parts + fresh.low / parts,
		old.high - old.high / parts + fresh.high / parts };
}

/* A sample is taken in ticks, and RTTVAR of 0 becomes one (section 6.3.1, G1). */
void rto_sample(struct rto *rto, const struct parameters *parameters, int64_t round_trip_ns, bool sure)
{
	const struct rto before = *rto;
	const struct span sample = { round_trip_ns > TICK_NS ? round_trip_ns - TICK_NS : 0, round_trip_ns + TICK_NS };
	if (rto->measured) {
		rto->rttvar = mix(rto->rttvar, difference(rto->srtt, sample), 4);
		rto->srtt = mix(rto->srtt, sample, 8);
	} else {
		rto->srtt = sample;
		rto->rttvar = (struct span){ sample.low / 2, sample.high / 2 };
	}
	rto->measured = true;
	const int64_t most = rto->rttvar.high > TICK_NS ? rto->rttvar.high : TICK_NS;
	rto->ns.low = clamp(parameters, rto->srtt.low + 4 * rto->rttvar.low);
	rto->ns.high = clamp(parameters, rto->srtt.high + 4 * most);
	if (sure)
		return;
	rto->ns = either(before.ns, rto->ns);
	rto->measured = before.measured;
	rto->srtt = before.measured ? either(before.srtt, rto->srtt) : before.srtt;
	rto->rttvar = before.measured ? either(before.rttvar, rto->rttvar) : before.rttvar;
}

void rto_back_off(struct rto *rto, const struct parameters *parameters, bool sure)
{
	if (sure)
		rto->ns.low = clamp(parameters, 2 * rto->ns.low);
	rto->ns.high = clamp(parameters, 2 * rto->ns.high);
}

void rto_lose(struct rto *rto, const struct parameters *parameters)
{
	rto->ns = (struct span){ rto->ns.low < parameters->rto_min_ns ? rto->ns.low : parameters->rto_min_ns,
		parameters->rto_max_ns };
}
