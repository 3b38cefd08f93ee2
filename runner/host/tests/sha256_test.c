/* SPDX-License-Identifier: Apache-2.0 */
/* sha256_test.c - what we add to nettle, against an example of FIPS 180-4's predecessor. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/host/sha256.h"

START_TEST(a_file_larger_than_the_buffer_has_the_digest_of_its_octets)
{
	char path[] = "/tmp/sctpspec-sha256-XXXXXX", out[SHA256_HEX];
	int fd = mkstemp(path);
	FILE *file = fdopen(fd, "w");

	for (int i = 0; i < 1000000; i++)
		fputc('a', file);
	ck_assert_int_eq(fclose(file), 0);
	ck_assert_int_eq(sha256_file(path, out), 0);
	unlink(path);
	ck_assert_str_eq(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
END_TEST

START_TEST(a_text_counts_with_its_end)
{
	struct sha256_ctx one, other;
	char first[SHA256_HEX], second[SHA256_HEX];

	sha256_init(&one);
	sha256_add_text(&one, "ab");
	sha256_add_text(&one, "c");
	sha256_hex(&one, first);
	sha256_init(&other);
	sha256_update(&other, 5, (const uint8_t *)"ab\0c");
	sha256_hex(&other, second);
	ck_assert_str_eq(first, second);
}
END_TEST

START_TEST(missing_file_is_an_error)
{
	char out[SHA256_HEX];

	ck_assert_int_eq(sha256_file("/nowhere/at/all", out), -ENOENT);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sha256");
	TCase *tests = tcase_create("sha256");
	tcase_add_test(tests, a_file_larger_than_the_buffer_has_the_digest_of_its_octets);
	tcase_add_test(tests, a_text_counts_with_its_end);
	tcase_add_test(tests, missing_file_is_an_error);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
