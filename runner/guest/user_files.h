/* SPDX-License-Identifier: Apache-2.0 */
/* user_files.h - files of this machine that a user wants in the guest's image. */
#ifndef SCTPSPEC_RUNNER_GUEST_USER_FILES_H
#define SCTPSPEC_RUNNER_GUEST_USER_FILES_H

#include "runner/guest/guest.h"
#include "runner/host/closure.h"

struct user_file {
	char *name; /* in the guest, absolute */
	char *path; /* on this machine */
	unsigned mode;
};

struct user_file_list {
	struct user_file *list;
	size_t n;
	struct path_list libraries; /* that the programs among them need */
};

/* Every file that `trees` name: folders with all that is in them, links followed. 0, or a sentence
 * that names what cannot be had. */
int user_files_expand(const struct image_tree *trees, size_t n_trees, struct user_file_list *out, char **error);
void user_files_free(struct user_file_list *user_files);

#endif
