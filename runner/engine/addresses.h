/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addresses.h - what a socket says of addresses: by getpaddrs, getladdrs and getpeername, in events, and of messages.
 * Part of case.h.
 *
 * An IPv6 socket names IPv4 addresses as they are or mapped to IPv6 ones, as SCTP_I_WANT_MAPPED_V4_ADDR says.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_ADDRESSES_H
#define SCTPSPEC_RUNNER_ENGINE_ADDRESSES_H

#ifndef SCTPSPEC_RUNNER_ENGINE_CASE_H
#error "include runner/engine/case.h, which includes this"
#endif

/* sctp_getpaddrs of the newest association: exactly the peer's addresses on these paths (bit i: path i). */
void expect_peer_addresses(struct trial *t, struct peer *peer, unsigned paths, enum address_form form);
/* sctp_getladdrs of the socket: exactly its own addresses on these paths. */
void expect_own_addresses(struct trial *t, struct peer *peer, unsigned paths, enum address_form form);
/* getpeername(2): the peer's address on that path. */
void expect_peer_name(struct trial *t, struct peer *peer, unsigned path, enum address_form form);
/* Where a message, which has been expected, came from by its msg_name. */
void expect_came_from(
	struct trial *t, const struct flow *flow, unsigned message, unsigned path, enum address_form form);
/* The address that an event is about is told so. */
struct item in_form(enum address_form form, struct item item);

#endif
