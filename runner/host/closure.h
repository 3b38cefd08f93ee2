/* SPDX-License-Identifier: Apache-2.0 */
/* closure.h - the libraries that a program needs on this machine, its loader among them. */
#ifndef SCTPSPEC_RUNNER_HOST_CLOSURE_H
#define SCTPSPEC_RUNNER_HOST_CLOSURE_H

#include <stdbool.h>
#include <stddef.h>

struct path_list {
	char **paths;
	size_t n;
};

/* Adds what `program` needs and the list does not have yet; nothing for a static program. */
int closure_add(const char *program, struct path_list *list, char **error);
bool path_list_has(const struct path_list *list, const char *path);
/* 0 or -ENOMEM; a path that is there already is not added again. */
int path_list_add(struct path_list *list, const char *path);
void path_list_free(struct path_list *list);

#endif
