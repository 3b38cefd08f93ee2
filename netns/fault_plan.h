/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_plan.h - a fault as operations, and its undo. Pure. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_FAULT_PLAN_H
#define SCTPSPEC_NETNS_FAULT_PLAN_H

#include "netns/operation.h"

/* Does the fault make sense in this topology? 0, or -EINVAL with a sentence. */
int fault_check(const struct topology *topology, const struct fault *fault, char **error);
/* Are they the same fault, whatever its strength? */
bool fault_same(const struct fault *one, const struct fault *other);

void fault_plan(const struct topology *topology, const struct fault *fault, struct operations *out);

struct remaining_faults {
	const struct fault *list;
	unsigned count;
};

/* What undoes it: the reverse of each operation, and whatever the kernel dropped on the way, but
 * not what the remaining faults have taken away. */
void fault_undo_plan(const struct topology *topology, const struct fault *fault, struct remaining_faults remaining,
	struct operations *out);
/* Families whose addresses an endpoint has on a path in spite of the remaining faults. */
enum ip_family remaining_families(
	const struct topology *topology, enum endpoint endpoint, unsigned path, struct remaining_faults remaining);

#endif
