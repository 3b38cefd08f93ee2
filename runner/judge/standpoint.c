/* SPDX-License-Identifier: Apache-2.0 */
/* standpoint.c - see standpoint.h. */
#include "runner/judge/standpoint.h"

#include <stdlib.h>
#include <string.h>

#include "runner/referee/referee.h"

enum { LOOK_OCTETS = 4 << 20, HOSTS_MAX = 256 };

/* An address, as a node in a graph whose edges join those that talk to each other. */
struct host {
	struct address address;
	unsigned parent, side;                  /* which side, seen from the parent: 0 the same */
	unsigned sent, received;                /* packets with such a mark */
	uint8_t hops_least, hops_most;          /* of what it sent; 0: nothing */
	int64_t asked_ns[CHUNK_COOKIE_ACK + 1]; /* for each answer: when it was asked for it last; 0: it was not */
	int64_t answer_ns;                      /* its fastest answer; -1: none */
};

struct crowd {
	struct host hosts[HOSTS_MAX];
	unsigned n;
};

/* What both sides of a component of the graph have shown. */
struct side {
	unsigned sent, received;
	bool is_fresh; /* has never gone over a router */
	uint8_t hops_most;
	int64_t answer_ns;
};

static struct host *host_of(struct crowd *crowd, const struct address *address)
{
	for (unsigned i = 0; i < crowd->n; i++)
		if (address_equal(&crowd->hosts[i].address, address))
			return &crowd->hosts[i];
	if (crowd->n == HOSTS_MAX)
		return NULL;
	struct host *host = &crowd->hosts[crowd->n];
	*host = (struct host){ .address = *address, .parent = crowd->n++, .answer_ns = -1 };
	return host;
}

/* The host that stands for its component; *side: on which side of it this one is. */
static unsigned root_of(const struct crowd *crowd, unsigned host, unsigned *side)
{
	*side = 0;
	for (; crowd->hosts[host].parent != host; host = crowd->hosts[host].parent)
		*side ^= crowd->hosts[host].side;
	return host;
}

static void join(struct crowd *crowd, unsigned a, unsigned b)
{
	unsigned side_a, side_b;
	const unsigned root_a = root_of(crowd, a, &side_a), root_b = root_of(crowd, b, &side_b);
	if (root_a == root_b)
		return;
	crowd->hosts[root_b].parent = root_a;
	crowd->hosts[root_b].side = side_a ^ side_b ^ 1;
}

/* ------------------------------------------------------------------ packets */

/* 0: it is answered by nothing that comes at once. */
static unsigned answer_to(uint8_t type)
{
	switch (type) {
	case CHUNK_INIT:
		return CHUNK_INIT_ACK;
	case CHUNK_HEARTBEAT:
		return CHUNK_HEARTBEAT_ACK;
	case CHUNK_SHUTDOWN:
		return CHUNK_SHUTDOWN_ACK;
	case CHUNK_COOKIE_ECHO:
		return CHUNK_COOKIE_ACK;
	default:
		return 0;
	}
}

static void note_times(struct host *from, struct host *to, const struct packet *packet, int64_t at_ns)
{
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const uint8_t type = packet->chunks[i].type;
		if (answer_to(type))
			to->asked_ns[answer_to(type)] = at_ns;
		if (type > CHUNK_COOKIE_ACK || from->asked_ns[type] == 0)
			continue;
		const int64_t took = at_ns - from->asked_ns[type];
		if (took >= 0 && (from->answer_ns < 0 || took < from->answer_ns))
			from->answer_ns = took;
		from->asked_ns[type] = 0;
	}
}

static void note(struct crowd *crowd, const struct captured *captured, const struct packet *packet)
{
	const struct address source = address_of(&packet->source), destination = address_of(&packet->destination);
	struct host *from = host_of(crowd, &source), *to = host_of(crowd, &destination);
	if (!from || !to || from == to)
		return;
	join(crowd, (unsigned)(from - crowd->hosts), (unsigned)(to - crowd->hosts));
	from->sent += captured->way == WAY_OUT;
	to->received += captured->way == WAY_IN;
	if (packet->hops > from->hops_most)
		from->hops_most = packet->hops;
	if (from->hops_least == 0 || packet->hops < from->hops_least)
		from->hops_least = packet->hops;
	note_times(from, to, packet, captured->at_ns);
}

/* ------------------------------------------------------------------ what follows */

/* As systems send them. */
static bool is_initial(uint8_t hops)
{
	return hops == 32 || hops == 64 || hops == 128 || hops == 255;
}

static void add_to_side(struct side *side, const struct host *host)
{
	side->sent += host->sent;
	side->received += host->received;
	if (host->hops_most != 0) {
		side->is_fresh = side->is_fresh && host->hops_least == host->hops_most && is_initial(host->hops_most);
		side->hops_most = host->hops_most > side->hops_most ? host->hops_most : side->hops_most;
	}
	if (host->answer_ns >= 0 && (side->answer_ns < 0 || host->answer_ns < side->answer_ns))
		side->answer_ns = host->answer_ns;
}

/* Less than half as long: not by chance. */
static bool answers_sooner(const struct side *side, const struct side *than)
{
	return side->answer_ns >= 0 && than->answer_ns >= 0 && side->answer_ns < than->answer_ns / 2;
}

/* Which side is this machine's; -1: nobody knows. */
static int own_side(const struct side sides[2], const char **how)
{
	for (int i = 0; i < 2; i++)
		if (sides[i].sent + sides[1 - i].received > sides[1 - i].sent + sides[i].received) {
			*how = "its packets are marked as sent and received";
			return i;
		}
	for (int i = 0; i < 2; i++)
		if (sides[i].is_fresh && sides[i].hops_most != 0 && sides[1 - i].hops_most != 0 &&
			!sides[1 - i].is_fresh) {
			*how = "what it sends has not gone over a router, and what it gets has";
			return i;
		}
	for (int i = 0; i < 2; i++)
		if (answers_sooner(&sides[i], &sides[1 - i])) {
			*how = "it answers sooner than its peer";
			return i;
		}
	return -1;
}

static int decide(struct standpoint *standpoint, const struct crowd *crowd, unsigned root)
{
	struct side sides[2] = { { .is_fresh = true, .answer_ns = -1 }, { .is_fresh = true, .answer_ns = -1 } };
	unsigned side;
	for (unsigned i = 0; i < crowd->n; i++)
		if (root_of(crowd, i, &side) == root)
			add_to_side(&sides[side], &crowd->hosts[i]);
	const int own = own_side(sides, &standpoint->how);
	for (unsigned i = 0; own >= 0 && i < crowd->n; i++)
		if (root_of(crowd, i, &side) == root && side == (unsigned)own &&
			addresses_add(&standpoint->own, &crowd->hosts[i].address) != 0)
			return -1;
	return 0;
}

int standpoint_look(struct standpoint *standpoint, struct capture_file *file, uint16_t udp_port)
{
	struct crowd *crowd = calloc(1, sizeof(*crowd));
	struct captured captured;
	struct packet packet;
	int status = crowd ? capture_file_hold(file, LOOK_OCTETS) : -1;
	while (status == 0 && capture_file_next(file, &captured))
		if (packet_decode_udp(captured.bytes, captured.captured, captured.link, udp_port, &packet) == PACKET_OK)
			note(crowd, &captured, &packet);
	if (status == 0)
		capture_file_replay(file);
	for (unsigned i = 0; status == 0 && i < crowd->n; i++)
		if (crowd->hosts[i].parent == i)
			status = decide(standpoint, crowd, i);
	free(crowd);
	return status;
}

int standpoint_of(struct standpoint *standpoint, const struct captured *captured, const struct address *source,
	const struct address *destination)
{
	if (captured->way != WAY_UNKNOWN) {
		addresses_add(&standpoint->own, captured->way == WAY_OUT ? source : destination);
		return captured->way == WAY_OUT ? SEEN_LEAVING : SEEN_ARRIVING;
	}
	const bool sent = addresses_have(&standpoint->own, source);
	const bool received = addresses_have(&standpoint->own, destination);
	if (sent && received)
		return SEEN_BETWEEN; /* over its loopback interface */
	return sent ? SEEN_LEAVING : received ? SEEN_ARRIVING : SEEN_AT_AN_END;
}
