/* SPDX-License-Identifier: Apache-2.0 */
/* family_test.c - a table becomes cases: ids, places, requirements, settings, and bodies that get their rows. */
#include <stdlib.h>
#include <string.h>

#include "runner/engine/case.h"
#include "runner/engine/tests/run_tests.h"

struct wait {
	struct row row;
	unsigned seconds;
};

static const struct wait waits[] = {
	{ ROW("short", "A short wait"), .seconds = 1 },
	{ ROW("long", "A long wait", "9260-8.3-01", "9260-8.2-03"), .row.settings = { .rto_min = MS(300) },
		.row.topology = &topology_three_paths, .seconds = 100 },
};

FAMILY(waiting, waits, .requirements = IDS("9260-8.2-03"), .topology = &topology_two_paths,
	.settings = { .rto_max = MS(4000), .rto_min = MS(100) }, .at_b = { .sack_timeout = MS(300) })
{
	const struct wait *wait = row;

	expect_quiet(t, s(wait->seconds));
}

CASE(waiting, "alone", .title = "A case of the same area", .requirements = IDS("9260-8.2-04"),
	.topology = &topology_one_path)
{
	expect_quiet(t, duration(in_force(t)->rto_min));
}

CASE(other, "alone", .title = "A case of another area", .requirements = IDS("9260-8.2-04"),
	.topology = &topology_one_path, .at_a = { .rto_min = MS(300) })
{
	expect_quiet(t, duration(in_force(t)->rto_min));
}

AREA(waiting, "9260-8.1-01");

static void assert_requirements(const struct test_case *test_case, const char *words)
{
	char all[256] = "";

	for (const char *const *id = test_case->requirements; *id != NULL; id++) {
		strcat(all, *id);
		strcat(all, " ");
	}
	ck_assert_str_eq(all, words);
}

START_TEST(each_row_is_a_case)
{
	size_t count;
	const struct test_case *const *all = case_all(&count), *made = case_by_id("waiting.long");

	ck_assert_uint_eq(count, 4);
	ck_assert_str_eq(all[1]->id, "waiting.alone");
	ck_assert_ptr_nonnull(made);
	ck_assert_str_eq(made->title, "A long wait");
	ck_assert_int_eq(made->line, waits[1].row.line);
	ck_assert_ptr_eq(made->topology, &topology_three_paths);
	ck_assert_ptr_eq(case_by_id("waiting.short")->topology, &topology_two_paths);
	ck_assert_ptr_nonnull(strstr(made->file, "family_test.c"));
}
END_TEST

START_TEST(requirements_of_row_family_and_area_come_together)
{
	assert_requirements(case_by_id("waiting.short"), "9260-8.2-03 9260-8.1-01 ");
	assert_requirements(case_by_id("waiting.long"), "9260-8.3-01 9260-8.2-03 9260-8.1-01 ");
	assert_requirements(case_by_id("waiting.alone"), "9260-8.2-04 9260-8.1-01 ");
	assert_requirements(case_by_id("other.alone"), "9260-8.2-04 ");
}
END_TEST

START_TEST(settings_of_row_family_and_end_come_together)
{
	const struct settings a = case_in_force(case_by_id("waiting.long"), ENDPOINT_A);
	const struct settings b = case_in_force(case_by_id("waiting.long"), ENDPOINT_B);

	ck_assert_uint_eq(a.rto_min.count, 300);
	ck_assert_uint_eq(a.rto_max.count, 4000);
	ck_assert_uint_eq(a.sack_timeout.count, 200);
	ck_assert_uint_eq(b.rto_min.count, 300);
	ck_assert_uint_eq(b.sack_timeout.count, 300);
}
END_TEST

static int rehearse(const char *id, int64_t *longest_ns, char *text, size_t size)
{
	FILE *out = fmemopen(text, size, "w");
	const int status = case_rehearse(case_by_id(id), out, longest_ns);

	fclose(out);
	return status;
}

START_TEST(a_body_gets_its_row)
{
	char text[4096];
	int64_t longest_ns;

	ck_assert_int_eq(rehearse("waiting.short", &longest_ns, text, sizeof(text)), 0);
	ck_assert_int_eq(longest_ns, s(1));
	ck_assert_int_eq(rehearse("waiting.long", &longest_ns, text, sizeof(text)), 0);
	ck_assert_int_eq(longest_ns, s(100));
}
END_TEST

START_TEST(a_formula_for_both_ends_needs_ends_that_are_alike)
{
	char text[4096];
	int64_t longest_ns;

	ck_assert_int_eq(rehearse("waiting.alone", &longest_ns, text, sizeof(text)), 0);
	ck_assert_int_ne(rehearse("other.alone", &longest_ns, text, sizeof(text)), 0);
	ck_assert_msg(strstr(text, "have another rto_min each") != NULL, "%s", text);
}
END_TEST

int main(void)
{
	return RUN_TESTS("families", each_row_is_a_case, requirements_of_row_family_and_area_come_together,
		settings_of_row_family_and_end_come_together, a_body_gets_its_row,
		a_formula_for_both_ends_needs_ends_that_are_alike);
}
