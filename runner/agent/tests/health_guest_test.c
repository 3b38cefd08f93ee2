/* SPDX-License-Identifier: Apache-2.0 */
/* health_guest_test.c - in a guest: its kernel's log and taints are heard, and its objects are counted. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/agent/census.h"
#include "runner/agent/kernel_log.h"

/* ---- The log ---- */

static void tell(const char *path, const char *words)
{
	const int file = open(path, O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(file, 0);
	ck_assert_int_eq(write(file, words, strlen(words)), (ssize_t)strlen(words));
	close(file);
}

/* Gives the words from the first complaint on. */
static char *read_log(struct kernel_log *log)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);

	ck_assert_ptr_nonnull(out);
	kernel_log_read(log, out);
	fclose(out);
	return words;
}

START_TEST(what_came_since_is_heard)
{
	struct kernel_log log;

	tell("/dev/kmsg", "<4>WARNING: of the past\n");
	ck_assert_int_eq(kernel_log_begin(&log, false), 0);
	tell("/dev/kmsg", "<6>before it\n");
	tell("/dev/kmsg", "<4>WARNING: CPU: 0 PID: 1 at net/sctp/a.c:1 a+0x1/0x2 [sctp]\n");
	tell("/dev/kmsg", "<4>Call Trace:\n");
	tell("/dev/kmsg", "<3>BUG: KASAN: slab-use-after-free in b+0x1/0x2\n");
	char *words = read_log(&log);

	ck_assert_uint_eq(log.count, 2);
	ck_assert_str_eq(log.complaints[0].text, "WARNING: CPU: 0 PID: 1 at net/sctp/a.c:1 a+0x1/0x2 [sctp]");
	ck_assert_int_eq(log.complaints[0].word, KERNEL_COMPLAINS);
	ck_assert_int_gt(log.complaints[0].at_ns, 0);
	ck_assert_int_eq(strncmp(log.complaints[1].text, "BUG: KASAN", 10), 0);
	ck_assert_ptr_nonnull(strstr(words, "] Call Trace:\n"));
	ck_assert_ptr_null(strstr(words, "before it"));
	free(words);
	kernel_log_end(&log);
}
END_TEST

START_TEST(it_can_be_heard_in_pieces)
{
	struct kernel_log log;
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);

	ck_assert_ptr_nonnull(out);
	ck_assert_int_eq(kernel_log_begin(&log, false), 0);
	tell("/dev/kmsg", "<6>well so far\n");
	kernel_log_take(&log, out);
	ck_assert_uint_eq(log.count, 0);
	tell("/dev/kmsg", "<4>WARNING: the first\n");
	kernel_log_take(&log, out);
	tell("/dev/kmsg", "<4>Call Trace:\n");
	tell("/dev/kmsg", "<4>WARNING: the second\n");
	kernel_log_read(&log, out);
	fclose(out);
	ck_assert_uint_eq(log.count, 2);
	ck_assert_str_eq(log.complaints[0].text, "WARNING: the first");
	ck_assert_str_eq(log.complaints[1].text, "WARNING: the second");
	ck_assert_ptr_null(strstr(words, "well so far"));
	ck_assert_ptr_nonnull(strstr(strstr(words, "the first\n"), "Call Trace:\n"));
	free(words);
	kernel_log_end(&log);
}
END_TEST

START_TEST(a_quiet_kernel_is_well)
{
	struct kernel_log log;

	ck_assert_int_eq(kernel_log_begin(&log, false), 0);
	tell("/dev/kmsg", "<6>all is well\n");
	char *words = read_log(&log);

	ck_assert_uint_eq(log.count, 0);
	ck_assert_str_eq(words, "");
	free(words);
	kernel_log_end(&log);
}
END_TEST

/* On a machine that others use too: what a program writes there is not the kernel's word. */
START_TEST(programs_can_be_left_out)
{
	struct kernel_log log;

	ck_assert_int_eq(kernel_log_begin(&log, true), 0);
	tell("/dev/kmsg", "<4>WARNING: says a program\n");
	free(read_log(&log));
	ck_assert_uint_eq(log.count, 0);
	kernel_log_end(&log);
}
END_TEST

START_TEST(many_complaints_are_counted)
{
	struct kernel_log log;

	ck_assert_int_eq(kernel_log_begin(&log, false), 0);
	for (int i = 0; i < 100; i++)
		tell("/dev/kmsg", "<4>WARNING: again\n");
	char *words = read_log(&log);
	unsigned lines = 0;

	for (const char *c = words; *c; c++)
		lines += *c == '\n';
	ck_assert_uint_eq(log.count, 100);
	ck_assert_uint_le(lines, 60);
	free(words);
	kernel_log_end(&log);
}
END_TEST

/* The last: a kernel stays tainted. */
START_TEST(a_taint_without_a_message_is_seen)
{
	struct kernel_log log;

	ck_assert_int_eq(kernel_log_begin(&log, false), 0);
	tell("/proc/sys/kernel/tainted", "512");
	free(read_log(&log));
	ck_assert_uint_eq(log.count, 1);
	ck_assert_ptr_nonnull(strstr(log.complaints[0].text, "tainted by a warning"));
	kernel_log_end(&log);

	ck_assert_int_eq(kernel_log_begin(&log, false), 0);
	free(read_log(&log));
	ck_assert_uint_eq(log.count, 0);
	kernel_log_end(&log);
}
END_TEST

/* ---- The objects ---- */

static char *growth(enum census_of of, const struct census *before, const struct census *after)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);

	ck_assert_ptr_nonnull(out);
	census_print_growth(of, before, after, out);
	fclose(out);
	ck_assert_int_eq(census_grew(of, before, after), *words != '\0');
	return words;
}

static int listening_socket(const struct net *net)
{
	const int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	const int there = open(net_namespace(net, ENDPOINT_B), O_RDONLY | O_CLOEXEC);

	ck_assert_int_eq(setns(there, CLONE_NEWNET), 0);
	const int server = socket(AF_INET, SOCK_SEQPACKET, IPPROTO_SCTP);
	const struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(5000) };

	ck_assert_int_ge(server, 0);
	ck_assert_int_eq(bind(server, (const struct sockaddr *)&any, sizeof(any)), 0);
	ck_assert_int_eq(listen(server, 1), 0);
	ck_assert_int_eq(setns(home, CLONE_NEWNET), 0);
	close(home);
	close(there);
	return server;
}

START_TEST(a_socket_is_counted_while_it_is_open)
{
	struct census kernel, at, kernel_now, now;
	struct net *net;

	census_take(CENSUS_KERNEL, &kernel);
	for (size_t i = 0; i < 5; i++)
		ck_assert_msg(kernel.counts[i] >= 0, "row %zu of the kernel cannot be counted", i);
	ck_assert_int_eq(net_create(&topology_one_path, &net, NULL), 0);
	ck_assert_int_eq(census_take_at(net, ENDPOINT_B, &at), 0);
	for (size_t i = 0; i < 4; i++)
		ck_assert_msg(at.counts[i] >= 0, "row %zu of a namespace cannot be counted", i);

	const int server = listening_socket(net);
	ck_assert_int_eq(census_take_at(net, ENDPOINT_B, &now), 0);
	char *words = growth(CENSUS_NAMESPACE, &at, &now);
	ck_assert_ptr_nonnull(strstr(words, "endpoints 1 instead of 0, sockets "));
	free(words);
	census_take(CENSUS_KERNEL, &kernel_now);
	words = growth(CENSUS_KERNEL, &kernel, &kernel_now);
	ck_assert_ptr_nonnull(strstr(words, "sockets (SCTP) 1 instead of 0"));
	ck_assert_ptr_nonnull(strstr(words, "bound ports (sctp_bind_bucket) 1 instead of 0"));
	ck_assert_ptr_nonnull(strstr(words, "users of the module sctp "));
	free(words);

	/* of the other endpoint it is not */
	ck_assert_int_eq(census_take_at(net, ENDPOINT_A, &now), 0);
	words = growth(CENSUS_NAMESPACE, &at, &now);
	ck_assert_str_eq(words, "");
	free(words);

	close(server);
	ck_assert_int_eq(census_take_at(net, ENDPOINT_B, &now), 0);
	words = growth(CENSUS_NAMESPACE, &at, &now);
	ck_assert_str_eq(words, "");
	free(words);
	net_destroy(net);
}
END_TEST

START_TEST(what_was_not_told_before_was_none)
{
	const struct census before = { { -1, 0, 3, -1 } }, after = { { 1, 0, 2, -1 } };
	char *words = growth(CENSUS_NAMESPACE, &before, &after);

	ck_assert_str_eq(words, "associations 1 instead of 0");
	free(words);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("health");
	TCase *tests = tcase_create("health");

	tcase_add_test(tests, what_came_since_is_heard);
	tcase_add_test(tests, it_can_be_heard_in_pieces);
	tcase_add_test(tests, a_quiet_kernel_is_well);
	tcase_add_test(tests, programs_can_be_left_out);
	tcase_add_test(tests, many_complaints_are_counted);
	tcase_add_test(tests, a_socket_is_counted_while_it_is_open);
	tcase_add_test(tests, what_was_not_told_before_was_none);
	tcase_add_test(tests, a_taint_without_a_message_is_seen);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
