/* SPDX-License-Identifier: Apache-2.0 */
/* sent_test.c - what is outstanding, in as much memory as all ends together may take. */
#include <check.h>

#include "core/tests/suite.h"
#include "runner/referee/model.h"
#include "runner/referee/sent.h"

static bool add(struct sent *sent)
{
	return sent_add(sent, &(struct sent_chunk){ .tsn = sent->next }) != NULL;
}

START_TEST(what_is_acknowledged_makes_room)
{
	size_t all = 0;
	struct sent sent = { .all = &all };
	sent_begin(&sent, 0xfffffff0);
	for (unsigned i = 0; i < 10000; i++) {
		ck_assert(add(&sent));
		if (i % 10 == 9)
			sent_acknowledge(&sent, sent.next - 1);
	}
	ck_assert_uint_eq(sent.room, 64);
	ck_assert_uint_eq(all, 64);
	ck_assert_ptr_null(sent_find(&sent, sent.next - 1));
	sent_free(&sent);
	ck_assert_uint_eq(all, 0);
}
END_TEST

START_TEST(an_end_has_so_much_and_no_more)
{
	size_t all = 0;
	struct sent sent = { .all = &all };
	sent_begin(&sent, 1);
	for (unsigned i = 0; i < SENT_CHUNKS_MAX; i++)
		ck_assert(add(&sent));
	ck_assert(!add(&sent));
	ck_assert(!sent.known);
	ck_assert_uint_eq(all, 0);
	/* and may begin anew */
	sent_begin(&sent, 7);
	ck_assert(add(&sent));
	sent_free(&sent);
}
END_TEST

START_TEST(all_ends_have_so_much_and_no_more)
{
	size_t all = SENT_CHUNKS_ALL - 64;
	struct sent one = { .all = &all }, other = { .all = &all };
	sent_begin(&one, 1);
	sent_begin(&other, 1);
	ck_assert(add(&one));
	ck_assert(!add(&other));
	ck_assert(!other.known);
	sent_free(&one);
	sent_begin(&other, 1);
	ck_assert(add(&other));
	sent_free(&other);
	ck_assert_uint_eq(all, SENT_CHUNKS_ALL - 64);
}
END_TEST

/* A stream of a high number takes no more than any other. */
START_TEST(streams_take_room_when_they_are_used)
{
	struct association *association = association_new(1, 0);
	struct end *end = &association->end[0];
	end->outbound_streams = 65535;
	association->from_the_start = true;
	end_stream(end, 65534)->next = 5;
	ck_assert_uint_le(end->streams_room, 16);
	ck_assert(end_stream(end, 3)->known);
	for (unsigned i = 0; i < 1000; i++)
		end_stream(end, (uint16_t)(i * 64))->next = i;
	ck_assert_uint_eq(end_stream(end, 65534)->next, 5);
	for (unsigned i = 0; i < 1000; i++)
		ck_assert_uint_eq(end_stream(end, (uint16_t)(i * 64))->next, i);
	ck_assert_uint_le(end->streams_room, 2048);
	end->streams_unknown = true;
	ck_assert(!end_stream(end, 9)->known);
	association_free(association);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("sent");
	TCase *tests = tcase_create("sent");
	tcase_add_test(tests, what_is_acknowledged_makes_room);
	tcase_add_test(tests, an_end_has_so_much_and_no_more);
	tcase_add_test(tests, all_ends_have_so_much_and_no_more);
	tcase_add_test(tests, streams_take_room_when_they_are_used);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
