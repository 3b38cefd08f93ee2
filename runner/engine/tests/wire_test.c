/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_test.c - questions to captures that the test has written itself, and messages that are recognised by
 * their octets.
 */
#include <stdlib.h>
#include <string.h>

#include "runner/engine/chunk_count.h"
#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/run_tests.h"
#include "runner/engine/tests/wire_fixture.h"

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
	assert_judged(false, "got       1, the first at 6.000000 s");
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

/* As the agent counts, until 9 s. */
static void assert_counts(enum endpoint at, unsigned path, const char *counts)
{
	struct captures seen;
	char *words;
	json_t *counted;

	read_captures(&seen);
	counted = chunk_count(&seen.at[at][path], ORIGIN + s(9));
	captures_free(&seen);
	words = json_dumps(counted, JSON_COMPACT);
	ck_assert_str_eq(words, counts);
	free(words);
	json_decref(counted);
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
	assert_counts(A, 0, "{\"sent\":{\"HEARTBEAT\":2,\"SACK\":1},\"arrived\":{\"HEARTBEAT\":2}}");
	assert_counts(B, 0, "{\"sent\":{},\"arrived\":{\"HEARTBEAT\":1}}");
	assert_counts(B, 1, "{\"sent\":{},\"arrived\":{}}");
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
	assert_counts(A, 0, "{\"sent\":{\"HEARTBEAT\":10},\"arrived\":{\"HEARTBEAT\":20}}");
	assert_judged(true, NULL);
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

START_TEST(octets_are_recognised)
{
	unsigned flow, stream, message;
	unsigned char octets[64];
	size_t length;

	set_up();
	lose_three();
	memcpy(octets, fake_sent(1, &length), 40);
	ck_assert_uint_eq(length, 40);
	ck_assert(payload_parse(octets, length, &flow, &stream, &message));
	ck_assert_uint_eq(flow, 0);
	ck_assert_uint_eq(stream, 1);
	ck_assert_uint_eq(message, 1);
	ck_assert(flow_recognise(t, octets, length, &flow, &message));
	/* A capture may be cut short, but not within the first 16 octets. */
	for (length = 0; length < 40; length++)
		ck_assert_msg(payload_parse(octets, length, &flow, &stream, &message) == (length >= 16), "%zu octets",
			length);
	ck_assert(!payload_parse(NULL, 0, &flow, &stream, &message));
	tear_down();
}
END_TEST

START_TEST(changed_octets_are_no_message)
{
	unsigned flow, stream, message;
	unsigned char octets[64];
	size_t length;

	set_up();
	lose_three();
	memcpy(octets, fake_sent(2, &length), 40);
	for (size_t at = 0; at < 40; at++) {
		octets[at] ^= 0x40;
		ck_assert_msg(!flow_recognise(t, octets, 40, &flow, &message), "octet %zu", at);
		ck_assert(at >= 4 || !payload_parse(octets, 40, &flow, &stream, &message));
		octets[at] ^= 0x40;
	}
	ck_assert(flow_recognise(t, octets, 40, &flow, &message));
	tear_down();
}
END_TEST

int main(void)
{
	return RUN_TESTS("wire", at_least_one, not_one, too_few, other_paths_senders_and_chunks_do_not_count,
		not_at_all, at_most, what_arrives_was_not_sent_here, by_both_and_by_neither,
		several_chunks_in_a_packet_count_each, chunks_are_counted_by_type_and_direction,
		senders_are_told_apart_however_many_there_are, all_on_one_path,
		a_capture_that_ends_in_a_packet_answers_nothing, no_capture_answers_nothing,
		an_empty_file_is_no_capture, of_several_wrong_answers_the_first_is_told, sent_flags_that_are_right,
		told_as_unsent_but_sent, told_as_sent_but_not_sent, flags_need_every_capture, octets_are_recognised,
		changed_octets_are_no_message);
}
