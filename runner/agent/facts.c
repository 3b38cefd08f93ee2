/* SPDX-License-Identifier: Apache-2.0 */
/* facts.c - see facts.h. */
#include "runner/agent/facts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/agent/run_in_namespace.h"
#include "runner/protocol/kernel_facts.h"

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
	json_t *before = *place;

	*place = before != NULL ? kernel_facts_sctp_again(before) : kernel_facts_sctp();
	json_decref(before);
}

void facts_know_network(struct facts *facts, const struct net *net)
{
	*facts = (struct facts){ .usual = kernel_facts_sctp() };
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		if (run_in_namespace(net, at, read_there, &facts->at[at]) != 0)
			facts->at[at] = NULL;
}

/* NULL: nothing is known of one of them. */
static json_t *differences(const json_t *usual, json_t *all)
{
	json_t *object = all != NULL ? json_object() : NULL, *value;
	const char *name;

	json_object_foreach(all, name, value) {
		if (!json_equal(value, json_object_get(usual, name)))
			json_object_set(object, name, value);
	}
	return object;
}

void facts_of_case(struct facts *facts, const struct trial *t, bool set)
{
	for (enum endpoint at = ENDPOINT_A; set && at <= ENDPOINT_B; at++)
		if (facts->at[at] != NULL)
			run_in_namespace(t->net, at, read_there, &facts->at[at]);
	evidence_log(t->box, t->test_case->id, "case_start",
		json_pack("{s:{s:o*, s:o*}}", "sysctls", "a", differences(facts->usual, facts->at[ENDPOINT_A]), "b",
			differences(facts->usual, facts->at[ENDPOINT_B])));
}

void facts_free(struct facts *facts)
{
	json_decref(facts->usual);
	json_decref(facts->at[ENDPOINT_A]);
	json_decref(facts->at[ENDPOINT_B]);
	*facts = (struct facts){ 0 };
}
