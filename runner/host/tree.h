/* SPDX-License-Identifier: Apache-2.0 */
/* tree.h - folders: making, removing, and files in them. All give 0 or -errno. */
#ifndef SCTPSPEC_RUNNER_HOST_TREE_H
#define SCTPSPEC_RUNNER_HOST_TREE_H

#include <stddef.h>
#include <sys/types.h>

/* The folder and those above it that are missing. */
int tree_make(const char *path);
/* The folders above a file that is going to be made. */
int tree_make_above(const char *file);
/* Everything at and under `path`; nothing there is fine. */
int tree_remove(const char *path);
int tree_copy_file(const char *from, const char *to);
/* A whole small file, malloc'd and NUL-ended; *length may be NULL. */
int tree_read_file(const char *path, char **text, size_t *length);
int tree_write_file(const char *path, const void *data, size_t length);

#endif
