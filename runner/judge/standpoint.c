/* SPDX-License-Identifier: Apache-2.0 */
/* standpoint.c - see standpoint.h. */
#include "runner/judge/standpoint.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/judge/sightings.h"
#include "runner/referee/referee.h"

enum { LOOK_OCTETS = 4 << 20, HOSTS_MAX = 256, PASSAGES_MAX = 1 << 13 };

/* An address, as a node in a graph whose edges join those that talk to each other. */
struct host {
	struct address address;
	unsigned parent, side;                  /* which side, seen from the parent: 0 the same */
	unsigned packets;                       /* that it sent */
	unsigned sent, received;                /* by it and there, with such a mark */
	uint8_t hops_least, hops_most;          /* of what it sent; 0: nothing */
	int64_t asked_ns[CHUNK_COOKIE_ACK + 1]; /* for each answer: when it was asked for it last; 0: it was not */
	int64_t answer_ns;                      /* its fastest answer; -1: none */
};

/* A packet passed. */
struct passage {
	uint64_t digest;
	int64_t at_ns;
	unsigned source; /* a host */
};

struct look {
	struct host hosts[HOSTS_MAX];
	unsigned n;
	struct passage passages[PASSAGES_MAX]; /* sorted by digest when all is seen */
	unsigned n_passages;
};

/* What both sides of a component of the graph have shown. */
struct side {
	unsigned packets, sent, received;
	bool is_fresh; /* has never gone over a router */
	uint8_t hops_most;
	int64_t answer_ns;
};

static struct host *host_of(struct look *look, const struct address *address)
{
	for (unsigned i = 0; i < look->n; i++)
		if (address_equal(&look->hosts[i].address, address))
			return &look->hosts[i];
	if (look->n == HOSTS_MAX)
		return NULL;
	struct host *host = &look->hosts[look->n];
	*host = (struct host){ .address = *address, .parent = look->n++, .answer_ns = -1 };
	return host;
}

/* The host that stands for its component; *side: on which side of it this one is. */
static unsigned root_of(const struct look *look, unsigned host, unsigned *side)
{
	*side = 0;
	for (; look->hosts[host].parent != host; host = look->hosts[host].parent)
		*side ^= look->hosts[host].side;
	return host;
}

/* side: 1: they talk to each other; 0: they belong to one machine. */
static void join(struct look *look, unsigned a, unsigned b, unsigned side)
{
	unsigned side_a, side_b;
	const unsigned root_a = root_of(look, a, &side_a), root_b = root_of(look, b, &side_b);
	if (root_a == root_b)
		return;
	look->hosts[root_b].parent = root_a;
	look->hosts[root_b].side = side_a ^ side_b ^ side;
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

/* The addresses that an INIT or INIT ACK lists are all its sender's. */
static void note_list(struct look *look, const struct host *from, const struct chunk *chunk, unsigned n_chunks)
{
	enum { FIXED = 16, IPV4_PARAMETER = 5, IPV6_PARAMETER = 6 };
	if (n_chunks == 0 || (chunk->type != CHUNK_INIT && chunk->type != CHUNK_INIT_ACK))
		return;
	for (uint32_t at = FIXED, length; at + 4 <= chunk->captured; at += (length + 3) & ~3U) {
		const uint8_t *parameter = chunk->value + at;
		const unsigned type = (unsigned)parameter[0] << 8 | parameter[1];
		struct address address = { .ipv6 = type == IPV6_PARAMETER };
		length = (uint32_t)parameter[2] << 8 | parameter[3];
		if (length < 4 || at + length > chunk->captured)
			return;
		if ((type != IPV4_PARAMETER || length != 8) && (type != IPV6_PARAMETER || length != 20))
			continue;
		memcpy(address.bytes, parameter + 4, length - 4);
		const struct host *host = host_of(look, &address);
		if (host)
			join(look, (unsigned)(from - look->hosts), (unsigned)(host - look->hosts), 0);
	}
}

static void note(struct look *look, const struct captured *captured, const struct packet *packet)
{
	const struct address source = address_of(&packet->source), destination = address_of(&packet->destination);
	struct host *from = host_of(look, &source), *to = host_of(look, &destination);
	if (!from || !to || from == to)
		return;
	join(look, (unsigned)(from - look->hosts), (unsigned)(to - look->hosts), 1);
	note_list(look, from, &packet->chunks[0], packet->chunk_count);
	from->packets++;
	from->sent += captured->way == WAY_OUT;
	to->received += captured->way == WAY_IN;
	if (packet->hops > from->hops_most)
		from->hops_most = packet->hops;
	if (from->hops_least == 0 || packet->hops < from->hops_least)
		from->hops_least = packet->hops;
	note_times(from, to, packet, captured->at_ns);
	if (look->n_passages < PASSAGES_MAX)
		look->passages[look->n_passages++] =
			(struct passage){ sighting_digest(packet), captured->at_ns, (unsigned)(from - look->hosts) };
}

/* ------------------------------------------------------------------ what follows */

/* As systems send them. */
static bool is_initial(uint8_t hops)
{
	return hops == 32 || hops == 64 || hops == 128 || hops == 255;
}

static void add_to_side(struct side *side, const struct host *host)
{
	side->packets += host->packets;
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

/* Which side is this machine's, by what the file itself says; -1: it does not. */
static int side_by_marks(const struct side sides[2], const char **how)
{
	for (int i = 0; i < 2; i++)
		if (sides[i].sent + sides[i].received > sides[1 - i].sent + sides[1 - i].received) {
			*how = "its packets are marked as sent and received";
			return i;
		}
	for (int i = 0; i < 2; i++)
		if (sides[i].is_fresh && sides[i].hops_most != 0 && sides[1 - i].hops_most != 0 &&
			!sides[1 - i].is_fresh) {
			*how = "what it sends has not gone over a router, and what it gets has";
			return i;
		}
	return -1;
}

static int side_by_answers(const struct side sides[2], const char **how)
{
	for (int i = 0; i < 2; i++)
		if (answers_sooner(&sides[i], &sides[1 - i])) {
			*how = "it answers sooner than its peer";
			return i;
		}
	return -1;
}

static int take_side(struct standpoint *standpoint, const struct look *look, unsigned root, unsigned own)
{
	unsigned side;
	for (unsigned i = 0; i < look->n; i++)
		if (root_of(look, i, &side) == root && side == own &&
			addresses_add(&standpoint->own, &look->hosts[i].address) != 0)
			return -ENOMEM;
	return 0;
}

/* ------------------------------------------------------------------ two captures of the same packets */

/* How much later packets from each side of a component were in the first capture. */
struct delays {
	int64_t sum_ns[2];
	unsigned n[2];
};

static struct delays compare(const struct look *first, const struct look *second, unsigned root)
{
	struct delays delays = { 0 };
	unsigned side, k = 0;
	for (unsigned i = 0; i < first->n_passages; i++) {
		const struct passage *passage = &first->passages[i];
		while (k < second->n_passages && second->passages[k].digest < passage->digest)
			k++;
		if (k == second->n_passages)
			break;
		if (second->passages[k].digest != passage->digest || root_of(first, passage->source, &side) != root)
			continue;
		delays.sum_ns[side] += passage->at_ns - second->passages[k].at_ns;
		delays.n[side]++;
	}
	for (side = 0; side < 2; side++)
		if (delays.n[side] > 0)
			delays.sum_ns[side] /= delays.n[side];
	return delays;
}

/* By how much the first clock is ahead; 0 where that is not seen, or where the way takes longer: then nothing is wrong
 * with the order of packets. */
static int64_t ahead(const struct delays *delays)
{
	const int64_t both_ns = delays->sum_ns[0] / 2 + delays->sum_ns[1] / 2;
	const int64_t way_ns = (delays->sum_ns[0] - delays->sum_ns[1]) / 2;
	if (delays->n[0] == 0 || delays->n[1] == 0)
		return 0;
	return llabs(both_ns) > llabs(way_ns) ? both_ns : 0;
}

static int side_by_another(const struct look *look, unsigned root, const struct look *other, const char **how)
{
	const struct delays delays = compare(look, other, root);
	/* With one way alone, clocks have to be the same. */
	const int64_t later_ns = delays.n[0] > 0 && delays.n[1] > 0 ? delays.sum_ns[0] - delays.sum_ns[1]
		: delays.n[0] > 0                                   ? delays.sum_ns[0]
								    : -delays.sum_ns[1];
	if (later_ns == 0)
		return -1;
	*how = "what it sends is earlier here than in another capture";
	return later_ns > 0;
}

static void compare_clocks(struct standpoint *standpoint, const struct look *look, const struct standpoint *other_point,
	const struct look *other)
{
	for (unsigned i = 0; standpoint->ahead_ns == 0 && i < look->n; i++)
		if (look->hosts[i].parent == i) {
			const struct delays delays = compare(look, other, i);
			const int64_t ahead_ns = ahead(&delays);
			standpoint->ahead_ns = ahead_ns ? ahead_ns + other_point->ahead_ns : 0;
		}
}

/* ------------------------------------------------------------------ all of it */

static int by_digest(const void *left, const void *right)
{
	const struct passage *a = left, *b = right;
	if (a->digest != b->digest)
		return a->digest < b->digest ? -1 : 1;
	return (a->at_ns > b->at_ns) - (a->at_ns < b->at_ns);
}

/* What comes twice (one and the same packet, sent again) says nothing. */
static void keep_single(struct look *look)
{
	unsigned n = 0;
	if (look->n_passages > 0)
		qsort(look->passages, look->n_passages, sizeof(*look->passages), by_digest);
	for (unsigned i = 0, next; i < look->n_passages; i = next) {
		for (next = i + 1; next < look->n_passages && look->passages[next].digest == look->passages[i].digest;)
			next++;
		if (next == i + 1)
			look->passages[n++] = look->passages[i];
	}
	look->n_passages = n;
}

struct look *look_at(struct capture_file *file, uint16_t udp_port)
{
	struct look *look = calloc(1, sizeof(*look));
	struct captured captured;
	struct packet packet;
	if (!look || capture_file_hold(file, LOOK_OCTETS) != 0) {
		free(look);
		return NULL;
	}
	while (capture_file_next(file, &captured))
		if (packet_decode_udp(captured.bytes, captured.captured, captured.link, udp_port, &packet) == PACKET_OK)
			note(look, &captured, &packet);
	capture_file_replay(file);
	keep_single(look);
	return look;
}

void look_free(struct look *look)
{
	free(look);
}

/* Packets one way, which nobody else has: captures of both ends would both have what arrived. */
static int side_by_loss(
	const struct side sides[2], struct look *const *looks, size_t n, size_t i, unsigned root, const char **how)
{
	if (n < 2 || (sides[0].packets == 0) == (sides[1].packets == 0))
		return -1;
	for (size_t k = 0; k < n; k++) {
		const struct delays delays = k == i ? (struct delays){ 0 } : compare(looks[i], looks[k], root);
		if (delays.n[0] + delays.n[1] > 0)
			return -1;
	}
	*how = "what it sends is in no other capture";
	return sides[0].packets == 0;
}

static int decide_for(struct standpoint *standpoint, struct look *const *looks, size_t n, size_t i, unsigned root)
{
	struct side sides[2] = { { .is_fresh = true, .answer_ns = -1 }, { .is_fresh = true, .answer_ns = -1 } };
	unsigned side;
	for (unsigned host = 0; host < looks[i]->n; host++)
		if (root_of(looks[i], host, &side) == root)
			add_to_side(&sides[side], &looks[i]->hosts[host]);
	int own = side_by_marks(sides, &standpoint->how);
	for (size_t k = 0; own < 0 && k < n; k++)
		if (k != i)
			own = side_by_another(looks[i], root, looks[k], &standpoint->how);
	if (own < 0)
		own = side_by_answers(sides, &standpoint->how);
	if (own < 0)
		own = side_by_loss(sides, looks, n, i, root, &standpoint->how);
	return own < 0 ? 0 : take_side(standpoint, looks[i], root, (unsigned)own);
}

static int decide_one(struct standpoint *const *standpoints, struct look *const *looks, size_t n, size_t i)
{
	int status = 0;
	if (standpoints[i]->how)
		return 0;
	for (unsigned root = 0; status == 0 && root < looks[i]->n; root++)
		if (looks[i]->hosts[root].parent == root)
			status = decide_for(standpoints[i], looks, n, i, root);
	return status;
}

int standpoints_decide(struct standpoint *const *standpoints, struct look *const *looks, size_t n)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < n; i++)
		status = decide_one(standpoints, looks, n, i);
	for (size_t i = 1; status == 0 && i < n; i++)
		for (size_t k = 0; k < i; k++)
			compare_clocks(standpoints[i], looks[i], standpoints[k], looks[k]);
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
