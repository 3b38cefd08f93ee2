/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_store.c - kernels in the cache. */
#include "runner/kernels/kernel_store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "runner/cache/cache.h"
#include "runner/host/program.h"
#include "runner/host/tree.h"
#include "runner/kernels/kernel_module.h"
#include "sentence.h"

/* Part of the key: another way of making an entry makes another entry. */
#define RECIPE "kernel 5"
#define KIND "kernels"
#define KEY_DIGITS 6

/* ---- Making an entry ---- */

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

	if (asprintf(&tree, "%s/tree", folder) < 0 || asprintf(&own, "%s/lib/modules/%s", tree, release) < 0) {
		free(tree);
		return no_memory(error);
	}
	if (access(own, F_OK) < 0)
		status = sentence(error, -ENOENT, "there are no modules for the kernel %s", release);
	else
		status = complete_tree(own, error);
	if (status == 0) {
		const char *argv[] = { "depmod", "-b", tree, release, NULL };

		status = program_run(argv, NULL, NULL, error);
	}
	free(own);
	free(tree);
	return status;
}

/* What it was configured with; "" when nobody says. */
static int digest_config(const char *folder, char digest[SHA256_HEX], char **error)
{
	char *path;
	int status = 0;

	*digest = '\0';
	if (asprintf(&path, "%s/config", folder) < 0)
		return no_memory(error);
	if (access(path, F_OK) == 0 && (status = sha256_file(path, digest)) < 0)
		sentence(error, status, "cannot read %s: %s", path, strerror(-status));
	free(path);
	return status;
}

static int write_description(const char *folder, const struct vmlinux_banner *banner, const char *origin, char **error)
{
	char config[SHA256_HEX];
	json_t *object;
	char *path = NULL;
	int status = digest_config(folder, config, error);

	if (status < 0)
		return status;
	object = json_pack("{s:s, s:s, s:s, s:s}", "release", banner->release, "version", banner->version, "origin",
		origin, "config", config);
	if (!object || asprintf(&path, "%s/meta.json", folder) < 0)
		status = no_memory(error);
	else if (json_dump_file(object, path, JSON_INDENT(2)) < 0)
		status = sentence(error, -errno, "cannot write %s: %m", path);
	free(path);
	json_decref(object);
	return status;
}

static int make_kernel(const struct kernel_source *source, const char *folder, char **error)
{
	struct vmlinux_banner banner;
	char *origin;
	int status = gather_kernel(source, folder, &banner, &origin, error);

	if (status < 0)
		return status;
	status = run_depmod(folder, banner.release, error);
	if (status == 0)
		status = write_description(folder, &banner, origin, error);
	vmlinux_banner_free(&banner);
	free(origin);
	return status;
}

/* ---- Using one ---- */

static int read_description(const char *folder, struct kernel *out, char **error)
{
	const char *release = NULL, *version = NULL, *origin = NULL, *config = "";
	char *path;
	json_t *object;
	int status = 0;

	if (asprintf(&path, "%s/meta.json", folder) < 0)
		return no_memory(error);
	object = json_load_file(path, 0, NULL);
	if (!object ||
		json_unpack(object, "{s:s, s:s, s:s, s?s}", "release", &release, "version", &version, "origin", &origin,
			"config", &config) < 0) {
		status = sentence(error, -EIO, "cannot read %s", path);
	} else {
		out->release = strdup(release);
		out->version = strdup(version);
		out->origin = strdup(origin);
		out->config_sha256 = strdup(config);
		if (!out->release || !out->version || !out->origin || !out->config_sha256 ||
			asprintf(&out->vmlinux, "%s/vmlinux", folder) < 0 ||
			asprintf(&out->modules, "%s/tree/lib/modules/%s", folder, release) < 0)
			status = no_memory(error);
	}
	json_decref(object);
	free(path);
	return status;
}

/* The kernel keeps the entry open, so that nobody removes it. */
static int take_entry(const char *key, struct cache_entry *entry, struct kernel *out, char **error)
{
	int status = read_description(entry->path, out, error);

	if (status < 0)
		return status;
	out->sha256 = strdup(key);
	out->entry = malloc(sizeof(*out->entry));
	if (!out->sha256 || !out->entry)
		return no_memory(error);
	*out->entry = *entry;
	*entry = (struct cache_entry){ .lock = -1 };
	return 0;
}

/* Which modules an entry has depends on which ones guests are to have. */
static int digest_source(const struct kernel_source *source, char out[SHA256_HEX], char **error)
{
	struct sha256_ctx sum;
	int status;

	sha256_init(&sum);
	sha256_add_text(&sum, RECIPE);
	if (source->image) {
		for (const struct guest_module *row = guest_modules; row->name; row++)
			sha256_add_text(&sum, row->name);
	}
	status = gather_digest(source, &sum, error);
	sha256_hex(&sum, out);
	return status;
}

int kernel_store_put(
	const struct kernel_source *source, const struct kernel_request *request, struct kernel *out, char **error)
{
	struct cache_entry entry;
	char key[SHA256_HEX];
	int status = digest_source(source, key, error);

	if (status == 0)
		status = cache_open(KIND, key, CACHE_KNOWN, &entry, error);
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
		status = take_entry(key, &entry, out, error);
	cache_close(&entry);
	return status;
}

int kernel_store_get(const char *key, struct kernel *out, char **error)
{
	struct cache_entry entry;
	int status = cache_open(KIND, key, CACHE_KNOWN, &entry, error);

	if (status < 0)
		return status;
	status = entry.present ? take_entry(key, &entry, out, error) : -ENOENT;
	cache_close(&entry);
	return status;
}

/* ---- All of them ---- */

static int by_release(const void *a, const void *b)
{
	const struct stored_kernel *x = a, *y = b;
	int order = strverscmp(x->release, y->release);

	return order ? order : strcmp(x->origin, y->origin);
}

static json_t *load_description(const char *kind, const char *key)
{
	json_t *object = NULL;
	char *cache, *path;

	if (cache_directory(&cache, NULL) < 0)
		return NULL;
	if (asprintf(&path, "%s/%s/%s/meta.json", cache, kind, key) >= 0) {
		object = json_load_file(path, 0, NULL);
		free(path);
	}
	free(cache);
	return object;
}

static const char *fact(const json_t *object, const char *name)
{
	const char *words = json_string_value(json_object_get(object, name));

	return words ? words : "(damaged)";
}

int kernel_store_list(struct stored_kernels *out, char **error)
{
	struct path_list keys;
	int status = cache_list(KIND, &keys, error);

	*out = (struct stored_kernels){ 0 };
	if (status < 0)
		return status;
	out->all = calloc(keys.n + 1, sizeof(*out->all));
	for (size_t i = 0; out->all && i < keys.n; i++) {
		json_t *object = load_description(KIND, keys.paths[i]);
		struct stored_kernel *one = &out->all[out->n++];

		*one = (struct stored_kernel){ strdup(keys.paths[i]), strdup(fact(object, "release")),
			strdup(fact(object, "origin")) };
		if (!one->key || !one->release || !one->origin)
			status = -ENOMEM;
		json_decref(object);
	}
	path_list_free(&keys);
	if (!out->all || status < 0) {
		stored_kernels_free(out);
		return no_memory(error);
	}
	qsort(out->all, out->n, sizeof(*out->all), by_release);
	return 0;
}

void stored_kernels_free(struct stored_kernels *kernels)
{
	for (size_t i = 0; i < kernels->n; i++) {
		free(kernels->all[i].key);
		free(kernels->all[i].release);
		free(kernels->all[i].origin);
	}
	free(kernels->all);
	*kernels = (struct stored_kernels){ 0 };
}

bool stored_kernel_is(const struct stored_kernel *kernel, const char *name)
{
	size_t length = strlen(name);

	return strcmp(name, kernel->release) == 0 || strcmp(name, kernel->origin) == 0 ||
		(length >= KEY_DIGITS && strncmp(name, kernel->key, length) == 0);
}

int kernel_store_remove(const struct stored_kernel *kernel, char **error)
{
	struct path_list keys;
	int status = cache_remove(KIND, kernel->key);

	if (status == -EBUSY)
		return sentence(
			error, status, "the kernel %s (%.12s) is in use: not removed", kernel->release, kernel->key);
	if (status < 0)
		return sentence(error, status, "cannot remove the kernel %s (%.12s): %s", kernel->release, kernel->key,
			strerror(-status));
	if (cache_list("snapshots", &keys, NULL) < 0)
		return 0;
	for (size_t i = 0; i < keys.n; i++) {
		json_t *object = load_description("snapshots", keys.paths[i]);

		if (strcmp(fact(object, "kernel"), kernel->key) == 0)
			cache_remove("snapshots", keys.paths[i]);
		json_decref(object);
	}
	path_list_free(&keys);
	return 0;
}

int kernel_store_verify(const struct stored_kernel *kernel, char **error)
{
	struct cache_entry entry;
	int status = cache_open(KIND, kernel->key, CACHE_TAKEN, &entry, error);

	if (status < 0)
		return status;
	status = entry.present ? cache_verify(entry.path, error) : sentence(error, -EIO, "it is gone");
	cache_close(&entry);
	return status;
}
