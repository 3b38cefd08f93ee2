/* SPDX-License-Identifier: Apache-2.0 */
/* sha256_test.c - against the examples of FIPS 180-4 and its predecessors. */
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "runner/host/sha256.h"

static const struct {
	const char *text, *digest;
} examples[] = {
	{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		"248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

START_TEST(examples_agree)
{
	struct sha256 sum;
	char out[SHA256_HEX];

	sha256_init(&sum);
	sha256_add(&sum, examples[_i].text, strlen(examples[_i].text));
	sha256_hex(&sum, out);
	ck_assert_str_eq(out, examples[_i].digest);
}
END_TEST

START_TEST(a_million_letters_in_pieces_of_all_sizes)
{
	char letters[200], out[SHA256_HEX];
	struct sha256 sum;
	size_t left = 1000000;

	memset(letters, 'a', sizeof(letters));
	sha256_init(&sum);
	for (size_t n = 1; left > 0; n = n % sizeof(letters) + 1) {
		size_t piece = n < left ? n : left;

		sha256_add(&sum, letters, piece);
		left -= piece;
	}
	sha256_hex(&sum, out);
	ck_assert_str_eq(out, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
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
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tests, examples_agree, 0, sizeof(examples) / sizeof(*examples));
	tcase_add_test(tests, a_million_letters_in_pieces_of_all_sizes);
	tcase_add_test(tests, missing_file_is_an_error);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
