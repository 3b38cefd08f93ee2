/* SPDX-License-Identifier: Apache-2.0 */
/* apt.c - apt with a state of its own. */
#include "runner/kernels/apt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/host/program.h"
#include "runner/host/tree.h"
#include "runner/kernels/kernel.h"
#include "sentence.h"

/* The system's sources, each "URI RELEASE COMPONENT". */
static int ask_sources(char **sources, char **error)
{
	static const char *const ask[] = { "apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)",
		"Created-By: Packages", NULL };

	return program_run(ask, NULL, sources, error);
}

static bool has_release(const char *sources, const char *release)
{
	for (const char *line = sources; line && *line; line = strchr(line, '\n')) {
		char name[128];

		line += *line == '\n';
		if (sscanf(line, "%*s %127s", name) == 1 && strcmp(name, release) == 0)
			return true;
	}
	return false;
}

/* Sid calls itself by the name of the release to come, as testing does. Its sources tell. */
static bool is_sid(const char *codename)
{
	char *sources = NULL;
	bool sid = ask_sources(&sources, NULL) == 0 && !has_release(sources, codename) &&
		!has_release(sources, "testing") && (has_release(sources, "sid") || has_release(sources, "unstable"));

	free(sources);
	return sid;
}

int apt_own_suite(char **out, char **error)
{
	char *text = NULL, *line, *rest, *id = NULL, *codename = NULL;
	int status = tree_read_file("/etc/os-release", &text, NULL);
	bool released = false;

	rest = text;
	while (status == 0 && (line = strsep(&rest, "\n"))) {
		if (strncmp(line, "ID=", 3) == 0)
			id = line + 3;
		else if (strncmp(line, "VERSION_CODENAME=", 17) == 0)
			codename = line + 17;
		else if (strncmp(line, "VERSION_ID=", 11) == 0)
			released = true;
	}
	if (status < 0 && status != -ENOENT)
		sentence(error, status, "cannot read /etc/os-release: %s", strerror(-status));
	else if (!id || strcmp(id, "debian") != 0 || !codename)
		status = sentence(error, -ENOENT,
			"this machine is no Debian release that could name a default kernel: choose one with --kernel");
	else if (!(*out = strdup(!released && is_sid(codename) ? "sid" : codename)))
		status = no_memory(error);
	free(text);
	return status;
}

/* Only a release that is or was stable has updates and security updates of its own. */
static bool has_updates(const char *suite)
{
	static const char *const without[] = { "sid", "unstable", "experimental", "rc-buggy" };

	for (size_t i = 0; i < sizeof(without) / sizeof(*without); i++) {
		if (strcmp(suite, without[i]) == 0)
			return false;
	}
	return !strchr(suite, '-'); /* bookworm-backports */
}

/*
 * "bookworm-security" for "bookworm" of the machine's sources; NULL for one that does not matter.
 */
static char *translate(const char *release, const char *own, const char *suite)
{
	static const char *const aliases[] = { "oldstable", "stable", "testing", "unstable", "sid" };
	const char *tail = NULL;
	char *out;

	if (strncmp(release, own, strlen(own)) == 0)
		tail = release + strlen(own);
	for (size_t i = 0; !tail && i < sizeof(aliases) / sizeof(*aliases); i++) {
		if (strncmp(release, aliases[i], strlen(aliases[i])) == 0)
			tail = release + strlen(aliases[i]);
	}
	if (!tail || (*tail && !has_updates(suite)))
		return NULL;
	if (*tail && strcmp(tail, "-updates") != 0 && strcmp(tail, "-security") != 0)
		return NULL;
	if (asprintf(&out, "%s%s", suite, tail) < 0)
		return NULL;
	return out;
}

/* The sources of the system's apt, for our suite. */
static int write_sources(const struct apt *apt)
{
	static const char keyring[] = "/usr/share/keyrings/debian-archive-keyring.gpg";
	char *targets = NULL, *own = NULL, *rest, *line, *path = NULL;
	bool any = false;
	FILE *list;
	int status = apt_own_suite(&own, apt->error);

	if (status == 0)
		status = ask_sources(&targets, apt->error);
	if (status == 0 && asprintf(&path, "%s/sources.list", apt->folder) < 0)
		status = no_memory(apt->error);
	list = status == 0 ? fopen(path, "we") : NULL;
	if (status == 0 && !list)
		status = sentence(apt->error, -errno, "cannot write %s: %m", path);
	rest = targets;
	while (status == 0 && (line = strsep(&rest, "\n"))) {
		char uri[512], release[128], component[128], *name;

		if (sscanf(line, "%511s %127s %127s", uri, release, component) != 3 || strcmp(component, "main") != 0 ||
			!(name = translate(release, own, apt->suite)))
			continue;
		fprintf(list, "deb [arch=amd64%s%s] %s %s main\n", access(keyring, R_OK) == 0 ? " signed-by=" : "",
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
			"Acquire::GzipIndexes \"true\";\n"
			"Acquire::Retries \"2\";\n",
			apt->folder) < 0)
		status = no_memory(apt->error);
	if (status == 0) {
		status = tree_write_file(path, text, strlen(text));
		if (status < 0)
			sentence(apt->error, status, "cannot write %s: %s", path, strerror(-status));
	}
	free(path);
	free(text);
	return status;
}

static int make_folders(const struct apt *apt)
{
	static const char *const names[] = { "state/lists/partial", "cache/archives/partial", "log" };
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

void apt_close(struct apt *apt)
{
	if (apt->lock >= 0)
		close(apt->lock);
	free(apt->folder);
	free(apt->option);
}

/* One at a time: apt's state is one, and what the first fetches the second finds. */
static int take_turn(struct apt *apt, const struct kernel_request *request)
{
	char *path, words[200];
	int status = 0;

	if (asprintf(&path, "%s/lock", apt->folder) < 0)
		return no_memory(apt->error);
	apt->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (apt->lock < 0 || (flock(apt->lock, LOCK_EX | LOCK_NB) < 0 && errno != EWOULDBLOCK))
		status = -errno;
	else if (flock(apt->lock, LOCK_EX | LOCK_NB) < 0) {
		snprintf(words, sizeof(words), "waiting for another sctpspec that fetches from Debian %s", apt->suite);
		if (request->progress)
			request->progress(request->context, words);
		status = flock(apt->lock, LOCK_EX) < 0 ? -errno : 0;
	}
	if (status < 0)
		sentence(apt->error, status, "cannot lock %s: %s", path, strerror(-status));
	free(path);
	return status;
}

int apt_open(const char *suite, const struct kernel_request *request, struct apt *apt, char **error)
{
	char *cache;
	int status = cache_directory(&cache, error);

	*apt = (struct apt){ .suite = suite, .lock = -1, .error = error };
	if (status < 0)
		return status;
	if (asprintf(&apt->folder, "%s/apt/%s", cache, suite) < 0)
		apt->folder = NULL;
	free(cache);
	if (!apt->folder || asprintf(&apt->option, "-c=%s/apt.conf", apt->folder) < 0)
		status = no_memory(error);
	if (status == 0)
		status = make_folders(apt);
	if (status == 0)
		status = take_turn(apt, request);
	if (status == 0)
		status = write_configuration(apt);
	if (status == 0)
		status = write_sources(apt);
	if (status < 0)
		apt_close(apt);
	return status;
}

char *apt_names(const struct apt *apt, const char *beginning)
{
	const char *argv[] = { "apt-cache", apt->option, "pkgnames", beginning, NULL };
	char *text = NULL;

	if (program_run(argv, NULL, &text, NULL) < 0)
		return NULL;
	return text;
}

char *apt_show(const struct apt *apt, const char *const *packages, size_t n)
{
	const char **argv = calloc(n + 4, sizeof(*argv));
	char *text = NULL;

	if (!argv)
		return NULL;
	argv[0] = "apt-cache";
	argv[1] = apt->option;
	argv[2] = "show";
	for (size_t i = 0; i < n; i++)
		argv[i + 3] = packages[i];
	if (program_run(argv, NULL, &text, NULL) < 0 || (text && !*text)) {
		free(text);
		text = NULL;
	}
	free(argv);
	return text;
}

void apt_update(const struct apt *apt, char **trouble)
{
	const char *argv[] = { "apt-get", apt->option, "-qq", "update", NULL };

	program_run(argv, NULL, NULL, trouble);
}

int apt_download(const struct apt *apt, const char *package, const char *folder)
{
	const char *argv[] = { "apt-get", apt->option, "-qq", "download", package, NULL };

	return program_run(argv, folder, NULL, apt->error);
}

/* ---- What it says ---- */

char *apt_field(const char *stanza, const char *name)
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

const char *apt_next_stanza(const char *stanza)
{
	const char *gap = strstr(stanza, "\n\n");

	return gap && gap[2] ? gap + 2 : NULL;
}
