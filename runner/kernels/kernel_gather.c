/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_gather.c - collects an image and its modules from packages or folders. */
#include "runner/kernels/kernel_gather.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/host/tree.h"
#include "runner/kernels/kernel_file.h"
#include "runner/kernels/module_needs.h"
#include "runner/kernels/package.h"
#include "sentence.h"

/* What else of a module tree depmod and libkmod read. */
static const char *const lists[] = { "modules.builtin", "modules.builtin.modinfo", "modules.order" };

#define N_LISTS (sizeof(lists) / sizeof(*lists))

/* ---- Packages ---- */

/* Adds "PACKAGE VERSION" to a list for people. */
static int add_origin(char **origin, const struct package_contents *contents)
{
	char *more;
	int n = asprintf(
		&more, "%s%s%s %s", *origin ? *origin : "", *origin ? ", " : "", contents->package, contents->version);

	if (n < 0)
		return -ENOMEM;
	free(*origin);
	*origin = more;
	return 0;
}

static int gather_packages(const struct kernel_source *source, const char *folder, char **origin, char **error)
{
	const char *first = source->packages[0];
	bool image = false, modules = false;
	int status = 0;

	for (size_t i = 0; i < source->n_packages && status == 0; i++) {
		struct package_contents contents;

		status = package_extract(source->packages[i], folder, &contents, error);
		if (status < 0)
			break;
		if (image && contents.image)
			status = sentence(error, -EINVAL, "%s has a kernel in it, and so have the packages before it",
				source->packages[i]);
		else if (!contents.image && !contents.modules && !contents.config && !source->dependencies)
			status = sentence(error, -EINVAL, "%s has nothing of a kernel in it", source->packages[i]);
		image |= contents.image;
		modules |= contents.modules;
		if (status == 0 && (contents.image || contents.modules) && add_origin(origin, &contents) < 0)
			status = no_memory(error);
		package_contents_free(&contents);
	}
	if (status == 0 && !image)
		status = sentence(error, -EINVAL, "%s%s has no kernel in it (no vmlinuz)", first,
			source->n_packages > 1 ? " and the other packages" : "");
	else if (status == 0 && !modules)
		status = sentence(
			error, -EINVAL, "%s has a kernel and no modules: name its package of modules too", first);
	return status;
}

/* Those of another kernel would go unused. */
static int check_packaged_modules(const char *folder, const char *release, char **error)
{
	glob_t found = { 0 };
	char *pattern;
	int status = 0;

	if (asprintf(&pattern, "%s/tree/lib/modules/*", folder) < 0)
		return no_memory(error);
	glob(pattern, 0, NULL, &found);
	for (size_t i = 0; found.gl_pathc > 1 && i < found.gl_pathc && status == 0; i++) {
		const char *other = strrchr(found.gl_pathv[i], '/') + 1;

		if (strcmp(other, release) != 0)
			status = sentence(error, -EINVAL, "the packages have modules for %s too, and the kernel is %s",
				other, release);
	}
	globfree(&found);
	free(pattern);
	return status;
}

/* The image itself is not needed once the vmlinux is there. */
static int take_packages(const struct kernel_source *source, const char *folder, struct vmlinux_banner *banner,
	char **origin, char **error)
{
	char *image = NULL, *vmlinux = NULL;
	int status = gather_packages(source, folder, origin, error);

	if (status == 0 && (asprintf(&image, "%s/image", folder) < 0 || asprintf(&vmlinux, "%s/vmlinux", folder) < 0))
		status = no_memory(error);
	if (status == 0)
		status = vmlinux_extract(image, vmlinux, banner, error);
	if (status == 0)
		status = check_packaged_modules(folder, banner->release, error);
	if (status == 0)
		unlink(image);
	free(image);
	free(vmlinux);
	return status;
}

/* ---- An image and a folder with modules ---- */

static char *join_words(const struct path_list *list)
{
	char *words = strdup("");

	for (size_t i = 0; i < list->n && words; i++) {
		char *more;

		if (asprintf(&more, "%s%s%s", words, i ? ", " : "", list->paths[i]) < 0)
			more = NULL;
		free(words);
		words = more;
	}
	return words;
}

static int complain_missing(const struct kernel_source *source, const struct module_needs *needs, char **error)
{
	char *words = join_words(&needs->missing);
	int status;

	if (!words)
		return no_memory(error);
	if (source->tree)
		status = sentence(error, -ENOENT,
			"the build tree %s has not all that a guest needs: %s: neither built in nor "
			"built as a module",
			source->modules, words);
	else
		status = sentence(error, -ENOENT, "%s lacks modules that a guest needs: %s", source->modules, words);
	free(words);
	return status;
}

static int find_needs(const struct kernel_source *source, struct module_needs *needs, char **error)
{
	int status = module_needs_find(source->modules, needs, error);

	if (status == 0 && needs->missing.n > 0) {
		status = complain_missing(source, needs, error);
		module_needs_free(needs);
	}
	return status;
}

static int digest_one(const char *path, char digest[SHA256_HEX], char **error)
{
	int status = kernel_file_check(path, error);

	return status < 0 ? status : cache_sha256(path, digest, error);
}

static int digest_file(const char *folder, const char *name, bool optional, struct sha256_ctx *sum, char **error)
{
	char *path, one[SHA256_HEX];
	int status;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return no_memory(error);
	if (optional && access(path, F_OK) < 0) {
		free(path);
		return 0;
	}
	status = digest_one(path, one, error);
	if (status == 0) {
		sha256_add_text(sum, name);
		sha256_add_text(sum, one);
	}
	free(path);
	return status;
}

/* A folder lib/modules/RELEASE says which kernel it is for; a build tree, NULL, does not. */
static int say_release(const struct kernel_source *source, char **release, char **error)
{
	char *path = realpath(source->modules, NULL);

	*release = path && !source->tree ? strdup(strrchr(path, '/') + 1) : NULL;
	if (!path)
		return sentence(error, -errno, "cannot read %s: %m", source->modules);
	free(path);
	return source->tree || *release ? 0 : no_memory(error);
}

static int check_release(const struct kernel_source *source, const char *release, char **error)
{
	char *said = NULL;
	int status = say_release(source, &said, error);

	if (status == 0 && said && strcmp(said, release) != 0)
		status = sentence(error, -ENOENT, "there are no modules for the kernel %s: %s is of another", release,
			source->modules);
	free(said);
	return status;
}

static int digest_folder(const struct kernel_source *source, struct sha256_ctx *sum, char **error)
{
	struct module_needs needs;
	char *release = NULL;
	int status = find_needs(source, &needs, error);

	if (status < 0)
		return status;
	status = say_release(source, &release, error);
	sha256_add_text(sum, release ? release : "");
	free(release);
	for (size_t i = 0; i < needs.files.n && status == 0; i++)
		status = digest_file(source->modules, needs.files.paths[i], false, sum, error);
	for (size_t i = 0; i < N_LISTS && status == 0; i++)
		status = digest_file(source->modules, lists[i], true, sum, error);
	module_needs_free(&needs);
	return status;
}

int gather_digest(const struct kernel_source *source, struct sha256_ctx *sum, char **error)
{
	char one[SHA256_HEX];
	int status = 0;

	for (size_t i = 0; i < source->n_packages && status == 0; i++) {
		status = digest_one(source->packages[i], one, error);
		if (status == 0)
			sha256_add_text(sum, one);
	}
	if (status < 0 || !source->image)
		return status;
	status = digest_one(source->image, one, error);
	if (status == 0) {
		sha256_add_text(sum, one);
		status = digest_folder(source, sum, error);
	}
	return status;
}

struct copying {
	const char *from;
	char *to;
	char **error;
};

static int copy(const struct copying *copying, const char *name, bool optional)
{
	char *from = NULL, *to = NULL;
	int status;

	if (asprintf(&from, "%s/%s", copying->from, name) < 0 || asprintf(&to, "%s/%s", copying->to, name) < 0) {
		free(from);
		return no_memory(copying->error);
	}
	status = tree_make_above(to);
	if (status == 0)
		status = tree_copy_file(from, to);
	if (status == -ENOENT && optional)
		status = 0;
	if (status < 0)
		sentence(copying->error, status, "cannot copy %s to %s: %s", from, to, strerror(-status));
	free(from);
	free(to);
	return status;
}

static int copy_modules(const struct kernel_source *source, const char *folder, const char *release, char **error)
{
	struct copying copying = { .from = source->modules, .error = error };
	struct module_needs needs;
	int status = find_needs(source, &needs, error);

	if (status < 0)
		return status;
	if (asprintf(&copying.to, "%s/tree/lib/modules/%s", folder, release) < 0) {
		copying.to = NULL;
		status = no_memory(error);
	} else if ((status = tree_make(copying.to)) < 0) {
		sentence(error, status, "cannot make %s: %s", copying.to, strerror(-status));
	}
	for (size_t i = 0; i < needs.files.n && status == 0; i++)
		status = copy(&copying, needs.files.paths[i], false);
	for (size_t i = 0; i < N_LISTS && status == 0; i++)
		status = copy(&copying, lists[i], true);
	free(copying.to);
	module_needs_free(&needs);
	return status;
}

/* A build tree has it; beside an image it has the kernel's release; Fedora's modules have it. */
static char *find_config(const struct kernel_source *source, const char *release)
{
	const char *slash = strrchr(source->image, '/');
	const int above = slash ? (int)(slash - source->image) : 1;
	char *paths[] = { NULL, NULL, NULL }, *found = NULL;

	if (asprintf(&paths[0], "%s/.config", source->modules) < 0)
		paths[0] = NULL;
	if (asprintf(&paths[1], "%.*s/config-%s", above, slash ? source->image : ".", release) < 0)
		paths[1] = NULL;
	if (asprintf(&paths[2], "%s/config", source->modules) < 0)
		paths[2] = NULL;
	for (size_t i = source->tree ? 0 : 1; i < 3; i++) {
		if (!found && paths[i] && access(paths[i], R_OK) == 0)
			found = strdup(paths[i]);
	}
	for (size_t i = 0; i < 3; i++)
		free(paths[i]);
	return found;
}

static int copy_config(const struct kernel_source *source, const char *folder, const char *release, char **error)
{
	char *from = find_config(source, release), *to = NULL;
	int status = 0;

	if (from && asprintf(&to, "%s/config", folder) < 0)
		status = no_memory(error);
	else if (from && (status = tree_copy_file(from, to)) < 0)
		sentence(error, status, "cannot copy %s: %s", from, strerror(-status));
	free(from);
	free(to);
	return status;
}

static int take_folder(const struct kernel_source *source, const char *folder, struct vmlinux_banner *banner,
	char **origin, char **error)
{
	char *vmlinux;
	int status;

	if (asprintf(&vmlinux, "%s/vmlinux", folder) < 0)
		return no_memory(error);
	status = vmlinux_extract(source->image, vmlinux, banner, error);
	free(vmlinux);
	if (status == 0)
		status = check_release(source, banner->release, error);
	if (status == 0)
		status = copy_modules(source, folder, banner->release, error);
	if (status == 0)
		status = copy_config(source, folder, banner->release, error);
	if (status == 0 && !(*origin = realpath(source->image, NULL)))
		status = sentence(error, -errno, "cannot read %s: %m", source->image);
	return status;
}

int gather_kernel(const struct kernel_source *source, const char *folder, struct vmlinux_banner *banner, char **origin,
	char **error)
{
	int status;

	*origin = NULL;
	*banner = (struct vmlinux_banner){ 0 };
	status = source->n_packages > 0 ? take_packages(source, folder, banner, origin, error)
					: take_folder(source, folder, banner, origin, error);
	if (status < 0) {
		free(*origin);
		*origin = NULL;
		vmlinux_banner_free(banner);
	}
	return status;
}
