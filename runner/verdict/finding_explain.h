/* SPDX-License-Identifier: Apache-2.0 */
/*
 * finding_explain.h - a finding of the referee for people: the rule's sentence and requirements, what was expected and
 * seen, and the packets around it, at both ends. Pure.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_FINDING_EXPLAIN_H
#define SCTPSPEC_RUNNER_VERDICT_FINDING_EXPLAIN_H

#include "runner/catalogue/catalogue.h"
#include "runner/referee/referee.h"
#include "runner/verdict/packets_around.h"

/* At most 14 lines, as a case's explanation has. Malloc'd; NULL without memory. */
char *finding_explain(
	const struct catalogue *catalogue, const struct finding *finding, struct captured_packets packets);
/* Where it is. */
struct place finding_place(const struct finding *finding);

#endif
