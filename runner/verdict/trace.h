/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace.h - the trace of a case: what its evidence says that happened at both ends, in one order.
 *
 * The captures, the events, the socket calls and the faults all have the time of the case's events. All of it comes
 * from a guest: lines were checked (guest_line.h), captures are decoded by total functions, and what cannot be read is
 * left out.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_TRACE_H
#define SCTPSPEC_RUNNER_VERDICT_TRACE_H

#include <jansson.h>

#include "netns/netns.h"
#include "runner/engine/case.h"
#include "runner/referee/referee.h"
#include "runner/verdict/evidence_file.h"
#include "runner/verdict/packets_around.h"
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

enum { TRACE_SOCKETS_MAX = 256, TRACE_ADDRESSES_MAX = 2 * NET_PATHS_MAX };
struct trace_socket {
	const char *endpoint, *name;
	uint16_t port;
	bool one_to_one;
	unsigned opened;    /* the place of the one that was opened: itself, or that which has brought it forth */
	struct bound bound; /* of one that was opened; n is 0: to all addresses, or nobody knows */
	bool is_told_apart; /* another one of the endpoint has its port at other addresses */
};

/* A `capture` line, and what its file shows. */
struct trace_capture {
	size_t line; /* among the lines */
	int end;
	int at; /* the endpoint: two of them may be one end */
	int64_t path;
	bool whole; /* the file is there, and was read to its end */
	size_t bytes;
	unsigned packets; /* of any kind */
	json_t *chunks;   /* how many of each type: {"sent": {"DATA": 3}, "arrived": {...}}, until the case was over */
};

/* For so long an end did not have its address on that path, or dropped what came to it. */
struct trace_deafness {
	int64_t from_ns, to_ns;
	int end, path;
	enum ip_family family;
};
enum { TRACE_DEAF_MAX = 32 };

struct trace {
	const struct topology *topology;
	struct trace_capture *captures;
	size_t n_captures;
	struct captured_packet *packets; /* their bytes are the evidence files'; in the order of time */
	size_t n_packets, room;
	struct told *told; /* events, calls, faults and numbers */
	size_t n_told;
	int64_t ended_ns;
	struct trace_socket *sockets;
	unsigned n_sockets;
	struct address addresses[2][TRACE_ADDRESSES_MAX]; /* of each end, in this topology */
	unsigned n_addresses[2];
	unsigned exact;   /* bit i: end i has captures */
	unsigned testers; /* bit i: end i is a tester, which says what it likes */
	struct trace_deafness deaf[TRACE_DEAF_MAX];
	unsigned n_deaf;
	unsigned blind[2][NET_PATHS_MAX]; /* how many faults in force make an end blind on a path */
};

/* `lines`: the guest's, with a `capture` line for each file; the case was over at `ended_ns`. 0 or -ENOMEM. */
int trace_make(const struct topology *topology, const json_t *lines, const struct evidence_file *files, size_t n_files,
	int64_t ended_ns, struct trace *out);
void trace_free(struct trace *trace);
/* trace_sockets.c: the sockets that the lines open, and that others bring forth; the one of a line, or NULL. */
void trace_take_sockets(struct trace *trace, const json_t *lines);
const struct trace_socket *trace_socket_of(const struct trace *trace, const json_t *line);
/* Where that is bound, if only that tells it from others. */
const struct bound *trace_bound_of(const struct trace *trace, const json_t *line);
/* trace_captures.c: its part of that; whether everything is known that an end's capture of a path should show; and what
 * the captures show, as members of their lines. */
int trace_take_captures(struct trace *trace, const json_t *lines, const struct evidence_file *files, size_t n_files);
/* trace_faults.c: what a `fault` line hides; makes packets that the end which has captured them cannot have heard
 * nobody's. */
void trace_take_fault(struct trace *trace, const json_t *line);
void trace_take_sysctl(struct trace *trace, const json_t *line);
void trace_leave_out_unheard(struct trace *trace);
bool trace_has_capture(const struct trace *trace, int end, unsigned path);
int trace_tell_captures(const struct trace *trace, json_t *lines);
/* What an end of a case was told, with these settings in force there. */
struct parameters trace_parameters(const struct settings *in_force);
/* Tells the referee so of both ends, and which events it will be told. */
void trace_expect(const struct trace *trace, const struct parameters parameters[2], struct referee *referee);
void trace_tell(const struct told *told, struct referee *referee);
/* Before packet `i`: if it is the first one after the end of the case, when sockets are closed and the log has nothing
 * of that. */
void trace_hush(const struct trace *trace, size_t i, struct referee *referee);
/* Shows it all to the referee, in order, with the parameters that the settings of the case are. `real_time`: no instant
 * proves anything, as the machine may have had other things to do; timers and events are not judged then. 0 or
 * -ENOMEM. */
int trace_show(const struct trace *trace, const struct test_case *test_case, bool real_time, struct referee *referee);

#endif
