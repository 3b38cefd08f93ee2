/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_kernels.c - `sctpspec kernels`: the kernels in the cache, and those that can be fetched. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/catalogue/nearest.h"
#include "runner/cli/command.h"
#include "runner/cli/guest_options.h"
#include "runner/guest/guest.h"
#include "runner/kernels/debian.h"
#include "runner/kernels/kernel_store.h"
#include "runner/run/progress.h"
#include "sentence.h"

struct arguments {
	struct option_words words; /* the action, and the names that follow it */
	const char **names;        /* those names */
	size_t n_names;
	struct guest_words guest;
	const char *remote;
	bool boot, update;
};

static const struct option_row rows[] = {
	{ .help = "Of one action alone:" },
	{ "remote", 0, "SUITE", "list: what could be fetched from a Debian suite", TEXT_AT(struct arguments, remote) },
	{ "boot", 0, NULL, "fetch, add: also boot it once, so that the first run starts at once",
		FLAG_AT(struct arguments, boot) },
	{ "update", 0, NULL, "fetch: look for a newer one, even if one of that name was fetched before",
		FLAG_AT(struct arguments, update) },
	{ 0 },
};

/* ---- Listing ---- */

static void print_size(uint64_t bytes)
{
	static const char units[] = "kMGT";
	double value = (double)bytes / 1024;
	size_t unit = 0;
	while (value >= 999.5 && unit + 2 < sizeof(units)) {
		value /= 1024;
		unit++;
	}
	printf("%.*f %cB", value < 9.95 ? 1 : 0, value, units[unit]);
}

static void print_cache(void)
{
	char *folder;
	uint64_t limit;
	if (cache_directory(&folder, NULL) != 0)
		return;
	if (cache_limit(&limit, NULL) == 0) {
		printf("\nthe cache holds ");
		print_size(cache_size());
		printf(" of at most ");
		print_size(limit);
		printf(" in %s\n", folder);
	}
	free(folder);
}

static int list_kernels(void)
{
	struct stored_kernels kernels;
	char *error = NULL;
	uint64_t limit;
	if (cache_limit(&limit, &error) != 0 || kernel_store_list(&kernels, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	for (size_t i = 0; i < kernels.n; i++)
		printf("%-32s  %.12s  %s\n", kernels.all[i].release, kernels.all[i].key, kernels.all[i].origin);
	if (kernels.n == 0)
		fputs("no kernel is in the cache; `sctpspec kernels fetch` gets one\n", stderr);
	else
		print_cache();
	stored_kernels_free(&kernels);
	return STATUS_EXPECTED;
}

static bool is_stored(const struct stored_kernels *stored, const char *release)
{
	for (size_t i = 0; i < stored->n; i++)
		if (strcmp(stored->all[i].release, release) == 0)
			return true;
	return false;
}

static const char *suite_of(const char *name)
{
	return strncmp(name, "debian:", strlen("debian:")) == 0 ? name + strlen("debian:") : name;
}

static int list_remote(const char *name)
{
	struct progress progress = { .out = stderr, .terminal = isatty(STDERR_FILENO) };
	struct kernel_request request = { .progress = progress_step, .context = &progress };
	struct remote_kernels kernels;
	struct stored_kernels stored = { 0 };
	const char *suite = suite_of(name);
	char *error = NULL;
	if (!*suite || strspn(suite, "abcdefghijklmnopqrstuvwxyz-") != strlen(suite))
		return print_error(STATUS_USAGE, "'%s' names no Debian suite, as bookworm or sid does", name);
	int status = debian_list(suite, &request, &kernels, &error);
	if (status == 0)
		status = kernel_store_list(&stored, &error);
	progress_end(&progress);
	if (status != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	for (size_t i = 0; i < kernels.n; i++)
		printf("debian:%s/%-24s  %s%s\n", suite, kernels.all[i].version, kernels.all[i].release,
			is_stored(&stored, kernels.all[i].release) ? "  (here)" : "");
	remote_kernels_free(&kernels);
	stored_kernels_free(&stored);
	return STATUS_EXPECTED;
}

/* ---- Getting ---- */

static int boot(const struct kernel *kernel, const struct guest_words *words, struct progress *progress, char **error)
{
	struct guest_options guest = guest_words_machine(words);
	struct snapshot snapshot;
	int status = snapshot_ensure(kernel, &guest, progress_step, progress, &snapshot, error);
	if (status == 0)
		snapshot_free(&snapshot);
	return status;
}

/* Brings kernels into the cache: fetches them, or adds them from files. */
static int get(struct arguments *arguments)
{
	struct progress progress = { .out = stderr, .terminal = isatty(STDERR_FILENO) };
	for (size_t i = 0; i < arguments->n_names; i++)
		if (kernel_choices_add(&arguments->guest.kernels, KERNEL_OPTION_KERNEL, arguments->names[i]) != 0)
			return print_error(STATUS_HARNESS, "no memory for a kernel");
	if (guest_words_settle(&arguments->guest, 1) != STATUS_EXPECTED)
		return STATUS_USAGE;
	struct kernel_request request = kernel_choice_request(&arguments->guest.kernels.kernels[0]);
	request.refresh = arguments->update;
	request.progress = progress_step;
	request.context = &progress;
	struct kernel kernel = { 0 };
	char *error = NULL;
	int status = kernel_resolve(&request, &kernel, &error);
	if (status == 0 && arguments->boot)
		status = boot(&kernel, &arguments->guest, &progress, &error);
	progress_end(&progress);
	if (status == 0)
		printf("%s  %s\n", kernel.release, kernel.origin);
	else
		print_error_sentence(STATUS_HARNESS, error);
	kernel_free(&kernel);
	return status == 0 ? STATUS_EXPECTED : STATUS_HARNESS;
}

static int fetch(struct arguments *arguments)
{
	const char *name = arguments->n_names > 0 ? arguments->names[0] : NULL;
	if (name && strncmp(name, "debian:", strlen("debian:")) != 0)
		return print_error(STATUS_USAGE,
			"fetch gets debian:SUITE or debian:SUITE/VERSION, not '%s'; `sctpspec kernels add` takes "
			"files",
			name);
	return get(arguments);
}

static int add(struct arguments *arguments)
{
	if (arguments->n_names == 0)
		return print_error(STATUS_USAGE, "add what? A package, a build tree, a folder with a kernel, running");
	return get(arguments);
}

/* ---- Removing and verifying ---- */

typedef int act_on_kernel(const struct stored_kernel *kernel, char **error);

static char *hint_for(const char *name, const struct stored_kernels *kernels)
{
	const char **releases = calloc(kernels->n + 1, sizeof(*releases));
	if (!releases)
		return NULL;
	for (size_t i = 0; i < kernels->n; i++)
		releases[i] = kernels->all[i].release;
	char *hint = nearest_hint(name, releases, kernels->n);
	free(releases);
	return hint;
}

/* Acts on all kernels that the name selects; NULL: on all in the cache. */
static int for_kernels(const char *name, act_on_kernel *act, const char *done)
{
	struct stored_kernels kernels;
	char *error = NULL;
	int status = STATUS_EXPECTED;
	size_t n = 0;
	if (kernel_store_list(&kernels, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	for (size_t i = 0; i < kernels.n; i++) {
		const struct stored_kernel *kernel = &kernels.all[i];
		if (name && !stored_kernel_is(kernel, name))
			continue;
		n++;
		if (act(kernel, &error) == 0)
			printf("%s %s  %s\n", done, kernel->release, kernel->origin);
		else
			status = print_error_sentence(STATUS_HARNESS, error);
	}
	if (name && n == 0) {
		char *hint = hint_for(name, &kernels);
		status = print_error(STATUS_USAGE, "no kernel '%s' is in the cache%s", name, hint ? hint : "");
		free(hint);
	}
	stored_kernels_free(&kernels);
	return status;
}

static int verify_one(const struct stored_kernel *kernel, char **error)
{
	char *why = NULL;
	int status = kernel_store_verify(kernel, &why);
	if (status != 0)
		sentence(error, status,
			"the kernel %s is damaged: %s; `sctpspec kernels remove %.12s`, then get it again",
			kernel->release, why ? why : strerror(-status), kernel->key);
	free(why);
	return status;
}

static int remove_kernels(struct arguments *arguments)
{
	int status = STATUS_EXPECTED;
	if (arguments->n_names == 0)
		return print_error(STATUS_USAGE, "remove which kernel? `sctpspec kernels list` lists them");
	for (size_t i = 0; i < arguments->n_names; i++) {
		int one = for_kernels(arguments->names[i], kernel_store_remove, "removed");
		status = one > status ? one : status;
	}
	return status;
}

static int verify(struct arguments *arguments)
{
	if (arguments->n_names > 1)
		return print_error(STATUS_USAGE, "one kernel at a time: '%s' is too much", arguments->names[1]);
	return for_kernels(arguments->n_names ? arguments->names[0] : NULL, verify_one, "intact");
}

static int list(struct arguments *arguments)
{
	if (arguments->n_names > 0)
		return print_error(STATUS_USAGE, "`kernels list` takes no name: '%s' is too much%s",
			arguments->names[0], arguments->remote ? "" : "; --remote SUITE lists what could be fetched");
	return arguments->remote ? list_remote(arguments->remote) : list_kernels();
}

/* ---- The command line ---- */

static const struct {
	const char *name;
	int (*act)(struct arguments *arguments);
} actions[] = {
	{ "list", list },
	{ "fetch", fetch },
	{ "add", add },
	{ "remove", remove_kernels },
	{ "verify", verify },
};

enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

/* Refuses options that the action would not use. */
static int check_options(const struct arguments *arguments, const char *action)
{
	const bool fetching = strcmp(action, "fetch") == 0, adding = strcmp(action, "add") == 0;
	const struct guest_words *guest = &arguments->guest;
	const char *wrong = arguments->remote && strcmp(action, "list") != 0 ? "remote"
		: arguments->update && !fetching                             ? "update"
		: guest->kernels.n_words && !adding                          ? "modules"
		: arguments->boot && !fetching && !adding                    ? "boot"
									     : NULL;
	if (wrong)
		return print_error(STATUS_USAGE, "--%s does not go with `kernels %s`", wrong, action);
	if (!arguments->boot && (guest->clock != NOT_GIVEN || guest->accel != NOT_GIVEN))
		return print_error(STATUS_USAGE, "--clock and --accel are for --boot");
	return STATUS_EXPECTED;
}

static int act(struct arguments *arguments)
{
	const char *action = arguments->words.list[0], *names[ACTIONS];
	for (size_t i = 0; i < ACTIONS; i++) {
		if (strcmp(action, actions[i].name) == 0)
			return check_options(arguments, action) == STATUS_EXPECTED ? actions[i].act(arguments)
										   : STATUS_USAGE;
		names[i] = actions[i].name;
	}
	char *hint = nearest_hint(action, names, ACTIONS);
	print_error(STATUS_USAGE, "`kernels` cannot '%s'; it can list, fetch, add, remove and verify%s", action,
		hint ? hint : "");
	free(hint);
	return STATUS_USAGE;
}

int cmd_kernels(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "list [--remote SUITE]\nfetch [debian:SUITE[/VERSION]]\nadd PATH...\nremove NAME...\n"
			     "verify [NAME]",
		.about = "The kernels in the cache: lists them; fetches one with apt (by default the newest cloud "
			 "kernel "
			 "of this machine's Debian release) without installing it; adds one from files; removes; "
			 "verifies. A NAME is a release, or the first digits of a key, as listed; --kernel takes it "
			 "too.",
		.exit_status = "0 done, 2 wrong usage, 3 it could not be done, or a kernel is damaged",
		.more = "VERSION is as much of a version as is needed: 6.18, 6.18.15, 6.18.15-1~bpo13+1. "
			"SCTPSPEC_CACHE "
			"names the cache's folder, SCTPSPEC_CACHE_LIMIT what it may hold (8G): beyond that, what was "
			"not "
			"used for longest goes.",
		.sets = { { .rows = rows }, { guest_option_rows, offsetof(struct arguments, guest), GUEST_MACHINE } },
		.words_at = offsetof(struct arguments, words),
		.least = 1,
		.most = ANY_NUMBER,
		.missing = "list, fetch, add, remove or verify?",
	};
	struct arguments arguments = { .guest = GUEST_WORDS_INIT };
	int status = command_line_read(&line, argc, argv, &arguments);
	if (status == STATUS_EXPECTED) {
		arguments.names = arguments.words.list + 1;
		arguments.n_names = arguments.words.n - 1;
		status = act(&arguments);
	}
	guest_words_free(&arguments.guest);
	return status;
}
