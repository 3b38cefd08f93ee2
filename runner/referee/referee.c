/* SPDX-License-Identifier: Apache-2.0 */
/* referee.c - which association a packet belongs to, what it changes there, and what the rules say to it. */
#include "runner/referee/referee.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/referee/parts.h"

enum { FLAG_T = 1 };

/* What a stack gives to a device at once leaves within this time. */
#define MOMENT_NS 1000000
/* For this long what is late may come for an association that is over. */
#define REST_NS INT64_C(60000000000)

struct referee *referee_new(unsigned exact)
{
	struct referee *referee = calloc(1, sizeof(*referee));
	if (!referee)
		return NULL;
	referee->exact = exact;
	referee->most = UINT_MAX;
	referee->rules = rule_all(&referee->n_rules);
	referee->applied = calloc(referee->n_rules + 1, sizeof(*referee->applied));
	if (!referee->applied) {
		free(referee);
		return NULL;
	}
	return referee;
}

void referee_part(struct referee *referee)
{
	for (struct association *next, *each = referee->all; each; each = next) {
		next = each->next;
		if (referee->farewell)
			referee->farewell(referee->mourner, each);
		association_free(each);
	}
	referee->all = referee->last = NULL;
	referee->alive = referee->over = (struct roll){ 0 };
	referee->followed = 0;
	memset(referee->buckets, 0, sizeof(referee->buckets));
	memset(referee->by_tag, 0, sizeof(referee->by_tag));
}

void referee_free(struct referee *referee)
{
	if (!referee)
		return;
	referee_part(referee);
	for (size_t i = 0; i < referee->n_findings; i++) {
		free(referee->findings[i].expected);
		free(referee->findings[i].got);
	}
	free(referee->findings);
	free(referee->applied);
	free(referee);
}

void referee_watch(struct referee *referee, referee_watcher *see, void *context)
{
	referee->see = see;
	referee->watcher = context;
}

void referee_follow(struct referee *referee, unsigned most, referee_farewell *farewell, void *context)
{
	referee->most = most > 0 ? most : 1;
	referee->farewell = farewell;
	referee->mourner = context;
}

/* ------------------------------------------------------------------ rules */

void referee_judge(struct step *step, enum rule_moment moment)
{
	const struct referee *referee = step->referee;
	size_t n_words = 0;
	step->moment = moment;
	if (referee->see)
		referee->see(referee->watcher, step);
	const uint64_t *set = step->presumed ? NULL : rule_set(moment, step->chunk, &n_words);
	for (size_t word = 0; word < n_words; word++)
		for (uint64_t bits = set[word]; bits; bits &= bits - 1) {
			step->rule_index = word * 64 + (size_t)__builtin_ctzll(bits);
			step->rule = referee->rules[step->rule_index];
			step->rule->judge(step);
		}
}

/* ------------------------------------------------------------------ associations */

static uint16_t port_of(const struct sockaddr_storage *address)
{
	/* sin_port and sin6_port stand in the same place */
	return ntohs(((const struct sockaddr_in *)address)->sin_port);
}

static unsigned bucket_of(uint16_t a, uint16_t b)
{
	return ((unsigned)a ^ (unsigned)b) % BUCKETS;
}

/* A packet, and what it takes to find where it belongs. */
struct look {
	const struct packet *packet;
	uint16_t source_port, destination_port;
	struct address source, destination;
	int sender; /* as `seen` has it */
	unsigned exact;
};

static bool ports_fit(const struct association *association, const struct look *look, int sender)
{
	return association->end[sender].port == look->source_port &&
		association->end[1 - sender].port == look->destination_port;
}

static bool is_about_a_tag_of_the_sender(const struct packet *packet)
{
	const struct chunk *first = packet->chunk_count ? &packet->chunks[0] : NULL;
	return first && (first->type == CHUNK_ABORT || first->type == CHUNK_SHUTDOWN_COMPLETE) &&
		(first->flags & FLAG_T);
}

static bool tag_fits(const struct association *association, const struct look *look, int sender)
{
	const struct packet *packet = look->packet;
	if (packet->chunk_count && packet->chunks[0].type == CHUNK_INIT)
		return association->end[sender].tag_known && packet->chunks[0].decoded &&
			association->end[sender].tag == packet->chunks[0].init.initiate_tag;
	const struct end *owner = &association->end[is_about_a_tag_of_the_sender(packet) ? sender : 1 - sender];
	return end_has_tag(owner, packet->verification_tag);
}

/* With a wrong tag, but from an end to its peer, and not out of the blue: what it is judged by. */
static bool is_between_its_ends(const struct association *association, const struct look *look, int sender)
{
	const struct end *from = &association->end[sender], *to = &association->end[1 - sender];
	return !is_about_a_tag_of_the_sender(look->packet) && from->exact && from->has_init && to->has_init &&
		from->state != STATE_CLOSED && from->state != STATE_UNKNOWN && end_has_address(from, &look->source) &&
		end_has_address(to, &look->destination);
}

/* From the middle of an association: the addresses have to do until a tag is known. */
static bool addresses_fit(const struct association *association, const struct look *look, int sender)
{
	const struct end *peer = &association->end[1 - sender];
	if (association->from_the_start || peer->tag_known)
		return false;
	for (unsigned i = 0; i < peer->n_destinations; i++)
		if (address_equal(&peer->destinations[i].address, &look->source))
			return true;
	return false;
}

typedef bool fits(const struct association *association, const struct look *look, int sender);

/* *sender: which of its ends sent the packet. */
static struct association *find(const struct referee *referee, const struct look *look, fits *fit, int *sender)
{
	struct association *each = referee->buckets[bucket_of(look->source_port, look->destination_port)];
	for (; each; each = each->in_bucket)
		for (*sender = 0; *sender < 2; ++*sender)
			if ((look->sender < 0 || look->sender == *sender) && ports_fit(each, look, *sender) &&
				fit(each, look, *sender))
				return each;
	return NULL;
}

/* The same by tag_fits(): nearly all packets are for those that packets came for before. */
static struct association *find_by_tag(struct referee *referee, const struct look *look, int *sender)
{
	const uint32_t ports = (uint32_t)look->source_port << 16 | look->destination_port;
	const uint32_t key = (look->packet->verification_tag ^ ports) * 2654435761U;
	struct association **lately = &referee->by_tag[key >> 18];
	for (*sender = 0; *lately && *sender < 2; ++*sender)
		if ((look->sender < 0 || look->sender == *sender) && ports_fit(*lately, look, *sender) &&
			tag_fits(*lately, look, *sender))
			return *lately;
	struct association *association = find(referee, look, tag_fits, sender);
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

/* Whether the end that gets a packet has an association between these ports already. */
static bool is_one_up(const struct referee *referee, const struct look *look, int sender)
{
	const struct association *each = referee->buckets[bucket_of(look->source_port, look->destination_port)];
	for (; each; each = each->in_bucket) {
		const struct end *receiver = &each->end[1 - sender];
		if (ports_fit(each, look, sender) && receiver->established_ns >= 0 && receiver->state != STATE_CLOSED &&
			end_has_address(&each->end[sender], &look->source))
			return true;
	}
	return false;
}

static struct association *add(struct referee *referee, const struct look *look, int64_t at_ns, int *sender)
{
	struct association *association = association_new(referee->n + 1, at_ns);
	if (!association) {
		referee->status = -ENOMEM;
		return NULL;
	}
	*sender = look->sender < 0 ? 0 : look->sender;
	association->end[*sender].port = look->source_port;
	association->end[1 - *sender].port = look->destination_port;
	for (unsigned i = 0; i < 2; i++) {
		association->end[i].exact = referee->exact >> i & 1;
		association->end[i].is_told = referee->told >> i & 1;
		association->end[i].has_all_messages = !referee->leaves_out_messages;
		association->end[i].parameters = referee->parameters[i];
		if (referee->backlog_ns > 0)
			association->end[i].backlog_ns = referee->backlog_ns;
		association->end[i].blind = referee->blind[i];
		association->end[i].counts.is_least = referee->blind[i] != 0;
	}
	association->tried_at_once = referee->connects[*sender];
	association->is_restart = is_one_up(referee, look, *sender);
	if (look->sender < 0) {
		association->end[*sender].exact = look->exact >> SEEN_LEAVING & 1;
		association->end[1 - *sender].exact = look->exact >> SEEN_ARRIVING & 1;
	}
	struct association **bucket = &referee->buckets[bucket_of(look->source_port, look->destination_port)];
	association->in_bucket = *bucket;
	*bucket = association;
	association->before = referee->last;
	*(referee->last ? &referee->last->next : &referee->all) = association;
	referee->last = association;
	roll_add(&referee->alive, association);
	referee->n++;
	referee->followed++;
	return association;
}

static void take_out_of_bucket(struct referee *referee, const struct association *association)
{
	struct association **link = &referee->buckets[bucket_of(association->end[0].port, association->end[1].port)];
	while (*link != association)
		link = &(*link)->in_bucket;
	*link = association->in_bucket;
}

static void take_out_of_tags(struct referee *referee, const struct association *association)
{
	const bool all = association->n_by_tag > sizeof(association->by_tag) / sizeof(association->by_tag[0]);
	for (unsigned i = 0; i < (all ? (unsigned)TAGS : association->n_by_tag); i++) {
		const unsigned place = all ? i : association->by_tag[i];
		if (referee->by_tag[place] == association)
			referee->by_tag[place] = NULL;
	}
}

static void forget(struct referee *referee, struct association *association)
{
	take_out_of_bucket(referee, association);
	take_out_of_tags(referee, association);
	*(association->before ? &association->before->next : &referee->all) = association->next;
	*(association->next ? &association->next->before : &referee->last) = association->before;
	roll_remove(association->is_over ? &referee->over : &referee->alive, association);
	referee->followed--;
	if (referee->farewell)
		referee->farewell(referee->mourner, association);
	association_free(association);
}

/* Makes room for one more. */
static void forget_old(struct referee *referee, int64_t at_ns)
{
	while (referee->over.oldest && at_ns - referee->over.oldest->last_ns > REST_NS)
		forget(referee, referee->over.oldest);
	while (referee->followed >= referee->most)
		forget(referee, referee->over.oldest ?: referee->alive.oldest);
}

/* A packet has come for it. */
static void touch(struct referee *referee, struct association *association, int64_t at_ns)
{
	const bool is_over = association->end[0].state == STATE_CLOSED && association->end[1].state == STATE_CLOSED;
	association->last_ns = at_ns;
	if (is_over == association->is_over && (is_over ? &referee->over : &referee->alive)->newest == association)
		return;
	roll_remove(association->is_over ? &referee->over : &referee->alive, association);
	association->is_over = is_over;
	roll_add(is_over ? &referee->over : &referee->alive, association);
}

static struct association *associate(struct referee *referee, const struct look *look, int64_t at_ns, int *sender)
{
	const struct packet *packet = look->packet;
	const bool init = packet->chunk_count && packet->chunks[0].type == CHUNK_INIT;
	struct association *association = find_by_tag(referee, look, sender);
	if (!association && !init)
		association = find(referee, look, addresses_fit, sender);
	if (!association && !init)
		association = find(referee, look, is_between_its_ends, sender);
	if (association)
		return association;
	/* An answer to what belongs to nobody begins no association, nor does an INIT that says nothing. */
	if (!packet->chunk_count || is_about_a_tag_of_the_sender(packet) || (init && !packet->chunks[0].decoded)) {
		referee->strays++;
		return NULL;
	}
	if (referee->farewell)
		forget_old(referee, at_ns);
	association = add(referee, look, at_ns, sender);
	if (association)
		association->from_the_start = init;
	return association;
}

static void learn(struct association *association, const struct look *look, int sender)
{
	struct end *from = &association->end[sender], *to = &association->end[1 - sender];
	const bool reflected = is_about_a_tag_of_the_sender(look->packet);
	end_destination(to, &look->source);
	end_destination(from, &look->destination);
	if (!to->tag_known && look->packet->verification_tag && !reflected) {
		to->tag = look->packet->verification_tag;
		to->tag_known = true;
	}
}

/* ------------------------------------------------------------------ a packet */

static void judge_strike(struct step *step)
{
	step->destination = &step->self->destinations[step->self->struck.destination];
	referee_judge(step, ON_STRIKE);
	step->destination = NULL;
}

/* The peer has begun anew, and is accepted: what was before between these ports is over (section 5.2.4, A). */
static void end_older(const struct step *step)
{
	const struct association *association = step->self->association;
	struct association *each =
		step->referee->buckets[bucket_of(association->end[0].port, association->end[1].port)];
	for (; each; each = each->in_bucket)
		if (each != association && each->number < association->number &&
			each->end[0].port == association->end[0].port && each->end[1].port == association->end[1].port)
			each->end[0].state = each->end[1].state = STATE_CLOSED;
}

static void leaves(struct step *step)
{
	const struct packet *packet = step->packet;
	referee_judge(step, ON_PACKET);
	for (step->index = 0; step->index < packet->chunk_count; step->index++) {
		step->chunk = &packet->chunks[step->index];
		referee_judge(step, ON_SENDING);
		end_sends(step->self, packet, step->chunk, step->path, step->at_ns);
		if (step->self->struck.cause != STRIKE_NONE)
			judge_strike(step);
		if (step->chunk->type == CHUNK_COOKIE_ACK && step->self->association->is_restart)
			end_older(step);
		referee_judge(step, AFTER_SENDING);
	}
}

static void arrives(struct step *step)
{
	const struct packet *packet = step->packet;
	if (packet->sctp && !packet->truncated && !packet->unsummed && !packet_checksum_ok(packet))
		return; /* dropped by whoever gets it */
	for (step->index = 0; step->index < packet->chunk_count; step->index++) {
		step->chunk = &packet->chunks[step->index];
		referee_judge(step, ON_ARRIVAL);
		end_receives(step->self, packet, step->chunk, step->at_ns);
		referee_judge(step, AFTER_ARRIVAL);
	}
	end_received_packet(step->self, packet, step->at_ns);
}

/* Where packets that `sender` sent were seen: as if `sender` was 0, and its peer 1. */
static int place_of(const struct seen *seen, const struct association *association, int sender)
{
	if (seen->sender >= 0)
		return seen->vantage < 0 ? SEEN_BETWEEN : seen->vantage == sender ? SEEN_LEAVING : SEEN_ARRIVING;
	if (seen->vantage != SEEN_AT_AN_END)
		return seen->vantage;
	const bool exact = association->end[sender].exact;
	if (exact == association->end[1 - sender].exact)
		return SEEN_BETWEEN;
	return exact ? SEEN_LEAVING : SEEN_ARRIVING;
}

static int number_of_destination(struct end *from, const struct look *look)
{
	const struct destination *destination = end_destination(from, &look->destination);
	return destination ? (int)(destination - from->destinations) : -1;
}

/* In the sender's own capture it leaves; in the receiver's it arrives, and where the sender has none this is the only
 * sight of it. Where only the receiver could have seen it arrive and has no capture, it is presumed that it did. */
static void see(struct step *step, struct association *association, int sender, int place)
{
	struct end *from = &association->end[sender], *to = &association->end[1 - sender];
	/* What one more capture shows of it, taken elsewhere, is known already. */
	if (place == SEEN_BETWEEN && (from->exact || to->exact))
		return;
	if (place != SEEN_ARRIVING || !from->exact) {
		step->self = from;
		leaves(step);
		step->chunk = NULL;
	}
	step->presumed = place != SEEN_ARRIVING;
	if (!step->presumed || !to->exact) {
		step->self = to;
		arrives(step);
	}
}

static void count(struct referee *referee, const struct seen *seen)
{
	referee->seen_ns = seen->at_ns;
	if (seen->sender < 0 || seen->vantage < 0)
		return;
	struct passed *passed = &referee->passed[seen->vantage];
	const struct packet *packet = seen->packet;
	if (seen->vantage != seen->sender) {
		passed->in++;
		return;
	}
	const uint8_t last = packet->chunk_count ? packet->chunks[packet->chunk_count - 1].type : 0xff;
	const bool has_data = last == CHUNK_DATA || last == CHUNK_I_DATA;
	passed->bunched += has_data && passed->out > 0 && seen->at_ns - passed->data_ns <= MOMENT_NS;
	passed->out++;
	if (has_data)
		passed->data_ns = seen->at_ns;
}

int referee_see(struct referee *referee, const struct seen *seen)
{
	const struct look look = {
		.packet = seen->packet,
		.source_port = port_of(&seen->packet->source),
		.destination_port = port_of(&seen->packet->destination),
		.source = address_of(&seen->packet->source),
		.destination = address_of(&seen->packet->destination),
		.sender = seen->sender,
		.exact = seen->exact,
	};
	int sender;
	count(referee, seen);
	struct association *association = associate(referee, &look, seen->at_ns, &sender);
	if (!association)
		return referee->status;
	touch(referee, association, seen->at_ns);
	referee_settle(referee, association, seen->at_ns);
	learn(association, &look, sender);
	struct step step = {
		.at_ns = seen->at_ns,
		.number = seen->number,
		.capture = seen->capture,
		.path = seen->path >= 0 ? seen->path : number_of_destination(&association->end[sender], &look),
		.packet = seen->packet,
		.referee = referee,
	};
	see(&step, association, sender, place_of(seen, association, sender));
	return referee->status;
}
