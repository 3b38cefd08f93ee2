/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_list.c - `sctpspec list`: what would run. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "runner/catalogue/catalogue.h"
#include "runner/catalogue/select.h"
#include "runner/cli/command.h"
#include "runner/engine/case.h"
#include "runner/run/plan.h"

enum option_key { OPTION_JSON = 0x100, OPTION_SHARD };

static const struct argp_option options[] = {
	{ "json", OPTION_JSON, NULL, 0, "As a JSON array of objects", 0 },
	{ "shard", OPTION_SHARD, "I/N", 0, "Part I of N of the selected cases", 0 },
	{ 0 },
};

struct arguments {
	bool json;
	struct shard shard;
	const char **words;
	size_t n_words;
};

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	switch (key) {
	case ARGP_KEY_INIT:
		return option_init(state);
	case OPTION_JSON:
		arguments->json = true;
		return 0;
	case OPTION_SHARD:
		if (shard_parse(word, &arguments->shard))
			return 0;
		return option_error(state, "--shard is I/N with I from 1 to N, as in 1/4, not '%s'", word);
	case ARGP_KEY_ARG:
		arguments->words[arguments->n_words++] = word;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static json_t *strings(const char *const *list)
{
	json_t *array = json_array();
	for (; list && *list; list++)
		json_array_append_new(array, json_string(*list));
	return array;
}

static json_t *requirements(const struct catalogue *catalogue, const struct test_case *test)
{
	json_t *array = json_array();
	for (const char *const *id = test->requirements; id && *id; id++) {
		const struct requirement *found = catalogue_find(catalogue, *id);
		json_array_append_new(array,
			found ? json_pack("{s:s, s:s, s:s, s:s}", "id", found->id, "level", found->level, "section",
					found->section, "summary", found->summary)
			      : json_pack("{s:s}", "id", *id));
	}
	return array;
}

static int print_json(const struct catalogue *catalogue, const struct test_case *const *cases, size_t n_cases)
{
	json_t *array = json_array();
	for (size_t i = 0; i < n_cases; i++) {
		const struct test_case *test = cases[i];
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o}", "id", test->id, "area", test->area, "title",
				test->title, "tags", strings(test->tags), "requirements", requirements(catalogue, test),
				"topology", test->topology->name, "source",
				json_sprintf("%s:%d", test->file, test->line)));
	}
	int status = json_array_size(array) == n_cases ? json_dumpf(array, stdout, JSON_INDENT(2)) : -1;
	json_decref(array);
	putchar('\n');
	return status == 0 ? STATUS_EXPECTED : complain(STATUS_HARNESS, "cannot print the list");
}

static void print_words(const char *joint, const char *prefix, const char *const *list)
{
	for (; list && *list; list++) {
		printf("%s%s%s", joint, prefix, *list);
		joint = " ";
	}
}

static void print_text(const struct test_case *const *cases, size_t n_cases)
{
	size_t width = 0;
	for (size_t i = 0; i < n_cases; i++)
		if (strlen(cases[i]->id) > width)
			width = strlen(cases[i]->id);
	for (size_t i = 0; i < n_cases; i++) {
		printf("%-*s  %s", (int)width, cases[i]->id, cases[i]->title);
		print_words("  [", "", cases[i]->requirements);
		if (cases[i]->requirements && *cases[i]->requirements)
			putchar(']');
		print_words("  ", "@", cases[i]->tags);
		putchar('\n');
	}
}

static int list(const struct arguments *arguments)
{
	size_t n_all, n_cases;
	const struct test_case *const *all = case_all(&n_all);
	const struct test_case **cases = NULL;
	char *error = NULL;
	int status = select_cases(all, n_all, arguments->words, arguments->n_words, &cases, &n_cases, &error);
	if (status != 0)
		return complain_about_selection(status, error);
	n_cases = plan_shard(cases, n_cases, arguments->shard);
	struct catalogue *catalogue = NULL;
	if (n_cases == 0) {
		status = complain(STATUS_NOTHING, "shard %u/%u is empty", arguments->shard.index, arguments->shard.of);
	} else if (!arguments->json) {
		print_text(cases, n_cases);
	} else if (catalogue_open(&catalogue, &error) != 0) {
		status = complain_about(STATUS_HARNESS, error);
	} else {
		status = print_json(catalogue, cases, n_cases);
	}
	catalogue_close(catalogue);
	free(cases);
	return status;
}

int cmd_list(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[SELECTION...]",
		.doc = "Lists the cases that `run` would run, with the requirements that they trace to.",
	};
	struct arguments arguments = { .words = calloc((size_t)argc, sizeof(const char *)) };
	if (!arguments.words)
		return complain(STATUS_HARNESS, "no memory for %d arguments", argc);
	bool go_on;
	int status = command_parse(&argp, argc, argv, &arguments, &go_on);
	if (go_on)
		status = list(&arguments);
	free(arguments.words);
	return status;
}
