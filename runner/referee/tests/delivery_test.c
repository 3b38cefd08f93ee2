/* SPDX-License-Identifier: Apache-2.0 */
/* delivery_test.c - messages are whole when their fragments are, and taken in the order of their streams. */
#include <check.h>

#include "core/tests/suite.h"
#include "runner/referee/congestion.h"
#include "runner/referee/delivery.h"

enum { E = 1, B = 2, U = 4 };

static void arrives(struct delivery *delivery, uint32_t tsn, uint16_t stream, uint16_t ssn, uint8_t flags)
{
	const struct chunk chunk = { .type = CHUNK_DATA,
		.flags = flags,
		.decoded = true,
		.data = { .tsn = tsn, .stream = stream, .ssn = ssn, .ppid = 7, .user_length = 100 } };
	delivery_arrives(delivery, &chunk, 1000);
}

static int takes(struct delivery *delivery, uint16_t stream, uint32_t size)
{
	struct message message;
	uint16_t expected;
	if (!delivery_take(delivery, stream, 7, size, &message, &expected))
		return -1;
	return message.ssn == expected || message.unordered;
}

START_TEST(fragments_make_a_message_in_any_order)
{
	static const uint8_t orders[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 },
		{ 2, 1, 0 } };
	static const uint8_t flags[3] = { B, 0, E };
	struct delivery delivery = { 0 };
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_int_eq(takes(&delivery, 0, 300), -1);
		ck_assert_ptr_null(delivery_waits(&delivery, 1000));
		arrives(&delivery, 0xffffffff + orders[_i][i], 0, 0, flags[orders[_i][i]]);
	}
	ck_assert_ptr_nonnull(delivery_waits(&delivery, 1000));
	ck_assert_ptr_null(delivery_waits(&delivery, 999));
	ck_assert_int_eq(takes(&delivery, 0, 299), -1);
	ck_assert_int_eq(takes(&delivery, 0, 300), 1);
	ck_assert_int_eq(takes(&delivery, 0, 300), -1);
	delivery_free(&delivery);
}
END_TEST

START_TEST(a_stream_has_its_order)
{
	struct delivery delivery = { 0 };
	arrives(&delivery, 2, 1, 1, B | E);
	ck_assert_ptr_null(delivery_waits(&delivery, 1000));
	ck_assert_int_eq(takes(&delivery, 1, 100), 0); /* too soon */
	arrives(&delivery, 1, 3, 0, B | E);
	arrives(&delivery, 4, 3, 1, B | E);
	arrives(&delivery, 5, 3, 0, B | E | U);
	arrives(&delivery, 6, 65535, 0, B | E);
	ck_assert_int_eq(takes(&delivery, 65535, 100), 1);
	for (unsigned i = 0; i < 3; i++)
		ck_assert_int_eq(takes(&delivery, 3, 100), 1);
	ck_assert_int_eq(takes(&delivery, 3, 100), -1);
	delivery_free(&delivery);
}
END_TEST

START_TEST(more_than_there_is_room_for_is_not_followed)
{
	struct delivery delivery = { 0 };
	for (uint32_t i = 0; i <= MESSAGES_MAX; i++)
		arrives(&delivery, i, 0, (uint16_t)i, B | E);
	ck_assert(delivery.lost);
	delivery_free(&delivery);
}
END_TEST

START_TEST(a_window_grows_by_an_mtu_and_falls_to_one)
{
	struct congestion congestion = { 0 };
	congestion_begin(&congestion, 1500);
	ck_assert_int_eq(congestion.cwnd, 4404);
	congestion_send(&congestion, 3000);
	congestion_settle(&congestion, 1000, false);
	congestion_grow(&congestion, 1500);
	ck_assert_int_eq(congestion.flight, 2000);
	ck_assert_int_eq(congestion.cwnd, 4404 + 1016);
	congestion_settle(&congestion, 5000, false);
	congestion_grow(&congestion, 1500);
	ck_assert_int_eq(congestion.flight, 0);
	ck_assert_int_eq(congestion.cwnd, 4404 + 1016 + 1500);
	congestion_expire(&congestion, 1500);
	ck_assert_int_eq(congestion.cwnd, 1500);
	congestion_rest(&congestion, 1500);
	ck_assert_int_eq(congestion.cwnd, 1500);
	ck_assert_int_eq(congestion.raised, 6000);
	congestion_begin(&congestion, 0); /* nobody knows the MTU */
	congestion_settle(&congestion, 100, false);
	congestion_grow(&congestion, 0);
	ck_assert_int_eq(congestion.cwnd, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("delivery");
	TCase *tests = tcase_create("delivery");
	tcase_add_loop_test(tests, fragments_make_a_message_in_any_order, 0, 6);
	tcase_add_test(tests, a_stream_has_its_order);
	tcase_add_test(tests, more_than_there_is_room_for_is_not_followed);
	tcase_add_test(tests, a_window_grows_by_an_mtu_and_falls_to_one);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
