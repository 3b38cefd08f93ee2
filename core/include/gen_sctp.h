/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_sctp.h - Erlang's gen_sctp for C, over the SCTP sockets of the Linux kernel.
 *
 * A socket carries any number of associations (type seqpacket) or one (type stream, or peeled off).
 * What happens on it - messages from peers, associations that come and go, paths that fail -
 * arrives in one queue, in the kernel's order, and is taken from there by gs_recv(); or, in an
 * active mode, is delivered to the socket's owner: a mailbox with a descriptor to poll
 * (gen_sctp/mailbox.h).
 *
 *	struct gs_open_options server = {.port = 2006, .addrs = addrs, .n_addrs = 2};
 *	struct gs_socket *s;
 *	struct gs_message m = {0};
 *
 *	if (gs_open(&server, &s) == GS_OK && gs_listen(s, GS_LISTEN) == GS_OK)
 *		while (gs_recv(s, GS_FOREVER, &m) == GS_OK)
 *			if (m.event.type == GS_DATA)
 *				echo(s, &m.event.data); // gs_send() and what to do if it fails
 *	gs_message_release(&m);
 *	gs_free(s);
 *
 * Rules that hold for every call, said once:
 *
 * - The result is an int: GS_OK, or negative (gen_sctp/status.h). Out parameters are written only
 *   when the entry says so. There is no global state, and errno means nothing after a call.
 * - Every pointer to a socket or an out parameter must be given; NULL is GS_BADARG.
 * - Times are milliseconds on CLOCK_MONOTONIC. No call raises a signal, SIGPIPE included.
 * - Any thread may use a socket. One thread at a time receives; sends run side by side; gs_close()
 *   wakes whoever waits. Only gs_free() must be the last call. One thread at a time takes from a
 *   mailbox.
 * - A child of fork(2) closes and frees its copies of sockets and mailboxes, or leaves them, or
 *   calls exec(2), where all descriptors are closed: its parent feels nothing of it. It does
 *   nothing else with them; what it is to go on with is a dup(2) of gs_fd(), for gs_adopt(). An
 *   association ends when the last copy of its descriptor is closed, so a child that keeps one
 *   keeps it up. A daemon opens its sockets when it is one.
 * - Structs that are passed alone grow at their end only. The inline functions pass the size that
 *   the program was compiled with (the *_sized functions are what the library exports), so older
 *   programs keep working.
 * - Addresses are numbers. gen_sctp looks up names of hosts and services; here the caller does,
 *   with getaddrinfo(3).
 * - Where gen_sctp's document and its code differ, the code is followed; the places where this
 *   library differs from both are marked "Deviation".
 */
#ifndef GEN_SCTP_H
#define GEN_SCTP_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

#define GS_API __attribute__((visibility("default"), warn_unused_result))
#define GS_API_VOID __attribute__((visibility("default")))

struct gs_socket;  /* opaque */
struct gs_mailbox; /* opaque; see gen_sctp/mailbox.h */

#define GS_FOREVER (-1) /* a time-out that never comes */

/* Include this header, not these: they are its parts, in the order in which they read best. */
#include "gen_sctp/status.h"
#include "gen_sctp/addr.h"
#include "gen_sctp/options.h"
#include "gen_sctp/events.h"
#include "gen_sctp/open.h"
#include "gen_sctp/assoc.h"
#include "gen_sctp/transfer.h"
#include "gen_sctp/names.h"
#include "gen_sctp/mailbox.h"
#include "gen_sctp/info.h"

#ifdef __cplusplus
}
#endif

#endif
