/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_apt.c - finds and fetches the packages that make up a Debian kernel. */
#include "runner/guest/kernel_apt.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/guest/apt.h"
#include "runner/guest/cache.h"
#include "runner/sentence.h"

#define META_PACKAGE "linux-image-cloud-amd64"
#define MOST_PACKAGES 8

static int no_memory(char **error)
{
	return sentence(error, -ENOMEM, "out of memory");
}

/* The value of a field of a stanza, malloc'd. */
static char *stanza_field(const char *stanza, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = stanza; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (*line == '\n')
			return NULL; /* the next stanza */
		if (strncmp(line, name, length) == 0 && line[length] == ':')
			return strndup(line + length + 2, strcspn(line + length + 2, "\n"));
	}
	return NULL;
}

/* A list of "package=version" that are to be fetched. */
struct wanted {
	char *names[MOST_PACKAGES];
	size_t n;
};

static bool is_wanted(const struct wanted *wanted, const char *name)
{
	for (size_t i = 0; i < wanted->n; i++) {
		if (strncmp(wanted->names[i], name, strcspn(name, "=")) == 0)
			return true;
	}
	return false;
}

static bool is_kernel_part(const char *name)
{
	static const char *const kinds[] = {
		"linux-image-", "linux-binary-", "linux-modules-", "linux-base-"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t length = strlen(kinds[i]);

		if (strncmp(name, kinds[i], length) == 0)
			return isdigit((unsigned char)name[length]) != 0;
	}
	return false;
}

/*
 * Walks a Depends field: the parts of a kernel in it, "linux-image-6.1.0-56-cloud-amd64
 * (= 6.1.192-2)", go to the list. The version is taken from there when it is given, else from
 * `version`.
 */
static int want_dependencies(struct wanted *wanted, const char *depends, const char *version)
{
	char *copy = strdup(depends), *rest = copy, *one;
	int status = copy ? 0 : -ENOMEM;

	while (status == 0 && (one = strsep(&rest, ",|"))) {
		char name[256], exact[128] = "";

		if (sscanf(one, " %255[^ (,|] (= %127[^)])", name, exact) < 1 ||
			!is_kernel_part(name) || is_wanted(wanted, name) ||
			wanted->n == MOST_PACKAGES)
			continue;
		if (asprintf(&wanted->names[wanted->n], "%s=%s", name, *exact ? exact : version) <
			0)
			status = -ENOMEM;
		else
			wanted->n++;
	}
	free(copy);
	return status;
}

/*
 * The dependencies of the dependencies: a split package's image needs its binary and its modules.
 */
static int want_all(const struct apt *apt, struct wanted *wanted)
{
	int status = 0;

	for (size_t i = 0; i < wanted->n && status == 0; i++) {
		char *stanza = apt_show(apt, wanted->names[i]);
		char *depends = stanza ? stanza_field(stanza, "Depends") : NULL;

		if (!stanza)
			status = sentence(apt->error, -ENOENT, "apt does not know %s in Debian %s",
				wanted->names[i], apt->suite);
		else if (depends)
			status = want_dependencies(
				wanted, depends, strchr(wanted->names[i], '=') + 1);
		free(depends);
		free(stanza);
	}
	return status;
}

static const char *next_stanza(const char *stanza)
{
	const char *gap = strstr(stanza, "\n\n");

	return gap && gap[2] ? gap + 2 : NULL;
}

/* The newest kernel is in the first stanza of the meta package, others may follow. */
static int want_kernel(const struct apt *apt, const char *version, struct wanted *wanted)
{
	char *meta = apt_show(apt, META_PACKAGE), *name = NULL;
	int status = 0;

	for (const char *s = meta; s && wanted->n == 0 && status == 0; s = next_stanza(s)) {
		char *depends = stanza_field(s, "Depends");
		char *own = stanza_field(s, "Version");

		if (depends && own && (!version || strcmp(version, own) == 0))
			status = want_dependencies(wanted, depends, own);
		free(depends);
		free(own);
	}
	free(meta);
	/* not by the package's version: by the kernel's, "6.1.0-50" */
	if (status == 0 && wanted->n == 0 && version &&
		asprintf(&name, "linux-image-%s-cloud-amd64", version) >= 0) {
		char *stanza = apt_show(apt, name);
		char *own = stanza ? stanza_field(stanza, "Version") : NULL;

		if (own)
			status = want_dependencies(wanted, name, own);
		free(own);
		free(stanza);
		free(name);
	}
	return status < 0 ? no_memory(apt->error) : 0;
}

/* Each package by itself, into `folder`. apt checks it against the signed index. */
static int download(const struct apt *apt, const struct wanted *wanted, const char *folder,
	const struct kernel_request *request)
{
	int status = 0;

	for (size_t i = 0; i < wanted->n && status == 0; i++) {
		char text[300];

		snprintf(text, sizeof(text), "downloading %s", wanted->names[i]);
		if (request->progress)
			request->progress(request->context, text);
		status = apt_download(apt, wanted->names[i], folder);
	}
	return status;
}

static int fetch(const struct apt *apt, const char *version, const struct kernel_request *request,
	char **folder)
{
	char *trouble = NULL, *key = NULL;
	struct wanted wanted = {0};
	struct cache_entry entry = {.lock = -1};
	int status;

	if (request->progress)
		request->progress(request->context, "asking apt which kernels there are");
	/* One suite of several may be missing at a mirror; what counts is whether there is a
	 * kernel. */
	apt_update(apt, &trouble);
	status = want_kernel(apt, version, &wanted);
	if (status == 0 && wanted.n == 0)
		status = sentence(apt->error, -ENOENT, "no %s%s%s in Debian %s%s%s", META_PACKAGE,
			version ? " of version " : "", version ? version : "", apt->suite,
			trouble ? ": " : "", trouble ? trouble : "");
	if (status == 0)
		status = want_all(apt, &wanted);
	if (status == 0 && asprintf(&key, "%s_%s", apt->suite, wanted.names[0]) < 0)
		status = no_memory(apt->error);
	if (status == 0)
		status = cache_open("packages", key, &entry, apt->error);
	if (status == 0 && !entry.present) {
		status = download(apt, &wanted, entry.making, request);
		if (status == 0)
			status = cache_commit(&entry, apt->error);
	}
	if (status == 0) {
		*folder = entry.path;
		entry.path = NULL;
	}
	cache_close(&entry);
	for (size_t i = 0; i < wanted.n; i++)
		free(wanted.names[i]);
	free(key);
	free(trouble);
	return status;
}

/* The packages in a folder of the cache; false when it is not there. */
static bool list_packages(const char *folder, struct kernel_packages *out)
{
	glob_t found = {0};
	char *pattern;

	*out = (struct kernel_packages){0};
	if (asprintf(&pattern, "%s/*.deb", folder) < 0)
		return false;
	if (glob(pattern, 0, NULL, &found) == 0)
		out->files = calloc(found.gl_pathc, sizeof(*out->files));
	for (size_t i = 0; out->files && i < found.gl_pathc; i++)
		out->files[out->n++] = strdup(found.gl_pathv[i]);
	globfree(&found);
	free(pattern);
	return out->n > 0;
}

static int fetch_and_remember(const char *suite, const char *version, const char *question,
	const struct kernel_request *request, struct kernel_packages *out, char **error)
{
	struct apt apt;
	char *folder = NULL;
	int status = apt_open(suite, &apt, error);

	if (status < 0)
		return status;
	status = fetch(&apt, version, request, &folder);
	if (status == 0 && !list_packages(folder, out))
		status = sentence(error, -ENOENT, "apt downloaded nothing into %s", folder);
	if (status == 0)
		cache_remember(question, folder);
	free(folder);
	apt_close(&apt);
	return status;
}

int kernel_apt_fetch(const char *suite, const char *version, const struct kernel_request *request,
	struct kernel_packages *out, char **error)
{
	char *own = NULL, *question = NULL, *known = NULL;
	int status = 0;

	if (!suite) {
		status = apt_own_suite(&own, error);
		suite = own;
	}
	if (status < 0)
		return status;
	if (asprintf(&question, "kernel debian:%s/%s", suite, version ? version : "newest") < 0) {
		free(own);
		return no_memory(error);
	}
	known = cache_recall(question);
	if (!known || !list_packages(known, out))
		status = fetch_and_remember(suite, version, question, request, out, error);
	free(known);
	free(question);
	free(own);
	return status;
}

void kernel_packages_free(struct kernel_packages *packages)
{
	for (size_t i = 0; i < packages->n; i++)
		free(packages->files[i]);
	free(packages->files);
	*packages = (struct kernel_packages){0};
}
