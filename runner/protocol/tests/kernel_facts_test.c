/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_facts_test.c - what a guest may say of its kernel. */
#include <check.h>
#include <stdlib.h>

#include "core/tests/suite.h"
#include "runner/protocol/kernel_facts.h"

static const struct {
	const char *told, *taken;
} rows[] = {
	{ "{\"parameters\":\"quiet\",\"modules\":[\"sctp 1\"],\"sysctls\":{\"net.sctp.rto_min\":\"1000\"}}",
		"{\"parameters\":\"quiet\",\"modules\":[\"sctp 1\"],\"sysctls\":{\"net.sctp.rto_min\":\"1000\"}}" },
	{ "{\"options\":{\"SCTP_RTOINFO\":\"known\"}}", "{\"options\":{\"SCTP_RTOINFO\":\"known\"}}" },
	{ "{\"options\":{\"SCTP_RTOINFO\":1}}", "{}" },
	/* the host's members */
	{ "{\"name\":\"x\",\"failure\":\"none\",\"sha256\":\"0\",\"boot_ms\":1,\"parameters\":\"\"}",
		"{\"parameters\":\"\"}" },
	/* other types */
	{ "{\"parameters\":1,\"modules\":[1],\"sysctls\":{\"a\":{}}}", "{}" },
	{ "{\"modules\":{},\"sysctls\":[]}", "{}" },
	{ "[]", "{}" },
};

START_TEST(only_facts_are_taken)
{
	json_t *told = json_loads(rows[_i].told, 0, NULL), *taken = kernel_facts_checked(told);
	char *text = json_dumps(taken, JSON_COMPACT);
	ck_assert_str_eq(text, rows[_i].taken);
	free(text);
	json_decref(taken);
	json_decref(told);
}
END_TEST

START_TEST(nothing_told_is_nothing_taken)
{
	json_t *taken = kernel_facts_checked(NULL);
	ck_assert_uint_eq(json_object_size(taken), 0);
	json_decref(taken);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel_facts");
	TCase *tests = tcase_create("kernel_facts");
	tcase_add_loop_test(tests, only_facts_are_taken, 0, sizeof(rows) / sizeof(rows[0]));
	tcase_add_test(tests, nothing_told_is_nothing_taken);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
