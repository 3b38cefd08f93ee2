/* SPDX-License-Identifier: Apache-2.0 */
/* referee.c - which association a packet belongs to, what it changes there, and what the rules say to it. */
#include "runner/referee/referee.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/referee/belonging.h"
#include "runner/referee/parts.h"

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

static bool is_of_tester(const struct step *step)
{
	const struct association *association = step->self ? step->self->association : NULL;
	return step->referee->testers && association &&
		step->referee->testers >> (step->self == &association->end[1]) & 1;
}

void referee_judge(struct step *step, enum rule_moment moment)
{
	const struct referee *referee = step->referee;
	size_t n_words = 0;
	step->moment = moment;
	if (referee->see)
		referee->see(referee->watcher, step);
	const uint64_t *set = step->presumed || is_of_tester(step) ? NULL : rule_set(moment, step->chunk, &n_words);
	for (size_t word = 0; word < n_words; word++)
		for (uint64_t bits = set[word]; bits; bits &= bits - 1) {
			step->rule_index = word * 64 + (size_t)__builtin_ctzll(bits);
			step->rule = referee->rules[step->rule_index];
			step->rule->judge(step);
		}
}

/* ------------------------------------------------------------------ associations */

/* Linux counts what it sends before an association that it keeps in another way then. */
static void note_crossing(struct association *association)
{
	association->has_crossed = true;
	association->end[0].counts.is_odd = association->end[1].counts.is_odd = true;
}

static struct association *add(struct referee *referee, const struct sight *sight, int64_t at_ns, int *sender)
{
	struct association *association = association_new(referee->n + 1, at_ns);
	if (!association) {
		referee->status = -ENOMEM;
		return NULL;
	}
	*sender = sight->sender < 0 ? 0 : sight->sender;
	association->end[*sender].port = sight->source_port;
	association->end[1 - *sender].port = sight->destination_port;
	association->end[*sender].met = sight->source;
	association->end[1 - *sender].met = sight->destination;
	for (unsigned i = 0; i < 2; i++) {
		association->end[i].exact = referee->exact >> i & 1;
		association->end[i].is_told = referee->told >> i & 1;
		association->end[i].has_all_messages = !referee->leaves_out_messages;
		association->end[i].parameters = *referee_parameters(referee, &association->end[i], (int)i);
		association->end[i].sent.all = &referee->sent_chunks;
		if (referee->backlog_ns > 0)
			association->end[i].backlog_ns = referee->backlog_ns;
		association->end[i].blind = referee->blind[i];
		association->end[i].counts.is_least = referee->blind[i] != 0;
		association->end[i].user.addresses = referee->addresses[i];
		association->end[i].user.n_addresses = referee->n_addresses[i];
		referee_know_socket(referee, &association->end[i], i);
	}
	for (int i = 0; i < 2; i++)
		asking_begin(referee, &association->end[i], i, i != *sender);
	association->tried_at_once = referee->connects[*sender];
	association->is_restart = belonging_is_one_up(referee, sight, *sender);
	if (sight->sender < 0) {
		association->end[*sender].exact = sight->exact >> SEEN_LEAVING & 1;
		association->end[1 - *sender].exact = sight->exact >> SEEN_ARRIVING & 1;
	}
	struct association **bucket = belonging_bucket(referee, sight->source_port, sight->destination_port);
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
	struct association **link = belonging_bucket(referee, association->end[0].port, association->end[1].port);
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

/* RFC 9260 section 8.4: it has the tag, but an address that is neither end's. */
static bool is_out_of_the_blue(const struct association *association, const struct sight *sight, int sender)
{
	const struct end *from = &association->end[sender], *to = &association->end[1 - sender];
	return from->has_init && to->has_init &&
		(!end_has_address(from, &sight->source) || !end_has_address(to, &sight->destination));
}

static struct association *associate(struct referee *referee, const struct sight *sight, int64_t at_ns, int *sender)
{
	const struct packet *packet = sight->packet;
	const bool init = packet->chunk_count && packet->chunks[0].type == CHUNK_INIT;
	bool crossing;
	struct association *association = belonging_find(referee, sight, sender, &crossing);
	/* A tester's wrong tag is meant so: whoever gets it is to take it for nothing (section 8.5). */
	if (association && !init && (referee->testers >> *sender & 1) &&
		!belonging_has_tag(association, sight, *sender)) {
		referee->strays++;
		return NULL;
	}
	if (crossing)
		note_crossing(association);
	if (association && referee->testers && !init && is_out_of_the_blue(association, sight, *sender)) {
		referee->strays++;
		return NULL;
	}
	if (association)
		return association;
	/* An answer to what belongs to nobody begins no association, nor does an INIT that says nothing. */
	if (!packet->chunk_count || packet_is_about_its_sender(packet) || (init && !packet->chunks[0].decoded)) {
		referee->strays++;
		return NULL;
	}
	/* Nor does one that was damaged under way, and has the ports of nobody. */
	if (sight->arrives && packet->sctp && !packet->unsummed && !packet_checksum_ok(packet)) {
		referee->strays++;
		return NULL;
	}
	if (referee->farewell)
		forget_old(referee, at_ns);
	association = add(referee, sight, at_ns, sender);
	if (association)
		association->from_the_start = init;
	return association;
}

/* A router may put other addresses in place of theirs: an end with a capture of its own knows those in that one. */
static void learn(struct association *association, const struct sight *sight, int sender, int place)
{
	struct end *from = &association->end[sender], *to = &association->end[1 - sender];
	const bool reflected = packet_is_about_its_sender(sight->packet);
	if (place != SEEN_LEAVING || !to->exact)
		end_destination(to, &sight->source);
	if (place != SEEN_ARRIVING || !from->exact)
		end_destination(from, &sight->destination);
	if (!to->tag_known && sight->packet->verification_tag && !reflected) {
		to->tag = sight->packet->verification_tag;
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
	struct association *each = *belonging_bucket(step->referee, association->end[0].port, association->end[1].port);
	for (; each; each = each->in_bucket)
		if (each->number < association->number && association_between_the_same(each, association))
			each->end[0].state = each->end[1].state = STATE_CLOSED;
}

/* The end of another association between the ports, which has to answer a COOKIE ECHO with SHUTDOWN ACK: that has the
 * tag of the old one, and is a packet of it (RFC 9260 section 5.2.4, action A). */
static struct end *owing_end(struct step *step)
{
	struct association *association = step->self->association;
	struct association *each = *belonging_bucket(step->referee, association->end[0].port, association->end[1].port);
	const int end = step->self == &association->end[1];
	for (; each; each = each->in_bucket)
		if (each->number > association->number && association_between_the_same(each, association) &&
			each->end[end].row == ROW_A && each->end[end].owed[ANSWER_SHUTDOWN_ACK].open)
			return &each->end[end];
	return NULL;
}

static void answer_for_another(struct step *step)
{
	struct end *owing = owing_end(step);
	if (!owing)
		return;
	step->self->row = owing->row;
	step->self->row_state = owing->row_state;
	answers_give(owing, step->chunk);
}

static void leaves(struct step *step)
{
	const struct packet *packet = step->packet;
	referee_judge(step, ON_PACKET);
	for (step->index = 0; step->index < packet->chunk_count; step->index++) {
		step->chunk = &packet->chunks[step->index];
		no_room_settle(step->self, step->chunk, step->at_ns);
		const enum cookie_row row = step->self->row;
		if (step->chunk->type == CHUNK_SHUTDOWN_ACK)
			answer_for_another(step);
		referee_judge(step, ON_SENDING);
		step->self->row = row;
		end_sends(step->self, packet, step->chunk, step->path, step->at_ns);
		if (step->self->struck.cause != STRIKE_NONE)
			judge_strike(step);
		if (step->chunk->type == CHUNK_COOKIE_ACK && step->self->association->is_restart)
			end_older(step);
		referee_judge(step, AFTER_SENDING);
	}
	end_sent_packet(step->self, packet, step->at_ns);
}

/* In which state the association is that a COOKIE ECHO is to replace; one that has ended meanwhile is not replaced.
 * Where a newer one has come since the tie-tags are nobody's: that is neither a restart nor a new one. */
static void note_restart(struct step *step)
{
	struct association *association = step->self->association;
	const struct association *each =
		*belonging_bucket(step->referee, association->end[0].port, association->end[1].port);
	const int end = step->self == &association->end[1];
	bool has_newer = false;
	association->restarts = STATE_CLOSED;
	for (; each; each = each->in_bucket) {
		if (!association_between_the_same(each, association) || each->end[end].state == STATE_CLOSED)
			continue;
		has_newer |= each->number > association->number;
		if (each->number > association->number)
			continue;
		association->restarts = each->end[end].state;
		return;
	}
	association->is_restart = has_newer;
}

/* An INIT with another tag comes to the association that there is: who has sent SHUTDOWN ACK answers with that (section
 * 9.2). */
static void note_init(const struct step *step)
{
	const struct association *association = step->self->association;
	const int end = step->self == &association->end[1];
	struct association *each = *belonging_bucket(step->referee, association->end[0].port, association->end[1].port);
	for (; each; each = each->in_bucket)
		if (association_between_the_same(each, association) && each->end[end].state != STATE_CLOSED)
			each->end[end].arrived_ns = step->at_ns;
}

static void arrives(struct step *step)
{
	const struct packet *packet = step->packet;
	if (packet->sctp && !packet->unsummed && !packet_checksum_ok(packet))
		return; /* dropped by whoever gets it */
	/* Handed on before anybody has filled in the sum: a stack in user space drops it, and that is not seen. */
	if (packet->unsummed && packet->checksum == 0 && packet->udp_destination != 0)
		step->self->exact = false;
	for (step->index = 0; step->index < packet->chunk_count; step->index++) {
		step->chunk = &packet->chunks[step->index];
		if (chunk_ends_reading(step->chunk) || chunk_is_broken(packet, step->chunk))
			break;
		referee_judge(step, ON_ARRIVAL);
		if (step->chunk->type == CHUNK_COOKIE_ECHO && step->self->association->is_restart)
			note_restart(step);
		if (step->chunk->type == CHUNK_INIT)
			note_init(step);
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

static int number_of_destination(struct end *from, const struct sight *sight)
{
	const struct destination *destination = end_known_destination(from, &sight->destination);
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
	/* CWR that has no room beside DATA is the first of such a bunch */
	if (has_data || last == CHUNK_CWR)
		passed->data_ns = seen->at_ns;
}

int referee_see(struct referee *referee, const struct seen *seen)
{
	const struct sight sight = sight_of(seen);
	int sender;
	count(referee, seen);
	struct association *association = associate(referee, &sight, seen->at_ns, &sender);
	if (!association)
		return referee->status;
	touch(referee, association, seen->at_ns);
	referee_settle(referee, association, seen->at_ns);
	const int place = place_of(seen, association, sender);
	learn(association, &sight, sender, place);
	struct step step = {
		.at_ns = seen->at_ns,
		.number = seen->number,
		.capture = seen->capture,
		.path = seen->path >= 0 ? seen->path : number_of_destination(&association->end[sender], &sight),
		.packet = seen->packet,
		.referee = referee,
	};
	see(&step, association, sender, place);
	return referee->status;
}
