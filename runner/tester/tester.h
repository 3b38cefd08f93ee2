/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tester.h - a tester in place of one end (the word of ETSI TS 102 369): an SCTP endpoint of ours on packet sockets,
 * with an address on each path, whose every packet a case may state.
 *
 * By itself it is a good peer (netns/wire/habits.h): it answers INIT, COOKIE ECHO, DATA, HEARTBEAT, SHUTDOWN. A case
 * takes over what is to be done otherwise, and sends whatever packets it likes besides:
 *
 *	struct tester *b = open_tester(t, ENDPOINT_B, NULL);
 *
 *	listener(t, ENDPOINT_A);
 *	transmit(t, b, an_init(.initiate_tag = SET(0)));
 *	expect_quiet(t, s(3));
 *	transmit(t, b, an_init());
 *	expect(t, soon(t, arrives_alone(b, 0, an_init_ack(.initiate_tag = FROM_TO(1, UINT32_MAX)))));
 *
 * What arrives is an observation like an event: `expect`, `expect_in_order`, `never`, `expect_quiet` and `--tamper`
 * work on both, and across both. The world is as closed: what the tester has answered by itself need not be expected,
 * but may be, once; all else must be.
 *
 * This is the head of tester/, the room between the engine and the packets:
 *
 *	tester.c      the packet sockets: what arrives becomes an observation, answers leave when they are due
 *	transmit.c    what a case sends
 *	arrives.c     what it expects to arrive
 *	states.c      associations with a tester, brought to a state
 *	windows.h     when a kernel does what it does by a timer
 *
 * It stands on the engine, which knows of it only that somebody takes part in a trial who is no socket, and on netns/.
 *
 * Weaknesses: one tester at an endpoint, and at b alone, as the referee takes b for the other end. A tester sends
 * nothing again by itself. What is in UDP, and fragments of IP, it neither reads nor sends.
 */
#ifndef SCTPSPEC_RUNNER_TESTER_TESTER_H
#define SCTPSPEC_RUNNER_TESTER_TESTER_H

#include "netns/wire/habits.h"
#include "runner/engine/case.h"
#include "runner/tester/windows.h"

struct tester;

/* NULL: a good peer on all paths. Its kernel loses its addresses, and must say nothing from then on: a packet of it
 * ends the case as an error of ours. */
struct tester *open_tester(struct trial *t, enum endpoint at, const struct habits *habits);
/* By hand from now on; and by itself again. */
void take_over(struct trial *t, struct tester *tester, uint64_t hands);
void leave_to_itself(struct trial *t, struct tester *tester, uint64_t hands);
/* Nothing is taken in or answered on these paths from now on (0: on all it is again). What arrives must be expected. */
void go_silent(struct trial *t, struct tester *tester, unsigned paths);
/* From a packet to its answer. */
void answer_after(struct trial *t, struct tester *tester, vtime delay);

/* ---- Associations ---- */

/* A socket that listens at the other endpoint, on SERVER_PORT. */
struct peer *listener(struct trial *t, enum endpoint at);
/* A client at the other endpoint connects to the tester over path 0, and has seen COMM_UP. */
struct peer *kernel_connects(struct trial *t, struct tester *tester);
/* The tester connects to a listener there, which has seen COMM_UP. */
struct peer *tester_connects(struct trial *t, struct tester *tester);
/* When the kernel confirms another address, and probes it for that, after the COMM_UP that has just been seen. */
struct window confirmation_from_now(struct trial *t, const struct peer *kernel);
/* Until the kernel has confirmed the tester's other addresses. */
void confirmed(struct trial *t, struct tester *tester, struct peer *kernel);

/* The tester's association is from now on the one that the kernel has offered in its last INIT ACK: with this tag of
 * the tester, whose next TSN is that. */
void begin_again(struct trial *t, struct tester *tester, uint32_t tag, uint32_t tsn);

/* The states of RFC 9260 section 4, of the kernel's end. */
enum association_state {
	CLOSED,
	COOKIE_WAIT,
	COOKIE_ECHOED,
	ESTABLISHED,
	SHUTDOWN_PENDING,
	SHUTDOWN_SENT,
	SHUTDOWN_RECEIVED,
	SHUTDOWN_ACK_SENT
};
/* By a client at the other endpoint; what would lead on from the state is by hand. CLOSED: a listener. */
struct peer *brought_to(struct trial *t, struct tester *tester, enum association_state state);
/* The message that SHUTDOWN-PENDING and SHUTDOWN-RECEIVED have outstanding; NULL in the other states. */
struct flow *outstanding(const struct tester *tester);
/* The tester as a socket to talk to, for verbs that want one. */
struct peer *tester_peer(struct tester *tester);
/* Messages from the kernel's end to the tester, which sees to what becomes of them. */
struct flow *kernel_sends(struct trial *t, struct peer *from, struct tester *to, const struct traffic *traffic);

/* ---- Packets that leave ---- */

/* What differs from a good peer's packet. */
struct wire_way {
	struct field verification_tag, source_port, destination_port, checksum;
	struct field from_path, to_path; /* default: path 0 */
	const struct sockaddr *source;   /* an address that is not the tester's */
};
#define HEADER(...) ((struct wire_way){ __VA_ARGS__ })

/* One packet with these chunks, over path 0. The instant at which it leaves. */
#define WIRE_CHUNKS_(...) ((const struct wire_chunk[]){ __VA_ARGS__ })
#define WIRE_COUNT_(...) (sizeof(WIRE_CHUNKS_(__VA_ARGS__)) / sizeof(struct wire_chunk))
#define transmit(t, tester, ...) transmit_chunks(t, tester, NULL, WIRE_CHUNKS_(__VA_ARGS__), WIRE_COUNT_(__VA_ARGS__))
#define transmit_with(t, tester, way, ...) \
	transmit_chunks(t, tester, &(way), WIRE_CHUNKS_(__VA_ARGS__), WIRE_COUNT_(__VA_ARGS__))
vtime transmit_chunks(struct trial *t, struct tester *tester, const struct wire_way *way,
	const struct wire_chunk *chunks, size_t count);

/* ---- Packets that arrive ---- */

/* A packet with these chunks in this order, others may be between them; and with no other. A path, or ANY. */
#define arrives(tester, path, ...) \
	arrives_chunks(tester, path, false, NULL, WIRE_CHUNKS_(__VA_ARGS__), WIRE_COUNT_(__VA_ARGS__))
#define arrives_alone(tester, path, ...) \
	arrives_chunks(tester, path, true, NULL, WIRE_CHUNKS_(__VA_ARGS__), WIRE_COUNT_(__VA_ARGS__))
/* The same with something in its header. */
#define arrives_with(tester, path, way, ...) \
	arrives_chunks(tester, path, true, &(way), WIRE_CHUNKS_(__VA_ARGS__), WIRE_COUNT_(__VA_ARGS__))
struct item arrives_chunks(struct tester *tester, int path, bool alone, const struct wire_way *way,
	const struct wire_chunk *chunks, size_t count);

/* The kernel's user reads a message of the tester, on that stream, with these octets (23 at the most). */
struct item reads(const struct peer *peer, int stream, const char *text);

/* When the last packet arrived. */
vtime arrived_at(const struct tester *tester);
/* What arrived last of that type; one without anything if there was none, as in a rehearsal. */
const struct wire_chunk *last(struct tester *tester, uint8_t type);
/* Names instead of numbers: the tester's own tag, the kernel's tag, the n-th TSN of each in the association. */
uint32_t tag_of(const struct tester *tester);
uint32_t kernel_tag(const struct tester *tester);
uint32_t sent_tsn(const struct tester *tester, unsigned n);
uint32_t kernel_tsn(const struct tester *tester, unsigned n);
/* Octets with the one at `at` altered (from the end, if it is negative); the tester keeps them. */
struct octets altered(struct tester *tester, const struct octets *octets, long at);
/* The cookie of the last INIT ACK. */
struct octets last_cookie(struct tester *tester);

/* Two chunks soon, in one packet or in two, in any order. */
void expect_both(struct trial *t, struct tester *tester, int path, struct wire_chunk one, struct wire_chunk other);
/* These DATA chunks, in the order of their TSNs, by number from 0. */
void expect_data(struct trial *t, struct tester *tester, unsigned first, unsigned count);
/* A HEARTBEAT is answered; a HEARTBEAT is answered by an ABORT that reflects its tag. */
void expect_alive(struct trial *t, struct tester *tester);
void expect_gone(struct trial *t, struct tester *tester);

#endif
