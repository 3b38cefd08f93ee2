/* SPDX-License-Identifier: Apache-2.0 */
/*
 * module_needs.c - finds modules by the names of their files, and what they depend on by what they say
 * themselves: a build tree has no index that libkmod could ask.
 */
#include "runner/kernels/module_needs.h"

#include <errno.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/host/tree.h"
#include "runner/kernels/kernel_module.h"
#include "sentence.h"

struct search {
	const char *folder;
	struct path_list found; /* relative paths of all modules */
	char *built_in;         /* modules.builtin: a path on each line */
	struct module_needs *out;
	char **error;
};

/* The name of a module's file, as far as its ".ko": letters compare as the kernel compares them. */
static bool is_called(const char *file, size_t length, const char *name)
{
	if (length != strlen(name))
		return false;
	for (size_t i = 0; i < length; i++) {
		char a = file[i] == '-' ? '_' : file[i], b = name[i] == '-' ? '_' : name[i];

		if (a != b)
			return false;
	}
	return true;
}

static bool is_module_file(const char *name)
{
	static const char *const ends[] = { ".ko", ".ko.xz", ".ko.zst", ".ko.gz" };
	const char *dot = strstr(name, ".ko");

	for (size_t i = 0; dot && i < sizeof(ends) / sizeof(*ends); i++) {
		if (strcmp(dot, ends[i]) == 0)
			return true;
	}
	return false;
}

/* Parts of a build tree that are large and have no modules of the kernel's in them. */
static bool is_idle_folder(const FTSENT *entry)
{
	static const char *const names[] = { "Documentation", "include", "samples", "scripts", "tools" };

	if (entry->fts_level == 0)
		return false;
	if (entry->fts_name[0] == '.')
		return true;
	for (size_t i = 0; entry->fts_level == 1 && i < sizeof(names) / sizeof(*names); i++) {
		if (strcmp(entry->fts_name, names[i]) == 0)
			return true;
	}
	return false;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

static int find_files(struct search *search)
{
	char *roots[] = { (char *)search->folder, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR | FTS_NOSTAT, by_name);
	FTSENT *entry;
	int status = 0;

	if (!walk)
		return sentence(search->error, -errno, "cannot read %s: %m", search->folder);
	while (status == 0 && (entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			status = sentence(search->error, -entry->fts_errno, "cannot read %s: %s", entry->fts_path,
				strerror(entry->fts_errno));
		else if (entry->fts_info == FTS_D && is_idle_folder(entry))
			fts_set(walk, entry, FTS_SKIP);
		else if ((entry->fts_info == FTS_F || entry->fts_info == FTS_NSOK) && is_module_file(entry->fts_name) &&
			path_list_add(&search->found, entry->fts_path + strlen(search->folder) + 1) < 0)
			status = no_memory(search->error);
	}
	fts_close(walk);
	return status;
}

static int read_built_in(struct search *search)
{
	char *path;
	int status;

	if (asprintf(&path, "%s/modules.builtin", search->folder) < 0)
		return no_memory(search->error);
	status = tree_read_file(path, &search->built_in, NULL);
	if (status == -ENOENT)
		status = (search->built_in = strdup("")) ? 0 : -ENOMEM;
	if (status < 0)
		sentence(search->error, status, "cannot read %s: %s", path, strerror(-status));
	free(path);
	return status;
}

static bool path_is_called(const char *path, size_t length, const char *name)
{
	const char *base = memrchr(path, '/', length), *dot;

	base = base ? base + 1 : path;
	dot = memmem(base, length - (size_t)(base - path), ".ko", 3);
	return dot && is_called(base, (size_t)(dot - base), name);
}

static bool is_built_in(const struct search *search, const char *name)
{
	for (const char *line = search->built_in; *line; line += *line == '\n') {
		size_t length = strcspn(line, "\n");

		if (path_is_called(line, length, name))
			return true;
		line += length;
	}
	return false;
}

/* An administrator's module goes before the kernel's own of that name, as depmod has it. */
static const char *find_module(const struct search *search, const char *name)
{
	const char *own = NULL;

	for (size_t i = 0; i < search->found.n; i++) {
		const char *path = search->found.paths[i];

		if (!path_is_called(path, strlen(path), name))
			continue;
		if (strncmp(path, "updates/", 8) == 0)
			return path;
		if (!own)
			own = path;
	}
	return own;
}

static int out_of_memory(const struct search *search)
{
	return no_memory(search->error);
}

/* The module and what it depends on: files to `files`, names that are nowhere to `missing`. */
static int follow(const struct search *search, const char *name, struct path_list *files, struct path_list *missing)
{
	const char *found = is_built_in(search, name) ? NULL : find_module(search, name);
	char *path = NULL, *depends = NULL, *rest, *one;
	int status = 0;

	if (!found)
		return !is_built_in(search, name) && path_list_add(missing, name) < 0 ? out_of_memory(search) : 0;
	if (path_list_has(files, found))
		return 0;
	if (asprintf(&path, "%s/%s", search->folder, found) < 0)
		return out_of_memory(search);
	status = kernel_module_depends(path, &depends, search->error);
	for (rest = depends; status == 0 && (one = strsep(&rest, ","));) {
		if (*one)
			status = follow(search, one, files, missing);
	}
	if (status == 0 && path_list_add(files, found) < 0)
		status = out_of_memory(search);
	free(depends);
	free(path);
	return status;
}

static int join(const struct search *search, struct path_list *to, const struct path_list *from)
{
	for (size_t i = 0; i < from->n; i++) {
		if (path_list_add(to, from->paths[i]) < 0)
			return out_of_memory(search);
	}
	return 0;
}

/* A module that is not needed is left out when something of it is missing. */
static int take_wish(const struct search *search, const struct guest_module *row)
{
	struct path_list files = { 0 }, missing = { 0 };
	int status = follow(search, row->name, &files, &missing);

	if (status == 0 && missing.n == 0)
		status = join(search, &search->out->files, &files);
	else if (status == 0 && row->needed)
		status = join(search, &search->out->missing, &missing);
	else if (status == 0 && row->used)
		status = join(search, &search->out->left_out, &missing);
	path_list_free(&files);
	path_list_free(&missing);
	return status;
}

int module_needs_find(const char *folder, struct module_needs *out, char **error)
{
	struct search search = { .folder = folder, .out = out, .error = error };
	int status;

	*out = (struct module_needs){ 0 };
	status = read_built_in(&search);
	if (status == 0)
		status = find_files(&search);
	for (const struct guest_module *row = guest_modules; row->name && status == 0; row++)
		status = take_wish(&search, row);
	free(search.built_in);
	path_list_free(&search.found);
	if (status < 0)
		module_needs_free(out);
	return status;
}

void module_needs_free(struct module_needs *needs)
{
	path_list_free(&needs->files);
	path_list_free(&needs->missing);
	path_list_free(&needs->left_out);
}
