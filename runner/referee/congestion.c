/* SPDX-License-Identifier: Apache-2.0 */
/* congestion.c - see congestion.h. */
#include "runner/referee/congestion.h"

enum { CHUNK_HEADER = 16, INITIAL_WINDOW = 4404 };

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void congestion_begin(struct congestion *congestion, uint32_t mtu)
{
	const int64_t two = 2 * (int64_t)mtu;
	congestion->cwnd = congestion->raised = smaller(2 * two, two > INITIAL_WINDOW ? two : INITIAL_WINDOW);
}

void congestion_send(struct congestion *congestion, uint32_t octets)
{
	congestion->flight += octets;
}

void congestion_settle(struct congestion *congestion, uint32_t octets, bool lost)
{
	congestion->flight -= smaller(congestion->flight, octets);
	if (!lost)
		congestion->acknowledged += (octets + CHUNK_HEADER + 3) & ~UINT32_C(3);
}

/* By what was acknowledged, up to an MTU (section 7.2.1). Congestion avoidance gives no more: an MTU for a whole cwnd
 * (section 7.2.2). */
void congestion_grow(struct congestion *congestion, uint32_t mtu)
{
	if (congestion->cwnd > 0) {
		congestion->cwnd += smaller(congestion->acknowledged, mtu);
		congestion->raised += smaller(congestion->acknowledged, mtu);
	}
	congestion->acknowledged = 0;
}

void congestion_expire(struct congestion *congestion, uint32_t mtu)
{
	congestion->cwnd = congestion->raised = mtu;
	congestion->flight = 0;
}

void congestion_recover(struct congestion *congestion, uint32_t mtu)
{
	if (congestion->cwnd > 0 && congestion->cwnd < 4 * (int64_t)mtu)
		congestion->cwnd = 4 * (int64_t)mtu;
	congestion_rest(congestion, mtu);
}

void congestion_rest(struct congestion *congestion, uint32_t mtu)
{
	if (congestion->raised < 4 * (int64_t)mtu)
		congestion->raised = 4 * (int64_t)mtu;
}
