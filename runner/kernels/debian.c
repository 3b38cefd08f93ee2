/* SPDX-License-Identifier: Apache-2.0 */
/* debian.c - finds and fetches the packages that make up a Debian kernel. */
#include "runner/kernels/debian.h"

#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/cache/cache.h"
#include "runner/host/tree.h"
#include "runner/kernels/apt.h"
#include "runner/kernels/kernel_store.h"
#include "runner/kernels/package_set.h"
#include "sentence.h"

#define META_PACKAGE "linux-image-cloud-amd64"
#define MOST_NAMED 6 /* in an error */

static void say(const struct kernel_request *request, const char *words)
{
	if (request->progress)
		request->progress(request->context, words);
}

/* ---- The packages of a kernel ---- */

/*
 * The dependencies of the dependencies: a split package's image needs its binary and its modules.
 */
static int want_all(const struct apt *apt, struct package_set *set)
{
	int status = 0;

	for (size_t i = 0; i < set->n && status == 0;) {
		const char *name = set->names[i];
		char *stanza = apt_show(apt, &name, 1);
		char *depends = stanza ? apt_field(stanza, "Depends") : NULL;

		if (!stanza && package_is_dispensable(name))
			package_set_drop(set, i);
		else if (!stanza)
			status = sentence(apt->error, -ENOENT, "apt does not know %s in Debian %s", name, apt->suite);
		else if (depends && package_set_add_dependencies(set, depends, strchr(name, '=') + 1) < 0)
			status = no_memory(apt->error);
		else
			i++;
		free(depends);
		free(stanza);
	}
	return status;
}

/* The newest kernel is in the first stanza of the meta package, others may follow. */
static int want_newest(const struct apt *apt, struct package_set *set)
{
	const char *package = META_PACKAGE;
	char *meta = apt_show(apt, &package, 1);
	int status = 0;

	for (const char *s = meta; s && set->n == 0 && status == 0; s = apt_next_stanza(s)) {
		char *depends = apt_field(s, "Depends");
		char *own = apt_field(s, "Version");

		if (depends && own)
			status = package_set_add_dependencies(set, depends, own);
		free(depends);
		free(own);
	}
	free(meta);
	return status < 0 ? no_memory(apt->error) : 0;
}

/* Nothing is there at all: is it the suite, the network, or what? `trouble` is apt's. */
static int no_kernels(const struct apt *apt, const char *trouble)
{
	if (trouble && strstr(trouble, "does not have a Release file"))
		return sentence(apt->error, -ENOENT, "there is no Debian suite '%s' where this machine's apt looks: %s",
			apt->suite, trouble);
	return sentence(apt->error, -ENOENT, "no kernel is known of Debian %s%s%s", apt->suite, trouble ? ": " : "",
		trouble ? trouble : "");
}

static int no_version(const struct apt *apt, const char *version, struct remote_kernels *kernels)
{
	char names[512] = "";
	size_t used = 0;

	remote_kernels_sort(kernels);
	for (size_t i = 0; i < kernels->n && i < MOST_NAMED && used < sizeof(names); i++)
		used += (size_t)snprintf(
			names + used, sizeof(names) - used, "%s%s", i ? ", " : "", kernels->all[i].version);
	return sentence(apt->error, -ENOENT, "Debian %s has no kernel %s; it has %s%s", apt->suite, version, names,
		kernels->n > MOST_NAMED ? ", …" : "");
}

static int want_version(const struct apt *apt, const char *version, const char *trouble, struct package_set *set)
{
	struct remote_kernels kernels;
	const struct remote_kernel *chosen;
	int status = remote_kernels_find(apt, version, &kernels);

	if (status < 0)
		return status;
	chosen = remote_kernels_choose(&kernels, version);
	if (kernels.n == 0)
		status = no_kernels(apt, trouble);
	else if (!chosen)
		status = no_version(apt, version, &kernels);
	else if (asprintf(&set->names[0], PACKAGE_SET_IMAGE "%s=%s", chosen->release, chosen->version) < 0)
		status = no_memory(apt->error);
	else
		set->n = 1;
	remote_kernels_free(&kernels);
	return status;
}

/* ---- Fetching them ---- */

/*
 * Each package by itself, into a folder that stays: what an interrupted download left is gone on with,
 * or done again when it is not what the signed lists say.
 */
static int download(
	const struct apt *apt, const struct package_set *set, const char *folder, const struct kernel_request *request)
{
	int status = 0;

	for (size_t i = 0; i < set->n && status == 0; i++) {
		char text[300];

		snprintf(text, sizeof(text), "downloading %s", set->names[i]);
		say(request, text);
		status = apt_download(apt, set->names[i], folder);
	}
	return status;
}

/* The files of what was wanted: apt names them PACKAGE_VERSION_ARCHITECTURE.deb. */
static int list_packages(const struct package_set *set, const char *folder, glob_t *found)
{
	for (size_t i = 0; i < set->n; i++) {
		char *pattern;

		if (asprintf(&pattern, "%s/%.*s_*.deb", folder, (int)strcspn(set->names[i], "="), set->names[i]) < 0)
			return -ENOMEM;
		glob(pattern, i ? GLOB_APPEND : 0, NULL, found);
		free(pattern);
	}
	return found->gl_pathc > 0 ? 0 : -ENOENT;
}

/* Unpacked into the store; then the packages are not needed any more. */
static int unpack(const struct apt *apt, const struct package_set *set, const char *folder,
	const struct kernel_request *request, struct kernel *out)
{
	glob_t found = { 0 };
	int status = list_packages(set, folder, &found);

	if (status < 0) {
		sentence(apt->error, status, "apt downloaded nothing into %s", folder);
	} else {
		const struct kernel_source source = { .packages = (const char *const *)found.gl_pathv,
			.n_packages = found.gl_pathc,
			.dependencies = true };

		status = kernel_store_put(&source, request, out, apt->error);
	}
	globfree(&found);
	if (status == 0)
		tree_remove(folder);
	return status;
}

static int fetch(const struct apt *apt, const char *version, const struct kernel_request *request, struct kernel *out)
{
	char *trouble = NULL, *folder = NULL;
	struct package_set set = { 0 };
	int status;

	say(request, "asking apt which kernels there are");
	/* One suite of several may be missing at a mirror; what counts is whether there is a
	 * kernel. */
	apt_update(apt, &trouble);
	status = version ? want_version(apt, version, trouble, &set) : want_newest(apt, &set);
	if (status == 0 && set.n == 0)
		status = no_kernels(apt, trouble);
	if (status == 0)
		status = want_all(apt, &set);
	/* a folder for each kernel, so that no other one's files are taken for its own */
	if (status == 0 && asprintf(&folder, "%s/download/%s", apt->folder, set.names[0]) < 0)
		status = no_memory(apt->error);
	if (status == 0 && (status = tree_make(folder)) < 0)
		sentence(apt->error, status, "cannot make %s: %s", folder, strerror(-status));
	if (status == 0)
		status = download(apt, &set, folder, request);
	if (status == 0)
		status = unpack(apt, &set, folder, request, out);
	package_set_free(&set);
	free(folder);
	free(trouble);
	return status;
}

/* Whether it was fetched before, and is still there. */
static bool recall(const char *question, struct kernel *out)
{
	char *key = cache_recall(question), *error = NULL;
	bool there = key && strlen(key) == SHA256_HEX - 1 && kernel_store_get(key, out, &error) == 0;

	free(error);
	free(key);
	return there;
}

static int fetch_and_remember(const char *suite, const char *version, const char *question,
	const struct kernel_request *request, struct kernel *out, char **error)
{
	struct apt apt;
	int status = apt_open(suite, request, &apt, error);

	if (status < 0)
		return status;
	/* another process may have fetched it while this one waited */
	if (request->refresh || !recall(question, out)) {
		status = fetch(&apt, version, request, out);
		if (status == 0)
			cache_remember(question, out->sha256);
	}
	apt_close(&apt);
	return status;
}

/* The own release unless there is one; *own is to be freed. */
static int default_suite(const char **suite, char **own, char **error)
{
	int status = *suite ? 0 : apt_own_suite(own, error);

	if (status == 0 && !*suite)
		*suite = *own;
	return status;
}

int debian_kernel(
	const char *suite, const char *version, const struct kernel_request *request, struct kernel *out, char **error)
{
	char *own = NULL, *question = NULL;
	int status = default_suite(&suite, &own, error);

	if (status < 0)
		return status;
	if (asprintf(&question, "kernel of debian:%s/%s", suite, version ? version : "newest") < 0) {
		free(own);
		return no_memory(error);
	}
	if (request->refresh || !recall(question, out))
		status = fetch_and_remember(suite, version, question, request, out, error);
	free(question);
	free(own);
	return status;
}

int debian_list(const char *suite, const struct kernel_request *request, struct remote_kernels *out, char **error)
{
	char *own = NULL, *trouble = NULL;
	struct apt apt;
	int status = default_suite(&suite, &own, error);

	*out = (struct remote_kernels){ 0 };
	if (status == 0)
		status = apt_open(suite, request, &apt, error);
	if (status < 0) {
		free(own);
		return status;
	}
	say(request, "asking apt which kernels there are");
	apt_update(&apt, &trouble);
	status = remote_kernels_find(&apt, NULL, out);
	if (status == 0 && out->n == 0)
		status = no_kernels(&apt, trouble);
	remote_kernels_sort(out);
	apt_close(&apt);
	free(trouble);
	free(own);
	return status;
}
