/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topology_plan.c - from a topology to operations.
 *
 * Neighbours are permanent entries. With the kernel's own discovery a path that loses everything
 * would, after a minute, also lose its neighbour: packets would then die in the sender, unseen by
 * its capture, and a router would answer with ICMP what should vanish without a trace.
 */
#include "netns/topology_plan.h"

#include <string.h>

#include "netns/addressing.h"

struct setting {
	const char *name, *value;
};

/* Interfaces inherit `default` when they are made, so this comes before the links. */
static const struct setting everywhere[] = {
	{ "net.ipv4.conf.all.rp_filter", "0" },
	{ "net.ipv4.conf.default.rp_filter", "0" },
};

static const struct setting everywhere_ipv6[] = {
	/* no traffic but ours: no duplicate address detection, no link-local address, no routers
	   sought */
	{ "net.ipv6.conf.default.accept_dad", "0" },
	{ "net.ipv6.conf.default.dad_transmits", "0" },
	{ "net.ipv6.conf.default.addr_gen_mode", "1" },
	{ "net.ipv6.conf.default.accept_ra", "0" },
	{ "net.ipv6.conf.default.keep_addr_on_down", "1" },
};

static const struct setting in_routers[] = {
	{ "net.ipv4.ip_forward", "1" },
	{ "net.ipv4.conf.all.send_redirects", "0" },
	{ "net.ipv4.icmp_ratelimit", "0" },
};

static const struct setting in_routers_ipv6[] = {
	{ "net.ipv6.conf.all.forwarding", "1" },
	{ "net.ipv6.icmp.ratelimit", "0" },
};

#define LENGTH(array) (sizeof(array) / sizeof(*(array)))

static void add_settings(
	struct operations *out, unsigned space, const struct setting *settings, size_t count, bool if_there)
{
	for (size_t i = 0; i < count; i++) {
		struct operation *op = operations_add(out, OP_SYSCTL, space, "");

		op->sysctl.name = settings[i].name;
		op->sysctl.value = settings[i].value;
		op->sysctl.if_there = if_there;
	}
}

static bool uses_ipv6(const struct topology *topology)
{
	for (unsigned path = 0; path < topology->paths; path++) {
		if (path_has(topology, path, IPV6))
			return true;
	}
	return false;
}

/* The middle of a switched topology has no addresses; without IPv6 it is silent. */
static const struct setting in_switches[] = {
	{ "net.ipv6.conf.all.disable_ipv6", "1" },
	{ "net.ipv6.conf.default.disable_ipv6", "1" },
};

/* A kernel without IPv6 is good enough for topologies without it. */
static void add_all_settings(const struct topology *topology, struct operations *out)
{
	bool ipv6 = uses_ipv6(topology);

	for (unsigned space = 0; space < space_count(topology); space++) {
		bool middle = space >= SPACE_MIDDLE;

		if (middle && topology->medium == MEDIUM_SWITCHED) {
			add_settings(out, space, in_switches, LENGTH(in_switches), !ipv6);
			continue;
		}
		if (middle)
			add_settings(out, space, in_routers, LENGTH(in_routers), false);
		if (middle && ipv6)
			add_settings(out, space, in_routers_ipv6, LENGTH(in_routers_ipv6), false);
		add_settings(out, space, everywhere, LENGTH(everywhere), false);
		add_settings(out, space, everywhere_ipv6, LENGTH(everywhere_ipv6), !ipv6);
	}
}

/* The wire between the middle and an endpoint: made in the middle, its other end appears in the
 * endpoint. */
static void add_wire(const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out)
{
	char device[IFNAMSIZ];
	struct operation *op;

	middle_device(towards, path, device);
	op = operations_add(out, OP_VETH, middle_space(topology, path), device);
	op->veth.index = middle_index(towards, path);
	op->veth.mac = middle_mac(towards, path);
	op->veth.peer_mac = endpoint_mac(towards, path);
	op->veth.peer_space = towards;
	endpoint_device(path, op->veth.peer);
}

static void add_switch(const struct topology *topology, unsigned path, struct operations *out)
{
	unsigned space = middle_space(topology, path);
	char bridge[IFNAMSIZ];

	bridge_device(path, bridge);
	operations_add(out, OP_BRIDGE, space, bridge);
	for (enum endpoint e = ENDPOINT_A; e <= ENDPOINT_B; e++) {
		char port[IFNAMSIZ];

		add_wire(topology, path, e, out);
		middle_device(e, path, port);
		strcpy(operations_add(out, OP_PORT, space, port)->bridge, bridge);
		operations_add(out, OP_FORWARD, space, port);
		operations_add(out, OP_LINK, space, port);
	}
	operations_add(out, OP_LINK, space, bridge);
}

static void add_router(const struct topology *topology, unsigned path, struct operations *out)
{
	for (enum endpoint e = ENDPOINT_A; e <= ENDPOINT_B; e++) {
		char device[IFNAMSIZ];

		add_wire(topology, path, e, out);
		middle_device(e, path, device);
		operations_add(out, OP_LINK, middle_space(topology, path), device);
		topology_plan_router_side(topology, path, e, out);
	}
}

static void add_endpoint(const struct topology *topology, enum endpoint endpoint, struct operations *out)
{
	operations_add(out, OP_LINK, endpoint, "lo");
	for (unsigned path = 0; path < topology->paths; path++) {
		char device[IFNAMSIZ];

		endpoint_device(path, device);
		operations_add(out, OP_LINK, endpoint, device);
		topology_plan_endpoint_path(topology, endpoint, path, DUAL_STACK, out);
	}
}

static void add_offload(const struct topology *topology, enum endpoint endpoint, struct operations *out)
{
	for (unsigned path = 0; path < topology->paths; path++) {
		char device[IFNAMSIZ];

		endpoint_device(path, device);
		operations_add(out, OP_OFFLOAD, endpoint, device);
	}
}

void topology_plan(const struct topology *topology, struct operations *out)
{
	out->count = 0;
	add_all_settings(topology, out);
	for (unsigned path = 0; path < topology->paths; path++) {
		if (topology->medium == MEDIUM_SWITCHED)
			add_switch(topology, path, out);
		else
			add_router(topology, path, out);
	}
	for (enum endpoint e = ENDPOINT_A; e <= ENDPOINT_B; e++) {
		add_endpoint(topology, e, out);
		add_offload(topology, e, out);
	}
}

static void add_address(struct operations *out, unsigned space, const char *device, struct prefix address)
{
	operations_add(out, OP_ADDRESS, space, device)->address = address;
}

static void add_neighbour(
	struct operations *out, unsigned space, const char *device, struct prefix address, struct mac mac)
{
	struct operation *op = operations_add(out, OP_NEIGHBOUR, space, device);

	op->neighbour.address = address;
	op->neighbour.mac = mac;
}

static void add_endpoint_family(const struct topology *topology, enum endpoint endpoint, unsigned path,
	enum ip_family family, struct operations *out)
{
	enum endpoint other = endpoint == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	struct prefix peer = endpoint_prefix(topology, other, path, family);
	char device[IFNAMSIZ];
	struct operation *op;

	endpoint_device(path, device);
	add_address(out, endpoint, device, endpoint_prefix(topology, endpoint, path, family));
	if (topology->medium == MEDIUM_SWITCHED) {
		add_neighbour(out, endpoint, device, peer, endpoint_mac(other, path));
		return;
	}
	add_neighbour(out, endpoint, device, router_prefix(endpoint, path, family), middle_mac(endpoint, path));
	op = operations_add(out, OP_ROUTE, endpoint, device);
	op->route.to = prefix_network(peer);
	op->route.has_gateway = true;
	op->route.gateway = router_prefix(endpoint, path, family);
}

void topology_plan_endpoint_path(const struct topology *topology, enum endpoint endpoint, unsigned path,
	enum ip_family families, struct operations *out)
{
	for (enum ip_family family = IPV4; family <= IPV6; family++) {
		if ((families & family) && path_has(topology, path, family))
			add_endpoint_family(topology, endpoint, path, family, out);
	}
}

void topology_plan_router_side(
	const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out)
{
	unsigned space = middle_space(topology, path);
	char device[IFNAMSIZ];

	middle_device(towards, path, device);
	for (enum ip_family family = IPV4; family <= IPV6; family++) {
		if (!path_has(topology, path, family))
			continue;
		add_address(out, space, device, router_prefix(towards, path, family));
		add_neighbour(out, space, device, endpoint_prefix(topology, towards, path, family),
			endpoint_mac(towards, path));
	}
}
