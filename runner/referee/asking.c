/* SPDX-License-Identifier: Apache-2.0 */
/* asking.c - see asking.h. */
#include "runner/referee/parts.h"

/* Of those that gen_sctp subscribes to at first only this one is of interest. */
#define AT_FIRST_UNTOLD (1U << EVENT_SEND_FAILED_EVENT)

static const struct asker *find(const struct referee *referee, const struct end *self, int end)
{
	for (unsigned i = 0; i < referee->n_askers; i++)
		if (referee->askers[i].end == end &&
			end_is_bound(self, referee->askers[i].port, referee->askers[i].bound))
			return &referee->askers[i];
	return NULL;
}

/* NULL: there is no room. */
static struct asker *find_or_add(struct referee *referee, const struct call *call)
{
	for (unsigned i = 0; i < referee->n_askers; i++) {
		struct asker *each = &referee->askers[i];
		if (each->end == call->end && each->port == call->port && each->bound == call->bound)
			return each;
	}
	if (referee->n_askers == ASKERS_MAX)
		return NULL;
	struct asker *added = &referee->askers[referee->n_askers++];
	*added =
		(struct asker){ .end = call->end, .port = call->port, .bound = call->bound, .untold = AT_FIRST_UNTOLD };
	return added;
}

void asking_begin(struct referee *referee, struct end *self, int end, bool is_asked)
{
	const struct asker *asker = find(referee, self, end);
	self->asking = (struct asking){ .untold = asker ? asker->untold : AT_FIRST_UNTOLD, .caught_up_by_ns = -1 };
	if (!asker)
		return;
	self->asking.waits_for_accept = asker->accepts && is_asked;
	self->asking.pauses = asker->pauses || self->asking.waits_for_accept;
}

bool asking_is_told(const struct end *self, unsigned kind)
{
	return (self->asking.untold >> kind & 1) == 0;
}

/* What has been due meanwhile comes now. */
static void catch_up(struct end *self, int64_t at_ns)
{
	self->asking.pauses = false;
	self->asking.caught_up_by_ns = at_ns + EVENT_NS;
	for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++) {
		self->due_to_tell[kind].since_ns = at_ns;
		for (unsigned i = 0; i < self->n_destinations; i++)
			self->destinations[i].due[kind].since_ns = at_ns;
	}
}

/* Whether the call is on the socket of this association. */
static bool is_its_socket(const struct end *self, const struct call *call)
{
	if (!end_is_bound(self, call->port, call->bound))
		return false;
	return call->assoc_id != 0 ? self->id_known && self->assoc_id == call->assoc_id : !self->asking.has_own_socket;
}

static void subscribe(struct end *self, const struct call *call)
{
	if (call->on) {
		self->asking.untold &= ~call->kinds;
		return;
	}
	self->asking.untold |= call->kinds;
	for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++) {
		if (!(call->kinds >> kind & 1))
			continue;
		self->due_to_tell[kind].open = false;
		for (unsigned i = 0; i < self->n_destinations; i++)
			self->destinations[i].due[kind].open = false;
	}
}

static void note_subscription(struct referee *referee, const struct call *call)
{
	const bool is_special = call->assoc_id <= ALL_ASSOCIATIONS;
	struct asker *asker = is_special && call->assoc_id != CURRENT_ASSOCIATIONS ? find_or_add(referee, call) : NULL;
	if (asker)
		asker->untold = call->on ? asker->untold & ~call->kinds : asker->untold | call->kinds;
	for (struct association *each = referee->all; each; each = each->next) {
		struct end *self = &each->end[call->end];
		if (!end_is_bound(self, call->port, call->bound) ||
			(is_special && call->assoc_id == FUTURE_ASSOCIATIONS) ||
			(!is_special && !(self->id_known && self->assoc_id == call->assoc_id)))
			continue;
		subscribe(self, call);
	}
}

/* accept(2) gives the association that has waited longest. */
static void note_accept(struct referee *referee, const struct call *call)
{
	for (struct association *each = referee->all; each; each = each->next) {
		struct end *self = &each->end[call->end];
		if (!end_is_bound(self, call->port, call->bound) || !self->asking.waits_for_accept ||
			self->established_ns < 0)
			continue;
		self->asking.waits_for_accept = false;
		self->asking.has_own_socket = true;
		catch_up(self, call->at_ns);
		return;
	}
}

static void note_of_association(struct end *self, const struct call *call)
{
	switch (call->kind) {
	case CALL_PEELOFF:
		self->asking.has_own_socket |= self->id_known && self->assoc_id == call->assoc_id;
		break;
	case CALL_SEND:
		self->asking.names_addresses |= call->over && is_its_socket(self, call);
		break;
	case CALL_SHUT_READ:
	case CALL_SHUT_BOTH:
		self->delivery.lost |= is_its_socket(self, call);
		if (call->kind == CALL_SHUT_BOTH && is_its_socket(self, call))
			self->is_told = false;
		break;
	case CALL_READING:
		if (is_its_socket(self, call) && call->on)
			catch_up(self, call->at_ns);
		else if (is_its_socket(self, call))
			self->asking.pauses = true;
		break;
	case CALL_CLOSE: /* a socket that is closed gives no more events */
		if (is_its_socket(self, call))
			self->is_told = false;
		break;
	default:
		break;
	}
}

void asking_note(struct referee *referee, const struct call *call)
{
	struct asker *asker = call->kind == CALL_LISTEN || (call->kind == CALL_READING && call->assoc_id == 0)
		? find_or_add(referee, call)
		: NULL;
	if (asker && call->kind == CALL_LISTEN)
		asker->accepts = true;
	else if (asker)
		asker->pauses = !call->on;
	if (call->kind == CALL_SUBSCRIBE)
		note_subscription(referee, call);
	if (call->kind == CALL_ACCEPT)
		note_accept(referee, call);
	for (struct association *each = referee->all; each; each = each->next)
		if (end_is_bound(&each->end[call->end], call->port, call->bound))
			note_of_association(&each->end[call->end], call);
}
