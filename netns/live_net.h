/* SPDX-License-Identifier: Apache-2.0 */
/*
 * live_net.h - a topology that has been built: what net.c, inject.c and capture.c share. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_LIVE_NET_H
#define SCTPSPEC_NETNS_LIVE_NET_H

#include "netns/chunk_program.h"
#include "netns/operation.h"

#define FAULTS_MAX 32
#define RECORDINGS_MAX (HOSTS_MAX * NET_PATHS_MAX)

/*
 * A namespace is held by a descriptor and has no name in the file system: it cannot clash with
 * another one, and the kernel removes it when the process that made it has ended, in whatever way.
 */
struct space {
	int namespace; /* -1: none */
	int socket;    /* netlink, in that namespace */
	char path[40]; /* "/proc/123/fd/4": how others open it */
	char name[8];  /* "a", "sw": for messages */
};

struct recording {
	int packets, file; /* a packet socket, and where its packets go */
	char name[24];     /* "a-path0" */
};

struct net {
	const struct topology *topology;
	struct space spaces[SPACES_MAX];
	struct fault faults[FAULTS_MAX]; /* those in force, oldest first */
	unsigned fault_count;
	struct chunk_machine machine; /* what carries out faults of chunks */
	struct recording recordings[RECORDINGS_MAX];
	unsigned recording_count;
};

/* Moves this thread into a namespace. Gives the descriptor with which space_leave() goes back, or
 * -errno. */
int space_enter(const struct space *space);
int space_leave(int home);

/* capture.c: a packet socket on that device of the thread's namespace, for what captures keep; or -errno. */
int packet_socket_open(const char *device);

/* Waits until every interface of the path that is meant to be up has its carrier, frames flow, and
 * every address that is meant to be there is listened to. */
int net_await_path(struct net *net, unsigned path, char **error);

#endif
