/* SPDX-License-Identifier: Apache-2.0 */
/* luggage.h - what `exec` takes along into the guest: files in its box, and trees that its image is to have. */
#ifndef SCTPSPEC_RUNNER_CLI_LUGGAGE_H
#define SCTPSPEC_RUNNER_CLI_LUGGAGE_H

#include <stddef.h>

#include "runner/guest/guest.h"

/* All zeros: empty. */
struct luggage {
	struct box_payload *files;
	size_t n_files;
	struct guest_tree *trees;
	size_t n_trees;
};

/* A file of this machine, under a name in the guest; both are copied. 0 or -ENOMEM. */
int luggage_add_file(struct luggage *luggage, const char *name, const char *path, unsigned mode);
/* A file or folder. `name`, malloc'd, is taken over; `path` has to live as long. 0 or -ENOMEM. */
int luggage_add_tree(struct luggage *luggage, char *name, const char *path);
/*
 * A program of this machine with the libraries that it needs here and the guest does not have; or one that the guest
 * has: `ip`, `tc`, `tcpdump`, and what is in the trees. *name, malloc'd: what to start in the guest. 0 or -errno.
 */
int luggage_add_program(struct luggage *luggage, const char *word, char **name, char **error);
void luggage_free(struct luggage *luggage);

#endif
