/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timing_test.c - the windows against values worked out by hand from the formulas, their order, and their
 * growth with each setting. Upper ends have to allow for timers that are late, and not for much more.
 */
#include "runner/engine/timing.h"

#include "runner/engine/tests/run_tests.h"

/* R = 0.5, 1, 2, 4, 4, ... s; H = 3 s */
static const struct settings quick = { .rto_initial = MS(500),
	.rto_min = MS(500),
	.rto_max = MS(4000),
	.hb_interval = MS(3000),
	.path_max_retrans = 3,
	.association_max_retrans = 8 };
static const struct settings defaults;

static struct settings in(struct settings stated)
{
	return settings_in_force(&stated);
}

static struct settings quick_without_pf(void)
{
	struct settings settings = quick;

	settings.pf_enable = OFF;
	return in(settings);
}

/* `to` may be late by the granularity of the timer wheel, an eighth or so, and by ticks. */
static void assert_window_at(struct window window, int64_t from_ms, int64_t to_ms, int line)
{
	ck_assert_msg(window.from == ms(from_ms), "line %d: from %.3f s, not %.3f s", line, (double)window.from / 1e9,
		(double)from_ms / 1e3);
	ck_assert_msg(window.to >= ms(to_ms), "line %d: to %.3f s, before %.3f s", line, (double)window.to / 1e9,
		(double)to_ms / 1e3);
	ck_assert_msg(window.to <= ms(to_ms) + ms(to_ms) / 7 + ms(240), "line %d: to %.3f s, too long after %.3f s",
		line, (double)window.to / 1e9, (double)to_ms / 1e3);
}

#define assert_window(window, from_ms, to_ms) assert_window_at(window, from_ms, to_ms, __LINE__)

START_TEST(timers_are_late_by_ticks_and_an_eighth)
{
	vtime previous = 0;

	/* 63 ticks of 4 ms: slots of 8 ticks, and 2 ticks more; or 8 ms and 2 of 1 ms; or 10 and 20 */
	ck_assert_int_eq(timer_lateness(ms(252)), ms(40));
	ck_assert_int_le(timer_lateness(0), ms(30));
	for (vtime length = 0; length < s(4000); length += length / 50 + ms(1)) {
		const vtime lateness = timer_lateness(length);

		ck_assert_int_ge(lateness, previous);
		ck_assert_int_gt(lateness, ms(8));
		ck_assert_int_le(lateness, length * 8 / 63 + ms(30));
		ck_assert_int_eq(timer_window(length).from, length);
		ck_assert_int_eq(timer_window(length).to, length + lateness);
		previous = lateness;
	}
}
END_TEST

START_TEST(the_rto_doubles_up_to_its_maximum)
{
	const struct settings q = in(quick), d = in(defaults);
	static const int64_t of_defaults[] = { 1, 2, 4, 8, 16, 32, 60, 60, 60 };

	for (unsigned k = 0; k < sizeof(of_defaults) / sizeof(*of_defaults); k++)
		ck_assert_int_eq(timing_rto_after(&d, doubled(k)), s(of_defaults[k]));
	ck_assert_int_eq(timing_rto_after(&q, doubled(0)), ms(500));
	ck_assert_int_eq(timing_rto_after(&q, doubled(3)), s(4));
	ck_assert_int_eq(timing_rto_after(&q, doubled(4)), s(4));
	ck_assert_int_eq(timing_rto_after(&d, doubled(1000000)), s(60));
}
END_TEST

START_TEST(timeouts_double_one_after_the_other)
{
	const struct settings q = in(quick);

	ck_assert_int_eq(timing_timeouts(&q, 0).from, 0);
	ck_assert_int_eq(timing_timeouts(&q, 1).from, ms(500));
	ck_assert_int_eq(timing_timeouts(&q, 1).to, timing_t3_rtx(&q, doubled(0)).to);
	ck_assert_int_eq(timing_timeouts(&q, 3).from, ms(500 + 1000 + 2000));
	ck_assert_int_eq(timing_timeouts(&q, 5).from, ms(500 + 1000 + 2000 + 4000 + 4000));
}
END_TEST

START_TEST(heartbeat_periods)
{
	const struct settings q = in(quick);
	const struct settings fast =
		in((struct settings){ .rto_min = MS(100), .rto_max = MS(100), .hb_interval = MS(100) });

	assert_window(timing_period(&q, doubled(0), false), 3250, 3750);
	assert_window(timing_period(&q, doubled(3), false), 5000, 9000);
	assert_window(timing_period(&q, doubled(0), true), 250, 750);
	assert_window(timing_period(&q, doubled(2), true), 1000, 3000);
	/* The floor of 200 ms. */
	assert_window(timing_period(&fast, doubled(0), false), 200, 300);
	assert_window(timing_period(&fast, doubled(0), true), 200, 300);
}
END_TEST

START_TEST(when_paths_are_potentially_failed)
{
	struct settings settings = in(defaults);

	ck_assert(pf_happens(&settings));
	settings.pf_enable = OFF;
	ck_assert(!pf_happens(&settings));
	settings = in((struct settings){ .path_max_retrans = 1 });
	ck_assert(!pf_happens(&settings));
	settings = in((struct settings){ .path_max_retrans = 2 });
	ck_assert(pf_happens(&settings));
	settings = in((struct settings){ .path_max_retrans = 5, .pf_retrans = 3 });
	ck_assert(pf_happens(&settings));
	settings = in((struct settings){ .path_max_retrans = 5, .pf_retrans = 4 });
	ck_assert(!pf_happens(&settings));
}
END_TEST

START_TEST(an_idle_path)
{
	const struct settings q = in(quick), d = in(defaults), off = quick_without_pf();
	const struct settings later = in((struct settings){ .rto_initial = MS(500),
		.rto_min = MS(500),
		.rto_max = MS(4000),
		.hb_interval = MS(3000),
		.path_max_retrans = 5,
		.pf_retrans = 2 });

	assert_window(timing_idle_potentially_failed(&q), 3250, 7500);
	assert_window(timing_idle_unreachable(&q), 6750, 18000);
	/* The first heartbeat's timer may be that of the start, with RTO.Initial: 30 + 1.5 * 3 s. */
	assert_window(timing_first_heartbeat(&d), 0, 34500);
	assert_window(timing_idle_potentially_failed(&d), 30500, 66000);
	assert_window(timing_idle_unreachable(&d), 61500, 159000);
	assert_window(timing_idle_unreachable(&off), 15750, 27000);
	assert_window(timing_idle_potentially_failed(&later), 10750, 18000);
}
END_TEST

START_TEST(a_path_that_carried_data)
{
	const struct settings q = in(quick), d = in(defaults), off = quick_without_pf();

	assert_window(timing_data_potentially_failed(&q), 500, 500);
	assert_window(timing_data_unreachable(&q), 4250, 11750);
	assert_window(timing_data_potentially_failed(&d), 1000, 1000);
	assert_window(timing_data_unreachable(&d), 32500, 95500);
	assert_window(timing_data_unreachable(&off), 16000, 23250);
	assert_window(timing_data_rerouted(&q), 500, 500);
}
END_TEST

START_TEST(a_path_with_a_stream_of_data)
{
	const struct settings q = in(quick), off = quick_without_pf();
	const struct window one = timing_data_unreachable(&q), many = timing_stream_unreachable(&q, ms(200));

	ck_assert_int_eq(one.from, many.from);
	ck_assert_int_eq(one.to, many.to);
	/* Four times T3-rtx, three times up to a second until the next message. */
	assert_window(timing_stream_unreachable(&off, s(1)), 7500, 10500);
	assert_window(timing_stream_unreachable(&off, ms(100)), 7500, 7800);
	assert_window(timing_stream_potentially_failed(&q, s(1)), 500, 500);
}
END_TEST

START_TEST(an_association_without_data)
{
	const struct settings q = in(quick);
	const struct settings few = in((struct settings){ .rto_initial = MS(500),
		.rto_min = MS(500),
		.rto_max = MS(4000),
		.hb_interval = MS(3000),
		.path_max_retrans = 3,
		.association_max_retrans = 1 });

	/* 0: H and R0; 1 to 3: R; 4 to 8: H and 4 s */
	assert_window(timing_idle_comm_lost(&q, 1), 31750, 63000);
	/* Two events, the second of which may be either path's first. */
	assert_window(timing_idle_comm_lost(&few, 2), 3250, 7500);
	ck_assert_int_lt(timing_idle_comm_lost(&q, 2).from, timing_idle_comm_lost(&q, 1).from);
	ck_assert_int_lt(timing_idle_comm_lost(&q, 2).to, timing_idle_comm_lost(&q, 1).to);
}
END_TEST

START_TEST(an_association_with_data_outstanding)
{
	const struct settings off = quick_without_pf();
	const struct settings q = in(quick), d = in(defaults);

	/* T3-rtx alone: H is longer than what is between two of them. */
	assert_window(timing_data_only_path_unreachable(&off), 7500, 7500);
	assert_window(timing_data_only_path_unreachable(&q), 3500, 7500);
	assert_window(timing_data_only_path_unreachable(&d), 23000, 63000);
	ck_assert_int_ge(timing_data_comm_lost(&d, 1).to, s(363));
	ck_assert_int_le(timing_data_comm_lost(&d, 1).from, s(203));
}
END_TEST

START_TEST(outages_that_are_survived)
{
	const struct settings q = in(quick), off = quick_without_pf();

	/* One strike fewer than it takes. */
	ck_assert_int_eq(timing_idle_outage_survived(&q), ms(3250 + 500 + 1000));
	ck_assert_int_lt(timing_idle_outage_survived(&q), timing_idle_unreachable(&q).from);
	ck_assert_int_eq(timing_stream_outage_survived(&off, ms(100)), ms(500 + 1000 + 2000));
}
END_TEST

START_TEST(setting_up)
{
	const struct settings q = in(quick), d = in(defaults);

	assert_window(timing_confirmation(&d), 1500, 4500);
	assert_window(timing_confirmation(&q), 250, 750);
	/* 3, 6, 12, 24, 48 and four times 60 */
	assert_window(timing_init_given_up(&d, 1), 333000, 333000);
	/* 3, 3, 6, 6, 12, 12, 24, 24, 48 */
	assert_window(timing_init_given_up(&d, 2), 138000, 138000);
	assert_window(timing_init_second_address(&d), 3000, 3000);
	assert_window(timing_late_confirmation(&d, 0), 0, 4500);
	assert_window(timing_late_confirmation(&d, s(1000)), 0, 90000);
}
END_TEST

START_TEST(shutting_down)
{
	struct settings d = in(defaults);

	/* T2 would give up after 363 s; the guard is five times RTO.Max. */
	assert_window(timing_shutdown_given_up(&d, 1), 300000, 300000);
	d.association_max_retrans = 3;
	assert_window(timing_shutdown_given_up(&d, 1), 15000, 15000);
	assert_window(timing_shutdown_unreachable(&d), 63000, 63000);
}
END_TEST

START_TEST(recovering)
{
	const struct settings q = in(quick), d = in(defaults);

	/* No strike; at most one; RTO.Max. */
	assert_window(timing_recovery(&q, 0), 0, 3750);
	assert_window(timing_recovery(&q, ms(500)), 0, 4500);
	assert_window(timing_recovery(&q, s(100)), 0, 9000);
	assert_window(timing_recovery(&d, s(5000)), 0, 120000);
}
END_TEST

/* ------------------------------------------------------------------ all of them */

typedef struct window (*formula)(const struct settings *in_force);

static struct window lost_idle_1(const struct settings *in_force)
{
	return timing_idle_comm_lost(in_force, 1);
}

static struct window lost_idle_3(const struct settings *in_force)
{
	return timing_idle_comm_lost(in_force, 3);
}

static struct window lost_data_1(const struct settings *in_force)
{
	return timing_data_comm_lost(in_force, 1);
}

static struct window lost_data_4(const struct settings *in_force)
{
	return timing_data_comm_lost(in_force, 4);
}

static struct window recovered(const struct settings *in_force)
{
	return timing_recovery(in_force, s(30));
}

static struct window init_1(const struct settings *in_force)
{
	return timing_init_given_up(in_force, 1);
}

static struct window shutdown_2(const struct settings *in_force)
{
	return timing_shutdown_given_up(in_force, 2);
}

static const formula formulas[] = { timing_idle_potentially_failed, timing_idle_unreachable,
	timing_data_potentially_failed, timing_data_unreachable, timing_data_rerouted,
	timing_data_only_path_unreachable, lost_idle_1, lost_idle_3, lost_data_1, lost_data_4, timing_confirmation,
	recovered, init_1, timing_init_second_address, shutdown_2 };

#define FORMULAS (sizeof(formulas) / sizeof(*formulas))

START_TEST(windows_are_windows_whatever_the_settings)
{
	for (uint32_t min = 1; min <= 10000; min *= 10)
		for (uint32_t max = min; max <= 100 * min; max *= 10)
			for (uint32_t interval = 10; interval <= 100000; interval *= 100)
				for (uint32_t retrans = 1; retrans <= 9; retrans += 2) {
					const struct settings settings = in((struct settings){ .rto_min = MS(min),
						.rto_initial = MS(min),
						.rto_max = MS(max),
						.hb_interval = MS(interval),
						.path_max_retrans = retrans,
						.pf_retrans = retrans % 4,
						.association_max_retrans = 2 * retrans });

					for (size_t i = 0; i < FORMULAS; i++) {
						const struct window w = formulas[i](&settings);

						ck_assert_int_ge(w.from, 0);
						ck_assert_int_le(w.from, w.to);
						ck_assert_int_lt(w.to, s(10000000));
					}
				}
}
END_TEST

static void assert_grows(const struct settings *less, const struct settings *more)
{
	const struct settings a = in(*less), b = in(*more);

	for (size_t i = 0; i < FORMULAS; i++) {
		const struct window first = formulas[i](&a), second = formulas[i](&b);

		ck_assert_msg(first.to <= second.to, "formula %zu, to: %.3f s, then %.3f s", i, (double)first.to / 1e9,
			(double)second.to / 1e9);
		/* With later timers T3-rtx and heartbeats may alternate sooner. */
		if (formulas[i] == lost_data_1 || formulas[i] == lost_data_4)
			continue;
		ck_assert_msg(first.from <= second.from, "formula %zu, from: %.3f s, then %.3f s", i,
			(double)first.from / 1e9, (double)second.from / 1e9);
	}
}

START_TEST(longer_timers_give_later_windows)
{
	struct settings more = quick;

	more.rto_min = more.rto_initial = MS(700);
	assert_grows(&quick, &more);
	more = quick;
	more.rto_max = MS(7000);
	assert_grows(&quick, &more);
	more = quick;
	more.hb_interval = MS(5000);
	assert_grows(&quick, &more);
	more = quick;
	more.association_max_retrans = 12;
	assert_grows(&quick, &more);
	more = quick;
	more.max_init_retransmits = 9;
	assert_grows(&quick, &more);
}
END_TEST

START_TEST(more_retransmissions_find_a_path_dead_later)
{
	struct window previous[4] = { { .from = 0 } };
	struct settings settings = in(quick);

	for (unsigned retrans = 2; retrans < 10; retrans++) {
		settings.path_max_retrans = retrans;
		const struct window now[4] = { timing_idle_unreachable(&settings), timing_data_unreachable(&settings),
			timing_stream_unreachable(&settings, ms(100)), timing_data_only_path_unreachable(&settings) };

		for (unsigned i = 0; i < 4; i++) {
			ck_assert_int_ge(now[i].from, previous[i].from);
			ck_assert_int_gt(now[i].to, previous[i].to);
			previous[i] = now[i];
		}
	}
}
END_TEST

int main(void)
{
	return RUN_TESTS("timing", timers_are_late_by_ticks_and_an_eighth, the_rto_doubles_up_to_its_maximum,
		heartbeat_periods, timeouts_double_one_after_the_other, when_paths_are_potentially_failed, an_idle_path,
		a_path_that_carried_data, a_path_with_a_stream_of_data, an_association_without_data,
		an_association_with_data_outstanding, outages_that_are_survived, setting_up, shutting_down, recovering,
		windows_are_windows_whatever_the_settings, longer_timers_give_later_windows,
		more_retransmissions_find_a_path_dead_later);
}
