/* SPDX-License-Identifier: Apache-2.0 */
/* judges.c - see judges.h. */
#include "runner/catalogue/judges.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/catalogue.h"
#include "runner/engine/case.h"
#include "runner/referee/rule.h"
#include "sentence.h"

static const enum report_level levels[] = {
	[LEVEL_MUST] = REPORT_MUST,
	[LEVEL_SHOULD] = REPORT_SHOULD,
	[LEVEL_LINUX] = REPORT_LINUX,
};

static struct known_requirement *take_requirements(const struct catalogue *catalogue, size_t *count)
{
	const struct requirement *all = catalogue_all(catalogue, count);
	struct known_requirement *known = calloc(*count + 1, sizeof(*known));
	for (size_t i = 0; known && i < *count; i++)
		known[i] = (struct known_requirement){
			.id = all[i].id,
			.level = all[i].level,
			.section = all[i].section,
			.summary = all[i].summary,
			.priority = all[i].priority,
			.untestable = strcmp(all[i].observable, "untestable") == 0,
		};
	return known;
}

static struct known_judge *take_cases(size_t *count)
{
	const struct test_case *const *all = case_all(count);
	struct known_judge *known = calloc(*count + 1, sizeof(*known));
	for (size_t i = 0; known && i < *count; i++)
		known[i] = (struct known_judge){
			.id = all[i]->id, .title = all[i]->title, .requirements = all[i]->requirements
		};
	return known;
}

static struct known_judge *take_rules(size_t *count)
{
	const struct rule *const *all = rule_all(count);
	struct known_judge *known = calloc(*count + 1, sizeof(*known));
	for (size_t i = 0; known && i < *count; i++)
		known[i] = (struct known_judge){
			.id = all[i]->id,
			.title = all[i]->title,
			.level = levels[all[i]->level],
			.requirements = all[i]->requirements,
		};
	return known;
}

static struct known_deviation *take_deviations(size_t *count)
{
	const struct deviation *const *all = deviation_all(count);
	struct known_deviation *known = calloc(*count + 1, sizeof(*known));
	for (size_t i = 0; known && i < *count; i++)
		known[i] = (struct known_deviation){ all[i]->id, all[i]->rule, all[i]->kernels, all[i]->what };
	return known;
}

int judges_open(struct judges *out, char **error)
{
	struct judges judges = { 0 };
	struct report_catalogue *known = &judges.known;
	int status = catalogue_open(&judges.catalogue, error);
	if (status == 0)
		status = purposes_open(&judges.purposes, error);
	if (status != 0) {
		judges_close(&judges);
		return status;
	}
	known->purposes = judges.purposes.rows;
	known->n_purposes = judges.purposes.n;
	known->requirements = take_requirements(judges.catalogue, &known->n_requirements);
	known->cases = take_cases(&known->n_cases);
	known->rules = take_rules(&known->n_rules);
	known->deviations = take_deviations(&known->n_deviations);
	if (!known->requirements || !known->cases || !known->rules || !known->deviations) {
		judges_close(&judges);
		return sentence(error, -ENOMEM, "no memory for the requirements, cases and rules");
	}
	*out = judges;
	return 0;
}

void judges_close(struct judges *judges)
{
	free((void *)judges->known.requirements);
	free((void *)judges->known.cases);
	free((void *)judges->known.rules);
	free((void *)judges->known.deviations);
	catalogue_close(judges->catalogue);
	purposes_close(&judges->purposes);
	*judges = (struct judges){ 0 };
}
