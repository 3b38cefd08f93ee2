/* SPDX-License-Identifier: Apache-2.0 */
/* tamper_test.c - the words of --tamper, and that each falsification is one that the matcher finds. */
#include "runner/engine/tamper.h"

#include <string.h>

#include "runner/engine/matcher.h"
#include "runner/engine/tests/run_tests.h"

START_TEST(the_words)
{
	static const struct {
		const char *text;
		enum tampering what;
		unsigned which;
	} good[] = {
		{ "drop:1", TAMPER_DROP, 1 },
		{ "double:2", TAMPER_DOUBLE, 2 },
		{ "change:30", TAMPER_CHANGE, 30 },
		{ "delay:100000", TAMPER_DELAY, 100000 },
		{ "panic:1", TAMPER_PANIC, 1 },
		{ "hang:1", TAMPER_HANG, 1 },
		{ "crash:1", TAMPER_CRASH, 1 },
		{ "die:1", TAMPER_DIE, 1 },
		{ "warn:1", TAMPER_WARN, 1 },
		{ "taint:1", TAMPER_TAINT, 1 },
		{ "leak:1", TAMPER_LEAK, 1 },
		{ "luck:1", TAMPER_LUCK, 1 },
		{ "assoc:1", TAMPER_ASSOC, 1 },
	};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct tamper tamper = { 0 };

		ck_assert_msg(tamper_parse(good[i].text, &tamper), "%s", good[i].text);
		ck_assert_int_eq(tamper.what, good[i].what);
		ck_assert_uint_eq(tamper.which, good[i].which);
	}
}
END_TEST

START_TEST(settings)
{
	struct tamper tamper = { 0 };

	ck_assert(tamper_parse("setting:path_max_retrans:+1", &tamper));
	ck_assert_int_eq(tamper.what, TAMPER_SETTING);
	ck_assert_str_eq(tamper.name, "path_max_retrans");
	ck_assert_uint_eq(tamper_setting(&tamper, 5), 6);
	ck_assert(tamper_parse("setting:path_max_retrans:-1", &tamper));
	ck_assert_uint_eq(tamper_setting(&tamper, 5), 4);
	ck_assert_uint_eq(tamper_setting(&tamper, 1), 1);
	ck_assert(tamper_parse("setting:hb_interval:x0.9", &tamper));
	ck_assert_uint_eq(tamper_setting(&tamper, 30000), 27000);
}
END_TEST

START_TEST(other_words)
{
	static const char *const bad[] = { "", "drop", "drop:", "drop:0", "drop:-1", "drop:+1", "drop: 1", "drop:1 ",
		"drop:1x", "drop:100001", "drop:99999999999999999999", "Drop:1", "drip:1", ":1", "1",
		"setting:", "setting:x", "setting:nosuch:+1", "setting::+1", "setting:rto_min:", "setting:rto_min:1",
		"setting:rto_min:+", "setting:rto_min:+x", "setting:rto_min:x0", "setting:rto_min:xnan",
		"setting:rto_min:+1 ", "setting:A:+1", "setting:a b:+1" };

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct tamper tamper = { .which = 77 };

		ck_assert_msg(!tamper_parse(bad[i], &tamper), "\"%s\" is taken", bad[i]);
		ck_assert_uint_eq(tamper.which, 77);
	}
}
END_TEST

static const struct observation unreachable = {
	.t = 5, .kind = OBSERVED_PADDR_CHANGE, .state = ADDR_UNREACHABLE, .path = 0, .family = 4
};

START_TEST(only_the_one_with_that_number)
{
	const struct tamper tamper = { .what = TAMPER_DROP, .which = 2 };
	struct observation observation = unreachable;

	ck_assert_uint_eq(tamper_apply(&tamper, 1, &observation), 1);
	ck_assert_uint_eq(tamper_apply(&tamper, 2, &observation), 0);
	ck_assert_uint_eq(tamper_apply(&tamper, 3, &observation), 1);
	ck_assert_mem_eq(&observation, &unreachable, sizeof(observation));
}
END_TEST

START_TEST(nothing_to_tamper_with)
{
	const struct tamper tamper = { 0 };
	struct observation observation = unreachable;

	ck_assert_uint_eq(tamper_apply(&tamper, 1, &observation), 1);
	ck_assert_mem_eq(&observation, &unreachable, sizeof(observation));
}
END_TEST

START_TEST(doubling_leaves_it_as_it_is)
{
	const struct tamper tamper = { .what = TAMPER_DOUBLE, .which = 1 };
	struct observation observation = unreachable;

	ck_assert_uint_eq(tamper_apply(&tamper, 1, &observation), 2);
	ck_assert_mem_eq(&observation, &unreachable, sizeof(observation));
}
END_TEST

START_TEST(a_delayed_one_is_later_than_any_window)
{
	const struct tamper tamper = { .what = TAMPER_DELAY, .which = 1 };
	struct observation observation = unreachable;

	ck_assert_uint_eq(tamper_apply(&tamper, 1, &observation), 1);
	ck_assert_int_gt(observation.t, s(50000));
}
END_TEST

/* The most general item that a case can write for an observation. */
static struct item item_for(const struct observation *observation)
{
	return (struct item){ .kind = observation->kind,
		.state = observation->kind == OBSERVED_SEND_FAILED || observation->kind == OBSERVED_SEND_FAILED_EVENT ||
				observation->kind == OBSERVED_SENDER_DRY_EVENT || observation->kind == OBSERVED_ERROR
			? ANY
			: observation->state,
		.path = observation->kind == OBSERVED_PADDR_CHANGE ? observation->path : ANY,
		.family = ANY,
		.error = observation->kind == OBSERVED_REMOTE_ERROR || observation->kind == OBSERVED_ERROR
			? (int)observation->error
			: ANY,
		.flow = observation->flow,
		.message = observation->message,
		.within = between(0, VTIME_FOREVER) };
}

START_TEST(another_association)
{
	const struct tamper tamper = { .what = TAMPER_ASSOC, .which = 1 };
	struct observation observation = { .assoc_id = 7 };

	ck_assert_uint_eq(tamper_apply(&tamper, 1, &observation), 1);
	ck_assert_uint_eq(observation.assoc_id, 8);
}
END_TEST

START_TEST(a_changed_one_fits_no_item_that_it_fitted)
{
	for (int kind = OBSERVED_ASSOC_CHANGE; kind <= OBSERVED_ERROR; kind++) {
		const struct tamper tamper = { .what = TAMPER_CHANGE, .which = 1 };
		struct observation observation = { .kind = (enum observed)kind, .message = 3, .intact = true };
		const struct item item = item_for(&observation);

		ck_assert(item_fits(&item, &observation));
		ck_assert_uint_eq(tamper_apply(&tamper, 1, &observation), 1);
		ck_assert_msg(
			!item_fits(&item, &observation), "a changed %s still fits", observed_name((enum observed)kind));
	}
}
END_TEST

int main(void)
{
	return RUN_TESTS("tampering", the_words, settings, other_words, only_the_one_with_that_number,
		nothing_to_tamper_with, doubling_leaves_it_as_it_is, a_delayed_one_is_later_than_any_window,
		another_association, a_changed_one_fits_no_item_that_it_fitted);
}
