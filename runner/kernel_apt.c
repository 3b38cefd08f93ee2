/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kernel_apt.c - fetches Debian's kernel packages with apt.
 *
 * apt gets a state, a cache and a list of sources of its own, all in our cache: nothing that the
 * system's apt knows is changed, and root is not needed. The mirrors are those that the system's
 * apt is configured with, the keys too.
 */
#include "runner/kernel_apt.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "runner/cache.h"
#include "runner/program.h"
#include "runner/sentence.h"
#include "runner/tree.h"

#define META_PACKAGE "linux-image-cloud-amd64"
#define MOST_PACKAGES 8

/* One suite's apt. */
struct apt {
	const char *suite;
	char *folder; /* its state, cache and configuration */
	char *option; /* "-c=FOLDER/apt.conf" */
	int lock;
	char **error;
};

static int no_memory(char **error)
{
	return sentence(error, -ENOMEM, "out of memory");
}

int kernel_apt_own_suite(char **out, char **error)
{
	char *text = NULL, *line, *rest, *id = NULL, *codename = NULL;
	int status = tree_read_file("/etc/os-release", &text, NULL);

	rest = text;
	while (status == 0 && (line = strsep(&rest, "\n"))) {
		if (strncmp(line, "ID=", 3) == 0)
			id = line + 3;
		else if (strncmp(line, "VERSION_CODENAME=", 17) == 0)
			codename = line + 17;
	}
	if (!id || strcmp(id, "debian") != 0 || !codename)
		status = sentence(error, -ENOENT,
			"this machine is no Debian release that could name a default kernel: "
			"choose "
			"one with --kernel");
	else if (!(*out = strdup(codename)))
		status = no_memory(error);
	free(text);
	return status;
}

/*
 * "bookworm-security" for "bookworm" of the machine's sources; NULL for one that does not matter.
 */
static char *translate(const char *release, const char *own, const char *suite)
{
	static const char *const aliases[] = {"oldstable", "stable", "testing", "unstable"};
	const char *tail = NULL;
	char *out;

	if (strncmp(release, own, strlen(own)) == 0)
		tail = release + strlen(own);
	for (size_t i = 0; !tail && i < sizeof(aliases) / sizeof(*aliases); i++) {
		if (strncmp(release, aliases[i], strlen(aliases[i])) == 0)
			tail = release + strlen(aliases[i]);
	}
	if (!tail ||
		(*tail != '\0' && strcmp(tail, "-updates") != 0 && strcmp(tail, "-security") != 0))
		return NULL;
	if (asprintf(&out, "%s%s", suite, tail) < 0)
		return NULL;
	return out;
}

/* The sources of the system's apt, for our suite. */
static int write_sources(const struct apt *apt)
{
	static const char *const ask[] = {"apt-get", "indextargets", "--format",
		"$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages", NULL};
	static const char keyring[] = "/usr/share/keyrings/debian-archive-keyring.gpg";
	char *targets = NULL, *own = NULL, *rest, *line, *path = NULL;
	bool any = false;
	FILE *list;
	int status = kernel_apt_own_suite(&own, apt->error);

	if (status == 0)
		status = program_run(ask, NULL, &targets, apt->error);
	if (status == 0 && asprintf(&path, "%s/sources.list", apt->folder) < 0)
		status = no_memory(apt->error);
	list = status == 0 ? fopen(path, "we") : NULL;
	if (status == 0 && !list)
		status = sentence(apt->error, -errno, "cannot write %s: %m", path);
	rest = targets;
	while (status == 0 && (line = strsep(&rest, "\n"))) {
		char uri[512], release[128], component[128], *name;

		if (sscanf(line, "%511s %127s %127s", uri, release, component) != 3 ||
			strcmp(component, "main") != 0 ||
			!(name = translate(release, own, apt->suite)))
			continue;
		fprintf(list, "deb [arch=amd64%s%s] %s %s main\n",
			access(keyring, R_OK) == 0 ? " signed-by=" : "",
			access(keyring, R_OK) == 0 ? keyring : "", uri, name);
		free(name);
		any = true;
	}
	if (list && fclose(list) != 0 && status == 0)
		status = sentence(apt->error, -errno, "cannot write %s: %m", path);
	if (status == 0 && !any)
		status = sentence(apt->error, -ENOENT,
			"this machine's apt has no source of Debian %s to fetch kernels from", own);
	free(path);
	free(targets);
	free(own);
	return status;
}

/*
 * Hooks of the system's configuration act on the system's files, so they are cleared. What is to
 * stay of it: proxies and how to reach the mirrors.
 */
static int write_configuration(const struct apt *apt)
{
	char *path = NULL, *text = NULL;
	int status = 0;

	if (asprintf(&path, "%s/apt.conf", apt->folder) < 0 ||
		asprintf(&text,
			"Dir::State \"%1$s/state\";\n"
			"Dir::State::status \"%1$s/status\";\n"
			"Dir::Cache \"%1$s/cache\";\n"
			"Dir::Log \"%1$s/log\";\n"
			"Dir::Etc::sourcelist \"%1$s/sources.list\";\n"
			"Dir::Etc::sourceparts \"/dev/null\";\n"
			"Dir::Etc::preferences \"/dev/null\";\n"
			"Dir::Etc::preferencesparts \"/dev/null\";\n"
			"#clear APT::Update::Pre-Invoke;\n"
			"#clear APT::Update::Post-Invoke;\n"
			"#clear APT::Update::Post-Invoke-Success;\n"
			"#clear DPkg;\n"
			"APT::Architecture \"amd64\";\n"
			"APT::Architectures \"amd64\";\n"
			"APT::Default-Release \"\";\n"
			"APT::Sandbox::User \"root\";\n"
			"APT::Update::Error-Mode \"any\";\n"
			"Acquire::Languages \"none\";\n"
			"Acquire::Retries \"2\";\n",
			apt->folder) < 0)
		status = no_memory(apt->error);
	if (status == 0) {
		status = tree_write_file(path, text, strlen(text));
		if (status < 0)
			sentence(
				apt->error, status, "cannot write %s: %s", path, strerror(-status));
	}
	free(path);
	free(text);
	return status;
}

static int make_folders(const struct apt *apt)
{
	static const char *const names[] = {"state/lists/partial", "cache/archives/partial", "log"};
	int status = 0;
	char *path = NULL;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names) && status == 0; i++) {
		if (asprintf(&path, "%s/%s", apt->folder, names[i]) < 0)
			return no_memory(apt->error);
		status = tree_make(path);
		if (status < 0)
			sentence(apt->error, status, "cannot make %s: %s", path, strerror(-status));
		free(path);
	}
	/* apt wants to know what is installed: nothing */
	if (status == 0 && asprintf(&path, "%s/status", apt->folder) >= 0) {
		status = tree_write_file(path, "", 0);
		free(path);
	}
	return status;
}

static void apt_close(struct apt *apt)
{
	if (apt->lock >= 0)
		close(apt->lock);
	free(apt->folder);
	free(apt->option);
}

static int apt_open(const char *suite, struct apt *apt, char **error)
{
	char *cache, *lock = NULL;
	int status = cache_directory(&cache, error);

	*apt = (struct apt){.suite = suite, .lock = -1, .error = error};
	if (status < 0)
		return status;
	if (asprintf(&apt->folder, "%s/apt/%s", cache, suite) < 0)
		apt->folder = NULL;
	free(cache);
	if (!apt->folder || asprintf(&apt->option, "-c=%s/apt.conf", apt->folder) < 0 ||
		asprintf(&lock, "%s/lock", apt->folder) < 0) {
		status = no_memory(error);
	} else {
		status = make_folders(apt);
	}
	if (status == 0) {
		apt->lock = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		if (apt->lock < 0 || flock(apt->lock, LOCK_EX) < 0)
			status = sentence(error, -errno, "cannot lock %s: %m", lock);
	}
	free(lock);
	if (status == 0)
		status = write_configuration(apt);
	if (status == 0)
		status = write_sources(apt);
	if (status < 0)
		apt_close(apt);
	return status;
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

/* What apt knows of a package, or of the version of it in "package=version"; NULL when nothing. */
static char *show(const struct apt *apt, const char *package)
{
	const char *argv[] = {"apt-cache", apt->option, "show", package, NULL};
	char *text = NULL;

	if (program_run(argv, NULL, &text, NULL) < 0)
		return NULL;
	return text;
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
		char *stanza = show(apt, wanted->names[i]);
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
	char *meta = show(apt, META_PACKAGE), *name = NULL;
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
		char *stanza = show(apt, name);
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
		const char *argv[] = {
			"apt-get", apt->option, "-qq", "download", wanted->names[i], NULL};
		char text[300];

		snprintf(text, sizeof(text), "downloading %s", wanted->names[i]);
		if (request->progress)
			request->progress(request->context, text);
		status = program_run(argv, folder, NULL, apt->error);
	}
	return status;
}

static int fetch(const struct apt *apt, const char *version, const struct kernel_request *request,
	char **folder)
{
	const char *update[] = {"apt-get", apt->option, "-qq", "update", NULL};
	char *trouble = NULL, *key = NULL;
	struct wanted wanted = {0};
	struct cache_entry entry = {.lock = -1};
	int status;

	if (request->progress)
		request->progress(request->context, "asking apt which kernels there are");
	/* One suite of several may be missing at a mirror; what counts is whether there is a
	 * kernel. */
	program_run(update, NULL, NULL, &trouble);
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
		status = kernel_apt_own_suite(&own, error);
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
