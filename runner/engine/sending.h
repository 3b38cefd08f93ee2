/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sending.h - what a message can be sent with, and sending that cannot go on. Part of case.h.
 *
 * A flow never waits in the kernel: when the send buffer is full its next message is sent as soon as there is room, and
 * has its delay from then on. A flow that finds no room for as long as its messages may take fails the case.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_SENDING_H
#define SCTPSPEC_RUNNER_ENGINE_SENDING_H

#ifndef SCTPSPEC_RUNNER_ENGINE_CASE_H
#error "include runner/engine/case.h, which includes this"
#endif

/* Of traffic.over: to the peer's address on that path, whatever the primary is (SCTP_ADDR_OVER). */
#define OVER(path) ((int)(path) + 1)

/* Of traffic.key: the message is authenticated by the key of that number (SCTP_AUTHINFO). */
#define KEY(number) ((int)(number) + 1)

/* Of traffic.infos: which control messages go with each message, as the infotypes of sctp_sendv() do, in this order or,
 * with LAST_FIRST, the other way round. What none of them says is the socket's default, and what the traffic says of it
 * has to be that. Without SCTP_SNDINFO and SCTP_SNDRCV a one-to-many socket is told the association by an address. */
enum { WITH_SNDRCV = 1, WITH_SNDINFO = 2, WITH_PRINFO = 4, WITH_AUTHINFO = 8, LAST_FIRST = 16 };

/* One call sends one message to each association of a one-to-many socket (SCTP_SENDALL); flows[i] is what becomes of it
 * at to[i]. These are all that it has associations with. */
void send_to_all(struct trial *t, struct peer *from, struct peer *const *to, size_t count, const struct traffic *how,
	struct flow **flows);
/* A message without octets, with what how->setup says: it only makes an association. */
void set_up_by_message(struct trial *t, struct peer *from, struct peer *to, const struct setup_by_message *setup);
/* SCTP_EOF in SCTP_SNDINFO, without octets. */
void send_eof(struct trial *t, struct peer *peer, const struct peer *other);
/* A message with that flag and without octets, to the address on that path of somebody with whom there is no
 * association, is refused. */
enum end_flag { END_BY_EOF, END_BY_ABORT };
void expect_end_refused(
	struct trial *t, struct peer *from, const struct peer *to, unsigned path, enum end_flag flag, int error);

/* Sending such a message is refused; `how` is a flow's traffic. A size of 0 is given as NO_OCTETS. */
#define NO_OCTETS ((size_t)-1)
void expect_refused(struct trial *t, struct peer *from, struct peer *to, const struct traffic *how, int error);

/* Sends messages until the kernel takes no more (EAGAIN), at most `how->count`. flow_sent() says how many it took. */
struct flow *fill_send_buffer(struct trial *t, struct peer *from, struct peer *to, const struct traffic *how);
/* When one of its messages, which has been expected, arrived: their order, on several streams, is the order on the wire
 * where nothing is lost. */
vtime flow_arrived_at(const struct flow *flow, unsigned message);
/* Whether poll(2) says that the socket can be written to: by then; now, or not. */
void expect_writable_within(struct trial *t, struct peer *peer, struct window window);
void expect_writable(struct trial *t, struct peer *peer, bool writable);

#endif
