/* SPDX-License-Identifier: Apache-2.0 */
/* The counting of the delivery modes (gen_sctp.md, section 3), as arithmetic. */
#include "core/src/mode.h"

#include "suite.h"

#include <errno.h>

static struct gs_active mode;

/* Sets it from what it is; 1 if the owner is told, 0 if not, or the error. */
static int set(uint32_t wish, int32_t n)
{
	const struct gs_active a = { .mode = wish, .n = n };
	bool told;
	const int status = gs_mode_set(&mode, &a, &told);

	return status == GS_OK ? told : status;
}

static void expect_mode(uint32_t kind, int32_t n)
{
	ck_assert_uint_eq(mode.mode, kind);
	ck_assert_int_eq(mode.n, n);
}

static void passive(void)
{
	mode = (struct gs_active){ 0 };
}

START_TEST(numbers_add_up)
{
	passive();
	ck_assert_int_eq(set(GS_ACTIVE_N, 3), 0);
	ck_assert_int_eq(set(GS_ACTIVE_N, 5), 0);
	expect_mode(GS_ACTIVE_N, 8);
	ck_assert_int_eq(set(GS_ACTIVE_N, -7), 0);
	expect_mode(GS_ACTIVE_N, 1);
	ck_assert_int_eq(set(GS_ACTIVE_N, -1), 1);
	expect_mode(GS_PASSIVE, 0);
}
END_TEST

START_TEST(nothing_left_is_told_even_if_it_was_passive)
{
	passive();
	ck_assert_int_eq(set(GS_ACTIVE_N, 0), 1);
	ck_assert_int_eq(set(GS_ACTIVE_N, -32768), 1);
	expect_mode(GS_PASSIVE, 0);
	ck_assert_int_eq(set(GS_ACTIVE_N, 2), 0);
	ck_assert_int_eq(set(GS_ACTIVE_N, -32768), 1);
	expect_mode(GS_PASSIVE, 0);
}
END_TEST

START_TEST(what_is_out_of_range_changes_nothing)
{
	passive();
	ck_assert_int_eq(set(GS_ACTIVE_N, 32768), -EINVAL);
	ck_assert_int_eq(set(GS_ACTIVE_N, -32769), -EINVAL);
	ck_assert_int_eq(set(4, 1), -EINVAL);
	expect_mode(GS_PASSIVE, 0);
	ck_assert_int_eq(set(GS_ACTIVE_N, 32767), 0);
	ck_assert_int_eq(set(GS_ACTIVE_N, 1), -EINVAL);
	expect_mode(GS_ACTIVE_N, 32767);
}
END_TEST

START_TEST(other_modes_forget_the_count)
{
	const uint32_t others[] = { GS_PASSIVE, GS_ACTIVE, GS_ACTIVE_ONCE };

	for (size_t i = 0; i < 3; i++) {
		passive();
		ck_assert_int_eq(set(GS_ACTIVE_N, 7), 0);
		ck_assert_int_eq(set(others[i], 9), 0);
		expect_mode(others[i], 0);
		ck_assert_int_eq(set(GS_ACTIVE_N, 2), 0);
		expect_mode(GS_ACTIVE_N, 2);
	}
}
END_TEST

START_TEST(deliveries_count)
{
	passive();
	set(GS_ACTIVE_N, 2);
	ck_assert(!gs_mode_count(&mode));
	expect_mode(GS_ACTIVE_N, 1);
	ck_assert(gs_mode_count(&mode));
	expect_mode(GS_PASSIVE, 0);
	set(GS_ACTIVE_ONCE, 0);
	ck_assert(!gs_mode_count(&mode));
	expect_mode(GS_PASSIVE, 0);
	set(GS_ACTIVE, 0);
	ck_assert(!gs_mode_count(&mode));
	expect_mode(GS_ACTIVE, 0);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		numbers_add_up,
		nothing_left_is_told_even_if_it_was_passive,
		what_is_out_of_range_changes_nothing,
		other_modes_forget_the_count,
		deliveries_count,
	};

	return RUN_SUITE("mode", tests, NULL);
}
