/* SPDX-License-Identifier: Apache-2.0 */
/*
 * questions_test.c - questions to captures that the test has written itself.
 */
#include <stdlib.h>
#include <string.h>

#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/run_tests.h"
#include "runner/verdict/tests/asked_fixture.h"

#define UNTIL_9_S between(0, s(9))

static void data(unsigned path, vtime instant, const void *octets, size_t length)
{
	struct frame frame = frame_from(A, path);
	uint8_t value[512] = { 0 };

	memcpy(value + 12, octets, length);
	chunk(&frame, CHUNK_DATA, 3, value, 12 + length);
	capture(A, path, instant, &frame);
}

/* ------------------------------------------------------------------ how many */

START_TEST(at_least_one)
{
	set_up();
	heartbeat(A, A, 0, s(5));
	expect_sent(t, A, 0, HEARTBEAT, between(s(5), s(9)));
	expect_sent(t, A, 0, HEARTBEAT, between(s(1), s(5)));
	assert_judged(true, NULL);
	tear_down();
}
END_TEST

START_TEST(not_one)
{
	set_up();
	heartbeat(A, A, 0, s(5));
	expect_sent(t, A, 0, HEARTBEAT, between(s(5) + 1, s(9)));
	assert_judged(false,
		"expected  at least 1 HEARTBEAT from a leaves on path 0 within 5.000 .. 9.000 s\n"
		"got       none");
	tear_down();
}
END_TEST

START_TEST(too_few)
{
	set_up();
	heartbeat(A, A, 0, s(5));
	heartbeat(A, A, 0, s(6));
	expect_sent_at_least(t, 3, A, 0, HEARTBEAT, UNTIL_9_S);
	assert_judged(false, "got       2, the first at 5.000000 s");
	tear_down();
}
END_TEST

START_TEST(other_paths_senders_and_chunks_do_not_count)
{
	set_up();
	heartbeat(A, A, 1, s(5));
	heartbeat(A, B, 0, s(5));
	data(0, s(5), "hello", 5);
	expect_not_sent(t, A, 0, HEARTBEAT, UNTIL_9_S);
	assert_judged(true, NULL);
	tear_down();
}
END_TEST

START_TEST(not_at_all)
{
	set_up();
	heartbeat(A, A, 0, s(5));
	expect_not_sent(t, A, 0, HEARTBEAT, between(s(6), s(9)));
	assert_judged(true, NULL);
	tear_down();
	set_up();
	heartbeat(A, A, 0, s(6));
	expect_not_sent(t, A, 0, HEARTBEAT, between(s(6), s(9)));
	assert_judged(
		false, "got       1, the first at 6.000000 s\npackets       6.000000 s  a sends path 0 #1  HEARTBEAT");
	tear_down();
}
END_TEST

START_TEST(at_most)
{

	set_up();
	heartbeat(A, A, 0, s(1));
	heartbeat(A, A, 0, s(2));
	expect_sent_at_most(t, 2, A, 0, HEARTBEAT, UNTIL_9_S);
	assert_judged(true, NULL);
	tear_down();
	set_up();
	for (int i = 1; i <= 3; i++)
		heartbeat(A, A, 0, s(i));
	expect_sent_at_most(t, 2, A, 0, HEARTBEAT, UNTIL_9_S);
	assert_judged(false, "at most 2 HEARTBEAT");
	tear_down();
}
END_TEST

START_TEST(what_arrives_was_not_sent_here)
{
	set_up();
	heartbeat(B, A, 0, s(5));
	expect_not_sent(t, A, 0, HEARTBEAT, UNTIL_9_S);
	expect_not_sent(t, B, 0, HEARTBEAT, UNTIL_9_S);
	assert_judged(true, NULL);
	tear_down();
}
END_TEST

START_TEST(by_both_and_by_neither)
{
	set_up();
	heartbeat(A, A, 0, s(5));
	heartbeat(B, B, 0, s(6));
	expect_sent_by_both(t, 0, HEARTBEAT, UNTIL_9_S);
	expect_not_sent_by_both(t, 1, HEARTBEAT, UNTIL_9_S);
	assert_judged(true, NULL);
	tear_down();
	set_up();
	heartbeat(A, A, 0, s(5));
	expect_sent_by_both(t, 0, HEARTBEAT, UNTIL_9_S);
	assert_judged(false, "at least 1 HEARTBEAT from b leaves on path 0");
	tear_down();
	set_up();
	heartbeat(B, B, 1, s(5));
	expect_not_sent_by_both(t, 1, HEARTBEAT, UNTIL_9_S);
	assert_judged(false, "no HEARTBEAT from b leaves on path 1");
	tear_down();
}
END_TEST

START_TEST(several_chunks_in_a_packet_count_each)
{
	struct frame frame;

	set_up();
	frame = frame_from(A, 0);
	chunk(&frame, CHUNK_HEARTBEAT, 0, NULL, 0);
	chunk(&frame, CHUNK_SACK, 0, "\0\0\0\1\0\0\0\1\0\0\0\0", 12);
	chunk(&frame, CHUNK_HEARTBEAT, 0, NULL, 0);
	capture(A, 0, s(5), &frame);
	expect_sent_exactly(t, 2, A, 0, HEARTBEAT, UNTIL_9_S);
	assert_judged(true, NULL);
	tear_down();
}
END_TEST

/* What the line of a capture says that was counted, until 9 s. */
static void assert_counts(const char *file, int packets, const char *counts)
{
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		const char *name = json_string_value(json_object_get(line, "file"));

		if (name == NULL || strcmp(name, file) != 0)
			continue;
		char *words = json_dumps(json_object_get(line, "chunks"), JSON_COMPACT);
		ck_assert_str_eq(words, counts);
		free(words);
		ck_assert_int_eq(json_integer_value(json_object_get(line, "packets")), packets);
		return;
	}
	ck_abort_msg("no line of %s", file);
}

START_TEST(chunks_are_counted_by_type_and_direction)
{
	struct frame both = frame_from(A, 0);

	set_up();
	heartbeat(A, A, 0, s(5));
	heartbeat(A, B, 0, s(6));
	heartbeat(A, B, 0, s(7));
	chunk(&both, CHUNK_SACK, 0, "\0\0\0\1\0\0\0\1\0\0\0", 12);
	chunk(&both, CHUNK_HEARTBEAT, 0, "\0\1\0\10info", 8);
	capture(A, 0, s(9), &both);
	heartbeat(A, A, 0, s(9) + 1); /* after the case */
	heartbeat(B, A, 0, s(5));     /* another capture */
	expect_sent(t, A, 0, SACK, UNTIL_9_S);
	assert_judged(true, NULL);
	assert_counts("a-path0.pcap", 5, "{\"sent\":{\"HEARTBEAT\":2,\"SACK\":1},\"arrived\":{\"HEARTBEAT\":2}}");
	assert_counts("b-path0.pcap", 1, "{\"sent\":{},\"arrived\":{\"HEARTBEAT\":1}}");
	assert_counts("b-path1.pcap", 0, "{\"sent\":{},\"arrived\":{}}");
	tear_down();
}
END_TEST

/* More than are remembered, and then the first again; and one of no address of the topology. */
START_TEST(senders_are_told_apart_however_many_there_are)
{
	set_up();
	for (unsigned i = 0; i < 40; i++) {
		struct frame frame = frame_from(i % 2 == 0 ? A : B, 0);

		put16(&frame, frame.sctp, (uint16_t)(2000 + i % 20));
		if (i % 4 == 0)
			frame.bytes[frame.ip + 12] ^= 1;
		chunk(&frame, CHUNK_HEARTBEAT, 0, "\0\1\0\10info", 8);
		capture(A, 0, s(5), &frame);
	}
	expect_sent_exactly(t, 10, A, 0, HEARTBEAT, UNTIL_9_S);
	assert_judged(true, NULL);
	assert_counts("a-path0.pcap", 40, "{\"sent\":{\"HEARTBEAT\":10},\"arrived\":{\"HEARTBEAT\":20}}");
	tear_down();
}
END_TEST

START_TEST(all_on_one_path)
{
	set_up();
	heartbeat(A, A, 1, s(5));
	heartbeat(A, A, 1, s(6));
	expect_sent_on_one_path(t, A, HEARTBEAT, UNTIL_9_S);
	assert_judged(true, NULL);
	tear_down();
	set_up();
	heartbeat(A, A, 0, s(5));
	heartbeat(A, A, 1, s(6));
	expect_sent_on_one_path(t, A, HEARTBEAT, UNTIL_9_S);
	assert_judged(false, "path 0: 1, path 1: 1");
	tear_down();
	set_up();
	expect_sent_on_one_path(t, A, HEARTBEAT, UNTIL_9_S);
	assert_judged(false, "path 0: 0, path 1: 0");
	tear_down();
}
END_TEST

/* ------------------------------------------------------------------ what is said of it */

START_TEST(the_packet_that_is_wrong_is_shown)
{
	set_up();
	asked_here(t, "cases/wire.c", 12);
	for (int i = 1; i <= 12; i++)
		heartbeat(A, A, 0, s(i) / 2);
	expect_sent_at_most(t, 10, A, 0, HEARTBEAT, UNTIL_9_S);
	assert_judged(false,
		"covers    9260-6.4-01\n"
		"source    cases/wire.c:3, asked at cases/wire.c:12\n"
		"expected  at most 10 HEARTBEAT from a leaves on path 0 within 0.000 .. 9.000 s\n"
		"got       12, the first at 0.500000 s\n"
		"packets       2.500000 s  a sends path 0 #5  HEARTBEAT");
	ck_assert_ptr_nonnull(strstr(answers.explanation, "          5.500000 s  a sends path 0 #11  HEARTBEAT"));
	ck_assert_ptr_null(strstr(strstr(answers.explanation, "<-- here\n"), "path 0 #11"));
	ck_assert_ptr_nonnull(strstr(strstr(answers.explanation, "<-- here\n"), "path 0 #12"));
	tear_down();
}
END_TEST

START_TEST(the_nearest_is_shown_when_there_is_none)
{
	set_up();
	heartbeat(A, A, 0, s(1));
	heartbeat(A, A, 0, s(5));
	heartbeat(A, A, 1, s(6)); /* nearer, but on another path */
	heartbeat(A, A, 0, s(9));
	expect_sent(t, A, 0, HEARTBEAT, between(s(6), s(8)));
	assert_judged(false, "got       none; the nearest at 5.000000 s\n");
	tear_down();
}
END_TEST

START_TEST(where_it_should_be_is_shown_when_there_is_nothing)
{
	set_up();
	heartbeat(B, B, 0, s(1));
	heartbeat(B, B, 0, s(8));
	expect_sent(t, A, 0, HEARTBEAT, between(s(6), s(8)));
	assert_judged(false, "got       none\n");
	ck_assert_ptr_nonnull(strstr(answers.explanation, "          6.000000 s  <-- here\n"));
	tear_down();
}
END_TEST

/* The question is in its check. */
START_TEST(a_check_has_its_question)
{
	set_up();
	asked_here(t, "cases/wire.c", 12);
	heartbeat(A, A, 1, s(5));
	expect_not_sent(t, A, 1, with_cause(ABORT, NO_CAUSE), UNTIL_9_S);
	assert_judged(true, NULL);
	char *words = json_dumps(check(0), JSON_COMPACT);
	ck_assert_str_eq(words,
		"{\"type\":\"check\",\"t_ns\":0,\"text\":\"no ABORT without a cause from a leaves on path 1 within "
		"0.000 .. 9.000 s\",\"ok\":true,\"window\":[0,9000000000],\"question\":{\"kind\":\"never\","
		"\"endpoint\":\"a\",\"chunk\":6,\"cause\":0,\"path\":1,\"count\":0,\"window\":[0,9000000000],"
		"\"source\":\"cases/wire.c:12\"}}");
	free(words);
	ck_assert_ptr_null(check(1));
	tear_down();
}
END_TEST

/* A guest may write as many lines as it likes. */
START_TEST(not_all_questions_in_the_world_are_answered)
{
	set_up();
	for (unsigned i = 0; i < QUESTIONS_MAX; i++)
		expect_not_sent(t, A, 0, HEARTBEAT, UNTIL_9_S);
	trial_log_questions(t);
	t->evidence->question_count = 1;
	assert_unreadable("more than 64 questions to the captures");
	tear_down();
}
END_TEST

/* ------------------------------------------------------------------ damage */

START_TEST(a_capture_that_ends_in_a_packet_answers_nothing)
{
	set_up();
	heartbeat(A, A, 0, s(5));
	write32(captures[A][0], 1);
	expect_not_sent(t, A, 0, HEARTBEAT, between(s(6), s(9)));
	assert_unreadable("the capture of path 0 is missing or damaged");
	tear_down();
}
END_TEST

START_TEST(no_capture_answers_nothing)
{
	set_up();
	remove_capture(A, 0);
	expect_not_sent(t, A, 0, HEARTBEAT, between(s(6), s(9)));
	assert_unreadable("missing or damaged");
	tear_down();
}
END_TEST

START_TEST(an_empty_file_is_no_capture)
{
	set_up();
	empty_capture(A, 0);
	expect_not_sent(t, A, 0, HEARTBEAT, between(s(6), s(9)));
	assert_unreadable("missing or damaged");
	tear_down();
}
END_TEST

START_TEST(of_several_wrong_answers_the_first_is_told)
{
	set_up();
	heartbeat(A, A, 1, s(5));
	expect_sent(t, A, 1, HEARTBEAT, UNTIL_9_S);
	expect_sent(t, A, 0, HEARTBEAT, UNTIL_9_S);
	expect_not_sent(t, A, 1, HEARTBEAT, UNTIL_9_S);
	assert_judged(false, "at least 1 HEARTBEAT from a leaves on path 0");
	tear_down();
}
END_TEST

/* ------------------------------------------------------------------ messages */

/* Three messages from a to b that did not arrive. */
static struct flow *lose_three(void)
{
	for (unsigned i = 0; i < 3; i++)
		fake_fate_of(i, FAKE_LOSE);
	struct pair p = associated(t);
	return send_messages(t, p.client, p.server, &(struct traffic){ .count = 3, .streams = 2, .size = 40 });
}

/* What send_failed says of them: DATA_SENT or DATA_UNSENT. */
static void tell_failed(struct flow *flow, bool first, bool second, bool third)
{
	fake_event(1, 0, fake_send_failed(0, first));
	fake_event(1, 0, fake_send_failed(1, second));
	fake_event(1, 0, fake_send_failed(2, third));
	expect_send_failed_for_each(t, flow, after(now(t), promptly()));
}

static void capture_message(unsigned path, vtime instant, unsigned message)
{
	size_t length;
	const void *octets = fake_sent(message, &length);

	ck_assert_ptr_nonnull(octets);
	data(path, instant, octets, length);
}

START_TEST(sent_flags_that_are_right)
{
	set_up();
	struct flow *flow = lose_three();

	capture_message(0, s(1), 0);
	capture_message(1, s(2), 0);
	capture_message(1, s(3), 2);
	tell_failed(flow, true, false, true);
	assert_judged(true, NULL);
	tear_down();
}
END_TEST

START_TEST(told_as_unsent_but_sent)
{
	set_up();
	struct flow *flow = lose_three();

	capture_message(0, s(1), 0);
	capture_message(1, s(2), 1);
	tell_failed(flow, true, false, false);
	assert_judged(false, "message 1 is told as unsent and was on the wire");
	tear_down();
}
END_TEST

START_TEST(told_as_sent_but_not_sent)
{
	set_up();
	struct flow *flow = lose_three();

	capture_message(0, s(1), 0);
	tell_failed(flow, true, true, false);
	assert_judged(false, "message 1 is told as sent and was not on the wire");
	tear_down();
}
END_TEST

START_TEST(flags_need_every_capture)
{
	set_up();
	struct flow *flow = lose_three();

	tell_failed(flow, false, false, false);
	remove_capture(A, 1);
	assert_unreadable("the capture of path 1 is missing or damaged");
	tear_down();
}
END_TEST

int main(void)
{
	return RUN_TESTS("questions", at_least_one, not_one, too_few, other_paths_senders_and_chunks_do_not_count,
		not_at_all, at_most, what_arrives_was_not_sent_here, by_both_and_by_neither,
		several_chunks_in_a_packet_count_each, chunks_are_counted_by_type_and_direction,
		senders_are_told_apart_however_many_there_are, all_on_one_path, the_packet_that_is_wrong_is_shown,
		the_nearest_is_shown_when_there_is_none, where_it_should_be_is_shown_when_there_is_nothing,
		a_check_has_its_question, not_all_questions_in_the_world_are_answered,
		a_capture_that_ends_in_a_packet_answers_nothing, no_capture_answers_nothing,
		an_empty_file_is_no_capture, of_several_wrong_answers_the_first_is_told, sent_flags_that_are_right,
		told_as_unsent_but_sent, told_as_sent_but_not_sent, flags_need_every_capture);
}
