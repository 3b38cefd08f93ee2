/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_show.c - `sctpspec show`: all there is to know about a case or a topology without running it. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/catalogue.h"
#include "runner/catalogue/select.h"
#include "runner/cli/command.h"
#include "runner/cli/options.h"
#include "runner/engine/case.h"

struct arguments {
	struct option_words names;
	bool script;
};

static const struct option_row rows[] = {
	{ "script", 0, NULL, "Print the topology as a shell script that builds it by hand (as root, with iproute2)",
		FLAG_AT(struct arguments, script) },
	{ 0 },
};

static void print_requirements(const struct catalogue *catalogue, const struct test_case *test_case)
{
	puts("\nRequirements");
	for (const char *const *id = test_case->requirements; id && *id; id++) {
		const struct requirement *found = catalogue_find(catalogue, *id);
		printf("  %s  %s: %s\n", *id, found ? found->level : "?",
			found ? found->summary : "not in the catalogue");
	}
}

static size_t print_stated(const struct settings *settings, const char *where)
{
	struct sysctl stated[SETTINGS_SYSCTLS_MAX];
	size_t n = settings_sysctls(settings, stated);
	for (size_t i = 0; i < n; i++)
		printf("  net.sctp.%s = %u%s\n", stated[i].name, (unsigned)stated[i].value, where);
	return n;
}

static void print_settings(const struct test_case *test_case)
{
	puts("\nSettings");
	size_t n = print_stated(&test_case->settings, "");
	n += print_stated(&test_case->at_a, " at a");
	n += print_stated(&test_case->at_b, " at b");
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

static int show(const struct test_case *test_case)
{
	struct catalogue *catalogue;
	char *error = NULL;
	if (catalogue_open(&catalogue, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	printf("%s\n  %s\n  %s:%d", test_case->id, test_case->title, test_case->file, test_case->line);
	for (const char *const *tag = test_case->tags; tag && *tag; tag++)
		printf("  @%s", *tag);
	putchar('\n');
	print_requirements(catalogue, test_case);
	catalogue_close(catalogue);
	fputs("\nTopology ", stdout);
	show_topology(test_case->topology, false);
	print_settings(test_case);

	puts("\nExpected sequence");
	int64_t longest_ns = 0;
	if (case_rehearse(test_case, stdout, &longest_ns) != 0)
		return print_error(STATUS_HARNESS, "the case %s is not well formed", test_case->id);
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
		return print_error_sentence(STATUS_USAGE, error);
	if (n == 1)
		status = script ? show_topology(cases[0]->topology, true) : show(cases[0]);
	else
		status = print_error(
			STATUS_USAGE, "'%s' selects %zu cases; `sctpspec list '%s'` lists them", word, n, word);
	free(cases);
	return status;
}

int cmd_show(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "CASE|TOPOLOGY",
		.about = "Shows a case: its purpose, its requirements, its topology and what it expects, with the time "
			 "windows computed. Or a topology by its name.",
		.exit_status = "0, or 2 there is no such case, 3 it cannot be shown",
		.sets = { { .rows = rows } },
		.words_at = offsetof(struct arguments, names),
		.least = 1,
		.most = 1,
		.missing = "which case? `sctpspec list` lists them",
		.too_many = "one case at a time",
	};
	struct arguments arguments = { 0 };
	int status = command_line_read(&line, argc, argv, &arguments);
	if (status != STATUS_EXPECTED)
		return status;
	const char *name = arguments.names.list[0];
	const struct topology *topology = topology_by_name(name);
	return topology ? show_topology(topology, arguments.script) : show_selected(name, arguments.script);
}
