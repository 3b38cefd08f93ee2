/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_strip.c - a case at a glance, to scale: an SVG with virtual time from left to right.
 *
 * Rows from above: what endpoint a saw, each path with the faults on it, what endpoint b saw, and
 * the windows of the checks with the instant at which each was decided. Positions across are in
 * percent, so the drawing fills whatever width it is given; heights are in pixels.
 */
#include "reports/html.h"

#include <inttypes.h>
#include <stdlib.h>

#include "reports/amount.h"

#define ROW 24
#define WINDOW_ROW 9
#define WINDOW_LANES 6
#define AXIS 22
#define TICKS_MAX 6
/* Dots of a run of messages that are less than this part of the width apart are one. */
#define DOTS 400

struct strip {
	struct markup *svg;
	const struct report_case *test;
	int64_t total;
	int paths, lanes;
	int *lane_of; /* for each entry: the lane of its window */
};

/* "46.500%": thousandths of a percent without floating point, whose text depends on the locale. */
static struct amount across(const struct strip *strip, int64_t t_ns)
{
	const int64_t t = t_ns < 0 ? 0 : t_ns > strip->total ? strip->total : t_ns;
	const int64_t parts = (int64_t)((__int128)t * 100000 / strip->total);
	struct amount amount;

	snprintf(amount.text, sizeof(amount.text), "%" PRId64 ".%03" PRId64 "%%", parts / 1000, parts % 1000);
	return amount;
}

static struct amount pixels(int y)
{
	struct amount amount;

	snprintf(amount.text, sizeof(amount.text), "%d", y);
	return amount;
}

static void put_line(struct strip *strip, const char *class, int64_t from, int64_t to, int y)
{
	markup_open(strip->svg, "line", "class", class, "x1", across(strip, from).text, "x2", across(strip, to).text,
		"y1", pixels(y).text, "y2", pixels(y).text, NULL);
}

static void put_title(struct strip *strip, const struct report_entry *entry, size_t more)
{
	markup_open(strip->svg, "title", NULL);
	markup_format(strip->svg, "%s s: %s", amount_seconds(entry->t_ns, 6).text, entry->text);
	if (more)
		markup_format(strip->svg, ", and %zu more", more);
	markup_close(strip->svg);
}

static int row_of_endpoint(const struct strip *strip, enum report_endpoint endpoint)
{
	return endpoint != REPORT_B ? 0 : strip->paths + 1;
}

static int middle_of_row(int row)
{
	return row * ROW + ROW / 2;
}

/* A dot for the first of them, and for all that are so near to it that the dots would hide each other; how many that
 * are. */
static size_t put_dot(struct strip *strip, const struct report_entry *entry, size_t run)
{
	size_t n = 1;

	while (n < run && entry[n].t_ns - entry->t_ns < strip->total / DOTS)
		n++;
	markup_open(strip->svg, "circle", "class", entry->endpoint != REPORT_B ? "a" : "b", "r", "4", "cx",
		across(strip, entry->t_ns).text, "cy",
		pixels(middle_of_row(row_of_endpoint(strip, entry->endpoint))).text, NULL);
	put_title(strip, entry, n - 1);
	markup_close(strip->svg);
	return n;
}

static void put_events(struct strip *strip)
{
	for (size_t i = 0, run; i < strip->test->n_entries; i += run) {
		const struct report_entry *entry = &strip->test->entries[i];

		run = html_run(strip->test, i);
		if (entry->kind != REPORT_EVENT || entry->endpoint == REPORT_NO_ENDPOINT)
			continue;
		for (size_t done = 0; done < run;)
			done += put_dot(strip, entry + done, run - done);
	}
}

static void put_faults(struct strip *strip)
{
	for (size_t i = 0; i < strip->test->n_entries; i++) {
		const struct report_entry *entry = &strip->test->entries[i];
		int64_t end;

		if (entry->kind != REPORT_FAULT || entry->mend)
			continue;
		end = html_fault_end(strip->test, i);
		for (int path = 0; path < strip->paths; path++) {
			if (entry->path >= 0 && entry->path != path)
				continue;
			put_line(strip, end > strip->total ? "fault unmended" : "fault", entry->t_ns, end,
				middle_of_row(1 + path));
			put_title(strip, entry, 0);
			markup_close(strip->svg);
			/* Its start, which is all there is to see of a fault at the very end. */
			markup_open(strip->svg, "circle", "class", "fault", "r", "4.5", "cx",
				across(strip, entry->t_ns).text, "cy", pixels(middle_of_row(1 + path)).text, NULL);
			markup_close(strip->svg);
		}
	}
}

/* Windows that overlap get lanes of their own, as far as there are any. */
static void choose_lanes(struct strip *strip)
{
	int64_t busy_until[WINDOW_LANES];

	for (int lane = 0; lane < WINDOW_LANES; lane++)
		busy_until[lane] = -1;
	for (size_t i = 0; i < strip->test->n_entries; i++) {
		const struct report_entry *entry = &strip->test->entries[i];
		int lane = 0;

		if (entry->kind != REPORT_CHECK || !entry->has_window)
			continue;
		while (lane < WINDOW_LANES - 1 && busy_until[lane] >= entry->from_ns)
			lane++;
		busy_until[lane] = entry->to_ns > entry->t_ns ? entry->to_ns : entry->t_ns;
		strip->lane_of[i] = lane;
		if (lane >= strip->lanes)
			strip->lanes = lane + 1;
	}
}

static int top_of_windows(const struct strip *strip)
{
	return (strip->paths + 2) * ROW;
}

static void put_windows(struct strip *strip)
{
	for (size_t i = 0; i < strip->test->n_entries; i++) {
		const struct report_entry *entry = &strip->test->entries[i];
		const int y = top_of_windows(strip) + strip->lane_of[i] * WINDOW_ROW + WINDOW_ROW / 2;

		if (entry->kind != REPORT_CHECK || !entry->has_window)
			continue;
		markup_open(strip->svg, "g", "class", entry->ok ? "window ok" : "window missed", NULL);
		put_title(strip, entry, 0);
		put_line(strip, "span", entry->from_ns, entry->to_ns, y);
		markup_close(strip->svg);
		markup_open(strip->svg, "circle", "r", "2.5", "cx", across(strip, entry->t_ns).text, "cy",
			pixels(y).text, NULL);
		markup_close(strip->svg);
		markup_close(strip->svg);
	}
}

/* 1, 2 or 5 times a power of ten nanoseconds: the least that needs no more than TICKS_MAX ticks. */
static int64_t tick_step(int64_t total)
{
	static const int64_t factors[] = { 1, 2, 5 };

	for (int64_t power = 1; power < INT64_MAX / 100; power *= 10)
		for (int i = 0; i < 3; i++)
			if (total / (power * factors[i]) < TICKS_MAX)
				return power * factors[i];
	return total;
}

static int tick_decimals(int64_t step)
{
	int decimals = 0;

	for (int64_t unit = 1000000000; decimals < 9 && step < unit; unit /= 10)
		decimals++;
	return decimals;
}

static void put_axis(struct strip *strip, int y)
{
	const int64_t step = tick_step(strip->total);

	for (int64_t t = 0; t <= strip->total && t >= 0; t += step) {
		const struct amount x = across(strip, t);
		/* A label at the right end would leave the drawing. */
		const char *anchor = t == 0 ? "start" : t > strip->total / 100 * 92 ? "end" : "middle";

		markup_open(strip->svg, "line", "class", "tick", "x1", x.text, "x2", x.text, "y1", "0", "y2",
			pixels(y + 4).text, NULL);
		markup_close(strip->svg);
		markup_open(strip->svg, "text", "x", x.text, "y", pixels(y + 17).text, "text-anchor", anchor, NULL);
		markup_format(strip->svg, "%s s", amount_seconds(t, tick_decimals(step)).text);
		markup_close(strip->svg);
	}
}

static void put_labels(struct strip *strip)
{
	struct markup *html = strip->svg;

	markup_open(html, "div", "class", "labels", "aria-hidden", "true", NULL);
	markup_leaf(html, "span", "a", "class", "a", NULL);
	for (int path = 0; path < strip->paths; path++) {
		markup_open(html, "span", NULL);
		markup_format(html, "path %d", path);
		markup_close(html);
	}
	markup_leaf(html, "span", "b", "class", "b", NULL);
	if (strip->lanes)
		markup_leaf(html, "span", "checks", NULL);
	markup_close(html);
}

void html_strip(struct markup *html, const struct report_case *test)
{
	struct strip strip = { .svg = html, .test = test, .paths = html_paths(test) };

	strip.total = test->virtual_ns > 0 ? test->virtual_ns : 1;
	for (size_t i = 0; i < test->n_entries; i++)
		if (test->entries[i].t_ns > strip.total)
			strip.total = test->entries[i].t_ns;
	strip.lane_of = calloc(test->n_entries + 1, sizeof(*strip.lane_of));
	if (!strip.lane_of)
		return;
	choose_lanes(&strip);

	const int bottom = top_of_windows(&strip) + strip.lanes * WINDOW_ROW + (strip.lanes ? 4 : 0);
	markup_open(html, "div", "class", "strip", NULL);
	put_labels(&strip);
	markup_open(html, "svg", "role", "img", "aria-label", "The case on a scale of virtual time", "width", "100%",
		"height", pixels(bottom + AXIS).text, NULL);
	put_axis(&strip, bottom);
	for (int row = 0; row < strip.paths + 2; row++) {
		put_line(&strip,
			row == 0                    ? "lane a"
				: row > strip.paths ? "lane b"
						    : "lane",
			0, strip.total, middle_of_row(row));
		markup_close(html);
	}
	put_faults(&strip);
	put_events(&strip);
	put_windows(&strip);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
	free(strip.lane_of);
}
