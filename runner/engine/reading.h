/* SPDX-License-Identifier: Apache-2.0 */
/* reading.h - a reader that stops, goes on, or reads in pieces. Part of case.h. */
#ifndef SCTPSPEC_RUNNER_ENGINE_READING_H
#define SCTPSPEC_RUNNER_ENGINE_READING_H

#ifndef SCTPSPEC_RUNNER_ENGINE_CASE_H
#error "include runner/engine/case.h, which includes this"
#endif

/* From here on nothing is read from the socket: messages and events wait in the kernel, and come to be seen when the
 * reader goes on. */
void stop_reading(struct trial *t, struct peer *peer);
void go_on_reading(struct trial *t, struct peer *peer);

/* The next thing on a socket whose reader has stopped is this message, soon: recvmsg(2) with room for so many octets
 * gives it piece by piece, and MSG_EOR with the last one only. */
void expect_in_pieces(struct trial *t, struct peer *peer, struct flow *flow, unsigned message, size_t octets);

#endif
