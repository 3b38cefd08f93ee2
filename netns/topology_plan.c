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
#include "netns/cabling.h"

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
		bool lan = has_lan(topology) && space == lan_space(topology);

		if (!space_exists(topology, space))
			continue;
		if ((middle && topology->medium == MEDIUM_SWITCHED) || lan) {
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

/* ------------------------------------------------------------------ switches */

static void add_line_end(
	const struct line *line, unsigned space, const char *device, const char *bridge, struct operations *out)
{
	operations_add(out, OP_NETEM, space, device)->netem = (struct netem){ .delay_us = line->delay_us,
		.jitter_us = line->jitter_us,
		.rate_kbit = line->rate_kbit,
		.limit = line->queue ? line->queue : 1000 };
	cabling_add_switch_port(out, space, device, bridge);
}

/* The far end of a long line is a switch of its own, where b is. */
static void add_line(const struct topology *topology, unsigned path, const char *bridge, struct operations *out)
{
	const unsigned space = middle_space(topology, path);
	char far[IFNAMSIZ], near_end[IFNAMSIZ], far_end[IFNAMSIZ];

	snprintf(far, sizeof(far), "far%u", path);
	snprintf(near_end, sizeof(near_end), "x%u", path);
	snprintf(far_end, sizeof(far_end), "y%u", path);
	operations_add(out, OP_BRIDGE, space, far);
	cabling_add_wire(&(struct wire){ .space = space,
				 .peer_space = space,
				 .device = near_end,
				 .peer = far_end,
				 .mac = { { 2, 0, 0, 0, (uint8_t)path, 0x2a } },
				 .peer_mac = { { 2, 0, 0, 0, (uint8_t)path, 0x2b } },
				 .index = middle_index(ENDPOINT_A, path) + 8 },
		out);
	add_line_end(&topology->line[path], space, near_end, bridge, out);
	add_line_end(&topology->line[path], space, far_end, far, out);
	operations_add(out, OP_LINK, space, far);
}

static void add_switch(const struct topology *topology, unsigned path, struct operations *out)
{
	const unsigned space = middle_space(topology, path);
	const bool is_long = line_is_long(&topology->line[path]);
	char bridge[IFNAMSIZ], far[IFNAMSIZ], port[IFNAMSIZ], spare[IFNAMSIZ];

	if (topology_link(topology, ENDPOINT_A, path) != path)
		return; /* it is on another one */
	bridge_device(topology, path, bridge);
	snprintf(far, sizeof(far), "far%u", path);
	operations_add(out, OP_BRIDGE, space, bridge);
	if (is_long)
		add_line(topology, path, bridge, out);
	for (enum endpoint e = ENDPOINT_A; e < topology_hosts(topology); e++) {
		cabling_add_cable(topology, path, e, out);
		middle_device(topology, e, path, port);
		cabling_add_switch_port(out, space, port, is_long && e == ENDPOINT_B ? far : bridge);
		snprintf(spare, sizeof(spare), "s%.10s", port);
		if (topology->attachment == ATTACHED_BY_BOND)
			cabling_add_switch_port(out, space, spare, bridge);
	}
	operations_add(out, OP_LINK, space, bridge);
}

/* ------------------------------------------------------------------ routers */

/* "la1": the switch on a's link 1. */
static void lan_device(const struct topology *topology, enum endpoint towards, unsigned path, char out[IFNAMSIZ])
{
	snprintf(out, IFNAMSIZ, "l%c%u", 'a' + (char)towards, topology_link(topology, towards, path));
}

static void add_lan(const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out)
{
	const unsigned space = lan_space(topology);
	char bridge[IFNAMSIZ], port[IFNAMSIZ];

	lan_device(topology, towards, path, bridge);
	operations_add(out, OP_BRIDGE, space, bridge);
	cabling_add_cable(topology, path, towards, out);
	plug_device(topology, towards, path, port);
	cabling_add_switch_port(out, space, port, bridge);
	operations_add(out, OP_LINK, space, bridge);
}

/* The router's side of a link that it shares: "a1" in the router, "ra1" at the switch. */
static void add_router_to_lan(
	const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out)
{
	char device[IFNAMSIZ], port[IFNAMSIZ], bridge[IFNAMSIZ];

	if (topology_link(topology, towards, path) == path)
		add_lan(topology, path, towards, out);
	middle_device(topology, towards, path, device);
	snprintf(port, sizeof(port), "r%.10s", device);
	lan_device(topology, towards, path, bridge);
	cabling_add_wire(&(struct wire){ .space = middle_space(topology, path),
				 .peer_space = lan_space(topology),
				 .device = device,
				 .peer = port,
				 .mac = middle_mac(towards, path),
				 .peer_mac = { { 2, 0, 0, 0, (uint8_t)path, (uint8_t)(0x2a + towards) } },
				 .index = 200 + middle_index(towards, path) },
		out);
	cabling_add_switch_port(out, lan_space(topology), port, bridge);
}

static void add_border(const struct topology *topology, unsigned path, struct operations *out)
{
	struct operation *op;

	if (!topology->border)
		return;
	op = operations_add(out, OP_RULESET, middle_space(topology, path), "");
	op->ruleset.kind = topology->border == BORDER_NAT ? RULESET_NAT : RULESET_FIREWALL;
	middle_device(topology, ENDPOINT_B, path, op->ruleset.device);
}

static void add_router(const struct topology *topology, unsigned path, struct operations *out)
{
	for (enum endpoint e = ENDPOINT_A; e <= ENDPOINT_B; e++) {
		char device[IFNAMSIZ];

		if (link_is_shared(topology, e, path))
			add_router_to_lan(topology, path, e, out);
		else
			cabling_add_cable(topology, path, e, out);
		middle_device(topology, e, path, device);
		operations_add(out, OP_LINK, middle_space(topology, path), device);
		topology_plan_router_side(topology, path, e, out);
	}
	add_border(topology, path, out);
}

/* ------------------------------------------------------------------ endpoints */

static void add_offload(const struct topology *topology, enum endpoint endpoint, struct operations *out)
{
	for (unsigned link = 0; link < topology_links(topology, endpoint); link++) {
		char device[IFNAMSIZ];

		endpoint_device(topology, endpoint, link, device);
		if (topology->attachment == ATTACHED_BY_VLAN && link == 0)
			operations_add(out, OP_OFFLOAD, endpoint, "cable");
		if (topology->attachment == ATTACHED_BY_BOND) {
			char wire[IFNAMSIZ];

			snprintf(wire, sizeof(wire), "wire%u", link);
			operations_add(out, OP_OFFLOAD, endpoint, wire);
			snprintf(wire, sizeof(wire), "spare%u", link);
			operations_add(out, OP_OFFLOAD, endpoint, wire);
		}
		operations_add(out, OP_OFFLOAD, endpoint, device);
	}
}

static void add_endpoint(const struct topology *topology, enum endpoint endpoint, struct operations *out)
{
	operations_add(out, OP_LINK, endpoint, "lo");
	for (unsigned path = 0; path < topology->paths; path++) {
		char device[IFNAMSIZ];

		endpoint_device(topology, endpoint, path, device);
		if (topology_link(topology, endpoint, path) == path)
			operations_add(out, OP_LINK, endpoint, device);
		topology_plan_endpoint_path(topology, endpoint, path, DUAL_STACK, out);
	}
	topology_plan_crossing(topology, endpoint, out);
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
	for (enum endpoint e = ENDPOINT_A; e < topology_hosts(topology); e++) {
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

/* The others on the same switch, a's clients among them. */
static void add_neighbours(const struct topology *topology, enum endpoint endpoint, unsigned path,
	enum ip_family family, const char *device, struct operations *out)
{
	for (enum endpoint other = ENDPOINT_A; other < topology_hosts(topology); other++) {
		if (other != endpoint)
			add_neighbour(out, endpoint, device, endpoint_prefix(topology, other, path, family),
				endpoint_mac(topology, other, path));
	}
	for (unsigned i = 0; path == 0 && family == IPV4 && i < topology->clients; i++) {
		if (endpoint == ENDPOINT_A)
			add_address(out, endpoint, device, client_prefix(i));
		else
			add_neighbour(
				out, endpoint, device, client_prefix(i), endpoint_mac(topology, ENDPOINT_A, path));
	}
}

/* What b sends to a's address on this path leaves by the other link, from its own address here. */
static void add_crossing(const struct topology *topology, unsigned path, struct operations *out)
{
	const unsigned other = path == 0 ? 1 : 0;
	const struct prefix to = endpoint_prefix(topology, ENDPOINT_A, path, IPV4);
	char device[IFNAMSIZ];
	struct operation *op;

	endpoint_device(topology, ENDPOINT_B, other, device);
	add_neighbour(out, ENDPOINT_B, device, to, endpoint_mac(topology, ENDPOINT_A, other));
	op = operations_add(out, OP_ROUTE, ENDPOINT_B, device);
	op->route.to = prefix_host(to);
	op->route.has_source = true;
	op->route.source = endpoint_prefix(topology, ENDPOINT_B, path, IPV4);
}

static void add_endpoint_family(const struct topology *topology, enum endpoint endpoint, unsigned path,
	enum ip_family family, struct operations *out)
{
	enum endpoint other = endpoint == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	const struct prefix router = router_prefix(topology, endpoint, path, family);
	char device[IFNAMSIZ];
	struct operation *op;

	endpoint_device(topology, endpoint, path, device);
	if (topology_has_address(topology, endpoint, path))
		add_address(out, endpoint, device, endpoint_prefix(topology, endpoint, path, family));
	if (topology->medium == MEDIUM_SWITCHED) {
		add_neighbours(topology, endpoint, path, family, device, out);
		return;
	}
	add_neighbour(out, endpoint, device, router, middle_mac(endpoint, path));
	op = operations_add(out, OP_ROUTE, endpoint, device);
	op->route.to = prefix_network(endpoint_prefix(topology, other, path, family));
	op->route.has_gateway = true;
	op->route.gateway = router;
	/* to a network that several paths lead to the first one is taken */
	op->route.metric = topology_has_address(topology, other, path) ? 0 : 10 + path;
}

void topology_plan_endpoint_path(const struct topology *topology, enum endpoint endpoint, unsigned path,
	enum ip_family families, struct operations *out)
{
	for (enum ip_family family = IPV4; family <= IPV6; family++) {
		if ((families & family) && path_has(topology, path, family))
			add_endpoint_family(topology, endpoint, path, family, out);
	}
}

void topology_plan_crossing(const struct topology *topology, enum endpoint endpoint, struct operations *out)
{
	for (unsigned path = 0; topology->crossed && endpoint == ENDPOINT_B && path < topology->paths; path++)
		add_crossing(topology, path, out);
}

void topology_plan_router_side(
	const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out)
{
	unsigned space = middle_space(topology, path);
	char device[IFNAMSIZ];

	middle_device(topology, towards, path, device);
	for (enum ip_family family = IPV4; family <= IPV6; family++) {
		if (!path_has(topology, path, family))
			continue;
		add_address(out, space, device, router_prefix(topology, towards, path, family));
		add_neighbour(out, space, device, endpoint_prefix(topology, towards, path, family),
			endpoint_mac(topology, towards, path));
	}
}
