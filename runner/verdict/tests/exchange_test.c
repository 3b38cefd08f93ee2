/* SPDX-License-Identifier: Apache-2.0 */
/* exchange_test.c - chunks in their order, with their causes, in the captures of both ends. */
#include <string.h>

#include "runner/engine/tests/run_tests.h"
#include "runner/verdict/tests/asked_fixture.h"

/* The body has acted at 5 s, and it is 9 s now. */
static void begin(void)
{
	set_up();
	t->acted_at = s(5);
	t->started = trial_clock(t) - s(9) + t->started;
}

/* A chunk that leaves, and is seen a millisecond later at the other end. `cause`: 0 for none. */
static void pass(enum endpoint from, unsigned path, unsigned type, unsigned cause, vtime instant)
{
	const uint8_t causes[] = { (uint8_t)(cause >> 8), (uint8_t)cause, 0, 4 };

	for (unsigned i = 0; i < 2; i++) {
		struct frame frame = frame_from(from, path);

		chunk(&frame, (uint8_t)type, 0, causes, cause != 0 ? sizeof(causes) : 0);
		capture(i == 0 ? from : (from == A ? B : A), path, instant + i * ms(1), &frame);
	}
}

static void a_shutdown(void)
{
	pass(A, 0, SHUTDOWN, 0, s(6));
	pass(B, 0, SHUTDOWN_ACK, 0, s(7));
	pass(A, 0, SHUTDOWN_COMPLETE, 0, s(8));
}

static void expect_a_shutdown(void)
{
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

START_TEST(in_order)
{
	begin();
	a_shutdown();
	expect_a_shutdown();
	assert_judged(true, NULL);
	tear_down();
}
END_TEST

START_TEST(what_was_before_and_other_types_do_not_count)
{
	begin();
	pass(B, 0, SHUTDOWN, 0, s(5) - ms(2));
	pass(B, 0, HEARTBEAT, 0, s(6));
	a_shutdown();
	pass(A, 0, DATA, 0, s(8));
	expect_a_shutdown();
	assert_judged(true, NULL);
	tear_down();
}
END_TEST

START_TEST(over_several_paths)
{
	begin();
	pass(A, 1, SHUTDOWN, 0, s(6));
	pass(B, 0, SHUTDOWN_ACK, 0, s(7));
	pass(A, 1, SHUTDOWN_COMPLETE, 0, s(8));
	expect_a_shutdown();
	assert_judged(true, NULL);
	tear_down();
}
END_TEST

START_TEST(in_another_order)
{
	begin();
	pass(B, 0, SHUTDOWN_ACK, 0, s(6));
	pass(A, 1, SHUTDOWN, 0, s(7));
	pass(A, 0, SHUTDOWN_COMPLETE, 0, s(8));
	expect_a_shutdown();
	assert_judged(false,
		"expected  SHUTDOWN from a, then SHUTDOWN ACK from b, then SHUTDOWN COMPLETE from a and no more of "
		"these, at both ends within 5.000000 .. 9.");
	ck_assert_ptr_nonnull(strstr(answers.explanation,
		"got       at a SHUTDOWN ACK from b at 6.001000 s, where it should be SHUTDOWN from a\n"));
	tear_down();
}
END_TEST

START_TEST(by_the_other_end)
{
	begin();
	pass(B, 0, SHUTDOWN, 0, s(6));
	expect_exchange(t, A, SHUTDOWN);
	assert_judged(false, "at a SHUTDOWN from b at 6.001000 s, where it should be SHUTDOWN from a\n");
	tear_down();
}
END_TEST

START_TEST(one_is_sent_again)
{
	begin();
	pass(A, 0, SHUTDOWN, 0, s(6) - ms(500));
	a_shutdown();
	expect_a_shutdown();
	assert_judged(false, "at a SHUTDOWN from a at 6.000000 s, where it should be SHUTDOWN ACK from b\n");
	tear_down();
}
END_TEST

START_TEST(one_too_many)
{
	begin();
	a_shutdown();
	pass(A, 1, SHUTDOWN_COMPLETE, 0, s(8) + ms(500));
	expect_a_shutdown();
	assert_judged(false, "at a SHUTDOWN COMPLETE from a at 8.500000 s, after the last\n");
	tear_down();
}
END_TEST

START_TEST(one_is_missing)
{
	begin();
	pass(A, 0, SHUTDOWN, 0, s(6));
	pass(B, 0, SHUTDOWN_ACK, 0, s(7));
	expect_a_shutdown();
	assert_judged(false, "at a no SHUTDOWN COMPLETE from a after SHUTDOWN ACK from b\n");
	tear_down();
}
END_TEST

START_TEST(nothing_at_all)
{
	begin();
	expect_a_shutdown();
	assert_judged(false, "at a no SHUTDOWN from a\n");
	tear_down();
}
END_TEST

/* It left a, and was lost on the way. */
START_TEST(at_one_end_alone)
{
	struct frame frame;

	begin();
	pass(A, 0, SHUTDOWN, 0, s(6));
	frame = frame_from(A, 0);
	chunk(&frame, CHUNK_SHUTDOWN_COMPLETE, 0, NULL, 0);
	capture(A, 0, s(7), &frame);
	expect_exchange(t, A, SHUTDOWN, A, SHUTDOWN_COMPLETE);
	assert_judged(false, "at b no SHUTDOWN COMPLETE from a after SHUTDOWN from a\n");
	tear_down();
}
END_TEST

START_TEST(with_its_cause)
{
	begin();
	pass(A, 0, ABORT, USER_INITIATED_ABORT, s(6));
	expect_exchange(t, A, ABORT);
	expect_exchange(t, A, with_cause(ABORT, USER_INITIATED_ABORT));
	expect_sent(t, A, 0, with_cause(ABORT, USER_INITIATED_ABORT), since(t, s(5)));
	expect_not_sent(t, A, 0, with_cause(ABORT, PROTOCOL_VIOLATION), since(t, s(5)));
	expect_not_sent(t, A, 0, with_cause(ABORT, NO_CAUSE), since(t, s(5)));
	assert_judged(true, NULL);
	tear_down();
}
END_TEST

START_TEST(with_another_cause)
{
	begin();
	pass(A, 0, ABORT, PROTOCOL_VIOLATION, s(6));
	expect_exchange(t, A, with_cause(ABORT, USER_INITIATED_ABORT));
	assert_judged(false,
		"at a ABORT with cause 13 (Protocol Violation) from a at 6.000000 s, where it should be "
		"ABORT with cause 12 (User-Initiated Abort) from a\n");
	tear_down();
}
END_TEST

START_TEST(without_a_cause)
{
	begin();
	pass(B, 0, ABORT, 0, s(6));
	expect_exchange(t, B, with_cause(ABORT, NO_CAUSE));
	assert_judged(true, NULL);
	tear_down();
	begin();
	pass(B, 0, ABORT, 0, s(6));
	expect_exchange(t, B, with_cause(ABORT, USER_INITIATED_ABORT));
	assert_judged(false, "at a ABORT without a cause from b at 6.001000 s, where it should be ABORT with cause 12");
	tear_down();
}
END_TEST

START_TEST(every_capture_is_needed)
{
	begin();
	a_shutdown();
	expect_a_shutdown();
	remove_capture(B, 1);
	assert_unreadable("the capture of path 1 is missing or damaged");
	tear_down();
}
END_TEST

int main(void)
{
	return RUN_TESTS("exchanges", in_order, what_was_before_and_other_types_do_not_count, over_several_paths,
		in_another_order, by_the_other_end, one_is_sent_again, one_too_many, one_is_missing, nothing_at_all,
		at_one_end_alone, with_its_cause, with_another_cause, without_a_cause, every_capture_is_needed);
}
