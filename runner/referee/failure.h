/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failure.h - what goes unanswered, and what follows from it (RFC 9260 sections 6.3.3, 8.1 to 8.3; RFC 7829): errors of
 * a path, its state, and the events that are due.
 *
 * Strikes are seen, not guessed: T3-rtx has expired when a chunk that was not marked is sent again and no SACK caused
 * it; a HEARTBEAT went unanswered when the next one leaves before the answer. What may leave unseen (`blind`) makes
 * counts into spans.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_FAILURE_H
#define SCTPSPEC_RUNNER_REFEREE_FAILURE_H

#include "runner/referee/model.h"

/* An event comes so long after its cause at the latest: a socket that is read at once. */
#define EVENT_NS 20000000
/* The span of a count of which nothing is known from above. */
#define MANY INT64_C(1000000)

/* The association is up, by the destination `used`, which is confirmed by that (section 5.4); -1: nobody knows which.
 * `given`: its user has given others, too, which may be confirmed, or nobody knows. */
void failure_begin(struct end *self, int used, bool given, int64_t at_ns);
void failure_strike(
	struct end *self, struct destination *destination, enum strike_cause cause, bool sure, int64_t at_ns);
/* An answer came: HEARTBEAT ACK; or an acknowledgement of DATA that was sent to it. */
void failure_heartbeat_ack(struct end *self, struct destination *destination, int64_t sent_ns, int64_t at_ns);
void failure_acknowledged(struct end *self, struct destination *destination, bool sure, bool from_there, int64_t at_ns);
/* What went unanswered there was no error; or (`sure` is false) need not be taken for one. */
void failure_excuse(struct end *self, struct destination *destination, bool sure);
/* Its T3-rtx may expire without anything to be seen of it, until an answer comes. */
void failure_doubt(struct end *self, struct destination *destination);
/* What an end sends on that path may leave unseen, from now on or no more. */
void failure_blind(struct end *self, const struct blindness *blindness);
/* An event of that kind is due now; `destination` is NULL for those of the association. */
void failure_due(struct end *self, struct destination *destination, enum event_kind kind, bool obliged, int64_t at_ns);
/* The heartbeat timer of the destination was set. */
void failure_rest(struct destination *destination, int64_t at_ns);
/* The instant after which a HEARTBEAT to it is overdue, or INT64_MAX: none is due. */
int64_t failure_heartbeat_by(const struct end *self, const struct destination *destination);
/* The same of a destination to which no DATA has been sent: Linux may hold its HEARTBEAT back, once
 * (cases/rules/linux.c). */
int64_t failure_held_back_by(const struct end *self, const struct destination *destination);
/* The least time from one HEARTBEAT to it to the next, or 0: nothing is known of it. */
int64_t failure_heartbeat_apart(const struct end *self, const struct destination *destination);

const char *reach_name(enum reach reach);
bool failure_is_blind(const struct end *self, const struct destination *destination);
/* The end knows of that address now. If it is the end's own host, which no capture shows, nobody sees what becomes of
 * what is sent there, nor whether an answer of the host ends the association. */
void failure_overlook_itself(struct end *self, struct destination *destination, int64_t at_ns);

#endif
