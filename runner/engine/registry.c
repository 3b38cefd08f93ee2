/* SPDX-License-Identifier: Apache-2.0 */
/*
 * registry.c - the cases that are linked in: CASE() puts a pointer to each into the section
 * "sctpspec_cases", for which the linker gives start and end.
 */
#include <stdlib.h>
#include <string.h>

#include "runner/engine/case.h"

extern const struct test_case *const __start_sctpspec_cases[] __attribute__((weak));
extern const struct test_case *const __stop_sctpspec_cases[] __attribute__((weak));

static const struct test_case **sorted;
static size_t sorted_count;

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct test_case *const *)a)->id, (*(const struct test_case *const *)b)->id);
}

/* Before main, so that nobody needs to lock. */
__attribute__((constructor)) static void sort_cases(void)
{
	sorted_count = (size_t)(__stop_sctpspec_cases - __start_sctpspec_cases);
	if (sorted_count == 0)
		return;
	sorted = malloc(sorted_count * sizeof(*sorted));
	if (sorted == NULL)
		abort();
	memcpy(sorted, __start_sctpspec_cases, sorted_count * sizeof(*sorted));
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
