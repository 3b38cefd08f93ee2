/* SPDX-License-Identifier: Apache-2.0 */
/* workers.c - runs the jobs of a plan side by side, in one thread. */
#include "runner/run/workers.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "runner/host/wall_clock.h"

enum { TICK_MS = 250 };

struct worker {
	struct job job;
	void *running; /* the target's; NULL: the worker is free */
	double started_ms;
	struct patience patience;
};

struct crew {
	const struct workload *load;
	struct worker *workers;
	struct pollfd *polls; /* one a worker, and the stop descriptor */
};

static int hand_over(const struct crew *crew, const struct worker *worker, struct job_end end)
{
	end.job = &worker->job;
	end.running = worker->running;
	end.wall_ms = wall_now_ms() - worker->started_ms;
	return crew->load->ended(crew->load->context, &end);
}

/* Leaves the worker free when the job could not be started, which has been handed over then. */
static int start_one(const struct crew *crew, struct worker *worker)
{
	struct job *job = &worker->job;
	char *error = NULL;
	worker->started_ms = wall_now_ms();
	int status =
		job->order ? job->target->start(job->target->context, job->order, &worker->running, &error) : -ENOMEM;
	free(job->order);
	job->order = NULL;
	if (status != 0) {
		worker->running = NULL;
		status = hand_over(crew, worker, (struct job_end){ .error = error ? error : strerror(-status) });
	} else {
		patience_begin(&worker->patience, job->target->pid(worker->running), &job->limits);
	}
	free(error);
	return status;
}

static int start_jobs(struct crew *crew)
{
	for (unsigned i = 0; i < crew->load->jobs; i++) {
		struct worker *worker = &crew->workers[i];
		while (!worker->running && crew->load->next(crew->load->context, &worker->job)) {
			int status = start_one(crew, worker);
			if (status != 0)
				return status;
		}
	}
	return 0;
}

static bool anything_runs(const struct crew *crew)
{
	for (unsigned i = 0; i < crew->load->jobs; i++)
		if (crew->workers[i].running)
			return true;
	return false;
}

static int wait_for_something(struct crew *crew)
{
	const struct workload *load = crew->load;
	for (unsigned i = 0; i < load->jobs; i++) {
		const struct worker *worker = &crew->workers[i];
		crew->polls[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
		if (!worker->running)
			continue;
		crew->polls[i].fd = worker->job.target->descriptor(worker->running);
	}
	struct pollfd *stop = &crew->polls[load->jobs];
	*stop = (struct pollfd){ .fd = load->stop_descriptor, .events = POLLIN };
	int n = poll(crew->polls, load->jobs + 1, TICK_MS);
	if (n < 0 && errno != EINTR)
		return -errno;
	return n > 0 && stop->revents ? -EINTR : 0;
}

/* A guest that could not be rewound goes on in another process. */
static enum patience_end look_at(struct worker *worker)
{
	pid_t pid = worker->job.target->pid(worker->running);
	if (pid != worker->patience.pid)
		patience_begin(&worker->patience, pid, &worker->job.limits);
	return patience_look(&worker->patience);
}

static int collect(struct crew *crew)
{
	for (unsigned i = 0; i < crew->load->jobs; i++) {
		struct worker *worker = &crew->workers[i];
		char waited[128] = "";
		struct job_end end = { .waited = waited };
		if (!worker->running)
			continue;
		bool over = worker->job.target->ended(worker->running, &end.status);
		if (!over)
			end.why = look_at(worker);
		if (!over && end.why == PATIENCE_LASTS)
			continue;
		if (!over) {
			patience_explain(&worker->patience, waited, sizeof(waited));
			worker->job.target->kill(worker->running);
		}
		int status = hand_over(crew, worker, end);
		worker->job.target->end(worker->running);
		worker->running = NULL;
		if (status != 0)
			return status;
	}
	return 0;
}

static const struct patience *slowest(const struct crew *crew)
{
	const struct patience *found = NULL;
	for (unsigned i = 0; i < crew->load->jobs; i++) {
		const struct worker *worker = &crew->workers[i];
		if (worker->running && (!found || worker->patience.began_ms < found->began_ms))
			found = &worker->patience;
	}
	return found;
}

int workers_run(const struct workload *load)
{
	struct crew crew = {
		.load = load,
		.workers = calloc(load->jobs, sizeof(struct worker)),
		.polls = calloc(load->jobs + 1, sizeof(struct pollfd)),
	};
	int status = crew.workers && crew.polls ? 0 : -ENOMEM;
	double ticked_ms = 0;
	while (status == 0) {
		status = start_jobs(&crew);
		if (status != 0 || !anything_runs(&crew))
			break;
		int waited = wait_for_something(&crew);
		status = collect(&crew);
		if (status == 0)
			status = waited;
		double at = wall_now_ms();
		if (status == 0 && at - ticked_ms >= TICK_MS) {
			load->tick(load->context, slowest(&crew));
			ticked_ms = at;
		}
	}
	for (unsigned i = 0; crew.workers && i < load->jobs; i++)
		if (crew.workers[i].running)
			crew.workers[i].job.target->end(crew.workers[i].running);
	free(crew.workers);
	free(crew.polls);
	return status;
}
