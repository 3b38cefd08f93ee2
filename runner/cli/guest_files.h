/* SPDX-License-Identifier: Apache-2.0 */
/* guest_files.h - what `exec` takes along into the guest: files in its box, and trees that its image is to have. */
#ifndef SCTPSPEC_RUNNER_CLI_GUEST_FILES_H
#define SCTPSPEC_RUNNER_CLI_GUEST_FILES_H

#include <stddef.h>

#include "runner/guest/guest.h"

/* All zeros: empty. */
struct guest_files {
	struct box_payload *files;
	size_t n_files;
	struct image_tree *trees;
	size_t n_trees;
};

/* A file of this machine, under a name in the guest; both are copied. 0 or -ENOMEM. */
int guest_files_add_file(struct guest_files *guest_files, const char *name, const char *path, unsigned mode);
/* A file or folder. `name`, malloc'd, is taken over; `path` has to live as long. 0 or -ENOMEM. */
int guest_files_add_tree(struct guest_files *guest_files, char *name, const char *path);
/*
 * A program of this machine with the libraries that it needs here and the guest does not have; or one that the guest
 * has: `ip`, `tc`, `tcpdump`, and what is in the trees. *name, malloc'd: what to start in the guest. 0 or -errno.
 */
int guest_files_add_program(struct guest_files *guest_files, const char *word, char **name, char **error);
void guest_files_free(struct guest_files *guest_files);

#endif
