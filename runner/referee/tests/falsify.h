/* SPDX-License-Identifier: Apache-2.0 */
/* falsify.h - each rule is shown failing: true packets are changed so that this rule must find it. */
#ifndef SCTPSPEC_RUNNER_REFEREE_TESTS_FALSIFY_H
#define SCTPSPEC_RUNNER_REFEREE_TESTS_FALSIFY_H

#include "runner/referee/referee.h"

struct falsification {
	const char *rule;
	/* Changes the packet, or returns false: it is not of the kind. */
	bool (*apply)(struct seen *seen, struct packet *packet);
	bool arriving; /* to be applied where packets arrive; otherwise where they leave */
	enum { THE_FIRST, EACH_SECOND, EACH } which; /* of the packets of the kind in a case */
};

/* Ended by one without a rule. */
extern const struct falsification falsifications[];

#endif
