/* SPDX-License-Identifier: Apache-2.0 */
/*
 * headline.h - the one line that names the fault, when an expectation has failed: what has come, or has not, at which
 * socket, and what is wrong with that.
 *
 * It speaks of the event that is wrong. Only where none has come does it speak of the one that was expected.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_HEADLINE_H
#define SCTPSPEC_RUNNER_ENGINE_HEADLINE_H

#include "runner/engine/trial.h"

/* "addr_unreachable at the server: missing"; "addr_available at the client: not expected at all". */
void headline_of_match(const struct trial *t, const struct expectation *expectation, const struct match *match,
	char *text, size_t size);
/* "addr_available at the client: WHAT" */
void headline_of_event(
	const struct trial *t, const struct observation *observation, const char *what, char *text, size_t size);
/* Of a group in an order the first event that is still to come may be missing or late: once that is known, says so.
 * Until then the instant at which to look again; VTIME_FOREVER: it is settled. */
vtime headline_wait(const struct trial *t, const struct expectation *expectation, struct match *match);

#endif
