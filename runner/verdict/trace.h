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
#include "runner/engine/settings.h"
#include "runner/referee/referee.h"
#include "runner/verdict/evidence_file.h"
#include "runner/verdict/finding_explain.h"
#include "runner/verdict/trace_numbers.h"

/* What happens besides packets. */
struct told {
	int64_t at_ns;
	size_t place; /* among the lines */
	enum { TOLD_EVENT, TOLD_CALL, TOLD_BLINDNESS, TOLD_NUMBERS } what;
	union {
		struct event event;
		struct call call;
		struct blindness blindness;
		struct numbers numbers;
	};
};

enum { TRACE_SOCKETS_MAX = 16 };
struct trace_socket {
	const char *endpoint, *name;
	uint16_t port;
};

struct trace {
	const struct topology *topology;
	struct captured_packet *packets; /* their bytes are the evidence files' */
	size_t n_packets, room;
	struct told *told; /* events, calls, faults and numbers */
	size_t n_told;
	int64_t ended_ns;
	struct trace_socket sockets[TRACE_SOCKETS_MAX];
	unsigned n_sockets;
	unsigned exact; /* bit i: end i has captures */
	bool damaged;   /* a capture could not be read to its end */
};

/* `lines`: the guest's, with a `capture` line for each file; the case was over at `ended_ns`. 0 or -ENOMEM. */
int trace_make(const struct topology *topology, const json_t *lines, const struct evidence_file *files, size_t n_files,
	int64_t ended_ns, struct trace *out);
void trace_free(struct trace *trace);
/* What the ends of a case were told. */
struct parameters trace_parameters(const struct settings *in_force);
/* Tells the referee so, and which events it will be told. */
void trace_expect(const struct trace *trace, const struct parameters *parameters, struct referee *referee);
void trace_tell(const struct told *told, struct referee *referee);
/* Shows it all to the referee, in order, with the parameters that the settings are. `real_time`: no instant proves
 * anything, as the machine may have had other things to do; timers and events are not judged then. 0 or -ENOMEM. */
int trace_show(const struct trace *trace, const struct settings *in_force, bool real_time, struct referee *referee);

#endif
