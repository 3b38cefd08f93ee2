/* SPDX-License-Identifier: Apache-2.0 */
/* grid.c - the cells of a run. */
#include "runner/cli/grid.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "runner/cli/durations.h"
#include "runner/sentence.h"

static double expected_ms(const struct cell *cell)
{
	double known_ms = durations_of(cell->subject->durations, cell->test->id);
	return known_ms >= 0 ? known_ms : progress_weight_ms(cell->longest_ns);
}

static int set_cell(struct grid *grid, size_t position, const struct cell *cell, bool several)
{
	const char *id = cell->test->id;
	int length = several ? asprintf(&grid->names[position], "%s on %s", id, cell->subject->kernel.name)
			     : asprintf(&grid->names[position], "%s", id);
	if (length < 0) {
		grid->names[position] = NULL;
		return -ENOMEM;
	}
	grid->cells[position] = *cell;
	grid->cost_ms[position] = expected_ms(cell);
	return 0;
}

/* A row: the case on all kernels. */
static int set_row(struct grid *grid, size_t row, const struct test_case *test, struct lineup *lineup,
	FILE *nowhere, char **error)
{
	struct cell cell = { .test = test };
	int status = case_rehearse(test, nowhere, &cell.longest_ns);
	if (status != 0)
		return sentence(error, status, "the case %s is not well formed: `sctpspec show %s` says why",
			test->id, test->id);
	for (size_t i = 0; status == 0 && i < lineup->n; i++) {
		cell.subject = &lineup->subjects[i];
		status = set_cell(grid, row * lineup->n + i, &cell, lineup->n > 1);
	}
	return status == 0 ? 0 : sentence(error, status, "no memory for the plan of a run");
}

int grid_make(struct grid *grid, const struct test_case *const *cases, size_t n_cases, struct lineup *lineup,
	char **error)
{
	grid->n = n_cases * lineup->n;
	grid->cells = calloc(grid->n, sizeof(*grid->cells));
	grid->names = calloc(grid->n, sizeof(*grid->names));
	grid->cost_ms = calloc(grid->n, sizeof(*grid->cost_ms));
	FILE *nowhere = fopen("/dev/null", "we");
	int status = 0;
	if (!grid->cells || !grid->names || !grid->cost_ms || !nowhere)
		status = sentence(error, -ENOMEM, "no memory for a plan of %zu cases", grid->n);
	for (size_t i = 0; status == 0 && i < n_cases; i++)
		status = set_row(grid, i, cases[i], lineup, nowhere, error);
	if (nowhere)
		fclose(nowhere);
	return status;
}

void grid_free(struct grid *grid)
{
	for (size_t i = 0; grid->cells && i < grid->n; i++)
		case_log_free(&grid->cells[i].result);
	for (size_t i = 0; grid->names && i < grid->n; i++)
		free(grid->names[i]);
	free(grid->cells);
	free(grid->names);
	free(grid->cost_ms);
	*grid = (struct grid){ 0 };
}
