/* SPDX-License-Identifier: Apache-2.0 */
/* grid.c - the cells of a run. */
#include "runner/run/grid.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/run/durations.h"
#include "sentence.h"

static double expected_ms(const struct cell *cell)
{
	double known_ms = durations_of(cell->subject->durations, cell->test->id);
	return known_ms >= 0 ? known_ms : progress_weight_ms(cell->longest_ns);
}

static int name_attempt(char **name, const struct cell *cell, const struct attempt *attempt)
{
	int length = cell->n_attempts == 1 ? asprintf(name, "%s", cell->name)
					   : asprintf(name, "%s with seed %" PRIu64 "%s", cell->name, attempt->seed,
						     attempt->again ? " again" : "");
	if (length >= 0)
		return 0;
	*name = NULL;
	return -ENOMEM;
}

static int set_attempts(struct grid *grid, size_t place, const struct run_options *options)
{
	struct cell *cell = &grid->cells[place];
	size_t first = place * cell->n_attempts;
	int status = 0;
	cell->attempts = &grid->attempts[first];
	for (size_t i = 0; status == 0 && i < cell->n_attempts; i++) {
		cell->attempts[i] = (struct attempt){
			.cell = place,
			.seed = options->seed + (options->twice ? 0 : i),
			.again = options->twice && i > 0,
		};
		grid->cost_ms[first + i] = expected_ms(cell);
		status = name_attempt(&grid->names[first + i], cell, &cell->attempts[i]);
	}
	return status;
}

static int set_cell(
	struct grid *grid, size_t place, const struct cell *cell, bool several, const struct run_options *options)
{
	char *name;
	int length = several ? asprintf(&name, "%s on %s", cell->test->id, cell->subject->kernel.name)
			     : asprintf(&name, "%s", cell->test->id);
	if (length < 0)
		return -ENOMEM;
	grid->cells[place] = *cell;
	grid->cells[place].name = name;
	return set_attempts(grid, place, options);
}

static size_t attempts_at_each(const struct run_options *options)
{
	return options->twice ? 2 : options->repeat > 1 ? options->repeat : 1;
}

/* A row: the case on all kernels. */
static int set_row(struct grid *grid, size_t row, const struct test_case *test, struct lineup *lineup,
	const struct run_options *options, FILE *nowhere, char **error)
{
	struct cell cell = { .test = test, .n_attempts = attempts_at_each(options) };
	int status = case_rehearse(test, nowhere, &cell.longest_ns);
	if (status != 0)
		return sentence(error, status, "the case %s is not well formed: `sctpspec show %s` says why", test->id,
			test->id);
	for (size_t i = 0; status == 0 && i < lineup->n; i++) {
		cell.subject = &lineup->subjects[i];
		status = set_cell(grid, row * lineup->n + i, &cell, lineup->n > 1, options);
	}
	return status == 0 ? 0 : sentence(error, status, "no memory for the plan of a run");
}

int grid_make(struct grid *grid, const struct test_case *const *cases, size_t n_cases, struct lineup *lineup,
	const struct run_options *options, char **error)
{
	grid->n = n_cases * lineup->n;
	grid->n_attempts = grid->n * attempts_at_each(options);
	grid->cells = calloc(grid->n, sizeof(*grid->cells));
	grid->attempts = calloc(grid->n_attempts, sizeof(*grid->attempts));
	grid->names = calloc(grid->n_attempts, sizeof(*grid->names));
	grid->cost_ms = calloc(grid->n_attempts, sizeof(*grid->cost_ms));
	FILE *nowhere = fopen("/dev/null", "we");
	int status = 0;
	if (!grid->cells || !grid->attempts || !grid->names || !grid->cost_ms || !nowhere)
		status = sentence(error, -ENOMEM, "no memory for a plan of %zu runs of cases", grid->n_attempts);
	for (size_t i = 0; status == 0 && i < n_cases; i++)
		status = set_row(grid, i, cases[i], lineup, options, nowhere, error);
	if (nowhere)
		fclose(nowhere);
	return status;
}

void grid_free(struct grid *grid)
{
	for (size_t i = 0; grid->cells && i < grid->n; i++) {
		case_result_free(&grid->cells[i].result);
		json_decref(grid->cells[i].lines);
		free(grid->cells[i].name);
	}
	for (size_t i = 0; i < grid->n_attempts; i++) {
		if (grid->attempts)
			attempt_free(&grid->attempts[i]);
		if (grid->names)
			free(grid->names[i]);
	}
	free(grid->cells);
	free(grid->attempts);
	free(grid->names);
	free(grid->cost_ms);
	*grid = (struct grid){ 0 };
}
