/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_gather.c - collects an image and its modules from packages or folders. */
#include "runner/guest/kernel_gather.h"

#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/guest/deb.h"
#include "runner/sentence.h"
#include "runner/guest/tree.h"

/* Adds "PACKAGE VERSION" to a list for people. */
static int add_origin(char **origin, const struct deb_contents *contents)
{
	char *more;
	int n = asprintf(&more, "%s%s%s %s", *origin ? *origin : "", *origin ? ", " : "",
		contents->package, contents->version);

	if (n < 0)
		return -ENOMEM;
	free(*origin);
	*origin = more;
	return 0;
}

int gather_packages(
	const char *const *debs, size_t n, const char *folder, char **origin, char **error)
{
	bool image = false, modules = false;
	int status = 0;

	*origin = NULL;
	for (size_t i = 0; i < n && status == 0; i++) {
		struct deb_contents contents;

		status = deb_extract(debs[i], folder, &contents, error);
		if (status < 0)
			break;
		image |= contents.image;
		modules |= contents.modules;
		if (contents.image || contents.modules)
			status = add_origin(origin, &contents);
		deb_contents_free(&contents);
	}
	if (status == 0 && !image)
		status = sentence(error, -EINVAL, "%s%s has no kernel in it (no vmlinuz)", debs[0],
			n > 1 ? " and the other packages" : "");
	else if (status == 0 && !modules)
		status = sentence(error, -EINVAL,
			"%s has a kernel and no modules: name its linux-modules package too",
			debs[0]);
	if (status < 0) {
		free(*origin);
		*origin = NULL;
	}
	return status;
}

static bool is_module_file(const char *name)
{
	const char *dot = strstr(name, ".ko");

	if (strncmp(name, "modules.", 8) == 0)
		return true;
	return dot && (strcmp(dot, ".ko") == 0 || strcmp(dot, ".ko.xz") == 0 ||
			      strcmp(dot, ".ko.zst") == 0 || strcmp(dot, ".ko.gz") == 0);
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Calls `each` for every file of a module tree, in the order of names. */
static int walk_modules(const char *modules,
	int (*each)(void *context, const char *path, const char *relative, const struct stat *st),
	void *context, char **error)
{
	char *roots[] = {(char *)modules, NULL};
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	FTSENT *entry;
	int status = 0;

	if (!walk)
		return sentence(error, -errno, "cannot read %s: %m", modules);
	while (status == 0 && (entry = fts_read(walk)) != NULL) {
		if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR)
			status = sentence(error, -entry->fts_errno, "cannot read %s: %s",
				entry->fts_path, strerror(entry->fts_errno));
		else if (entry->fts_info == FTS_F && is_module_file(entry->fts_name))
			status = each(context, entry->fts_path, entry->fts_path + strlen(modules),
				entry->fts_statp);
	}
	fts_close(walk);
	return status;
}

static int mark(void *context, const char *path, const char *relative, const struct stat *st)
{
	struct sha256 *sum = context;

	(void)path;
	sha256_add_text(sum, relative);
	sha256_add(sum, &st->st_size, sizeof(st->st_size));
	sha256_add(sum, &st->st_mtim, sizeof(st->st_mtim));
	return 0;
}

int gather_mark_modules(const char *modules, struct sha256 *sum, char **error)
{
	return walk_modules(modules, mark, sum, error);
}

struct copying {
	const char *to;
	char **error;
};

static int copy(void *context, const char *path, const char *relative, const struct stat *st)
{
	const struct copying *copying = context;
	char *to;
	int status;

	(void)st;
	if (asprintf(&to, "%s/%s", copying->to, relative) < 0)
		return sentence(copying->error, -ENOMEM, "out of memory");
	status = tree_make_above(to);
	if (status == 0)
		status = tree_copy_file(path, to);
	if (status < 0)
		sentence(copying->error, status, "cannot copy %s to %s: %s", path, to,
			strerror(-status));
	free(to);
	return status;
}

/* The last part of a path, without slashes at its end. */
static char *last_part(const char *path)
{
	char *copy_of = realpath(path, NULL);
	char *part = copy_of ? strdup(strrchr(copy_of, '/') + 1) : NULL;

	free(copy_of);
	return part;
}

int gather_image(
	const char *image, const char *modules, const char *folder, char **origin, char **error)
{
	struct copying copying = {.error = error};
	char *to = NULL, *release = last_part(modules), *target = NULL;
	int status;

	*origin = NULL;
	if (!release)
		return sentence(error, -ENOENT, "there is no folder %s", modules);
	if (asprintf(&to, "%s/image", folder) < 0 ||
		asprintf(&target, "%s/tree/lib/modules/%s", folder, release) < 0 ||
		!(*origin = realpath(image, NULL))) {
		status = sentence(error, -errno, "cannot read %s: %m", image);
	} else {
		status = tree_copy_file(image, to);
		if (status < 0)
			sentence(error, status, "cannot copy %s to %s: %s", image, to,
				strerror(-status));
	}
	if (status == 0) {
		copying.to = target;
		status = walk_modules(modules, copy, &copying, error);
	}
	free(release);
	free(to);
	free(target);
	if (status < 0) {
		free(*origin);
		*origin = NULL;
	}
	return status;
}

/* The one file or folder that the patterns name in `folder`: 1, or 0 for none, or -EINVAL for
 * several. */
static int find_one(
	const char *folder, const char *const *patterns, const char *what, char **out, char **error)
{
	glob_t found = {0};
	int status = 0, flags = 0;

	*out = NULL;
	for (; *patterns; patterns++) {
		char *pattern;

		if (asprintf(&pattern, "%s/%s", folder, *patterns) < 0)
			return sentence(error, -ENOMEM, "out of memory");
		glob(pattern, flags, NULL, &found);
		flags = GLOB_APPEND;
		free(pattern);
	}
	if (found.gl_pathc > 1)
		status = sentence(error, -EINVAL, "%s has several %s: %s and %s", folder, what,
			found.gl_pathv[0], found.gl_pathv[1]);
	else if (found.gl_pathc == 1)
		*out = strdup(found.gl_pathv[0]);
	globfree(&found);
	return status < 0 ? status : *out != NULL;
}

int gather_search_image(const char *folder, char **image, char **error)
{
	static const char *const patterns[] = {"boot/vmlinuz*", "vmlinuz*", "bzImage",
		"boot/bzImage", "usr/lib/modules/*/vmlinuz", "lib/modules/*/vmlinuz", NULL};
	static const char *const elf[] = {"vmlinux", "boot/vmlinux*", NULL};
	int found = find_one(folder, patterns, "kernels", image, error);

	if (found == 0)
		found = find_one(folder, elf, "kernels", image, error);
	if (found == 0)
		return sentence(error, -ENOENT,
			"there is no kernel in %s: no vmlinuz, bzImage or vmlinux", folder);
	return found < 0 ? found : 0;
}

int gather_search_modules(const char *folder, char **modules, char **error)
{
	static const char *const patterns[] = {"lib/modules/*", NULL};
	static const char *const merged[] = {"usr/lib/modules/*", NULL};
	int found = find_one(folder, patterns, "module trees", modules, error);

	if (found == 0)
		found = find_one(folder, merged, "module trees", modules, error);
	if (found == 0)
		return sentence(
			error, -ENOENT, "there are no modules in %s: no lib/modules/*", folder);
	return found < 0 ? found : 0;
}
