/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loopback.h - what the guest tests have in common: sockets on 127.0.0.1, pairs that are
 * associated, and expectations that say what came instead. Everything ends the test when it does
 * not go as said.
 */
#ifndef GEN_SCTP_TESTS_LOOPBACK_H
#define GEN_SCTP_TESTS_LOOPBACK_H

#include "gen_sctp.h"
#include "suite.h"

#include <errno.h>
#include <string.h>

/* Long enough for anything on loopback that is going to happen, and free on a virtual clock. */
#define SOON 5000

/* Statuses in words. */
#define expect_status(call, expected)                                                                          \
	do {                                                                                                   \
		const int expect_got = (call), expect_want = (expected);                                       \
		ck_assert_msg(expect_got == expect_want, "%s is %d (%s), expected %d (%s)", #call, expect_got, \
			gs_status_name(expect_got), expect_want, gs_status_name(expect_want));                 \
	} while (0)
#define expect_ok(call) expect_status(call, GS_OK)

union gs_addr addr_of(const char *text, uint16_t port);
union gs_addr localhost(uint16_t port);

struct gs_socket *open_with(const struct gs_open_options *options);
struct gs_socket *open_on(const char *address); /* seqpacket, a port of the kernel's choice */
struct gs_socket *listener(void);               /* on 127.0.0.1, listening */
/* The helpers' sockets are freed after the test, unless it does so itself; peel() is gs_peeloff().
 */
struct gs_socket *peel(struct gs_socket *s, int32_t assoc_id);
void release(struct gs_socket *s);
void release_all(void);
uint16_t port_of(struct gs_socket *s);

struct pair {
	struct gs_socket *client, *server;
	int32_t at_client, at_server; /* the association's id at either end */
	struct gs_assoc_change client_up, server_up;
	union gs_addr client_addr, server_addr;
};

/* Both on 127.0.0.1, associated, both comm_ups read. */
struct pair associate(void);
struct pair associate_with(const struct gs_options *client, const struct gs_options *server);
/* Between sockets that are there: `to` listens. */
struct pair associate_between(struct gs_socket *from, struct gs_socket *to);

/* The next thing on the socket is this. What they return is valid until the next expectation. */
const struct gs_message *expect_event(struct gs_socket *s, uint32_t type);
const struct gs_assoc_change *expect_change(struct gs_socket *s, uint32_t state);
const struct gs_data *expect_data(struct gs_socket *s, const void *bytes, size_t length);
#define expect_text(s, text) expect_data(s, text, strlen(text))
/* Returns when the kernel has something for the socket. */
void wait_until_readable(struct gs_socket *s);
/* Nothing for so many milliseconds. */
void expect_quiet(struct gs_socket *s, int64_t ms);

int getopt_int(struct gs_socket *s, uint32_t name);
void setopt_int(struct gs_socket *s, uint32_t name, int64_t value);

double seconds_now(void);
double cpu_seconds_now(void);
int count_descriptors(void);
/* From now on there is room for so many more. */
void limit_descriptors(int room);

/* From here on the test has a network of its own: lo, with 192.0.2.2 too, and a route into nothing,
 * at whose end is 198.51.100.1, which never answers. */
void enter_private_network(void);
union gs_addr silent_peer(void);

/* A function in another thread, and its result. */
struct errand {
	int (*run)(void *);
	void *argument;
	int result;
	double took; /* seconds */
	unsigned long thread;
};
void errand_start(struct errand *e, int (*run)(void *), void *argument);
int errand_finish(struct errand *e);
void pause_ms(int ms);

#endif
