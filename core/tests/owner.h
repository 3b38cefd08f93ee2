/* SPDX-License-Identifier: Apache-2.0 */
/* owner.h - for tests of the active modes: owned sockets, and expectations of what their owners are
 * given. As loopback.h: what does not go as said ends the test. */
#ifndef GEN_SCTP_TESTS_OWNER_H
#define GEN_SCTP_TESTS_OWNER_H

#include "loopback.h"

/* A socket, its owner, and, if it has one, a peer that is associated with it. */
struct owned {
	struct gs_mailbox *mailbox;
	struct gs_socket *s;
	struct gs_socket *peer;
	int32_t at_peer; /* the association's id there */
};

/* Freed after the test. */
struct gs_mailbox *mailbox(void);
void release_mailbox(struct gs_mailbox *m);
void release_owners(void); /* and everything else: what runs after each test */

/* A listening socket in this mode, to which a peer has connected. Its comm_up has arrived, but
 * nobody has taken it. */
struct owned own(uint32_t mode, int32_t n);
struct owned own_too(struct gs_mailbox *m, uint32_t mode, int32_t n); /* of an owner that there is */
struct owned own_alone(void);                                         /* passive, no peer */
struct owned own_alone_with(const struct gs_option *option);

/* The next thing that the owner is given. What they return is valid until the next expectation. */
const struct gs_notice *next_notice(struct owned *o);
const struct gs_message *expect_notice(struct owned *o, uint32_t type); /* of this socket */
const struct gs_assoc_change *expect_notice_change(struct owned *o, uint32_t state);
void expect_notice_text(struct owned *o, const char *format, ...) __attribute__((format(printf, 2, 3)));
void expect_passive_notice(struct owned *o);
void expect_no_notice(struct owned *o);     /* for a while */
void expect_no_notice_now(struct owned *o); /* at once */

void expect_mode(struct gs_socket *s, uint32_t mode, int32_t n);

void say(struct gs_socket *s, int32_t assoc_id, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Sends numbered kilobytes from 0 on until it would wait; how many. The send does not wait from
 * here on. */
int fill(struct gs_socket *s, int32_t assoc_id);
/* Returns when another thread is in gs_recv(). That has to try again on -EALREADY. */
void wait_until_received(struct gs_socket *s);

#endif
