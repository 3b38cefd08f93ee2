/* SPDX-License-Identifier: Apache-2.0 */
/* belonging.c - see belonging.h. */
#include "runner/referee/belonging.h"

#include <netinet/in.h>

#include "runner/referee/parts.h"

enum { FLAG_T = 1 };

static uint16_t port_of(const struct sockaddr_storage *address)
{
	/* sin_port and sin6_port stand in the same place */
	return ntohs(((const struct sockaddr_in *)address)->sin_port);
}

struct association **belonging_bucket(struct referee *referee, uint16_t a, uint16_t b)
{
	return &referee->buckets[((unsigned)a ^ (unsigned)b) % BUCKETS];
}

static bool ports_fit(const struct association *association, const struct sight *sight, int sender)
{
	return association->end[sender].port == sight->source_port &&
		association->end[1 - sender].port == sight->destination_port;
}

bool packet_is_about_its_sender(const struct packet *packet)
{
	const struct chunk *first = packet->chunk_count ? &packet->chunks[0] : NULL;
	return first && (first->type == CHUNK_ABORT || first->type == CHUNK_SHUTDOWN_COMPLETE) &&
		(first->flags & FLAG_T);
}

bool belonging_has_tag(const struct association *association, const struct sight *sight, int sender)
{
	const struct packet *packet = sight->packet;
	if (packet->chunk_count && packet->chunks[0].type == CHUNK_INIT)
		return association->end[sender].tag_known && packet->chunks[0].decoded &&
			association->end[sender].tag == packet->chunks[0].init.initiate_tag;
	const struct end *owner = &association->end[packet_is_about_its_sender(packet) ? sender : 1 - sender];
	return end_has_tag(owner, packet->verification_tag);
}

/* With a wrong tag, but from an end to its peer, and not out of the blue: what it is judged by. */
static bool is_between_its_ends(const struct association *association, const struct sight *sight, int sender)
{
	const struct end *from = &association->end[sender], *to = &association->end[1 - sender];
	return !packet_is_about_its_sender(sight->packet) && from->exact && from->has_init && to->has_init &&
		from->state != STATE_CLOSED && from->state != STATE_UNKNOWN && end_has_address(from, &sight->source) &&
		end_has_address(to, &sight->destination);
}

/* From the middle of an association: the addresses have to do until a tag is known. */
static bool addresses_fit(const struct association *association, const struct sight *sight, int sender)
{
	const struct end *peer = &association->end[1 - sender];
	if (association->from_the_start || peer->tag_known)
		return false;
	for (unsigned i = 0; i < peer->n_destinations; i++)
		if (address_equal(&peer->destinations[i].address, &sight->source))
			return true;
	return false;
}

typedef bool fits(const struct association *association, const struct sight *sight, int sender);

static struct association *find(struct referee *referee, const struct sight *sight, fits *fit, int *sender)
{
	struct association *each = *belonging_bucket(referee, sight->source_port, sight->destination_port);
	for (; each; each = each->in_bucket)
		for (*sender = 0; *sender < 2; ++*sender)
			if ((sight->sender < 0 || sight->sender == *sender) && ports_fit(each, sight, *sender) &&
				fit(each, sight, *sender))
				return each;
	return NULL;
}

/* The same by belonging_has_tag(): nearly all packets are for those that packets came for before. */
static struct association *find_by_tag(struct referee *referee, const struct sight *sight, int *sender)
{
	const uint32_t ports = (uint32_t)sight->source_port << 16 | sight->destination_port;
	const uint32_t key = (sight->packet->verification_tag ^ ports) * 2654435761U;
	struct association **lately = &referee->by_tag[key >> 18];
	for (*sender = 0; *lately && *sender < 2; ++*sender)
		if ((sight->sender < 0 || sight->sender == *sender) && ports_fit(*lately, sight, *sender) &&
			belonging_has_tag(*lately, sight, *sender))
			return *lately;
	struct association *association = find(referee, sight, belonging_has_tag, sender);
	if (association) {
		const unsigned most = sizeof(association->by_tag) / sizeof(association->by_tag[0]);
		if (association->n_by_tag < most)
			association->by_tag[association->n_by_tag] = (uint16_t)(lately - referee->by_tag);
		if (association->n_by_tag <= most)
			association->n_by_tag++;
		*lately = association;
	}
	return association;
}

bool belonging_is_one_up(struct referee *referee, const struct sight *sight, int sender)
{
	const struct association *each = *belonging_bucket(referee, sight->source_port, sight->destination_port);
	for (; each; each = each->in_bucket) {
		const struct end *receiver = &each->end[1 - sender];
		if (ports_fit(each, sight, sender) && receiver->established_ns >= 0 &&
			receiver->state != STATE_CLOSED && end_has_address(&each->end[sender], &sight->source) &&
			(each->readdressed || address_equal(&receiver->met, &sight->destination) ||
				end_has_address(receiver, &sight->destination)))
			return true;
	}
	return false;
}

/* Both ends have sent an INIT, and neither has accepted an answer yet: it is one association (section 5.2.1). */
static bool crosses(const struct association *association, const struct sight *sight, int sender)
{
	const struct end *from = &association->end[sender], *to = &association->end[1 - sender];
	return association->from_the_start && from->established_ns < 0 && to->established_ns < 0 &&
		(to->state == STATE_COOKIE_WAIT || to->state == STATE_COOKIE_ECHOED) &&
		from->state != STATE_COOKIE_WAIT && from->state != STATE_COOKIE_ECHOED &&
		end_has_address(to, &sight->destination);
}

struct sight sight_of(const struct seen *seen)
{
	return (struct sight){
		.packet = seen->packet,
		.source_port = port_of(&seen->packet->source),
		.destination_port = port_of(&seen->packet->destination),
		.source = address_of(&seen->packet->source),
		.destination = address_of(&seen->packet->destination),
		.sender = seen->sender,
		.exact = seen->exact,
		.arrives = seen->sender >= 0 && seen->vantage >= 0 && seen->vantage != seen->sender,
	};
}

struct association *belonging_find(struct referee *referee, const struct sight *sight, int *sender, bool *crossing)
{
	const struct packet *packet = sight->packet;
	const bool init = packet->chunk_count && packet->chunks[0].type == CHUNK_INIT;
	struct association *association = find_by_tag(referee, sight, sender);
	*crossing = false;
	if (!association && !init)
		association = find(referee, sight, addresses_fit, sender);
	if (!association && !init)
		association = find(referee, sight, is_between_its_ends, sender);
	if (!association && init)
		*crossing = (association = find(referee, sight, crosses, sender)) != NULL;
	return association;
}
