/* SPDX-License-Identifier: Apache-2.0 */
/* windows_test.c - the windows of a tester, by figures worked out by hand. */
#include "core/tests/suite.h"
#include "runner/tester/windows.h"

#include <check.h>

static struct settings quick(void)
{
	return settings_in_force(&(struct settings){
		.rto_initial = MS(100), .rto_min = MS(100), .rto_max = MS(800), .valid_cookie_life = MS(5000) });
}

START_TEST(copies_take_turns_and_each_address_doubles_its_own_rto)
{
	/* two addresses: 100, 100, 200, 200, 400, 400, 800, 800, 800 */
	static const int sums[] = { 100, 200, 400, 600, 1000, 1400, 2200, 3000, 3800 };
	const struct settings settings = quick();

	for (unsigned n = 0; n < sizeof(sums) / sizeof(*sums); n++) {
		const struct window window = window_t3_copy(&settings, ms(100), n, 2);

		ck_assert_int_eq(window.from, ms(sums[n]));
		ck_assert_int_gt(window.to, window.from);
		ck_assert_int_le(window.to, ms(sums[n]) + ms(sums[n]) / 8 + (n + 1) * ms(40));
	}
	ck_assert_int_eq(window_t3_copy(&settings, ms(100), 3, 1).from, ms(1500));
}
END_TEST

START_TEST(probes_of_a_closed_window_back_off_to_rto_max)
{
	const struct settings settings = quick();

	ck_assert_int_eq(window_backed_off(&settings, ms(100), 0).from, ms(100));
	ck_assert_int_eq(window_backed_off(&settings, ms(100), 2).from, ms(400));
	ck_assert_int_eq(window_backed_off(&settings, ms(100), 40).from, ms(800));
}
END_TEST

START_TEST(a_cookie_lives_as_long_as_the_setting_says)
{
	const struct settings settings = quick();

	ck_assert_int_eq(window_cookie_life(&settings), s(5));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("windows");
	TCase *windows = tcase_create("windows");

	tcase_add_test(windows, copies_take_turns_and_each_address_doubles_its_own_rto);
	tcase_add_test(windows, probes_of_a_closed_window_back_off_to_rto_max);
	tcase_add_test(windows, a_cookie_lives_as_long_as_the_setting_says);
	suite_add_tcase(suite, windows);
	return run_tests(suite);
}
