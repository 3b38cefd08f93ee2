/* SPDX-License-Identifier: Apache-2.0 */
/* referee.c - which association a packet belongs to, what it changes there, and what the rules say to it. */
#include "runner/referee/referee.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096, FLAG_T = 1 };

/* What a rule has come to. */
struct record {
	uint64_t applied;
	size_t found; /* findings kept, in the association that is judged at the moment */
	unsigned association;
};

struct referee {
	unsigned exact;
	struct association *buckets[BUCKETS]; /* by ports; the newest first */
	struct association *all, **last;      /* as they were met */
	unsigned n;
	const struct rule *const *rules;
	size_t n_rules;
	struct record *records; /* one for each rule */
	struct finding *findings;
	size_t n_findings, room;
	uint64_t strays;
	int status; /* -ENOMEM: sticks */
};

struct referee *referee_new(unsigned exact)
{
	struct referee *referee = calloc(1, sizeof(*referee));
	if (!referee)
		return NULL;
	referee->exact = exact;
	referee->last = &referee->all;
	referee->rules = rule_all(&referee->n_rules);
	referee->records = calloc(referee->n_rules + 1, sizeof(*referee->records));
	if (!referee->records) {
		free(referee);
		return NULL;
	}
	return referee;
}

void referee_free(struct referee *referee)
{
	if (!referee)
		return;
	for (struct association *next, *each = referee->all; each; each = next) {
		next = each->next;
		association_free(each);
	}
	for (size_t i = 0; i < referee->n_findings; i++) {
		free(referee->findings[i].expected);
		free(referee->findings[i].got);
	}
	free(referee->findings);
	free(referee->records);
	free(referee);
}

/* ------------------------------------------------------------------ findings */

static size_t index_of(const struct referee *referee, const struct rule *rule)
{
	size_t i = 0;
	while (i < referee->n_rules && referee->rules[i] != rule)
		i++;
	return i;
}

static struct finding *last_finding_of(struct referee *referee, const struct rule *rule, unsigned association)
{
	for (size_t i = referee->n_findings; i > 0; i--)
		if (referee->findings[i - 1].rule == rule && referee->findings[i - 1].association == association)
			return &referee->findings[i - 1];
	return NULL;
}

static void keep_finding(struct step *step, const char *expected, char *got)
{
	struct referee *referee = step->referee;
	if (referee->n_findings == referee->room) {
		const size_t room = referee->room ? 2 * referee->room : 16;
		struct finding *more = realloc(referee->findings, room * sizeof(*more));
		if (!more) {
			free(got);
			referee->status = -ENOMEM;
			return;
		}
		referee->findings = more;
		referee->room = room;
	}
	referee->findings[referee->n_findings++] = (struct finding){
		.rule = step->rule,
		.at_ns = step->at_ns,
		.association = step->self->association->number,
		.number = step->number,
		.path = step->path,
		.end = step->self == &step->self->association->end[1],
		.expected = strdup(expected),
		.got = got,
		.times = 1,
	};
}

void must(struct step *step, bool holds, const char *expected, const char *got, ...)
{
	struct record *record = &step->referee->records[step->rule_index];
	record->applied++;
	if (holds)
		return;
	const unsigned association = step->self->association->number;
	if (record->association != association)
		record->found = 0;
	record->association = association;
	if (record->found == FINDINGS_OF_A_RULE) {
		struct finding *last = last_finding_of(step->referee, step->rule, association);
		if (last)
			last->times++;
		return;
	}
	record->found++;
	char *words = NULL;
	va_list arguments;
	va_start(arguments, got);
	if (vasprintf(&words, got, arguments) < 0)
		words = NULL;
	va_end(arguments);
	keep_finding(step, expected, words);
}

size_t referee_findings(const struct referee *referee, const struct finding **out)
{
	*out = referee->findings;
	return referee->n_findings;
}

uint64_t referee_applied(const struct referee *referee, const struct rule *rule)
{
	return referee->records[index_of(referee, rule)].applied;
}

const struct association *referee_associations(const struct referee *referee)
{
	return referee->all;
}

uint64_t referee_strays(const struct referee *referee)
{
	return referee->strays;
}

/* ------------------------------------------------------------------ rules */

static bool looks_at(const struct rule *rule, enum rule_moment moment, const struct chunk *chunk)
{
	if (!(rule->on & moment))
		return false;
	if (!chunk || !rule->chunks)
		return true;
	for (const uint8_t *type = rule->chunks; *type != RULE_CHUNKS_END; type++)
		if (*type == chunk->type)
			return true;
	return false;
}

static void judge(struct step *step, enum rule_moment moment)
{
	const struct referee *referee = step->referee;
	step->moment = moment;
	for (size_t i = 0; i < referee->n_rules; i++) {
		if (!looks_at(referee->rules[i], moment, step->chunk))
			continue;
		step->rule = referee->rules[i];
		step->rule_index = i;
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
	for (unsigned i = 0; i < 2; i++)
		association->end[i].exact = referee->exact >> i & 1;
	struct association **bucket = &referee->buckets[bucket_of(look->source_port, look->destination_port)];
	association->in_bucket = *bucket;
	*bucket = association;
	*referee->last = association;
	referee->last = &association->next;
	referee->n++;
	return association;
}

static struct association *associate(struct referee *referee, const struct look *look, int64_t at_ns, int *sender)
{
	const struct packet *packet = look->packet;
	const bool init = packet->chunk_count && packet->chunks[0].type == CHUNK_INIT;
	struct association *association = find(referee, look, tag_fits, sender);
	if (!association && !init)
		association = find(referee, look, addresses_fit, sender);
	if (!association && !init)
		association = find(referee, look, is_between_its_ends, sender);
	if (association)
		return association;
	/* An answer to what belongs to nobody begins no association. */
	if (!packet->chunk_count || is_about_a_tag_of_the_sender(packet)) {
		referee->strays++;
		return NULL;
	}
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

static void leaves(struct step *step)
{
	const struct packet *packet = step->packet;
	judge(step, ON_PACKET);
	for (step->index = 0; step->index < packet->chunk_count; step->index++) {
		step->chunk = &packet->chunks[step->index];
		judge(step, ON_SENDING);
		end_sends(step->self, packet, step->chunk, step->path, step->at_ns);
		judge(step, AFTER_SENDING);
	}
}

static void arrives(struct step *step)
{
	const struct packet *packet = step->packet;
	if (packet->sctp && !packet->truncated && !packet_checksum_ok(packet))
		return; /* dropped by whoever gets it */
	for (step->index = 0; step->index < packet->chunk_count; step->index++) {
		step->chunk = &packet->chunks[step->index];
		judge(step, ON_ARRIVAL);
		end_receives(step->self, packet, step->chunk, step->at_ns);
		judge(step, AFTER_ARRIVAL);
	}
	end_received_packet(step->self, packet, step->at_ns);
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
	};
	int sender;
	struct association *association = associate(referee, &look, seen->at_ns, &sender);
	if (!association)
		return referee->status;
	association->last_ns = seen->at_ns;
	learn(association, &look, sender);
	struct step step = {
		.at_ns = seen->at_ns,
		.number = seen->number,
		.path = seen->path,
		.packet = seen->packet,
		.referee = referee,
	};
	/* In the sender's own capture it leaves; in the receiver's it arrives, and where the sender has none this is
	 * the only sight of it. */
	const bool arrived = seen->vantage >= 0 && seen->vantage != sender;
	if (!arrived || !association->end[sender].exact) {
		step.self = &association->end[sender];
		leaves(&step);
		step.chunk = NULL;
	}
	if (arrived) {
		step.self = &association->end[1 - sender];
		arrives(&step);
	}
	return referee->status;
}
