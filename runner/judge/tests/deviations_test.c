/* SPDX-License-Identifier: Apache-2.0 */
/* deviations_test.c - what is told of a SHOULD that is broken, and what is not told where some may be in no capture. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/judge/tests/judged.h"

/* DATA that end 0 acknowledges after so long. */
static void acknowledged_after(int64_t ns)
{
	judged.to.at_ns += SECOND;
	put_data(&judged.to, &judged.bond, 1, 10);
	judged.to.at_ns += ns;
	put_sack(&judged.to, &judged.bond, 0);
}

static void page_has(const char *words, bool does)
{
	char *text = judged_page();
	ck_assert_msg((strstr(text, words) != NULL) == does, "%s is %s the page", words, does ? "not on" : "on");
	free(text);
}

/* Nothing red is on a page that tells of deviations only. */
START_TEST(a_page_of_deviations)
{
	put_setup(&judged.to, &judged.bond);
	acknowledged_after(MS);
	acknowledged_after(700 * MS);
	judged_at_end_0();
	judged_judge();
	ck_assert_uint_eq(judged.judgement->deviations, 1);
	ck_assert_uint_eq(judged.judgement->broken, 0);
	page_has("<span class=\"badge\">deviates</span>", true);
	page_has("class=\"case xfail\"", true);
	page_has("class=\"headline deviates\"", true);
	page_has("<h4>Deviations</h4>", true);
	page_has("id=\"association-1~finding-1\"", true);
	page_has("href=\"#association-1~finding-1\"", true);
	page_has("class=\"finding deviates\"", true);
	page_has("class=\"case fail\"", false);
	page_has("badge\">MUST broken", false);
	page_has("Rules broken", false);
}
END_TEST

START_TEST(a_page_of_a_broken_rule)
{
	put_setup(&judged.to, &judged.bond);
	acknowledged_after(MS);
	acknowledged_after(700 * MS);
	put_tagged(&judged.to, &judged.bond, 0, 77, "\x04\0\0\x08\0\x01\0\x04", 8);
	judged_at_end_0();
	judged_judge();
	ck_assert_uint_eq(judged.judgement->broken, 1);
	page_has("<span class=\"badge\">MUST broken</span>", true);
	page_has("class=\"headline bad\"", true);
	page_has("<h4>Rules broken</h4>", true);
	page_has("class=\"case xfail\"", false);
}
END_TEST

START_TEST(a_page_on_which_all_is_well)
{
	put_setup(&judged.to, &judged.bond);
	acknowledged_after(MS);
	judged_judge();
	page_has("<span class=\"badge\">well</span>", true);
	page_has("class=\"headline good\"", true);
}
END_TEST

/* DATA comes again, and is acknowledged at once: the SACK for it may have left over a path of which there is no
 * capture, or into a link that was down. With a word for the links it is late. */
START_TEST(a_sack_that_may_have_left_unseen)
{
	put_setup(&judged.to, &judged.bond);
	acknowledged_after(MS);
	judged.to.at_ns += SECOND;
	put_data(&judged.to, &judged.bond, 1, 10);
	judged.to.at_ns += SECOND;
	put_data_again(&judged.to, &judged.bond, 1, judged.bond.tsn[1] - 1, 10);
	judged.to.at_ns += 50000;
	put_sack(&judged.to, &judged.bond, 0);
	judged_at_end_0();
	judged_judge();
	ck_assert_uint_eq(judged.judgement->broken + judged.judgement->deviations, 0);
	judged.options.links_up = true;
	judged_judge();
	ck_assert_uint_gt(judged.judgement->deviations, 0);
	judged_says("SHOULD sacks.delay: A at");
}
END_TEST

/* End 0 acknowledges what came 10 ms before, again and again: it is behind, and that is told. */
START_TEST(an_end_that_is_behind)
{
	put_setup(&judged.to, &judged.bond);
	for (unsigned i = 0; i < 20; i++) {
		judged.to.at_ns += 10 * MS;
		struct bond before = judged.bond;
		put_data(&judged.to, &judged.bond, 1, 10);
		judged.to.at_ns += 10 * MS;
		put_sack(&judged.to, &before, 0);
		judged.to.at_ns += MS;
		put_sack(&judged.to, &judged.bond, 0);
	}
	judged_at_end_0();
	judged_judge();
	ck_assert_uint_eq(judged.judgement->broken, 0);
	judged_says("A may be ");
	judged_says("behind what has arrived there, as its SACKs show");
}
END_TEST

START_TEST(an_end_that_does_not_acknowledge)
{
	put_setup(&judged.to, &judged.bond);
	for (unsigned i = 0; i < 5; i++) {
		struct bond before = judged.bond;
		judged.to.at_ns += SECOND;
		put_data(&judged.to, &judged.bond, 1, 10);
		judged.to.at_ns += 150 * MS;
		put_sack(&judged.to, &before, 0);
	}
	judged_at_end_0();
	judged_judge();
	ck_assert_uint_gt(judged.judgement->broken, 0);
	judged_says("MUST sacks.cumulative: A at");
}
END_TEST

/* The window is closed, and DATA comes: end 0 drops it, and says so by its SACK. */
START_TEST(data_for_a_closed_window)
{
	uint8_t sack[16] = { 3, 0, 0, 16 };
	put_setup(&judged.to, &judged.bond);
	acknowledged_after(MS);
	const uint32_t told = judged.bond.tsn[1] - 1;
	for (unsigned i = 0; i < 4; i++)
		sack[4 + i] = (uint8_t)(told >> (24 - 8 * i));
	judged.to.at_ns += SECOND;
	put_packet(&judged.to, &judged.bond, 0, sack, sizeof(sack));
	judged.to.at_ns += SECOND;
	put_data(&judged.to, &judged.bond, 1, 10);
	judged.to.at_ns += 200 * MS;
	put_packet(&judged.to, &judged.bond, 0, sack, sizeof(sack));
	judged_at_end_0();
	judged_judge();
	char *text = judged_text();
	ck_assert_msg(strstr(text, "sacks.cumulative") == NULL, "%s", text);
	free(text);
}
END_TEST

/* The checksum of RFC 2960 is told by its name. */
START_TEST(a_checksum_of_old)
{
	static const uint8_t sum[4] = { 0x0e, 0x36, 0x00, 0xbc };
	put_setup(&judged.to, &judged.bond);
	put_heartbeat(&judged.to, &judged.bond, 0, 1);
	const long end = ftell(judged.out);
	fseek(judged.out, end - 16, SEEK_SET);
	fwrite(sum, 1, sizeof(sum), judged.out);
	fseek(judged.out, end, SEEK_SET);
	judged_judge();
	ck_assert_uint_eq(judged.judgement->broken, 1);
	judged_says(", the Adler-32 of RFC 2960");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("judge_deviations");
	TCase *tests = tcase_create("deviations");
	tcase_add_checked_fixture(tests, judged_set_up, judged_tear_down);
	tcase_add_test(tests, a_page_of_deviations);
	tcase_add_test(tests, a_page_of_a_broken_rule);
	tcase_add_test(tests, a_page_on_which_all_is_well);
	tcase_add_test(tests, a_sack_that_may_have_left_unseen);
	tcase_add_test(tests, an_end_that_is_behind);
	tcase_add_test(tests, an_end_that_does_not_acknowledge);
	tcase_add_test(tests, data_for_a_closed_window);
	tcase_add_test(tests, a_checksum_of_old);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
