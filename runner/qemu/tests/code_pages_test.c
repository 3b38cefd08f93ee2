/* SPDX-License-Identifier: Apache-2.0 */
/* code_pages_test.c - page tables, and what they say of pages. */
#include <check.h>
#include <endian.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/qemu/code_pages.h"

enum { PAGES = 2048 };
#define PRESENT 1UL
#define LARGE (1UL << 7)
#define NO_CODE (1UL << 63)
#define AT(page) ((uint64_t)(page) << 12)

static unsigned char memory[16][4096]; /* what is read of the guest: its first pages */
static bool code[PAGES];

static const unsigned char *read_page(const void *context, size_t page)
{
	(void)context;
	return page < 16 ? memory[page] : NULL;
}

static void put(size_t page, size_t index, uint64_t entry)
{
	entry = htole64(entry);
	memcpy(memory[page] + 8 * index, &entry, 8);
}

static size_t find(uint64_t root)
{
	return code_pages_find(read_page, NULL, root, code, PAGES);
}

/* 1 is the root, 2 to 4 lead to pages. */
static void set_up(void)
{
	memset(memory, 0, sizeof(memory));
	memset(code, 0, sizeof(code));
	put(1, 511, AT(2) | PRESENT);
	put(2, 510, AT(3) | PRESENT);
	put(3, 0, AT(4) | PRESENT);
}

START_TEST(small_pages_are_code_unless_they_say_no)
{
	put(4, 0, AT(100) | PRESENT);
	put(4, 1, AT(101) | PRESENT | NO_CODE);
	put(4, 2, AT(102)); /* not there */
	put(4, 511, AT(103) | PRESENT);
	ck_assert_uint_eq(find(AT(1) | 0x18), 2); /* the root has flags too */
	ck_assert(code[100] && !code[101] && !code[102] && code[103]);
}
END_TEST

START_TEST(large_pages_are_512_and_more)
{
	put(3, 1, AT(512) | PRESENT | LARGE);
	put(3, 2, AT(1024) | PRESENT | LARGE | NO_CODE);
	ck_assert_uint_eq(find(AT(1)), 512);
	ck_assert(!code[511] && code[512] && code[1023] && !code[1024]);
	put(2, 0, AT(0) | PRESENT | LARGE); /* a gigabyte, which the guest does not have */
	ck_assert_uint_eq(find(AT(1)), PAGES - 512);
}
END_TEST

/* What a higher level forbids, a lower one does not allow. */
START_TEST(no_at_a_higher_level_is_no)
{
	put(4, 0, AT(100) | PRESENT);
	put(3, 0, AT(4) | PRESENT | NO_CODE);
	ck_assert_uint_eq(find(AT(1)), 0);
}
END_TEST

START_TEST(page_that_is_mapped_twice_counts_once)
{
	put(4, 0, AT(100) | PRESENT);
	put(4, 1, AT(100) | PRESENT);
	put(4, 2, AT(100) | PRESENT | NO_CODE);
	ck_assert_uint_eq(find(AT(1)), 1);
}
END_TEST

/* Tables and pages that are outside of memory lead nowhere. */
START_TEST(nonsense_is_harmless)
{
	put(4, 0, AT(PAGES) | PRESENT);
	put(4, 1, AT(0xffffffffffUL) | PRESENT);
	put(3, 1, AT(5000) | PRESENT);
	put(2, 1, 0x000fffffffffffffUL);
	ck_assert_uint_eq(find(AT(1)), 0);
	ck_assert_uint_eq(find(AT(77)), 0);
	ck_assert_uint_eq(find(UINT64_MAX), 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("code_pages");
	TCase *tests = tcase_create("tables");

	tcase_add_checked_fixture(tests, set_up, NULL);
	tcase_add_test(tests, small_pages_are_code_unless_they_say_no);
	tcase_add_test(tests, large_pages_are_512_and_more);
	tcase_add_test(tests, no_at_a_higher_level_is_no);
	tcase_add_test(tests, page_that_is_mapped_twice_counts_once);
	tcase_add_test(tests, nonsense_is_harmless);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
