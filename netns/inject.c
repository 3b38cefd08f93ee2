/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inject.c - faults that take effect: their operations, carried out by netlink on sockets that were
 * opened in each namespace when the topology was built.
 */
#include "netns/operation_apply.h"
#include "netns/fault_plan.h"
#include "netns/live_net.h"
#include "sentence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* All of them, or none: what has been done is taken back. */
static int carry_out_all(struct net *net, struct operations *operations, char **error)
{
	for (unsigned i = 0; i < operations->count; i++) {
		int status = operation_apply(net, &operations->list[i], error);

		if (status == 0)
			continue;
		while (i-- > 0) {
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

int net_inject(struct net *net, const struct fault *fault, char **error)
{
	struct operations operations;
	const struct fault *rival;
	int status = fault_check(net->topology, fault, error);

	if (status < 0)
		return status;
	if (net->fault_count == FAULTS_MAX)
		return sentence(error, -ENOSPC, "%d faults are in force, which is as many as can be", FAULTS_MAX);
	fault_plan(net->topology, fault, &operations);
	rival = find_rival(net, &operations);
	if (rival) {
		char *said = fault_describe(rival);

		status = fault_same(rival, fault) ? -EALREADY : -EBUSY;
		sentence(error, status, "the fault \"%s\" is in force and %s", said ? said : "?",
			status == -EALREADY ? "has to be mended first" : "excludes this one");
		free(said);
		return status;
	}
	status = carry_out_all(net, &operations, error);
	if (status == 0)
		net->faults[net->fault_count++] = *fault;
	return status;
}

int net_mend(struct net *net, const struct fault *fault, char **error)
{
	int position = find_fault(net, fault), status;
	struct operations operations;
	struct fault mended;

	if (position < 0)
		return sentence(error, -ENOENT, "there is no such fault on path %u to be mended", fault->path);
	mended = net->faults[position];
	net->fault_count--;
	memmove(&net->faults[position], &net->faults[position + 1],
		(net->fault_count - (unsigned)position) * sizeof(*net->faults));
	fault_undo_plan(
		net->topology, &mended, (struct remaining_faults){ net->faults, net->fault_count }, &operations);
	status = carry_out_each(net, &operations, error);
	if (status < 0 ||
		(mended.kind != FAULT_LINK_DOWN && mended.kind != FAULT_ROUTER_DOWN &&
			mended.kind != FAULT_ADDRESS_REMOVED))
		return status;
	return net_await_path(net, mended.path, error);
}
