/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_plan.h - a fault as operations, and its undo. Pure. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_FAULT_PLAN_H
#define SCTPSPEC_NETNS_FAULT_PLAN_H

#include "netns/operation.h"

/* What a kind of faults takes, and where it is possible. */
enum {
	TAKES_PERCENT = 1,
	TAKES_DELAY = 2,
	TAKES_MTU = 4,
	AT_ENDPOINT = 8,
	ROUTED_ONLY = 16,
	TAKES_CHUNKS = 32,
	TAKES_EVERY_PATH = 64,
	OF_A_HOST = 128,
	TAKES_RATE = 256,
	THREE_HOSTS = 512,
	BORDER_ONLY = 1024,
	ONE_WAY = 2048
};
unsigned fault_needs(enum fault_kind kind);
/* "a lower MTU" */
const char *fault_noun(enum fault_kind kind);
/* Does the fault make sense in this topology? 0, or -EINVAL with a sentence. */
int fault_check(const struct topology *topology, const struct fault *fault, char **error);
/* Are they the same fault, whatever its strength? */
bool fault_same(const struct fault *one, const struct fault *other);

/* Is it carried out by a program (chunk_program.h)? */
bool fault_has_program(const struct fault *fault);

/* Does it take interfaces down? */
bool fault_takes_links(const struct fault *fault);

/* The endpoint that a fault is at. */
enum endpoint fault_end(const struct fault *fault);
/* Which address FAULT_ADDRESS_REMOVED is about: on a path of one family it need not be said. */
enum ip_family fault_removed_family(const struct topology *topology, const struct fault *fault);

/* Its operations; the second function adds them to those that are there. */
void fault_plan(const struct topology *topology, const struct fault *fault, struct operations *out);
void fault_plan_more(const struct topology *topology, const struct fault *fault, struct operations *out);

struct remaining_faults {
	const struct fault *list;
	unsigned count;
};

/* Has one of them a program at this place? */
bool hook_is_used(const struct topology *topology, const struct operation *hook, struct remaining_faults remaining);
/* What undoes it: the reverse of each operation, and whatever the kernel dropped on the way, but
 * not what the remaining faults have taken away. */
void fault_undo_plan(const struct topology *topology, const struct fault *fault, struct remaining_faults remaining,
	struct operations *out);
/* Families whose addresses an endpoint has on a path in spite of the remaining faults. */
enum ip_family remaining_families(
	const struct topology *topology, enum endpoint endpoint, unsigned path, struct remaining_faults remaining);

#endif
