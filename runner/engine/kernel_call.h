/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_call.h - system calls on a socket's descriptor, for what gen_sctp has no call for.
 *
 * All give 0 (or a descriptor) or -errno, and do not wait.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_KERNEL_CALL_H
#define SCTPSPEC_RUNNER_ENGINE_KERNEL_CALL_H

#include "runner/engine/trial.h"

/* One message, with what the flow's traffic says beside stream, ppid and context. What gen_sctp can say goes by the
 * library. */
int send_with(const struct peer *from, const struct peer *to, uint32_t assoc_id, const struct traffic *traffic,
	uint16_t stream, uint32_t ppid, uint32_t context, const void *octets, size_t size);
/* ", unordered, over path 1": what is particular to it; "" if nothing is. */
void sending_describe(const struct traffic *traffic, char *text, size_t size);
/* SCTP_ABORT with a reason, or SCTP_EOF (send_call.c), to an association or, where one is given, an address. */
int send_end(
	const struct peer *peer, const union gs_addr *to, uint32_t assoc_id, enum end_flag flag, const char *reason);
static inline socklen_t address_length(const union gs_addr *address)
{
	return address->sa.sa_family == AF_INET ? sizeof(address->v4) : sizeof(address->v6);
}
int bindx(const struct peer *peer, const union gs_addr *address, bool add);

/* A socket of that endpoint as the library does not open it: with SCTP_REUSE_PORT, bound to nothing though it has
 * addresses, or asking for no events, where it asks for those that one of the library has. */
enum raw_open { OPEN_REUSING_PORT, OPEN_UNBOUND, OPEN_UNASKED };
int open_raw(struct trial *t, const struct peer *peer, enum raw_open how, const union gs_addr *addresses, size_t count,
	struct gs_socket **out);
/* bind(2) of a socket as it is. */
int bind_again(const struct peer *peer, const union gs_addr *address);

/* What one recvmsg(2) with room for `room` octets has given. */
struct piece {
	size_t length;
	bool end_of_record, is_notification, cut;
	struct gs_sndrcvinfo info; /* of SCTP_SNDRCV */
	bool has_info;
	struct told_of_this {
		uint16_t stream, ssn, flags;
		uint32_t ppid, context, assoc_id;
	} rcv; /* of SCTP_RCVINFO */
	bool has_rcv;
	struct told_of_next {
		uint16_t stream, flags;
		uint32_t ppid, length, assoc_id;
	} nxt; /* of SCTP_NXTINFO */
	bool has_nxt;
	union gs_addr from;
};
/* Flags: MSG_PEEK. Control messages have room for `control` octets; 0: for all that there are. */
int receive_piece(const struct peer *peer, void *octets, size_t room, int flags, size_t control, struct piece *out);

/* sctp_peeloff, which Linux wants from a thread that is in the socket's namespace. */
int peel_off_there(struct trial *t, const struct peer *peer, uint32_t assoc_id, struct gs_socket **out);

/* association.c */
union gs_addr own_address_on(struct trial *t, const struct peer *peer, unsigned path);
/* With a port; 0: none. */
union gs_addr as_gs_addr(const struct sockaddr_storage *address, uint16_t port);
/* The call has to succeed: fails the case if it has not, or ends it as an error of ours. */
void call_must_succeed(struct trial *t, const struct peer *peer, int status, const char *what);
/* Fails the case if the call did not succeed, or ends it as an error of ours; logs the call. */
void called(struct trial *t, const struct peer *peer, vtime at, const char *call, json_t *arguments, int status);
/* The call has to be refused with that errno; logs it. */
void refused(struct trial *t, const struct peer *peer, vtime at, const char *call, const char *what, json_t *arguments,
	int status, int error);
/* sockets.c */
/* Of the association with that socket, or else of the newest one. */
uint32_t id_with(const struct peer *peer, const struct peer *other);
/* opening.c */
/* A socket that was not bound has a port as soon as it has an association: it is known, and logged, from then on. */
void learn_port(struct trial *t, struct peer *peer);
/* A socket that another one has brought forth. */
struct peer *branch_off(struct trial *t, struct peer *from, const char *name);

#endif
