/* SPDX-License-Identifier: Apache-2.0 */
/* user_files.c - from the folders and files that a user names to the files and libraries that go into the image. */
#include "runner/guest/user_files.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "runner/qemu/qemu.h"
#include "sentence.h"

/* The image is in memory twice while the guest unpacks it. */
#define MOST_BYTES ((off_t)QEMU_MEMORY << 20 >> 2)

static int append(struct user_file_list *out, const char *name, const char *rest, const char *path, unsigned mode)
{
	struct user_file *more = realloc(out->list, (out->n + 1) * sizeof(*more));
	struct user_file *one;

	if (!more)
		return -ENOMEM;
	out->list = more;
	one = &more[out->n++];
	*one = (struct user_file){ .path = strdup(path), .mode = mode };
	if (asprintf(&one->name, "%s%s", name, rest) < 0)
		one->name = NULL;
	return one->name && one->path ? 0 : -ENOMEM;
}

/* One thing on the way through a folder. `name` is the guest's for the top, `above` the length of
 * the top's path. */
static int take(struct user_file_list *out, const FTSENT *entry, const char *name, size_t above, char **error)
{
	switch (entry->fts_info) {
	case FTS_F:
		return append(out, name, entry->fts_path + above, entry->fts_path, entry->fts_statp->st_mode & 07777) <
				0
			? no_memory(error)
			: 0;
	case FTS_D:
	case FTS_DP:
	case FTS_DC:      /* a folder that contains itself by a link */
	case FTS_DEFAULT: /* a socket, a pipe, a device */
		return 0;
	case FTS_SLNONE:
		return sentence(error, -ENOENT, "%s is a link to nothing", entry->fts_path);
	default:
		return sentence(
			error, -entry->fts_errno, "cannot read %s: %s", entry->fts_path, strerror(entry->fts_errno));
	}
}

static int expand(const struct image_tree *tree, struct user_file_list *out, char **error)
{
	char *const paths[] = { (char *)(uintptr_t)tree->path, NULL };
	/* the guest's "/" and "/opt/" are prefixes as they are */
	size_t above = strlen(tree->path), name_length = strlen(tree->name);
	char *name;
	FTS *walk;
	FTSENT *entry;
	int status = 0;

	while (above > 1 && tree->path[above - 1] == '/')
		above--;
	while (name_length > 0 && tree->name[name_length - 1] == '/')
		name_length--;
	name = strndup(tree->name, name_length);
	walk = fts_open(paths, FTS_LOGICAL | FTS_NOCHDIR, NULL);
	if (!name || !walk)
		status = no_memory(error);
	errno = 0;
	while (status == 0 && (entry = fts_read(walk)))
		status = take(out, entry, name, above, error);
	if (walk)
		fts_close(walk);
	free(name);
	return status;
}

/* A program that cannot be loaded here is data as far as we know. */
static int add_libraries(struct user_file_list *out, char **error)
{
	for (size_t i = 0; i < out->n; i++) {
		char *why = NULL;
		int status = 0;

		if (out->list[i].mode & 0111)
			status = closure_add(out->list[i].path, &out->libraries, &why);
		if (status == -ENOEXEC) {
			free(why);
		} else if (status < 0) {
			*error = why;
			return status;
		}
	}
	return 0;
}

static int check_size(const struct user_file_list *out, char **error)
{
	off_t sum = 0;

	for (size_t i = 0; i < out->n; i++) {
		struct stat st;

		if (stat(out->list[i].path, &st) == 0)
			sum += st.st_size;
	}
	if (sum > MOST_BYTES)
		return sentence(error, -EFBIG, "%lld MiB of files are too much for a guest: there is room for %lld",
			(long long)(sum >> 20), (long long)(MOST_BYTES >> 20));
	return 0;
}

int user_files_expand(const struct image_tree *trees, size_t n_trees, struct user_file_list *out, char **error)
{
	int status = 0;

	*out = (struct user_file_list){ 0 };
	for (size_t i = 0; i < n_trees && status == 0; i++)
		status = expand(&trees[i], out, error);
	if (status == 0)
		status = check_size(out, error);
	if (status == 0)
		status = add_libraries(out, error);
	if (status < 0)
		user_files_free(out);
	return status;
}

void user_files_free(struct user_file_list *user_files)
{
	for (size_t i = 0; i < user_files->n; i++) {
		free(user_files->list[i].name);
		free(user_files->list[i].path);
	}
	free(user_files->list);
	path_list_free(&user_files->libraries);
	*user_files = (struct user_file_list){ 0 };
}
