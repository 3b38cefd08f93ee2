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
