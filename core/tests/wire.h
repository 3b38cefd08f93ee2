/* SPDX-License-Identifier: Apache-2.0 */
/* wire.h - packets that do not arrive, packets that nobody sent, and system calls seen from outside. */
#ifndef GEN_SCTP_TESTS_WIRE_H
#define GEN_SCTP_TESTS_WIRE_H

#include "loopback.h"

/* From now on what arrives for the socket is lost: all of it, or what is sent to one local address. */
void deafen(struct gs_socket *s);
void deafen_at(struct gs_socket *s, const char *address);
void hear_again(struct gs_socket *s);

/* The chunk arrives at the server as if the client had sent it. */
void inject_from_client(const struct pair *p, const void *chunk, size_t length);

/* The octets that a function, run in a process of its own, hands to the kernel with its first
 * SCTP_SOCKOPT_CONNECTX3; how many. */
size_t trace_connectx(void (*run)(void *), void *argument, void *octets, size_t room);

#endif
