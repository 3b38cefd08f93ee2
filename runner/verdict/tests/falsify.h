/* SPDX-License-Identifier: Apache-2.0 */
/* falsify.h - each rule is shown failing: a true trace is changed so that this rule must find it. */
#ifndef SCTPSPEC_RUNNER_VERDICT_TESTS_FALSIFY_H
#define SCTPSPEC_RUNNER_VERDICT_TESTS_FALSIFY_H

#include "runner/verdict/trace.h"

enum falsified { NOT_OF_THE_KIND, CHANGED, DROPPED, DOUBLED };

struct falsification {
	const char *rule;
	/* One of these. The packet is changed in place; false: it is not of the kind. */
	bool (*apply)(struct seen *seen, struct packet *packet);
	enum falsified (*tell)(struct told *told);
	void (*believe)(struct parameters *parameters);
	enum { LEAVING, ARRIVING, ANYWHERE } where;    /* packets */
	enum { THE_FIRST, EVERY_SECOND, EVERY } which; /* of the packets or occurrences of the kind in a case */
};

/* Ended by one without a rule. */
extern const struct falsification falsifications[];

#endif
