/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lab.h - what the tests of standing networks share: a network of their own, probes, and the state
 * of every namespace as text.
 *
 * They run as root, on this machine or in a guest. The test process moves to a network namespace of
 * its own first, so that the machine's network is out of reach.
 */
#ifndef SCTPSPEC_NETNS_TESTS_LAB_H
#define SCTPSPEC_NETNS_TESTS_LAB_H

#include "netns/live_net.h"

#include <check.h>

#define SKIPPED 77

/* For main(): says why the tests cannot run here. True: they can. */
bool lab_usable(void);
/* Has the kernel this queueing discipline? Loop tests that need it are left out, with a word about
 * it. */
bool lab_has_queue(const char *kind);
/* Does it take the programs of faults of chunks? */
bool lab_has_programs(void);
/* Writes the program's file, for tc(8) to load. */
void lab_write_object(const struct fault *fault);
/* Has it nftables, with conntrack, NAT and reject? */
bool lab_has_tables(void);
/* As a checked fixture. */
void lab_move_out(void);

/* The library's topologies, and two of both families on many paths. */
const struct topology *lab_topology(int number);
#define LAB_TOPOLOGIES 23
/* Has the kernel what it is made of? */
bool lab_can_build(const struct topology *topology);
extern const struct topology lab_routed; /* two routed paths of both families */

struct net *lab_create(const struct topology *topology);
void lab_inject(struct net *net, const struct fault *fault);
void lab_mend(struct net *net, const struct fault *fault);

/* A socket in an endpoint's namespace. */
int lab_socket(struct net *net, enum endpoint endpoint, int family, int type, int protocol);
int64_t lab_now(void);

struct probe {
	enum endpoint from;
	unsigned path;
	enum ip_family family; /* 0: the path's only one, or IPv4 */
	unsigned count;        /* 0: 1 */
	unsigned size;         /* of the IP packets; 0: 100 */
	int patience_ms;       /* for what has not arrived; 0: 300 */
};

struct outcome {
	unsigned sent, arrived;
	unsigned overtaken; /* packets that came after one that was sent later */
	int64_t delay_ns;   /* of the first that arrived */
	int error;          /* what sending met, or ICMP reported */
	uint32_t path_mtu;  /* as the sender knows it in the end */
};

/* Sends UDP datagrams, which may not be fragmented, and waits until all is quiet. */
struct outcome lab_probe(struct net *net, const struct probe *wanted);
/* The same in steps: sends; how many have come since, until all is quiet; how it was in all. */
struct standing_probe {
	int sender, receiver;
	struct probe probe;
	struct outcome outcome;
};
struct standing_probe lab_probe_begin(struct net *net, const struct probe *wanted);
unsigned lab_probe_look(struct standing_probe *standing);
struct outcome lab_probe_end(struct standing_probe *standing);
/* Whether one datagram makes it, each way. */
void lab_assert_reachable(struct net *net, unsigned path);
void lab_assert_all_reachable(struct net *net);

/* Links, addresses, routes, neighbours and queues of every namespace, sorted. Malloc'd. */
char *lab_state(struct net *net);
/* Runs a program in a namespace, gives its output (malloc'd), asserts that it is content. */
char *lab_run(const struct space *space, const char *const *arguments);
char *lab_run_with_input(const struct space *space, const char *const *arguments, const char *input);

#endif
