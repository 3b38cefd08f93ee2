/* SPDX-License-Identifier: Apache-2.0 */
/* signature_test.c - what identifies a failure, and what does not. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/verdict/signature.h"

static struct report_entry checks[2] = {
	{ .kind = REPORT_CHECK, .ok = true, .text = "client: comm_up" },
	{ .kind = REPORT_CHECK, .ok = false },
};

static struct signature made(enum report_verdict verdict, const char *reason, const char *check, const char *console)
{
	struct signature signature;
	struct report_case test = {
		.id = "failover.x",
		.verdict = verdict,
		.reason = reason,
		.explanation = "",
		.console = console,
		.entries = checks,
		.n_entries = *check ? 2 : 1,
	};
	checks[1].text = check;
	ck_assert_int_eq(signature_make(&test, &signature), 0);
	return signature;
}

static const struct {
	const char *text, *becomes;
} texts[] = {
	{ "client: addr_available of path 0 within 5.690 .. 6.790 s",
		"client: addr_available of path 0 within # .. # s" },
	{ "addr_unreachable of path 1 (IPv6)", "addr_unreachable of path 1 (IPv6)" },
	{ "message 12, sent at 4.5 s, has not arrived", "message #, sent at # s, has not arrived" },
	{ "at least 3 HEARTBEAT from a leaves on path 0", "at least # HEARTBEAT from a leaves on path 0" },
	{ "comm_lost, error 12", "comm_lost, error 12" },
	{ "T3 of stream 4 and ipv4", "T3 of stream 4 and ipv4" },
	{ "WARNING: CPU: 0 PID: 417 at net/sctp/sm_sideeffect.c:1234 sctp_do_sm+0x12a/0x1b0 [sctp]",
		"WARNING: CPU: # PID: # at net/sctp/sm_sideeffect.c:# sctp_do_sm+#/# [sctp]" },
	{ "address: 0000000000000018 and ffff888003a4c000", "address: # and #" },
	{ "no end after 120 s", "no end after # s" },
	{ "", "" },
};

START_TEST(numbers_that_change_are_left_out)
{
	struct signature signature = made(REPORT_FAIL, texts[_i].text, texts[_i].text, "");
	ck_assert_str_eq(signature.reason, texts[_i].becomes);
	ck_assert_str_eq(signature.check, texts[_i].becomes);
	signature_free(&signature);
}
END_TEST

static const char oops[] = "[   12.345678] BUG: kernel NULL pointer dereference, address: 0000000000000018\n"
			   "[   12.345679] RIP: 0010:sctp_transport_route+0x42/0x90 [sctp]\n";
static const char another_oops[] = "[   12.345678] BUG: kernel NULL pointer dereference, address: 0000000000000018\n"
				   "[   12.345679] RIP: 0010:sctp_outq_tail+0x42/0x90 [sctp]\n";

static const struct {
	enum report_verdict verdict;
	const char *reason, *check, *console;
	bool same;
} others[] = {
	{ REPORT_FAIL, "addr_unreachable at the client: too late", "client: addr_unreachable of path 0 within 1.0 s",
		"", true },
	{ REPORT_FAIL, "addr_unreachable at the client: too late", "client: addr_unreachable of path 0 within 2.5 s",
		"", true },
	{ REPORT_FAIL, "addr_unreachable at the client: missing", "client: addr_unreachable of path 0 within 1.0 s", "",
		false },
	{ REPORT_FAIL, "addr_unreachable at the server: too late", "client: addr_unreachable of path 0 within 1.0 s",
		"", false },
	{ REPORT_FAIL, "addr_unreachable at the client: too late", "client: addr_unreachable of path 1 within 1.0 s",
		"", false },
	{ REPORT_FAIL, "addr_unreachable at the client: too late", "", "", false },
	{ REPORT_TIMEOUT, "addr_unreachable at the client: too late", "client: addr_unreachable of path 0 within 1.0 s",
		"", false },
	{ REPORT_CRASH, "the kernel crashed", "", oops, false },
};

START_TEST(the_same_failure_is_recognised_and_another_is_not)
{
	struct signature wanted = made(REPORT_FAIL, others[0].reason, others[0].check, "");
	struct signature found = made(others[_i].verdict, others[_i].reason, others[_i].check, others[_i].console);
	ck_assert(signature_equal(&wanted, &found) == others[_i].same);
	signature_free(&wanted);
	signature_free(&found);
}
END_TEST

static const struct {
	const char *reason;
	bool same;
} breaches[] = {
	{ "rule broken: sacks.cumulative: expected TSN 8, got TSN 7", true },
	{ "rule broken: sacks.cumulative: expected TSN 9, got a SACK of nothing", true },
	{ "rule broken: sacks.cumulative: expected TSN 9, got x; differs from the known issue: y", true },
	{ "rule broken: sacks.cumulative: expected a gap, got TSN 7", false },
	{ "rule broken: sacks.gaps: expected TSN 8, got TSN 7", false },
	{ "expected TSN 8, got TSN 7", false },
};

/* By its id, and by what it expected. */
START_TEST(a_broken_rule_is_recognised)
{
	struct signature wanted = made(REPORT_FAIL, breaches[0].reason, "", "");
	struct signature found = made(REPORT_FAIL, breaches[_i].reason, "", "");
	ck_assert_str_eq(wanted.reason, "rule broken: sacks.cumulative: expected TSN #");
	ck_assert_str_eq(wanted.check, "sacks.cumulative");
	ck_assert(signature_equal(&wanted, &found) == breaches[_i].same);
	signature_free(&wanted);
	signature_free(&found);
}
END_TEST

START_TEST(crashes_are_told_apart_by_where_they_are)
{
	struct signature one = made(REPORT_CRASH, "the kernel crashed", "", oops);
	struct signature same = made(REPORT_CRASH, "the kernel crashed", "", oops);
	struct signature other = made(REPORT_CRASH, "the kernel crashed", "", another_oops);
	ck_assert_str_eq(one.place, "sctp_transport_route");
	ck_assert(signature_equal(&one, &same));
	ck_assert(!signature_equal(&one, &other));
	signature_free(&one);
	signature_free(&same);
	signature_free(&other);
}
END_TEST

START_TEST(a_file_gives_back_what_was_written)
{
	char path[] = "/tmp/signature-XXXXXX";
	int file = mkstemp(path);
	struct signature written = made(REPORT_CRASH, "it \"crashed\"\\", "path 0", oops), read_back;
	char *error = NULL;
	ck_assert_int_ge(file, 0);
	close(file);
	ck_assert_int_eq(signature_write(path, &written, &error), 0);
	ck_assert_int_eq(signature_read(path, &read_back, &error), 0);
	ck_assert(signature_equal(&written, &read_back));
	signature_free(&read_back);
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(signature_read(path, &read_back, &error), -ENOENT);
	ck_assert_ptr_null(error);
	ck_assert_int_lt(signature_write("/nonexistent/signature", &written, &error), 0);
	ck_assert_ptr_nonnull(strstr(error, "cannot write the signature /nonexistent/signature"));
	free(error);
	signature_free(&written);
}
END_TEST

#define SIGNATURE(number, id)                       \
	"{\"signature\": " number ", \"case\": " id \
	", \"verdict\": \"fail\", \"reason\": \"\", \"check\": \"\", \"place\": \"\"}"

static const char *const wrong_files[] = { "", "{}", "[]", "rubbish", "{\"signature\": 1}", SIGNATURE("2", "\"a\""),
	SIGNATURE("1", "5") };

START_TEST(a_file_that_is_no_signature_is_refused)
{
	char path[] = "/tmp/signature-XXXXXX", *error = NULL;
	struct signature signature;
	int file = mkstemp(path);
	size_t length = strlen(wrong_files[_i]);
	ck_assert_int_eq(write(file, wrong_files[_i], length), (ssize_t)length);
	close(file);
	ck_assert_int_eq(signature_read(path, &signature, &error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "is no signature of a failure"));
	free(error);
	unlink(path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("signature");
	TCase *tests = tcase_create("signature");
	tcase_add_loop_test(tests, numbers_that_change_are_left_out, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_loop_test(
		tests, the_same_failure_is_recognised_and_another_is_not, 0, sizeof(others) / sizeof(others[0]));
	tcase_add_loop_test(tests, a_broken_rule_is_recognised, 0, sizeof(breaches) / sizeof(breaches[0]));
	tcase_add_test(tests, crashes_are_told_apart_by_where_they_are);
	tcase_add_test(tests, a_file_gives_back_what_was_written);
	tcase_add_loop_test(
		tests, a_file_that_is_no_signature_is_refused, 0, sizeof(wrong_files) / sizeof(wrong_files[0]));
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
