/* SPDX-License-Identifier: Apache-2.0 */
/* matcher_test.c - each way in which an expectation is met, waits or fails, on event logs made by hand. */
#include "runner/engine/matcher.h"

#include "runner/engine/tests/run_tests.h"

enum { CLIENT, SERVER };

static struct observation paddr(unsigned socket, vtime t, int state, int path)
{
	return (struct observation){ .t = t,
		.socket = socket,
		.kind = OBSERVED_PADDR_CHANGE,
		.state = state,
		.path = path,
		.family = 4,
		.assoc_id = 7,
		.flow = -1,
		.message = -1 };
}

static struct observation assoc(unsigned socket, vtime t, int state, unsigned error)
{
	return (struct observation){ .t = t,
		.socket = socket,
		.kind = OBSERVED_ASSOC_CHANGE,
		.state = state,
		.error = error,
		.path = PATH_UNKNOWN,
		.assoc_id = 7,
		.flow = -1,
		.message = -1 };
}

static struct observation failed(unsigned socket, vtime t, int flag, int message, bool intact)
{
	return (struct observation){ .t = t,
		.socket = socket,
		.kind = OBSERVED_SEND_FAILED,
		.state = flag,
		.path = PATH_UNKNOWN,
		.message = message,
		.intact = intact };
}

static struct item want(unsigned socket, enum observed kind, int state, vtime from, vtime to)
{
	return (struct item){ .socket = socket,
		.kind = kind,
		.state = state,
		.path = ANY,
		.family = ANY,
		.flow = ANY,
		.message = ANY,
		.within = between(from, to) };
}

static struct item want_paddr(unsigned socket, int state, int path, vtime from, vtime to)
{
	struct item item = want(socket, OBSERVED_PADDR_CHANGE, state, from, to);

	item.path = path;
	return item;
}

static struct item unreachable(vtime from, vtime to)
{
	return want_paddr(CLIENT, ADDR_UNREACHABLE, 0, from, to);
}

#define LOG_MAX 8
static const bool nothing_accounted[LOG_MAX];

static struct match decide(enum arrangement order, const struct item *items, size_t item_count,
	const struct observation *log, size_t count, vtime now)
{
	const struct expectation expectation = { order, item_count, items };

	ck_assert_uint_le(count, LOG_MAX);
	return matcher_decide(&expectation, log, nothing_accounted, count, now);
}

static struct match decide_one(struct item item, struct observation observation)
{
	return decide(IN_ORDER, &item, 1, &observation, 1, observation.t);
}

static void assert_mismatch(struct match match, enum mismatch mismatch, size_t item, size_t observation)
{
	ck_assert_int_eq(match.state, MISMATCHED);
	ck_assert_msg(
		match.mismatch == mismatch, "it is %s, not %s", mismatch_name(match.mismatch), mismatch_name(mismatch));
	ck_assert_uint_eq(match.item, item);
	ck_assert_uint_eq(match.observation, observation);
}

static void assert_matched(struct match match, size_t item, size_t observation)
{
	ck_assert_int_eq(match.state, MATCHED);
	ck_assert_int_eq(match.mismatch, NO_MISMATCH);
	ck_assert_uint_eq(match.matched[item], observation);
}

static void assert_waits(struct match match, vtime until)
{
	ck_assert_int_eq(match.state, NOT_YET);
	ck_assert_int_eq(match.until, until);
}

/* ------------------------------------------------------------------ one item */

START_TEST(the_window_is_closed_to_the_nanosecond)
{
	const struct item item = unreachable(s(5), s(9));

	assert_matched(decide_one(item, paddr(CLIENT, s(5), ADDR_UNREACHABLE, 0)), 0, 0);
	assert_matched(decide_one(item, paddr(CLIENT, s(7), ADDR_UNREACHABLE, 0)), 0, 0);
	assert_matched(decide_one(item, paddr(CLIENT, s(9), ADDR_UNREACHABLE, 0)), 0, 0);
	assert_mismatch(decide_one(item, paddr(CLIENT, s(5) - 1, ADDR_UNREACHABLE, 0)), TOO_EARLY, 0, 0);
	assert_mismatch(decide_one(item, paddr(CLIENT, s(9) + 1, ADDR_UNREACHABLE, 0)), TOO_LATE, 0, 0);
}
END_TEST

START_TEST(an_instant_for_a_window)
{
	const struct item item = unreachable(s(5), s(5));

	assert_matched(decide_one(item, paddr(CLIENT, s(5), ADDR_UNREACHABLE, 0)), 0, 0);
	assert_mismatch(decide_one(item, paddr(CLIENT, s(5) + 1, ADDR_UNREACHABLE, 0)), TOO_LATE, 0, 0);
}
END_TEST

START_TEST(nothing_yet_waits_to_the_end_of_the_window_and_then_it_is_missing)
{
	const struct item item = unreachable(s(5), s(9));

	assert_waits(decide(IN_ORDER, &item, 1, NULL, 0, 0), s(9));
	assert_waits(decide(IN_ORDER, &item, 1, NULL, 0, s(9)), s(9));
	assert_mismatch(decide(IN_ORDER, &item, 1, NULL, 0, s(9) + 1), MISSING, 0, 0);
}
END_TEST

START_TEST(what_came_in_time_is_found_after_its_window)
{
	const struct item item = unreachable(s(5), s(9));
	const struct observation log = paddr(CLIENT, s(9), ADDR_UNREACHABLE, 0);

	assert_matched(decide(IN_ORDER, &item, 1, &log, 1, s(100)), 0, 0);
}
END_TEST

START_TEST(wrong_address_by_path)
{
	assert_mismatch(
		decide_one(unreachable(0, s(9)), paddr(CLIENT, s(5), ADDR_UNREACHABLE, 1)), WRONG_ADDRESS, 0, 0);
	assert_mismatch(decide_one(unreachable(0, s(9)), paddr(CLIENT, s(5), ADDR_UNREACHABLE, PATH_UNKNOWN)),
		WRONG_ADDRESS, 0, 0);
}
END_TEST

START_TEST(any_path_does_not_hide_a_wrong_family)
{
	struct item item = want_paddr(CLIENT, ADDR_UNREACHABLE, ANY, 0, s(9));

	assert_matched(decide_one(item, paddr(CLIENT, s(5), ADDR_UNREACHABLE, 3)), 0, 0);
	item.family = 4;
	assert_matched(decide_one(item, paddr(CLIENT, s(5), ADDR_UNREACHABLE, 3)), 0, 0);
	item.family = 6;
	assert_mismatch(decide_one(item, paddr(CLIENT, s(5), ADDR_UNREACHABLE, 3)), WRONG_ADDRESS, 0, 0);
}
END_TEST

START_TEST(wrong_state)
{
	assert_mismatch(decide_one(unreachable(0, s(9)), paddr(CLIENT, s(5), ADDR_AVAILABLE, 0)), WRONG_STATE, 0, 0);
	assert_mismatch(
		decide_one(want(CLIENT, OBSERVED_ASSOC_CHANGE, COMM_UP, 0, s(9)), assoc(CLIENT, s(5), COMM_LOST, 0)),
		WRONG_STATE, 0, 0);
}
END_TEST

START_TEST(another_state_of_another_address_is_simply_not_expected)
{
	assert_mismatch(decide_one(unreachable(0, s(9)), paddr(CLIENT, s(5), ADDR_AVAILABLE, 1)), UNEXPECTED, 0, 0);
}
END_TEST

START_TEST(an_extra_event_is_not_expected)
{
	assert_mismatch(decide_one(unreachable(0, s(9)), assoc(CLIENT, s(5), COMM_LOST, 0)), UNEXPECTED, 0, 0);
}
END_TEST

START_TEST(wrong_error)
{
	struct item item = want(CLIENT, OBSERVED_ASSOC_CHANGE, COMM_LOST, 0, s(9));

	assert_matched(decide_one(item, assoc(CLIENT, s(5), COMM_LOST, 0)), 0, 0);
	assert_mismatch(decide_one(item, assoc(CLIENT, s(5), COMM_LOST, 12)), WRONG_CONTENT, 0, 0);
	item.error = 12;
	assert_matched(decide_one(item, assoc(CLIENT, s(5), COMM_LOST, 12)), 0, 0);
	item.error = ANY;
	assert_matched(decide_one(item, assoc(CLIENT, s(5), COMM_LOST, 13)), 0, 0);
}
END_TEST

START_TEST(a_failed_message_must_be_that_one_and_intact)
{
	struct item item = want(CLIENT, OBSERVED_SEND_FAILED, DATA_UNSENT, 0, s(9));

	item.flow = 0;
	item.message = 3;
	assert_matched(decide_one(item, failed(CLIENT, s(5), DATA_UNSENT, 3, true)), 0, 0);
	assert_mismatch(decide_one(item, failed(CLIENT, s(5), DATA_UNSENT, 4, true)), WRONG_CONTENT, 0, 0);
	assert_mismatch(decide_one(item, failed(CLIENT, s(5), DATA_UNSENT, 3, false)), WRONG_CONTENT, 0, 0);
	assert_mismatch(decide_one(item, failed(CLIENT, s(5), DATA_SENT, 3, true)), WRONG_STATE, 0, 0);
	item.state = item.message = ANY;
	assert_matched(decide_one(item, failed(CLIENT, s(5), DATA_SENT, 9, true)), 0, 0);
	assert_mismatch(decide_one(item, failed(CLIENT, s(5), DATA_SENT, 9, false)), WRONG_CONTENT, 0, 0);
}
END_TEST

/* ------------------------------------------------------------------ duplicates, and what is left over */

START_TEST(a_second_one_in_a_group_is_a_duplicate)
{
	const struct item items[] = { unreachable(0, s(9)), want_paddr(CLIENT, ADDR_UNREACHABLE, 1, 0, s(9)) };
	const struct observation log[] = { paddr(CLIENT, s(5), ADDR_UNREACHABLE, 0),
		paddr(CLIENT, s(6), ADDR_UNREACHABLE, 0) };

	assert_mismatch(decide(IN_ANY_ORDER, items, 2, log, 2, s(6)), DUPLICATE, 0, 1);
	assert_mismatch(decide(IN_ORDER, items, 2, log, 2, s(6)), DUPLICATE, 0, 1);
}
END_TEST

START_TEST(the_like_of_what_was_accounted_for_is_a_duplicate)
{
	const struct observation log[] = { paddr(CLIENT, s(5), ADDR_UNREACHABLE, 0),
		paddr(CLIENT, s(6), ADDR_UNREACHABLE, 0) };
	const bool accounted[] = { true, false };
	const struct item item = want_paddr(CLIENT, ADDR_AVAILABLE, 0, 0, s(9));
	const struct expectation expectation = { IN_ORDER, 1, &item };

	assert_mismatch(matcher_decide(&expectation, log, accounted, 2, s(6)), DUPLICATE, 0, 1);
}
END_TEST

START_TEST(the_same_again_is_no_duplicate_when_it_is_expected_again)
{
	const struct observation log[] = { paddr(CLIENT, s(5), ADDR_UNREACHABLE, 0),
		paddr(CLIENT, s(6), ADDR_UNREACHABLE, 0) };
	const bool accounted[] = { true, false };
	const struct item item = unreachable(s(6), s(9));
	const struct expectation expectation = { IN_ORDER, 1, &item };

	assert_matched(matcher_decide(&expectation, log, accounted, 2, s(6)), 0, 1);
}
END_TEST

START_TEST(of_another_association_it_is_no_duplicate)
{
	struct observation log[] = { paddr(CLIENT, s(5), ADDR_UNREACHABLE, 0),
		paddr(CLIENT, s(6), ADDR_UNREACHABLE, 0) };
	const bool accounted[] = { true, false };
	const struct item item = want(CLIENT, OBSERVED_ASSOC_CHANGE, COMM_LOST, 0, s(9));
	const struct expectation expectation = { IN_ORDER, 1, &item };

	log[1].assoc_id = 8;
	assert_mismatch(matcher_decide(&expectation, log, accounted, 2, s(6)), UNEXPECTED, 0, 1);
}
END_TEST

START_TEST(what_nobody_accounted_for_is_left)
{
	ck_assert_int_eq(matcher_unexpected((const bool[]){ true, true, false, true, false }, 5), 2);
	ck_assert_int_eq(matcher_unexpected((const bool[]){ false }, 1), 0);
	ck_assert_int_eq(matcher_unexpected((const bool[]){ true, true }, 2), -1);
	ck_assert_int_eq(matcher_unexpected(NULL, 0), -1);
}
END_TEST

/* ------------------------------------------------------------------ several sockets */

START_TEST(sockets_that_an_expectation_does_not_name_stay_for_later)
{
	const struct item item = unreachable(s(5), s(9));
	const struct observation log[] = { assoc(SERVER, s(4), COMM_LOST, 0), paddr(CLIENT, s(6), ADDR_UNREACHABLE, 0),
		assoc(SERVER, s(7), COMM_UP, 0) };
	bool accounted[3] = { false };
	struct match match = decide(IN_ORDER, &item, 1, log, 3, s(7));

	assert_matched(match, 0, 1);
	accounted[match.matched[0]] = true;
	ck_assert_int_eq(matcher_unexpected(accounted, 3), 0);

	const struct item later = want(SERVER, OBSERVED_ASSOC_CHANGE, COMM_LOST, 0, s(9));
	const struct expectation expectation = { IN_ORDER, 1, &later };
	assert_matched(matcher_decide(&expectation, log, accounted, 3, s(7)), 0, 0);
}
END_TEST

START_TEST(the_right_event_at_the_wrong_socket_does_not_count)
{
	const struct item item = unreachable(s(5), s(9));
	const struct observation log = paddr(SERVER, s(6), ADDR_UNREACHABLE, 0);

	assert_waits(decide(IN_ORDER, &item, 1, &log, 1, s(6)), s(9));
	assert_mismatch(decide(IN_ORDER, &item, 1, &log, 1, s(9) + 1), MISSING, 0, 0);
}
END_TEST

START_TEST(the_right_event_at_the_wrong_one_of_the_named_sockets)
{
	const struct item items[] = { unreachable(s(5), s(9)),
		want(SERVER, OBSERVED_ASSOC_CHANGE, COMM_LOST, s(5), s(9)) };
	const struct observation log = paddr(SERVER, s(6), ADDR_UNREACHABLE, 0);

	assert_mismatch(decide(IN_ANY_ORDER, items, 2, &log, 1, s(6)), UNEXPECTED, 0, 0);
}
END_TEST

START_TEST(a_stranger_fails_before_the_one_that_fits)
{
	const struct item item = unreachable(s(5), s(9));
	const struct observation log[] = { assoc(CLIENT, s(5), COMM_LOST, 0),
		paddr(CLIENT, s(6), ADDR_UNREACHABLE, 0) };

	assert_mismatch(decide(IN_ORDER, &item, 1, log, 2, s(6)), UNEXPECTED, 0, 0);
}
END_TEST

START_TEST(what_follows_the_last_item_is_the_next_expectations_affair)
{
	const struct item item = unreachable(s(5), s(9));
	const struct observation log[] = { paddr(CLIENT, s(6), ADDR_UNREACHABLE, 0),
		assoc(CLIENT, s(6), COMM_LOST, 0) };

	assert_matched(decide(IN_ORDER, &item, 1, log, 2, s(6)), 0, 0);
}
END_TEST

/* ------------------------------------------------------------------ groups */

static const struct observation potentially_failed_then_unreachable[] = {
	{ .t = 2, .socket = CLIENT, .kind = OBSERVED_PADDR_CHANGE, .state = ADDR_POTENTIALLY_FAILED },
	{ .t = 4, .socket = CLIENT, .kind = OBSERVED_PADDR_CHANGE, .state = ADDR_UNREACHABLE },
};

START_TEST(in_order)
{
	const struct item items[] = { want_paddr(CLIENT, ADDR_POTENTIALLY_FAILED, 0, 1, 3),
		want_paddr(CLIENT, ADDR_UNREACHABLE, 0, 3, 5) };
	const struct observation *log = potentially_failed_then_unreachable;
	struct match match = decide(IN_ORDER, items, 2, log, 2, 4);

	assert_matched(match, 0, 0);
	assert_matched(match, 1, 1);
	assert_waits(decide(IN_ORDER, items, 2, log, 0, 0), 3);
	assert_waits(decide(IN_ORDER, items, 2, log, 1, 2), 5);
	assert_mismatch(decide(IN_ORDER, items, 2, log, 1, 6), MISSING, 1, 0);
	assert_mismatch(decide(IN_ORDER, items, 2, log, 0, 4), MISSING, 0, 0);
}
END_TEST

START_TEST(wrong_order)
{
	const struct item items[] = { want_paddr(CLIENT, ADDR_UNREACHABLE, 0, 0, 5),
		want_paddr(CLIENT, ADDR_POTENTIALLY_FAILED, 0, 0, 5) };

	assert_mismatch(decide(IN_ORDER, items, 2, potentially_failed_then_unreachable, 2, 4), WRONG_ORDER, 1, 0);
}
END_TEST

START_TEST(wrong_order_between_two_sockets)
{
	const struct item items[] = { want(CLIENT, OBSERVED_ASSOC_CHANGE, COMM_UP, 0, 9),
		want(SERVER, OBSERVED_ASSOC_CHANGE, COMM_UP, 0, 9) };
	const struct observation log[] = { assoc(SERVER, 1, COMM_UP, 0), assoc(CLIENT, 2, COMM_UP, 0) };

	assert_mismatch(decide(IN_ORDER, items, 2, log, 2, 2), WRONG_ORDER, 1, 0);
	assert_matched(decide(IN_ANY_ORDER, items, 2, log, 2, 2), 0, 1);
}
END_TEST

START_TEST(in_any_order)
{
	const struct item items[] = { want_paddr(CLIENT, ADDR_UNREACHABLE, 0, 3, 5),
		want_paddr(CLIENT, ADDR_POTENTIALLY_FAILED, 0, 1, 3) };
	const struct observation *log = potentially_failed_then_unreachable;
	struct match match = decide(IN_ANY_ORDER, items, 2, log, 2, 4);

	assert_matched(match, 0, 1);
	assert_matched(match, 1, 0);
	/* The one whose window ends first is missed first. */
	assert_waits(decide(IN_ANY_ORDER, items, 2, log, 0, 0), 3);
	assert_waits(decide(IN_ANY_ORDER, items, 2, log, 1, 2), 5);
	assert_mismatch(decide(IN_ANY_ORDER, items, 2, log, 0, 4), MISSING, 1, 0);
	assert_mismatch(decide(IN_ANY_ORDER, items, 2, log, 1, 6), MISSING, 0, 0);
}
END_TEST

START_TEST(too_late_in_a_group_names_the_item)
{
	const struct item items[] = { want_paddr(CLIENT, ADDR_POTENTIALLY_FAILED, 0, 1, 3),
		want_paddr(CLIENT, ADDR_UNREACHABLE, 0, 2, 3) };

	assert_mismatch(decide(IN_ANY_ORDER, items, 2, potentially_failed_then_unreachable, 2, 4), TOO_LATE, 1, 1);
}
END_TEST

START_TEST(one_of)
{
	const struct item items[] = { want_paddr(CLIENT, ADDR_UNREACHABLE, 0, 1, 3),
		want(CLIENT, OBSERVED_ASSOC_CHANGE, COMM_LOST, 2, 6) };
	const struct observation lost = assoc(CLIENT, 4, COMM_LOST, 0);
	const struct observation dead = paddr(CLIENT, 3, ADDR_UNREACHABLE, 0);
	const struct observation late = paddr(CLIENT, 4, ADDR_UNREACHABLE, 0);
	struct match match = decide(ONE_OF, items, 2, &lost, 1, 4);

	assert_matched(match, 1, 0);
	ck_assert_uint_eq(match.item, 1);
	match = decide(ONE_OF, items, 2, &dead, 1, 3);
	assert_matched(match, 0, 0);
	ck_assert_uint_eq(match.item, 0);
	assert_mismatch(decide(ONE_OF, items, 2, &late, 1, 4), TOO_LATE, 0, 0);
	/* It may still be the other one after the first one's window. */
	assert_waits(decide(ONE_OF, items, 2, NULL, 0, 0), 6);
	assert_waits(decide(ONE_OF, items, 2, NULL, 0, 5), 6);
	assert_mismatch(decide(ONE_OF, items, 2, NULL, 0, 7), MISSING, 1, 0);
}
END_TEST

START_TEST(one_of_takes_one_only)
{
	const struct item items[] = { want_paddr(CLIENT, ADDR_UNREACHABLE, 0, 0, 9),
		want(CLIENT, OBSERVED_ASSOC_CHANGE, COMM_LOST, 0, 9) };
	const struct observation log[] = { assoc(CLIENT, 4, COMM_LOST, 0), paddr(CLIENT, 5, ADDR_UNREACHABLE, 0) };
	const struct match match = decide(ONE_OF, items, 2, log, 2, 5);

	ck_assert_int_eq(match.state, MATCHED);
	ck_assert_uint_eq(match.item, 1);
	ck_assert_uint_eq(match.matched[1], 0);
}
END_TEST

/* ------------------------------------------------------------------ equal items */

START_TEST(two_equal_items_with_different_windows)
{
	const struct item items[] = { unreachable(10, 20), unreachable(0, 5) };
	const struct observation early = paddr(CLIENT, 4, ADDR_UNREACHABLE, 0);
	const struct observation log[] = { early, paddr(CLIENT, 12, ADDR_UNREACHABLE, 0) };
	const struct observation between_the_windows = paddr(CLIENT, 7, ADDR_UNREACHABLE, 0);
	struct match match = decide(IN_ANY_ORDER, items, 2, log, 2, 12);

	assert_matched(match, 0, 1);
	assert_matched(match, 1, 0);
	assert_waits(decide(IN_ANY_ORDER, items, 2, &early, 1, 4), 20);
	assert_mismatch(decide(IN_ANY_ORDER, items, 2, &between_the_windows, 1, 7), TOO_LATE, 1, 0);
}
END_TEST

START_TEST(equal_items_with_overlapping_windows_take_the_one_that_ends_first)
{
	const struct item items[] = { unreachable(0, 20), unreachable(0, 5) };
	const struct observation log[] = { paddr(CLIENT, 4, ADDR_UNREACHABLE, 0),
		paddr(CLIENT, 12, ADDR_UNREACHABLE, 0) };
	const struct match match = decide(IN_ANY_ORDER, items, 2, log, 2, 12);

	assert_matched(match, 0, 1);
	assert_matched(match, 1, 0);
}
END_TEST

START_TEST(a_general_item_leaves_the_event_to_the_particular_one)
{
	const struct item items[] = { want_paddr(CLIENT, ADDR_UNREACHABLE, ANY, 0, 20),
		want_paddr(CLIENT, ADDR_UNREACHABLE, 1, 0, 20) };
	const struct observation log[] = { paddr(CLIENT, 4, ADDR_UNREACHABLE, 1),
		paddr(CLIENT, 12, ADDR_UNREACHABLE, 0) };
	const struct match match = decide(IN_ANY_ORDER, items, 2, log, 2, 12);

	assert_matched(match, 0, 1);
	assert_matched(match, 1, 0);
}
END_TEST

int main(void)
{
	return RUN_TESTS("matcher", the_window_is_closed_to_the_nanosecond, an_instant_for_a_window,
		nothing_yet_waits_to_the_end_of_the_window_and_then_it_is_missing,
		what_came_in_time_is_found_after_its_window, wrong_address_by_path,
		any_path_does_not_hide_a_wrong_family, wrong_state,
		another_state_of_another_address_is_simply_not_expected, an_extra_event_is_not_expected, wrong_error,
		a_failed_message_must_be_that_one_and_intact, a_second_one_in_a_group_is_a_duplicate,
		the_like_of_what_was_accounted_for_is_a_duplicate,
		the_same_again_is_no_duplicate_when_it_is_expected_again, of_another_association_it_is_no_duplicate,
		what_nobody_accounted_for_is_left, sockets_that_an_expectation_does_not_name_stay_for_later,
		the_right_event_at_the_wrong_socket_does_not_count,
		the_right_event_at_the_wrong_one_of_the_named_sockets, a_stranger_fails_before_the_one_that_fits,
		what_follows_the_last_item_is_the_next_expectations_affair, in_order, wrong_order,
		wrong_order_between_two_sockets, in_any_order, too_late_in_a_group_names_the_item, one_of,
		one_of_takes_one_only, two_equal_items_with_different_windows,
		equal_items_with_overlapping_windows_take_the_one_that_ends_first,
		a_general_item_leaves_the_event_to_the_particular_one);
}
