/* SPDX-License-Identifier: Apache-2.0 */
/* registry.c - the rules that are linked in: RULE() puts a pointer to each into the section "sctpspec_rules"; and which
 * of them look at what. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "runner/referee/rule.h"

extern const struct rule *const __start_sctpspec_rules[] __attribute__((weak));
extern const struct rule *const __stop_sctpspec_rules[] __attribute__((weak));

extern const struct deviation *const __start_sctpspec_deviations[] __attribute__((weak));
extern const struct deviation *const __stop_sctpspec_deviations[] __attribute__((weak));

const struct deviation *const *deviation_all(size_t *count)
{
	*count = (size_t)(__stop_sctpspec_deviations - __start_sctpspec_deviations);
	return __start_sctpspec_deviations;
}

static const struct rule **sorted;
static size_t n_sorted;

/* For each moment and type of chunk a set of rules, by their places in `sorted`, so that whoever has many packets need
 * not ask each rule for each. */
enum { MOMENTS = sizeof(unsigned) * CHAR_BIT, NO_CHUNK = 256, WORD_BITS = 64 };
static uint64_t *sets[MOMENTS];
static size_t words;

static int by_id(const void *a, const void *b)
{
	return strcmp((*(const struct rule *const *)a)->id, (*(const struct rule *const *)b)->id);
}

static void put(unsigned moment, unsigned type, size_t rule)
{
	sets[moment][type * words + rule / WORD_BITS] |= UINT64_C(1) << rule % WORD_BITS;
}

static void put_into_sets(size_t i)
{
	const struct rule *rule = sorted[i];
	for (unsigned on = rule->on; on; on &= on - 1) {
		const unsigned moment = (unsigned)__builtin_ctz(on);
		if (!sets[moment])
			sets[moment] = calloc((NO_CHUNK + 1) * words, sizeof(*sets[moment]));
		if (!sets[moment])
			abort();
		put(moment, NO_CHUNK, i);
		for (unsigned type = 0; !rule->chunks && type < NO_CHUNK; type++)
			put(moment, type, i);
		for (const uint8_t *type = rule->chunks; type && *type != RULE_CHUNKS_END; type++)
			put(moment, *type, i);
	}
}

const uint64_t *rule_set(enum rule_moment moment, const struct chunk *chunk, size_t *n_words)
{
	const uint64_t *set = sets[__builtin_ctz((unsigned)moment)];
	*n_words = set ? words : 0;
	return set ? set + (chunk ? chunk->type : (unsigned)NO_CHUNK) * words : NULL;
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
	words = (n_sorted + WORD_BITS - 1) / WORD_BITS;
	for (size_t i = 0; i < n_sorted; i++)
		put_into_sets(i);
}

const struct rule *const *rule_all(size_t *count)
{
	*count = n_sorted;
	return sorted;
}
