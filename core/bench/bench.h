/* SPDX-License-Identifier: Apache-2.0 */
/* bench.h - what is compared: a way to receive messages, and one to send them. */
#ifndef GEN_SCTP_BENCH_BENCH_H
#define GEN_SCTP_BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

#define MOST_ASSOCIATIONS 16

struct way {
	const char *name;
	/* A listening socket on a port of 127.0.0.1. Whatever fails ends the process. */
	void (*listen)(uint16_t port);
	/* The length of the next message, events passed over. */
	size_t (*receive)(void);
	/* So many associations with that port, each on a socket of its own. */
	void (*connect)(uint16_t port, int associations);
	/* A message on stream 0 of the nth. */
	void (*send)(int n, const void *data, size_t length);
};

extern const struct way plain, passive, active;

_Noreturn void die(const char *what, const char *why);

#endif
