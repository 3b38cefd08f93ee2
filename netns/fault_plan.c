/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_plan.c - from faults to operations: a table of kinds, each with how it is made from parts.
 *
 * A destination that a router refuses is in a routing table that only packets from the other side
 * are looked up in. The router's own packets still find their way, so it can answer with ICMP.
 */
#include "netns/fault_plan.h"

#include <errno.h>
#include <string.h>

#include "netns/addressing.h"
#include "netns/chunk_program.h"
#include "netns/packet.h"
#include "netns/topology_plan.h"
#include "sentence.h"

#define METRIC_MTU 1
#define TABLE_TOWARDS(endpoint) (100 + (endpoint))
#define ETHERNET_HEADER 14

typedef void plan_function(const struct topology *topology, const struct fault *fault, struct operations *out);

static bool goes(const struct fault *fault, enum endpoint towards)
{
	return fault->direction != (towards == ENDPOINT_A ? A_TO_B : B_TO_A);
}

enum endpoint fault_end(const struct fault *fault)
{
	return fault->at == AT_A ? ENDPOINT_A : ENDPOINT_B;
}

static enum endpoint other_end(enum endpoint endpoint)
{
	return endpoint == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
}

/* A path that shares its link on a switch has no devices of its own. */
static bool has_devices_of_another(const struct topology *topology, unsigned path)
{
	return topology->medium == MEDIUM_SWITCHED && topology_link(topology, ENDPOINT_A, path) != path;
}

static void plan_link_down(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	unsigned space = fault_end(fault);
	char device[IFNAMSIZ];

	endpoint_device(topology, fault_end(fault), fault->path, device);
	if (fault->addresses_lost) {
		struct operation *op = operations_add(out, OP_ADDRESS, space, device);

		op->removed = true;
		op->address = endpoint_prefix(topology, fault_end(fault), fault->path, IPV6);
	}
	if (fault->at == AT_MIDDLE) {
		space = middle_space(topology, fault->path);
		if (topology->medium == MEDIUM_SWITCHED)
			bridge_device(topology, fault->path, device);
		else
			middle_device(
				topology, fault->direction == B_TO_A ? ENDPOINT_A : ENDPOINT_B, fault->path, device);
	}
	operations_add(out, OP_LINK, space, device)->removed = true;
}

static void add_marking(
	const struct topology *topology, const struct fault *fault, const char *device, struct operations *out)
{
	for (enum operation_kind kind = OP_RATE; kind <= OP_MARKING; kind++) {
		struct operation *op = operations_add(out, kind, middle_space(topology, fault->path), device);

		op->marking.rate_kbit = fault->rate_kbit;
		op->marking.from = fault->mark_from;
	}
}

static void plan_netem(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	for (enum endpoint towards = ENDPOINT_A; towards <= ENDPOINT_B; towards++) {
		char device[IFNAMSIZ];
		struct netem *netem;

		if (!goes(fault, towards))
			continue;
		middle_device(topology, towards, fault->path, device);
		if (fault->mark_from) {
			add_marking(topology, fault, device, out);
			continue;
		}
		netem = &operations_add(out, OP_NETEM, middle_space(topology, fault->path), device)->netem;
		netem->delay_us = fault->delay_us;
		netem->jitter_us = fault->jitter_us;
		netem->loss = fault->kind == FAULT_LOSS ? fault->percent : 0;
		netem->reorder = fault->kind == FAULT_REORDER ? fault->percent : 0;
		netem->duplicate = fault->kind == FAULT_DUPLICATE ? fault->percent : 0;
		netem->corrupt = fault->kind == FAULT_CORRUPT ? fault->percent : 0;
		netem->rate_kbit = fault->rate_kbit;
		netem->limit = fault->queue;
	}
}

/* A route to one host that wins over the route to its network. */
static struct operation *add_host_route(const struct topology *topology, const struct fault *fault,
	enum endpoint towards, enum ip_family family, struct operations *out)
{
	struct operation *op;
	char device[IFNAMSIZ];

	middle_device(topology, towards, fault->path, device);
	op = operations_add(out, OP_ROUTE, middle_space(topology, fault->path), device);
	op->route.to = prefix_host(endpoint_prefix(topology, towards, fault->path, family));
	return op;
}

static void plan_mtu_with_icmp(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	for (enum endpoint towards = ENDPOINT_A; towards <= ENDPOINT_B; towards++) {
		for (enum ip_family family = IPV4; family <= IPV6; family++) {
			struct operation *op;

			if (!goes(fault, towards) || !path_has(topology, fault->path, family))
				continue;
			op = add_host_route(topology, fault, towards, family, out);
			op->route.mtu = fault->mtu;
			op->route.metric = METRIC_MTU;
		}
	}
}

/*
 * Not the device's MTU: a switch would let four bytes more pass, for a VLAN tag, a router would
 * answer, and below 1280 the kernel takes IPv6 off the device.
 */
static void plan_mtu(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	if (fault->icmp) {
		plan_mtu_with_icmp(topology, fault, out);
		return;
	}
	for (enum endpoint towards = ENDPOINT_A; towards <= ENDPOINT_B; towards++) {
		char device[IFNAMSIZ];

		if (!goes(fault, towards))
			continue;
		middle_device(topology, towards, fault->path, device);
		operations_add(out, OP_SIZE_LIMIT, middle_space(topology, fault->path), device)->frame_size =
			fault->mtu + ETHERNET_HEADER;
	}
}

/* On a path of one family it need not be said. */
enum ip_family fault_removed_family(const struct topology *topology, const struct fault *fault)
{
	return fault->family ? fault->family : topology->family[fault->path];
}

static void plan_address_removed(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	enum endpoint endpoint = fault->at == AT_A ? ENDPOINT_A : ENDPOINT_B;
	char device[IFNAMSIZ];
	struct operation *op;

	endpoint_device(topology, endpoint, fault->path, device);
	op = operations_add(out, OP_ADDRESS, endpoint, device);
	op->removed = true;
	op->address = endpoint_prefix(topology, endpoint, fault->path, fault_removed_family(topology, fault));
}

static void add_unreachable(const struct topology *topology, const struct fault *fault, enum endpoint towards,
	enum ip_family family, struct operations *out)
{
	uint8_t table = (uint8_t)TABLE_TOWARDS(towards);
	struct operation *op;
	char device[IFNAMSIZ];

	op = add_host_route(topology, fault, towards, family, out);
	op->route.unreachable = true;
	op->route.table = table;
	middle_device(topology, towards == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A, fault->path, device);
	op = operations_add(out, OP_RULE, middle_space(topology, fault->path), device);
	op->rule.family = family;
	op->rule.table = table;
}

static void plan_unreachable(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	for (enum endpoint towards = ENDPOINT_A; towards <= ENDPOINT_B; towards++) {
		for (enum ip_family family = IPV4; family <= IPV6; family++) {
			if (goes(fault, towards) && path_has(topology, fault->path, family))
				add_unreachable(topology, fault, towards, family, out);
		}
	}
}

static void plan_reject(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	for (enum endpoint towards = ENDPOINT_A; towards <= ENDPOINT_B; towards++) {
		struct operation *op;

		if (!goes(fault, towards))
			continue;
		op = operations_add(out, OP_RULESET, middle_space(topology, fault->path), "");
		op->ruleset = (struct ruleset){ .kind = RULESET_REJECT, .code = fault->icmp_code };
		middle_device(topology, towards, fault->path, op->ruleset.device);
	}
}

static void plan_state_forgotten(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	operations_add(out, OP_FORGET, middle_space(topology, fault->path), "");
}

static void plan_router_down(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	for (enum endpoint towards = ENDPOINT_A; towards <= ENDPOINT_B; towards++) {
		char device[IFNAMSIZ];

		middle_device(topology, towards, fault->path, device);
		operations_add(out, OP_LINK, middle_space(topology, fault->path), device)->removed = true;
	}
}

/* Where packets leave the middle for an endpoint. */
static void add_program(const struct topology *topology, const struct fault *fault, unsigned path,
	enum endpoint towards, struct operations *out)
{
	const unsigned space = middle_space(topology, path);
	char device[IFNAMSIZ];

	middle_device(topology, towards, path, device);
	if (fault->kind == FAULT_CHUNKS_DELAYED) {
		operations_add(out, OP_BANDS, space, device);
		operations_add(out, OP_NETEM, space, device)->netem =
			(struct netem){ .delay_us = fault->delay_us, .band = DELAYED_BAND };
	}
	operations_add(out, OP_HOOK, space, device);
	operations_add(out, OP_PROGRAM, space, device)->program = fault;
}

static void plan_chunks(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	for (unsigned path = 0; path < topology->paths; path++) {
		if ((fault->path != EVERY_PATH && fault->path != path) ||
			(fault->path == EVERY_PATH && has_devices_of_another(topology, path)))
			continue;
		for (enum endpoint towards = ENDPOINT_A; towards <= ENDPOINT_B; towards++) {
			if (goes(fault, towards))
				add_program(topology, fault, path, towards, out);
		}
	}
}

static void plan_carrier(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	char device[IFNAMSIZ];

	plug_device(topology, fault_end(fault), fault->path, device);
	operations_add(out, OP_LINK, plug_space(topology, fault_end(fault), fault->path), device)->removed = true;
}

static void plan_neighbour(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	const enum endpoint endpoint = fault_end(fault);
	struct operations all;

	all.count = 0;
	topology_plan_endpoint_path(topology, endpoint, fault->path, DUAL_STACK, &all);
	for (unsigned i = 0; i < all.count; i++) {
		if (all.list[i].kind != OP_NEIGHBOUR)
			continue;
		out->list[out->count] = all.list[i];
		out->list[out->count++].removed = true;
	}
}

static void plan_address_taken(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	char device[IFNAMSIZ];

	for (enum ip_family family = IPV4; family <= IPV6; family++) {
		const struct prefix address = endpoint_prefix(topology, ENDPOINT_B, fault->path, family);
		struct operation *op;

		if (!path_has(topology, fault->path, family))
			continue;
		endpoint_device(topology, ENDPOINT_C, fault->path, device);
		operations_add(out, OP_ADDRESS, ENDPOINT_C, device)->address = address;
		endpoint_device(topology, ENDPOINT_A, fault->path, device);
		op = operations_add(out, OP_NEIGHBOUR, ENDPOINT_A, device);
		op->neighbour.address = address;
		op->neighbour.mac = endpoint_mac(topology, ENDPOINT_C, fault->path);
	}
}

static void plan_host_down(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	for (unsigned link = 0; link < topology_links(topology, fault_end(fault)); link++) {
		char device[IFNAMSIZ];

		endpoint_device(topology, fault_end(fault), link, device);
		operations_add(out, OP_LINK, fault_end(fault), device)->removed = true;
	}
}

/* The order is that of mending as well: its answers to what it finds get through. */
static void plan_host_paused(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	char device[IFNAMSIZ];

	for (unsigned path = 0; path < topology->paths; path++) {
		if (has_devices_of_another(topology, path))
			continue;
		middle_device(topology, other_end(fault_end(fault)), path, device);
		operations_add(out, OP_NETEM, middle_space(topology, path), device)->netem.loss = 100;
	}
	for (unsigned path = 0; path < topology->paths; path++) {
		if (has_devices_of_another(topology, path))
			continue;
		middle_device(topology, fault_end(fault), path, device);
		operations_add(out, OP_PLUG, middle_space(topology, path), device);
	}
}

static const struct {
	const char *name;
	unsigned needs;
	plan_function *plan;
} kinds[FAULT_KINDS] = {
	[FAULT_LINK_DOWN] = { "a link that is down", 0, plan_link_down },
	[FAULT_LOSS] = { "loss", TAKES_PERCENT, plan_netem },
	[FAULT_DELAY] = { "delay", TAKES_DELAY, plan_netem },
	[FAULT_NARROW] = { "a narrow path", TAKES_RATE, plan_netem },
	[FAULT_REORDER] = { "reordering", TAKES_PERCENT | TAKES_DELAY, plan_netem },
	[FAULT_DUPLICATE] = { "duplication", TAKES_PERCENT, plan_netem },
	[FAULT_CORRUPT] = { "corruption", TAKES_PERCENT, plan_netem },
	[FAULT_MTU] = { "a lower MTU", TAKES_MTU, plan_mtu },
	[FAULT_ADDRESS_REMOVED] = { "a removed address", AT_ENDPOINT, plan_address_removed },
	[FAULT_UNREACHABLE] = { "an unreachable host", ROUTED_ONLY, plan_unreachable },
	[FAULT_REJECT] = { "a refusal by ICMP", BORDER_ONLY | ONE_WAY, plan_reject },
	[FAULT_STATE_FORGOTTEN] = { "a firewall that forgets", BORDER_ONLY, plan_state_forgotten },
	[FAULT_ROUTER_DOWN] = { "a router that is down", ROUTED_ONLY, plan_router_down },
	[FAULT_CARRIER] = { "a lost carrier", AT_ENDPOINT, plan_carrier },
	[FAULT_NEIGHBOUR] = { "a forgotten neighbour", AT_ENDPOINT, plan_neighbour },
	[FAULT_ADDRESS_TAKEN] = { "an address that another host has", THREE_HOSTS, plan_address_taken },
	[FAULT_HOST_DOWN] = { "a host that is down", OF_A_HOST | AT_ENDPOINT, plan_host_down },
	[FAULT_HOST_PAUSED] = { "a host that is paused", OF_A_HOST | AT_ENDPOINT, plan_host_paused },
	[FAULT_CHUNKS_LOST] = { "loss of chunks", TAKES_CHUNKS | TAKES_EVERY_PATH, plan_chunks },
	[FAULT_CHUNKS_DOUBLED] = { "doubling of chunks", TAKES_CHUNKS | TAKES_EVERY_PATH, plan_chunks },
	[FAULT_CHUNKS_DELAYED] = { "delay of chunks", TAKES_CHUNKS | TAKES_DELAY, plan_chunks },
	[FAULT_CHUNKS_CORRUPTED] = { "corruption of chunks", TAKES_CHUNKS | TAKES_EVERY_PATH, plan_chunks },
	[FAULT_CHUNKS_MARKED] = { "a mark of congestion", TAKES_CHUNKS | TAKES_EVERY_PATH, plan_chunks },
};

unsigned fault_needs(enum fault_kind kind)
{
	return kinds[kind].needs;
}

const char *fault_noun(enum fault_kind kind)
{
	return kinds[kind].name;
}

static bool same_chunks(const struct chunks *one, const struct chunks *other)
{
	return one->type == other->type && one->which == other->which && one->sending == other->sending &&
		one->by_ppid == other->by_ppid && one->ppid == other->ppid;
}

bool fault_same(const struct fault *one, const struct fault *other)
{
	return one->kind == other->kind && one->path == other->path && one->at == other->at &&
		one->direction == other->direction && one->family == other->family &&
		same_chunks(&one->chunks, &other->chunks);
}

bool fault_takes_links(const struct fault *fault)
{
	return fault->kind == FAULT_LINK_DOWN || fault->kind == FAULT_ROUTER_DOWN || fault->kind == FAULT_CARRIER ||
		fault->kind == FAULT_HOST_DOWN;
}

bool fault_has_program(const struct fault *fault)
{
	return kinds[fault->kind].needs & TAKES_CHUNKS;
}

void fault_plan_more(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	kinds[fault->kind].plan(topology, fault, out);
}

void fault_plan(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	out->count = 0;
	fault_plan_more(topology, fault, out);
}
