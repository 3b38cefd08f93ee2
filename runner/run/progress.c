/* SPDX-License-Identifier: Apache-2.0 */
/* progress.c - what a person sees while a run goes on. */
#include "runner/run/progress.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "runner/host/wall_clock.h"
#include "runner/run/workers.h"

/* Measured on two shared cores: what a guest costs before its case begins, and idle guest time. */
static const double start_cost_ms = 350, virtual_second_cost_ms = 0.3;

static const char clear_line[] = "\r\033[K";

double progress_weight_ms(int64_t longest_ns)
{
	return start_cost_ms + (double)longest_ns / 1e9 * virtual_second_cost_ms;
}

double progress_left_ms(double weight_left, double weight_done, double spent_ms, unsigned jobs)
{
	double speed = weight_done > 0 ? spent_ms / weight_done : 1;
	return weight_left * speed / jobs;
}

static const char *colour_of(enum verdict verdict)
{
	if (verdict == VERDICT_PASS)
		return "\033[32m";
	return verdict_is_expected(verdict) ? "\033[33m" : "\033[31m";
}

static unsigned columns(void)
{
	struct winsize size;
	if (ioctl(2, TIOCGWINSZ, &size) < 0 || size.ws_col < 20)
		return 80;
	return size.ws_col;
}

static void wipe(struct progress *progress)
{
	if (progress->line_open)
		fputs(clear_line, progress->out);
	progress->line_open = false;
}

/* One line, cut to the terminal's width so that it can be wiped. */
static void show(struct progress *progress, const char *words)
{
	fprintf(progress->out, "%s%.*s", clear_line, (int)columns() - 1, words);
	fflush(progress->out);
	progress->line_open = true;
}

void progress_step(void *opaque, const char *words)
{
	struct progress *progress = opaque;
	if (progress->quiet)
		return;
	if (progress->terminal)
		show(progress, words);
	else
		fprintf(progress->out, "%s\n", words);
}

int progress_begin(struct progress *progress, const char *const *names, const double *cost_ms, size_t n, unsigned jobs)
{
	progress->names = names;
	progress->weight = cost_ms;
	progress->total = n;
	progress->jobs = jobs;
	progress->started_ms = wall_now_ms();
	progress->running = calloc(n ? n : 1, sizeof(bool));
	return progress->running ? 0 : -ENOMEM;
}

void progress_started(struct progress *progress, size_t position)
{
	progress->running[position] = true;
	progress_tick(progress, NULL);
}

void progress_ended(struct progress *progress, size_t position, enum verdict verdict, double wall_ms)
{
	progress->running[position] = false;
	progress->done++;
	progress->weight_done += progress->weight[position];
	progress->spent_ms += wall_ms;
	if (!verdict_is_expected(verdict))
		progress->unexpected++;
}

static void indent(FILE *out, const char *words)
{
	while (*words) {
		size_t length = strcspn(words, "\n");
		fprintf(out, "        %.*s\n", (int)length, words);
		words += length;
		words += *words == '\n';
	}
}

void progress_reported(struct progress *progress, const char *name, const struct case_result *result, double wall_ms)
{
	bool expected = verdict_is_expected(result->verdict);
	if (progress->quiet || (progress->terminal && expected && !progress->verbose))
		return;
	wipe(progress);
	fprintf(progress->out, "%s%-7s%s %s (%.1f virtual s in %.2f s)%s%s\n",
		progress->colour ? colour_of(result->verdict) : "", verdict_name(result->verdict),
		progress->colour ? "\033[0m" : "", name, (double)result->virtual_ns / 1e9, wall_ms / 1e3,
		*result->reason ? ": " : "", result->reason);
	if (progress->verbose)
		indent(progress->out, result->explanation);
	fflush(progress->out);
}

static double weight_left(const struct progress *progress)
{
	double left = 0;
	for (size_t i = 0; i < progress->total; i++)
		left += progress->weight[i];
	return left - progress->weight_done;
}

static void say_running(const struct progress *progress, FILE *out)
{
	const char *joint = "  ";
	for (size_t i = 0; i < progress->total; i++) {
		if (!progress->running[i])
			continue;
		fprintf(out, "%s%s", joint, progress->names[i]);
		joint = ", ";
	}
}

/* A guest that gets less than a quarter of a processor for a while: nobody should think that it hangs. */
static bool is_starved(const struct patience *slowest)
{
	enum { A_WHILE_MS = 20000 };
	return slowest && patience_waited_ms(slowest) > A_WHILE_MS &&
		slowest->used_ms * 4 < patience_waited_ms(slowest);
}

static void say_starved(const struct patience *slowest, FILE *out)
{
	fprintf(out, "starved: %.0f s of CPU in %.0f s", slowest->used_ms / 1e3, patience_waited_ms(slowest) / 1e3);
}

static void show_tick(struct progress *progress, const struct patience *slowest)
{
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);
	if (!out)
		return;
	fprintf(out, "%zu/%zu", progress->done, progress->total);
	if (progress->unexpected)
		fprintf(out, ", %zu unexpected", progress->unexpected);
	double left_ms =
		progress_left_ms(weight_left(progress), progress->weight_done, progress->spent_ms, progress->jobs);
	fprintf(out, ", about %.0f s left", left_ms / 1e3);
	if (is_starved(slowest)) {
		fputs(", ", out);
		say_starved(slowest, out);
	}
	say_running(progress, out);
	if (fclose(out) == 0)
		show(progress, words);
	free(words);
}

void progress_tick(struct progress *progress, const struct patience *slowest)
{
	enum { AGAIN_MS = 60000 };
	if (progress->quiet)
		return;
	if (progress->terminal) {
		show_tick(progress, slowest);
	} else if (is_starved(slowest) && wall_now_ms() - progress->starved_ms > AGAIN_MS) {
		fputs("sctpspec: ", progress->out);
		say_starved(slowest, progress->out);
		fputc('\n', progress->out);
		progress->starved_ms = wall_now_ms();
	}
}

void progress_end(struct progress *progress)
{
	wipe(progress);
	fflush(progress->out);
	free(progress->running);
	progress->running = NULL;
}
