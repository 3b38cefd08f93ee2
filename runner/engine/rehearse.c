/* SPDX-License-Identifier: Apache-2.0 */
/* rehearse.c - runs a body without a kernel: what `show` prints, and how long a case may take. */
#include "runner/engine/trial.h"

#include <errno.h>
#include <stdlib.h>

int case_rehearse(const struct test_case *test_case, FILE *out, int64_t *longest_ns)
{
	struct trial *t = calloc(1, sizeof(*t));
	struct evidence *evidence = evidence_new();
	int status = 0;

	if (t == NULL || evidence == NULL) {
		free(t);
		evidence_free(evidence);
		return -ENOMEM;
	}
	t->test_case = test_case;
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_C; at++)
		t->in_force[at] = case_in_force(test_case, at);
	t->evidence = evidence;
	t->rehearsal = out;
	t->fault_at = -1;
	if (setjmp(t->escape) == 0) {
		trial_run_body(t);
	} else if (evidence->verdict != VERDICT_SKIP) {
		fprintf(out, "  not well formed: %s\n", evidence->reason);
		status = -EINVAL;
	}
	*longest_ns = t->rehearsed;
	trial_free(t);
	evidence_free(evidence);
	free(t);
	return status;
}
