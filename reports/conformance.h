/* SPDX-License-Identifier: Apache-2.0 */
/* conformance.h - the test purposes of ETSI TS 102 369, and what came of each on a kernel. Pure. */
#ifndef SCTPSPEC_REPORTS_CONFORMANCE_H
#define SCTPSPEC_REPORTS_CONFORMANCE_H

#include <stdbool.h>
#include <stdio.h>

#include "reports/log.h"

/* A row of cases/requirements/etsi.csv. */
struct known_purpose {
	const char *id;                  /* "sctp-as-v-1-1-1" */
	const char *purpose;             /* what is asked, in our words */
	const char *requirement, *level; /* of RFC 9260 */
	const char *const *cases;        /* ids of those that ask it, NULL-ended */
	const char *reason;              /* why no case does; "" if one does */
	const char *difference;          /* what RFC 9260 has otherwise than the standard, or "" */
};

/* In ISO 9646's words, where it has them. */
enum conformance {
	CONFORMANCE_PASS,
	CONFORMANCE_FAIL,         /* also one that is known */
	CONFORMANCE_INCONCLUSIVE, /* a case of it was skipped, was not judged, or did not run where others did */
	CONFORMANCE_NOT_RUN,
	CONFORMANCE_NO_CASE, /* there is a reason */
	CONFORMANCES
};

const char *conformance_name(enum conformance conformance); /* "pass", ... "not run", "no case" */

/* Whether a case of the log carries the purpose out. */
bool conformance_is_of(const struct known_purpose *purpose, const struct report_case *test);
/* What came of a purpose on a kernel, by the worst verdict of the cases that carry it out. */
enum conformance conformance_of(
	const struct report_run *run, const struct known_purpose *purpose, const struct report_kernel *kernel);
/* Whether any case of the run carries a purpose out. */
bool conformance_is_asked(const struct report_run *run);

/* What the standard calls the group of a purpose: "Association setup" of sctp-as-v-1-1-1; "" if there is none. */
const char *conformance_group(const char *id);

#endif
