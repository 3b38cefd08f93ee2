/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.c - the cases that are linked in: CASE() puts a pointer to each into the section "sctpspec_cases", for which
 * the linker gives start and end; FAMILY() and AREA() do the same. Families are unfolded and areas applied before main.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/trial.h"

extern const struct test_case *const __start_sctpspec_cases[] __attribute__((weak));
extern const struct test_case *const __stop_sctpspec_cases[] __attribute__((weak));
extern const struct family *const __start_sctpspec_families[] __attribute__((weak));
extern const struct family *const __stop_sctpspec_families[] __attribute__((weak));
extern const struct area *const __start_sctpspec_areas[] __attribute__((weak));
extern const struct area *const __stop_sctpspec_areas[] __attribute__((weak));

static const struct test_case **sorted;
static size_t sorted_count;

static void *must_have(void *memory)
{
	if (memory == NULL)
		abort();
	return memory;
}

static size_t length_of(const char *const *ids)
{
	size_t n = 0;

	while (ids != NULL && ids[n] != NULL)
		n++;
	return n;
}

/* Those of one list, then those of the other that are not among them. */
static const char *const *joined(const char *const *ids, const char *const *more)
{
	const size_t n = length_of(ids), n_more = length_of(more);
	const char **all = must_have(calloc(n + n_more + 1, sizeof(*all)));
	size_t count = n;

	if (n > 0)
		memcpy(all, ids, n * sizeof(*all));
	for (size_t i = 0; i < n_more; i++) {
		bool there = false;

		for (size_t k = 0; k < count; k++)
			there |= strcmp(all[k], more[i]) == 0;
		if (!there)
			all[count++] = more[i];
	}
	return all;
}

static const struct test_case *unfold(const struct family *family, const struct row *row)
{
	struct test_case *made = must_have(malloc(sizeof(*made)));
	char *id;

	*made = family->common;
	if (asprintf(&id, "%s.%s", made->area, row->name) < 0)
		abort();
	made->id = id;
	made->title = row->title;
	made->line = row->line;
	made->requirements = joined(row->requirements, made->requirements);
	made->etsi = row->etsi ?: made->etsi;
	made->tags = row->tags ?: made->tags;
	made->topology = row->topology ?: made->topology;
	made->settings = settings_merge(&made->settings, &row->settings);
	made->at_a = settings_merge(&made->at_a, &row->at_a);
	made->at_b = settings_merge(&made->at_b, &row->at_b);
	made->body = trial_run_row;
	made->row = row;
	return made;
}

static void apply(const struct area *area)
{
	for (size_t i = 0; i < sorted_count; i++) {
		struct test_case *more;

		if (strcmp(sorted[i]->area, area->name) != 0)
			continue;
		more = must_have(malloc(sizeof(*more)));
		*more = *sorted[i];
		more->requirements = joined(more->requirements, area->requirements);
		sorted[i] = more;
	}
}

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct test_case *const *)a)->id, (*(const struct test_case *const *)b)->id);
}

/* Before main, so that nobody needs to lock. What is made lasts as long as the process. */
__attribute__((constructor)) static void sort_cases(void)
{
	const size_t cases = (size_t)(__stop_sctpspec_cases - __start_sctpspec_cases);
	const size_t families = (size_t)(__stop_sctpspec_families - __start_sctpspec_families);
	const size_t areas = (size_t)(__stop_sctpspec_areas - __start_sctpspec_areas);
	size_t count = cases;

	for (size_t i = 0; i < families; i++)
		count += __start_sctpspec_families[i]->count;
	if (count == 0)
		return;
	sorted = must_have(malloc(count * sizeof(*sorted)));
	if (cases > 0)
		memcpy(sorted, __start_sctpspec_cases, cases * sizeof(*sorted));
	sorted_count = cases;
	for (size_t i = 0; i < families; i++) {
		const struct family *family = __start_sctpspec_families[i];

		for (size_t k = 0; k < family->count; k++)
			sorted[sorted_count++] =
				unfold(family, (const void *)((const char *)family->rows + k * family->size));
	}
	for (size_t i = 0; i < areas; i++)
		apply(__start_sctpspec_areas[i]);
	qsort(sorted, sorted_count, sizeof(*sorted), by_id);
}

const struct test_case *const *case_all(size_t *count)
{
	*count = sorted_count;
	return sorted;
}

const struct test_case *case_by_id(const char *id)
{
	for (size_t i = 0; i < sorted_count; i++)
		if (strcmp(sorted[i]->id, id) == 0)
			return sorted[i];
	return NULL;
}

struct settings case_stated(const struct test_case *test_case, enum endpoint endpoint)
{
	if (endpoint == ENDPOINT_C)
		return test_case->settings;
	return settings_merge(&test_case->settings, endpoint == ENDPOINT_A ? &test_case->at_a : &test_case->at_b);
}

struct settings case_in_force(const struct test_case *test_case, enum endpoint endpoint)
{
	const struct settings stated = case_stated(test_case, endpoint);

	return settings_in_force(&stated);
}
