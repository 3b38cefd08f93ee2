/* SPDX-License-Identifier: Apache-2.0 */
/*
 * account.h - what is told of an association: how it began and ended, what was sent each way and over which path, round
 * trips, retransmissions, and each failure of a path. It is kept by watching the referee's steps (referee.h), so that
 * the model and nothing else says what a chunk means.
 *
 * Pure, in bounded memory: a fixed part, one for each destination, and up to FAILURES_KEPT failures.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_ACCOUNT_H
#define SCTPSPEC_RUNNER_JUDGE_ACCOUNT_H

#include "runner/judge/inference.h"
#include "runner/judge/rtts.h"
#include "runner/judge/settings.h"
#include "runner/referee/referee.h"

/* A packet: when, and where in which capture. `number` 0: there is none. */
struct spot {
	int64_t at_ns;
	unsigned number, capture;
};

enum sign { SIGN_NONE, SIGN_SACK, SIGN_HEARTBEAT_ACK, SIGN_SETUP, SIGN_SHUTDOWN };
enum sending { SENDING_NONE, SENDING_DATA, SENDING_HEARTBEAT, SENDING_SHUTDOWN };

/* A timeout that shows: what was sent there before was not answered. */
struct timeout {
	struct spot spot;
	enum sending what;
	int64_t after_ns; /* the strike before, or the first that was not answered */
	uint32_t tsn;
	int over; /* of DATA: the destination that it goes to now */
};

enum { STRIKES_KEPT = 24, FAILURES_KEPT = 32 };

/* From the last sign of life of a destination to the next. */
struct failure {
	unsigned end, route;
	struct spot life;
	enum sign life_by;
	struct spot unanswered; /* the first */
	enum sending unanswered_what;
	struct timeout strikes[STRIKES_KEPT];
	unsigned n_strikes;            /* all; those beyond STRIKES_KEPT are not kept */
	struct timeout last;           /* of them */
	struct spot suspect, given_up; /* potentially failed, inactive: by the settings */
	struct spot moved;             /* new DATA goes elsewhere */
	int moved_to;
	unsigned moved_after; /* so many strikes */
	struct spot found;
	enum sign found_by;
	struct spot back; /* new DATA goes there again */
};

/* A destination of an end. */
struct route {
	struct address address;
	bool is_used;
	uint64_t packets, octets, data, heartbeats, heartbeats_answered, strikes;
	struct rtts heartbeat_rtts, data_rtts;
	int64_t srtt_ns, rttvar_ns; /* of both; 0: there are none */

	struct spot life;
	enum sign life_by;
	struct spot unanswered;
	enum sending unanswered_what;
	struct spot last_data;
	uint32_t last_tsn;
	int64_t t3_ns, any_ns; /* of the last strike by DATA; of the last at all */
	struct failure *now;   /* while there are strikes and no sign of life */
	int failure;           /* the last one kept, or -1 */
};

/* What an end sent. */
struct outgoing {
	uint64_t packets, octets, data, messages, user_octets, sacks, heartbeats, duplicates;
	uint64_t t3, fast, needless; /* DATA again: by timeout; by reports of gaps; though it was acknowledged */
	uint64_t setup_again;        /* INIT, COOKIE ECHO */
	uint64_t shutdown_again;
	int shutdown_route; /* that SHUTDOWN or SHUTDOWN ACK went to last, or -1; and when */
	int64_t shutdown_ns;
	unsigned outbound_streams, inbound_streams;
	bool has_init;
	int data_route; /* that new DATA went to last, or -1 */
	uint64_t switches;
	bool in_t3; /* DATA up to this TSN goes again because of a timeout */
	uint32_t t3_until;
	struct route *routes;
	unsigned n_routes;
	struct address *addresses; /* its own, when all is over */
	unsigned n_addresses;
	uint16_t port;
	bool exact;
	int64_t lag_ns; /* for so long it may be behind what has arrived; 0: not so that it shows */
	unsigned n_inits;
	int64_t init_ns;            /* the last one */
	struct observed *observed;  /* until all is over; NULL: nothing */
	struct inference *inferred; /* when all is over: what it was told */
	unsigned n_inferred;
};

enum ending { ENDING_NONE, ENDING_SHUTDOWN, ENDING_ABORT, ENDING_RESTART };

struct account {
	unsigned number;
	struct outgoing end[2];
	struct spot first, last;
	bool from_the_start;
	struct spot established;
	unsigned opener;
	enum ending ending;
	bool is_ended;
	unsigned ender;
	struct spot end_spot;
	uint16_t cause;
	bool has_cause;
	unsigned restart_of, restarted_as; /* another association; 0: none */
	enum state state[2];
	struct failure *failures;
	unsigned n_failures;
	uint64_t failures_left_out, lone_strikes;
	bool is_forgotten;    /* there were too many to follow it any further */
	unsigned findings[3]; /* by level */
	size_t place;         /* of whoever keeps it */
	struct account *next;
};

struct account *account_new(const struct association *association, const struct step *step);
/* One step of the referee. */
void account_note(struct account *account, const struct settings *settings, const struct step *step);
/* All is over, at `at_ns`: takes what it needs of the model, and infers the rest. */
void account_close(
	struct account *account, const struct association *association, const struct settings *settings, int64_t at_ns);
/* By which an end is judged: what the user says, what the capture shows for certain, or defaults. */
struct settings account_settings(const struct account *account, unsigned end, const struct settings *said);
void account_free(struct account *account);

#endif
