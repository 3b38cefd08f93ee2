/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_range_test.c - which kernels an issue is about. */
#include <check.h>

#include "core/tests/suite.h"
#include "runner/verdict/kernel_range.h"

static const struct {
	const char *range, *release;
	bool has;
} cases[] = {
	{ "5.10", "5.10.0-46-cloud-amd64", true },
	{ "5.10.*", "5.10.262", true },
	{ "5.10.*", "5.10", true },
	{ "5.10.*", "5.100.1", false },
	{ "5.10.*", "5.1.10", false },
	{ "6.1.*", "6.1.0-rc3-00012-gabcdef", true },
	{ "6.1.192", "6.1.192-custom+", true },
	{ "6.1.192", "6.1.19", false },
	{ "5.10 .. 5.15", "5.9.16", false },
	{ "5.10 .. 5.15", "5.10.0", true },
	{ "5.10 .. 5.15", "5.12.19", true },
	{ "5.10 .. 5.15", "5.15.190-generic", true },
	{ "5.10 .. 5.15", "5.16.0-rc1", false },
	{ "5.10..5.15.*", "5.15.190", true },
	{ "5.10 .. 5.10.100", "5.10.100", true },
	{ "5.10 .. 5.10.100", "5.10.101", false },
	{ "5.10.200 .. 5.10", "5.10.199", false },
	{ "5.10.200 .. 5.10", "5.10.262", true },
	{ "< 6.6", "6.5.13", true },
	{ "< 6.6", "6.6.0", false },
	{ "< 6.6", "6.6.0-rc1", false },
	{ "<6.6", "5.10.262", true },
	{ "<= 6.6", "6.6.99", true },
	{ "<= 6.6", "6.7.0", false },
	{ "> 6.6", "6.6.99", false },
	{ "> 6.6", "6.7.0-rc1", true },
	{ ">= 6.6", "6.6.0-rc1", true },
	{ ">= 6.6", "6.5.13", false },
	{ ">= 6.6.5", "6.6", false },
	{ "5.10.*, 6.1 .. 6.1.100", "6.1.50", true },
	{ "5.10.*, 6.1 .. 6.1.100", "5.10.3", true },
	{ "5.10.*, 6.1 .. 6.1.100", "6.1.101", false },
	{ "*", "6.1.0", true },
	{ "*", "something", true },
	{ "< 6.6", "something", true },
	{ "5.10.*", "", false },
};

START_TEST(versions_are_in_ranges)
{
	ck_assert_msg(kernel_range_is_one(cases[_i].range), "%s is a range", cases[_i].range);
	ck_assert_msg(kernel_range_has(cases[_i].range, cases[_i].release, "") == cases[_i].has, "%s and %s",
		cases[_i].range, cases[_i].release);
}
END_TEST

START_TEST(what_debian_makes_a_kernel_from_counts)
{
	static const char release[] = "5.10.0-46-cloud-amd64", version[] = "#1 SMP Debian 5.10.262-1 (2026-07-31)";
	ck_assert(kernel_range_has("5.10.262", release, version));
	ck_assert(kernel_range_has("> 5.10.261", release, version));
	ck_assert(!kernel_range_has("< 5.10.200", release, version));
	ck_assert(kernel_range_has("< 5.10.200", release, "#1 SMP Debian testing"));
	ck_assert(kernel_range_has("< 5.10.200", release, "#46-Ubuntu SMP"));
}
END_TEST

START_TEST(what_is_no_range_is_refused)
{
	static const char *const wrong[] = { "", " ", "5.x", "x", "5.10.", "v5.10", "5.10,", ",5.10", "5.10 5.15",
		"5.10 ..", ".. 5.10", "5.15 .. 5.10", "<", "< *", "=> 5.10", "5.*.1", "5.10-46", "1.2.3.4.5",
		"5.10 - 5.15", "**", "< 5.10 .. 5.15" };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		ck_assert_msg(!kernel_range_is_one(wrong[i]), "'%s' is no range", wrong[i]);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel_range");
	TCase *tests = tcase_create("kernel_range");
	tcase_add_loop_test(tests, versions_are_in_ranges, 0, sizeof(cases) / sizeof(cases[0]));
	tcase_add_test(tests, what_debian_makes_a_kernel_from_counts);
	tcase_add_test(tests, what_is_no_range_is_refused);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
