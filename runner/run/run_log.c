/* SPDX-License-Identifier: Apache-2.0 */
/* run_log.c - the lines of the result log about a run as a whole. */
#include "runner/run/run_log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "reports/log.h"
#include "runner/cache/cache.h"
#include "runner/engine/timing.h"
#include "runner/guest/agent_path.h"
#include "runner/run/options_log.h"
#include "runner/verdict/refereed.h"

static json_t *strings(const char *const *list)
{
	json_t *array = json_array();
	for (; list && *list; list++)
		json_array_append_new(array, result_log_text(*list, strlen(*list)));
	return array;
}

static json_t *string(const char *words)
{
	return words ? result_log_text(words, strlen(words)) : json_null();
}

/* All guests of a run are made by the same QEMU, in the same way. */
static const struct snapshot *any_snapshot(const struct tested_kernels *kernels)
{
	static const struct snapshot none;
	for (size_t i = 0; i < kernels->n; i++)
		if (kernels->all[i].booted)
			return &kernels->all[i].snapshot;
	return &none;
}

/* What runs in the guest, with all its cases; null when it cannot be told. */
static json_t *agent_digest(void)
{
	char *path = NULL, digest[SHA256_HEX];
	json_t *text = NULL;
	if (agent_path(&path, NULL) == 0 && cache_sha256(path, digest, NULL) == 0)
		text = json_string(digest);
	free(path);
	return text ? text : json_null();
}

json_t *run_log_run(const struct run_options *options, const struct tested_kernels *kernels, size_t cases)
{
	char started[32];
	time_t now = time(NULL);
	struct tm utc;
	gmtime_r(&now, &utc);
	strftime(started, sizeof(started), "%Y-%m-%dT%H:%M:%SZ", &utc);

	const struct snapshot *snapshot = any_snapshot(kernels);
	json_t *line = json_pack("{s:s, s:i, s:s, s:o, s:s, s:o, s:I, s:s, s:s, s:i, s:o, s:o, s:I, s:I}", "type",
		"run", "version", RESULT_LOG_VERSION, "sctpspec", SCTPSPEC_VERSION, "agent_sha256", agent_digest(),
		"started", started, "command", strings(options->command), "seed", (json_int_t)options->seed, "clock",
		guest_clock_name(options->clock), "target", options->on_host ? "host" : "guest", "jobs",
		(int)options->jobs, "qemu", string(snapshot->saved.qemu.version), "qemu_command",
		strings((const char *const *)snapshot->qemu_command), "cases", (json_int_t)cases, "tick_ns",
		(json_int_t)timer_lateness(0));
	json_object_set_new(line, "options", options_log_write(options));
	if (options->repeat > 1)
		json_object_set_new(line, "repeat", json_integer(options->repeat));
	if (options->twice)
		json_object_set_new(line, "twice", json_true());
	return line;
}

json_t *run_log_kernel(const struct tested_kernel *tested)
{
	const struct kernel *kernel = &tested->kernel;
	json_t *line = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "type", "kernel", "name", string(kernel->name),
		"release", string(kernel->release), "version", string(kernel->version), "origin",
		string(kernel->origin), "sha256", string(kernel->sha256));
	if (kernel->config_sha256 && *kernel->config_sha256)
		json_object_set_new(line, "config_sha256", string(kernel->config_sha256));
	json_object_set_new(line, "deviations", refereed_deviations(kernel->release, kernel->version));
	if (tested->failure)
		json_object_set_new(line, "failure", string(tested->failure));
	if (tested->facts)
		json_object_update_missing(line, tested->facts);
	if (!tested->booted)
		return line;
	json_object_set_new(line, "boot_ms", json_real(tested->snapshot.boot_ms));
	json_object_set_new(line, "snapshot_ms", json_real(tested->snapshot.make_ms));
	json_object_set_new(line, "snapshot_cached", json_boolean(tested->snapshot.cached));
	return line;
}

json_t *run_log_end(const struct run_ending *ending)
{
	json_t *line = json_pack("{s:s, s:o, s:I, s:f, s:b, s:i}", "type", "run_end", "verdicts",
		score_json(ending->score), "virtual_ns", (json_int_t)ending->virtual_ns, "wall_ms", ending->wall_ms,
		"interrupted", (int)ending->interrupted, "exit_status", ending->exit_status);
	if (ending->failure)
		json_object_set_new(line, "failure", string(ending->failure));
	return line;
}
