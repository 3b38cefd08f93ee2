/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_show.c - `sctpspec show`: all there is to know about a case or a topology without running it. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/catalogue.h"
#include "runner/catalogue/select.h"
#include "runner/cli/command.h"
#include "runner/engine/case.h"

struct arguments {
	const char *id;
	bool script;
};

enum { OPTION_SCRIPT = 0x100 };

static const struct argp_option options[] = {
	{ "script", OPTION_SCRIPT, NULL, 0,
		"Print the topology as a shell script that builds it by hand (as root, with iproute2)", 0 },
	{ 0 },
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		return option_init(state);
	case ARGP_KEY_ARG:
		if (arguments->id)
			return option_error(state, "one case at a time: '%s' is too much", word);
		arguments->id = word;
		return 0;
	case OPTION_SCRIPT:
		arguments->script = true;
		return 0;
	case ARGP_KEY_NO_ARGS:
		return option_error(state, "which case? `sctpspec list` lists them");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_requirements(const struct catalogue *catalogue, const struct test_case *test)
{
	puts("\nRequirements");
	for (const char *const *id = test->requirements; id && *id; id++) {
		const struct requirement *found = catalogue_find(catalogue, *id);
		printf("  %s  %s: %s\n", *id, found ? found->level : "?",
			found ? found->summary : "not in the catalogue");
	}
}

static void print_settings(const struct test_case *test)
{
	struct sysctl stated[SETTINGS_SYSCTLS_MAX];
	size_t n = settings_sysctls(&test->settings, stated);
	puts("\nSettings");
	for (size_t i = 0; i < n; i++)
		printf("  net.sctp.%s = %u\n", stated[i].name, (unsigned)stated[i].value);
	if (n == 0)
		puts("  the kernel's defaults");
}

static int show_topology(const struct topology *topology, bool script)
{
	if (script) {
		topology_print_script(topology, stdout);
		return STATUS_EXPECTED;
	}
	printf("%s: %s\n", topology->name, topology->title);
	topology_print_drawing(topology, stdout);
	return STATUS_EXPECTED;
}

static int show(const struct test_case *test)
{
	struct catalogue *catalogue;
	char *error = NULL;
	if (catalogue_open(&catalogue, &error) != 0)
		return complain_about(STATUS_HARNESS, error);
	printf("%s\n  %s\n  %s:%d", test->id, test->title, test->file, test->line);
	for (const char *const *tag = test->tags; tag && *tag; tag++)
		printf("  @%s", *tag);
	putchar('\n');
	print_requirements(catalogue, test);
	catalogue_close(catalogue);
	fputs("\nTopology ", stdout);
	show_topology(test->topology, false);
	print_settings(test);

	puts("\nExpected sequence");
	int64_t longest_ns = 0;
	if (case_rehearse(test, stdout, &longest_ns) != 0)
		return complain(STATUS_HARNESS, "the case %s is not well formed", test->id);
	printf("\nOver after %.3f s of guest time at the latest.\n", (double)longest_ns / 1e9);
	return STATUS_EXPECTED;
}

/* A name that selects one case: its id, or a glob that only it matches. */
static int show_selected(const char *word, bool script)
{
	size_t n_all, n;
	const struct test_case *const *all = case_all(&n_all);
	const struct test_case **cases = NULL;
	char *error = NULL;
	int status = select_cases(all, n_all, &word, 1, &cases, &n, &error);
	if (status != 0)
		return complain_about(STATUS_USAGE, error);
	if (n == 1)
		status = script ? show_topology(cases[0]->topology, true) : show(cases[0]);
	else
		status = complain(
			STATUS_USAGE, "'%s' selects %zu cases; `sctpspec list '%s'` lists them", word, n, word);
	free(cases);
	return status;
}

int cmd_show(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "CASE|TOPOLOGY",
		.doc = "Shows a case: its purpose, its requirements, its topology and what it expects, with the "
		       "time windows computed. Or a topology by its name.",
	};
	struct arguments arguments = { 0 };
	bool go_on;
	int status = command_parse(&argp, argc, argv, &arguments, &go_on);
	if (!go_on)
		return status;
	const struct topology *topology = topology_by_name(arguments.id);
	return topology ? show_topology(topology, arguments.script) : show_selected(arguments.id, arguments.script);
}
