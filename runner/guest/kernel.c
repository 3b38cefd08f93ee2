/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel.c - from what a person calls a kernel to an ELF vmlinux and a module tree in the cache.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "runner/guest/cache.h"
#include "runner/guest/deb.h"
#include "runner/guest/guest.h"
#include "runner/guest/kernel_apt.h"
#include "runner/guest/kernel_gather.h"
#include "runner/guest/kernel_module.h"
#include "runner/guest/program.h"
#include "runner/guest/sha256.h"
#include "runner/sentence.h"
#include "runner/guest/tree.h"
#include "runner/guest/vmlinux.h"

/* Part of the key: another way of making an entry makes another entry. */
#define RECIPE "kernel 3"

/* Where a kernel's files are. */
struct source {
	const char *const *debs; /* packages, or */
	size_t n_debs;
	const char *image;   /* an image, and */
	const char *modules; /* its module tree */
};

static int no_memory(char **error)
{
	return sentence(error, -ENOMEM, "out of memory");
}

static int digest_source(const struct source *source, char out[SHA256_HEX], char **error)
{
	struct sha256 sum;
	char one[SHA256_HEX];
	int status = 0;

	sha256_init(&sum);
	sha256_add_text(&sum, RECIPE);
	for (size_t i = 0; i < source->n_debs && status == 0; i++) {
		status = cache_sha256(source->debs[i], one, error);
		if (status == 0)
			sha256_add_text(&sum, one);
	}
	if (status == 0 && source->image) {
		status = cache_sha256(source->image, one, error);
		if (status == 0) {
			sha256_add_text(&sum, one);
			status = gather_mark_modules(source->modules, &sum, error);
		}
	}
	sha256_hex(&sum, out);
	return status;
}

/* depmod makes an index that libkmod cannot read when it has no list of what is built in. */
static int complete_tree(const char *tree, char **error)
{
	char *path = NULL;
	int status = 0;

	if (asprintf(&path, "%s/modules.builtin", tree) < 0)
		return no_memory(error);
	if (access(path, F_OK) < 0) {
		status = tree_write_file(path, "", 0);
		if (status < 0)
			sentence(error, status, "cannot write %s: %s", path, strerror(-status));
	}
	free(path);
	return status;
}

static int run_depmod(const char *folder, const char *release, char **error)
{
	char *tree = NULL, *own = NULL;
	int status = 0;

	if (asprintf(&tree, "%s/tree", folder) < 0 ||
		asprintf(&own, "%s/lib/modules/%s", tree, release) < 0) {
		free(tree);
		return no_memory(error);
	}
	if (access(own, F_OK) < 0) {
		status =
			sentence(error, -ENOENT, "there are no modules for the kernel %s", release);
	} else {
		status = complete_tree(own, error);
	}
	if (status == 0) {
		const char *argv[] = {"depmod", "-b", tree, release, NULL};

		status = program_run(argv, NULL, NULL, error);
	}
	free(own);
	free(tree);
	return status;
}

static int write_description(
	const char *folder, const struct vmlinux_banner *banner, const char *origin, char **error)
{
	json_t *object = json_pack("{s:s, s:s, s:s}", "release", banner->release, "version",
		banner->version, "origin", origin);
	char *path = NULL;
	int status = 0;

	if (!object || asprintf(&path, "%s/meta.json", folder) < 0)
		status = no_memory(error);
	else if (json_dump_file(object, path, JSON_INDENT(2)) < 0)
		status = sentence(error, -errno, "cannot write %s: %m", path);
	free(path);
	json_decref(object);
	return status;
}

/* Fills a folder of the cache. The image itself is not needed once the vmlinux is there. */
static int make_kernel(const struct source *source, const char *folder, char **error)
{
	struct vmlinux_banner banner = {0};
	char *origin = NULL, *image = NULL, *vmlinux = NULL;
	int status;

	if (source->n_debs > 0)
		status = gather_packages(source->debs, source->n_debs, folder, &origin, error);
	else
		status = gather_image(source->image, source->modules, folder, &origin, error);
	if (status == 0 && (asprintf(&image, "%s/image", folder) < 0 ||
				   asprintf(&vmlinux, "%s/vmlinux", folder) < 0))
		status = no_memory(error);
	if (status == 0)
		status = vmlinux_extract(image, vmlinux, &banner, error);
	if (status == 0)
		status = run_depmod(folder, banner.release, error);
	if (status == 0)
		status = write_description(folder, &banner, origin, error);
	if (status == 0)
		unlink(image);
	vmlinux_banner_free(&banner);
	free(origin);
	free(image);
	free(vmlinux);
	return status;
}

static int read_description(const char *folder, struct kernel *out, char **error)
{
	const char *release = NULL, *version = NULL, *origin = NULL;
	char *path;
	json_t *object;
	int status = 0;

	if (asprintf(&path, "%s/meta.json", folder) < 0)
		return no_memory(error);
	object = json_load_file(path, 0, NULL);
	if (!object || json_unpack(object, "{s:s, s:s, s:s}", "release", &release, "version",
			       &version, "origin", &origin) < 0) {
		status = sentence(error, -EIO, "%s is damaged: remove its folder", path);
	} else {
		out->release = strdup(release);
		out->version = strdup(version);
		out->origin = strdup(origin);
		if (!out->release || !out->version || !out->origin ||
			asprintf(&out->vmlinux, "%s/vmlinux", folder) < 0 ||
			asprintf(&out->modules, "%s/tree/lib/modules/%s", folder, release) < 0)
			status = no_memory(error);
	}
	json_decref(object);
	free(path);
	return status;
}

static int resolve_source(const struct source *source, const struct kernel_request *request,
	struct kernel *out, char **error)
{
	struct cache_entry entry;
	char key[SHA256_HEX];
	int status = digest_source(source, key, error);

	if (status == 0)
		status = cache_open("kernels", key, &entry, error);
	if (status < 0)
		return status;
	if (!entry.present) {
		if (request->progress)
			request->progress(request->context, "unpacking the kernel");
		status = make_kernel(source, entry.making, error);
		if (status == 0)
			status = cache_commit(&entry, error);
	}
	if (status == 0)
		status = read_description(entry.path, out, error);
	if (status == 0 && !(out->sha256 = strdup(key)))
		status = no_memory(error);
	cache_close(&entry);
	return status;
}

/* "debian:SUITE[/VERSION]"; name NULL: the default. */
static int resolve_debian(
	const char *name, const struct kernel_request *request, struct kernel *out, char **error)
{
	struct kernel_packages packages = {0};
	char *suite = NULL, *slash = NULL;
	int status;

	if (name) {
		suite = strdup(name + strlen("debian:"));
		slash = suite ? strchr(suite, '/') : NULL;
		if (slash)
			*slash++ = '\0';
		if (!suite)
			return no_memory(error);
		if (!*suite || strspn(suite, "abcdefghijklmnopqrstuvwxyz-") != strlen(suite)) {
			free(suite);
			return sentence(error, -EINVAL,
				"%s names no Debian suite: it is debian:SUITE or "
				"debian:SUITE/VERSION",
				name);
		}
	}
	status = kernel_apt_fetch(suite, slash, request, &packages, error);
	if (status == 0) {
		struct source source = {
			.debs = (const char *const *)packages.files, .n_debs = packages.n};

		status = resolve_source(&source, request, out, error);
	}
	kernel_packages_free(&packages);
	free(suite);
	return status;
}

/* The module tree under or at what a person gave as --modules. */
static int find_tree(const char *folder, char **tree, char **error)
{
	char *path = NULL;
	struct stat st;
	int status;

	if (asprintf(&path, "%s/modules.order", folder) < 0)
		return no_memory(error);
	if (stat(path, &st) == 0) {
		*tree = strdup(folder);
		status = *tree ? 0 : no_memory(error);
	} else {
		status = gather_search_modules(folder, tree, error);
	}
	free(path);
	return status;
}

static int resolve_image(
	const char *image, const struct kernel_request *request, struct kernel *out, char **error)
{
	struct source source = {.image = image};
	char *tree = NULL;
	int status;

	if (!request->modules)
		return sentence(error, -EINVAL,
			"%s is no kernel package; if it is a kernel image, name its modules' folder with "
			"--modules",
			image);
	status = find_tree(request->modules, &tree, error);
	if (status == 0) {
		source.modules = tree;
		status = resolve_source(&source, request, out, error);
	}
	free(tree);
	return status;
}

static int resolve_folder(
	const char *folder, const struct kernel_request *request, struct kernel *out, char **error)
{
	char *image = NULL, *tree = NULL;
	int status = gather_search_image(folder, &image, error);

	if (status == 0)
		status = find_tree(request->modules ? request->modules : folder, &tree, error);
	if (status == 0) {
		struct source source = {.image = image, .modules = tree};

		status = resolve_source(&source, request, out, error);
	}
	free(image);
	free(tree);
	return status;
}

static int resolve_files(const struct kernel_request *request, struct kernel *out, char **error)
{
	const char *first = request->files[0];
	struct source source = {.debs = request->files, .n_debs = request->n_files};
	struct stat st;

	for (size_t i = 0; i < request->n_files; i++) {
		if (stat(request->files[i], &st) < 0)
			return sentence(
				error, -errno, "cannot read the kernel %s: %m", request->files[i]);
		if (request->n_files > 1 && !deb_recognise(request->files[i]))
			return sentence(error, -EINVAL,
				"%s is no Debian package, and only packages can be several files",
				request->files[i]);
	}
	stat(first, &st);
	if (S_ISDIR(st.st_mode))
		return resolve_folder(first, request, out, error);
	if (deb_recognise(first))
		return resolve_source(&source, request, out, error);
	return resolve_image(first, request, out, error);
}

static char *name_of(const struct kernel_request *request)
{
	return strdup(request->n_files > 0 ? request->files[0] : "debian");
}

/* A report must not pass a replaced module off as the package's own: its digest becomes part of the origin. */
static int replace_module(const char *module, struct kernel *kernel, char **error)
{
	char digest[SHA256_HEX], *origin;
	int status = kernel_module_check(module, kernel->release, error);

	if (status < 0)
		return status;
	kernel->module_override = realpath(module, NULL);
	if (!kernel->module_override)
		return sentence(error, -errno, "cannot read %s: %m", module);
	status = sha256_file(kernel->module_override, digest);
	if (status < 0)
		return sentence(error, status, "cannot read %s: %s", module, strerror(-status));
	if (asprintf(&origin, "%s with %s (sha256 %s)", kernel->origin, module, digest) < 0)
		return no_memory(error);
	free(kernel->origin);
	kernel->origin = origin;
	return 0;
}

int kernel_resolve(const struct kernel_request *request, struct kernel *out, char **error)
{
	int status;

	*out = (struct kernel){.name = name_of(request)};
	if (!out->name)
		return no_memory(error);
	if (request->n_files == 0)
		status = resolve_debian(NULL, request, out, error);
	else if (strncmp(request->files[0], "debian:", 7) == 0)
		status = resolve_debian(request->files[0], request, out, error);
	else
		status = resolve_files(request, out, error);
	if (status == 0 && request->module)
		status = replace_module(request->module, out, error);
	if (status == 0 && request->without && !(out->module_left_out = strdup(request->without)))
		status = no_memory(error);
	if (status < 0)
		kernel_free(out);
	return status;
}

void kernel_free(struct kernel *kernel)
{
	free(kernel->name);
	free(kernel->release);
	free(kernel->version);
	free(kernel->origin);
	free(kernel->sha256);
	free(kernel->vmlinux);
	free(kernel->modules);
	free(kernel->module_override);
	free(kernel->module_left_out);
	*kernel = (struct kernel){0};
}
