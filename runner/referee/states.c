/* SPDX-License-Identifier: Apache-2.0 */
/* states.c - see states.h. */
#include "runner/referee/states.h"

#include "runner/referee/failure.h"

enum { STALE_COOKIE = 3, RESTART_WITH_NEW_ADDRESSES = 11, USER_INITIATED_ABORT = 12 }; /* causes (section 3.3.10) */

const char *state_name(enum state state)
{
	static const char *const names[STATES] = {
		[STATE_UNKNOWN] = "unknown",
		[STATE_CLOSED] = "CLOSED",
		[STATE_COOKIE_WAIT] = "COOKIE-WAIT",
		[STATE_COOKIE_ECHOED] = "COOKIE-ECHOED",
		[STATE_ESTABLISHED] = "ESTABLISHED",
		[STATE_SHUTDOWN_PENDING] = "SHUTDOWN-PENDING",
		[STATE_SHUTDOWN_SENT] = "SHUTDOWN-SENT",
		[STATE_SHUTDOWN_RECEIVED] = "SHUTDOWN-RECEIVED",
		[STATE_SHUTDOWN_ACK_SENT] = "SHUTDOWN-ACK-SENT",
	};
	return names[state];
}

static void enter(struct end *self, enum state state, int64_t at_ns)
{
	if (self->state == state)
		return;
	self->state = state;
	self->state_ns = at_ns;
}

bool end_is_connecting(const struct end *self)
{
	return self->state == STATE_COOKIE_WAIT || self->state == STATE_COOKIE_ECHOED;
}

/* An ABORT or SHUTDOWN COMPLETE ends it, and its user is told (RFC 9260 section 11.2; RFC 6458 section 6.1.1). */
static void end_association(struct end *self, uint8_t by, int64_t at_ns)
{
	const bool is_up = self->established_ns >= 0;
	if (self->state == STATE_CLOSED || self->state == STATE_UNKNOWN)
		return;
	if (by == CHUNK_SHUTDOWN_COMPLETE)
		failure_due(self, NULL, EVENT_SHUTDOWN_COMP, self->state >= STATE_SHUTDOWN_SENT, at_ns);
	else
		failure_due(self, NULL, is_up ? EVENT_COMM_LOST : EVENT_CANT_ASSOC, is_up, at_ns);
	enter(self, STATE_CLOSED, at_ns);
}

/* For what comes from or to an address that ASCONF has taken away: the association lives on. */
static bool is_out_of_the_blue(const struct end *self, const struct chunk *chunk)
{
	enum { FLAG_T = 1 };
	return self->association->readdressed && (chunk->flags & FLAG_T);
}

/* For an INIT that adds an address in COOKIE-ECHOED: the setup goes on (section 5.2.1). */
static bool refuses_an_init(const struct end *self, const struct chunk *chunk)
{
	return self->state == STATE_COOKIE_ECHOED && chunk->decoded && chunk->error.cause == RESTART_WITH_NEW_ADDRESSES;
}

/* RFC 9260 sections 8.5.1 and 9.2: what an end sends before it has begun to shut down answers a SHUTDOWN ACK that is
 * none of the association's. */
static bool may_complete(const struct end *self)
{
	return self->state >= STATE_SHUTDOWN_SENT;
}

/* And before its SHUTDOWN ACK it ignores what comes, if all is known that it has sent. */
static bool is_completed(const struct end *self)
{
	return self->exact ? self->state == STATE_SHUTDOWN_ACK_SENT : may_complete(self);
}

void end_changes_by_sending(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	switch (chunk->type) {
	case CHUNK_INIT:
		enter(self, STATE_COOKIE_WAIT, at_ns);
		break;
	case CHUNK_COOKIE_ECHO:
		enter(self, STATE_COOKIE_ECHOED, at_ns);
		break;
	case CHUNK_COOKIE_ACK:
		if (self->cookie)
			self->peers_tag = self->cookie->peers_tag;
		if (self->established_ns < 0) {
			const bool again = self->association->is_restart;
			/* whose own INIT is under way has a user who has named addresses */
			const bool connects = end_is_connecting(self);
			failure_begin(
				self, connects ? self->init.destination : self->init_ack_to, again || connects, at_ns);
			if (again)
				self->primary = -1; /* that of the association before, or not */
			failure_due(self, NULL, again ? EVENT_RESTART : EVENT_COMM_UP, true, at_ns);
		}
		if (self->state != STATE_SHUTDOWN_PENDING)
			enter(self, STATE_ESTABLISHED, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		enter(self, STATE_SHUTDOWN_SENT, at_ns);
		break;
	case CHUNK_SHUTDOWN_ACK:
		enter(self, STATE_SHUTDOWN_ACK_SENT, at_ns);
		break;
	case CHUNK_ABORT:
		if (is_out_of_the_blue(self, chunk) || refuses_an_init(self, chunk))
			break;
		self->counts.t3.high++; /* it may be T3-rtx that has given it up */
		self->gives_up = chunk->decoded && chunk->error.cause != USER_INITIATED_ABORT &&
			self->shutdown.count == 0 && at_ns - self->arrived_ns > self->backlog_ns;
		end_association(self, chunk->type, at_ns);
		break;
	case CHUNK_SHUTDOWN_COMPLETE:
		if (may_complete(self))
			end_association(self, chunk->type, at_ns);
		break;
	default:
		break;
	}
}

void end_changes_by_receiving(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	switch (chunk->type) {
	case CHUNK_COOKIE_ACK:
		if (self->state != STATE_COOKIE_ECHOED)
			break;
		if (self->established_ns < 0) {
			failure_begin(
				self, self->cookie_echo.destination, self->association->tried_at_once != 1, at_ns);
			failure_due(self, NULL, EVENT_COMM_UP, true, at_ns);
		}
		enter(self, STATE_ESTABLISHED, at_ns);
		break;
	case CHUNK_ERROR:
		/* it begins again, or gives up (section 5.2.6) */
		if (chunk->decoded && chunk->error.cause == STALE_COOKIE && self->state == STATE_COOKIE_ECHOED)
			enter(self, STATE_COOKIE_WAIT, at_ns);
		break;
	case CHUNK_SHUTDOWN:
		if (self->state != STATE_ESTABLISHED && self->state != STATE_SHUTDOWN_PENDING)
			break;
		failure_due(self, NULL, EVENT_SHUTDOWN, self->exact, at_ns);
		enter(self, STATE_SHUTDOWN_RECEIVED, at_ns);
		break;
	case CHUNK_ABORT:
		if (is_out_of_the_blue(self, chunk))
			break;
		if (self->state != STATE_CLOSED && chunk->decoded) {
			self->abort_came = true;
			self->abort_cause = chunk->error.cause;
		}
		end_association(self, chunk->type, at_ns);
		break;
	case CHUNK_SHUTDOWN_COMPLETE:
		if (is_completed(self))
			end_association(self, chunk->type, at_ns);
		break;
	default:
		break;
	}
}
