/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ruleset.h - what a router does to packets by nftables: a table with one chain. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_RULESET_H
#define SCTPSPEC_NETNS_RULESET_H

#include "netns/netns.h"

#include <net/if.h>

enum ruleset_kind {
	RULESET_FIREWALL, /* what conntrack calls invalid is dropped */
	RULESET_NAT,      /* what leaves by the device has the router's address as its source */
	RULESET_REJECT,   /* SCTP that leaves by the device is answered with ICMP destination unreachable */
};

struct ruleset {
	enum ruleset_kind kind;
	char device[IFNAMSIZ];
	uint8_t code; /* of ICMP */
};

/* "add table ip firewall; ...": for nft(8). */
void ruleset_print(const struct ruleset *ruleset, bool removed, FILE *out);
/* In the namespace that the calling thread is in. 0 or -errno. */
int ruleset_apply(const struct ruleset *ruleset, bool removed);
/* conntrack forgets all that it knows there. */
int conntrack_flush(void);

#endif
