/* SPDX-License-Identifier: Apache-2.0 */
/* received_test.c - TSNs arrive in any order, more than once, and across the end of their numbers. */
#include <check.h>
#include <stdlib.h>

#include "core/tests/suite.h"
#include "runner/referee/received.h"
#include "runner/referee/sent.h"

/* By another way: which of 64 TSNs from `first` on have arrived. */
static void holds(const struct received *received, uint32_t first, uint64_t arrived)
{
	unsigned cumulative = 0, ranges = 0;
	while (cumulative < 64 && arrived >> cumulative & 1)
		cumulative++;
	for (unsigned i = cumulative; i < 64; i++)
		ranges += (arrived >> i & 1) && !(arrived >> (i - 1) & 1);
	ck_assert_uint_eq(received->cumulative, first + cumulative - 1);
	ck_assert_uint_eq(received->n, ranges);
	for (unsigned i = 0; i < 64; i++)
		ck_assert_int_eq(received_has(received, first + i), arrived >> i & 1);
}

static void tells_what_is_missing(const struct received *received, uint32_t first, uint64_t arrived)
{
	for (unsigned i = 0; i < 64; i++) {
		uint32_t missing = 0;
		unsigned whole = i;
		while (whole < 64 && arrived >> whole & 1)
			whole++;
		ck_assert_int_eq(received_has_all(received, first + i, first + 63, &missing), whole == 64);
		ck_assert(whole == 64 || missing == first + whole);
	}
}

START_TEST(any_order_comes_to_the_same)
{
	static const uint32_t firsts[] = { 1, 0xffffffe0, 0x7fffffe0, 0 };
	const uint32_t first = firsts[_i];
	unsigned state = 1;
	for (unsigned round = 0; round < 200; round++) {
		struct received received = { 0 };
		uint64_t arrived = 0;
		received_begin(&received, first);
		for (unsigned i = 0; i < 100; i++) {
			state = state * 1103515245 + 12345;
			const unsigned offset = state >> 16 & 63;
			const enum arrival got = received_add(&received, first + offset);
			ck_assert_int_eq(got, arrived >> offset & 1 ? ARRIVAL_AGAIN : ARRIVAL_NEW);
			arrived |= UINT64_C(1) << offset;
			holds(&received, first, arrived);
			if (i % 32 == 0)
				tells_what_is_missing(&received, first, arrived);
		}
		received_free(&received);
	}
}
END_TEST

START_TEST(what_is_given_up_counts_as_arrived)
{
	struct received received = { 0 };
	received_begin(&received, 10);
	received_add(&received, 12);
	received_add(&received, 15);
	received_advance(&received, 11);
	ck_assert_uint_eq(received.cumulative, 12);
	received_advance(&received, 5); /* an old one says nothing */
	ck_assert_uint_eq(received.cumulative, 12);
	received_advance(&received, 20);
	ck_assert_uint_eq(received.cumulative, 20);
	ck_assert_uint_eq(received.n, 0);
	received_free(&received);
}
END_TEST

START_TEST(what_was_dropped_has_not_arrived)
{
	static const uint32_t firsts[] = { 1, 0xffffffe0, 0x7fffffe0, 0 };
	const uint32_t first = firsts[_i];
	unsigned state = 7;
	struct received received = { 0 };
	uint64_t arrived = 0;
	received_begin(&received, first);
	for (unsigned i = 0; i < 3000; i++) {
		state = state * 1103515245 + 12345;
		const unsigned offset = state >> 16 & 63;
		if (state >> 24 & 1) {
			received_add(&received, first + offset);
			arrived |= UINT64_C(1) << offset;
		} else {
			received_remove(&received, first + offset);
			arrived &= ~(UINT64_C(1) << offset);
		}
		holds(&received, first, arrived);
	}
	received_free(&received);
}
END_TEST

START_TEST(nothing_is_known_before_the_first)
{
	struct received received = { 0 };
	ck_assert_int_eq(received_add(&received, 1), ARRIVAL_UNKNOWN);
}
END_TEST

START_TEST(what_is_sent_is_outstanding_until_it_is_acknowledged)
{
	struct sent sent = { 0 };
	sent_begin(&sent, 0xfffffff0);
	for (uint32_t i = 0; i < 1000; i++) {
		const struct sent_chunk chunk = { .tsn = 0xfffffff0 + i, .length = 10, .path = (int)(i % 2) };
		ck_assert_ptr_nonnull(sent_add(&sent, &chunk));
	}
	ck_assert_uint_eq(sent_outstanding(&sent, -1), 10000);
	ck_assert_uint_eq(sent_outstanding(&sent, 1), 5000);
	sent_acknowledge(&sent, 0xfffffff0 + 99);
	ck_assert_uint_eq(sent_outstanding(&sent, -1), 9000);
	ck_assert_ptr_null(sent_find(&sent, 0xfffffff0 + 99));
	ck_assert_uint_eq(sent_find(&sent, 0xfffffff0 + 100)->tsn, 0xfffffff0 + 100);
	sent_acknowledge(&sent, 0xfffffff0 + 5000); /* of what was never sent */
	ck_assert_uint_eq(sent.acknowledged, 0xfffffff0 + 99);
	sent_free(&sent);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("received");
	TCase *tests = tcase_create("received");
	tcase_add_loop_test(tests, any_order_comes_to_the_same, 0, 4);
	tcase_add_test(tests, what_is_given_up_counts_as_arrived);
	tcase_add_loop_test(tests, what_was_dropped_has_not_arrived, 0, 4);
	tcase_add_test(tests, nothing_is_known_before_the_first);
	tcase_add_test(tests, what_is_sent_is_outstanding_until_it_is_acknowledged);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
