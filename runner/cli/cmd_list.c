/* SPDX-License-Identifier: Apache-2.0 */
/* cmd_list.c - `sctpspec list`: what would run. */
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "runner/catalogue/catalogue.h"
#include "runner/catalogue/purposes.h"
#include "runner/catalogue/select.h"
#include "runner/cli/command.h"
#include "runner/cli/options.h"
#include "runner/engine/case.h"
#include "runner/run/schedule.h"

struct arguments {
	bool json, etsi;
	struct shard shard;
	struct option_words selection;
};

static const struct option_row rows[] = {
	{ "json", 0, NULL, "As a JSON array of objects", FLAG_AT(struct arguments, json) },
	{ "etsi", 0, NULL, "The test purposes of ETSI TS 102 369, each with its cases, or why it has none",
		FLAG_AT(struct arguments, etsi) },
	{ "shard", 0, "I/N", "Part I of N of the selected cases", READ_AT(struct arguments, shard, read_shard) },
	{ 0 },
};

static json_t *strings(const char *const *list)
{
	json_t *array = json_array();
	for (; list && *list; list++)
		json_array_append_new(array, json_string(*list));
	return array;
}

static json_t *requirements(const struct catalogue *catalogue, const struct test_case *test_case)
{
	json_t *array = json_array();
	for (const char *const *id = test_case->requirements; id && *id; id++) {
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
		const struct test_case *test_case = cases[i];
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:s, s:o}", "id", test_case->id, "area",
				test_case->area, "title", test_case->title, "tags", strings(test_case->tags), "etsi",
				strings(test_case->etsi), "requirements", requirements(catalogue, test_case),
				"topology", test_case->topology->name, "source",
				json_sprintf("%s:%d", test_case->file, test_case->line)));
	}
	int status = json_array_size(array) == n_cases ? json_dumpf(array, stdout, JSON_INDENT(2)) : -1;
	json_decref(array);
	putchar('\n');
	return status == 0 ? STATUS_EXPECTED : print_error(STATUS_HARNESS, "cannot print the list");
}

/* Of the selected cases, those that carry it out. */
static json_t *carriers(const char *purpose, const struct test_case *const *cases, size_t n_cases)
{
	json_t *array = json_array();
	for (size_t i = 0; i < n_cases; i++)
		for (const char *const *id = cases[i]->etsi; id && *id; id++)
			if (strcmp(*id, purpose) == 0)
				json_array_append_new(array, json_string(cases[i]->id));
	return array;
}

static int print_etsi_json(const struct purposes *purposes, const struct test_case *const *cases, size_t n_cases)
{
	json_t *array = json_array();
	for (size_t i = 0; i < purposes->n; i++) {
		const struct known_purpose *row = &purposes->rows[i];
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:s, s:o, s:s, s:s}", "id", row->id, "purpose", row->purpose,
				"requirement", row->requirement, "level", row->level, "cases",
				carriers(row->id, cases, n_cases), "reason", row->reason, "difference",
				row->difference));
	}
	int status = json_array_size(array) == purposes->n ? json_dumpf(array, stdout, JSON_INDENT(2)) : -1;
	json_decref(array);
	putchar('\n');
	return status == 0 ? STATUS_EXPECTED : print_error(STATUS_HARNESS, "cannot print the list");
}

/* The purpose's cases behind it; or why it has none. */
static unsigned print_purpose(const struct known_purpose *purpose, const struct test_case *const *cases, size_t n_cases)
{
	json_t *array = carriers(purpose->id, cases, n_cases);
	const size_t found = json_array_size(array);
	printf("%-18s %-10s", purpose->id, purpose->level);
	for (size_t i = 0; i < found; i++)
		printf(" %s", json_string_value(json_array_get(array, i)));
	if (found == 0)
		printf(" %s%s", *purpose->reason ? "no case: " : "-", purpose->reason);
	putchar('\n');
	json_decref(array);
	return found > 0;
}

static int print_etsi_text(const struct purposes *purposes, const struct test_case *const *cases, size_t n_cases)
{
	size_t with_a_case = 0;
	for (size_t i = 0; i < purposes->n; i++)
		with_a_case += print_purpose(&purposes->rows[i], cases, n_cases);
	printf("%zu of %zu have a case\n", with_a_case, purposes->n);
	return STATUS_EXPECTED;
}

static int print_etsi(const struct test_case *const *cases, size_t n_cases, bool json)
{
	struct purposes purposes;
	char *error = NULL;
	if (purposes_open(&purposes, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	const int status =
		json ? print_etsi_json(&purposes, cases, n_cases) : print_etsi_text(&purposes, cases, n_cases);
	purposes_close(&purposes);
	return status;
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
	int status =
		select_cases(all, n_all, arguments->selection.list, arguments->selection.n, &cases, &n_cases, &error);
	if (status != 0)
		return print_selection_error(status, error);
	n_cases = shard_select(cases, n_cases, arguments->shard);
	struct catalogue *catalogue = NULL;
	if (n_cases == 0) {
		status = print_error(
			STATUS_NOTHING, "shard %u/%u is empty", arguments->shard.index, arguments->shard.of);
	} else if (!arguments->json && !arguments->etsi) {
		print_text(cases, n_cases);
	} else if (arguments->etsi) {
		status = print_etsi(cases, n_cases, arguments->json);
	} else if (catalogue_open(&catalogue, &error) != 0) {
		status = print_error_sentence(STATUS_HARNESS, error);
	} else {
		status = print_json(catalogue, cases, n_cases);
	}
	catalogue_close(catalogue);
	free(cases);
	return status;
}

int cmd_list(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "[SELECTION...]",
		.about = "Lists the cases that `run` would run, with the requirements that they trace to.",
		.exit_status = "0, or 2 wrong usage, 3 the list cannot be made, 4 the selection is empty",
		.sets = { { .rows = rows } },
		.words_at = offsetof(struct arguments, selection),
		.most = ANY_NUMBER,
	};
	struct arguments arguments = { 0 };
	int status = command_line_read(&line, argc, argv, &arguments);
	return status == STATUS_EXPECTED ? list(&arguments) : status;
}
