/* SPDX-License-Identifier: Apache-2.0 */
/* finding_explain.c - see finding_explain.h. */
#include "runner/verdict/finding_explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const ends[] = { "a", "b" };
static const char *const levels[] = { [LEVEL_MUST] = "MUST", [LEVEL_SHOULD] = "SHOULD", [LEVEL_LINUX] = "LINUX" };

/* ---- Lines ---- */

static bool is_of_one_place(const struct requirement *a, const struct requirement *b)
{
	return a && b && strcmp(a->level, b->level) == 0 && strcmp(a->section, b->section) == 0;
}

/* Those of one level and section together. */
static void say_requirements(const struct catalogue *catalogue, const struct rule *rule, FILE *out)
{
	const char *between = "covers    ";
	for (const char *const *id = rule->requirements; id && *id; id++) {
		const struct requirement *this = catalogue_find(catalogue, id[0]);
		const struct requirement *next = id[1] ? catalogue_find(catalogue, id[1]) : NULL;
		fprintf(out, "%s%s", between, *id);
		between = is_of_one_place(this, next) ? ", " : "; ";
		if (this && !is_of_one_place(this, next))
			fprintf(out, " (%s, section %s)", this->level, this->section);
	}
	if (rule->requirements && *rule->requirements)
		fputc('\n', out);
}

static void say_got(const struct finding *finding, FILE *out)
{
	fprintf(out, "got       %s", finding->got ? finding->got : "");
	fprintf(out, " (%s", ends[finding->end == 1]);
	if (finding->number > 0)
		fprintf(out, ", packet %u", finding->number);
	if (finding->number > 0 && finding->path >= 0)
		fprintf(out, " of path %d", finding->path);
	if (finding->times > 1)
		fprintf(out, "; and %" PRIu64 " times more", finding->times - 1);
	fputs(")\n", out);
}

char *finding_explain(const struct catalogue *catalogue, const struct finding *finding, struct captured_packets packets)
{
	const struct rule *rule = finding->rule;
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);
	if (!out)
		return NULL;
	fprintf(out, "rule      %s (%s): %s\n", rule->id, levels[rule->level], rule->title);
	say_requirements(catalogue, rule, out);
	fprintf(out, "expected  %s\n", finding->expected ? finding->expected : "");
	say_got(finding, out);
	const struct place place = finding_place(finding);
	packets_around_print(&place, packets, out);
	if (fclose(out) == 0)
		return words;
	free(words);
	return NULL;
}

struct place finding_place(const struct finding *finding)
{
	return (struct place){ finding->at_ns, finding->number, finding->end, finding->path };
}
