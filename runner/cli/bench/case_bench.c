/* SPDX-License-Identifier: Apache-2.0 */
/* case_bench.c - see case_bench.h. */
#include "runner/cli/bench/case_bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "runner/verdict/refereed.h"
#include "runner/verdict/tests/run_cases.h"

enum { TIMES = 20 };

static double seconds_of(clockid_t clock)
{
	struct timespec now;
	clock_gettime(clock, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int by_time(const void *left, const void *right)
{
	const double *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

/* The least of several times: what others do on this machine is no cost of ours. */
static double cost_of(const struct run_case *of, const struct catalogue *catalogue, clockid_t clock)
{
	const struct refereed_case how = { .test_case = of->test_case, .catalogue = catalogue, .release = "" };
	double least = 1e9;
	for (unsigned i = 0; i < TIMES; i++) {
		struct refereed refereed;
		struct trace trace;
		const double began = seconds_of(clock);
		if (trace_make(of->test_case->topology, of->lines, of->files, of->n_files, of->ended_ns, &trace) != 0 ||
			refereed_judge(&how, &trace, &refereed) != 0)
			exit(1);
		const double took = seconds_of(clock) - began;
		trace_free(&trace);
		refereed_free(&refereed);
		least = took < least ? took : least;
	}
	return least * 1000;
}

static void bench_clock(
	const struct run_case *cases, size_t n, const struct catalogue *catalogue, clockid_t clock, const char *name)
{
	double *costs = calloc(n + 1, sizeof(*costs)), sum = 0;
	size_t most = 0;
	if (!costs)
		exit(1);
	for (size_t i = 0; i < n; i++) {
		costs[i] = cost_of(&cases[i], catalogue, clock);
		most = costs[i] > costs[most] ? i : most;
		sum += costs[i];
	}
	const double longest = costs[most];
	qsort(costs, n, sizeof(*costs), by_time);
	printf("%zu cases, ms of %s time: %.2f the median, %.2f on average, %.2f the most (%s)\n", n, name,
		costs[n / 2], sum / (double)n, longest, cases[most].test_case->id);
	free(costs);
}

int case_bench(const char *folder)
{
	struct catalogue *catalogue;
	struct run_case *cases;
	char *error = NULL;
	const size_t n = run_cases_read(folder, &cases);
	if (n == 0 || catalogue_open(&catalogue, &error) != 0) {
		fprintf(stderr, "%s\n", error ? error : "there are no cases in that folder");
		return 1;
	}
	bench_clock(cases, n, catalogue, CLOCK_MONOTONIC, "wall");
	bench_clock(cases, n, catalogue, CLOCK_PROCESS_CPUTIME_ID, "processor");
	catalogue_close(catalogue);
	return 0;
}
