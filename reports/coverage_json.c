/* SPDX-License-Identifier: Apache-2.0 */
/* coverage_json.c - which requirements are judged, for programs: COVERAGE.md has the members. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "reports/coverage.h"

static json_t *sum_object(const struct coverage *coverage, const struct coverage_filter *filter)
{
	const struct coverage_sum sum = coverage_sum(coverage, filter);
	json_t *object = json_pack("{s:I, s:I, s:I}", "requirements", (json_int_t)sum.requirements, "by_cases",
		(json_int_t)sum.by_cases, "by_rules", (json_int_t)sum.by_rules);

	for (int state = 0; state < COVERAGE_STATES; state++)
		json_object_set_new(object, coverage_state_name((enum coverage_state)state),
			json_integer((json_int_t)sum.states[state]));
	return object;
}

static json_t *by_rfc(const struct coverage *coverage, const struct coverage_filter *filter)
{
	json_t *object = json_object();
	size_t n;
	char **rfcs = coverage_rfcs(coverage, &n);

	for (size_t i = 0; rfcs && i < n; i++) {
		struct coverage_filter one = *filter;

		one.rfc = rfcs[i];
		if (!filter->rfc || strcmp(filter->rfc, rfcs[i]) == 0)
			json_object_set_new(object, rfcs[i], sum_object(coverage, &one));
		free(rfcs[i]);
	}
	free(rfcs);
	return object;
}

static json_t *by_level(const struct coverage *coverage, const struct coverage_filter *filter)
{
	json_t *object = json_object();

	for (size_t i = 0; coverage_levels[i]; i++) {
		struct coverage_filter one = *filter;

		one.level = coverage_levels[i];
		if (!filter->level || strcmp(filter->level, coverage_levels[i]) == 0)
			json_object_set_new(object, coverage_levels[i], sum_object(coverage, &one));
	}
	return object;
}

static json_t *by_priority(const struct coverage *coverage, const struct coverage_filter *filter)
{
	json_t *object = json_object();
	char name[24];

	for (unsigned priority = 1; priority <= COVERAGE_PRIORITIES; priority++) {
		struct coverage_filter one = *filter;

		one.priority = priority;
		snprintf(name, sizeof(name), "%u", priority);
		if (!filter->priority || filter->priority == priority)
			json_object_set_new(object, name, sum_object(coverage, &one));
	}
	return object;
}

static json_t *judges(const struct judge_count *list, size_t n)
{
	json_t *object = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(object, list[i].id, json_integer(list[i].times));
	return object;
}

static json_t *requirements(const struct coverage *coverage, const struct coverage_filter *filter)
{
	json_t *array = json_array();

	for (size_t i = 0; i < coverage->catalogue->n_requirements; i++) {
		const struct coverage_row *row = &coverage->rows[i];
		const struct known_requirement *requirement = row->requirement;

		if (coverage_wants(filter, row))
			json_array_append_new(array,
				json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:o, s:o}", "id", requirement->id, "level",
					requirement->level, "section", requirement->section, "priority",
					(int)requirement->priority, "summary", requirement->summary, "state",
					coverage_state_name(row->state), "cases", judges(row->cases, row->n_cases),
					"rules", judges(row->rules, row->n_rules)));
	}
	return array;
}

static json_t *rules(const struct coverage *coverage)
{
	json_t *array = json_array();

	for (size_t i = 0; i < coverage->catalogue->n_rules; i++) {
		const struct coverage_rule *rule = &coverage->rules[i];
		json_t *ids = json_array();

		for (const char *const *id = rule->rule->requirements; id && *id; id++)
			json_array_append_new(ids, json_string(*id));
		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:o, s:I, s:I}", "id", rule->rule->id, "level",
				report_level_name(rule->rule->level), "title", rule->rule->title, "requirements", ids,
				"applied", (json_int_t)rule->applied, "broken", (json_int_t)rule->broken));
	}
	return array;
}

static json_t *deviations(const struct coverage *coverage)
{
	json_t *array = json_array();

	for (size_t i = 0; i < coverage->catalogue->n_deviations; i++) {
		const struct coverage_deviation *each = &coverage->deviations[i];

		json_array_append_new(array,
			json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "id", each->deviation->id, "rule",
				each->deviation->rule, "kernels", each->deviation->kernels, "what",
				each->deviation->what, "ran", (json_int_t)each->ran, "matched",
				(json_int_t)each->matched));
	}
	return array;
}

int coverage_write_json(const struct coverage *coverage, const struct coverage_filter *filter, FILE *out)
{
	json_t *object = json_pack("{s:i, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "version", 1, "runs",
		(json_int_t)coverage->n_runs, "judged_cases", (json_int_t)coverage->n_cases, "all",
		sum_object(coverage, filter), "rfc", by_rfc(coverage, filter), "level", by_level(coverage, filter),
		"priority", by_priority(coverage, filter), "requirements", requirements(coverage, filter), "rules",
		rules(coverage), "deviations", deviations(coverage));
	const int status = object ? json_dumpf(object, out, JSON_INDENT(2)) : -1;

	json_decref(object);
	fputc('\n', out);
	return status == 0 ? 0 : -ENOMEM;
}
