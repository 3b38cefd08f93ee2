/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel.c - from what a person calls a kernel to where its files are, and from there to the store.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/host/sha256.h"
#include "runner/kernels/debian.h"
#include "runner/kernels/kernel.h"
#include "runner/kernels/kernel_file.h"
#include "runner/kernels/kernel_module.h"
#include "runner/kernels/kernel_paths.h"
#include "runner/kernels/kernel_store.h"
#include "runner/kernels/package.h"
#include "sentence.h"

/* ---- What a request may be ---- */

static bool is_debian(const char *name)
{
	return !name || strncmp(name, "debian:", strlen("debian:")) == 0;
}

static bool is_stored(const char *name)
{
	struct stored_kernels kernels;
	bool found = false;

	if (strchr(name, '/') || kernel_store_list(&kernels, NULL) < 0)
		return false;
	for (size_t i = 0; i < kernels.n; i++)
		found = found || stored_kernel_is(&kernels.all[i], name);
	stored_kernels_free(&kernels);
	return found;
}

/* Of a name that is no file it is not known. */
static bool is_package(const char *name, bool if_no_file)
{
	if (is_debian(name) || strcmp(name, "running") == 0)
		return false;
	return access(name, F_OK) < 0 ? if_no_file : package_recognise(name);
}

static bool has_modules(const char *name)
{
	if (is_debian(name) || strcmp(name, "running") == 0 || is_package(name, false))
		return true;
	return access(name, F_OK) < 0 && is_stored(name);
}

int kernel_request_check(const struct kernel_request *request, char **error)
{
	const char *name = request->n_files > 0 ? request->files[0] : NULL;

	for (size_t i = 0; request->n_files > 1 && i < request->n_files; i++) {
		if (!is_package(request->files[i], true))
			return sentence(error, -EINVAL, "%s is no package, and only packages can be several files",
				request->files[i]);
		for (size_t k = 0; k < i; k++)
			if (strcmp(request->files[k], request->files[i]) == 0)
				return sentence(error, -EINVAL, "the package %s is named twice", request->files[i]);
	}
	if (request->modules && has_modules(name))
		return sentence(error, -EINVAL, "--modules %s is of no use: %s has modules of its own",
			request->modules, name ? name : "the default kernel");
	return 0;
}

/* ---- Where it is ---- */

/* "debian:SUITE[/VERSION]"; name NULL: the default. */
static int resolve_debian(const char *name, const struct kernel_request *request, struct kernel *out, char **error)
{
	char *suite = NULL, *version = NULL;
	int status;

	if (name) {
		suite = strdup(name + strlen("debian:"));
		version = suite ? strchr(suite, '/') : NULL;
		if (version)
			*version++ = '\0';
		if (!suite)
			return no_memory(error);
		if (!*suite || strspn(suite, "abcdefghijklmnopqrstuvwxyz-") != strlen(suite) ||
			(version && !*version)) {
			free(suite);
			return sentence(error, -EINVAL,
				"%s names no Debian suite: it is debian:SUITE or "
				"debian:SUITE/VERSION",
				name);
		}
	}
	status = debian_kernel(suite, version, request, out, error);
	free(suite);
	return status;
}

static int put(struct kernel_paths *paths, const struct kernel_request *request, struct kernel *out, char **error)
{
	const struct kernel_source source = { .image = paths->image, .modules = paths->modules, .tree = paths->tree };
	int status = kernel_store_put(&source, request, out, error);

	kernel_paths_free(paths);
	return status;
}

static int resolve_packages(const struct kernel_request *request, struct kernel *out, char **error)
{
	const struct kernel_source source = { .packages = request->files, .n_packages = request->n_files };

	for (size_t i = 0; i < request->n_files; i++) {
		int status = 0;

		if (access(request->files[i], R_OK) < 0)
			return sentence(error, -errno, "cannot read the kernel %s: %m", request->files[i]);
		if ((status = kernel_file_check(request->files[i], error)) < 0)
			return status;
	}
	return kernel_store_put(&source, request, out, error);
}

/* One of the cache, by its release, its origin, or the first digits of its key. */
static int resolve_stored(const char *name, struct kernel *out, char **error)
{
	struct stored_kernels kernels;
	const struct stored_kernel *found = NULL;
	int status = kernel_store_list(&kernels, error);

	if (status < 0)
		return status;
	for (size_t i = 0; i < kernels.n && status == 0; i++) {
		if (!stored_kernel_is(&kernels.all[i], name))
			continue;
		if (found)
			status = sentence(error, -EINVAL,
				"several kernels in the cache are called %s: name one by its key, %.12s "
				"or %.12s",
				name, found->key, kernels.all[i].key);
		found = &kernels.all[i];
	}
	if (status == 0 && !found)
		status = sentence(error, -ENOENT,
			"cannot read the kernel %s: there is no such file, and none of that name in "
			"the cache",
			name);
	else if (status == 0)
		status = kernel_store_get(found->key, out, error);
	stored_kernels_free(&kernels);
	return status;
}

static int resolve_file(const struct kernel_request *request, struct kernel *out, char **error)
{
	const char *name = request->files[0];
	struct kernel_paths paths;
	struct stat st;
	int status;

	if (stat(name, &st) < 0 && errno == ENOENT && !strchr(name, '/'))
		return resolve_stored(name, out, error);
	if (stat(name, &st) < 0)
		return sentence(error, -errno, "cannot read the kernel %s: %m", name);
	if (!S_ISDIR(st.st_mode) && (status = kernel_file_check(name, error)) < 0)
		return status;
	if (package_recognise(name))
		return resolve_packages(request, out, error);
	status = S_ISDIR(st.st_mode) ? kernel_paths_of_folder(name, request->modules, &paths, error)
				     : kernel_paths_of_image(name, request->modules, &paths, error);
	return status < 0 ? status : put(&paths, request, out, error);
}

static int resolve_running(const struct kernel_request *request, struct kernel *out, char **error)
{
	struct kernel_paths paths;
	int status = kernel_paths_of_running(&paths, error);

	return status < 0 ? status : put(&paths, request, out, error);
}

static int resolve(const struct kernel_request *request, struct kernel *out, char **error)
{
	const char *name = request->n_files > 0 ? request->files[0] : NULL;

	if (is_debian(name))
		return resolve_debian(name, request, out, error);
	if (request->n_files > 1)
		return resolve_packages(request, out, error);
	if (strcmp(name, "running") == 0)
		return resolve_running(request, out, error);
	return resolve_file(request, out, error);
}

/* A report must not pass a replaced module off as the package's own: its digest becomes part of the origin. */
static int replace_module(const char *module, struct kernel *kernel, char **error)
{
	char digest[SHA256_HEX], *origin;
	int status = access(module, F_OK) == 0 ? kernel_file_check(module, error) : 0;

	if (status == 0)
		status = kernel_module_check(module, kernel->release, error);
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
	uint64_t limit;
	int status = cache_limit(&limit, error); /* before anything is fetched for nothing */

	*out = (struct kernel){ 0 };
	if (status == 0)
		status = kernel_request_check(request, error);
	if (status < 0)
		return status;
	*out = (struct kernel){ .name = strdup(request->n_files > 0 ? request->files[0] : "debian") };
	if (!out->name)
		return no_memory(error);
	status = resolve(request, out, error);
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
	free(kernel->config_sha256);
	free(kernel->vmlinux);
	free(kernel->modules);
	free(kernel->module_override);
	free(kernel->module_left_out);
	if (kernel->entry)
		cache_close(kernel->entry);
	free(kernel->entry);
	*kernel = (struct kernel){ 0 };
}
