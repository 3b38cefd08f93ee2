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
#include "netns/topology_plan.h"
#include "sentence.h"

#define METRIC_MTU 1
#define TABLE_TOWARDS(endpoint) (100 + (endpoint))
#define ETHERNET_HEADER 14
#define MTU_MIN 68 /* RFC 791 */
#define MTU_MIN_IPV6 1280
#define MTU_MAX 1500

typedef void plan_function(const struct topology *topology, const struct fault *fault, struct operations *out);

static bool goes(const struct fault *fault, enum endpoint towards)
{
	return fault->direction != (towards == ENDPOINT_A ? A_TO_B : B_TO_A);
}

static void plan_link_down(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	unsigned space = fault->at == AT_A ? ENDPOINT_A : ENDPOINT_B;
	char device[IFNAMSIZ];

	endpoint_device(fault->path, device);
	if (fault->at == AT_MIDDLE) {
		space = middle_space(topology, fault->path);
		if (topology->medium == MEDIUM_SWITCHED)
			bridge_device(fault->path, device);
		else
			middle_device(fault->direction == B_TO_A ? ENDPOINT_A : ENDPOINT_B, fault->path, device);
	}
	operations_add(out, OP_LINK, space, device)->removed = true;
}

static void plan_netem(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	for (enum endpoint towards = ENDPOINT_A; towards <= ENDPOINT_B; towards++) {
		char device[IFNAMSIZ];
		struct netem *netem;

		if (!goes(fault, towards))
			continue;
		middle_device(towards, fault->path, device);
		netem = &operations_add(out, OP_NETEM, middle_space(topology, fault->path), device)->netem;
		netem->delay_us = fault->delay_us;
		netem->jitter_us = fault->jitter_us;
		netem->loss = fault->kind == FAULT_LOSS ? fault->percent : 0;
		netem->reorder = fault->kind == FAULT_REORDER ? fault->percent : 0;
		netem->duplicate = fault->kind == FAULT_DUPLICATE ? fault->percent : 0;
		netem->corrupt = fault->kind == FAULT_CORRUPT ? fault->percent : 0;
	}
}

/* A route to one host that wins over the route to its network. */
static struct operation *add_host_route(const struct topology *topology, const struct fault *fault,
	enum endpoint towards, enum ip_family family, struct operations *out)
{
	struct operation *op;
	char device[IFNAMSIZ];

	middle_device(towards, fault->path, device);
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
		middle_device(towards, fault->path, device);
		operations_add(out, OP_SIZE_LIMIT, middle_space(topology, fault->path), device)->frame_size =
			fault->mtu + ETHERNET_HEADER;
	}
}

/* On a path of one family it need not be said. */
static enum ip_family removed_family(const struct topology *topology, const struct fault *fault)
{
	return fault->family ? fault->family : topology->family[fault->path];
}

static void plan_address_removed(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	enum endpoint endpoint = fault->at == AT_A ? ENDPOINT_A : ENDPOINT_B;
	char device[IFNAMSIZ];
	struct operation *op;

	endpoint_device(fault->path, device);
	op = operations_add(out, OP_ADDRESS, endpoint, device);
	op->removed = true;
	op->address = endpoint_prefix(topology, endpoint, fault->path, removed_family(topology, fault));
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
	middle_device(towards == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A, fault->path, device);
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

static void plan_router_down(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	for (enum endpoint towards = ENDPOINT_A; towards <= ENDPOINT_B; towards++) {
		char device[IFNAMSIZ];

		middle_device(towards, fault->path, device);
		operations_add(out, OP_LINK, middle_space(topology, fault->path), device)->removed = true;
	}
}

enum { TAKES_PERCENT = 1, TAKES_DELAY = 2, TAKES_MTU = 4, AT_ENDPOINT = 8, ROUTED_ONLY = 16 };

static const struct {
	const char *name;
	unsigned needs;
	plan_function *plan;
} kinds[FAULT_KINDS] = {
	[FAULT_LINK_DOWN] = { "a link that is down", 0, plan_link_down },
	[FAULT_LOSS] = { "loss", TAKES_PERCENT, plan_netem },
	[FAULT_DELAY] = { "delay", TAKES_DELAY, plan_netem },
	[FAULT_REORDER] = { "reordering", TAKES_PERCENT | TAKES_DELAY, plan_netem },
	[FAULT_DUPLICATE] = { "duplication", TAKES_PERCENT, plan_netem },
	[FAULT_CORRUPT] = { "corruption", TAKES_PERCENT, plan_netem },
	[FAULT_MTU] = { "a lower MTU", TAKES_MTU, plan_mtu },
	[FAULT_ADDRESS_REMOVED] = { "a removed address", AT_ENDPOINT, plan_address_removed },
	[FAULT_UNREACHABLE] = { "an unreachable host", ROUTED_ONLY, plan_unreachable },
	[FAULT_ROUTER_DOWN] = { "a router that is down", ROUTED_ONLY, plan_router_down },
};

static int check_address_removed(const struct topology *topology, const struct fault *fault, char **error)
{
	enum ip_family family = removed_family(topology, fault);

	if (family != IPV4 && family != IPV6)
		return sentence(error, -EINVAL,
			"path %u has addresses of both families: say which one is to be removed", fault->path);
	if (!path_has(topology, fault->path, family))
		return sentence(error, -EINVAL, "path %u of topology %s has no IPv%d address", fault->path,
			topology->name, family == IPV4 ? 4 : 6);
	return 0;
}

static int check_mtu(const struct topology *topology, const struct fault *fault, char **error)
{
	uint32_t lowest = path_has(topology, fault->path, IPV6) ? MTU_MIN_IPV6 : MTU_MIN;

	if (fault->mtu < lowest || fault->mtu > MTU_MAX)
		return sentence(error, -EINVAL, "an MTU of %u is not between %u and %u", fault->mtu, lowest, MTU_MAX);
	if (fault->icmp && topology->medium != MEDIUM_ROUTED)
		return sentence(
			error, -EINVAL, "topology %s has no routers, so nobody can answer with ICMP", topology->name);
	return 0;
}

int fault_check(const struct topology *topology, const struct fault *fault, char **error)
{
	unsigned needs;

	if (fault->kind >= FAULT_KINDS)
		return sentence(error, -EINVAL, "there is no fault of kind %d", (int)fault->kind);
	needs = kinds[fault->kind].needs;
	if (fault->path >= topology->paths)
		return sentence(error, -EINVAL, "topology %s has no path %u: its last one is path %u", topology->name,
			fault->path, topology->paths - 1);
	if ((needs & ROUTED_ONLY) && topology->medium != MEDIUM_ROUTED)
		return sentence(error, -EINVAL, "topology %s has no routers: %s is not possible", topology->name,
			kinds[fault->kind].name);
	if ((needs & TAKES_PERCENT) && !(fault->percent > 0 && fault->percent <= 100))
		return sentence(error, -EINVAL, "%s of %g %% is not between 0 and 100 %%", kinds[fault->kind].name,
			fault->percent);
	if ((needs & TAKES_DELAY) && (!fault->delay_us || fault->jitter_us > fault->delay_us))
		return sentence(error, -EINVAL, "%s needs a delay that is not smaller than its jitter",
			kinds[fault->kind].name);
	if ((needs & AT_ENDPOINT) && fault->at != AT_A && fault->at != AT_B)
		return sentence(error, -EINVAL, "%s is at a or at b", kinds[fault->kind].name);
	if (needs & TAKES_MTU)
		return check_mtu(topology, fault, error);
	if (fault->kind == FAULT_ADDRESS_REMOVED)
		return check_address_removed(topology, fault, error);
	return 0;
}

bool fault_same(const struct fault *one, const struct fault *other)
{
	return one->kind == other->kind && one->path == other->path && one->at == other->at &&
		one->direction == other->direction && one->family == other->family;
}

void fault_plan(const struct topology *topology, const struct fault *fault, struct operations *out)
{
	out->count = 0;
	kinds[fault->kind].plan(topology, fault, out);
}

/* ------------------------------------------------------------------ undo */

enum ip_family remaining_families(
	const struct topology *topology, enum endpoint endpoint, unsigned path, struct remaining_faults remaining)
{
	unsigned families = topology->family[path];

	for (unsigned i = 0; i < remaining.count; i++) {
		const struct fault *other = &remaining.list[i];

		if (other->kind == FAULT_ADDRESS_REMOVED && other->path == path &&
			other->at == (endpoint == ENDPOINT_A ? AT_A : AT_B))
			families &= ~(unsigned)removed_family(topology, other);
	}
	return (enum ip_family)families;
}

/* An interface that went down, or lost its last address, has lost routes and neighbours. */
static void restore_endpoint(const struct topology *topology, enum endpoint endpoint, unsigned path,
	struct remaining_faults remaining, struct operations *out)
{
	topology_plan_endpoint_path(
		topology, endpoint, path, remaining_families(topology, endpoint, path, remaining), out);
}

/* With the router's interfaces went also the routes of other faults over them. */
static void restore_router(const struct topology *topology, const struct fault *fault,
	struct remaining_faults remaining, struct operations *out)
{
	unsigned links = out->count;

	for (unsigned i = 0; i < links; i++)
		topology_plan_router_side(
			topology, fault->path, out->list[i].device[0] == 'a' ? ENDPOINT_A : ENDPOINT_B, out);
	for (unsigned i = 0; i < remaining.count; i++) {
		const struct fault *other = &remaining.list[i];

		if (other->path == fault->path && other->kind == FAULT_MTU && other->icmp)
			plan_mtu_with_icmp(topology, other, out);
	}
}

static void leave_out_what_is_done(unsigned done, struct operations *operations)
{
	unsigned kept = done;

	for (unsigned i = done; i < operations->count; i++) {
		bool is_done = false;

		for (unsigned d = 0; d < done; d++)
			is_done |= operation_same_target(&operations->list[d], &operations->list[i]);
		if (!is_done)
			operations->list[kept++] = operations->list[i];
	}
	operations->count = kept;
}

static bool needs_its_link(const struct operation *op)
{
	return op->kind == OP_NEIGHBOUR || (op->kind == OP_ROUTE && !op->route.unreachable);
}

/*
 * On an interface that another fault keeps down there are no routes and neighbours to be restored
 * (that one's undo will do it) or removed.
 */
static void leave_out_what_is_down(
	const struct topology *topology, const struct fault *other, struct operations *operations)
{
	struct operations down;
	unsigned kept = 0;

	if (other->kind != FAULT_LINK_DOWN && other->kind != FAULT_ROUTER_DOWN)
		return;
	fault_plan(topology, other, &down);
	for (unsigned i = 0; i < operations->count; i++) {
		const struct operation *op = &operations->list[i];
		bool is_down = false;

		for (unsigned d = 0; d < down.count && needs_its_link(op); d++)
			is_down |= op->space == down.list[d].space && !strcmp(op->device, down.list[d].device);
		if (!is_down)
			operations->list[kept++] = *op;
	}
	operations->count = kept;
}

void fault_undo_plan(const struct topology *topology, const struct fault *fault, struct remaining_faults remaining,
	struct operations *out)
{
	unsigned reversed;

	fault_plan(topology, fault, out);
	reversed = out->count;
	for (unsigned i = 0; i < reversed; i++)
		out->list[i].removed = !out->list[i].removed;
	if (fault->kind == FAULT_ROUTER_DOWN)
		restore_router(topology, fault, remaining, out);
	if (fault->kind == FAULT_LINK_DOWN && fault->at == AT_MIDDLE && topology->medium == MEDIUM_ROUTED)
		restore_router(topology, fault, remaining, out);
	if ((fault->kind == FAULT_LINK_DOWN || fault->kind == FAULT_ADDRESS_REMOVED) && fault->at != AT_MIDDLE)
		restore_endpoint(topology, fault->at == AT_A ? ENDPOINT_A : ENDPOINT_B, fault->path, remaining, out);
	leave_out_what_is_done(reversed, out);
	for (unsigned i = 0; i < remaining.count; i++)
		leave_out_what_is_down(topology, &remaining.list[i], out);
}
