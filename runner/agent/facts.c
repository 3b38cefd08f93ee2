/* SPDX-License-Identifier: Apache-2.0 */
/* facts.c - see facts.h. */
#include "runner/agent/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/agent/visit.h"
#include "runner/kernel_facts.h"

int facts_of_kernel(struct box *box)
{
	json_t *facts = kernel_facts();
	char *text = facts ? json_dumps(facts, JSON_COMPACT) : NULL;
	int status = text ? box_append(box, BOX_LOG, text, strlen(text)) : -ENOMEM;

	free(text);
	json_decref(facts);
	return status;
}

static void read_there(void *context)
{
	json_t **place = context;

	*place = kernel_facts_sctp();
}

static json_t *differences(const json_t *usual, json_t *all)
{
	json_t *object = json_object(), *value;
	const char *name;

	json_object_foreach(all, name, value)
	{
		if (!json_equal(value, json_object_get(usual, name)))
			json_object_set(object, name, value);
	}
	json_decref(all);
	return object;
}

void facts_of_case(const struct trial *t)
{
	json_t *usual = kernel_facts_sctp(), *at[2] = {NULL, NULL};

	for (enum endpoint endpoint = ENDPOINT_A; endpoint <= ENDPOINT_B; endpoint++) {
		if (visit(t->net, endpoint, read_there, &at[endpoint]) != 0)
			continue;
		at[endpoint] = differences(usual, at[endpoint]);
	}
	evidence_log(t->box, t->test_case->id, "case_start",
		json_pack("{s:{s:o*, s:o*}}", "sysctls", "a", at[ENDPOINT_A], "b", at[ENDPOINT_B]));
	json_decref(usual);
}
