/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_lines.c - what each type of line of a result log means: LOG.md's table as code.
 *
 * A line type is a row of the table at the end; its function takes the members that it knows and
 * leaves the rest alone, as it does with types that it does not know.
 */
#include "reports/log.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "reports/members.h"

static const char *const verdict_names[REPORT_VERDICTS] = {
	[REPORT_PASS] = "pass",
	[REPORT_FAIL] = "fail",
	[REPORT_SKIP] = "skip",
	[REPORT_XFAIL] = "xfail",
	[REPORT_XPASS] = "xpass",
	[REPORT_FLAKY] = "flaky",
	[REPORT_CRASH] = "crash",
	[REPORT_TIMEOUT] = "timeout",
	[REPORT_ERROR] = "error",
	[REPORT_UNFINISHED] = "unfinished",
};

const char *report_verdict_name(enum report_verdict verdict)
{
	return verdict_names[verdict];
}

bool report_verdict_is_bad(enum report_verdict verdict)
{
	return verdict != REPORT_PASS && verdict != REPORT_SKIP && verdict != REPORT_XFAIL;
}

/* All lines that give a case a verdict give the same one. Which of two were true, nobody could say. */
static void take_verdict(struct reader *reader, const json_t *object, struct report_case *test)
{
	const size_t verdict = reader_choice(reader, object, "verdict", verdict_names, REPORT_UNFINISHED);

	if (verdict >= REPORT_UNFINISHED)
		return;
	if (test->verdict != REPORT_UNFINISHED && test->verdict != verdict)
		reader_complain(reader, -EINVAL,
			"a verdict \"%s\" of the case \"%s\", which was \"%s\" in a line before",
			verdict_names[verdict], test->id, verdict_names[test->verdict]);
	test->verdict = (enum report_verdict)verdict;
}

static void read_run(struct reader *reader, const json_t *object)
{
	struct report_run *run = reader->run;
	const int64_t version = reader_integer(reader, object, "version", 0);

	if (reader->started)
		reader_complain(reader, -EINVAL, "a second line of type \"run\"");
	if (version != RESULT_LOG_VERSION)
		reader_complain(reader, -EINVAL,
			"version %" PRId64 " of the result log; this sctpspec reads version %d", version,
			RESULT_LOG_VERSION);
	reader->started = true;
	run->sctpspec = reader_line(reader, object, "sctpspec");
	run->agent_sha256 = reader_line(reader, object, "agent_sha256");
	run->started = reader_line(reader, object, "started");
	run->command = reader_texts(reader, object, "command");
	run->seed = reader_integer(reader, object, "seed", 0);
	run->clock = reader_line(reader, object, "clock");
	run->target = reader_line(reader, object, "target");
	run->jobs = reader_integer(reader, object, "jobs", 0);
	run->tick_ns = reader_nanoseconds(reader, object, "tick_ns");
	run->qemu = reader_line(reader, object, "qemu");
	run->qemu_command = reader_texts(reader, object, "qemu_command");

	const json_t *options = reader_member(object, "options");
	if (options && !json_is_object(options))
		reader_wrong_kind(reader, "options", options, "an object");
	run->strict = reader_bool(reader, options, "strict");

	const int64_t planned = reader_integer(reader, object, "cases", 0);
	run->planned = planned > 0 && planned < INT32_MAX ? (size_t)planned : 0;
}

static struct report_kernel *new_kernel(struct reader *reader, const char *name)
{
	struct report_run *run = reader->run;
	struct report_kernel *kernel = reader_take(reader, sizeof(*kernel));
	struct report_kernel **place =
		reader_grow(reader, &run->kernels, &run->n_kernels, sizeof(struct report_kernel *));

	if (!place)
		return NULL;
	if (!kernel) {
		run->n_kernels--;
		return NULL;
	}
	*kernel = (struct report_kernel){ .name = name,
		.release = *name ? name : "unknown",
		.version = "",
		.origin = "",
		.sha256 = "",
		.config_sha256 = "",
		.parameters = "",
		.failure = "",
		.label = "" };
	*place = kernel;
	return kernel;
}

static void read_kernel(struct reader *reader, const json_t *object)
{
	struct report_kernel *kernel = new_kernel(reader, reader_line(reader, object, "name"));

	if (!kernel)
		return;

	const char *release = reader_line(reader, object, "release");
	if (*release)
		kernel->release = release;
	kernel->version = reader_line(reader, object, "version");
	kernel->origin = reader_line(reader, object, "origin");
	kernel->sha256 = reader_line(reader, object, "sha256");
	kernel->config_sha256 = reader_line(reader, object, "config_sha256");
	kernel->parameters = reader_line(reader, object, "parameters");
	kernel->modules = reader_texts(reader, object, "modules");
	kernel->deviations = reader_texts(reader, object, "deviations");
	kernel->sysctls = reader_pairs(reader, object, "sysctls", &kernel->n_sysctls);
	kernel->options = reader_pairs(reader, object, "options", &kernel->n_options);
	kernel->boot_ns = reader_milliseconds(reader, object, "boot_ms");
	kernel->snapshot_ns = reader_milliseconds(reader, object, "snapshot_ms");
	kernel->snapshot_cached = reader_bool(reader, object, "snapshot_cached");
	kernel->failure = reader_line(reader, object, "failure");
}

/* The kernel of that name; one without a line of its own is known by its name alone. */
static const struct report_kernel *find_kernel(struct reader *reader, const char *name)
{
	const struct report_run *run = reader->run;

	for (size_t i = 0; i < run->n_kernels; i++)
		if (strcmp(run->kernels[i]->name, name) == 0)
			return run->kernels[i];
	return new_kernel(reader, name);
}

static void take_requirements(struct reader *reader, const json_t *object, struct report_case *test)
{
	const json_t *value = reader_member(object, "requirements");
	size_t i;
	json_t *item;

	if (value && !json_is_array(value))
		reader_wrong_kind(reader, "requirements", value, "an array");
	json_array_foreach(value, i, item) {
		if (!json_is_object(item)) {
			reader_wrong_kind(reader, "requirements", item, "an object");
			return;
		}
		struct report_requirement *requirement =
			reader_grow(reader, &test->requirements, &test->n_requirements, sizeof(*test->requirements));
		if (!requirement)
			return;
		requirement->id = reader_line(reader, item, "id");
		requirement->level = reader_line(reader, item, "level");
		requirement->section = reader_line(reader, item, "section");
		requirement->summary = reader_line(reader, item, "summary");
	}
}

/* "failover.primary-down" is of the area "failover", if nothing else is said. */
static const char *area_of(struct reader *reader, const char *id)
{
	const size_t length = strcspn(id, ".");

	return length ? reader_keep(reader, id, length, TEXT_LINE) : id;
}

static void read_case_start(struct reader *reader, const json_t *object)
{
	struct report_run *run = reader->run;
	const char *id = reader_line(reader, object, "case");
	const struct report_kernel *kernel = find_kernel(reader, reader_line(reader, object, "kernel"));
	struct report_case *test;

	if (!*id) {
		reader_complain(reader, -EINVAL, "a line of type \"case_start\" has no \"case\"");
		return;
	}
	if (!kernel || !(test = reader_grow(reader, &run->cases, &run->n_cases, sizeof(*run->cases))))
		return;
	reader->latest = run->n_cases - 1;
	test->id = id;
	test->kernel = kernel;
	test->title = reader_line(reader, object, "title");
	test->area = reader_line(reader, object, "area");
	if (!*test->area)
		test->area = area_of(reader, id);
	test->tags = reader_texts(reader, object, "tags");
	test->etsi = reader_texts(reader, object, "etsi");
	test->topology = reader_line(reader, object, "topology");
	test->drawing = reader_block(reader, object, "drawing");
	take_requirements(reader, object, test);
	test->settings = reader_pairs(reader, object, "settings", &test->n_settings);
	test->source = reader_line(reader, object, "source");
	test->seed = reader_integer(reader, object, "seed", 0);
	test->repeat = reader_line(reader, object, "repeat");
	test->console = test->reason = test->explanation = test->known = "";
	test->verdict = REPORT_UNFINISHED;
}

/* The latest with that id that was started. */
struct report_case *reader_case(struct reader *reader, const json_t *object)
{
	struct report_run *run = reader->run;
	const char *id = reader_line(reader, object, "case");

	if (run->n_cases && strcmp(run->cases[reader->latest].id, id) == 0)
		return &run->cases[reader->latest];
	for (size_t i = run->n_cases; i-- > 0;)
		if (strcmp(run->cases[i].id, id) == 0) {
			reader->latest = i;
			return &run->cases[i];
		}
	if (*id)
		reader_complain(reader, -EINVAL, "a line of type \"%s\" for the case \"%s\", which was not started",
			reader->type, id);
	else
		reader_complain(reader, -EINVAL, "a line of type \"%s\" has no \"case\"", reader->type);
	return NULL;
}

static struct report_entry *new_entry(struct reader *reader, const json_t *object, enum report_entry_kind kind)
{
	struct report_case *test = reader_case(reader, object);
	struct report_entry *entry;

	if (!test || !(entry = reader_grow(reader, &test->entries, &test->n_entries, sizeof(*entry))))
		return NULL;
	*entry = (struct report_entry){
		.kind = kind,
		.line = reader->line,
		.t_ns = reader_nanoseconds(reader, object, "t_ns"),
		.text = reader_line(reader, object, "text"),
		.socket = "",
		.event = "",
		.path = -1,
		.commands = "",
		.got = "",
		.at_ns = -1,
		.random_ns = -1,
		.flow = -1,
	};
	return entry;
}

static void read_event(struct reader *reader, const json_t *object)
{
	struct report_entry *entry = new_entry(reader, object, REPORT_EVENT);

	if (!entry)
		return;
	entry->endpoint = reader_endpoint(reader, object);
	entry->socket = reader_line(reader, object, "socket");
	entry->event = reader_line(reader, object, "event");
	entry->fields = reader_pairs(reader, object, "fields", &entry->n_fields);
}

static void read_fault(struct reader *reader, const json_t *object)
{
	static const char *const actions[] = { "inject", "mend" };
	struct report_entry *entry = new_entry(reader, object, REPORT_FAULT);

	if (!entry)
		return;
	entry->mend = reader_choice(reader, object, "action", actions, 2) == 1;
	entry->path = reader_path(reader, object);
	entry->commands = reader_block(reader, object, "commands");
}

static void read_action(struct reader *reader, const json_t *object)
{
	new_entry(reader, object, REPORT_ACTION);
}

static void read_observation(struct reader *reader, const json_t *object)
{
	new_entry(reader, object, REPORT_OBSERVATION);
}

/* Two numbers; false: it is missing, or wrong, which is complained about. */
static bool take_interval(struct reader *reader, const json_t *object, const char *name, int64_t *from, int64_t *to)
{
	const json_t *pair = reader_member(object, name);

	if (!pair)
		return false;
	if (json_array_size(pair) != 2) {
		reader_complain(reader, -EINVAL, "the %s of a check is not two numbers", name);
		return false;
	}
	*from = reader_time(reader, name, json_array_get(pair, 0));
	*to = reader_time(reader, name, json_array_get(pair, 1));
	return true;
}

static void read_check(struct reader *reader, const json_t *object)
{
	struct report_entry *entry = new_entry(reader, object, REPORT_CHECK);

	if (!entry)
		return;
	entry->ok = reader_bool(reader, object, "ok");
	entry->got = reader_block(reader, object, "got");
	entry->has_window = take_interval(reader, object, "window", &entry->from_ns, &entry->to_ns);
	if (reader_member(object, "at_ns"))
		entry->at_ns = reader_nanoseconds(reader, object, "at_ns");
	if (reader_member(object, "random_ns"))
		entry->random_ns = reader_nanoseconds(reader, object, "random_ns");
	if (take_interval(reader, object, "messages", &entry->first, &entry->last) &&
		take_interval(reader, object, "delay", &entry->delay_from_ns, &entry->delay_to_ns))
		entry->flow = (int)(reader_integer(reader, object, "flow", -1) & INT32_MAX);
}

static void read_console(struct reader *reader, const json_t *object)
{
	struct report_case *test = reader_case(reader, object);

	if (test)
		test->console = reader_block(reader, object, "text");
}

static void read_verdict(struct reader *reader, const json_t *object)
{
	struct report_case *test = reader_case(reader, object);

	if (!test)
		return;
	take_verdict(reader, object, test);
	test->verdict_ns = reader_nanoseconds(reader, object, "t_ns");
	test->reason = reader_line(reader, object, "reason");
	test->known = reader_line(reader, object, "known");
	test->explanation = reader_block(reader, object, "explanation");
}

static void take_repeats(struct reader *reader, const json_t *object, struct report_repeats *repeats)
{
	if (!json_is_object(object)) {
		reader_wrong_kind(reader, "repeats", object, "an object");
		return;
	}
	repeats->first_seed = reader_integer(reader, object, "first_seed", 0);
	repeats->seeds = reader_integer(reader, object, "seeds", 0);
	repeats->twice = reader_bool(reader, object, "twice");
	repeats->verdicts = reader_pairs(reader, object, "verdicts", &repeats->n_verdicts);
	repeats->kept = reader_texts(reader, object, "kept");
}

static void read_case_end(struct reader *reader, const json_t *object)
{
	struct report_case *test = reader_case(reader, object);

	if (!test)
		return;
	take_verdict(reader, object, test);
	if (reader_member(object, "repeats"))
		take_repeats(reader, reader_member(object, "repeats"), &test->repeats);
	test->virtual_ns = reader_nanoseconds(reader, object, "virtual_ns");
	test->wall_ns = reader_milliseconds(reader, object, "wall_ms");
	test->restore_ns = reader_milliseconds(reader, object, "restore_ms");
	reader_applied(reader, object, test);
}

static void read_known(struct reader *reader, const json_t *object)
{
	struct report_run *run = reader->run;
	struct report_known *known = reader_grow(reader, &run->known, &run->n_known, sizeof(*known));

	if (!known)
		return;
	*known = (struct report_known){
		.issue = reader_line(reader, object, "issue"),
		.kernels = reader_line(reader, object, "kernels"),
		.link = reader_line(reader, object, "link"),
		.expires = reader_line(reader, object, "expires"),
		.cases = reader_line(reader, object, "cases"),
		.verdict = reader_line(reader, object, "verdict"),
		.reason = reader_line(reader, object, "reason"),
		.check = reader_line(reader, object, "check"),
		.place = reader_line(reader, object, "place"),
		.source = reader_line(reader, object, "source"),
		.sometimes = reader_bool(reader, object, "sometimes"),
		.expired = reader_bool(reader, object, "expired"),
		.ran = reader_integer(reader, object, "ran", 0),
		.matched = reader_integer(reader, object, "matched", 0),
	};
}

static void read_run_end(struct reader *reader, const json_t *object)
{
	struct report_run *run = reader->run;
	const int64_t exit_status = reader_integer(reader, object, "exit_status", -1);

	reader->ended = true;
	run->interrupted = reader_bool(reader, object, "interrupted");
	run->failure = reader_line(reader, object, "failure");
	run->virtual_ns = reader_nanoseconds(reader, object, "virtual_ns");
	run->wall_ns = reader_milliseconds(reader, object, "wall_ms");
	run->exit_status = exit_status >= 0 && exit_status <= 255 ? (int)exit_status : -1;
}

static const struct {
	const char *type;
	void (*read)(struct reader *reader, const json_t *object);
} line_types[] = {
	{ "run", read_run },
	{ "kernel", read_kernel },
	{ "case_start", read_case_start },
	{ "event", read_event },
	{ "fault", read_fault },
	{ "action", read_action },
	{ "observation", read_observation },
	{ "check", read_check },
	{ "finding", reader_finding },
	{ "capture", reader_capture },
	{ "console", read_console },
	{ "verdict", read_verdict },
	{ "case_end", read_case_end },
	{ "known", read_known },
	{ "run_end", read_run_end },
};

void reader_object(struct reader *reader, const json_t *object)
{
	const json_t *type = json_object_get(object, "type");

	if (!json_is_string(type)) {
		reader_complain(reader, -EINVAL, "not a line of a result log: it has no \"type\"");
		return;
	}
	reader->type = reader_keep_string(reader, type, TEXT_LINE);
	if (!reader->started && strcmp(reader->type, "run") != 0) {
		reader_complain(reader, -EINVAL, "not a result log: the first line is of type \"%s\", not \"run\"",
			reader->type);
		return;
	}
	for (size_t i = 0; i < sizeof(line_types) / sizeof(line_types[0]); i++)
		if (strcmp(reader->type, line_types[i].type) == 0)
			line_types[i].read(reader, object);
}
