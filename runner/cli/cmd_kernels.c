/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_kernels.c - `sctpspec kernels`: the kernels in the cache. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "runner/cli/command.h"
#include "runner/guest/guest.h"
#include "runner/cli/nearest.h"
#include "runner/cli/progress.h"
#include "runner/sentence.h"
#include "runner/guest/tree.h"

enum option_key { OPTION_BOOT = 0x100 };

static const struct argp_option options[] = {
	{ "boot", OPTION_BOOT, NULL, 0, "fetch: also boot it once, so that the first run starts at once", 0 },
	{ 0 },
};

struct arguments {
	const char *action;
	const char *name; /* a kernel, or NULL */
	bool boot;
};

/* A kernel of the cache, by what its folder says. */
struct cached {
	char *folder, *key;
	json_t *facts;
};

static const char *fact(const struct cached *cached, const char *name)
{
	const char *words = json_string_value(json_object_get(cached->facts, name));
	return words ? words : "";
}

static int is_entry(const struct dirent *entry)
{
	return entry->d_name[0] != '.' && !strchr(entry->d_name, '.'); /* not KEY.lock, KEY.new */
}

static bool open_cached(const char *folder, const char *key, struct cached *out)
{
	char *path;
	*out = (struct cached){ .key = strdup(key) };
	if (asprintf(&out->folder, "%s/%s", folder, key) < 0)
		out->folder = NULL;
	if (asprintf(&path, "%s/%s/meta.json", folder, key) < 0)
		return false;
	out->facts = json_load_file(path, 0, NULL);
	free(path);
	return out->key && out->folder && out->facts;
}

static void close_cached(struct cached *cached)
{
	free(cached->folder);
	free(cached->key);
	json_decref(cached->facts);
}

/* Calls `each` for the kernels in the cache, by name of their folders. */
static int walk(void (*each)(const struct cached *cached, void *context), void *context, char **error)
{
	char *cache = NULL, *folder = NULL;
	struct dirent **entries = NULL;
	int status = cache_directory(&cache, error);
	if (status != 0)
		return status;
	int n = asprintf(&folder, "%s/kernels", cache) < 0 ? -1 : scandir(folder, &entries, is_entry, alphasort);
	if (n < 0 && errno != ENOENT)
		status = sentence(error, -errno, "cannot read %s: %m", folder ? folder : cache);
	for (int i = 0; i < n; i++) {
		struct cached cached;
		if (open_cached(folder, entries[i]->d_name, &cached))
			each(&cached, context);
		close_cached(&cached);
		free(entries[i]);
	}
	free(entries);
	free(folder);
	free(cache);
	return status;
}

static void print(const struct cached *cached, void *context)
{
	size_t *n = context;
	printf("%-32s  %.12s  %s\n", fact(cached, "release"), cached->key, fact(cached, "origin"));
	(*n)++;
}

static int list_kernels(void)
{
	char *error = NULL;
	size_t n = 0;
	if (walk(print, &n, &error) != 0)
		return complain_about(STATUS_HARNESS, error);
	if (n == 0)
		fputs("no kernel is in the cache; `sctpspec kernels fetch` gets one\n", stderr);
	return STATUS_EXPECTED;
}

static int boot(const struct kernel *kernel, struct progress *progress, char **error)
{
	struct guest_options guest = { .clock = CLOCK_VIRTUAL_TIME };
	struct snapshot snapshot;
	int status = snapshot_ensure(kernel, &guest, progress_step, progress, &snapshot, error);
	if (status == 0)
		snapshot_free(&snapshot);
	return status;
}

static int fetch(const struct arguments *arguments)
{
	struct progress progress = { .out = stderr, .terminal = isatty(STDERR_FILENO) };
	const char *files[] = { arguments->name };
	struct kernel_request request = {
		.files = files,
		.n_files = arguments->name ? 1 : 0,
		.progress = progress_step,
		.context = &progress,
	};
	struct kernel kernel = { 0 };
	char *error = NULL;
	int status = kernel_resolve(&request, &kernel, &error);
	if (status == 0 && arguments->boot)
		status = boot(&kernel, &progress, &error);
	progress_end(&progress);
	if (status == 0)
		printf("%s  %s\n", kernel.release, kernel.origin);
	else
		complain_about(STATUS_HARNESS, error);
	kernel_free(&kernel);
	return status == 0 ? STATUS_EXPECTED : STATUS_HARNESS;
}

/* What is to be removed, and what there is instead. */
struct removal {
	const char *name;
	size_t n, n_others;
	const char *others[64];
	int status;
};

static bool means(const char *name, const struct cached *cached)
{
	size_t length = strlen(name);
	return strcmp(name, fact(cached, "release")) == 0 || strcmp(name, fact(cached, "origin")) == 0 ||
		(length >= 6 && strncmp(name, cached->key, length) == 0);
}

static void remove_one(const struct cached *cached, void *context)
{
	struct removal *removal = context;
	if (!means(removal->name, cached)) {
		if (removal->n_others < sizeof(removal->others) / sizeof(removal->others[0]))
			removal->others[removal->n_others++] = strdup(fact(cached, "release"));
		return;
	}
	int status = tree_remove(cached->folder);
	if (status == 0)
		printf("removed %s  %s\n", fact(cached, "release"), fact(cached, "origin"));
	else
		removal->status = complain(
			STATUS_HARNESS, "cannot remove %s: %s", cached->folder, strerror(-status));
	removal->n++;
}

static int remove_kernels(const char *name)
{
	struct removal removal = { .name = name };
	char *error = NULL;
	if (walk(remove_one, &removal, &error) != 0)
		return complain_about(STATUS_HARNESS, error);
	if (removal.n == 0) {
		char *hint = nearest_hint(name, removal.others, removal.n_others);
		removal.status = complain(
			STATUS_USAGE, "no kernel '%s' is in the cache%s", name, hint ? hint : "");
		free(hint);
	}
	for (size_t i = 0; i < removal.n_others; i++)
		free((char *)removal.others[i]);
	return removal.status;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		return option_init(state);
	case OPTION_BOOT:
		arguments->boot = true;
		return 0;
	case ARGP_KEY_ARG:
		if (!arguments->action)
			arguments->action = word;
		else if (!arguments->name)
			arguments->name = word;
		else
			return option_error(state, "one kernel at a time: '%s' is too much", word);
		return 0;
	case ARGP_KEY_NO_ARGS:
		return option_error(state, "list, fetch or remove?");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int act(const struct arguments *arguments)
{
	static const char *const actions[] = { "list", "fetch", "remove" };
	const char *action = arguments->action;
	if (strcmp(action, "list") == 0 && !arguments->name)
		return list_kernels();
	if (strcmp(action, "list") == 0)
		return complain(STATUS_USAGE, "`kernels list` takes no name: '%s' is too much", arguments->name);
	if (strcmp(action, "fetch") == 0)
		return fetch(arguments);
	if (strcmp(action, "remove") == 0 && arguments->name)
		return remove_kernels(arguments->name);
	if (strcmp(action, "remove") == 0)
		return complain(STATUS_USAGE, "remove which kernel? `sctpspec kernels list` lists them");
	char *hint = nearest_hint(action, actions, 3);
	complain(STATUS_USAGE, "`kernels` cannot '%s'; it can list, fetch and remove%s", action, hint ? hint : "");
	free(hint);
	return STATUS_USAGE;
}

int cmd_kernels(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "list\nfetch [debian:SUITE[/VERSION]]\nremove RELEASE",
		.doc = "The kernels in the cache: lists them, fetches one with apt (by default the newest cloud "
		       "kernel of this machine's Debian release) without installing it, or removes one.",
	};
	struct arguments arguments = { 0 };
	bool go_on;
	int status = command_parse(&argp, argc, argv, &arguments, &go_on);
	return go_on ? act(&arguments) : status;
}
