/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target.h - where the agent runs a case: in a guest of its own, or on this machine's own kernel.
 *
 * A job is one agent with one order, from its start to its end.
 */
#ifndef SCTPSPEC_RUNNER_RUN_TARGET_H
#define SCTPSPEC_RUNNER_RUN_TARGET_H

#include <stdbool.h>

#include "runner/guest/guest.h"
#include "runner/protocol/box.h"
#include "runner/protocol/phases.h"

struct target {
	const char *program; /* what dies when a job does: "QEMU", "the agent" */
	void *context;
	int (*start)(void *context, const char *order, void **job, char **error);
	/* Becomes readable when the job has ended, and when it wants to be asked whether it has. */
	int (*descriptor)(const void *job);
	/* Whether it has; then *status is waitpid's. */
	bool (*ended)(void *job, int *status);
	pid_t (*pid)(const void *job); /* of the process that does the work, or whose children do */
	const struct box *(*box)(const void *job);
	char *(*console)(const void *job);               /* malloc'd, or NULL */
	const struct phases *(*phases)(const void *job); /* NULL: not known */
	void (*kill)(void *job);                         /* what it has written stays readable */
	void (*end)(void *job);                          /* kills it if it runs, and frees it */
	/* What is wrong with what its jobs start from, malloc'd; NULL: nothing. It may be NULL itself. */
	char *(*damage)(const void *context);
};

/* The snapshot has to live as long as the target. */
struct target target_guest(const struct snapshot *snapshot);
/* The same with a QEMU process for each guest, whatever the snapshot says. */
struct target target_guest_alone(const struct snapshot *snapshot);

/* This machine. `agent` is the path of sctpspec-agent, which has to live as long as the target. -EPERM when
 * not root, -EPROTONOSUPPORT when the kernel has no SCTP. */
int target_host(const char *agent, struct target *out, char **error);
/* 0, or -errno of a first SCTP socket (-EPROTONOSUPPORT, ...). */
int kernel_sctp_status(void);

#endif
