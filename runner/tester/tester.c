/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tester.c - the tester's packet sockets: what arrives becomes an observation and may have an answer, which leaves at
 * once or when it is due.
 */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "netns/tap.h"
#include "runner/engine/call.h"
#include "runner/tester/state.h"

enum { FRAME_ROOM = 65536, LINK_ETHERNET = 1, ARRIVALS_MAX = 256 };

void *tester_keep(struct tester *tester, void *memory)
{
	struct kept *kept = malloc(sizeof(*kept));

	if (memory == NULL || kept == NULL)
		trial_error(tester->trial, "no memory for the tester");
	*kept = (struct kept){ tester->kept, memory };
	tester->kept = kept;
	return memory;
}

/* ------------------------------------------------------------------ leaving */

static void put_departure(struct tester *tester, struct departure *departure)
{
	struct departure **link = &tester->departures;

	while (*link != NULL && (*link)->at <= departure->at)
		link = &(*link)->next;
	departure->next = *link;
	*link = departure;
}

static bool send_departures(struct tester *tester, vtime present)
{
	bool sent = false;

	while (tester->departures != NULL && tester->departures->at <= present) {
		struct departure *first = tester->departures;
		const int status = tap_send(tester->taps[first->link], first->frame, first->length);

		tester->departures = first->next;
		free(first);
		if (status < 0)
			trial_error(tester->trial, "the tester cannot send: %s", strerror(-status));
		sent = true;
	}
	return sent;
}

static struct frame_ends ends_of(const struct tester *tester, const struct wire_way *way, unsigned from, unsigned to)
{
	const struct topology *topology = tester->trial->test_case->topology;
	const enum endpoint here = tester->peer->endpoint, there = here == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	struct frame_ends ends = {
		.from = topology_address(topology, here, from, tester->family[from]),
		.to = topology_address(topology, there, to, tester->family[from]),
	};

	topology_link_ends(topology, here, from, ends.from_link, ends.to_link);
	if (way != NULL && way->source != NULL)
		memcpy(&ends.from, way->source,
			way->source->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6));
	return ends;
}

void tester_send(struct tester *tester, const struct wire_packet *packet, const struct wire_way *way, vtime at)
{
	const struct topology *topology = tester->trial->test_case->topology;
	const unsigned from = packet->path < 0 ? 0 : (unsigned)packet->path;
	const unsigned to = way != NULL && way->to_path.set ? way->to_path.value : from;
	const struct frame_ends ends = ends_of(tester, way, from, to);
	struct departure *departure = malloc(sizeof(*departure) + FRAME_ROOM);
	uint8_t sctp[WIRE_PACKET_MAX];
	const size_t length = wire_build(packet, sctp, sizeof(sctp));

	if (departure == NULL)
		trial_error(tester->trial, "no memory for a packet");
	departure->length = length > 0 ? frame_build(&ends, sctp, length, departure->frame, FRAME_ROOM) : 0;
	if (departure->length == 0)
		trial_error(tester->trial, "a packet of the tester is too long");
	departure->at = at;
	departure->link = topology_link(topology, tester->peer->endpoint, from);
	put_departure(tester, departure);
	send_departures(tester, trial_clock(tester->trial));
}

static void tell(struct tester *tester, vtime at, const char *what, const struct wire_packet *packet)
{
	char text[STORY_TEXT_MAX];
	FILE *out = trial_text(tester->trial, text, sizeof(text));

	fprintf(out, "%s %s ", tester->peer->name, what);
	wire_print(packet, out);
	fclose(out);
	evidence_tell(tester->trial->evidence, at, "%s", text);
}

static void send_answer(struct tester *tester, const struct answer *answer, vtime at)
{
	struct wire_packet packet = { .path = answer->path, .chunks = answer->chunks, .count = answer->count };

	tell(tester, at, "answers", &packet);
	tcb_fill_header(&tester->tcb, answer->chunks, &packet.header);
	tester_send(tester, &packet, NULL, at);
}

/* ------------------------------------------------------------------ arriving */

static bool is_icmp(const uint8_t *frame, size_t length)
{
	if (length < 24)
		return false;
	return frame[12] == 0x08 ? frame[23] == IPPROTO_ICMP : frame[20] == IPPROTO_ICMPV6;
}

static void not_from_its_kernel(struct tester *tester, const uint8_t *frame, size_t length, enum packet_status status)
{
	if (status == PACKET_NOT_IP || (status == PACKET_NOT_SCTP && !is_icmp(frame, length)))
		return;
	trial_error(tester->trial, "%s's own kernel has sent a packet: the tester is not alone there",
		endpoint_name(tester->peer->endpoint));
}

static int path_of(const struct tester *tester, const struct packet *packet, unsigned link)
{
	enum endpoint endpoint = ENDPOINT_A;
	const int path = topology_locate(
		tester->trial->test_case->topology, (const struct sockaddr *)&packet->destination, &endpoint);

	return path >= 0 && endpoint == tester->peer->endpoint ? path : (int)link;
}

static struct wire_packet *read_packet(struct tester *tester, const struct packet *packet, unsigned link)
{
	struct wire_packet *read = tester_keep(tester, calloc(1, sizeof(*read)));
	const int path = path_of(tester, packet, link);

	*read = (struct wire_packet){
		.header = { .source_port = SET(ntohs(((const struct sockaddr_in *)&packet->source)->sin_port)),
			.destination_port = SET(ntohs(((const struct sockaddr_in *)&packet->destination)->sin_port)),
			.verification_tag = SET(packet->verification_tag) },
		.path = path,
		.bad_checksum = !packet_checksum_ok(packet),
		.chunks = tester_keep(tester, wire_read(packet)),
		.count = packet->chunk_count,
	};
	tester->family[path] = packet->source.ss_family == AF_INET ? IPV4 : IPV6;
	return read;
}

/* A habit never tampers with what is looked at: the observation gets a copy of the chunks. */
static struct wire_packet *copy_packet(struct tester *tester, const struct wire_packet *packet)
{
	struct wire_packet *copy = tester_keep(tester, malloc(sizeof(*copy)));

	*copy = *packet;
	copy->chunks = tester_keep(tester, wire_copy(packet->chunks, packet->count));
	return copy;
}

static void take(struct tester *tester, const struct packet *packet, unsigned link, vtime at)
{
	static struct answer answer;
	struct wire_packet *read = read_packet(tester, packet, link);
	struct wire_packet *seen = copy_packet(tester, read);
	bool routine;

	tester->arrived = at;
	if (habits_take(&tester->tcb, &tester->habits, at, read, &routine, &answer) > 0)
		send_answer(tester, &answer, at + tester->habits.delay_ns);
	observe_packet(tester->trial, tester->peer, at, seen, routine);
}

/* Frames of all links, in the order of their times. */
struct arrival {
	struct tapped tapped;
	unsigned link;
	uint8_t *frame;
};

static unsigned collect(struct tester *tester, struct arrival arrivals[ARRIVALS_MAX])
{
	static uint8_t frame[FRAME_ROOM];
	unsigned count = 0;

	for (unsigned link = 0; link < tester->n_taps; link++)
		while (count < ARRIVALS_MAX) {
			struct arrival one = { .link = link };
			const int more = tap_receive(tester->taps[link], frame, sizeof(frame), &one.tapped);

			if (more < 0)
				trial_error(tester->trial, "the tester cannot receive: %s", strerror(-more));
			if (more == 0)
				break;
			one.frame = tester_keep(tester, malloc(one.tapped.length + 1));
			memcpy(one.frame, frame, one.tapped.length);
			arrivals[count++] = one;
		}
	return count;
}

static int by_time(const void *left, const void *right)
{
	const struct arrival *a = left, *b = right;

	if (a->tapped.time_ns != b->tapped.time_ns)
		return a->tapped.time_ns < b->tapped.time_ns ? -1 : 1;
	return (a->link > b->link) - (a->link < b->link);
}

static bool serve(void *self)
{
	static struct arrival arrivals[ARRIVALS_MAX];
	static struct packet packet;
	static struct answer answer;
	struct tester *tester = self;
	const unsigned count = collect(tester, arrivals);

	qsort(arrivals, count, sizeof(*arrivals), by_time);
	for (unsigned i = 0; i < count; i++) {
		const struct tapped *tapped = &arrivals[i].tapped;
		const enum packet_status status =
			packet_decode(arrivals[i].frame, tapped->length, LINK_ETHERNET, &packet);

		if (tapped->is_the_kernels)
			not_from_its_kernel(tester, arrivals[i].frame, tapped->length, status);
		else if (status == PACKET_OK || status == PACKET_MALFORMED)
			take(tester, &packet, arrivals[i].link, tapped->time_ns - tester->clock_offset);
	}
	const vtime present = trial_clock(tester->trial);

	if (habits_act(&tester->tcb, present, &answer) > 0)
		send_answer(tester, &answer, present);
	send_departures(tester, present);
	return count > 0;
}

static unsigned fds(const void *self, int *out)
{
	const struct tester *tester = self;

	memcpy(out, tester->taps, tester->n_taps * sizeof(*out));
	return tester->n_taps;
}

static vtime due(const void *self)
{
	const struct tester *tester = self;
	const vtime sack = tester->tcb.sack_due_ns < 0 ? VTIME_FOREVER : tester->tcb.sack_due_ns;

	return tester->departures != NULL && tester->departures->at < sack ? tester->departures->at : sack;
}

/* A kernel that goes on sending to nobody may take long. */
static void leave(void *self)
{
	struct tester *tester = self;
	const struct wire_chunk goodbye = an_abort();
	struct wire_packet packet = { .chunks = &goodbye, .count = 1 };

	tester->trial->outsider_count = 0; /* that it cannot be sent is nobody's concern either */
	if (tester->tcb.peer_tag == 0 || tester->n_taps == 0)
		return;
	tcb_fill_header(&tester->tcb, &goodbye, &packet.header);
	tester_send(tester, &packet, NULL, trial_clock(tester->trial));
}

static void free_tester(void *self)
{
	struct tester *tester = self;

	for (unsigned i = 0; i < tester->n_taps; i++)
		close(tester->taps[i]);
	for (struct departure *next, *each = tester->departures; each != NULL; each = next) {
		next = each->next;
		free(each);
	}
	for (struct kept *next, *each = tester->kept; each != NULL; each = next) {
		next = each->next;
		free(each->memory);
		free(each);
	}
	free(tester);
}

/* ------------------------------------------------------------------ opening */

static vtime realtime_offset(const struct trial *t)
{
	struct timespec real;

	clock_gettime(CLOCK_REALTIME, &real);
	return s(real.tv_sec) + real.tv_nsec - trial_clock(t);
}

/* The addresses that it has, and those that it names. */
static void settle_addresses(struct tester *tester)
{
	const struct topology *topology = tester->trial->test_case->topology;
	struct habits *habits = &tester->habits;
	struct peer *peer = tester->peer;

	habits->paths = habits->paths ? habits->paths : ALL_PATHS;
	habits->lists = habits->lists ? habits->lists : habits->paths;
	if (habits->also_lists != NULL)
		tcb_name_address(&tester->tcb, habits->also_lists);
	for (unsigned path = 0; path < topology->paths; path++) {
		tester->family[path] = (topology->family[path] & IPV4) != 0 ? IPV4 : IPV6;
		for (enum ip_family family = IPV4; family <= IPV6; family++) {
			if ((topology->family[path] & family) == 0 || (habits->paths >> path & 1) == 0)
				continue;
			const struct sockaddr_storage address =
				topology_address(topology, peer->endpoint, path, family);

			peer->addresses[peer->address_count++] = address;
			if ((habits->lists >> path & 1) != 0 && topology->paths > 1)
				tcb_name_address(&tester->tcb, &address);
		}
	}
}

static void open_taps(struct tester *tester)
{
	struct trial *t = tester->trial;
	const enum endpoint at = tester->peer->endpoint;
	char *error = NULL;

	if (net_silence_host(t->net, at, &error) != 0)
		trial_error(t, "%s", error != NULL ? error : "the tester's kernel keeps its addresses");
	for (unsigned link = 0; link < topology_links(t->test_case->topology, at); link++) {
		tester->taps[link] = net_open_tap(t->net, at, link, &error);
		if (tester->taps[link] < 0)
			trial_error(t, "%s", error != NULL ? error : "no packet socket");
		tester->n_taps++;
	}
}

struct tester *open_tester(struct trial *t, enum endpoint at, const struct habits *habits)
{
	struct tester *tester = calloc(1, sizeof(*tester));

	if (tester == NULL)
		trial_error(t, "no memory for the tester");
	if (at != ENDPOINT_B || t->outsider_count > 0) {
		free(tester);
		trial_error(t, "a tester is at b, and there is one");
	}
	t->outsiders[t->outsider_count++] = (struct outsider){ tester, fds, due, serve, leave, free_tester };
	tester->trial = t;
	tester->habits = habits != NULL ? *habits : (struct habits){ 0 };
	tcb_begin(&tester->tcb, &tester->habits);
	tester->tcb.peer_port = SERVER_PORT;
	tester->peer = peer_new(t, at, "tester");
	tester->peer->port = tester->tcb.own_port;
	t->peer_count++;
	settle_addresses(tester);
	if (t->rehearsal == NULL) {
		tester->clock_offset = realtime_offset(t);
		open_taps(tester);
		trial_call(t, tester->peer, now(t), "open",
			json_pack("{s:i, s:i, s:b}", "port", tester->peer->port, "addresses",
				(int)tester->peer->address_count, "tester", true),
			GS_OK);
	}
	trial_action(t, "a tester is at %s with %zu address%s", endpoint_name(at), tester->peer->address_count,
		tester->peer->address_count == 1 ? "" : "es");
	return tester;
}

/* ------------------------------------------------------------------ habits */

/* "INIT, DATA" */
static void print_hands(uint64_t hands, FILE *out)
{
	const char *gap = "";

	for (unsigned type = 0; type < 256; type++)
		if ((hands & HAND(type)) != 0 && chunk_name((uint8_t)type) != NULL) {
			fprintf(out, "%s%s", gap, chunk_name((uint8_t)type));
			gap = ", ";
		}
}

static void tell_hands(struct trial *t, const char *what, uint64_t hands)
{
	char text[STORY_TEXT_MAX];
	FILE *out = trial_text(t, text, sizeof(text));

	print_hands(hands, out);
	fclose(out);
	trial_action(t, "the tester answers %s %s", text, what);
}

void take_over(struct trial *t, struct tester *tester, uint64_t hands)
{
	tester->habits.by_hand |= hands;
	tell_hands(t, "by hand from here on", hands);
}

void leave_to_itself(struct trial *t, struct tester *tester, uint64_t hands)
{
	tester->habits.by_hand &= ~hands;
	tell_hands(t, "by itself again", hands);
}

void go_silent(struct trial *t, struct tester *tester, unsigned paths)
{
	tester->habits.silent = paths;
	if (paths == 0)
		trial_action(t, "the tester answers on all paths again");
	else if (paths == ALL_PATHS)
		trial_action(t, "the tester is silent");
	else
		trial_action(t, "the tester is silent on the paths %#x", paths);
}

void answer_after(struct trial *t, struct tester *tester, vtime delay)
{
	tester->habits.delay_ns = delay;
	trial_action(t, "the tester answers after %.3f s", (double)delay / 1e9);
}

struct peer *tester_peer(struct tester *tester)
{
	return tester->peer;
}
