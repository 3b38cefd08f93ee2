/* SPDX-License-Identifier: Apache-2.0 */
/* registry.c - the rules that are linked in: RULE() puts a pointer to each into the section "sctpspec_rules". */
#include <stdlib.h>
#include <string.h>

#include "runner/referee/rule.h"

extern const struct rule *const __start_sctpspec_rules[] __attribute__((weak));
extern const struct rule *const __stop_sctpspec_rules[] __attribute__((weak));

static const struct rule **sorted;
static size_t n_sorted;

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct rule *const *)a)->id, (*(const struct rule *const *)b)->id);
}

/* Before main, so that nobody needs to lock. */
__attribute__((constructor)) static void sort_rules(void)
{
	n_sorted = (size_t)(__stop_sctpspec_rules - __start_sctpspec_rules);
	if (n_sorted == 0)
		return;
	sorted = malloc(n_sorted * sizeof(*sorted));
	if (!sorted)
		abort();
	memcpy(sorted, __start_sctpspec_rules, n_sorted * sizeof(*sorted));
	qsort(sorted, n_sorted, sizeof(*sorted), by_id);
}

const struct rule *const *rule_all(size_t *count)
{
	*count = n_sorted;
	return sorted;
}
