/* SPDX-License-Identifier: Apache-2.0 */
/*
 * associations.c - which associations a socket has, and with whom, as it has been told: what each of its events and
 * messages is held against (RFC 6458: the id in a notification is that of its association).
 */
#include "runner/engine/trial.h"

#include <string.h>

static struct known_association *find(struct peer *peer, uint32_t id)
{
	/* the newest: an id may be given again, when nobody needs it any more */
	for (unsigned i = peer->association_count; i-- > 0;)
		if (peer->associations[i].id == id)
			return &peer->associations[i];
	return NULL;
}

static const struct known_association *known(const struct peer *peer, uint32_t id)
{
	return find((struct peer *)(uintptr_t)peer, id);
}

static bool has_address(const struct peer *peer, const union gs_addr *address)
{
	union gs_addr own = { 0 };

	if (peer->port != gs_addr_port(address))
		return false;
	for (size_t i = 0; i < peer->address_count; i++) {
		const bool v4 = peer->addresses[i].ss_family == AF_INET;

		memcpy(&own, &peer->addresses[i], v4 ? sizeof(own.v4) : sizeof(own.v6));
		if (gs_addr_same_host(&own, address))
			return true;
	}
	return false;
}

/* Whether they are one to a peer: a socket that was branched off, or that has taken another's place. */
static bool are_one(const struct peer *a, const struct peer *b)
{
	return a->endpoint == b->endpoint && a->port == b->port;
}

int associations_peer(const struct trial *t, const struct peer *peer, uint32_t assoc_id, const union gs_addr *address)
{
	const struct known_association *is = known(peer, assoc_id);
	int found = -1;

	if (address->sa.sa_family == 0)
		return -1;
	if (is != NULL && is->with >= 0 && has_address(&t->peers[is->with], address))
		return is->with;
	for (unsigned i = 0; i < t->peer_count; i++) {
		const struct peer *other = &t->peers[i];

		/* of those that have had its place one after the other the last; no matter what was branched off */
		if (other != peer && !other->branched_off && has_address(other, address))
			found = (int)i;
	}
	return found;
}

void associations_learn(struct trial *t, struct peer *peer, const struct observation *observation, int with)
{
	const bool is_new = observation->kind == OBSERVED_ASSOC_CHANGE &&
		(observation->state == COMM_UP || observation->state == RESTART);
	struct known_association *is = find(peer, observation->assoc_id);

	if (!is_new)
		return;
	if (is == NULL && peer->association_count == KNOWN_ASSOCIATIONS_MAX)
		trial_error(t, "more than %d associations at one socket", KNOWN_ASSOCIATIONS_MAX);
	if (is == NULL)
		is = &peer->associations[peer->association_count++];
	*is = (struct known_association){ observation->assoc_id, with };
}

/* A message comes back, or an attempt has failed: of such an association the socket need not know yet. */
static bool may_be_unknown(const struct observation *observation)
{
	return (observation->kind == OBSERVED_ASSOC_CHANGE && observation->state == CANT_ASSOC) ||
		observation->kind == OBSERVED_SEND_FAILED || observation->kind == OBSERVED_SEND_FAILED_EVENT;
}

const char *associations_fault(struct trial *t, const struct peer *peer, const struct observation *observation)
{
	const struct known_association *is = known(peer, observation->assoc_id);

	if (observation->kind == OBSERVED_ERROR || observation->kind == OBSERVED_PACKET || peer->comings_untold)
		return NULL;
	if (is == NULL)
		return may_be_unknown(observation) ? NULL : "names an association that its socket does not have";
	if (is->with >= 0 && observation->with >= 0 && !are_one(&t->peers[is->with], &t->peers[observation->with]))
		return "names the association with another socket";
	if (observation->flow >= 0 && t->flows[observation->flow].from == peer &&
		t->flows[observation->flow].assoc_id != 0 &&
		t->flows[observation->flow].assoc_id != observation->assoc_id)
		return "names another association than that the message was sent on";
	return NULL;
}

uint32_t association_with(const struct peer *peer, const struct peer *other)
{
	for (unsigned i = peer->association_count; i-- > 0;)
		if (peer->associations[i].with >= 0 && are_one(&peer->trial->peers[peer->associations[i].with], other))
			return peer->associations[i].id;
	return 0;
}

bool association_may_be_with(const struct peer *peer, uint32_t assoc_id, const struct peer *other)
{
	const struct known_association *is = known(peer, assoc_id);

	if (peer->comings_untold)
		return true;
	return is != NULL && (is->with < 0 || are_one(&peer->trial->peers[is->with], other));
}

void associations_move(struct peer *from, struct peer *to, uint32_t id)
{
	struct known_association *is = find(from, id);

	if (is != NULL)
		to->associations[to->association_count++] = *is;
	to->assoc_id = id;
	memcpy(to->assoc_with, from->assoc_with, sizeof(to->assoc_with));
}
