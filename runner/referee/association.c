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
		association->end[i].init_ack_to = -1;
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
	no_room_free(&end->no_room);
	free(end->extensions);
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

bool address_is_loopback(const struct address *address)
{
	static const uint8_t ipv6[sizeof(address->bytes)] = { [15] = 1 };
	return address->ipv6 ? memcmp(address->bytes, ipv6, sizeof(ipv6)) == 0 : address->bytes[0] == 127;
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

struct destination *end_known_destination(const struct end *end, const struct address *address)
{
	for (unsigned i = 0; i < end->n_destinations; i++)
		if (address_equal(&end->destinations[i].address, address))
			return &end->destinations[i];
	return NULL;
}

struct destination *end_destination(struct end *end, const struct address *address)
{
	struct destination *known = end_known_destination(end, address);
	if (known)
		return known;
	struct destination *more = end->n_destinations < ADDRESSES_MAX
		? realloc(end->destinations, (end->n_destinations + 1) * sizeof(*more))
		: NULL;
	if (!more)
		return NULL;
	end->destinations = more;
	more[end->n_destinations] = (struct destination){
		.address = *address, .path = -1, .heartbeat_ns = -1, .probed_ns = -1, .data_ns = -1
	};
	if (end->parameters.known) {
		rto_begin(&more[end->n_destinations].rto, &end->parameters);
		congestion_begin(&more[end->n_destinations].congestion, end->parameters.mtu);
	}
	return &more[end->n_destinations++];
}

/* Its place in the table, or where it would be. */
static struct stream *stream_place(struct stream *streams, unsigned room, uint16_t number)
{
	unsigned at = number & (room - 1);
	while (streams[at].is_taken && streams[at].number != number)
		at = (at + 1) & (room - 1);
	return &streams[at];
}

/* `room` is a power of two, and more than there are. */
static bool grow_streams(struct end *end)
{
	const unsigned room = end->streams_room ? 2 * end->streams_room : 16;
	struct stream *more = calloc(room, sizeof(*more));
	if (!more)
		return false;
	for (unsigned i = 0; i < end->streams_room; i++)
		if (end->streams[i].is_taken)
			*stream_place(more, room, end->streams[i].number) = end->streams[i];
	free(end->streams);
	end->streams = more;
	end->streams_room = room;
	return true;
}

struct stream *end_stream(struct end *end, uint16_t stream)
{
	if (4 * (end->n_streams + 1) > 3 * end->streams_room && !grow_streams(end))
		return NULL;
	struct stream *place = stream_place(end->streams, end->streams_room, stream);
	if (!place->is_taken) {
		const bool known = end->association->from_the_start && !end->streams_unknown;
		*place = (struct stream){
			.number = stream,
			.is_taken = true,
			.known = known,
			.mids = { { .known = known }, { .known = known } },
		};
		end->n_streams++;
	}
	return place;
}

bool end_has_tag(const struct end *end, uint32_t tag)
{
	for (unsigned i = 0; i < end->n_earlier_tags; i++)
		if (end->earlier_tags[i] == tag)
			return true;
	return end->tag_known && end->tag == tag;
}
