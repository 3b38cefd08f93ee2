/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_undo.c - what undoes a fault: the reverse of its operations, and what the kernel dropped on the way.
 */
#include "netns/fault_plan.h"

#include <string.h>

#include "netns/addressing.h"
#include "netns/topology_plan.h"

enum ip_family remaining_families(
	const struct topology *topology, enum endpoint endpoint, unsigned path, struct remaining_faults remaining)
{
	unsigned families = topology->family[path];

	for (unsigned i = 0; i < remaining.count; i++) {
		const struct fault *other = &remaining.list[i];

		if (other->kind == FAULT_ADDRESS_REMOVED && other->path == path &&
			other->at == (endpoint == ENDPOINT_A ? AT_A : AT_B))
			families &= ~(unsigned)fault_removed_family(topology, other);
	}
	return (enum ip_family)families;
}

/* An interface that went down, or lost its last address, has lost routes and neighbours. */
static void restore_endpoint(const struct topology *topology, enum endpoint endpoint, unsigned path,
	struct remaining_faults remaining, struct operations *out)
{
	const unsigned link = topology_link(topology, endpoint, path);

	for (unsigned each = 0; each < topology->paths; each++) {
		if (topology_link(topology, endpoint, each) == link)
			topology_plan_endpoint_path(
				topology, endpoint, each, remaining_families(topology, endpoint, each, remaining), out);
	}
	topology_plan_crossing(topology, endpoint, out);
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
			fault_plan_more(topology, other, out);
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

	if (!fault_takes_links(other))
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

static bool takes_router_links(const struct topology *topology, const struct fault *fault)
{
	return topology->medium == MEDIUM_ROUTED &&
		(fault->kind == FAULT_ROUTER_DOWN ||
			(fault->kind == FAULT_CARRIER && !link_is_shared(topology, fault_end(fault), fault->path)) ||
			(fault->kind == FAULT_LINK_DOWN && fault->at == AT_MIDDLE));
}

/* What a is to know of its neighbour again is not removed. */
static void give_back(unsigned count, struct operations *out)
{
	out->count = 0;
	for (unsigned i = 0; i < count; i++) {
		if (out->list[i].kind != OP_NEIGHBOUR)
			out->list[out->count++] = out->list[i];
	}
}

/* What waits in a queue is let out before the queue is removed. */
static void unplug(unsigned count, struct operations *out)
{
	struct operations all;

	all.count = 0;
	for (unsigned i = 0; i < count; i++) {
		const struct operation *op = &out->list[i];

		if (op->kind == OP_PLUG)
			operations_add(&all, OP_UNPLUG, op->space, op->device);
		all.list[all.count++] = *op;
	}
	memcpy(out->list, all.list, all.count * sizeof(*all.list));
	out->count = all.count;
}

/* The address goes before the link, and comes after it. */
static void bring_up_first(struct operations *out)
{
	const struct operation address = out->list[0];

	out->list[0] = out->list[1];
	out->list[1] = address;
}

bool hook_is_used(const struct topology *topology, const struct operation *hook, struct remaining_faults remaining)
{
	struct operations other;

	for (unsigned i = 0; i < remaining.count; i++) {
		if (!fault_has_program(&remaining.list[i]))
			continue;
		fault_plan(topology, &remaining.list[i], &other);
		for (unsigned o = 0; o < other.count; o++) {
			if (other.list[o].kind == OP_HOOK && other.list[o].space == hook->space &&
				!strcmp(other.list[o].device, hook->device))
				return true;
		}
	}
	return false;
}

/* A program goes before its hook, which stays for others, and a queue before the one that it is in. */
static void undo_chunks(const struct topology *topology, const struct fault *fault, struct remaining_faults remaining,
	struct operations *out)
{
	struct operations done;

	fault_plan(topology, fault, &done);
	out->count = 0;
	for (unsigned i = done.count; i-- > 0;) {
		if (done.list[i].kind == OP_HOOK && hook_is_used(topology, &done.list[i], remaining))
			continue;
		out->list[out->count] = done.list[i];
		out->list[out->count++].removed = true;
	}
}

void fault_undo_plan(const struct topology *topology, const struct fault *fault, struct remaining_faults remaining,
	struct operations *out)
{
	unsigned reversed;

	if (fault_has_program(fault)) {
		undo_chunks(topology, fault, remaining, out);
		return;
	}

	fault_plan(topology, fault, out);
	reversed = out->count;
	for (unsigned i = 0; i < reversed; i++)
		out->list[i].removed = !out->list[i].removed;
	if (fault->kind == FAULT_STATE_FORGOTTEN)
		out->count = reversed = 0; /* nobody can give it back */
	if (fault->kind == FAULT_ADDRESS_TAKEN) {
		give_back(reversed, out);
		reversed = out->count;
		restore_endpoint(topology, ENDPOINT_A, fault->path, remaining, out);
	}
	if (takes_router_links(topology, fault))
		restore_router(topology, fault, remaining, out);
	if ((fault->kind == FAULT_LINK_DOWN || fault->kind == FAULT_ADDRESS_REMOVED) && fault->at != AT_MIDDLE)
		restore_endpoint(topology, fault_end(fault), fault->path, remaining, out);
	for (unsigned link = 0; fault->kind == FAULT_HOST_DOWN && link < topology_links(topology, fault_end(fault));
		link++)
		restore_endpoint(topology, fault_end(fault), link, remaining, out);
	if (fault->kind == FAULT_HOST_PAUSED)
		unplug(reversed, out);
	if (fault->addresses_lost)
		bring_up_first(out);
	leave_out_what_is_done(reversed, out);
	for (unsigned i = 0; i < remaining.count; i++)
		leave_out_what_is_down(topology, &remaining.list[i], out);
}
