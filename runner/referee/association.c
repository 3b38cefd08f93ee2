/* SPDX-License-Identifier: Apache-2.0 */
/* association.c - an association's memory: addresses, destinations and streams as they are met. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "runner/referee/model.h"

struct association *association_new(unsigned number, int64_t at_ns)
{
	struct association *association = calloc(1, sizeof(*association));
	if (!association)
		return NULL;
	association->number = number;
	association->first_ns = association->last_ns = at_ns;
	for (unsigned i = 0; i < 2; i++) {
		association->end[i].association = association;
		association->end[i].peer = &association->end[1 - i];
		association->end[i].established_ns = -1;
		association->end[i].backlog_ns = BACKLOG_NS;
		association->end[i].primary = -1;
		association->end[i].init.destination = association->end[i].cookie_echo.destination = -1;
		association->end[i].shutdown.destination = -1;
		association->end[i].counts.window = -1;
	}
	return association;
}

static void end_free(struct end *end)
{
	sent_free(&end->sent);
	received_free(&end->received);
	delivery_free(&end->delivery);
	free(end->addresses);
	free(end->destinations);
	free(end->streams);
}

void association_free(struct association *association)
{
	if (!association)
		return;
	end_free(&association->end[0]);
	end_free(&association->end[1]);
	free(association->cookie);
	free(association->found);
	free(association);
}

struct address address_of(const struct sockaddr_storage *socket_address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct address address = { 0 };
	if (socket_address->ss_family == AF_INET) {
		memcpy(address.bytes, &((const struct sockaddr_in *)socket_address)->sin_addr, 4);
		return address;
	}
	const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)socket_address;
	address.ipv6 = memcmp(&in6->sin6_addr, mapped, sizeof(mapped)) != 0;
	memcpy(address.bytes, (const uint8_t *)&in6->sin6_addr + (address.ipv6 ? 0 : 12), address.ipv6 ? 16 : 4);
	return address;
}

bool address_equal(const struct address *a, const struct address *b)
{
	return a->ipv6 == b->ipv6 && memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

bool end_has_address(const struct end *end, const struct address *address)
{
	for (unsigned i = 0; i < end->n_addresses; i++)
		if (address_equal(&end->addresses[i], address))
			return true;
	return false;
}

void end_add_address(struct end *end, const struct address *address)
{
	if (end_has_address(end, address) || end->n_addresses == ADDRESSES_MAX)
		return;
	struct address *more = realloc(end->addresses, (end->n_addresses + 1) * sizeof(*more));
	if (!more)
		return;
	end->addresses = more;
	more[end->n_addresses++] = *address;
}

struct destination *end_destination(struct end *end, const struct address *address)
{
	for (unsigned i = 0; i < end->n_destinations; i++)
		if (address_equal(&end->destinations[i].address, address))
			return &end->destinations[i];
	struct destination *more = end->n_destinations < ADDRESSES_MAX
		? realloc(end->destinations, (end->n_destinations + 1) * sizeof(*more))
		: NULL;
	if (!more)
		return NULL;
	end->destinations = more;
	more[end->n_destinations] =
		(struct destination){ .address = *address, .path = -1, .heartbeat_ns = -1, .data_ns = -1 };
	if (end->parameters.known) {
		rto_begin(&more[end->n_destinations].rto, &end->parameters);
		congestion_begin(&more[end->n_destinations].congestion, end->parameters.mtu);
	}
	return &more[end->n_destinations++];
}

struct stream *end_stream(struct end *end, uint16_t stream)
{
	if (stream < end->n_streams)
		return &end->streams[stream];
	const unsigned wanted = end->outbound_streams > stream ? end->outbound_streams : stream + 1U;
	struct stream *more = realloc(end->streams, wanted * sizeof(*more));
	if (!more)
		return NULL;
	for (unsigned i = end->n_streams; i < wanted; i++)
		more[i] = (struct stream){ .known = end->association->from_the_start };
	end->streams = more;
	end->n_streams = wanted;
	return &more[stream];
}

bool end_has_tag(const struct end *end, uint32_t tag)
{
	for (unsigned i = 0; i < end->n_earlier_tags; i++)
		if (end->earlier_tags[i] == tag)
			return true;
	return end->tag_known && end->tag == tag;
}
