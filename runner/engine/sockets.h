/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sockets.h - the calls of RFC 6458 that open, branch off, bind, shut and refuse. Part of case.h.
 *
 * An errno is an `int error`, as EINVAL.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_SOCKETS_H
#define SCTPSPEC_RUNNER_ENGINE_SOCKETS_H

#ifndef SCTPSPEC_RUNNER_ENGINE_CASE_H
#error "include runner/engine/case.h, which includes this"
#endif

/* What associated() does after strangers(). */
void associate(struct trial *t, struct pair pair);

/* listen(2) with a backlog; 0: no more of them. */
void listen_with_backlog(struct trial *t, struct peer *peer, int backlog);
void expect_listen_refused(struct trial *t, struct peer *peer, int backlog, int error);

/* A one-to-one socket that listens has an association soon: accept(2) gives its socket. */
struct peer *accept_peer(struct trial *t, struct peer *listener, const char *name);
void expect_nothing_to_accept(struct trial *t, struct peer *listener);
void expect_accept_refused(struct trial *t, struct peer *peer, int error);

/* The association with that socket gets one of its own (sctp_peeloff). */
struct peer *peel_off(struct trial *t, struct peer *peer, const struct peer *other, const char *name);
void expect_peel_off_refused(struct trial *t, struct peer *peer, const struct peer *other, int error);

/* To connect is refused at once. */
void expect_connect_refused(struct trial *t, struct peer *from, const struct peer *to, unsigned path, int error);

/* sctp_bindx: the address of its endpoint on that path, of the first family that there is. */
void add_address(struct trial *t, struct peer *peer, unsigned path);
void remove_address(struct trial *t, struct peer *peer, unsigned path);
/* bind(2) to the address of its endpoint on that path is refused: to the first of this family. */
void expect_bind_refused(struct trial *t, struct peer *peer, unsigned path, enum ip_family family, int error);
void expect_add_address_refused(struct trial *t, struct peer *peer, unsigned path, int error);
void expect_remove_address_refused(struct trial *t, struct peer *peer, unsigned path, int error);

/* shutdown(2) */
enum half { RECEIVING, SENDING, BOTH };
void shut_half(struct trial *t, struct peer *peer, enum half half);
void expect_shut_half_refused(struct trial *t, struct peer *peer, enum half half, int error);
/* Reading has come to its end: there is nothing, and nothing will come (a receiving call gives 0). */
void expect_end_of_reading(struct trial *t, struct peer *peer);

/* eof and abort of the association with that socket. The reason is what the peer's user gets to know; may be "". */
void shut_down_with(struct trial *t, struct peer *peer, const struct peer *other);
void abort_with(struct trial *t, struct peer *peer, const struct peer *other, const char *reason);

#endif
