/* SPDX-License-Identifier: Apache-2.0 */
/* compare_json.c - a comparison for programs: COMPARE.md has its members. */
#include <errno.h>

#include <jansson.h>

#include "reports/compare.h"

static json_t *kernel_object(const struct report_kernel *kernel)
{
	return json_pack("{s:s, s:s, s:s, s:s}", "name", kernel->name, "release", kernel->release, "origin",
		kernel->origin, "sha256", kernel->sha256);
}

static json_t *run_object(const struct report_run *run)
{
	return json_pack("{s:s, s:s, s:I, s:s, s:b}", "sctpspec", run->sctpspec, "started", run->started, "seed",
		(json_int_t)run->seed, "clock", run->clock, "interrupted", run->interrupted);
}

static json_t *counts_object(const size_t *counts)
{
	json_t *object = json_object();

	for (int change = 0; change < CHANGES; change++)
		json_object_set_new(object, change_name((enum change)change), json_integer((json_int_t)counts[change]));
	return object;
}

/* A text, or null. */
static json_t *text_or_null(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

static json_t *verdict_of(const struct report_case *test)
{
	return test ? json_string(report_verdict_name(test->verdict)) : json_null();
}

static json_t *reason_of(const struct report_case *test)
{
	return text_or_null(test ? test->reason : NULL);
}

static json_t *requirements_of(const struct report_case *test)
{
	json_t *ids = json_array();

	for (size_t i = 0; i < test->n_requirements; i++)
		json_array_append_new(ids, json_string(test->requirements[i].id));
	return ids;
}

static json_t *case_object(const struct compared_case *compared)
{
	const struct report_case *test = compared->old ? compared->old : compared->new;
	json_t *differences = json_array();

	for (size_t i = 0; i < compared->n_differences; i++)
		json_array_append_new(differences,
			json_pack("{s:s, s:s}", "kind", difference_name(compared->differences[i].kind), "text",
				compared->differences[i].text));
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "case", test->id, "change",
		change_name(compared->change), "requirements", requirements_of(test), "old", verdict_of(compared->old),
		"new", verdict_of(compared->new), "old_reason", reason_of(compared->old), "new_reason",
		reason_of(compared->new), "differences", differences);
}

static json_t *kernel_differences(const struct pairing *pair)
{
	json_t *differences = json_array();

	for (size_t i = 0; i < pair->n_differences; i++) {
		const struct kernel_difference *one = &pair->differences[i];

		json_array_append_new(differences,
			json_pack("{s:s, s:s?, s:s?, s:o}", "name", one->name, "old", one->old, "new", one->new,
				"requirement", text_or_null(one->requirement)));
	}
	return differences;
}

static json_t *pair_object(const struct pairing *pair)
{
	json_t *cases = json_array();

	for (size_t i = 0; i < pair->n_cases; i++)
		json_array_append_new(cases, case_object(&pair->cases[i]));
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "old", kernel_object(pair->old), "new", kernel_object(pair->new),
		"differences", kernel_differences(pair), "counts", counts_object(pair->counts), "cases", cases);
}

static int write_json(const struct comparison *comparison, FILE *out, bool colour)
{
	json_t *pairs = json_array(), *object;
	int status;

	(void)colour;
	for (size_t i = 0; i < comparison->n_pairs; i++)
		json_array_append_new(pairs, pair_object(&comparison->pairs[i]));
	object = json_pack("{s:i, s:o, s:o, s:o, s:o}", "version", 1, "old", run_object(comparison->old), "new",
		run_object(comparison->new), "counts", counts_object(comparison->counts), "kernels", pairs);
	status = object && json_dumpf(object, out, JSON_INDENT(2)) == 0 ? 0 : -ENOMEM;
	json_decref(object);
	fputc('\n', out);
	return status;
}

const struct compare_format compare_json = { .name = "json", .write = write_json };
