/* SPDX-License-Identifier: Apache-2.0 */
/* device_state_test.c - the changes to a saved guest, and streams that are not as they should be. */
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

/* ------------------------------------------------------------------ the instant */

/* A clock of 0x1000 + 0x234, and a timer that is due at `due`. */
static bool exact_with(const char *due)
{
	static const char clock[] = "\14timer/icount\0\0\0\1\0\0\0\0\0\0\x10\0\0\0\0\0\0\0\2\x34~";
	static const char hpet[] = "\4hpet\0\0\0\0some counters";
	unsigned char stream[200] = {0};
	size_t n = 0;

	memcpy(stream, clock, sizeof(clock));
	n += sizeof(clock);
	memcpy(stream + n, hpet, sizeof(hpet));
	n += sizeof(hpet);
	memcpy(stream + n, due, 8);
	return device_state_is_exact(stream, n + 8);
}

START_TEST(a_guest_is_exact_while_the_timer_that_is_due_has_its_instant)
{
	ck_assert(exact_with("\0\0\0\0\0\0\x12\x34"));
	ck_assert(!exact_with("\xff\xff\xff\xff\xff\xff\xff\xff"));
	ck_assert(!exact_with("\0\0\0\0\0\0\x12\x35"));
}
END_TEST

START_TEST(a_guest_without_a_virtual_clock_is_exact)
{
	ck_assert(device_state_is_exact((const unsigned char *)saved, sizeof(saved)));
}
END_TEST

/* ------------------------------------------------------------------ pages */

enum { PAGE = 4096, PAGES = 4 };
#define MEMORY_BLOCK "\3ram\0\0\0\0\0\0\x40\0"
#define SECTION_END "\0\0\0\0\0\0\0\x10~\0\0\0\2"
static const char ready[] = HEADER "\0\0\0\0\0\0\x50\4" MEMORY_BLOCK BLOCK_B SECTION_END "devices";
static unsigned char before[PAGES * PAGE], after[PAGES * PAGE];

static unsigned char *ready_copy(size_t *length)
{
	unsigned char *stream = malloc(sizeof(ready));

	*length = sizeof(ready);
	memcpy(stream, ready, sizeof(ready));
	return stream;
}

START_TEST(pages_that_changed_follow_the_list)
{
	static const char section[] = "\2\0\0\0\2";
	static const char page_1[] = "\0\0\0\0\0\0\x10\x08\3ram";
	static const char page_3_is_empty[] = "\0\0\0\0\0\0\x30\x22";
	size_t length, at = sizeof(ready) - sizeof("devices");
	unsigned char *stream = ready_copy(&length);
	char *error = NULL;

	before[3 * PAGE + 7] = 1;
	after[PAGE + 5] = 2;
	ck_assert_int_eq(
		device_state_add_changes(&stream, &length, before, after, sizeof(after), &error), 0);
	ck_assert_mem_eq(stream, ready, at);
	ck_assert_mem_eq(stream + at, section, 5);
	at += 5;
	ck_assert_mem_eq(stream + at, page_1, 12);
	at += 12;
	ck_assert_mem_eq(stream + at, after + PAGE, PAGE);
	at += PAGE;
	ck_assert_mem_eq(stream + at, page_3_is_empty, 9); /* and the byte 0 */
	at += 9;
	ck_assert_mem_eq(stream + at, SECTION_END "devices", sizeof(SECTION_END "devices"));
	ck_assert_uint_eq(length, at + sizeof(SECTION_END "devices"));
	free(stream);
}
END_TEST

START_TEST(pages_for_another_memory_are_refused)
{
	size_t length;
	unsigned char *stream = ready_copy(&length);
	char *error = NULL;

	ck_assert_int_eq(
		device_state_add_changes(&stream, &length, before, after, 2 * PAGE, &error), -EINVAL);
	ck_assert_ptr_nonnull(strstr(error, "this version of sctpspec"));
	ck_assert_uint_eq(length, sizeof(ready));
	free(error);
	free(stream);
}
END_TEST

/* However short, as above. */
START_TEST(pages_for_a_stream_that_is_cut_short_are_refused)
{
	for (size_t cut = 0; cut < sizeof(ready) - sizeof("devices"); cut++) {
		unsigned char *stream = malloc(cut + 1);
		size_t length = cut;
		char *error = NULL;

		memcpy(stream, ready, cut);
		ck_assert_int_eq(device_state_add_changes(
					 &stream, &length, before, after, sizeof(after), &error),
			-EINVAL);
		free(error);
		free(stream);
	}
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
	tcase_add_test(tests, a_guest_is_exact_while_the_timer_that_is_due_has_its_instant);
	tcase_add_test(tests, a_guest_without_a_virtual_clock_is_exact);
	tcase_add_test(tests, pages_that_changed_follow_the_list);
	tcase_add_test(tests, pages_for_another_memory_are_refused);
	tcase_add_test(tests, pages_for_a_stream_that_is_cut_short_are_refused);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
