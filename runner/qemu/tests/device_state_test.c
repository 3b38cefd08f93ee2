/* SPDX-License-Identifier: Apache-2.0 */
/* device_state_test.c - the changes to a saved guest, and streams that are not as they should be. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/qemu/device_state.h"

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

/* The clock stays what it is, of which all of it is idling now. */
START_TEST(instructions_are_counted_from_here)
{
	static const char clock[] = "\14timer/icount\0\0\0\1\0\0\0\0\0\0\x10\0\0\0\0\0\x81\xd1\xca\x78~";
	static const char then[] = "\14timer/icount\0\0\0\1\0\0\0\0\x81\xd1\xda\x78\0\0\0\0\0\0\0\0~";
	unsigned char *stream = malloc(sizeof(saved) + sizeof(clock));
	size_t length = sizeof(saved) + sizeof(clock);
	char *error = NULL;

	memcpy(stream, saved, sizeof(saved));
	memcpy(stream + sizeof(saved), clock, sizeof(clock));
	ck_assert_int_eq(device_state_prepare(stream, &length, &error), 0);
	ck_assert_mem_eq(stream + length - sizeof(then), then, sizeof(then));
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
	{ "QEVM", 4, "XEVM" },
	{ "\3ram\0\0\0\0\0\0\0\4", 12, "\3rom\0\0\0\0\0\0\0\4" },
	{ TOTAL, 8, "\0\0\0\0\0\0\x30\1" },
	{ TOTAL, 8, "\0\0\0\0\0\0\x10\4" },
	{ TOTAL, 8, "\0\0\0\0\0\1\x30\4" },
	{ BLOCK_A, 12, "\3ram\0\0\0\0\0\0\0\0" },
	{ "QEVM\0\0\0\3", 8, "QEVM\0\0\0\4" },
	{ BLOCK_A, 12,
		"\xff"
		"ram\0\0\0\0\0\0\x20\0" },
	{ "debug", 5, "error" },
	{ "some devices", 12, STOPPED },
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
	unsigned char stream[200] = { 0 };
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
	ck_assert_int_eq(device_state_add_changes(&stream, &length, before, after, sizeof(after), &error), 0);
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

	ck_assert_int_eq(device_state_add_changes(&stream, &length, before, after, 2 * PAGE, &error), -EINVAL);
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
		ck_assert_int_eq(
			device_state_add_changes(&stream, &length, before, after, sizeof(after), &error), -EINVAL);
		free(error);
		free(stream);
	}
}
END_TEST

/* ------------------------------------------------------------------ pages, read again */

START_TEST(pages_that_were_added_come_out_again)
{
	const unsigned char *pages[PAGES] = { 0 };
	size_t length, rest_length;
	unsigned char *stream = ready_copy(&length), *rest;
	char *error = NULL;

	before[3 * PAGE + 7] = 1;
	after[PAGE + 5] = 2;
	ck_assert_int_eq(device_state_add_changes(&stream, &length, before, after, sizeof(after), &error), 0);
	ck_assert_int_eq(device_state_split(stream, length, sizeof(after), pages, &rest, &rest_length, &error), 0);
	ck_assert_uint_eq(rest_length, sizeof(ready));
	ck_assert_mem_eq(rest, ready, rest_length);
	ck_assert(!pages[0] && pages[1] && !pages[2] && pages[3]);
	ck_assert_mem_eq(pages[1], after + PAGE, PAGE);
	ck_assert_mem_eq(pages[3], after + 3 * PAGE, PAGE);
	free(rest);
	free(stream);
}
END_TEST

START_TEST(stream_without_pages_has_none)
{
	const unsigned char *pages[PAGES] = { 0 };
	size_t length, rest_length;
	unsigned char *stream = ready_copy(&length), *rest;
	char *error = NULL;

	ck_assert_int_eq(device_state_split(stream, length, sizeof(after), pages, &rest, &rest_length, &error), 0);
	ck_assert_uint_eq(rest_length, sizeof(ready));
	for (size_t i = 0; i < PAGES; i++)
		ck_assert_ptr_null(pages[i]);
	free(rest);
	free(stream);
}
END_TEST

/* A record of another page, of another block, or one that ends early: an error, and nothing outside is touched. */
START_TEST(damaged_pages_are_refused)
{
	static const struct {
		size_t at;
		unsigned char value;
	} damages[] = { { 5 + 5, 0xff }, { 5 + 7, 0 }, { 5 + 8 + 4 + PAGE + 7, 0x12 }, { 5 + 8 + 4 + PAGE + 6, 0x40 },
		{ 5 + 8 + 4 + PAGE + 9 + 7, 0x20 }, { 5 + 8 + 4 + PAGE + 9 + 8, 0 } };
	const size_t begin = sizeof(ready) - sizeof("devices");

	before[3 * PAGE + 7] = 1;
	after[PAGE + 5] = 2;
	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		const unsigned char *pages[PAGES] = { 0 };
		size_t length, rest_length;
		unsigned char *stream = ready_copy(&length), *rest = NULL;
		char *error = NULL;

		device_state_add_changes(&stream, &length, before, after, sizeof(after), &error);
		stream[begin + damages[i].at] = damages[i].value;
		ck_assert_int_eq(
			device_state_split(stream, length, sizeof(after), pages, &rest, &rest_length, &error), -EINVAL);
		ck_assert_ptr_nonnull(strstr(error, "this version of sctpspec"));
		free(error);
		free(stream);
	}
}
END_TEST

START_TEST(pages_that_are_cut_short_are_refused_or_whole)
{
	size_t length, full;
	unsigned char *stream = ready_copy(&length);
	char *error = NULL;

	before[3 * PAGE + 7] = 1;
	after[PAGE + 5] = 2;
	device_state_add_changes(&stream, &length, before, after, sizeof(after), &error);
	full = length - sizeof("devices");
	for (size_t cut = 0; full > cut; cut += cut > sizeof(ready) && cut + 500 < full ? 97 : 1) {
		const unsigned char *pages[PAGES] = { 0 };
		unsigned char *part = malloc(cut + 1), *rest = NULL;
		size_t rest_length;

		memcpy(part, stream, cut);
		device_state_split(part, cut, sizeof(after), pages, &rest, &rest_length, &error);
		free(rest);
		free(part);
	}
	free(error);
	free(stream);
}
END_TEST

/* ------------------------------------------------------------------ going back */

#define DEVICE(number, name, contents) "\4\0\0\0" number name "\0\0\0\0\0\0\0\1" contents "~\0\0\0" number
#define TIMER DEVICE("\4", "\5timer", "ticks")
#define PROCESSOR(contents) DEVICE("\5", "\12cpu_common", contents)
#define APIC DEVICE("\6", "\4apic", "lines")
#define AT_REST PROCESSOR("\0\0\0\0\0\0\0\0")

/* The recorder of a QEMU that has run nothing: what 7.2 and what 10.0 to 11.1 write. */
#define REPLAY(number, version, contents) "\4\0\0\0" number "\6replay\0\0\0\0\0\0\0" version contents "~\0\0\0" number
#define ZEROS_8 "\0\0\0\0\0\0\0\0"
#define ONES_8 "\xff\xff\xff\xff\xff\xff\xff\xff"
#define CONTENTS_2                         \
	ZEROS_8 ZEROS_8 ZEROS_8 "\0\0\0\0" \
				"\xff\xff\xff\xff" ZEROS_8 "\0\0\0\xb" ZEROS_8 ONES_8
#define CONTENTS_3                                           \
	ZEROS_8 ZEROS_8 ZEROS_8 ZEROS_8 "\xff\xff\xff\xff\0" \
					"\0\0\0\0\0\0\0\2" ZEROS_8 ONES_8

static const struct {
	const char *found, *wanted;
	size_t length;
} recorders[] = {
	{ REPLAY("\1", "\2", CONTENTS_2), REPLAY("\xf0", "\2", CONTENTS_2), 85 },
	{ REPLAY("\1", "\3", CONTENTS_3), REPLAY("\xf0", "\3", CONTENTS_3), 86 },
};

/* In the midst of a disk, say. */
START_TEST(recorder_is_copied_with_a_number_that_is_free)
{
	unsigned char disk[300] = "\6replay", out[100];
	size_t length = recorders[_i].length;

	memcpy(disk + 50, recorders[_i].found, length);
	ck_assert_uint_eq(device_state_copy_recorder(disk + 8, sizeof(disk) - 8, out, sizeof(out)), length);
	ck_assert_mem_eq(out, recorders[_i].wanted, length);
	/* no room; cut short; of no section; none at all */
	ck_assert_uint_eq(device_state_copy_recorder(disk + 8, sizeof(disk) - 8, out, length - 1), 0);
	ck_assert_uint_eq(device_state_copy_recorder(disk + 8, 42 + length - 1, out, sizeof(out)), 0);
	ck_assert_uint_eq(device_state_copy_recorder(disk, 40, out, sizeof(out)), 0);
	disk[50] = 3;
	ck_assert_uint_eq(device_state_copy_recorder(disk + 8, sizeof(disk) - 8, out, sizeof(out)), 0);
	ck_assert_uint_eq(device_state_copy_recorder(disk + 50 + length, 100, out, sizeof(out)), 0);
}
END_TEST

static int make_rewindable(const char *stream, size_t length, unsigned char **out, size_t *out_length, size_t recorder)
{
	char *error = NULL;
	int status;

	*out = malloc(length);
	*out_length = length;
	memcpy(*out, stream, length);
	status = device_state_make_rewindable(
		out, out_length, (const unsigned char *)recorders[recorder].wanted, recorders[recorder].length, &error);
	ck_assert_int_eq(status < 0, error != NULL);
	free(error);
	return status;
}

START_TEST(rewound_devices_have_a_recorder_and_no_common_part)
{
	static const char stream[] = "head" TIMER AT_REST APIC;
	static const char head[] = "head" TIMER, tail[] = APIC;
	const size_t recorder = recorders[_i].length, front = sizeof(head) - 1;
	unsigned char *out;
	size_t length;

	ck_assert_int_eq(make_rewindable(stream, sizeof(stream), &out, &length, (size_t)_i), 0);
	ck_assert_uint_eq(length, front + recorder + sizeof(tail));
	ck_assert_mem_eq(out, head, front);
	ck_assert_mem_eq(out + front, recorders[_i].wanted, recorder);
	ck_assert_mem_eq(out + front + recorder, tail, sizeof(tail));
	free(out);
}
END_TEST

#define CONFUSING                                                                                   \
	"\0\0\0\1\x68\x9f\xb5\x7a\0\0\0\0\0\0\0\0\0\0\0\0\x8a\xe8\x94\xf8\5\14timer/icount\0\0\0\1" \
	"\0\0\0\0\0\x25\x68\x7e\0\0\0\0\x31\x6b\x35\x28"

/* As QEMU 7.2 has saved it: the timer is its first device, number 0, and its icount ends in what looks like a footer.
 * */
START_TEST(numbers_that_look_like_a_footer_are_none)
{
	static const char timer[] = DEVICE("\0", "\5timer", CONFUSING),
			  stream[] = DEVICE("\0", "\5timer", CONFUSING) AT_REST APIC;
	const size_t before_it = sizeof(timer) - 1;
	unsigned char *out;
	size_t length;

	ck_assert_int_eq(make_rewindable(stream, sizeof(stream), &out, &length, 1), 0);
	ck_assert_mem_eq(out, timer, before_it);
	ck_assert_mem_eq(out + before_it, recorders[1].wanted, recorders[1].length);
	ck_assert_mem_eq(out + before_it + recorders[1].length, APIC, sizeof(APIC));
	free(out);
}
END_TEST

START_TEST(devices_that_are_not_known_cannot_be_rewound)
{
	static const char asleep[] = TIMER PROCESSOR("\0\0\0\1\0\0\0\0") APIC;
	static const char interrupted[] = TIMER PROCESSOR("\0\0\0\0\0\0\0\2") APIC;
	static const char no_processor[] = TIMER APIC, no_timer[] = AT_REST APIC;
	static const char no_end[] = TIMER "\4\0\0\0\5\12cpu_common\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0";
	static const struct {
		const char *stream;
		size_t length;
	} streams[] = { { asleep, sizeof(asleep) }, { interrupted, sizeof(interrupted) },
		{ no_processor, sizeof(no_processor) }, { no_timer, sizeof(no_timer) }, { no_end, sizeof(no_end) } };
	unsigned char *out;
	size_t length;

	for (size_t i = 0; i < sizeof(streams) / sizeof(*streams); i++) {
		ck_assert_int_eq(make_rewindable(streams[i].stream, streams[i].length, &out, &length, 0), -EINVAL);
		free(out);
	}
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("device_state");
	TCase *tests = tcase_create("device_state");

	tcase_add_test(tests, addresses_go_and_the_guest_runs);
	tcase_add_test(tests, instructions_are_counted_from_here);
	tcase_add_test(tests, stream_that_is_cut_short_is_refused);
	tcase_add_loop_test(tests, other_streams_are_refused, 0, sizeof(changes) / sizeof(*changes));
	tcase_add_test(tests, a_guest_is_exact_while_the_timer_that_is_due_has_its_instant);
	tcase_add_test(tests, a_guest_without_a_virtual_clock_is_exact);
	tcase_add_test(tests, pages_that_changed_follow_the_list);
	tcase_add_test(tests, pages_for_another_memory_are_refused);
	tcase_add_test(tests, pages_for_a_stream_that_is_cut_short_are_refused);
	tcase_add_test(tests, pages_that_were_added_come_out_again);
	tcase_add_test(tests, stream_without_pages_has_none);
	tcase_add_test(tests, damaged_pages_are_refused);
	tcase_add_test(tests, pages_that_are_cut_short_are_refused_or_whole);
	tcase_add_loop_test(tests, recorder_is_copied_with_a_number_that_is_free, 0, 2);
	tcase_add_loop_test(tests, rewound_devices_have_a_recorder_and_no_common_part, 0, 2);
	tcase_add_test(tests, numbers_that_look_like_a_footer_are_none);
	tcase_add_test(tests, devices_that_are_not_known_cannot_be_rewound);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
