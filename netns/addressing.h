/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addressing.h - who has which name, address and link address in a topology. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_ADDRESSING_H
#define SCTPSPEC_NETNS_ADDRESSING_H

#include "netns/operation.h"

unsigned space_count(const struct topology *topology);
/* Is there such a namespace? */
bool space_exists(const struct topology *topology, unsigned space);
/* The namespace in the middle of a path. */
unsigned middle_space(const struct topology *topology, unsigned path);
/* "a", "b", "sw", "r0", "lan": 8 bytes are enough. */
void space_print(const struct topology *topology, unsigned space, char out[8]);

/* Do several routers share the endpoint's link on that path? Then a switch stands between, in the namespace "lan". */
bool link_is_shared(const struct topology *topology, enum endpoint endpoint, unsigned path);
unsigned lan_space(const struct topology *topology);
bool has_lan(const struct topology *topology);

/* "path0": an endpoint's interface for a path. "b0": the middle's interface towards b. "br0": the switch's bridge.
 * "far0": its other end, when the path is a long line: "x0" and "y0" are the ends of that. */
void endpoint_device(const struct topology *topology, enum endpoint endpoint, unsigned path, char out[IFNAMSIZ]);
void middle_device(const struct topology *topology, enum endpoint towards, unsigned path, char out[IFNAMSIZ]);
void bridge_device(const struct topology *topology, unsigned path, char out[IFNAMSIZ]);
unsigned middle_index(enum endpoint towards, unsigned path);
/* What an endpoint's link is plugged into, and where that is: "b0", or "hb0" in the namespace "lan". */
unsigned plug_space(const struct topology *topology, enum endpoint towards, unsigned path);
void plug_device(const struct topology *topology, enum endpoint towards, unsigned path, char out[IFNAMSIZ]);

bool path_has(const struct topology *topology, unsigned path, enum ip_family family);
bool line_is_long(const struct line *line);
struct prefix endpoint_prefix(
	const struct topology *topology, enum endpoint endpoint, unsigned path, enum ip_family family);
struct prefix client_prefix(unsigned client);
/* The router's address on its side towards an endpoint. */
struct prefix router_prefix(
	const struct topology *topology, enum endpoint towards, unsigned path, enum ip_family family);
/* The network of an address; the address alone. */
struct prefix prefix_network(struct prefix prefix);
struct prefix prefix_host(struct prefix prefix);

struct mac endpoint_mac(const struct topology *topology, enum endpoint endpoint, unsigned path);
struct mac middle_mac(enum endpoint towards, unsigned path);

#endif
