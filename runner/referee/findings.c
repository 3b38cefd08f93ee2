/* SPDX-License-Identifier: Apache-2.0 */
/* findings.c - what rules have found, and how often they were applied. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/referee/parts.h"

static size_t index_of(const struct referee *referee, const struct rule *rule)
{
	size_t i = 0;
	while (i < referee->n_rules && referee->rules[i] != rule)
		i++;
	return i;
}

static struct found *found_in(const struct referee *referee, struct association *association)
{
	if (!association->found)
		association->found = calloc(referee->n_rules, sizeof(*association->found));
	return association->found;
}

static void keep_finding(struct step *step, const struct deviation *deviation, const char *expected, char *got)
{
	struct referee *referee = step->referee;
	if (referee->n_findings == referee->room) {
		const size_t room = referee->room ? 2 * referee->room : 16;
		struct finding *more = realloc(referee->findings, room * sizeof(*more));
		if (!more) {
			free(got);
			referee->status = -ENOMEM;
			return;
		}
		referee->findings = more;
		referee->room = room;
	}
	referee->findings[referee->n_findings++] = (struct finding){
		.rule = step->rule,
		.at_ns = step->at_ns,
		.association = step->self->association->number,
		.number = step->number,
		.capture = step->capture,
		.path = step->destination && step->path < 0 ? step->destination->path : step->path,
		.end = step->self == &step->self->association->end[1],
		.expected = strdup(expected),
		.got = got,
		.deviation = deviation,
		.times = 1,
	};
}

static void find_broken(
	struct step *step, const struct deviation *deviation, const char *expected, const char *got, va_list arguments)
{
	struct referee *referee = step->referee;
	struct found *found = found_in(referee, step->self->association);
	if (!found) {
		referee->status = -ENOMEM;
		return;
	}
	found += step->rule_index;
	if (found->kept == FINDINGS_OF_A_RULE && referee->findings[found->last].deviation == deviation) {
		referee->findings[found->last].times++;
		return;
	}
	if (referee->n_findings == FINDINGS_MAX) {
		referee->left_out++;
		return;
	}
	found->kept += found->kept < FINDINGS_OF_A_RULE;
	found->last = referee->n_findings;
	char *words = NULL;
	if (vasprintf(&words, got, arguments) < 0)
		words = NULL;
	keep_finding(step, deviation, expected, words);
}

void must(struct step *step, bool holds, const char *expected, const char *got, ...)
{
	step->referee->applied[step->rule_index]++;
	if (holds)
		return;
	va_list arguments;
	va_start(arguments, got);
	find_broken(step, NULL, expected, got, arguments);
	va_end(arguments);
}

void deviates(struct step *step, const struct deviation *deviation, const char *expected, const char *got, ...)
{
	va_list arguments;
	step->referee->applied[step->rule_index]++;
	va_start(arguments, got);
	find_broken(step, deviation, expected, got, arguments);
	va_end(arguments);
}

size_t referee_findings(const struct referee *referee, const struct finding **out)
{
	*out = referee->findings;
	return referee->n_findings;
}

uint64_t referee_applied(const struct referee *referee, const struct rule *rule)
{
	return referee->applied[index_of(referee, rule)];
}

const struct association *referee_associations(const struct referee *referee)
{
	return referee->all;
}

uint64_t referee_strays(const struct referee *referee)
{
	return referee->strays;
}

uint64_t referee_left_out(const struct referee *referee)
{
	return referee->left_out;
}
