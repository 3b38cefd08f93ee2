/* SPDX-License-Identifier: Apache-2.0 */
/* examiner.c - see examiner.h. */
#include "runner/run/examiner.h"

#include <errno.h>
#include <stdlib.h>

#include "runner/run/tested_kernels.h"
#include "sentence.h"

bool examiner_repeats(const struct examiner *examiner)
{
	return examiner->options->twice || examiner->options->repeat > 1;
}

struct case_frame examiner_frame(const struct examiner *examiner, const struct planned_case *planned)
{
	const struct run_options *options = examiner->options;
	const struct tested_kernel *tested = planned->tested;
	return (struct case_frame){
		.test_case = planned->test_case,
		.catalogue = examiner->catalogue,
		.known = examiner->known,
		.kernel = tested->kernel.name,
		.release = tested->kernel.release,
		.version = tested->kernel.version,
		.folder = tested->folder,
		.strict = options->strict,
		.real_time = options->clock != CLOCK_VIRTUAL_TIME || options->on_host,
		.command_line = tested->command_line,
	};
}

bool examiner_keeps_captures(const struct examiner *examiner, const struct case_result *result)
{
	return pcap_policy_keeps(examiner->options->pcap, result->verdict);
}

/* Captures are in the box, which ends with the job. A repeated case's are copied and kept until it is judged. */
static int take_captures(const struct examiner *examiner, const struct planned_case *planned, struct attempt *attempt,
	const struct transcript *transcript, char **error)
{
	if (examiner_repeats(examiner))
		return attempt_keep_files(attempt, transcript) == 0
			? 0
			: sentence(error, -ENOMEM, "no memory for the captures of %s", planned->test_case->id);
	if (!examiner_keeps_captures(examiner, &attempt->result))
		return 0;
	return evidence_files_write(examiner->options->out, planned->tested->folder, planned->test_case->id,
		transcript->evidence_files, transcript->n_evidence_files, error);
}

/* Judges an attempt. If a disk or somebody has damaged the snapshot in the cache, the kernel is not to blame. */
static int judge(const struct case_frame *frame, const struct job_end *end, struct attempt_ending *one,
	struct case_result *result)
{
	const struct target *target = end->job->target;
	int status = case_judge(frame, one, result);
	if (status != 0 || !end->running || !target->damage || result->verdict == VERDICT_PASS ||
		result->verdict == VERDICT_SKIP)
		return status;
	char *damage = target->damage(target->context);
	if (!damage)
		return 0;
	one->not_started = damage;
	case_result_free(result);
	status = case_judge(frame, one, result);
	free(damage);
	return status;
}

int examiner_examine(
	const struct examiner *examiner, const struct planned_case *planned, const struct job_end *end, char **error)
{
	const struct job *job = end->job;
	const struct case_frame frame = examiner_frame(examiner, planned);
	struct transcript transcript = { 0 };
	char *console = end->running ? job->target->console(end->running) : NULL;
	int status =
		end->running ? transcript_read(job->target->box(end->running), planned->test_case->id, &transcript) : 0;
	struct attempt_ending one = {
		.seed = job->attempt->seed,
		.transcript = &transcript,
		.console = console ? console : "",
		.program = job->target->program,
		.not_started = end->running ? NULL : end->error,
		.kernel_failed = tested_kernel_failure(planned->tested, planned->test_case->topology) != NULL,
		.status = end->status,
		.hung = end->why == PATIENCE_USED || end->why == PATIENCE_ASLEEP,
		.starved = end->why == PATIENCE_STARVED,
		.waited = end->waited,
		.wall_ms = end->wall_ms,
		.phases = end->running ? job->target->phases(end->running) : NULL,
	};
	if (status == 0)
		status = judge(&frame, end, &one, &job->attempt->result);
	if (status != 0)
		sentence(error, status, "no memory for the results of %s", planned->test_case->id);
	else
		status = take_captures(examiner, planned, job->attempt, &transcript, error);
	transcript_free(&transcript);
	free(console);
	return status;
}
