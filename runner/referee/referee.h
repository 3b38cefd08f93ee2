/* SPDX-License-Identifier: Apache-2.0 */
/*
 * referee.h - judges a trace by all rules, step by step, in bounded memory.
 *
 * This is the head of referee/, the room with the model of an association and what rules may ask of it:
 *
 *	model.h, model.c    the transmission control block of each end, from its packets; association.c: its memory
 *	leaving.c           DATA that is sent, and sent again; acknowledged.c: what arrives, and what that acknowledges
 *	destination.h       an address of the peer: whether it answers, its timers; rto.c: its RTO
 *	failure.c           what goes unanswered: errors, states of paths, the events that are due
 *	sent.c, received.c  TSNs that are outstanding, and that have arrived
 *	extensions.h        what ends offer beyond RFC 9260, and how far they have come with it; hmac.c: AUTH
 *	user.h, buffer.h    what its user has given an end to send, and what it holds for its user
 *	span.h              what is known of a number that nobody sees: two bounds
 *	occurrence.h        events, calls, and links that go down; told.c takes them, and sees time pass
 *	referee.c           which association a packet belongs to, and which rules look at it; roll.c forgets old ones;
 *	                    findings.c: what they have found
 *	rule.h, registry.c  the rule writer's API (rules lie in cases/rules/), and all rules that are linked in
 *
 * verdict/ feeds it the evidence of a case (verdict/trace.h), judge/ anybody's captures, in the order of their times.
 * It owns the associations that it meets and the findings. It is pure: no clock, no file, no process, no thread.
 *
 * Whose fault it is: a finding is what an end did. Where the model cannot know (an end without a capture, a link that
 * is down, loss recovery, an association from its middle, a sender with more than SENT_CHUNKS_MAX outstanding), it
 * keeps spans or says "unknown", rules wait, and nothing is counted for them.
 *
 * Packets are input from outside. They are decoded before (netns/packet.h), and every number in them is only
 * compared.
 *
 * Weaknesses: in loss recovery T3-rtx is not judged, nor is it where ASCONF has changed addresses; which these are then
 * is not followed. An HMAC is judged where the key has been shown to be the empty one.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_REFEREE_H
#define SCTPSPEC_RUNNER_REFEREE_REFEREE_H

#include "runner/referee/rule.h"

/* A packet, as a capture has it. */
struct seen {
	int64_t at_ns;
	unsigned number;  /* in its capture, from 1 */
	int path;         /* of the capture, or -1 */
	unsigned capture; /* which one, as its user counts them */
	/* The end whose capture it is: 0 or 1 of its association, where `sender` says which end sent it; SEEN_BETWEEN:
	 * taken somewhere between the ends, or nobody knows where. Where `sender` is -1: SEEN_LEAVING, SEEN_ARRIVING,
	 * SEEN_AT_AN_END (at that which has a capture) or SEEN_BETWEEN. */
	int vantage;
	int sender; /* 0 or 1; -1: to be told by its association */
	/* Where `sender` is -1: bit SEEN_LEAVING: the end that sent it has a capture of its own; bit SEEN_ARRIVING: the
	 * other has. It counts when its association is met first. */
	unsigned exact;
	const struct packet *packet;
};

enum { SEEN_AT_AN_END = -2, SEEN_BETWEEN, SEEN_LEAVING, SEEN_ARRIVING };

struct finding {
	const struct rule *rule;
	int64_t at_ns;
	unsigned association, number; /* number: the packet's */
	unsigned capture;
	int path, end; /* end: that did it, 0 or 1 */
	char *expected, *got;
	const struct deviation *deviation; /* it is exactly that; or NULL */
	uint64_t times;                    /* this rule in this association: only the first are kept apart */
};

/* Of a rule in an association; and of all in all. */
enum { FINDINGS_OF_A_RULE = 8, FINDINGS_MAX = 1 << 16 };

/* NULL without memory. `exact`: bit i: end i has a capture of its own. */
struct referee *referee_new(unsigned exact);
/* 0 or -ENOMEM. A packet of no association that is known is looked at, and counted as such. */
int referee_see(struct referee *referee, const struct seen *seen);
void referee_free(struct referee *referee);

/* What end 0 or 1 of each association that is met from now on was told. */
void referee_tell_parameters(struct referee *referee, int end, const struct parameters *parameters);
/* The addresses that end 0 or 1 of each association may have; they stay the caller's. */
void referee_tell_addresses(struct referee *referee, int end, const struct address *addresses, unsigned count);
/* For so long an end may not know of what has arrived (BACKLOG_NS when nobody says another): on a machine that has
 * other things to do. */
void referee_tell_backlog(struct referee *referee, int64_t backlog_ns);
/* The events of that end are told as well, all of them: one that does not come is missed. */
void referee_expect_events(struct referee *referee, int end);
/* But events of messages end somewhere. */
void referee_expect_few_messages(struct referee *referee);
/* That end is a tester, which says what it likes: no rule judges it. And what goes to or comes from an address that no
 * end of an association has named is out of the blue. */
void referee_expect_tester(struct referee *referee, int end);
/* The calls of both ends are told, all of them. */
void referee_expect_calls(struct referee *referee);
/* From here on neither is told, whatever was expected: what they would show is not judged. */
void referee_expect_no_more(struct referee *referee, int64_t at_ns);
/* In the order of time, with the packets. */
void referee_tell_event(struct referee *referee, const struct event *event);
void referee_tell_call(struct referee *referee, const struct call *call);
void referee_tell_blindness(struct referee *referee, const struct blindness *blindness);
/* At `at_ns`. Where packets come and go in the same moment they say nothing. */
void referee_tell_numbers(struct referee *referee, const struct numbers *numbers);
/* The trace is over: what should have come by now has not. */
void referee_end(struct referee *referee, int64_t at_ns);

/* Shows each step to a watcher, too, before rules look at it; also those that are `presumed`. What it allocates for an
 * association may hang on `association->note`. */
typedef void referee_watcher(void *context, const struct step *step);
void referee_watch(struct referee *referee, referee_watcher *see, void *context);
/* Follows `most` associations at a time, and forgets those that are over after a minute. Of more than that those which
 * are over are forgotten first, then those without a packet for longest. `farewell`, before one is freed: for each, at
 * the latest by referee_free(). */
typedef void referee_farewell(void *context, struct association *association);
void referee_follow(struct referee *referee, unsigned most, referee_farewell *farewell, void *context);

/* Says farewell to all that are left. */
void referee_part(struct referee *referee);

size_t referee_findings(const struct referee *referee, const struct finding **out);
/* How often a rule was put to the test. */
uint64_t referee_applied(const struct referee *referee, const struct rule *rule);
const struct association *referee_associations(const struct referee *referee); /* a list; NULL: none */
uint64_t referee_strays(const struct referee *referee);
/* Findings beyond FINDINGS_MAX. */
uint64_t referee_left_out(const struct referee *referee);

#endif
