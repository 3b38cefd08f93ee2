/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/kernels/remote_kernels.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "runner/host/closure.h"
#include "runner/host/program.h"
#include "runner/kernels/apt.h"
#include "runner/kernels/package_set.h"
#include "sentence.h"

#define FLAVOUR "-cloud-amd64"

void remote_kernels_free(struct remote_kernels *kernels)
{
	for (size_t i = 0; i < kernels->n; i++) {
		free(kernels->all[i].release);
		free(kernels->all[i].version);
	}
	free(kernels->all);
	*kernels = (struct remote_kernels){ 0 };
}

static int add_kernel(struct remote_kernels *list, const char *package, const char *version)
{
	struct remote_kernel *more = realloc(list->all, (list->n + 1) * sizeof(*more));

	if (!more)
		return -ENOMEM;
	list->all = more;
	more[list->n] = (struct remote_kernel){ strdup(package + strlen(PACKAGE_SET_IMAGE)), strdup(version) };
	list->n++;
	return more[list->n - 1].release && more[list->n - 1].version ? 0 : -ENOMEM;
}

/* "linux-image-6.1.0-56-cloud-amd64", or any other flavour when its release is just what is wanted. */
static bool is_image(const char *package, const char *wanted)
{
	const char *release = package + strlen(PACKAGE_SET_IMAGE);
	size_t length = strlen(package);

	if (strncmp(package, PACKAGE_SET_IMAGE, strlen(PACKAGE_SET_IMAGE)) != 0 || !isdigit((unsigned char)*release))
		return false;
	return (wanted && strcmp(release, wanted) == 0) ||
		(length > strlen(FLAVOUR) && strcmp(package + length - strlen(FLAVOUR), FLAVOUR) == 0);
}

/* "linux-image-6.12-cloud-amd64" has no kernel: it depends on another image. */
static bool is_meta(const char *stanza)
{
	char *depends = apt_field(stanza, "Depends");
	bool meta = depends && strstr(depends, PACKAGE_SET_IMAGE);

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
	struct package_set parts = { 0 };
	char *depends = apt_field(stanza, "Depends");
	bool whole = !depends || package_set_add_dependencies(&parts, depends, "") == 0;

	for (size_t i = 0; i < parts.n; i++)
		whole &= is_name(names, parts.names[i]) || package_is_dispensable(parts.names[i]);
	package_set_free(&parts);
	free(depends);
	return whole;
}

static int take_stanzas(const char *text, const char *names, struct remote_kernels *out)
{
	int status = 0;

	for (const char *s = text; s && *s && status == 0; s = apt_next_stanza(s)) {
		char *package = apt_field(s, "Package"), *version = apt_field(s, "Version");

		if (package && version && !is_meta(s) && is_whole(s, names))
			status = add_kernel(out, package, version);
		free(package);
		free(version);
	}
	return status;
}

int remote_kernels_find(const struct apt *apt, const char *wanted, struct remote_kernels *out)
{
	char *names = apt_names(apt, "linux-"), *text = NULL;
	struct path_list packages = { 0 };
	int status = 0;

	*out = (struct remote_kernels){ 0 };
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
		sentence(apt->error, status, "out of memory");
	}
	return status;
}

static bool is_newer(const char *a, const char *b)
{
	const char *argv[] = { "dpkg", "--compare-versions", a, "gt", b, NULL };

	return program_run(argv, NULL, NULL, NULL) == 0;
}

static int newest_first(const void *a, const void *b)
{
	const struct remote_kernel *x = a, *y = b;

	if (strcmp(x->version, y->version) == 0)
		return strcmp(x->release, y->release);
	return is_newer(x->version, y->version) ? -1 : 1;
}

void remote_kernels_sort(struct remote_kernels *kernels)
{
	if (kernels->n > 1)
		qsort(kernels->all, kernels->n, sizeof(*kernels->all), newest_first);
}

/* "6.1" begins "6.1.192-2" and not "6.12.118-1". */
static bool begins(const char *version, const char *beginning)
{
	size_t length = strlen(beginning);

	return strncmp(version, beginning, length) == 0 && !isalnum((unsigned char)version[length]);
}

const struct remote_kernel *remote_kernels_choose(const struct remote_kernels *kernels, const char *version)
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
