/* SPDX-License-Identifier: Apache-2.0 */
/* target_guest.c - each case in a guest of its own. */
#include "runner/run/target.h"

#include <errno.h>
#include <stdlib.h>

#include "runner/guest/guest.h"

static int start_job(void *context, const char *order, void **job, char **error)
{
	struct guest *guest = NULL;
	int status = guest_start(context, order, NULL, 0, &guest, error);
	*job = guest;
	return status;
}

static int start_alone(void *context, const char *order, void **job, char **error)
{
	struct snapshot alone = *(const struct snapshot *)context;
	alone.pool = NULL;
	return start_job(&alone, order, job, error);
}

static int job_descriptor(const void *job)
{
	return guest_descriptor(job);
}

static bool job_has_ended(void *job, int *status)
{
	return guest_poll(job, status) == GUEST_ENDED;
}

static pid_t pid(const void *job)
{
	return guest_pid(job);
}

static const struct box *job_box(const void *job)
{
	return guest_box(job);
}

static char *job_console(const void *job)
{
	return guest_console(job);
}

static const struct phases *job_phases(const void *job)
{
	return guest_phases(job);
}

static void kill_guest(void *job)
{
	guest_kill(job);
}

static void end_job(void *job)
{
	guest_free(job);
}

static char *damage(const void *context)
{
	char *error = NULL;
	if (snapshot_verify(context, &error) == -EUCLEAN)
		return error;
	free(error);
	return NULL;
}

struct target target_guest(const struct snapshot *snapshot)
{
	return (struct target){
		.program = "QEMU",
		.context = (void *)snapshot,
		.start = start_job,
		.descriptor = job_descriptor,
		.ended = job_has_ended,
		.pid = pid,
		.box = job_box,
		.console = job_console,
		.phases = job_phases,
		.kill = kill_guest,
		.end = end_job,
		.damage = damage,
	};
}

struct target target_guest_alone(const struct snapshot *snapshot)
{
	struct target target = target_guest(snapshot);
	target.start = start_alone;
	return target;
}
