/* SPDX-License-Identifier: Apache-2.0 */
/* text_test.c - text made harmless, and numbers for people. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "reports/amount.h"
#include "reports/text.h"

static char *clean(const char *bytes, size_t length, enum text_kind kind)
{
	const size_t room = text_clean(NULL, bytes, length, kind) + 1;
	char *text = malloc(room);

	ck_assert_ptr_nonnull(text);
	ck_assert_uint_eq(text_clean(text, bytes, length, kind), room - 1);
	ck_assert_uint_eq(strlen(text), room - 1);
	return text;
}

static const struct {
	const char *bytes;
	size_t length;
	enum text_kind kind;
	const char *expected;
} texts[] = {
	{ "plain", 5, TEXT_LINE, "plain" },
	{ "", 0, TEXT_LINE, "" },
	{ "na\xc3\xafve \xe6\x97\xa5 \xf0\x9f\x9b\xb0", 15, TEXT_LINE, "na\xc3\xafve \xe6\x97\xa5 \xf0\x9f\x9b\xb0" },
	{ "a\nb\tc", 5, TEXT_LINE,
		"a\xe2\x90\x8a"
		"b\xe2\x90\x89"
		"c" },
	{ "a\nb\tc", 5, TEXT_BLOCK, "a\nb\tc" },
	{ "a\r\nb\rc", 6, TEXT_BLOCK,
		"a\nb\xe2\x90\x8d"
		"c" },
	{ "\n a\r\n\n", 6, TEXT_BLOCK, "\n a" },
	{ "a\0b", 3, TEXT_BLOCK,
		"a\xe2\x90\x80"
		"b" },
	{ "\033[31m\x7f", 6, TEXT_BLOCK, "\xe2\x90\x9b[31m\xe2\x90\xa1" },
	{ "\xc2\x9b"
	  "31m",
		5, TEXT_LINE,
		"\xef\xbf\xbd"
		"31m" }, /* the one-byte CSI of a terminal */
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): what this row is about */
	{ "\xe2\x80\xae"
	  "exe",
		6, TEXT_LINE,
		"\xef\xbf\xbd"
		"exe" },                                  /* right to left from here */
	{ "\xef\xbf\xbe", 3, TEXT_LINE, "\xef\xbf\xbd" }, /* U+FFFE is not in XML */
	{ "\xff", 1, TEXT_LINE, "\xef\xbf\xbd" },
	{ "\xc3", 1, TEXT_LINE, "\xef\xbf\xbd" },                                 /* cut off */
	{ "\xc0\xaf", 2, TEXT_LINE, "\xef\xbf\xbd\xef\xbf\xbd" },                 /* overlong */
	{ "\xed\xa0\x80", 3, TEXT_LINE, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" }, /* a surrogate */
	{ "\xf4\x90\x80\x80", 4, TEXT_LINE, "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
	{ "\033\xff", 2, TEXT_BYTES, "\033\xef\xbf\xbd" },
};

START_TEST(text_becomes_harmless)
{
	char *text = clean(texts[_i].bytes, texts[_i].length, texts[_i].kind);

	ck_assert_str_eq(text, texts[_i].expected);
	ck_assert(text_is_utf8(text, strlen(text)));
	free(text);
}
END_TEST

START_TEST(long_text_is_cut_between_characters)
{
	const size_t length = 1 << 20;
	char *bytes = malloc(length);
	char *text;

	ck_assert_ptr_nonnull(bytes);
	for (size_t i = 0; i + 1 < length; i += 2)
		memcpy(bytes + i, "\xc3\xa9", 2);
	text = clean(bytes, length, TEXT_LINE);
	ck_assert_uint_lt(strlen(text), TEXT_LINE_MAX + 64);
	ck_assert_ptr_nonnull(strstr(text, "\xc3\xa9 [cut here: 1048576 bytes in all]"));
	ck_assert(text_is_utf8(text, strlen(text)));
	free(text);
	text = clean(bytes, length, TEXT_BLOCK);
	ck_assert_ptr_nonnull(strstr(text, "\n[cut here: 1048576 bytes in all]"));
	free(text);
	free(bytes);
}
END_TEST

START_TEST(text_at_the_limit_is_whole)
{
	char bytes[TEXT_LINE_MAX];
	char *text;

	memset(bytes, 'x', sizeof(bytes));
	text = clean(bytes, sizeof(bytes), TEXT_LINE);
	ck_assert_uint_eq(strlen(text), sizeof(bytes));
	free(text);
}
END_TEST

static const struct {
	int64_t ns;
	int decimals;
	const char *expected;
} seconds[] = {
	{ 0, 3, "0.000" },
	{ 1, 9, "0.000000001" },
	{ 1500000000, 0, "2" },
	{ 1499999999, 0, "1" },
	{ 1999999, 3, "0.002" },
	{ 999999999999, 3, "1000.000" },
	{ -1, 3, "0.000" },
	{ -2500000000, 1, "-2.5" },
	{ INT64_MAX, 0, "9223372037" },
	{ INT64_MIN, 9, "-9223372036.854775808" },
};

START_TEST(seconds_are_rounded)
{
	ck_assert_str_eq(amount_seconds(seconds[_i].ns, seconds[_i].decimals).text, seconds[_i].expected);
}
END_TEST

static const struct {
	int64_t ns;
	const char *expected;
} durations[] = {
	{ 0, "0 s" },
	{ 350000000, "0.35 s" },
	{ 1500000, "0.002 s" },
	{ 3520000000, "3.5 s" },
	{ 9999999999, "10.0 s" },
	{ 10000000000, "10 s" },
	{ 38120400000000, "38 120 s" },
	{ 38120500000000, "38 121 s" },
	{ -38120500000000, "-38 121 s" },
	{ INT64_MAX, "9 223 372 037 s" },
};

START_TEST(durations_are_short)
{
	ck_assert_str_eq(amount_duration(durations[_i].ns).text, durations[_i].expected);
}
END_TEST

START_TEST(numbers_are_grouped)
{
	ck_assert_str_eq(amount_grouped(0).text, "0");
	ck_assert_str_eq(amount_grouped(999).text, "999");
	ck_assert_str_eq(amount_grouped(1000).text, "1 000");
	ck_assert_str_eq(amount_grouped(-1234567).text, "-1 234 567");
	ck_assert_str_eq(amount_grouped(INT64_MIN).text, "-9 223 372 036 854 775 808");
	ck_assert_str_eq(amount_bytes(1).text, "1 byte");
	ck_assert_str_eq(amount_bytes(1412).text, "1 412 bytes");
	ck_assert_str_eq(amount_bytes(65536).text, "64 KiB");
}
END_TEST

#define COUNT(table) ((int)(sizeof(table) / sizeof((table)[0])))

int main(void)
{
	Suite *suite = suite_create("text and amounts");
	TCase *tcase = tcase_create("all");

	suite_add_tcase(suite, tcase);
	tcase_add_loop_test(tcase, text_becomes_harmless, 0, COUNT(texts));
	tcase_add_test(tcase, long_text_is_cut_between_characters);
	tcase_add_test(tcase, text_at_the_limit_is_whole);
	tcase_add_loop_test(tcase, seconds_are_rounded, 0, COUNT(seconds));
	tcase_add_loop_test(tcase, durations_are_short, 0, COUNT(durations));
	tcase_add_test(tcase, numbers_are_grouped);
	return run_tests(suite);
}
