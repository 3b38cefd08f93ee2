/* SPDX-License-Identifier: Apache-2.0 */
/*
 * destination.h - an address of the peer, as an end sees it: whether it answers, how long to wait for that, and which
 * timers run for it (RFC 9260 sections 5.4, 6.3 and 8; RFC 7829 for the state between active and inactive).
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_DESTINATION_H
#define SCTPSPEC_RUNNER_REFEREE_DESTINATION_H

#include "runner/referee/address.h"
#include "runner/referee/congestion.h"
#include "runner/referee/occurrence.h"
#include "runner/referee/rto.h"

enum { HEARTBEATS_MAX = 16 };

enum reach { REACH_UNKNOWN, REACH_UNCONFIRMED, REACH_ACTIVE, REACH_POTENTIALLY_FAILED, REACH_INACTIVE };

/* A HEARTBEAT. */
struct heartbeat {
	int64_t sent_ns; /* or when it arrived */
	uint32_t digest; /* of its information, which the answer has to repeat */
	uint32_t length;
	int16_t from;  /* of one that arrived: the destination's number; -1: not known */
	bool answered; /* or a later answer has come */
};

/* An event that has its cause: it has to come soon, or (`obliged` is false) it may. */
struct due {
	bool open, obliged;
	int64_t since_ns;
};

/* A timer that runs since then, for that long. */
struct timer {
	bool runs;
	struct span since_ns, length_ns;
};

enum strike_cause { STRIKE_NONE, STRIKE_T3_RTX, STRIKE_HEARTBEAT, STRIKE_SHUTDOWN, STRIKE_REQUEST };

/* Something went unanswered: an error of that path (section 8.2). */
struct strike {
	enum strike_cause cause;
	bool sure;
	unsigned destination; /* its number at the end */
	struct timer timer;   /* STRIKE_T3_RTX: as it ran */
	bool in_doubt;        /* the same: so was what it did */
};

/* What the peer asks for by ASCONF, until that is acknowledged. */
enum change { CHANGE_NONE, CHANGE_JOINS, CHANGE_LEAVES };

struct destination {
	struct address address;
	enum change change;
	bool is_gone;    /* the peer has taken it away by ASCONF, */
	int64_t gone_ns; /* then */
	int path;        /* of the capture in which packets for it left; -1: none has */
	enum reach reach;
	int64_t reach_ns; /* since when */
	struct span strikes;
	unsigned t2_strikes;         /* of these, by T2-shutdown */
	enum strike_cause struck_by; /* the last one, */
	int64_t struck_ns;           /* and when */
	bool unseen;                 /* since the last answer something for it may have left unseen */

	/* T3-rtx expired while DATA was younger than an RTO. Linux does not send that again yet (RFC 9260 section
	 * 6.3.3, E3, would mark it), and nobody can see what its timer does until an answer comes. */
	bool in_doubt;
	/* A request (ASCONF, RE-CONFIG) was sent again, or what was timed is given up: its RTO is not certain until a
	 * HEARTBEAT ACK. */
	bool asked_again;
	bool lingers; /* nothing is outstanding, but T3-rtx may run (and expire unseen) for what gap blocks have */
	struct rto rto;
	struct timer t3;
	int64_t longest_ns;   /* RTO at the most since nothing was outstanding: a T3-rtx that runs may have it */
	int64_t restarted_ns; /* when T3-rtx was set anew for certain, */
	int64_t marked_ns;    /* and when it may have expired: all that was sent by then may be marked */
	struct congestion congestion;
	unsigned outstanding; /* DATA chunks that were sent to it, neither acknowledged nor marked */
	bool is_timed;        /* a DATA chunk for it is being timed (section 6.3.1, C4) */
	bool is_timed_alone;  /* nothing else was outstanding: which one is timed is certain */
	uint32_t timed_tsn;
	int64_t timed_ns;

	struct heartbeat waiting[HEARTBEATS_MAX]; /* the last ones that were sent, the newest last */
	unsigned n_waiting;
	unsigned late_heartbeats; /* that came after they were due */
	int64_t answered_ns;      /* when its last HEARTBEAT ACK came; 0: none has */
	int64_t heartbeat_ns;     /* of the last one; below 0: none yet */
	int64_t probed_ns;        /* the same, while it was unconfirmed */
	int64_t rested_ns;        /* when its heartbeat timer was set last, at the latest */
	struct span pace_ns;      /* RTOs that this timer may have been set with */
	int64_t data_ns;          /* when DATA was sent to it last; below 0: never */

	struct due due[EVENT_KINDS]; /* EVENT_ADDR_… */
};

/* Has no answer come since the last HEARTBEAT was sent? */
static inline bool destination_awaits_answer(const struct destination *destination)
{
	return destination->n_waiting > 0 && !destination->waiting[destination->n_waiting - 1].answered;
}

#endif
