/* SPDX-License-Identifier: Apache-2.0 */
/* faults.c - the two verbs that change the network. */
#include "runner/engine/trial.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "runner/engine/numbers.h"

static const char *const places[] = { [AT_MIDDLE] = "middle", [AT_A] = "a", [AT_B] = "b" };
static const char *const directions[] = { [BOTH_WAYS] = "both", [A_TO_B] = "a-to-b", [B_TO_A] = "b-to-a" };

/* NULL: it concerns no address. */
static json_t *family_of(const struct trial *t, const struct fault *fault)
{
	if (fault->kind != FAULT_ADDRESS_REMOVED)
		return NULL;
	return json_integer((fault->family ?: t->test_case->topology->family[fault->path]) == IPV6 ? 6 : 4);
}

/* NULL: nobody answers with one. */
static json_t *code_of(const struct fault *fault)
{
	return fault->kind == FAULT_REJECT ? json_integer(fault->icmp_code) : NULL;
}

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
			json_pack("{s:I, s:s, s:s, s:s, s:s, s:i, s:o*, s:o*, s:s, s:s}", "t_ns", (json_int_t)at,
				"action", mending ? "mend" : "inject", "kind", fault_kind_name(fault->kind), "at",
				places[fault->at], "direction", directions[fault->direction], "path",
				fault->path == EVERY_PATH ? -1 : (int)fault->path, "family", family_of(t, fault),
				"icmp_code", code_of(fault), "text", text, "commands", commands));
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
	if (status == -ENOENT && !mending && fault->mark_from != 0)
		skip(t, "the kernel has no queue that marks (RED): %s", error != NULL ? error : "ENOENT");
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

void expect_hit(struct trial *t, struct fault fault, unsigned packets)
{
	char expected[STORY_TEXT_MAX], got[64], *text = fault_describe(&fault);
	uint64_t hits = 0;

	snprintf(expected, sizeof(expected), "%u packet%s: %s", packets, packets == 1 ? "" : "s", text ? text : "?");
	free(text);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	if (net_hits(t->net, &fault, &hits) != 0)
		trial_error(t, "the fault is not in force, or hits everything: %s", expected);
	snprintf(got, sizeof(got), "%" PRIu64, hits);
	trial_check(t, expected, NULL, hits == packets, hits == packets ? NULL : got);
	if (hits != packets)
		trial_fail(t, VERDICT_FAIL, "the fault has hit another number of packets", expected, got);
}
