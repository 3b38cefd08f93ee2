/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inject.c - faults that take effect: their operations, carried out by netlink on sockets that were
 * opened in each namespace when the topology was built.
 */
#include "netns/operation_apply.h"
#include "netns/chunk_program.h"
#include "netns/fault_plan.h"
#include "netns/live_net.h"
#include "sentence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct remaining_faults in_force(const struct net *net)
{
	return (struct remaining_faults){ net->faults, net->fault_count };
}

/* All of them, or none: what has been done is taken back. */
static int carry_out_all(struct net *net, struct operations *operations, char **error)
{
	for (unsigned i = 0; i < operations->count; i++) {
		int status = operation_apply(net, &operations->list[i], error);

		if (status == 0)
			continue;
		while (i-- > 0) {
			if (operations->list[i].kind == OP_HOOK &&
				hook_is_used(net->topology, &operations->list[i], in_force(net)))
				continue;
			operations->list[i].removed = !operations->list[i].removed;
			operation_apply(net, &operations->list[i], NULL);
		}
		return status;
	}
	return 0;
}

/* All of them, also when one fails; the first failure is reported. */
static int carry_out_each(struct net *net, const struct operations *operations, char **error)
{
	int first = 0;

	for (unsigned i = 0; i < operations->count; i++) {
		int status = operation_apply(net, &operations->list[i], first ? NULL : error);

		if (first == 0)
			first = status;
	}
	return first;
}

static int find_fault(const struct net *net, const struct fault *fault)
{
	for (unsigned i = 0; i < net->fault_count; i++) {
		if (fault_same(&net->faults[i], fault))
			return (int)i;
	}
	return -1;
}

/* A fault that has its hands on the same thing already, or NULL. */
static const struct fault *find_rival(const struct net *net, const struct operations *wanted)
{
	struct operations held;

	for (unsigned i = 0; i < net->fault_count; i++) {
		fault_plan(net->topology, &net->faults[i], &held);
		for (unsigned h = 0; h < held.count; h++) {
			for (unsigned w = 0; w < wanted->count; w++) {
				if (operation_same_target(&held.list[h], &wanted->list[w]))
					return &net->faults[i];
			}
		}
	}
	return NULL;
}

static int excluded_by(const struct fault *rival, const struct fault *fault, char **error)
{
	const int status = fault_same(rival, fault) ? -EALREADY : -EBUSY;
	char *said = fault_describe(rival);

	sentence(error, status, "the fault \"%s\" is in force and %s", said ? said : "?",
		status == -EALREADY ? "has to be mended first" : "excludes this one");
	free(said);
	return status;
}

/* The first place that no program has, so that programs look at a packet in this order. */
static uint16_t free_place(const struct net *net)
{
	uint16_t place = 1;

	for (unsigned i = 0; i < net->fault_count; i++) {
		if (net->faults[i].place != place)
			continue;
		place++;
		i = (unsigned)-1;
	}
	return place;
}

static int carry_out(struct net *net, struct fault *fault, struct operations *operations, char **error)
{
	const struct fault *rival;
	int status, same = find_fault(net, fault);

	if (same >= 0)
		return excluded_by(&net->faults[same], fault, error);
	fault->place = fault_has_program(fault) ? free_place(net) : 0;
	if (fault->place > CHUNK_SLOTS)
		return sentence(
			error, -ENOSPC, "%d faults of chunks are in force, which is as many as can be", CHUNK_SLOTS);
	fault_plan(net->topology, fault, operations);
	rival = find_rival(net, operations);
	if (rival)
		return excluded_by(rival, fault, error);
	if (fault->place && net->machine.slots)
		net->machine.slots[fault->place - 1] = chunk_slot_for(fault);
	status = carry_out_all(net, operations, error);
	if (status == 0)
		net->faults[net->fault_count++] = *fault;
	return status;
}

int net_inject(struct net *net, const struct fault *fault, char **error)
{
	struct operations *operations;
	struct fault placed = *fault;
	int status = fault_check(net->topology, fault, error);

	if (status < 0)
		return status;
	if (net->fault_count == FAULTS_MAX)
		return sentence(error, -ENOSPC, "%d faults are in force, which is as many as can be", FAULTS_MAX);
	operations = malloc(sizeof(*operations));
	if (!operations)
		return sentence(error, -ENOMEM, "no memory for a fault");
	status = carry_out(net, &placed, operations, error);
	free(operations);
	return status;
}

static void forget(struct net *net, unsigned position)
{
	net->fault_count--;
	memmove(&net->faults[position], &net->faults[position + 1],
		(net->fault_count - position) * sizeof(*net->faults));
}

int net_mend(struct net *net, const struct fault *fault, char **error)
{
	int position = find_fault(net, fault), status;
	struct operations operations;
	struct fault mended;

	if (position < 0)
		return sentence(error, -ENOENT, "there is no such fault on path %u to be mended", fault->path);
	mended = net->faults[position];
	forget(net, (unsigned)position);
	fault_undo_plan(net->topology, &mended, in_force(net), &operations);
	status = carry_out_each(net, &operations, error);
	if (!fault_takes_links(&mended) && mended.kind != FAULT_ADDRESS_REMOVED)
		return status;
	for (unsigned path = 0; path < net->topology->paths && status == 0; path++) {
		if (mended.path == path || mended.path == EVERY_PATH)
			status = net_await_path(net, path, error);
	}
	return status;
}

int net_hits(const struct net *net, const struct fault *fault, uint64_t *hits)
{
	const int position = find_fault(net, fault);

	if (position < 0 || !net->faults[position].place)
		return -ENOENT;
	*hits = net->machine.slots[net->faults[position].place - 1].hit;
	return 0;
}
