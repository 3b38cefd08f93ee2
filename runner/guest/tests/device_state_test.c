/* SPDX-License-Identifier: Apache-2.0 */
/* device_state_test.c - the two changes to a saved guest, and streams that are not as they should
 * be. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/guest/device_state.h"

/* A header, the memory section with two blocks, and the run state among other bytes. */
#define HEADER "QEVM\0\0\0\3\1\0\0\0\2\3ram\0\0\0\0\0\0\0\4"
#define TOTAL "\0\0\0\0\0\0\x30\4"
#define BLOCK_A "\3ram\0\0\0\0\0\0\x20\0"
#define ADDRESS_A "\0\0\0\0\0\0\0\0"
#define BLOCK_B "\3box\0\0\0\0\0\0\x10\0"
#define ADDRESS_B "\0\0\0\1\0\0\0\0"
#define BETWEEN "\0\0\0\0\0\0\0\x10~some devices"
#define STOPPED "\0\0\0\6debug\0\0\0"
#define RUNNING "\0\0\0\10running\0"
#define END "\0\0\0\0the end"

static const char saved[] = HEADER TOTAL BLOCK_A ADDRESS_A BLOCK_B ADDRESS_B BETWEEN STOPPED END;
static const char wanted[] = HEADER TOTAL BLOCK_A BLOCK_B BETWEEN RUNNING END;

static unsigned char *copy(void)
{
	unsigned char *stream = malloc(sizeof(saved));

	memcpy(stream, saved, sizeof(saved));
	return stream;
}

START_TEST(addresses_go_and_the_guest_runs)
{
	unsigned char *stream = copy();
	size_t length = sizeof(saved);
	char *error = NULL;

	ck_assert_int_eq(device_state_prepare(stream, &length, &error), 0);
	ck_assert_uint_eq(length, sizeof(wanted));
	ck_assert_mem_eq(stream, wanted, length);
	free(stream);
}
END_TEST

/* However short, it is an error and nothing outside is touched (the sanitizers watch). */
START_TEST(stream_that_is_cut_short_is_refused)
{
	for (size_t cut = 0; cut < sizeof(saved) - sizeof(END) - 1; cut++) {
		unsigned char *stream = malloc(cut + 1);
		size_t length = cut;
		char *error = NULL;

		memcpy(stream, saved, cut);
		ck_assert_int_eq(device_state_prepare(stream, &length, &error), -EINVAL);
		ck_assert_ptr_nonnull(error);
		free(error);
		free(stream);
	}
}
END_TEST

static const struct {
	const char *find;
	size_t length;
	const char *put;
} changes[] = {
	{"QEVM", 4, "XEVM"},
	{"\3ram\0\0\0\0\0\0\0\4", 12, "\3rom\0\0\0\0\0\0\0\4"},
	{TOTAL, 8, "\0\0\0\0\0\0\x30\1"},
	{TOTAL, 8, "\0\0\0\0\0\0\x10\4"},
	{TOTAL, 8, "\0\0\0\0\0\1\x30\4"},
	{BLOCK_A, 12, "\3ram\0\0\0\0\0\0\0\0"},
	{"QEVM\0\0\0\3", 8, "QEVM\0\0\0\4"},
	{BLOCK_A, 12,
		"\xff"
		"ram\0\0\0\0\0\0\x20\0"},
	{"debug", 5, "error"},
	{"some devices", 12, STOPPED},
};

START_TEST(other_streams_are_refused)
{
	unsigned char *stream = copy();
	size_t length = sizeof(saved);
	char *error = NULL;
	unsigned char *at = memmem(stream, length, changes[_i].find, changes[_i].length);

	ck_assert_ptr_nonnull(at);
	memcpy(at, changes[_i].put, changes[_i].length);
	ck_assert_int_eq(device_state_prepare(stream, &length, &error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "this version of sctpspec"));
	free(error);
	free(stream);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("device_state");
	TCase *tests = tcase_create("device_state");
	SRunner *runner;
	int failed;

	tcase_add_test(tests, addresses_go_and_the_guest_runs);
	tcase_add_test(tests, stream_that_is_cut_short_is_refused);
	tcase_add_loop_test(
		tests, other_streams_are_refused, 0, sizeof(changes) / sizeof(*changes));
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
