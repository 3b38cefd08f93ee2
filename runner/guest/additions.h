/* SPDX-License-Identifier: Apache-2.0 */
/* additions.h - files of this machine that a user wants in the guest's image. */
#ifndef SCTPSPEC_RUNNER_GUEST_ADDITIONS_H
#define SCTPSPEC_RUNNER_GUEST_ADDITIONS_H

#include "runner/guest/guest.h"
#include "runner/host/closure.h"

struct addition {
	char *name; /* in the guest, absolute */
	char *path; /* on this machine */
	unsigned mode;
};

struct addition_list {
	struct addition *list;
	size_t n;
	struct path_list libraries; /* that the programs among them need */
};

/* Every file that `trees` name: folders with all that is in them, links followed. 0, or a sentence
 * that names what cannot be had. */
int additions_expand(const struct guest_tree *trees, size_t n_trees, struct addition_list *out, char **error);
void additions_free(struct addition_list *additions);

#endif
