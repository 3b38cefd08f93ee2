/* SPDX-License-Identifier: Apache-2.0 */
/* case_log_test.c - from what an agent left in the box to the lines of the result log. */
#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/host/tree.h"
#include "runner/verdict/case_log.h"

static const struct test_case lost = {
	.id = "failover.primary-lost",
	.area = "failover",
	.title = "A lost primary is reported",
	.requirements = IDS("9260-1.3-02"),
	.tags = TAGS("defaults"),
	.topology = &topology_two_paths,
	.settings = { .rto_min = MS(500) },
	.file = "cases/failover.c",
	.line = 7,
};

static char folder[] = "/tmp/case-log-XXXXXX";
static struct box box;
static struct catalogue *catalogue;
static struct known_list known;
static struct case_result result;
static json_t *lines;

static void set_up(void)
{
	char path[64];
	strcpy(folder, "/tmp/case-log-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/box", folder);
	ck_assert_int_eq(box_create(path, &box), 0);
	ck_assert_int_eq(box_put_order(&box, "{}", NULL, 0), 0);
	ck_assert_int_eq(catalogue_open(&catalogue, NULL), 0);
}

static void tear_down(void)
{
	case_result_free(&result);
	json_decref(lines);
	catalogue_close(catalogue);
	known_free(&known);
	box_unmap(&box);
	ck_assert_int_eq(tree_remove(folder), 0);
}

static void leave(const char *line)
{
	ck_assert_int_eq(box_append(&box, BOX_LOG, line, strlen(line)), 0);
}

#define AN_EVENT                                                                                                 \
	"{\"type\":\"event\",\"t_ns\":1000,\"endpoint\":\"a\",\"socket\":\"client\",\"event\":\"assoc_change\"," \
	"\"text\":\"comm_up\",\"fields\":{\"assoc_id\":1}}"

static void leave_file(const char *name, const char *content)
{
	ck_assert_int_eq(box_append2(&box, BOX_FILE, name, strlen(name) + 1, content, strlen(content)), 0);
}

static void leave_end(void)
{
	int32_t status = 0;
	ck_assert_int_eq(box_append(&box, BOX_END, &status, sizeof(status)), 0);
}

/* How it ends, unless a test says otherwise: well. */
static struct attempt_ending run = { .seed = 42, .console = "", .program = "QEMU", .wall_ms = 500 };

static struct case_frame frame(void)
{
	return (struct case_frame){
		.test_case = &lost,
		.catalogue = catalogue,
		.known = &known,
		.kernel = "debian",
		.release = "6.1.0-1",
		.folder = "",
		.command_line = "sctpspec run",
	};
}

static void make(enum pcap_policy pcap)
{
	struct transcript transcript;
	const struct case_frame same = frame();
	ck_assert_int_eq(transcript_read(&box, lost.id, &transcript), 0);
	run.transcript = &transcript;
	json_decref(lines);
	case_result_free(&result);
	ck_assert_int_eq(case_judge(&same, &run, &result), 0);
	transcript_free(&transcript);
	lines = case_lines(&same, &result, pcap_policy_keeps(pcap, result.verdict), NULL);
	ck_assert_ptr_nonnull(lines);
	run = (struct attempt_ending){ .seed = 42, .console = "", .program = "QEMU" };
}

/* The only line of a type. */
static const json_t *line(const char *type)
{
	const json_t *found = NULL, *one;
	size_t i;
	json_array_foreach(lines, i, one) {
		if (strcmp(json_string_value(json_object_get(one, "type")), type) != 0)
			continue;
		ck_assert_msg(!found, "two lines of the type %s", type);
		found = one;
	}
	return found;
}

static const char *text(const char *type, const char *member)
{
	const char *words = json_string_value(json_object_get(line(type), member));
	return words ? words : "(none)";
}

START_TEST(a_case_that_passed_is_told_in_order)
{
	static const char *const types[] = { "case_start", "action", "event", "verdict", "case_end" };
	leave("{\"type\":\"case_start\",\"sysctls\":{\"a\":{\"net.sctp.rto_max\":\"60000\"},\"b\":{}}}");
	leave("{\"type\":\"action\",\"t_ns\":5,\"text\":\"connected\"}");
	leave(AN_EVENT);
	leave("{\"type\":\"verdict\",\"t_ns\":2000,\"verdict\":\"pass\",\"reason\":\"\",\"explanation\":\"\"}");
	leave_end();
	make(PCAP_FAILED);
	ck_assert_uint_eq(json_array_size(lines), 5);
	for (size_t i = 0; i < 5; i++) {
		const json_t *one = json_array_get(lines, i);
		ck_assert_str_eq(json_string_value(json_object_get(one, "type")), types[i]);
		ck_assert_str_eq(json_string_value(json_object_get(one, "case")), lost.id);
	}
	ck_assert_int_eq(result.verdict, VERDICT_PASS);
	ck_assert_int_eq(result.virtual_ns, 2000);
	ck_assert_str_eq(text("case_start", "repeat"), "sctpspec run --seed 42 failover.primary-lost");
	ck_assert_str_eq(text("case_start", "source"), "cases/failover.c:7");
	ck_assert_str_eq(text("case_start", "topology"), "two-paths");
	ck_assert_uint_gt(strlen(text("case_start", "drawing")), 10);
	const json_t *sysctls = json_object_get(json_object_get(line("case_start"), "sysctls"), "a");
	ck_assert_str_eq(json_string_value(json_object_get(sysctls, "net.sctp.rto_max")), "60000");
	const json_t *requirement = json_array_get(json_object_get(line("case_start"), "requirements"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(requirement, "level")), "MUST NOT");
}
END_TEST

START_TEST(settings_are_those_in_force)
{
	make(PCAP_FAILED);
	const json_t *settings = json_object_get(line("case_start"), "settings");
	ck_assert_int_eq(json_integer_value(json_object_get(settings, "rto_min")), 500);
	ck_assert_int_eq(json_integer_value(json_object_get(settings, "path_max_retrans")), 5);
}
END_TEST

static void leave_case(const char *verdict)
{
	char words[200];
	leave("{\"type\":\"capture\",\"endpoint\":\"a\",\"path\":0,\"began_ns\":0}");
	leave("{\"type\":\"capture\",\"endpoint\":\"b\",\"path\":1,\"began_ns\":0}");
	leave_file("a-path0.pcap", "three packets");
	snprintf(words, sizeof(words),
		"{\"type\":\"verdict\",\"t_ns\":1,\"verdict\":\"%s\",\"reason\":\"r\",\"explanation\":\"e\"}", verdict);
	leave(words);
	leave_end();
}

static const struct keeping {
	const char *verdict;
	enum pcap_policy policy;
	bool kept;
} keepings[] = {
	{ "pass", PCAP_FAILED, false },
	{ "pass", PCAP_ALWAYS, true },
	{ "fail", PCAP_FAILED, true },
	{ "fail", PCAP_NEVER, false },
	{ "skip", PCAP_FAILED, false },
	{ "error", PCAP_FAILED, true },
};

START_TEST(captures_are_kept_as_the_policy_says)
{
	const struct keeping *want = &keepings[_i];
	leave_case(want->verdict);
	make(want->policy);
	const json_t *with = json_array_get(lines, 1), *without = json_array_get(lines, 2);
	const char *file = json_string_value(json_object_get(with, "file"));
	ck_assert(json_is_null(json_object_get(without, "file")));
	if (want->kept)
		ck_assert_str_eq(file, "evidence/failover.primary-lost/a-path0.pcap");
	else
		ck_assert_ptr_null(file);
}
END_TEST

START_TEST(evidence_lies_where_the_lines_say)
{
	struct transcript transcript;
	char path[128], *content = NULL;
	leave_case("fail");
	ck_assert_int_eq(transcript_read(&box, lost.id, &transcript), 0);
	ck_assert_int_eq(evidence_files_write(folder, "2-debian", lost.id, transcript.evidence_files,
				 transcript.n_evidence_files, NULL),
		0);
	transcript_free(&transcript);
	snprintf(path, sizeof(path), "%s/evidence/2-debian/failover.primary-lost/a-path0.pcap", folder);
	ck_assert_int_eq(tree_read_file(path, &content, NULL), 0);
	ck_assert_str_eq(content, "three packets");
	free(content);
	char *named = evidence_file_path("2-debian", lost.id, "a-path0.pcap");
	ck_assert_str_eq(named, path + strlen(folder) + 1);
	free(named);
}
END_TEST

/* What is settled later is in all lines that say it. */
START_TEST(lines_are_made_of_the_result_as_it_is_at_last)
{
	const struct case_frame same = frame();
	json_t *repeats = json_pack("{s:i}", "seeds", 3);
	leave_case("pass");
	make(PCAP_FAILED);
	result.verdict = VERDICT_FLAKY;
	json_decref(lines);
	lines = case_lines(&same, &result, true, repeats);
	json_decref(repeats);
	ck_assert_str_eq(text("verdict", "verdict"), "flaky");
	ck_assert_str_eq(text("case_end", "verdict"), "flaky");
	ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(line("case_end"), "repeats"), "seeds")), 3);
	ck_assert_ptr_nonnull(json_string_value(json_object_get(json_array_get(lines, 1), "file")));
}
END_TEST

/* A capture without packets, of nanoseconds and Ethernet. */
static const uint32_t an_empty_capture[] = { 0xa1b23c4d, 2 | 4U << 16, 0, 0, 262144, 1 };

static const char never_asked[] = "{\"type\":\"question\",\"t_ns\":5,\"kind\":\"never\",\"endpoint\":\"b\",\"chunk\":4,"
				  "\"path\":1,\"count\":0,\"window\":[0,2000]}";
static const char always_asked[] = "{\"type\":\"question\",\"t_ns\":5,\"kind\":\"at-least\",\"endpoint\":\"b\","
				   "\"chunk\":4,\"path\":1,\"count\":1,\"window\":[0,2000]}";

static const struct answered {
	const char *question, *said;
	bool captured;
	const char *verdict, *reason;
	bool ok;
} answered[] = {
	{ never_asked, "pass", true, "pass", "r", true },
	{ always_asked, "pass", true, "fail", "the packets are not as expected", false },
	{ always_asked, "pass", false, "error", "the capture of path 1 is missing or damaged", false },
	{ never_asked, "pass", false, "error", "the capture of path 1 is missing or damaged", false },
	/* what the agent has found since, in the kernel's health */
	{ never_asked, "fail", true, "fail", "r", true },
	{ always_asked, "fail", true, "fail", "the packets are not as expected", false },
	{ always_asked, "error", true, "error", "r", false },
};

START_TEST(packets_have_their_say)
{
	const struct answered *want = &answered[_i];
	leave(want->question);
	if (want->captured)
		ck_assert_int_eq(box_append2(&box, BOX_FILE, "b-path1.pcap", sizeof("b-path1.pcap"), an_empty_capture,
					 sizeof(an_empty_capture)),
			0);
	leave_case(want->said);
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), want->verdict);
	ck_assert_str_eq(text("verdict", "reason"), want->reason);
	ck_assert(json_is_true(json_object_get(line("check"), "ok")) == want->ok);
	ck_assert_ptr_null(line("question"));
	const json_t *capture = json_array_get(lines, 3);
	ck_assert_int_eq(json_integer_value(json_object_get(capture, "bytes")), want->captured ? 24 : 0);
}
END_TEST

/* A guest that was not done has said nothing, whatever its packets say. */
START_TEST(packets_do_not_end_a_case)
{
	leave(never_asked);
	leave("{\"type\":\"verdict\",\"t_ns\":1,\"verdict\":\"pass\",\"reason\":\"\",\"explanation\":\"\"}");
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "error");
	ck_assert_str_eq(text("verdict", "reason"), "QEMU ended with status 0 before the case was over");
}
END_TEST

START_TEST(a_known_issue_changes_the_verdict_and_says_why)
{
	ck_assert_int_eq(known_parse("issue since 5.10\nkernels 5.10 .. 6.1\nfailover.* fail r\ncheck *\n", "k",
				 "2027-01-01", &known, NULL),
		0);
	leave_case("fail");
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "xfail");
	ck_assert_str_eq(text("verdict", "reason"), "r; known issue: since 5.10");
	ck_assert_str_eq(text("verdict", "known"), "known issue: since 5.10");
	ck_assert_str_eq(text("case_end", "verdict"), "xfail");
}
END_TEST

START_TEST(another_check_is_another_failure)
{
	ck_assert_int_eq(known_parse("issue x\nkernels *\nfailover.* fail r\ncheck client: comm_lost within 1 .. 2 s\n",
				 "k", "2027-01-01", &known, NULL),
		0);
	leave("{\"type\": \"check\", \"t_ns\": 1, \"ok\": true, \"text\": \"client: comm_lost within 1 .. 2 s\"}");
	leave("{\"type\": \"check\", \"t_ns\": 1, \"ok\": false, \"text\": \"client: comm_up within 1 .. 2 s\"}");
	leave("{\"type\": \"check\", \"t_ns\": 1, \"ok\": false, \"text\": \"client: comm_lost within 1 .. 2 s\"}");
	leave_case("fail");
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "fail");
	ck_assert_str_eq(text("verdict", "reason"),
		"r; differs from the known issue: fail: r at the check: client: comm_lost within # .. # s");
}
END_TEST

START_TEST(a_broken_kernel_has_crashed_whatever_the_case_saw)
{
	leave_case("pass");
	run.console = "[ 1.0] BUG: kernel NULL pointer dereference, address: 0000000000000008\n";
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "crash");
	ck_assert_ptr_nonnull(strstr(text("console", "text"), "NULL pointer"));
}
END_TEST

/* The agent reads the kernel's log, but the last word may come after that. */
START_TEST(a_kernel_that_complains_on_its_console_fails)
{
	leave_case("pass");
	run.console = "[ 1.0] BUG: KASAN: slab-use-after-free in sctp_outq_flush\n";
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "fail");
	ck_assert_str_eq(
		text("verdict", "reason"), "the kernel complained: BUG: KASAN: slab-use-after-free in sctp_outq_flush");
	ck_assert_ptr_nonnull(strstr(text("verdict", "explanation"), "KASAN"));
	ck_assert_ptr_nonnull(strstr(text("console", "text"), "KASAN"));
}
END_TEST

START_TEST(a_failure_is_told_by_the_case_though_the_kernel_complains)
{
	leave_case("fail");
	run.console = "[ 1.0] BUG: KASAN: slab-use-after-free in sctp_outq_flush\n";
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "fail");
	ck_assert_str_eq(text("verdict", "reason"), "r");
}
END_TEST

START_TEST(what_was_seen_before_a_crash_is_kept)
{
	leave(AN_EVENT);
	run.console = "Kernel panic - not syncing: sctp\n";
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "crash");
	ck_assert_int_eq(json_integer_value(json_object_get(line("verdict"), "t_ns")), 1000);
	ck_assert_ptr_nonnull(line("event"));
}
END_TEST

START_TEST(a_killed_guest_is_an_error_of_ours)
{
	run.status = SIGKILL;
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "error");
	ck_assert_str_eq(text("verdict", "reason"), "QEMU was killed by signal 9 (Killed) before the case was over");
}
END_TEST

START_TEST(a_hang_is_a_timeout_unless_all_was_said)
{
	run.hung = true;
	run.waited = "it used 3 s of processor time";
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "timeout");

	leave_case("pass");
	run.hung = true;
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "pass");
}
END_TEST

static const struct garbage {
	const char *line, *reason;
} garbages[] = {
	{ "hello", "the agent's line 1 is not one of a result log: '[' or '{' expected near 'hello'" },
	{ "{\"no\":\"type\"}", "the agent's line 1 is not one of a result log: it has no type" },
	{ "[]", "the agent's line 1 is not one of a result log: it has no type" },
	{ "{\"type\":\"verdict\",\"t_ns\":1,\"verdict\":\"maybe\",\"reason\":\"\",\"explanation\":\"\"}",
		"the agent's line 1 is not one of a result log: verdict with a wrong 'verdict'" },
	{ "{\"type\":\"verdict\",\"t_ns\":1,\"verdict\":\"pass\",\"reason\":\"\",\"explanation\":\"\"}",
		"the agent's line 5 gives a second verdict" },
	/* what is the host's to say */
	{ "{\"type\":\"case_end\",\"verdict\":\"pass\"}",
		"the agent's line 1 is not one of a result log: a guest writes no lines of type 'case_end'" },
	{ "{\"type\":\"case_start\",\"repeat\":\"rm -rf .\"}",
		"the agent's line 1 is not one of a result log: case_start has no member 'repeat' of the guest's" },
	{ "{\"type\":\"action\",\"case\":\"setup.refused\",\"t_ns\":1,\"text\":\"\"}",
		"the agent's line 1 is not one of a result log: action of another case, 'setup.refused'" },
};

START_TEST(garbage_from_the_agent_is_an_error)
{
	leave(garbages[_i].line);
	leave_case("pass");
	make(PCAP_FAILED);
	ck_assert_str_eq(text("verdict", "verdict"), "error");
	ck_assert_str_eq(text("verdict", "reason"), garbages[_i].reason);
}
END_TEST

static const struct bad_file {
	const char *name, *reason;
} bad_files[] = {
	{ "../../etc/passwd", "the agent sent a file without a usable name" },
	{ ".hidden", "the agent sent a file without a usable name" },
	{ "", "the agent sent a file without a usable name" },
	{ "a-path0.pcap", "the agent sent the file a-path0.pcap twice" },
};

START_TEST(files_stay_in_the_evidence_folder)
{
	leave_file(bad_files[_i].name, "x");
	leave_case("pass");
	make(PCAP_ALWAYS);
	ck_assert_str_eq(text("verdict", "reason"), bad_files[_i].reason);
}
END_TEST

/* No transcript at all: the kernel did not come up. */
static const struct {
	bool kernel_failed;
	const char *why, *verdict;
} not_started[] = {
	{ true, "the kernel 6.1 did not come up: Kernel panic - not syncing: VFS", "crash" },
	{ true, "the kernel 6.1 did not come up: its console is empty", "error" },
	{ true, "QEMU failed: Kernel image is too large", "error" },
	{ false, "cannot start QEMU: No such file or directory", "error" },
};

START_TEST(a_kernel_that_panics_while_it_boots_has_crashed)
{
	run.not_started = not_started[_i].why;
	run.kernel_failed = not_started[_i].kernel_failed;
	make(PCAP_FAILED);
	ck_assert_str_eq(verdict_name(result.verdict), not_started[_i].verdict);
	ck_assert_str_eq(text("verdict", "reason"), not_started[_i].why);
	ck_assert_str_eq(text("case_end", "verdict"), not_started[_i].verdict);
}
END_TEST

START_TEST(a_full_disk_is_said)
{
	struct transcript transcript;
	char *error = NULL, path[64];
	snprintf(path, sizeof(path), "%s/evidence", folder);
	ck_assert_int_eq(tree_write_file(path, "", 0), 0); /* in the way of the folder */
	leave_case("fail");
	ck_assert_int_eq(transcript_read(&box, lost.id, &transcript), 0);
	ck_assert_int_lt(evidence_files_write(
				 folder, "", lost.id, transcript.evidence_files, transcript.n_evidence_files, &error),
		0);
	ck_assert_ptr_nonnull(strstr(error, "cannot write"));
	free(error);
	transcript_free(&transcript);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("case_log");
	TCase *tests = tcase_create("case_log");
	tcase_set_timeout(tests, 3600);
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, a_case_that_passed_is_told_in_order);
	tcase_add_test(tests, settings_are_those_in_force);
	tcase_add_loop_test(tests, captures_are_kept_as_the_policy_says, 0, sizeof(keepings) / sizeof(keepings[0]));
	tcase_add_test(tests, evidence_lies_where_the_lines_say);
	tcase_add_test(tests, lines_are_made_of_the_result_as_it_is_at_last);
	tcase_add_loop_test(tests, packets_have_their_say, 0, sizeof(answered) / sizeof(answered[0]));
	tcase_add_test(tests, packets_do_not_end_a_case);
	tcase_add_test(tests, a_known_issue_changes_the_verdict_and_says_why);
	tcase_add_test(tests, another_check_is_another_failure);
	tcase_add_test(tests, a_broken_kernel_has_crashed_whatever_the_case_saw);
	tcase_add_test(tests, a_kernel_that_complains_on_its_console_fails);
	tcase_add_test(tests, a_failure_is_told_by_the_case_though_the_kernel_complains);
	tcase_add_test(tests, what_was_seen_before_a_crash_is_kept);
	tcase_add_test(tests, a_killed_guest_is_an_error_of_ours);
	tcase_add_test(tests, a_hang_is_a_timeout_unless_all_was_said);
	tcase_add_loop_test(tests, garbage_from_the_agent_is_an_error, 0, sizeof(garbages) / sizeof(garbages[0]));
	tcase_add_loop_test(tests, files_stay_in_the_evidence_folder, 0, sizeof(bad_files) / sizeof(bad_files[0]));
	tcase_add_loop_test(tests, a_kernel_that_panics_while_it_boots_has_crashed, 0,
		sizeof(not_started) / sizeof(not_started[0]));
	tcase_add_test(tests, a_full_disk_is_said);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
