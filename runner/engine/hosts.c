/* SPDX-License-Identifier: Apache-2.0 */
/* hosts.c - a host that crashes and comes back. */
#include "runner/engine/trial.h"

static enum fault_at place_of(enum endpoint host)
{
	return host == ENDPOINT_A ? AT_A : AT_B;
}

/* A socket that is closed with linger 0 takes its associations with it at once. The ABORT that is for the peer has no
 * link to leave by. */
vtime host_crashes(struct trial *t, enum endpoint host)
{
	const vtime at = inject(t, host_down(place_of(host)));

	for (unsigned i = 0; i < t->peer_count; i++) {
		struct peer *peer = &t->peers[i];

		if (peer->endpoint == host && !peer->closed)
			close_peer(t, peer, CLOSE_LINGER_0);
	}
	return at;
}

vtime host_returns(struct trial *t, enum endpoint host)
{
	return mend(t, host_down(place_of(host)));
}
