/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/cli/luggage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/guest/image.h"
#include "runner/host/closure.h"
#include "runner/host/program.h"
#include "sentence.h"

int luggage_add_file(struct luggage *luggage, const char *name, const char *path, unsigned mode)
{
	struct box_payload *more = realloc(luggage->files, (luggage->n_files + 1) * sizeof(*more));
	struct box_payload one = { .name = strdup(name), .path = strdup(path), .mode = mode };

	if (more)
		luggage->files = more;
	if (!more || !one.name || !one.path) {
		free((void *)(uintptr_t)one.name);
		free((void *)(uintptr_t)one.path);
		return -ENOMEM;
	}
	more[luggage->n_files++] = one;
	return 0;
}

int luggage_add_tree(struct luggage *luggage, char *name, const char *path)
{
	struct guest_tree *more = realloc(luggage->trees, (luggage->n_trees + 1) * sizeof(*more));

	if (!more) {
		free(name);
		return -ENOMEM;
	}
	luggage->trees = more;
	more[luggage->n_trees++] = (struct guest_tree){ .path = path, .name = name };
	return 0;
}

/* Whether a path of the guest is one of what --with put there. */
static bool is_in_trees(const struct luggage *luggage, const char *name)
{
	for (size_t i = 0; i < luggage->n_trees; i++) {
		const struct guest_tree *tree = &luggage->trees[i];
		size_t length = strlen(tree->name);
		char *path = NULL;
		bool found;

		while (length > 0 && tree->name[length - 1] == '/')
			length--;
		if (strncmp(tree->name, name, length) != 0 || (name[length] != '/' && name[length] != '\0') ||
			asprintf(&path, "%s%s", tree->path, name + length) < 0)
			continue;
		found = access(path, X_OK) == 0;
		free(path);
		if (found)
			return true;
	}
	return false;
}

int luggage_add_program(struct luggage *luggage, const char *word, char **name, char **error)
{
	static const char *const there[] = { "ip", "tc", "tcpdump" };
	struct path_list needed = { 0 }, had = { 0 };
	char *path = NULL;
	int status;

	for (size_t i = 0; i < sizeof(there) / sizeof(*there); i++) {
		if (strcmp(word, there[i]) == 0)
			return (*name = strdup(word)) ? 0 : -ENOMEM;
	}
	if (is_in_trees(luggage, word))
		return (*name = strdup(word)) ? 0 : -ENOMEM;
	status = program_find(word, &path, error);
	if (status == 0 && asprintf(name, "/run/%s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path) < 0)
		status = no_memory(error);
	if (status == 0)
		status = closure_add(path, &needed, error);
	if (status == 0)
		status = image_libraries(&had, error);
	if (status == 0)
		status = luggage_add_file(luggage, *name, path, 0755);
	for (size_t i = 0; i < needed.n && status == 0; i++) {
		if (!path_list_has(&had, needed.paths[i]))
			status = luggage_add_file(luggage, needed.paths[i], needed.paths[i], 0755);
	}
	path_list_free(&needed);
	path_list_free(&had);
	free(path);
	return status;
}

void luggage_free(struct luggage *luggage)
{
	for (size_t i = 0; i < luggage->n_files; i++) {
		free((void *)(uintptr_t)luggage->files[i].name);
		free((void *)(uintptr_t)luggage->files[i].path);
	}
	for (size_t i = 0; i < luggage->n_trees; i++)
		free(luggage->trees[i].name);
	free(luggage->files);
	free(luggage->trees);
}
