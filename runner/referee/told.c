/* SPDX-License-Identifier: Apache-2.0 */
/* told.c - what happens besides packets: events and calls of sockets, links that go down, and time that passes. */
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/parts.h"

void referee_tell_parameters(struct referee *referee, int end, const struct parameters *parameters)
{
	referee->parameters[end] = *parameters;
}

void referee_tell_addresses(struct referee *referee, int end, const struct address *addresses, unsigned count)
{
	referee->addresses[end] = addresses;
	referee->n_addresses[end] = count;
}

void referee_tell_backlog(struct referee *referee, int64_t backlog_ns)
{
	referee->backlog_ns = backlog_ns;
}

void referee_expect_events(struct referee *referee, int end)
{
	referee->told |= 1U << end;
}

void referee_expect_few_messages(struct referee *referee)
{
	referee->leaves_out_messages = true;
}

void referee_expect_tester(struct referee *referee, int end)
{
	referee->testers |= 1U << end;
}

const struct parameters *referee_parameters(const struct referee *referee, const struct end *self, int end)
{
	for (unsigned i = 0; i < referee->n_by_port; i++)
		if (referee->by_port[i].end == end &&
			end_is_bound(self, referee->by_port[i].port, referee->by_port[i].bound))
			return &referee->by_port[i].parameters;
	return &referee->parameters[end];
}

void referee_expect_calls(struct referee *referee)
{
	referee->tells_calls = true;
}

void referee_expect_no_more(struct referee *referee, int64_t at_ns)
{
	referee->told = 0;
	referee->tells_calls = false;
	for (struct association *each = referee->all; each; each = each->next) {
		referee_settle(referee, each, at_ns);
		for (unsigned i = 0; i < 2; i++) {
			each->end[i].is_told = each->end[i].user.known = false;
		}
	}
}

/* ---- What should have happened ---- */

static struct step step_at(struct referee *referee, struct end *self, int64_t at_ns)
{
	return (struct step){ .referee = referee, .self = self, .at_ns = at_ns, .path = -1 };
}

static void miss(struct referee *referee, struct end *self, struct destination *destination, struct due *due,
	enum event_kind kind, int64_t now_ns)
{
	if (!due->open || !due->obliged || self->asking.pauses || now_ns - due->since_ns <= EVENT_NS)
		return;
	struct step step = step_at(referee, self, due->since_ns);
	step.destination = destination;
	step.kind = kind;
	step.since_ns = due->since_ns;
	due->open = false;
	referee_judge(&step, ON_MISSED);
}

static void settle_events(struct referee *referee, struct end *self, int64_t now_ns)
{
	for (enum event_kind kind = 0; kind < EVENT_KINDS; kind++) {
		miss(referee, self, NULL, &self->due_to_tell[kind], kind, now_ns);
		for (unsigned i = 0; i < self->n_destinations; i++)
			miss(referee, self, &self->destinations[i], &self->destinations[i].due[kind], kind, now_ns);
	}
}

static int64_t latest(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static int64_t t3_by(const struct end *self, const struct destination *destination)
{
	const struct timer *t3 = &destination->t3;
	int64_t since_ns = t3->since_ns.high, length_ns = t3->length_ns.high;
	if (!t3->runs || destination->outstanding == 0 || destination->unseen || destination->in_doubt ||
		!self->parameters.known || self->state != STATE_ESTABLISHED)
		return INT64_MAX;
	/* what sets it anew in loss recovery is a SACK, or DATA that leaves; or it runs since before */
	if (self->recovers) {
		since_ns = latest(since_ns, latest(self->arrived_ns, latest(self->resent_ns, destination->data_ns)));
		length_ns = latest(length_ns, latest(destination->rto.ns.high, destination->longest_ns));
	}
	return since_ns + length_ns + timer_lateness(length_ns);
}

static void overdue(struct referee *referee, struct end *self, struct destination *destination, int64_t by_ns, bool t3)
{
	struct step step = step_at(referee, self, by_ns);
	step.destination = destination;
	step.since_ns = by_ns;
	step.is_t3 = t3;
	referee_judge(&step, ON_OVERDUE);
}

static void settle_timers(struct referee *referee, struct end *self, int64_t now_ns)
{
	for (unsigned i = 0; i < self->n_destinations; i++) {
		struct destination *each = &self->destinations[i];
		const int64_t heartbeat_by = failure_held_back_by(self, each), rtx_by = t3_by(self, each);
		if (now_ns > heartbeat_by) {
			overdue(referee, self, each, heartbeat_by, false);
			failure_rest(each, now_ns);
		}
		if (now_ns > rtx_by) {
			if (end_waits_for(self, i))
				overdue(referee, self, each, rtx_by, true);
			each->t3.runs = false;
		}
	}
}

static void settle_answers(struct referee *referee, struct end *self, int64_t now_ns)
{
	struct owed owed;
	for (int answer; (answer = answers_overdue(self, now_ns, &owed)) >= 0;) {
		struct step step = step_at(referee, self, owed.since_ns);
		step.answer = (enum answer)answer;
		step.reasons = owed.reasons;
		step.since_ns = owed.since_ns;
		referee_judge(&step, ON_UNANSWERED);
	}
}

void referee_settle(struct referee *referee, struct association *association, int64_t now_ns)
{
	for (unsigned i = 0; i < 2; i++) {
		struct end *self = &association->end[i];
		if (self->is_told)
			settle_events(referee, self, now_ns);
		if (self->exact && self->parameters.known)
			settle_timers(referee, self, now_ns);
		if (self->owes)
			settle_answers(referee, self, now_ns);
	}
}

void referee_end(struct referee *referee, int64_t at_ns)
{
	for (struct association *each = referee->all; each; each = each->next) {
		referee_settle(referee, each, at_ns);
		for (unsigned i = 0; i < 2; i++) {
			struct step step = step_at(referee, &each->end[i], at_ns);
			referee_judge(&step, AT_END);
		}
	}
}

/* ---- Events ---- */

enum { WHOLE = 3 }; /* the B and E bits */

static bool is_of_socket(const struct association *association, const struct event *event)
{
	return end_is_bound(&association->end[event->end], event->port, event->bound);
}

/* The association whose user has got a message: the one with that id, or the only one of its port. NULL: there are
 * several, of which nobody can say any more what was delivered. */
static struct association *association_of_message(struct referee *referee, const struct event *event)
{
	for (struct association *each = referee->all; each && event->assoc_id != 0; each = each->next) {
		const struct end *self = &each->end[event->end];
		if (end_is_bound(self, event->port, event->bound) && self->id_known &&
			self->assoc_id == event->assoc_id && self->is_told)
			return each;
	}
	struct association *only = NULL;
	unsigned n = 0;
	for (struct association *each = referee->all; each; each = each->next)
		if (is_of_socket(each, event) && each->end[event->end].established_ns >= 0) {
			only = each;
			n++;
		}
	for (struct association *each = referee->all; each && n > 1; each = each->next)
		each->end[event->end].delivery.lost |= is_of_socket(each, event);
	return n == 1 && only->end[event->end].is_told ? only : NULL;
}

/* The association of a socket's event: the one with that id; or, of those of that port that have none yet, the one for
 * which such an event has been due for longest, or the newest one. */
static struct association *association_of(struct referee *referee, const struct event *event)
{
	struct association *newest = NULL, *waiting = NULL;
	for (struct association *each = referee->all; each; each = each->next) {
		const struct end *self = &each->end[event->end];
		const struct due *due = &self->due_to_tell[event->kind];
		if (!is_of_socket(each, event) || !self->is_told || self->asking.pauses)
			continue;
		if (self->id_known) {
			if (self->assoc_id == event->assoc_id && event->kind != EVENT_RESTART)
				return each;
			continue;
		}
		newest = each;
		if (due->open &&
			(!waiting || due->since_ns < waiting->end[event->end].due_to_tell[event->kind].since_ns))
			waiting = each;
	}
	return waiting ? waiting : newest;
}

static void adopt(struct referee *referee, struct end *self, const struct event *event)
{
	for (struct association *each = referee->all; each; each = each->next)
		if (event->kind == EVENT_RESTART && is_of_socket(each, event) &&
			each->end[event->end].assoc_id == event->assoc_id)
			each->end[event->end].is_told = false;
	self->is_told = true;
	self->id_known = true;
	self->assoc_id = event->assoc_id;
}

/* What an event says of the state of a path, where that was not certain. */
static void believe(struct destination *destination, enum event_kind kind, int64_t at_ns)
{
	static const enum reach reaches[EVENT_KINDS] = {
		[EVENT_ADDR_AVAILABLE] = REACH_ACTIVE,
		[EVENT_ADDR_CONFIRMED] = REACH_ACTIVE,
		[EVENT_ADDR_UNREACHABLE] = REACH_INACTIVE,
		[EVENT_ADDR_POTENTIALLY_FAILED] = REACH_POTENTIALLY_FAILED,
	};
	if (reaches[kind] == REACH_UNKNOWN || destination->reach == reaches[kind])
		return;
	destination->reach = reaches[kind];
	destination->reach_ns = at_ns;
	failure_rest(destination, at_ns);
}

static bool is_about_an_address(enum event_kind kind)
{
	return kind == EVENT_ADDR_AVAILABLE || kind == EVENT_ADDR_UNREACHABLE ||
		kind == EVENT_ADDR_POTENTIALLY_FAILED || kind == EVENT_ADDR_CONFIRMED;
}

/* An address was made primary, by the peer or by Primary.Switchover.Max.Retrans, or is gone. */
static void doubt_primary(struct end *self, const struct event *event)
{
	if (self->primary < 0 || !event->has_address ||
		!address_equal(&self->destinations[self->primary].address, &event->address))
		self->primary = -1;
}

/* Messages that are sent and not acknowledged; in gap blocks they may be so or not. */
static struct span unacknowledged(const struct end *self)
{
	struct span messages = { 0, (int64_t)self->sent.n };
	for (size_t i = 0; i < self->sent.n; i++) {
		const struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		messages.low += each && !each->acknowledged && !each->abandoned && each->to >= 0 &&
			(each->flags & WHOLE) == WHOLE;
		if (each && (each->flags & WHOLE) != WHOLE)
			messages.high = MANY;
	}
	return messages;
}

static void note_end(struct end *self, const struct event *event)
{
	if (event->kind == EVENT_SEND_FAILED || event->kind == EVENT_SEND_FAILED_EVENT)
		self->failed += self->is_told_over && !event->unsent;
	if (event->kind != EVENT_COMM_LOST && event->kind != EVENT_SHUTDOWN_COMP && event->kind != EVENT_CANT_ASSOC)
		return;
	self->is_told_over = true;
	self->told_over = event->kind;
	self->told_over_ns = event->at_ns;
	self->to_fail = unacknowledged(self);
}

void referee_tell_event(struct referee *referee, const struct event *event)
{
	struct association *association =
		event->kind == EVENT_MESSAGE ? association_of_message(referee, event) : association_of(referee, event);
	if (!association)
		return;
	struct end *self = &association->end[event->end];
	if (event->kind == EVENT_SEND_FAILED_EVENT && asking_is_told(self, EVENT_SEND_FAILED))
		return; /* the other one tells the same */
	if ((!self->id_known && event->kind != EVENT_MESSAGE) || event->kind == EVENT_RESTART)
		adopt(referee, self, event);
	referee_settle(referee, association, event->at_ns);
	struct step step = step_at(referee, self, event->at_ns);
	if (event->has_address && is_about_an_address(event->kind))
		step.destination = end_destination(self, &event->address);
	struct due *due = step.destination ? &step.destination->due[event->kind] : &self->due_to_tell[event->kind];
	const bool has_waited = event->at_ns <= self->asking.caught_up_by_ns;
	self->delivery.lost |= event->untold;
	if (event->kind == EVENT_MESSAGE)
		no_room_read(self, event->stream, event->ppid, event->at_ns);
	step.event = event;
	step.kind = event->kind == EVENT_SEND_FAILED_EVENT ? EVENT_SEND_FAILED : event->kind;
	step.has_cause = due->open || has_waited;
	step.since_ns = due->since_ns;
	due->open &= !due->obliged;
	referee_judge(&step, ON_EVENT);
	if (event->kind == EVENT_ADDR_OTHER)
		doubt_primary(self, event);
	note_end(self, event);
	if (event->kind == EVENT_MESSAGE) {
		buffer_read(self, event->size);
		answers_owe_window(self, event->at_ns);
	}
	if (step.destination && !has_waited)
		believe(step.destination, event->kind, event->at_ns);
}

/* ---- Calls and links ---- */

static void note_open(struct referee *referee, const struct call *call)
{
	unsigned *n = &referee->n_sockets[call->end];
	if (*n < SOCKETS)
		referee->sockets[call->end][(*n)++] = (struct open_socket){
			.port = call->port, .where = call->bound, .nagle = call->nagle, .bound = call->addresses
		};
	else
		referee->tells_calls = false;
}

void referee_know_socket(const struct referee *referee, struct end *self, unsigned end)
{
	for (unsigned i = referee->n_sockets[end]; i-- > 0;) {
		const struct open_socket *socket = &referee->sockets[end][i];
		if (!end_is_bound(self, socket->port, socket->where))
			continue;
		self->user.known = referee->tells_calls && !socket->is_changed;
		self->user.nagle = socket->nagle;
		self->user.bound = socket->bound;
		return;
	}
}

static void note_send(struct end *self, const struct call *call)
{
	if (self->id_known && self->assoc_id == call->assoc_id && call->size > 0) {
		answers_owe_data(self, call->size, call->at_ns);
		self->user.octets += call->size;
		self->user.limits |= call->limited;
	}
	user_cause(&self->user, self->backlog_ns, call->at_ns);
}

static void set_primary(struct end *self, const struct call *call)
{
	self->primary = -1;
	for (unsigned i = 0; i < self->n_destinations; i++)
		if (address_equal(&self->destinations[i].address, &call->address))
			self->primary = (int)i;
	self->primary_ns = call->at_ns;
}

/* What the numbers of the association show of it (told_numbers.c). */
static void note_call(struct end *self, const struct call *call)
{
	self->asked_to_end |= (call->kind == CALL_EOF || call->kind == CALL_SHUT_BOTH) && self->id_known &&
		self->assoc_id == call->assoc_id;
}

static void change_all(struct parameters *parameters, const struct call *call)
{
	for (unsigned i = 0; i < call->n_changes; i++)
		parameters_change(parameters, &call->changes[i]);
}

static bool changes(const struct call *call, enum parameter what)
{
	for (unsigned i = 0; i < call->n_changes; i++)
		if (call->changes[i].what == what)
			return true;
	return false;
}

/* What associations to come are told. */
static void change_future(struct referee *referee, const struct call *call)
{
	const struct port_parameters before = { call->end, call->port, call->bound, referee->parameters[call->end] };
	unsigned place = 0;
	if (call->port == 0) {
		change_all(&referee->parameters[call->end], call);
		for (unsigned i = 0; i < referee->n_by_port; i++)
			if (referee->by_port[i].end == call->end)
				change_all(&referee->by_port[i].parameters, call);
		return;
	}
	while (place < referee->n_by_port &&
		(referee->by_port[place].end != call->end || referee->by_port[place].port != call->port ||
			referee->by_port[place].bound != call->bound))
		place++;
	if (place == PORTS_MAX) { /* no room: rules wait at that end */
		referee->parameters[call->end].known = false;
		return;
	}
	if (place == referee->n_by_port)
		referee->by_port[referee->n_by_port++] = before;
	change_all(&referee->by_port[place].parameters, call);
}

/* A timer that runs already, or errors that were counted, are as they were told before; rules wait from here on. */
static void change_current(struct end *self, const struct call *call)
{
	if (!call->is_current || call->n_changes == 0 ||
		(call->assoc_id != 0 && self->id_known && self->assoc_id != call->assoc_id))
		return;
	self->parameters.known = false;
	self->parameters.sacks_unknown |= changes(call, PARAMETER_SACK_DELAY) || changes(call, PARAMETER_OF_SACKS);
}

/* It may be one that changes when DATA leaves, whether it is given up, or which addresses there are. */
static void forget_user(struct referee *referee, const struct call *call)
{
	for (unsigned i = 0; i < referee->n_sockets[call->end]; i++) {
		struct open_socket *socket = &referee->sockets[call->end][i];
		socket->is_changed |= call->port == 0 || (socket->port == call->port && socket->where == call->bound);
	}
	for (struct association *each = referee->all; each; each = each->next)
		if (call->port == 0 || end_is_bound(&each->end[call->end], call->port, call->bound))
			each->end[call->end].user.known = false;
}

static void note_option(struct referee *referee, const struct call *call)
{
	const bool of_events = changes(call, PARAMETER_OF_EVENTS);
	if (call->is_future)
		change_future(referee, call);
	forget_user(referee, call);
	if (of_events)
		referee->told &= ~(1U << call->end);
	for (struct association *each = referee->all; each; each = each->next) {
		struct end *self = &each->end[call->end];
		if (!end_is_bound(self, call->port, call->bound))
			continue;
		if (of_events)
			self->is_told = false;
		else
			change_current(self, call);
	}
}

void referee_tell_call(struct referee *referee, const struct call *call)
{
	if (call->kind == CALL_OPTION) {
		note_option(referee, call);
		return;
	}
	if (call->kind == CALL_BIND)
		forget_user(referee, call);
	asking_note(referee, call);
	if (call->kind == CALL_CONNECT)
		referee->connects[call->end] = (uint16_t)call->addresses;
	if (call->kind == CALL_OPEN)
		note_open(referee, call);
	for (struct association *each = referee->all; each; each = each->next) {
		struct end *self = &each->end[call->end];
		if (!end_is_bound(self, call->port, call->bound))
			continue;
		if (call->kind == CALL_PRIMARY_ADDR && (!self->id_known || self->assoc_id == call->assoc_id))
			set_primary(self, call);
		note_call(self, call);
		if (call->kind == CALL_SEND)
			note_send(self, call);
		if (call->kind == CALL_ABORT && self->id_known && self->assoc_id == call->assoc_id)
			failure_due(self, NULL, EVENT_COMM_LOST, false, call->at_ns);
	}
}

void referee_tell_blindness(struct referee *referee, const struct blindness *blindness)
{
	referee->blind[blindness->end] = blindness->over ? referee->blind[blindness->end] & ~(1U << blindness->path)
							 : referee->blind[blindness->end] | 1U << blindness->path;
	for (struct association *each = referee->all; each; each = each->next)
		failure_blind(&each->end[blindness->end], blindness);
}
