/* SPDX-License-Identifier: Apache-2.0 */
/* inference_test.c - what captures made by hand show of the settings of their ends, and what they do not show. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/judge/tests/judged.h"

static const struct inference *inferred(unsigned end, enum setting setting)
{
	const struct outgoing *way = &judged.judgement->accounts->end[end];
	for (unsigned i = 0; i < way->n_inferred; i++)
		if (way->inferred[i].setting == setting)
			return &way->inferred[i];
	return NULL;
}

static void is_inferred(unsigned end, enum setting setting, int64_t value, uint64_t n, bool sure)
{
	const struct inference *inference = inferred(end, setting);
	ck_assert_msg(inference != NULL, "%s is not inferred", setting_names[setting]);
	ck_assert_int_eq(inference->value, value);
	ck_assert_uint_eq(inference->n, n);
	ck_assert_int_eq(inference->is_sure, sure);
	ck_assert_int_le(inference->low, value);
	ck_assert_int_ge(inference->high, value);
	const struct settings settings = account_settings(judged.judgement->accounts, end, &judged.options.settings);
	if (sure && !judged.options.settings.said)
		ck_assert_int_eq(settings.value[setting], value);
	else
		ck_assert_int_eq(settings.value[setting], judged.options.settings.value[setting]);
}

/* ------------------------------------------------------------------ numbers */

START_TEST(people_choose_round_numbers)
{
	static const struct {
		int64_t low, high, near, roundest;
	} rows[] = {
		{ 950, 1001, 1000, 1000 },
		{ 29200, 30400, 29900, 30000 },
		{ 176, 201, 199, 200 },
		{ 59000, 60100, 60012, 60000 },
		{ 70, 85, 84, 80 },
		{ 2400, 2600, 2480, 2500 },
		{ 7, 7, 7, 7 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		ck_assert_int_eq(roundest(rows[i].low, rows[i].high, rows[i].near), rows[i].roundest);
}
END_TEST

/* ------------------------------------------------------------------ timers */

/* DATA that is answered at once, then DATA that is lost, and comes again after so long. */
static void timeout_after(int64_t ns)
{
	judged.to.at_ns += 100 * MS;
	put_data(&judged.to, &judged.bond, 0, 100);
	judged.to.at_ns += MS;
	put_sack(&judged.to, &judged.bond, 1);
	judged.to.at_ns += 100 * MS;
	put_data(&judged.to, &judged.bond, 0, 100);
	judged.to.at_ns += ns;
	put_data_again(&judged.to, &judged.bond, 0, judged.bond.tsn[0] - 1, 100);
	judged.to.at_ns += MS;
	put_sack(&judged.to, &judged.bond, 1);
}

START_TEST(timeouts_show_rto_min)
{
	put_setup(&judged.to, &judged.bond);
	for (unsigned i = 0; i < 5; i++)
		timeout_after(200 * MS + i * MS);
	judged_at_end_0();
	judged_judge();
	is_inferred(0, SETTING_RTO_MIN, 200, 5, true);
	ck_assert_uint_eq(judged.judgement->accounts->end[0].t3, 5);
	ck_assert_uint_eq(judged.judgement->accounts->end[0].fast, 0);
	judged_says("A is told RTO.Min about 0.2 s, inferred from 5 timeouts");
}
END_TEST

START_TEST(one_timeout_is_a_guess)
{
	put_setup(&judged.to, &judged.bond);
	timeout_after(SECOND);
	judged_judge();
	is_inferred(0, SETTING_RTO_MIN, 1000, 1, false);
	judged_says("RTO.Min perhaps 1 s, inferred from 1 timeout");
}
END_TEST

START_TEST(what_the_user_says_counts)
{
	put_setup(&judged.to, &judged.bond);
	for (unsigned i = 0; i < 5; i++)
		timeout_after(1500 * MS);
	ck_assert_int_eq(settings_set(&judged.options.settings, "rto_min=1000", NULL), 0);
	judged_judge();
	is_inferred(0, SETTING_RTO_MIN, 1500, 5, true);
}
END_TEST

/* Round trips of 300 ms make an RTO of 900 ms: that says nothing of RTO.Min. */
START_TEST(timeouts_that_round_trips_explain)
{
	put_setup(&judged.to, &judged.bond);
	judged.to.at_ns += SECOND;
	put_data(&judged.to, &judged.bond, 0, 100);
	judged.to.at_ns += 300 * MS;
	put_sack(&judged.to, &judged.bond, 1);
	judged.to.at_ns += SECOND;
	put_data(&judged.to, &judged.bond, 0, 100);
	judged.to.at_ns += 910 * MS;
	put_data_again(&judged.to, &judged.bond, 0, judged.bond.tsn[0] - 1, 100);
	judged_judge();
	ck_assert_ptr_null(inferred(0, SETTING_RTO_MIN));
}
END_TEST

START_TEST(inits_show_rto_initial_and_max)
{
	static const int seconds[] = { 2, 4, 8, 10, 10 };
	put_setup_step(&judged.to, &judged.bond, 0);
	for (unsigned i = 0; i < 5; i++) {
		judged.to.at_ns += seconds[i] * SECOND;
		put_setup_step(&judged.to, &judged.bond, 0);
	}
	struct bond other = bond_of(1);
	judged.to.at_ns += 60 * SECOND;
	put_setup(&judged.to, &other);
	judged_judge();
	is_inferred(0, SETTING_RTO_INITIAL, 2000, 5, true);
	is_inferred(0, SETTING_RTO_MAX, 10000, 2, true);
	is_inferred(0, SETTING_MAX_INIT_RETRANSMITS, 5, 6, false);
}
END_TEST

/* The capture ends before the next one would have come. */
START_TEST(inits_that_may_go_on)
{
	put_setup_step(&judged.to, &judged.bond, 0);
	judged.to.at_ns += 3 * SECOND;
	put_setup_step(&judged.to, &judged.bond, 0);
	judged_judge();
	is_inferred(0, SETTING_RTO_INITIAL, 3000, 1, false);
	ck_assert_ptr_null(inferred(0, SETTING_MAX_INIT_RETRANSMITS));
	ck_assert_ptr_null(inferred(0, SETTING_RTO_MAX));
}
END_TEST

/* ------------------------------------------------------------------ HEARTBEATs and SACKs */

static void beat(int64_t after_ns, uint32_t number)
{
	judged.to.at_ns += after_ns;
	put_heartbeat(&judged.to, &judged.bond, 0, number);
	judged.to.at_ns += MS;
	put_heartbeat_ack(&judged.to, &judged.bond, 1, number);
}

/* 10 s, an RTO of 1 s, and half of that more or less; one was held back, and one asked for. */
START_TEST(heartbeats_show_their_interval)
{
	static const int milliseconds[] = { 10600, 11400, 11000, 10800, 19000, 11200, 700, 10700, 11300, 10900, 11100 };
	put_setup(&judged.to, &judged.bond);
	for (unsigned i = 0; i < sizeof(milliseconds) / sizeof(*milliseconds); i++)
		beat(milliseconds[i] * MS, i);
	judged_judge();
	is_inferred(0, SETTING_HB_INTERVAL, 10000, 8, true);
	ck_assert_ptr_null(inferred(1, SETTING_HB_INTERVAL));
	judged_says("HB.interval about 10 s, inferred from 8 HEARTBEATs of idle paths");
}
END_TEST

/* 5 s and an RTO of 1 s, or 6 s and a shorter one, or 4 s and one that is backed off: few tell nothing for certain. */
START_TEST(few_heartbeats_are_a_guess)
{
	static const int milliseconds[] = { 6400, 5900, 6200, 6450, 6000, 6100 };
	put_setup(&judged.to, &judged.bond);
	for (unsigned i = 0; i < sizeof(milliseconds) / sizeof(*milliseconds); i++)
		beat(milliseconds[i] * MS, i);
	judged_judge();
	ck_assert_ptr_nonnull(inferred(0, SETTING_HB_INTERVAL));
	ck_assert(!inferred(0, SETTING_HB_INTERVAL)->is_sure);
}
END_TEST

/* A host was paused: its answers came so late that the RTO is the longest, and HEARTBEATs are far apart. */
START_TEST(heartbeats_of_a_long_rto_show_nothing)
{
	put_setup(&judged.to, &judged.bond);
	put_heartbeat(&judged.to, &judged.bond, 0, 100);
	judged.to.at_ns += 24 * SECOND;
	put_heartbeat_ack(&judged.to, &judged.bond, 1, 100);
	for (unsigned i = 0; i < 9; i++)
		beat(86 * SECOND + i * 100 * MS, i);
	judged_judge();
	ck_assert_ptr_null(inferred(0, SETTING_HB_INTERVAL));
}
END_TEST

START_TEST(heartbeats_at_any_time_show_nothing)
{
	static const int seconds[] = { 3, 11, 40, 7, 90, 22 };
	put_setup(&judged.to, &judged.bond);
	for (unsigned i = 0; i < sizeof(seconds) / sizeof(*seconds); i++)
		beat(seconds[i] * SECOND, i);
	judged_judge();
	ck_assert_ptr_null(inferred(0, SETTING_HB_INTERVAL));
}
END_TEST

/* In between, DATA has held the HEARTBEAT back. */
START_TEST(heartbeats_of_busy_paths_show_nothing)
{
	put_setup(&judged.to, &judged.bond);
	for (unsigned i = 0; i < 8; i++) {
		beat(6 * SECOND, i);
		judged.to.at_ns += 6 * SECOND;
		put_data(&judged.to, &judged.bond, 0, 10);
		judged.to.at_ns += MS;
		put_sack(&judged.to, &judged.bond, 1);
	}
	judged_judge();
	ck_assert_ptr_null(inferred(0, SETTING_HB_INTERVAL));
}
END_TEST

static void sacks_after(const int *milliseconds, unsigned n)
{
	put_setup(&judged.to, &judged.bond);
	for (unsigned i = 0; i < n; i++) {
		judged.to.at_ns += SECOND;
		put_data(&judged.to, &judged.bond, 0, 10);
		judged.to.at_ns += milliseconds[i] * MS;
		put_sack(&judged.to, &judged.bond, 1);
	}
}

START_TEST(sacks_show_their_delay)
{
	static const int milliseconds[] = { 1, 140, 142, 1, 141, 143, 70, 144 };
	sacks_after(milliseconds, 8);
	judged_judge();
	/* it may be the way that is that long, now and then */
	is_inferred(1, SETTING_SACK_TIMEOUT, 140, 5, false);
	judged_says("B is told delay of SACKs perhaps 0.14 s, inferred from 5 SACKs");
}
END_TEST

/* 140 ms each: a peer that far away, which acknowledges at once. */
START_TEST(sacks_from_far_away_show_nothing)
{
	static const int milliseconds[] = { 140, 141, 140, 141, 140 };
	sacks_after(milliseconds, 5);
	judged_judge();
	ck_assert_ptr_null(inferred(1, SETTING_SACK_TIMEOUT));
}
END_TEST

/* ------------------------------------------------------------------ failures */

/* After the first timeout it is probed every RTO, after the third one after HB.interval besides. */
static void failure(void)
{
	static const int seconds[] = { 31, 2, 4, 38 };
	static uint32_t number = 100;
	beat(31 * SECOND, number++);
	judged.to.at_ns += 31 * SECOND;
	put_heartbeat(&judged.to, &judged.bond, 0, number++);
	for (unsigned i = 0; i < 4; i++) {
		judged.to.at_ns += seconds[i] * SECOND;
		put_heartbeat(&judged.to, &judged.bond, 0, number++);
	}
	judged.to.at_ns += MS;
	put_heartbeat_ack(&judged.to, &judged.bond, 1, number - 1);
}

START_TEST(failures_show_how_many_timeouts_are_needed)
{
	put_setup(&judged.to, &judged.bond);
	failure();
	failure();
	judged_judge();
	ck_assert_uint_eq(judged.judgement->accounts->n_failures, 2);
	is_inferred(0, SETTING_PATH_MAX_RETRANS, 2, 2, true);
	is_inferred(0, SETTING_PF_RETRANS, 0, 2, true);
	/* and when it was given up follows from that */
	const struct failure *first = &judged.judgement->accounts->failures[0];
	ck_assert_uint_eq(first->given_up.number, first->strikes[2].spot.number);
	ck_assert_uint_ne(first->given_up.number, 0);
	judged_says("Path.Max.Retrans 2, inferred from 2 failures of paths");
}
END_TEST

START_TEST(one_failure_is_a_guess)
{
	put_setup(&judged.to, &judged.bond);
	failure();
	judged_judge();
	is_inferred(0, SETTING_PATH_MAX_RETRANS, 2, 1, false);
	ck_assert_uint_eq(judged.judgement->accounts->failures[0].given_up.number, 0);
}
END_TEST

START_TEST(json_and_page_have_them)
{
	put_setup(&judged.to, &judged.bond);
	failure();
	failure();
	judged_judge();
	char *text = judged_json();
	ck_assert_ptr_nonnull(strstr(text, "\"setting\": \"path_max_retrans\""));
	ck_assert_ptr_nonnull(strstr(text, "\"sure\": true"));
	free(text);
	text = judged_page();
	ck_assert_ptr_nonnull(strstr(text, "Path.Max.Retrans 2, inferred from 2 failures of paths"));
	free(text);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("judge_inference");
	TCase *tests = tcase_create("inference");
	tcase_add_checked_fixture(tests, judged_set_up, judged_tear_down);
	tcase_add_test(tests, people_choose_round_numbers);
	tcase_add_test(tests, timeouts_show_rto_min);
	tcase_add_test(tests, one_timeout_is_a_guess);
	tcase_add_test(tests, what_the_user_says_counts);
	tcase_add_test(tests, timeouts_that_round_trips_explain);
	tcase_add_test(tests, inits_show_rto_initial_and_max);
	tcase_add_test(tests, inits_that_may_go_on);
	tcase_add_test(tests, heartbeats_show_their_interval);
	tcase_add_test(tests, few_heartbeats_are_a_guess);
	tcase_add_test(tests, heartbeats_of_a_long_rto_show_nothing);
	tcase_add_test(tests, heartbeats_at_any_time_show_nothing);
	tcase_add_test(tests, heartbeats_of_busy_paths_show_nothing);
	tcase_add_test(tests, sacks_show_their_delay);
	tcase_add_test(tests, sacks_from_far_away_show_nothing);
	tcase_add_test(tests, failures_show_how_many_timeouts_are_needed);
	tcase_add_test(tests, one_failure_is_a_guess);
	tcase_add_test(tests, json_and_page_have_them);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
