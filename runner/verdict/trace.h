/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace.h - the trace of a case: what its evidence says that happened at both ends, in one order.
 *
 * The captures, the events, the socket calls and the faults all have the time of the case's events. All of it comes
 * from a guest: lines were checked (guest_line.h), captures are decoded by total functions, and what cannot be read is
 * left out and told in `damage`.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_TRACE_H
#define SCTPSPEC_RUNNER_VERDICT_TRACE_H

#include <jansson.h>

#include "netns/netns.h"
#include "runner/referee/referee.h"
#include "runner/verdict/evidence_file.h"
#include "runner/verdict/finding_explain.h"

struct trace {
	const struct topology *topology;
	struct captured_packet *packets; /* their bytes are the evidence files' */
	size_t n_packets, room;
	unsigned exact; /* bit i: end i has captures */
	bool damaged;   /* a capture could not be read to its end */
};

/* `lines`: the guest's, with a `capture` line for each file. 0 or -ENOMEM. */
int trace_make(const struct topology *topology, const json_t *lines, const struct evidence_file *files, size_t n_files,
	struct trace *out);
void trace_free(struct trace *trace);
/* Shows it all to the referee, in order. 0 or -ENOMEM. */
int trace_show(const struct trace *trace, struct referee *referee);

#endif
