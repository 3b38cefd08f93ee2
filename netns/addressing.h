/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addressing.h - who has which name, address and link address in a topology. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_ADDRESSING_H
#define SCTPSPEC_NETNS_ADDRESSING_H

#include "netns/operation.h"

unsigned space_count(const struct topology *topology);
/* The namespace in the middle of a path. */
unsigned middle_space(const struct topology *topology, unsigned path);
/* "a", "b", "sw", "r0": 8 bytes are enough. */
void space_print(const struct topology *topology, unsigned space, char out[8]);

/* "path0": an endpoint's interface. "b0": the middle's interface towards b. "br0": the switch's
 * bridge. */
void endpoint_device(unsigned path, char out[IFNAMSIZ]);
void middle_device(enum endpoint towards, unsigned path, char out[IFNAMSIZ]);
void bridge_device(unsigned path, char out[IFNAMSIZ]);
unsigned middle_index(enum endpoint towards, unsigned path);

bool path_has(const struct topology *topology, unsigned path, enum ip_family family);
struct prefix endpoint_prefix(
	const struct topology *topology, enum endpoint endpoint, unsigned path, enum ip_family family);
/* The router's address on its side towards an endpoint. */
struct prefix router_prefix(enum endpoint towards, unsigned path, enum ip_family family);
/* The network of an address; the address alone. */
struct prefix prefix_network(struct prefix prefix);
struct prefix prefix_host(struct prefix prefix);

struct mac endpoint_mac(enum endpoint endpoint, unsigned path);
struct mac middle_mac(enum endpoint towards, unsigned path);

#endif
