/* SPDX-License-Identifier: Apache-2.0 */
/* timeline_test.c - what is the same in two timelines, and how it is told that something is not. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/verdict/timeline.h"

static struct timeline timelines[2];
static char *what, *detail;

static void set_up(void)
{
	for (size_t i = 0; i < 2; i++)
		timelines[i].lines = json_pack("[{s:s, s:I}, {s:s, s:s, s:f}]", "type", "action", "t_ns", (json_int_t)5,
			"type", "case_end", "verdict", "pass", "wall_ms", 1.5 + (double)i);
}

static void tear_down(void)
{
	for (size_t i = 0; i < 2; i++)
		json_decref(timelines[i].lines);
	free(what);
	free(detail);
}

static void compare(void)
{
	ck_assert_int_eq(timelines_compare(&timelines[0], &timelines[1], &what, &detail), 0);
}

static json_t *line(size_t timeline, size_t i)
{
	return json_array_get(timelines[timeline].lines, i);
}

START_TEST(the_speed_of_the_machine_does_not_count)
{
	compare();
	ck_assert_ptr_null(what);
	ck_assert_ptr_null(detail);
}
END_TEST

START_TEST(another_value)
{
	json_object_set_new(line(1, 0), "t_ns", json_integer(6));
	compare();
	ck_assert_str_eq(what, "line 1 of the case (action): t_ns");
	ck_assert_str_eq(detail,
		"first   {\"type\":\"action\",\"t_ns\":5}\n"
		"second  {\"type\":\"action\",\"t_ns\":6}\n");
}
END_TEST

START_TEST(a_member_more)
{
	json_object_set_new(line(0, 1), "repeats", json_object());
	compare();
	ck_assert_str_eq(what, "line 2 of the case (case_end): repeats");
}
END_TEST

START_TEST(a_line_more)
{
	json_array_append_new(timelines[1].lines, json_pack("{s:s}", "type", "event"));
	compare();
	ck_assert_str_eq(what, "line 3 of the case (event) is only in the second");
	ck_assert_str_eq(detail, "first   ends before\nsecond  {\"type\":\"event\"}\n");
}
END_TEST

static struct evidence_file capture(const char *name, const char *content)
{
	return (struct evidence_file){ name, (const unsigned char *)content, strlen(content) };
}

START_TEST(another_octet)
{
	struct evidence_file first = capture("a-path0.pcap", "packets"), second = capture("a-path0.pcap", "packeds");
	timelines[0].evidence_files = &first;
	timelines[1].evidence_files = &second;
	timelines[0].n_evidence_files = timelines[1].n_evidence_files = 1;
	compare();
	ck_assert_str_eq(what, "a-path0.pcap");
	ck_assert_str_eq(
		detail, "a-path0.pcap has 7 octets in the first and 7 in the second, and differs from octet 6 on\n");
	timelines[0].n_evidence_files = timelines[1].n_evidence_files = 0;
}
END_TEST

START_TEST(a_capture_less)
{
	struct evidence_file only = capture("a-path0.pcap", "packets");
	timelines[_i].evidence_files = &only;
	timelines[_i].n_evidence_files = 1;
	compare();
	ck_assert_str_eq(what, _i == 0 ? "a-path0.pcap is only in the first" : "a-path0.pcap is only in the second");
	timelines[_i].n_evidence_files = 0;
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("timeline");
	TCase *tests = tcase_create("timeline");
	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_add_test(tests, the_speed_of_the_machine_does_not_count);
	tcase_add_test(tests, another_value);
	tcase_add_test(tests, a_member_more);
	tcase_add_test(tests, a_line_more);
	tcase_add_test(tests, another_octet);
	tcase_add_loop_test(tests, a_capture_less, 0, 2);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
