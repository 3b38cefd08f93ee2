/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_read.c - a result log from any bytes to the typed model of log.h, or a sentence why not.
 *
 * The first thing that is wrong sticks in the reader with its line number, so the functions have no
 * error plumbing. A last line without its newline was cut off while it was written: it is left out
 * with a note, because what stands before it is good.
 */
#include "reports/log.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/members.h"
#include "reports/pool.h"
#include "sentence.h"

enum { TWINS_MAX = 256 };

static json_t *parse(struct reader *reader, const char *bytes, size_t length, json_error_t *problem)
{
	char *repaired;
	json_t *object;

	if (text_is_utf8(bytes, length))
		return json_loadb(bytes, length, JSON_ALLOW_NUL, problem);

	repaired = reader_take(reader, text_clean(NULL, bytes, length, TEXT_BYTES) + 1);
	if (!repaired)
		return NULL;
	length = text_clean(repaired, bytes, length, TEXT_BYTES);
	object = json_loadb(repaired, length, JSON_ALLOW_NUL, problem);
	return object;
}

static void read_line(struct reader *reader, const char *bytes, size_t length, bool whole_line)
{
	json_error_t problem = { .text = "" };

	if (strspn(bytes, " \t\r") == length)
		return;

	json_t *object = parse(reader, bytes, length, &problem);
	if (!object && !whole_line && reader->started) {
		char note[160];

		snprintf(note, sizeof(note), "line %zu, the last, is cut off and left out", reader->line);
		reader->run->note = reader_keep(reader, note, strlen(note), TEXT_LINE);
	} else if (!object) {
		reader_complain(reader, -EINVAL, "not JSON: %s",
			reader_keep(reader, problem.text, strlen(problem.text), TEXT_LINE));
	} else if (!json_is_object(object)) {
		reader_complain(
			reader, -EINVAL, "not a line of a result log: %s, not an object", reader_json_kind(object));
	} else {
		reader_object(reader, object);
	}
	json_decref(object);
}

static void read_lines(struct reader *reader, const char *bytes, size_t length)
{
	for (size_t start = 0; start < length && reader->status == 0;) {
		const char *newline = memchr(bytes + start, '\n', length - start);
		const size_t end = newline ? (size_t)(newline - bytes) : length;

		reader->line++;
		read_line(reader, bytes + start, end - start, newline != NULL);
		start = end + 1;
	}
	if (reader->status == 0 && !reader->started) {
		reader->line = 1;
		reader_complain(reader, -EINVAL, "not a result log: %s",
			length ? "there is no line of type \"run\"" : "the file is empty");
	}
}

static int by_time(const void *left, const void *right)
{
	const struct report_entry *a = left, *b = right;

	if (a->t_ns != b->t_ns)
		return a->t_ns < b->t_ns ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return (a->rank > b->rank) - (a->rank < b->rank);
}

static bool is_same_packet(const struct report_entry *a, const struct report_entry *b)
{
	return a->kind == REPORT_PACKET && b->kind == REPORT_PACKET && a->endpoint == b->endpoint &&
		a->path == b->path && a->packet == b->packet;
}

/* The same packet among the first `n` entries, which are in order of time. Of one instant there are few. */
static struct report_entry *find_twin(const struct report_case *test, size_t n, const struct report_entry *packet)
{
	if (packet->kind != REPORT_PACKET)
		return NULL;
	for (size_t k = n; k-- > 0 && n - k <= TWINS_MAX && test->entries[k].t_ns == packet->t_ns;)
		if (is_same_packet(&test->entries[k], packet))
			return &test->entries[k];
	return NULL;
}

/* What stands around two findings is there once. */
static void drop_twins(struct report_case *test)
{
	size_t n = 0;

	for (size_t i = 0; i < test->n_entries; i++) {
		const struct report_entry *entry = &test->entries[i];
		struct report_entry *twin = find_twin(test, n, entry);

		if (twin)
			twin->here |= entry->here;
		else
			test->entries[n++] = *entry;
	}
	test->n_entries = n;
}

static int64_t add(int64_t a, int64_t b)
{
	int64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static void finish_case(struct report_run *run, struct report_case *test, bool ended)
{
	if (test->n_entries)
		qsort(test->entries, test->n_entries, sizeof(*test->entries), by_time);
	drop_twins(test);
	if (test->virtual_ns == 0)
		test->virtual_ns = test->verdict_ns;
	if (test->virtual_ns == 0 && test->n_entries)
		test->virtual_ns = test->entries[test->n_entries - 1].t_ns;
	if (!*test->reason && test->verdict != REPORT_PASS)
		test->reason = test->verdict == REPORT_UNFINISHED ? "the run ended before this case had a verdict"
								  : "no reason was given";
	run->counts[test->verdict]++;
	if (!ended) {
		run->virtual_ns = add(run->virtual_ns, test->virtual_ns);
		run->wall_ns = add(run->wall_ns, test->wall_ns);
	}
}

static bool shares_release(const struct report_run *run, const struct report_kernel *kernel)
{
	for (size_t i = 0; i < run->n_kernels; i++)
		if (run->kernels[i] != kernel && strcmp(run->kernels[i]->release, kernel->release) == 0)
			return true;
	return false;
}

/* Two kernels of one release, as a patched one and its parent, are told apart by their names. */
static void label_kernels(struct reader *reader)
{
	for (size_t i = 0; i < reader->run->n_kernels; i++) {
		struct report_kernel *kernel = reader->run->kernels[i];
		const size_t room = strlen(kernel->release) + strlen(kernel->name) + 2;
		char *label;

		kernel->label = kernel->release;
		if (!shares_release(reader->run, kernel))
			continue;
		label = reader_take(reader, room);
		if (!label)
			return;
		snprintf(label, room, "%s~%s", kernel->release, kernel->name);
		kernel->label = label;
	}
}

static void finish(struct reader *reader)
{
	struct report_run *run = reader->run;

	if (!reader->ended)
		run->interrupted = true;
	for (size_t i = 0; i < run->n_cases; i++)
		finish_case(run, &run->cases[i], reader->ended);
	if (run->planned < run->n_cases)
		run->planned = run->n_cases;
	label_kernels(reader);
}

static struct report_run *new_run(void)
{
	struct report_pool *pool = pool_new();
	struct report_run *run = pool ? pool_take(pool, sizeof(*run)) : NULL;

	if (!run) {
		pool_free(pool);
		return NULL;
	}
	run->pool = pool;
	run->sctpspec = run->agent_sha256 = run->started = run->clock = run->target = run->qemu = "";
	run->note = run->failure = "";
	run->exit_status = -1;
	return run;
}

int report_read_memory(const char *name, const char *bytes, size_t length, struct report_run **out, char **error)
{
	struct reader reader = { .run = new_run(), .name = name, .type = "" };

	*out = NULL;
	if (!reader.run)
		return sentence(error, -ENOMEM, "%s: no memory", name);
	read_lines(&reader, bytes, length);
	if (reader.status == 0)
		finish(&reader);
	if (reader.status < 0) {
		report_free(reader.run);
		if (error)
			*error = reader.error;
		else
			free(reader.error);
		return reader.status;
	}
	*out = reader.run;
	return 0;
}

static int read_whole(const char *path, char **bytes, size_t *length, char **error)
{
	FILE *file = fopen(path, "re");
	FILE *memory = file ? open_memstream(bytes, length) : NULL;
	char piece[65536];
	int status = 0;

	if (!file || !memory)
		status = sentence(error, -errno, "cannot read %s: %s", path, strerror(errno));
	for (size_t n; status == 0 && (n = fread(piece, 1, sizeof(piece), file)) > 0;)
		if (fwrite(piece, 1, n, memory) < n)
			status = sentence(error, -ENOMEM, "no memory for %s", path);
	if (status == 0 && ferror(file))
		status = sentence(error, -EIO, "cannot read %s: %s", path, strerror(errno));
	if (memory && fclose(memory) != 0 && status == 0)
		status = sentence(error, -ENOMEM, "no memory for %s", path);
	if (file)
		fclose(file);
	return status;
}

int report_read(const char *dir, struct report_run **out, char **error)
{
	char *path = NULL, *bytes = NULL;
	size_t length = 0;
	int status;

	*out = NULL;
	if (asprintf(&path, "%s/%s", dir, RESULT_LOG_FILE) < 0)
		return sentence(error, -ENOMEM, "no memory to read %s", dir);
	status = read_whole(path, &bytes, &length, error);
	if (status == 0)
		status = report_read_memory(path, bytes, length, out, error);
	free(bytes);
	free(path);
	return status;
}

void report_free(struct report_run *run)
{
	if (run)
		pool_free(run->pool);
}
