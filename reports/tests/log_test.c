/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_test.c - the result log written and read back: whole lines whatever happens, and no bytes
 * that the reader could not answer with a model or a sentence.
 */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "reports/formats.h"
#include "reports/tests/golden.h"

/* ---- Writing ---- */

static struct result_log *open_log(const char *folder)
{
	struct result_log *log = NULL;
	char *error = NULL;

	ck_assert_msg(result_log_open(folder, &log, &error) == 0, "%s", error);
	ck_assert_ptr_nonnull(log);
	return log;
}

static void append(struct result_log *log, json_t *line)
{
	ck_assert_ptr_nonnull(line);
	ck_assert_int_eq(result_log_append(log, line), 0);
	json_decref(line);
}

static char *log_text(const char *folder, size_t *length)
{
	char *path = NULL, *text;

	ck_assert_int_ge(asprintf(&path, "%s/%s", folder, RESULT_LOG_FILE), 0);
	text = golden_read(path, length);
	free(path);
	return text;
}

START_TEST(what_is_written_is_read)
{
	char *folder = golden_folder(), *deep = NULL, *error = NULL;
	struct report_run *run = NULL;
	struct result_log *log;

	ck_assert_int_ge(asprintf(&deep, "%s/made/on the way", folder), 0);
	log = open_log(deep);
	append(log,
		json_pack("{s:s, s:i, s:i, s:i}", "type", "run", "version", RESULT_LOG_VERSION, "seed", 7, "cases", 1));
	append(log,
		json_pack("{s:s, s:s, s:s, s:f}", "type", "kernel", "name", "k", "release", "6.1", "boot_ms", 2140.25));
	append(log,
		json_pack("{s:s, s:s, s:s, s:s}", "type", "case_start", "case", "setup.x", "kernel", "k", "title",
			"A \"title\"\n"));
	append(log,
		json_pack("{s:s, s:s, s:i, s:s, s:{s:i, s:s, s:[f, n]}}", "type", "event", "case", "setup.x", "t_ns",
			17, "endpoint", "b", "fields", "n", 1, "s", "\xef\xbf\xbd", "o", 1.5));
	append(log,
		json_pack("{s:s, s:s, s:[I, I], s:b}", "type", "check", "case", "setup.x", "window", (json_int_t)1,
			(json_int_t)2, "ok", 1));
	append(log, json_pack("{s:s, s:s, s:s}", "type", "verdict", "case", "setup.x", "verdict", "pass"));
	ck_assert_int_eq(result_log_close(log, &error), 0);
	ck_assert_ptr_null(error);

	ck_assert_msg(report_read(deep, &run, &error) == 0, "%s", error);
	ck_assert_int_eq(run->seed, 7);
	ck_assert(run->interrupted);
	ck_assert_uint_eq(run->n_cases, 1);
	ck_assert_str_eq(run->cases[0].title, "A \"title\"\xe2\x90\x8a");
	ck_assert_str_eq(run->cases[0].area, "setup");
	ck_assert_int_eq(run->cases[0].verdict, REPORT_PASS);
	ck_assert_str_eq(run->cases[0].kernel->release, "6.1");
	ck_assert_int_eq(run->kernels[0]->boot_ns, 2140250000);
	ck_assert_uint_eq(run->cases[0].n_entries, 2);

	const struct report_entry *check = &run->cases[0].entries[0], *event = &run->cases[0].entries[1];
	ck_assert_int_eq(check->kind, REPORT_CHECK);
	ck_assert(check->has_window);
	ck_assert_int_eq(check->to_ns, 2);
	ck_assert_int_eq(event->t_ns, 17);
	ck_assert_int_eq(event->endpoint, REPORT_B);
	ck_assert_uint_eq(event->n_fields, 3);
	ck_assert_str_eq(event->fields[1].value, "\xef\xbf\xbd");
	ck_assert_str_eq(event->fields[2].value, "[1.5,null]");
	report_free(run);
	free(deep);
	golden_remove(folder);
}
END_TEST

START_TEST(a_line_is_there_at_once)
{
	char *folder = golden_folder(), *text;
	struct result_log *log = open_log(folder);
	size_t length;

	append(log, json_pack("{s:s}", "type", "run"));
	text = log_text(folder, &length);
	ck_assert_str_eq(text, "{\"type\":\"run\"}\n");
	free(text);
	ck_assert_int_eq(result_log_close(log, NULL), 0);
	golden_remove(folder);
}
END_TEST

static const char *const not_lines[] = { "[1]", "{\"type\": 1}", "{}" };

START_TEST(what_is_no_line_is_refused_and_does_not_stick)
{
	char *folder = golden_folder(), *text;
	struct result_log *log = open_log(folder);
	json_t *no_line = json_loads(not_lines[_i], 0, NULL);
	size_t length;

	ck_assert_int_eq(result_log_append(log, no_line), -EINVAL);
	json_decref(no_line);
	append(log, json_pack("{s:s}", "type", "run"));
	ck_assert_int_eq(result_log_close(log, NULL), 0);
	text = log_text(folder, &length);
	ck_assert_str_eq(text, "{\"type\":\"run\"}\n");
	free(text);
	golden_remove(folder);
}
END_TEST

/* The limit on a file's size stands in for a full disk. */
START_TEST(a_full_disk_leaves_whole_lines)
{
	char *folder = golden_folder(), *text, *error = NULL;
	struct result_log *log = open_log(folder);
	const struct rlimit limit = { 40, 40 };
	json_t *line = json_pack("{s:s}", "type", "run");
	size_t length;

	signal(SIGXFSZ, SIG_IGN);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ck_assert_int_eq(result_log_append(log, line), 0);
	ck_assert_int_eq(result_log_append(log, line), 0);
	ck_assert_int_eq(result_log_append(log, line), -EFBIG);
	ck_assert_int_eq(result_log_append(log, line), -EFBIG);
	ck_assert_int_eq(result_log_close(log, &error), -EFBIG);
	ck_assert_ptr_nonnull(strstr(error, "cannot write line 3 of "));
	ck_assert_ptr_nonnull(strstr(error, "File too large"));
	free(error);
	text = log_text(folder, &length);
	ck_assert_str_eq(text, "{\"type\":\"run\"}\n{\"type\":\"run\"}\n");
	free(text);
	json_decref(line);
	golden_remove(folder);
}
END_TEST

START_TEST(one_run_at_a_time)
{
	char *folder = golden_folder(), *error = NULL;
	struct result_log *first = open_log(folder), *second;

	append(first, json_pack("{s:s}", "type", "run"));
	ck_assert_int_eq(result_log_open(folder, &second, &error), -EBUSY);
	ck_assert_ptr_null(second);
	ck_assert_ptr_nonnull(strstr(error, "another run writes "));
	free(error);
	ck_assert_int_eq(result_log_close(first, NULL), 0);
	second = open_log(folder);
	ck_assert_int_eq(result_log_close(second, NULL), 0);
	golden_remove(folder);
}
END_TEST

START_TEST(no_folder_can_be_made_below_a_file)
{
	char *folder = golden_folder(), *below = NULL, *error = NULL;
	struct result_log *log;

	result_log_close(open_log(folder), NULL);
	ck_assert_int_ge(asprintf(&below, "%s/%s/x", folder, RESULT_LOG_FILE), 0);
	ck_assert_int_eq(result_log_open(below, &log, &error), -ENOTDIR);
	ck_assert_ptr_nonnull(strstr(error, "cannot make the folder "));
	ck_assert_ptr_nonnull(strstr(error, "Not a directory"));
	free(error);
	free(below);
	golden_remove(folder);
}
END_TEST

/* ---- Reading ---- */

#define RUN "{\"type\":\"run\",\"version\":1}\n"
#define FINDING "{\"type\":\"finding\",\"case\":\"x.y\""
#define CASE "{\"type\":\"case_start\",\"case\":\"x.y\"}\n"

static const struct {
	const char *log, *sentence;
} wrong[] = {
	{ "", "log:1: not a result log: the file is empty" },
	{ "\n\n", "log:1: not a result log: there is no line of type \"run\"" },
	{ "garbage\n", "log:1: not JSON: '[' or '{' expected near 'garbage'" },
	{ "garbage", "log:1: not JSON: '[' or '{' expected near 'garbage'" },
	{ "\x7f"
	  "ELF\x02\x01\x01\n",
		"log:1: not JSON: " },
	{ "[]\n", "log:1: not a line of a result log: an array, not an object" },
	{ "{}\n", "log:1: not a line of a result log: it has no \"type\"" },
	{ "{\"type\":\"kernel\"}\n", "log:1: not a result log: the first line is of type \"kernel\", not \"run\"" },
	{ "{\"type\":\"run\"}\n", "log:1: version 0 of the result log; this sctpspec reads version 1" },
	{ "{\"type\":\"run\",\"version\":2}\n", "log:1: version 2 of the result log; this sctpspec reads version 1" },
	{ "{\"type\":\"run\",\"version\":\"1\"}\n",
		"log:1: \"version\" of a line of type \"run\" is text, not a number" },
	{ RUN RUN, "log:2: a second line of type \"run\"" },
	{ RUN "{]\n", "log:2: not JSON: " },
	{ RUN "{]\n" CASE, "log:2: not JSON: " },
	{ RUN "\n"
	      "{\"type\":\"event\"}\n",
		"log:3: a line of type \"event\" has no \"case\"" },
	{ RUN "{\"type\":\"event\",\"case\":\"x.y\"}\n",
		"log:2: a line of type \"event\" for the case \"x.y\", which was not started" },
	{ RUN "{\"type\":\"case_start\"}\n", "log:2: a line of type \"case_start\" has no \"case\"" },
	{ RUN CASE "{\"type\":\"verdict\",\"case\":\"x.y\",\"verdict\":\"passs\"}\n",
		"log:3: unknown verdict \"passs\"" },
	{ RUN CASE "{\"type\":\"verdict\",\"case\":\"x.y\",\"verdict\":\"unfinished\"}\n",
		"log:3: unknown verdict \"unfinished\"" },
	{ RUN CASE "{\"type\":\"verdict\",\"case\":\"x.y\",\"verdict\":\"fail\"}\n"
		   "{\"type\":\"case_end\",\"case\":\"x.y\",\"verdict\":\"pass\"}\n",
		"log:4: a verdict \"pass\" of the case \"x.y\", which was \"fail\" in a line before" },
	{ RUN CASE "{\"type\":\"verdict\",\"case\":\"x.y\",\"verdict\":\"xfail\"}\n"
		   "{\"type\":\"verdict\",\"case\":\"x.y\",\"verdict\":\"fail\"}\n",
		"log:4: a verdict \"fail\" of the case \"x.y\", which was \"xfail\" in a line before" },
	{ RUN CASE "{\"type\":\"event\",\"case\":\"x.y\",\"endpoint\":\"d\"}\n", "log:3: unknown endpoint \"d\"" },
	{ RUN CASE "{\"type\":\"fault\",\"case\":\"x.y\",\"path\":-2}\n", "log:3: path -2 is not a path's index" },
	{ RUN CASE "{\"type\":\"check\",\"case\":\"x.y\",\"window\":[1]}\n",
		"log:3: the window of a check is not two numbers" },
	{ RUN CASE "{\"type\":\"check\",\"case\":\"x.y\",\"window\":[1, true]}\n",
		"log:3: \"window\" of a line of type \"check\" is true or false, not a number" },
	{ RUN CASE "{\"type\":\"check\",\"case\":\"x.y\",\"window\":[1, 1e30]}\n",
		"log:3: \"window\" of 9000000000000000000 ns is more than any case lasts" },
	{ RUN CASE "{\"type\":\"action\",\"case\":\"x.y\",\"t_ns\":-100000000000000001}\n",
		"log:3: \"t_ns\" of -100000000000000001 ns is more than any case lasts" },
	{ RUN CASE "{\"type\":\"check\",\"case\":\"x.y\",\"ok\":1}\n",
		"log:3: \"ok\" of a line of type \"check\" is a number, not true or false" },
	{ RUN CASE "{\"type\":\"finding\",\"rule\":\"a.b\"}\n", "log:3: a line of type \"finding\" has no \"case\"" },
	{ RUN CASE FINDING "}\n", "log:3: a line of type \"finding\" has no \"rule\"" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"level\":\"MAY\"}\n", "log:3: unknown level \"MAY\"" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"times\":0}\n", "log:3: \"times\" of a line of type \"finding\" is 0" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"packet\":0}\n",
		"log:3: \"packet\" of a line of type \"finding\" is 0" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"association\":-1}\n",
		"log:3: \"association\" of a line of type \"finding\" is -1" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"path\":100}\n", "log:3: path 100 is not a path's index" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"endpoint\":\"d\"}\n", "log:3: unknown endpoint \"d\"" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"requirements\":\"9260-1\"}\n",
		"log:3: \"requirements\" of a line of type \"finding\" is text, not an array" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"deviation\":\"known\"}\n",
		"log:3: \"deviation\" of a line of type \"finding\" is text, not an object" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"deviation\":{}}\n",
		"log:3: the deviation of a finding has no \"issue\"" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"packets\":[1]}\n",
		"log:3: \"packets\" of a line of type \"finding\" is a number, not an object" },
	{ RUN CASE FINDING ",\"rule\":\"a.b\",\"packets\":[{\"packet\":0}]}\n",
		"log:3: \"packet\" of a line of type \"finding\" is 0" },
	{ RUN CASE "{\"type\":\"case_end\",\"case\":\"x.y\",\"rules\":[]}\n",
		"log:3: \"rules\" of a line of type \"case_end\" is an array, not an object" },
	{ RUN CASE "{\"type\":\"case_end\",\"case\":\"x.y\",\"rules\":{\"a.b\":-1}}\n",
		"log:3: \"a.b\" of a line of type \"case_end\" is -1" },
	{ "{\"type\":\"run\",\"version\":1,\"options\":1}\n",
		"log:1: \"options\" of a line of type \"run\" is a number, not an object" },
	{ "{\"type\":\"run\",\"version\":1,\"options\":{\"strict\":1}}\n",
		"log:1: \"strict\" of a line of type \"run\" is a number, not true or false" },
	{ RUN "{\"type\":\"case_start\",\"case\":\"x\",\"requirements\":[1]}\n",
		"log:2: \"requirements\" of a line of type \"case_start\" is a number, not an "
		"object" },
	{ RUN "{\"type\":\"case_start\",\"case\":\"x\",\"settings\":[]}\n",
		"log:2: \"settings\" of a line of type \"case_start\" is an array, not an object" },
};

START_TEST(a_wrong_log_gets_a_sentence)
{
	struct report_run *run = NULL;
	char *error = NULL;

	ck_assert_int_eq(report_read_memory("log", wrong[_i].log, strlen(wrong[_i].log), &run, &error), -EINVAL);
	ck_assert_ptr_null(run);
	ck_assert_msg(strncmp(error, wrong[_i].sentence, strlen(wrong[_i].sentence)) == 0, "\"%s\" is not \"%s\"",
		error, wrong[_i].sentence);
	free(error);
}
END_TEST

START_TEST(what_is_unknown_is_ignored)
{
	static const char log[] = "{\"type\":\"run\",\"version\":1,\"moon\":[{}],\"started\":null}\n" CASE
				  "{\"type\":\"eclipse\",\"case\":\"never started\"}\n"
				  "{\"type\":\"verdict\",\"case\":\"x.y\",\"verdict\":\"xfail\",\"mood\":1}\n"
				  "{\"type\":\"case_end\",\"case\":\"x.y\",\"verdict\":\"xfail\"}\n"
				  "{\"type\":\"run_end\",\"interrupted\":false,\"exit_status\":0}";
	struct report_run *run = NULL;
	char *error = NULL;

	ck_assert_msg(report_read_memory("log", log, strlen(log), &run, &error) == 0, "%s", error);
	ck_assert(!run->interrupted);
	ck_assert_int_eq(run->exit_status, 0);
	ck_assert_int_eq(run->cases[0].verdict, REPORT_XFAIL);
	ck_assert_str_eq(run->note, "");
	report_free(run);
}
END_TEST

START_TEST(a_cut_last_line_is_left_out_with_a_note)
{
	static const char log[] = RUN CASE "{\"type\":\"verdict\",\"case\":\"x.y\",\"verd";
	struct report_run *run = NULL;

	ck_assert_int_eq(report_read_memory("log", log, strlen(log), &run, NULL), 0);
	ck_assert(run->interrupted);
	ck_assert_str_eq(run->note, "line 3, the last, is cut off and left out");
	ck_assert_int_eq(run->cases[0].verdict, REPORT_UNFINISHED);
	report_free(run);
}
END_TEST

START_TEST(the_order_is_of_time_then_of_the_log)
{
	static const char log[] = RUN CASE "{\"type\":\"action\",\"case\":\"x.y\",\"t_ns\":5,\"text\":\"third\"}\n"
					   "{\"type\":\"action\",\"case\":\"x.y\",\"t_ns\":5,\"text\":\"fourth\"}\n"
					   "{\"type\":\"action\",\"case\":\"x.y\",\"t_ns\":-1,\"text\":\"first\"}\n"
					   "{\"type\":\"action\",\"case\":\"x.y\",\"t_ns\":1e0,\"text\":\"second\"}\n";
	static const char *const expected[] = { "first", "second", "third", "fourth" };
	struct report_run *run = NULL;

	ck_assert_int_eq(report_read_memory("log", log, strlen(log), &run, NULL), 0);
	for (size_t i = 0; i < 4; i++)
		ck_assert_str_eq(run->cases[0].entries[i].text, expected[i]);
	report_free(run);
}
END_TEST

/* Two findings share packets; the second is about an instant. */
START_TEST(findings_stand_among_what_happened)
{
	static const char log[] = RUN CASE FINDING
		",\"t_ns\":20,\"rule\":\"a.b\",\"title\":\"T\",\"level\":\"SHOULD\",\"endpoint\":\"b\","
		"\"association\":2,\"path\":1,\"packet\":7,\"expected\":\"e\",\"got\":\"g\",\"times\":3,"
		"\"requirements\":[\"9260-1-01\"],\"packets\":["
		"{\"t_ns\":10,\"endpoint\":\"b\",\"path\":1,\"packet\":6,\"sent\":false,\"text\":\"one\"},"
		"{\"t_ns\":20,\"endpoint\":\"b\",\"path\":1,\"packet\":7,\"sent\":true,\"text\":\"two\"}]}\n" FINDING
		",\"t_ns\":15,\"rule\":\"c.d\",\"title\":\"U\",\"level\":\"MUST\",\"deviation\":"
		"{\"issue\":\"i\",\"kernels\":\"< 6.6\",\"link\":\"l\"},\"packet\":null,\"packets\":["
		"{\"t_ns\":10,\"endpoint\":\"b\",\"path\":1,\"packet\":6,\"sent\":false,\"text\":\"one\"},"
		"{\"t_ns\":20,\"endpoint\":\"b\",\"path\":0,\"packet\":7,\"sent\":true,\"text\":\"three\"}]}\n"
		"{\"type\":\"case_end\",\"case\":\"x.y\",\"verdict\":\"pass\",\"rules\":{\"a.b\":12,\"c.d\":1}}\n";
	static const char *const expected[] = { "one", "U", "two", "T", "three" };
	struct report_run *run = NULL;

	ck_assert_int_eq(report_read_memory("log", log, strlen(log), &run, NULL), 0);
	const struct report_case *test = &run->cases[0];
	ck_assert_uint_eq(test->n_entries, 5);
	for (size_t i = 0; i < 5; i++)
		ck_assert_str_eq(test->entries[i].text, expected[i]);
	ck_assert(test->entries[2].here && !test->entries[0].here && !test->entries[4].here);
	ck_assert_uint_eq(test->entries[1].finding, 1);
	ck_assert_uint_eq(test->n_findings, 2);
	ck_assert_int_eq(test->findings[0].times, 3);
	ck_assert_int_eq(test->findings[0].association, 2);
	ck_assert_str_eq(test->findings[0].requirements.items[0], "9260-1-01");
	ck_assert(report_is_deviation(&test->findings[0]) && report_is_deviation(&test->findings[1]));
	ck_assert_str_eq(test->findings[1].kernels, "< 6.6");
	ck_assert_int_eq(test->findings[1].packet, 0);
	ck_assert_uint_eq(test->n_rules, 2);
	ck_assert_int_eq(test->rules[0].times, 12);
	report_free(run);
}
END_TEST

START_TEST(a_missing_log_is_named)
{
	char *folder = golden_folder(), *error = NULL;
	struct report_run *run;

	ck_assert_int_eq(report_read(folder, &run, &error), -ENOENT);
	ck_assert_ptr_nonnull(strstr(error, "cannot read "));
	ck_assert_ptr_nonnull(strstr(error, "/results.ndjson: No such file or directory"));
	free(error);
	golden_remove(folder);
}
END_TEST

/* ---- Damage ---- */

/* A model from these bytes can be reported; or there is a sentence with the log's name. */
static void survive(const char *bytes, size_t length)
{
	struct report_run *run = NULL;
	char *error = NULL, *report = NULL;
	size_t size = 0;

	if (report_read_memory("log", bytes, length, &run, &error) < 0) {
		ck_assert_msg(error && strncmp(error, "log:", 4) == 0, "%s", error);
		free(error);
		return;
	}
	ck_assert_ptr_null(error);

	FILE *out = open_memstream(&report, &size);
	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(report_tap.write(run, out), 0);
	report_summary(run, out, (struct report_style){ .colour = true, .every_case = true });
	if (length % 16 == 0) { /* the costly ones not every time */
		ck_assert_int_eq(report_junit.write(run, out), 0);
		ck_assert_int_eq(report_html.write(run, out), 0);
	}
	fclose(out);
	free(report);
	report_free(run);
}

/* Each byte of a small log; of the large one, whose tests take the square of its length, each
 * fifth. */
static size_t step_for(size_t length)
{
	return length < 8192 ? 1 : 5;
}

static bool near_line_end(const char *bytes, size_t length, size_t at)
{
	for (size_t i = at < 2 ? 0 : at - 2; i < at + 2 && i < length; i++)
		if (bytes[i] == '\n')
			return true;
	return false;
}

START_TEST(truncations_are_survived)
{
	char *path = golden_path(golden_logs[_i], RESULT_LOG_FILE);
	size_t length;
	char *bytes = golden_read(path, &length);

	const size_t step = step_for(length);

	for (size_t cut = 0; cut <= length; cut++)
		if (cut % step == 0 || near_line_end(bytes, length, cut))
			survive(bytes, cut);
	free(bytes);
	free(path);
}
END_TEST

START_TEST(flipped_bits_are_survived)
{
	char *path = golden_path(golden_logs[_i], RESULT_LOG_FILE);
	size_t length;
	char *bytes = golden_read(path, &length);

	for (size_t at = 0; at < length; at += 2 * step_for(length)) {
		const char flip = (char)(1 << (at % 8));

		bytes[at] ^= flip;
		survive(bytes, length);
		bytes[at] ^= flip;
	}
	free(bytes);
	free(path);
}
END_TEST

/* ---- What depends on the machine ---- */

/* In a row of LOG.md's table, "| `TYPE` | `member` (w), `member`, … |": is that member marked? */
static bool is_marked(const char *row, size_t length, const char *name, size_t name_length)
{
	static const char *const marks[] = { "`%.*s` (w)", "`%.*s` (w," };
	char quoted[64];

	for (size_t i = 0; i < 2; i++) {
		snprintf(quoted, sizeof(quoted), marks[i], (int)name_length, name);
		if (memmem(row, length, quoted, strlen(quoted)))
			return true;
	}
	return false;
}

/* Every member that a row names, and the marks that it has. */
static unsigned compare_row(const char *row, size_t length)
{
	const char *const type = row + 3;
	const size_t type_length = strcspn(type, "`");
	char word[32];
	unsigned marks = 0;

	snprintf(word, sizeof(word), "%.*s", (int)type_length, type);
	for (const char *name = type + type_length + 1; (name = memchr(name, '`', (size_t)(row + length - name)));) {
		const size_t name_length = strcspn(++name, "`");
		char member[64];

		snprintf(member, sizeof(member), "%.*s", (int)name_length, name);
		const bool marked = is_marked(row, length, name, name_length);
		ck_assert_msg(marked == result_log_is_wall(word, member), "%s of %s is %smarked with (w) in LOG.md",
			member, word, marked ? "" : "not ");
		marks += marked;
		name += name_length + 1;
	}
	return marks;
}

START_TEST(the_document_marks_what_depends_on_the_machine)
{
	size_t length;
	char *document = golden_read(LOG_DOCUMENT, &length);
	unsigned marks = 0;

	for (const char *row = document; (row = strstr(row, "\n| `"));) {
		row++;
		marks += compare_row(row, strcspn(row, "\n"));
	}
	ck_assert_uint_eq(marks, 11);
	free(document);
}
END_TEST

START_TEST(the_rest_does_not_depend_on_it)
{
	json_t *line = json_pack(
		"{s:s, s:s, s:f, s:I}", "type", "case_end", "case", "x", "wall_ms", 3.5, "virtual_ns", (json_int_t)7);
	json_t *rest = result_log_without_wall(line);
	json_t *wanted = json_pack("{s:s, s:s, s:I}", "type", "case_end", "case", "x", "virtual_ns", (json_int_t)7);

	ck_assert(json_equal(rest, wanted));
	ck_assert_ptr_nonnull(json_object_get(line, "wall_ms"));
	json_decref(line);
	json_decref(rest);
	json_decref(wanted);
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("result log");
	TCase *writing = tcase_create("writing"), *reading = tcase_create("reading"), *damage = tcase_create("damage");

	suite_add_tcase(suite, writing);
	tcase_add_test(writing, what_is_written_is_read);
	tcase_add_test(writing, a_line_is_there_at_once);
	tcase_add_loop_test(writing, what_is_no_line_is_refused_and_does_not_stick, 0, COUNT(not_lines));
	tcase_add_test(writing, a_full_disk_leaves_whole_lines);
	tcase_add_test(writing, one_run_at_a_time);
	tcase_add_test(writing, no_folder_can_be_made_below_a_file);
	suite_add_tcase(suite, reading);
	tcase_add_loop_test(reading, a_wrong_log_gets_a_sentence, 0, COUNT(wrong));
	tcase_add_test(reading, what_is_unknown_is_ignored);
	tcase_add_test(reading, a_cut_last_line_is_left_out_with_a_note);
	tcase_add_test(reading, the_order_is_of_time_then_of_the_log);
	tcase_add_test(reading, findings_stand_among_what_happened);
	tcase_add_test(reading, a_missing_log_is_named);
	tcase_add_test(reading, the_document_marks_what_depends_on_the_machine);
	tcase_add_test(reading, the_rest_does_not_depend_on_it);
	suite_add_tcase(suite, damage);
	tcase_set_timeout(damage, 3600);
	tcase_add_loop_test(damage, truncations_are_survived, 0, GOLDEN_LOGS);
	tcase_add_loop_test(damage, flipped_bits_are_survived, 0, GOLDEN_LOGS);
	return run_tests(suite);
}
