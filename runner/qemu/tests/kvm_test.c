/* SPDX-License-Identifier: Apache-2.0 */
/* kvm_test.c - the trial of KVM: its program runs where one does, and a QEMU that fails is told in its own words. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/qemu/kvm.h"

START_TEST(the_program_runs)
{
	char *error = NULL;
	ck_assert_msg(kvm_try("tcg", &error) == 0, "%s", error);
}
END_TEST

START_TEST(what_fails_is_told)
{
	char *error = NULL;
	ck_assert_int_lt(kvm_try("none-such", &error), 0);
	ck_assert_msg(error && strstr(error, "none-such"), "%s", error);
	free(error);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kvm");
	TCase *tests = tcase_create("kvm");
	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, the_program_runs);
	tcase_add_test(tests, what_fails_is_told);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
