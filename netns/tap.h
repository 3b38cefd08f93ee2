/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tap.h - being a host of a topology, in place of its kernel: its addresses are taken away from it, and frames come and
 * go by packet sockets on its links.
 *
 * A kernel that has no address takes no packet for its own, and answers none; its link addresses, its neighbours and
 * all that stands between the hosts stay as they are, and so does what faults do to them.
 */
#ifndef SCTPSPEC_NETNS_TAP_H
#define SCTPSPEC_NETNS_TAP_H

#include "netns/netns.h"

/* Takes all addresses away from the host's kernel. 0 or -errno, with a sentence. */
int net_silence_host(struct net *net, enum endpoint endpoint, char **error);
/* A packet socket on one of its links, for SCTP and ICMP: the descriptor, or -errno with a sentence. It is not in the
 * way of captures, which see what it sends. */
int net_open_tap(struct net *net, enum endpoint endpoint, unsigned link, char **error);
/* The link addresses of a frame that the host sends on a path. */
void topology_link_ends(
	const struct topology *topology, enum endpoint from, unsigned path, uint8_t source[6], uint8_t destination[6]);

struct tapped {
	int64_t time_ns;     /* of CLOCK_REALTIME, when it passed */
	bool is_the_kernels; /* the host's own kernel has sent it */
	size_t length;
};

/* 1: a frame; 0: there is none; or -errno. */
int tap_receive(int tap, uint8_t *frame, size_t room, struct tapped *out);
/* 0 or -errno. */
int tap_send(int tap, const uint8_t *frame, size_t length);

#endif
