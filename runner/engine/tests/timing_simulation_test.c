/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timing_simulation_test.c - the windows against thousands of simulated associations: nothing may happen
 * outside of a window, and no window may be much wider than what happens.
 */
#include "runner/engine/timing.h"

#include <stddef.h>

#include "runner/engine/tests/association_simulation.h"
#include "runner/engine/tests/run_tests.h"

#define RUNS 120

static const struct {
	const char *name;
	struct settings settings;
} points[] = {
	{ "0.2..1 s",
		{ .rto_initial = MS(200),
			.rto_min = MS(200),
			.rto_max = MS(1000),
			.hb_interval = MS(500),
			.path_max_retrans = 2,
			.association_max_retrans = 4 } },
	{ "0.5..4 s",
		{ .rto_initial = MS(500),
			.rto_min = MS(500),
			.rto_max = MS(4000),
			.hb_interval = MS(3000),
			.path_max_retrans = 3,
			.association_max_retrans = 8 } },
	{ "defaults", { .hb_interval = MS(30000) } },
	{ "pf off",
		{ .rto_initial = MS(500),
			.rto_min = MS(500),
			.rto_max = MS(4000),
			.hb_interval = MS(3000),
			.path_max_retrans = 3,
			.association_max_retrans = 8,
			.pf_enable = OFF } },
	{ "PMR 1",
		{ .rto_initial = MS(500),
			.rto_min = MS(500),
			.rto_max = MS(4000),
			.hb_interval = MS(3000),
			.path_max_retrans = 1,
			.association_max_retrans = 4 } },
	{ "PMR 2",
		{ .rto_initial = MS(500),
			.rto_min = MS(500),
			.rto_max = MS(4000),
			.hb_interval = MS(3000),
			.path_max_retrans = 2,
			.association_max_retrans = 10 } },
	{ "PMR 5",
		{ .rto_initial = MS(500),
			.rto_min = MS(500),
			.rto_max = MS(4000),
			.hb_interval = MS(3000),
			.path_max_retrans = 5,
			.association_max_retrans = 10 } },
	{ "AMR 4",
		{ .rto_initial = MS(500),
			.rto_min = MS(500),
			.rto_max = MS(4000),
			.hb_interval = MS(3000),
			.path_max_retrans = 5,
			.association_max_retrans = 4 } },
	{ "PFMR 2",
		{ .rto_initial = MS(500),
			.rto_min = MS(500),
			.rto_max = MS(4000),
			.hb_interval = MS(3000),
			.path_max_retrans = 5,
			.pf_retrans = 2 } },
	{ "defaults, pf off", { .pf_enable = OFF } },
	{ "RTO fixed", { .rto_initial = MS(100), .rto_min = MS(100), .rto_max = MS(100), .hb_interval = MS(100) } },
};

#define POINTS (sizeof(points) / sizeof(*points))

/* On time; and on kernels of 1000, 250 and 100 Hz. */
static const vtime ticks[] = { 0, 1000000, 4000000, 10000000 };

#define TICKS (sizeof(ticks) / sizeof(*ticks))

/* What was seen of one instant. */
struct extent {
	vtime first, last;
	unsigned count;
};

static void extend(struct extent *extent, vtime instant)
{
	if (instant == NEVER_HAPPENED)
		return;
	if (extent->count == 0 || instant < extent->first)
		extent->first = instant;
	if (extent->count++ == 0 || instant > extent->last)
		extent->last = instant;
}

/* Many runs; `member` is the instant's place in struct simulated. */
static void observe_runs(struct extent *extent, struct simulation simulation, size_t member)
{
	for (size_t tick = 0; tick < TICKS; tick++) {
		simulation.tick = ticks[tick];
		for (uint64_t seed = 1; seed <= RUNS; seed++) {
			const struct simulated run = simulate(&simulation, seed * 7919 + tick);

			extend(extent, *(const vtime *)(const void *)((const char *)&run + member));
		}
	}
}

#define OBSERVE(extent, simulation, member) observe_runs(extent, simulation, offsetof(struct simulated, member))

static double seconds(vtime t)
{
	return (double)t / 1e9;
}

/* Everything lies within, and comes near to both ends: `reach` is the least share of the first instant that
 * the window's beginning may be, and of the window's end that the last one may be. */
static void assert_holds(
	const char *what, const char *point, const struct extent *extent, struct window window, double reach)
{
	ck_assert_msg(extent->count > 0, "%s, %s: it never happened", what, point);
	ck_assert_msg(extent->first >= window.from && extent->last <= window.to,
		"%s, %s: %.3f .. %.3f s is not within %.3f .. %.3f s", what, point, seconds(extent->first),
		seconds(extent->last), seconds(window.from), seconds(window.to));
	ck_assert_msg(seconds(window.from) >= reach * seconds(extent->first) - 0.05,
		"%s, %s: begins at %.3f s, but nothing came before %.3f s", what, point, seconds(window.from),
		seconds(extent->first));
	ck_assert_msg(seconds(extent->last) >= reach * seconds(window.to) - 0.05,
		"%s, %s: ends at %.3f s, but nothing came after %.3f s", what, point, seconds(window.to),
		seconds(extent->last));
}

static struct simulation one_of_two_dies(const struct settings *settings)
{
	return (struct simulation){ .settings = *settings, .paths = 2, .dead = 1, .until = s(2000) };
}

static struct simulation all_die(const struct settings *settings, unsigned paths)
{
	return (struct simulation){ .settings = *settings, .paths = paths, .dead = paths, .until = s(100000) };
}

START_TEST(the_simulation_gives_the_known_figures)
{
	/* Of the defaults, the paths having settled long ago: PF and unreachable when idle, unreachable after
	 * data, on one of two paths and on the only one. */
	const struct settings settings = settings_in_force(&(struct settings){ .rto_initial = MS(1000) });
	struct simulation simulation = one_of_two_dies(&settings);
	struct extent suspect = { 0 }, idle = { 0 }, data = { 0 }, only = { 0 };

	for (uint64_t seed = 1; seed <= 2000; seed++) {
		const struct simulated run = simulate(&simulation, seed);

		extend(&suspect, run.potentially_failed);
		extend(&idle, run.unreachable);
	}
	simulation.data = true;
	for (uint64_t seed = 1; seed <= 2000; seed++)
		extend(&data, simulate(&simulation, seed).unreachable);
	simulation = all_die(&settings, 1);
	simulation.data = true;
	for (uint64_t seed = 1; seed <= 2000; seed++)
		extend(&only, simulate(&simulation, seed).unreachable);
	ck_assert_double_eq_tol(seconds(suspect.first), 31, 1);
	ck_assert_double_eq_tol(seconds(suspect.last), 63, 1);
	ck_assert_double_eq_tol(seconds(idle.first), 69, 4);
	ck_assert_double_eq_tol(seconds(idle.last), 147, 4);
	ck_assert_double_eq_tol(seconds(data.first), 38, 4);
	ck_assert_double_eq_tol(seconds(data.last), 92, 4);
	ck_assert_double_eq_tol(seconds(only.first), 23, 0.01);
	ck_assert_double_eq_tol(seconds(only.last), 23, 0.01);
}
END_TEST

START_TEST(one_path_of_two_dies_idle)
{
	for (size_t i = 0; i < POINTS; i++) {
		const struct settings settings = settings_in_force(&points[i].settings);
		const struct simulation simulation = one_of_two_dies(&settings);
		struct extent suspect = { 0 }, dead = { 0 };

		OBSERVE(&suspect, simulation, potentially_failed);
		OBSERVE(&dead, simulation, unreachable);
		if (pf_happens(&settings))
			assert_holds(
				"idle, pf", points[i].name, &suspect, timing_idle_potentially_failed(&settings), 0.8);
		else
			ck_assert_uint_eq(suspect.count, 0);
		assert_holds("idle, unreachable", points[i].name, &dead, timing_idle_unreachable(&settings), 0.75);
	}
}
END_TEST

START_TEST(one_path_of_two_dies_with_data)
{
	for (size_t i = 0; i < POINTS; i++) {
		const struct settings settings = settings_in_force(&points[i].settings);
		struct simulation simulation = one_of_two_dies(&settings);
		struct extent suspect = { 0 }, dead = { 0 }, rerouted = { 0 };

		simulation.data = true;
		OBSERVE(&suspect, simulation, potentially_failed);
		OBSERVE(&dead, simulation, unreachable);
		OBSERVE(&rerouted, simulation, rerouted);
		if (pf_happens(&settings))
			assert_holds(
				"data, pf", points[i].name, &suspect, timing_data_potentially_failed(&settings), 0.8);
		else
			ck_assert_uint_eq(suspect.count, 0);
		assert_holds("data, unreachable", points[i].name, &dead, timing_data_unreachable(&settings), 0.75);
		/* What is delivered may take an acknowledgement's delay more. */
		ck_assert_int_ge(rerouted.first, timing_data_rerouted(&settings).from);
		ck_assert_int_le(rerouted.last, timing_data_rerouted(&settings).to);
	}
}
END_TEST

START_TEST(one_path_of_two_dies_with_a_stream_of_data)
{
	static const vtime intervals[] = { 50000000, 370000000 };

	for (size_t i = 0; i < POINTS; i++)
		for (size_t k = 0; k < 2; k++) {
			const struct settings settings = settings_in_force(&points[i].settings);
			struct simulation simulation = one_of_two_dies(&settings);
			struct extent suspect = { 0 }, dead = { 0 };

			if (intervals[k] > duration(settings.hb_interval))
				continue;
			simulation.data = true;
			simulation.again = intervals[k];
			simulation.until = s(400);
			OBSERVE(&suspect, simulation, potentially_failed);
			OBSERVE(&dead, simulation, unreachable);
			if (pf_happens(&settings))
				assert_holds("stream, pf", points[i].name, &suspect,
					timing_stream_potentially_failed(&settings, intervals[k]), 0.7);
			assert_holds("stream, unreachable", points[i].name, &dead,
				timing_stream_unreachable(&settings, intervals[k]), 0.7);
		}
}
END_TEST

START_TEST(an_idle_association_is_lost)
{
	for (size_t i = 0; i < POINTS; i++)
		for (unsigned paths = 1; paths <= SIMULATED_PATHS_MAX; paths++) {
			const struct settings settings = settings_in_force(&points[i].settings);
			struct extent lost = { 0 };

			OBSERVE(&lost, all_die(&settings, paths), comm_lost);
			assert_holds("idle, lost", points[i].name, &lost, timing_idle_comm_lost(&settings, paths), 0.7);
		}
}
END_TEST

/* One message, or several of them at some distance: a case may do either. */
static void observe_with_data(struct extent *extent, const struct settings *settings, unsigned paths, size_t member)
{
	static const vtime distances[] = { 0, 100000000, 1000000000 };
	struct simulation simulation = all_die(settings, paths);

	simulation.data = true;
	for (size_t i = 0; i < sizeof(distances) / sizeof(*distances); i++) {
		simulation.again = distances[i];
		observe_runs(extent, simulation, member);
	}
}

START_TEST(an_association_with_data_is_lost)
{
	/* It depends on the traffic, which the window leaves open, on rare coincidences of timers, and on which
	 * path is chosen for what. */
	static const double reach[] = { 0.6, 0.35, 0.2 };

	for (size_t i = 0; i < POINTS; i++)
		for (unsigned paths = 1; paths <= SIMULATED_PATHS_MAX; paths++) {
			const struct settings settings = settings_in_force(&points[i].settings);
			struct extent lost = { 0 };

			observe_with_data(&lost, &settings, paths, offsetof(struct simulated, comm_lost));
			assert_holds("data, lost", points[i].name, &lost, timing_data_comm_lost(&settings, paths),
				reach[paths - 1]);
		}
}
END_TEST

START_TEST(the_only_path_dies_with_data)
{
	for (size_t i = 0; i < POINTS; i++) {
		const struct settings settings = settings_in_force(&points[i].settings);
		struct extent dead = { 0 };

		/* Otherwise the association is lost first. */
		if (settings.association_max_retrans <= settings.path_max_retrans)
			continue;
		observe_with_data(&dead, &settings, 1, offsetof(struct simulated, unreachable));
		assert_holds("only path, unreachable", points[i].name, &dead,
			timing_data_only_path_unreachable(&settings), 0.6);
	}
}
END_TEST

START_TEST(a_path_recovers)
{
	static const int64_t outages_s[] = { 20, 60, 200, 1000 };

	for (size_t i = 0; i < POINTS; i++)
		for (size_t k = 0; k < sizeof(outages_s) / sizeof(*outages_s); k++)
			for (unsigned data = 0; data <= 1; data++) {
				const struct settings settings = settings_in_force(&points[i].settings);
				struct simulation simulation = one_of_two_dies(&settings);
				struct extent available = { 0 };

				simulation.data = data;
				simulation.mended = s(outages_s[k]);
				OBSERVE(&available, simulation, available);
				if (available.count == 0)
					continue;
				const struct window window =
					after(simulation.mended, timing_recovery(&settings, s(outages_s[k])));
				ck_assert_msg(available.first >= window.from && available.last <= window.to,
					"%s, %d s: %.3f .. %.3f s", points[i].name, (int)outages_s[k],
					seconds(available.first), seconds(available.last));
				/* By 1000 s the RTO is RTO.Max, and the window's end is reached. */
				if (outages_s[k] == 1000)
					ck_assert_double_ge(seconds(available.last - window.from),
						0.75 * seconds(window.to - window.from) - 0.05);
			}
}
END_TEST

int main(void)
{
	return RUN_TESTS("timing against simulation", the_simulation_gives_the_known_figures, one_path_of_two_dies_idle,
		one_path_of_two_dies_with_data, one_path_of_two_dies_with_a_stream_of_data, an_idle_association_is_lost,
		an_association_with_data_is_lost, the_only_path_dies_with_data, a_path_recovers);
}
