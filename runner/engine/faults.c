/* SPDX-License-Identifier: Apache-2.0 */
/* faults.c - the two verbs that change the network. */
#include "runner/engine/trial.h"

#include <stdlib.h>

#include "runner/engine/numbers.h"

static const char *const places[] = { [AT_MIDDLE] = "middle", [AT_A] = "a", [AT_B] = "b" };
static const char *const directions[] = { [BOTH_WAYS] = "both", [A_TO_B] = "a-to-b", [B_TO_A] = "b-to-a" };

static void tell(struct trial *t, const struct fault *fault, bool mending, vtime at)
{
	char *text = fault_describe(fault), *commands = NULL;
	size_t length;
	FILE *out = open_memstream(&commands, &length);

	if (text == NULL || out == NULL)
		trial_error(t, "out of memory");
	fault_print_script(t->test_case->topology, fault, mending, out);
	fclose(out);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  %s %s\n", mending ? "mend  " : "inject", text);
	} else {
		evidence_tell(t->evidence, at, "%s: %s", mending ? "MEND" : "FAULT", text);
		evidence_log(t->box, t->test_case->id, "fault",
			json_pack("{s:I, s:s, s:s, s:s, s:s, s:i, s:s, s:s}", "t_ns", (json_int_t)at, "action",
				mending ? "mend" : "inject", "kind", fault_kind_name(fault->kind), "at",
				places[fault->at], "direction", directions[fault->direction], "path", (int)fault->path,
				"text", text, "commands", commands));
	}
	free(text);
	free(commands);
}

static vtime change(struct trial *t, const struct fault *fault, bool mending)
{
	char *error = NULL;
	vtime at;
	int status = 0;

	/* Whatever has arrived by now arrived before the fault. */
	if (t->rehearsal == NULL)
		pump(t, now(t));
	at = now(t);
	if (t->rehearsal == NULL)
		status = mending ? net_mend(t->net, fault, &error) : net_inject(t->net, fault, &error);
	if (status != 0)
		trial_error(t, "%s", error != NULL ? error : "the fault could not be injected");
	t->fault_at = at;
	tell(t, fault, mending, at);
	numbers_read(t);
	return at;
}

vtime inject(struct trial *t, struct fault fault)
{
	return change(t, &fault, false);
}

vtime mend(struct trial *t, struct fault fault)
{
	return change(t, &fault, true);
}
