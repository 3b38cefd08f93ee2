/* SPDX-License-Identifier: Apache-2.0 */
/* debian.c - finds and fetches the packages that make up a Debian kernel. */
#include "runner/guest/debian.h"

#include <ctype.h>
#include <errno.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/guest/apt.h"
#include "runner/guest/cache.h"
#include "runner/guest/kernel_store.h"
#include "runner/guest/program.h"
#include "runner/guest/tree.h"
#include "runner/sentence.h"

#define IMAGE "linux-image-"
#define FLAVOUR "-cloud-amd64"
#define META_PACKAGE "linux-image-cloud-amd64"
#define MOST_PACKAGES 8
#define MOST_NAMED 6 /* in an error */

static int no_memory(char **error)
{
	return sentence(error, -ENOMEM, "out of memory");
}

static void say(const struct kernel_request *request, const char *words)
{
	if (request->progress)
		request->progress(request->context, words);
}

/* ---- What apt says ---- */

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

static const char *next_stanza(const char *stanza)
{
	const char *gap = strstr(stanza, "\n\n");

	return gap && gap[2] ? gap + 2 : NULL;
}

/* A list of "package=version" that are to be fetched. */
struct wanted {
	char *names[MOST_PACKAGES];
	size_t n;
};

static void wanted_free(struct wanted *wanted)
{
	for (size_t i = 0; i < wanted->n; i++)
		free(wanted->names[i]);
	wanted->n = 0;
}

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
	static const char *const kinds[] = {IMAGE, "linux-binary-", "linux-modules-", "linux-base-"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		size_t length = strlen(kinds[i]);

		if (strncmp(name, kinds[i], length) == 0)
			return isdigit((unsigned char)name[length]) != 0;
	}
	return false;
}

/* linux-base-*: lists of modules, which a guest can do without. */
static bool is_dispensable(const char *name)
{
	return strncmp(name, "linux-base-", strlen("linux-base-")) == 0;
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

/* ---- The kernels of a suite ---- */

void remote_kernels_free(struct remote_kernels *kernels)
{
	for (size_t i = 0; i < kernels->n; i++) {
		free(kernels->all[i].release);
		free(kernels->all[i].version);
	}
	free(kernels->all);
	*kernels = (struct remote_kernels){0};
}

static int add_kernel(struct remote_kernels *list, const char *package, const char *version)
{
	struct remote_kernel *more = realloc(list->all, (list->n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	list->all = more;
	more[list->n] = (struct remote_kernel){strdup(package + strlen(IMAGE)), strdup(version)};
	list->n++;
	return more[list->n - 1].release && more[list->n - 1].version ? 0 : -ENOMEM;
}

/* "linux-image-6.1.0-56-cloud-amd64", or any other flavour when its release is just what is wanted. */
static bool is_image(const char *package, const char *wanted)
{
	const char *release = package + strlen(IMAGE);
	size_t length = strlen(package);

	if (strncmp(package, IMAGE, strlen(IMAGE)) != 0 || !isdigit((unsigned char)*release))
		return false;
	return (wanted && strcmp(release, wanted) == 0) ||
	       (length > strlen(FLAVOUR) &&
		       strcmp(package + length - strlen(FLAVOUR), FLAVOUR) == 0);
}

/* "linux-image-6.12-cloud-amd64" has no kernel: it depends on another image. */
static bool is_meta(const char *stanza)
{
	char *depends = stanza_field(stanza, "Depends");
	bool meta = depends && strstr(depends, IMAGE);

	free(depends);
	return meta;
}

/* Whether a line of `names` begins so, and ends there or with "=". */
static bool is_name(const char *names, const char *wanted)
{
	size_t length = strcspn(wanted, "=");

	for (const char *line = names; line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, wanted, length) == 0 && (line[length] == '\n' || !line[length]))
			return true;
	}
	return false;
}

/* Of an older kernel a mirror may have one half of a split package and not the other. */
static bool is_whole(const char *stanza, const char *names)
{
	struct wanted parts = {0};
	char *depends = stanza_field(stanza, "Depends");
	bool whole = !depends || want_dependencies(&parts, depends, "") == 0;

	for (size_t i = 0; i < parts.n; i++)
		whole &= is_name(names, parts.names[i]) || is_dispensable(parts.names[i]);
	wanted_free(&parts);
	free(depends);
	return whole;
}

static int take_stanzas(const char *text, const char *names, struct remote_kernels *out)
{
	int status = 0;

	for (const char *s = text; s && *s && status == 0; s = next_stanza(s)) {
		char *package = stanza_field(s, "Package"), *version = stanza_field(s, "Version");

		if (package && version && !is_meta(s) && is_whole(s, names))
			status = add_kernel(out, package, version);
		free(package);
		free(version);
	}
	return status;
}

static int find_kernels(const struct apt *apt, const char *wanted, struct remote_kernels *out)
{
	char *names = apt_names(apt, "linux-"), *text = NULL;
	struct path_list packages = {0};
	int status = 0;

	*out = (struct remote_kernels){0};
	for (const char *line = names; line && *line && status == 0;) {
		size_t length = strcspn(line, "\n");
		char *name = strndup(line, length);

		if (!name || (is_image(name, wanted) && path_list_add(&packages, name) < 0))
			status = -ENOMEM;
		free(name);
		line += length + (line[length] == '\n');
	}
	if (status == 0 && packages.n > 0)
		text = apt_show(apt, (const char *const *)packages.paths, packages.n);
	if (status == 0)
		status = take_stanzas(text, names, out);
	free(text);
	free(names);
	path_list_free(&packages);
	if (status < 0) {
		remote_kernels_free(out);
		no_memory(apt->error);
	}
	return status;
}

static bool is_newer(const char *a, const char *b)
{
	const char *argv[] = {"dpkg", "--compare-versions", a, "gt", b, NULL};

	return program_run(argv, NULL, NULL, NULL) == 0;
}

static int newest_first(const void *a, const void *b)
{
	const struct remote_kernel *x = a, *y = b;

	if (strcmp(x->version, y->version) == 0)
		return strcmp(x->release, y->release);
	return is_newer(x->version, y->version) ? -1 : 1;
}

static void sort(struct remote_kernels *kernels)
{
	if (kernels->n > 1)
		qsort(kernels->all, kernels->n, sizeof(*kernels->all), newest_first);
}

/* "6.1" begins "6.1.192-2" and not "6.12.118-1". */
static bool begins(const char *version, const char *beginning)
{
	size_t length = strlen(beginning);

	return strncmp(version, beginning, length) == 0 &&
	       !isalnum((unsigned char)version[length]);
}

static const struct remote_kernel *choose(const struct remote_kernels *kernels, const char *version)
{
	const struct remote_kernel *best = NULL;

	for (size_t i = 0; i < kernels->n; i++) {
		const struct remote_kernel *one = &kernels->all[i];

		if ((begins(one->version, version) || begins(one->release, version)) &&
			(!best || is_newer(one->version, best->version)))
			best = one;
	}
	return best;
}

/* ---- The packages of a kernel ---- */

static void drop(struct wanted *wanted, size_t i)
{
	free(wanted->names[i]);
	wanted->n--;
	memmove(&wanted->names[i], &wanted->names[i + 1], (wanted->n - i) * sizeof(*wanted->names));
}

/*
 * The dependencies of the dependencies: a split package's image needs its binary and its modules.
 */
static int want_all(const struct apt *apt, struct wanted *wanted)
{
	int status = 0;

	for (size_t i = 0; i < wanted->n && status == 0;) {
		const char *name = wanted->names[i];
		char *stanza = apt_show(apt, &name, 1);
		char *depends = stanza ? stanza_field(stanza, "Depends") : NULL;

		if (!stanza && is_dispensable(name))
			drop(wanted, i);
		else if (!stanza)
			status = sentence(apt->error, -ENOENT, "apt does not know %s in Debian %s",
				name, apt->suite);
		else if (depends && want_dependencies(wanted, depends, strchr(name, '=') + 1) < 0)
			status = no_memory(apt->error);
		else
			i++;
		free(depends);
		free(stanza);
	}
	return status;
}

/* The newest kernel is in the first stanza of the meta package, others may follow. */
static int want_newest(const struct apt *apt, struct wanted *wanted)
{
	const char *package = META_PACKAGE;
	char *meta = apt_show(apt, &package, 1);
	int status = 0;

	for (const char *s = meta; s && wanted->n == 0 && status == 0; s = next_stanza(s)) {
		char *depends = stanza_field(s, "Depends");
		char *own = stanza_field(s, "Version");

		if (depends && own)
			status = want_dependencies(wanted, depends, own);
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
		return sentence(apt->error, -ENOENT,
			"there is no Debian suite '%s' where this machine's apt looks: %s",
			apt->suite, trouble);
	return sentence(apt->error, -ENOENT, "no kernel is known of Debian %s%s%s", apt->suite,
		trouble ? ": " : "", trouble ? trouble : "");
}

static int no_version(
	const struct apt *apt, const char *version, struct remote_kernels *kernels)
{
	char names[512] = "";
	size_t used = 0;

	sort(kernels);
	for (size_t i = 0; i < kernels->n && i < MOST_NAMED && used < sizeof(names); i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
			i ? ", " : "", kernels->all[i].version);
	return sentence(apt->error, -ENOENT, "Debian %s has no kernel %s; it has %s%s", apt->suite,
		version, names, kernels->n > MOST_NAMED ? ", …" : "");
}

static int want_version(
	const struct apt *apt, const char *version, const char *trouble, struct wanted *wanted)
{
	struct remote_kernels kernels;
	const struct remote_kernel *chosen;
	int status = find_kernels(apt, version, &kernels);

	if (status < 0)
		return status;
	chosen = choose(&kernels, version);
	if (kernels.n == 0)
		status = no_kernels(apt, trouble);
	else if (!chosen)
		status = no_version(apt, version, &kernels);
	else if (asprintf(&wanted->names[0], IMAGE "%s=%s", chosen->release, chosen->version) < 0)
		status = no_memory(apt->error);
	else
		wanted->n = 1;
	remote_kernels_free(&kernels);
	return status;
}

/* ---- Fetching them ---- */

/*
 * Each package by itself, into a folder that stays: what an interrupted download left is gone on with,
 * or done again when it is not what the signed lists say.
 */
static int download(const struct apt *apt, const struct wanted *wanted, const char *folder,
	const struct kernel_request *request)
{
	int status = 0;

	for (size_t i = 0; i < wanted->n && status == 0; i++) {
		char text[300];

		snprintf(text, sizeof(text), "downloading %s", wanted->names[i]);
		say(request, text);
		status = apt_download(apt, wanted->names[i], folder);
	}
	return status;
}

/* The files of what was wanted: apt names them PACKAGE_VERSION_ARCHITECTURE.deb. */
static int list_packages(const struct wanted *wanted, const char *folder, glob_t *found)
{
	for (size_t i = 0; i < wanted->n; i++) {
		char *pattern;

		if (asprintf(&pattern, "%s/%.*s_*.deb", folder,
			    (int)strcspn(wanted->names[i], "="), wanted->names[i]) < 0)
			return -ENOMEM;
		glob(pattern, i ? GLOB_APPEND : 0, NULL, found);
		free(pattern);
	}
	return found->gl_pathc > 0 ? 0 : -ENOENT;
}

/* Unpacked into the store; then the packages are not needed any more. */
static int unpack(const struct apt *apt, const struct wanted *wanted, const char *folder,
	const struct kernel_request *request, struct kernel *out)
{
	glob_t found = {0};
	int status = list_packages(wanted, folder, &found);

	if (status < 0) {
		sentence(apt->error, status, "apt downloaded nothing into %s", folder);
	} else {
		const struct kernel_source source = {
			.packages = (const char *const *)found.gl_pathv,
			.n_packages = found.gl_pathc};

		status = kernel_store_put(&source, request, out, apt->error);
	}
	globfree(&found);
	if (status == 0)
		tree_remove(folder);
	return status;
}

static int fetch(const struct apt *apt, const char *version, const struct kernel_request *request,
	struct kernel *out)
{
	char *trouble = NULL, *folder = NULL;
	struct wanted wanted = {0};
	int status;

	say(request, "asking apt which kernels there are");
	/* One suite of several may be missing at a mirror; what counts is whether there is a
	 * kernel. */
	apt_update(apt, &trouble);
	status = version ? want_version(apt, version, trouble, &wanted) : want_newest(apt, &wanted);
	if (status == 0 && wanted.n == 0)
		status = no_kernels(apt, trouble);
	if (status == 0)
		status = want_all(apt, &wanted);
	/* a folder for each kernel, so that no other one's files are taken for its own */
	if (status == 0 && asprintf(&folder, "%s/download/%s", apt->folder, wanted.names[0]) < 0)
		status = no_memory(apt->error);
	if (status == 0 && (status = tree_make(folder)) < 0)
		sentence(apt->error, status, "cannot make %s: %s", folder, strerror(-status));
	if (status == 0)
		status = download(apt, &wanted, folder, request);
	if (status == 0)
		status = unpack(apt, &wanted, folder, request, out);
	wanted_free(&wanted);
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

int debian_kernel(const char *suite, const char *version, const struct kernel_request *request,
	struct kernel *out, char **error)
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

int debian_list(const char *suite, const struct kernel_request *request, struct remote_kernels *out,
	char **error)
{
	char *own = NULL, *trouble = NULL;
	struct apt apt;
	int status = default_suite(&suite, &own, error);

	*out = (struct remote_kernels){0};
	if (status == 0)
		status = apt_open(suite, request, &apt, error);
	if (status < 0) {
		free(own);
		return status;
	}
	say(request, "asking apt which kernels there are");
	apt_update(&apt, &trouble);
	status = find_kernels(&apt, NULL, out);
	if (status == 0 && out->n == 0)
		status = no_kernels(&apt, trouble);
	sort(out);
	apt_close(&apt);
	free(trouble);
	free(own);
	return status;
}
