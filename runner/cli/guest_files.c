/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/cli/guest_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/guest/image.h"
#include "runner/host/closure.h"
#include "runner/host/program.h"
#include "sentence.h"

int guest_files_add_file(struct guest_files *guest_files, const char *name, const char *path, unsigned mode)
{
	struct box_payload *more = realloc(guest_files->files, (guest_files->n_files + 1) * sizeof(*more));
	struct box_payload one = { .name = strdup(name), .path = strdup(path), .mode = mode };

	if (more)
		guest_files->files = more;
	if (!more || !one.name || !one.path) {
		free((void *)(uintptr_t)one.name);
		free((void *)(uintptr_t)one.path);
		return -ENOMEM;
	}
	more[guest_files->n_files++] = one;
	return 0;
}

int guest_files_add_tree(struct guest_files *guest_files, char *name, const char *path)
{
	struct image_tree *more = realloc(guest_files->trees, (guest_files->n_trees + 1) * sizeof(*more));

	if (!more) {
		free(name);
		return -ENOMEM;
	}
	guest_files->trees = more;
	more[guest_files->n_trees++] = (struct image_tree){ .path = path, .name = name };
	return 0;
}

/* Whether a path of the guest is one of what --with put there. */
static bool is_in_trees(const struct guest_files *guest_files, const char *name)
{
	for (size_t i = 0; i < guest_files->n_trees; i++) {
		const struct image_tree *tree = &guest_files->trees[i];
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

int guest_files_add_program(struct guest_files *guest_files, const char *word, char **name, char **error)
{
	static const char *const there[] = { "ip", "tc", "tcpdump" };
	struct path_list needed = { 0 }, had = { 0 };
	char *path = NULL;
	int status;

	for (size_t i = 0; i < sizeof(there) / sizeof(*there); i++) {
		if (strcmp(word, there[i]) == 0)
			return (*name = strdup(word)) ? 0 : -ENOMEM;
	}
	if (is_in_trees(guest_files, word))
		return (*name = strdup(word)) ? 0 : -ENOMEM;
	status = program_find(word, &path, error);
	if (status == 0 && asprintf(name, "/run/%s", strrchr(path, '/') ? strrchr(path, '/') + 1 : path) < 0)
		status = no_memory(error);
	if (status == 0)
		status = closure_add(path, &needed, error);
	if (status == 0)
		status = image_libraries(&had, error);
	if (status == 0)
		status = guest_files_add_file(guest_files, *name, path, 0755);
	for (size_t i = 0; i < needed.n && status == 0; i++) {
		if (!path_list_has(&had, needed.paths[i]))
			status = guest_files_add_file(guest_files, needed.paths[i], needed.paths[i], 0755);
	}
	path_list_free(&needed);
	path_list_free(&had);
	free(path);
	return status;
}

void guest_files_free(struct guest_files *guest_files)
{
	for (size_t i = 0; i < guest_files->n_files; i++) {
		free((void *)(uintptr_t)guest_files->files[i].name);
		free((void *)(uintptr_t)guest_files->files[i].path);
	}
	for (size_t i = 0; i < guest_files->n_trees; i++)
		free(guest_files->trees[i].name);
	free(guest_files->files);
	free(guest_files->trees);
}
