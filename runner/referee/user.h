/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user.h - what its user has asked an end to send, as far as the calls on its socket are known, and how DATA leaves
 * because of that: what waits, and how many packets leave at once.
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_USER_H
#define SCTPSPEC_RUNNER_REFEREE_USER_H

#include <stdbool.h>
#include <stdint.h>

struct address;

struct user {
	bool known;                      /* every call is told */
	bool nagle;                      /* small messages may wait for acknowledgements; only if it is `known` */
	const struct address *addresses; /* that it may have; NULL: nobody knows */
	unsigned n_addresses;
	unsigned bound;   /* so many addresses its socket is bound to; 0: not known */
	bool limits;      /* a message has had a lifetime, or another limit of PR-SCTP */
	uint64_t octets;  /* that calls have given, */
	uint64_t left;    /* and that have left for the first time */
	int64_t cause_ns; /* when a call, or a packet that came, last let DATA leave, */
	unsigned causes;  /* so many of them close to each other, */
	unsigned packets; /* and so many packets with new DATA since the first of these, */
	uint32_t burst;   /* which had so many octets of it */
};

/* DATA may leave now, because of a call or of what has arrived. `backlog_ns`: two that are closer may act together. */
void user_cause(struct user *user, int64_t backlog_ns, int64_t at_ns);
/* So many octets wait for being sent. */
uint64_t user_waits(const struct user *user);
/* Messages may be given up before they are acknowledged, or nobody knows. */
bool user_may_give_up(const struct user *user);
/* A packet with so many octets of new DATA leaves. */
void user_leave(struct user *user, uint32_t octets, int64_t at_ns);

#endif
