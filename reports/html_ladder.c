/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_ladder.c - all that happened in a case, line by line: a table whose first columns draw the
 * network.
 *
 * Time goes down. Endpoints a and b are vertical lines with a dot where they saw something, the
 * paths stand between them and are broken while there is a fault on them. Where much time passes
 * between two lines, the table says how much. Where many messages come one after the other, the
 * first has a line, in which the others are folded.
 */
#include "reports/html.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"

/* A pause worth a line of its own: a second, and a twentieth of the whole. */
#define PAUSE_NS INT64_C(1000000000)
#define PAUSE_SHARE 20

/* So many messages one after the other are worth a fold. */
#define RUN_LEAST 4

struct ladder {
	struct markup *html;
	const struct report_run *run;
	const struct report_case *test;
	int paths;
	int *faults; /* for each path: how many are on it */
};

static int64_t pause_between(const struct report_case *test, int64_t from, int64_t to)
{
	int64_t pause;

	if (__builtin_sub_overflow(to, from, &pause) || pause < PAUSE_NS || pause < test->virtual_ns / PAUSE_SHARE)
		return 0;
	return pause;
}

/* Whether it is about one message of those that a case sends. */
static bool is_of_message(const struct report_entry *entry)
{
	for (size_t i = 0; entry->kind == REPORT_EVENT && i < entry->n_fields; i++)
		if (strcmp(entry->fields[i].name, "message") == 0)
			return true;
	return false;
}

size_t html_run(const struct report_case *test, size_t entry)
{
	const struct report_entry *first = &test->entries[entry];
	size_t n = 1;

	if (!is_of_message(first))
		return 1;
	for (const struct report_entry *next = first + 1; entry + n < test->n_entries; n++, next++)
		if (!is_of_message(next) || next->endpoint != first->endpoint ||
			strcmp(next->event, first->event) != 0 || strcmp(next->socket, first->socket) != 0 ||
			pause_between(test, next[-1].t_ns, next->t_ns))
			break;
	return n < RUN_LEAST ? 1 : n;
}

static void put_time(struct markup *html, int64_t t_ns)
{
	const struct amount time = amount_seconds(t_ns, 6);
	const size_t coarse = strlen(time.text) - 3; /* to the millisecond */

	markup_open(html, "td", "class", "time", NULL);
	markup_format(html, "%.*s", (int)coarse, time.text);
	markup_leaf(html, "small", time.text + coarse, NULL);
	markup_close(html);
}

static bool is_at_endpoint(const struct report_entry *entry)
{
	return entry->kind == REPORT_EVENT || entry->kind == REPORT_PACKET || entry->kind == REPORT_FINDING;
}

static void put_endpoint(struct ladder *ladder, enum report_endpoint endpoint, const struct report_entry *entry)
{
	const bool here = entry && is_at_endpoint(entry) && (entry->endpoint == REPORT_B) == (endpoint == REPORT_B);

	markup_leaf(ladder->html, "td", "", "class",
		endpoint == REPORT_A ? (here ? "lane a dot" : "lane a") : (here ? "lane b dot" : "lane b"), NULL);
}

static bool concerns(const struct report_entry *entry, int path)
{
	return entry && entry->kind == REPORT_FAULT && (entry->path < 0 || entry->path == path);
}

/* An arrow, as the packet goes: from a to b when a sends it or b gets it. */
static const char *arrow(const struct report_entry *entry, int path)
{
	if (!entry || entry->kind != REPORT_PACKET || entry->path != path)
		return "";
	return entry->sent == (entry->endpoint != REPORT_B) ? "\xe2\x86\x92" : "\xe2\x86\x90";
}

static void put_path(struct ladder *ladder, int path, const struct report_entry *entry)
{
	const char *class = ladder->faults[path] > 0 ? "lane path down" : "lane path";
	const char *mark = "";

	if (concerns(entry, path)) {
		class = entry->mend ? "lane path mend" : "lane path cut";
		mark = entry->mend ? "\xe2\x97\x8b" : "\xe2\x9c\x95"; /* a circle, a cross */
	}
	markup_open(ladder->html, "td", "class", class, NULL);
	if (*mark)
		markup_leaf(ladder->html, "span", mark, NULL);
	if (*arrow(entry, path))
		markup_leaf(ladder->html, "i", arrow(entry, path), NULL);
	markup_close(ladder->html);
}

static void put_lanes(struct ladder *ladder, const struct report_entry *entry)
{
	put_endpoint(ladder, REPORT_A, entry);
	for (int path = 0; path < ladder->paths; path++)
		put_path(ladder, path, entry);
	put_endpoint(ladder, REPORT_B, entry);
}

static void count_faults(struct ladder *ladder, const struct report_entry *entry)
{
	for (int path = 0; path < ladder->paths; path++) {
		if (!concerns(entry, path))
			continue;
		ladder->faults[path] += entry->mend ? -1 : 1;
		if (ladder->faults[path] < 0)
			ladder->faults[path] = 0;
	}
}

static void put_details(struct markup *html, const char *title, const char *lines)
{
	if (!*lines)
		return;
	markup_open(html, "details", NULL);
	markup_leaf(html, "summary", title, NULL);
	markup_leaf(html, "pre", lines, NULL);
	markup_close(html);
}

static void put_event(struct markup *html, const struct report_entry *entry)
{
	/* The text often begins with the event's name. */
	if (*entry->event && strncmp(entry->text, entry->event, strlen(entry->event)) != 0)
		markup_leaf(html, "code", entry->event, NULL);
	markup_text(html, *entry->event ? " " : "");
	markup_text(html, entry->text);
	if (*entry->socket)
		markup_leaf(html, "small", entry->socket, "class", "socket", NULL);
	if (entry->n_fields == 0)
		return;
	markup_open(html, "details", NULL);
	markup_leaf(html, "summary", "fields", NULL);
	markup_open(html, "dl", NULL);
	for (size_t i = 0; i < entry->n_fields; i++) {
		markup_leaf(html, "dt", entry->fields[i].name, NULL);
		markup_leaf(html, "dd", entry->fields[i].value, NULL);
	}
	markup_close(html);
	markup_close(html);
}

static void put_rest_of_run(struct markup *html, const struct report_entry *first, size_t n)
{
	markup_open(html, "details", NULL);
	markup_open(html, "summary", NULL);
	markup_format(html, "and %zu more, the last at %s s", n - 1, amount_seconds(first[n - 1].t_ns, 6).text);
	markup_close(html);
	markup_open(html, "pre", NULL);
	for (const struct report_entry *entry = first + 1; entry < first + n; entry++) {
		markup_format(html, "%s  %s (", amount_seconds(entry->t_ns, 6).text, entry->text);
		for (size_t i = 0; i < entry->n_fields; i++)
			markup_format(html, "%s%s %s", i ? ", " : "", entry->fields[i].name, entry->fields[i].value);
		markup_text(html, ")\n");
	}
	markup_close(html);
	markup_close(html);
}

static void put_fault(struct markup *html, const struct report_entry *entry)
{
	markup_leaf(html, "b", entry->mend ? "mended" : "fault", NULL);
	markup_text(html, " ");
	markup_text(html, entry->text);
	put_details(html, "by hand", entry->commands);
}

static void put_check(struct markup *html, const struct report_entry *entry)
{
	markup_leaf(html, "b", entry->ok ? "\xe2\x9c\x93 ok" : "\xe2\x9c\x97 not ok", NULL);
	markup_text(html, " ");
	markup_text(html, entry->text);
	if (entry->has_window) {
		markup_open(html, "small", "class", "window", NULL);
		markup_format(html, "wanted %s \xe2\x80\x93 %s s", amount_seconds(entry->from_ns, 3).text,
			amount_seconds(entry->to_ns, 3).text);
		markup_close(html);
	}
	if (*entry->got) {
		markup_open(html, "p", "class", "got", NULL);
		markup_leaf(html, "b", "got", NULL);
		markup_text(html, " ");
		markup_leaf(html, "span", entry->got, NULL);
		markup_close(html);
	}
}

static void put_packet(struct markup *html, const struct report_entry *entry)
{
	markup_open(html, "small", NULL);
	markup_format(html, "%s %s #%" PRId64, report_endpoint_name(entry->endpoint), entry->sent ? "sends" : "gets",
		entry->packet);
	markup_close(html);
	markup_text(html, " ");
	markup_leaf(html, "code", entry->text, NULL);
}

static void put_finding(struct ladder *ladder, const struct report_entry *entry)
{
	struct markup *html = ladder->html;
	const struct report_finding *finding = &ladder->test->findings[entry->finding];

	markup_open(html, "b", NULL);
	markup_text(html, report_is_deviation(finding) ? "\xe2\x89\xa0 deviation" : "\xe2\x9c\x97 rule broken");
	markup_close(html);
	markup_text(html, " ");
	/* The list has all that is known of it. */
	markup_open(html, "a", NULL);
	html_finding_anchor(html, "href", "#", "finding", ladder->run, ladder->test, entry->finding);
	markup_text(html, finding->rule);
	markup_close(html);
	markup_text(html, " ");
	markup_text(html, entry->text);
	markup_open(html, "p", "class", "got", NULL);
	markup_leaf(html, "b", "expected", NULL);
	markup_format(html, " %s ", finding->expected);
	markup_leaf(html, "b", "got", NULL);
	markup_format(html, " %s", finding->got);
	markup_close(html);
}

static const char *row_class(const struct ladder *ladder, const struct report_entry *entry)
{
	switch (entry->kind) {
	case REPORT_EVENT:
		return entry->endpoint == REPORT_B ? "event at-b" : "event at-a";
	case REPORT_FAULT:
		return entry->mend ? "fault mended" : "fault";
	case REPORT_CHECK:
		return entry->ok ? "check ok" : "check missed";
	case REPORT_PACKET:
		return entry->here ? "packet here" : "packet";
	case REPORT_FINDING:
		return report_is_deviation(&ladder->test->findings[entry->finding]) ? "finding deviates"
										    : "finding broken";
	case REPORT_OBSERVATION:
		return "action observed";
	default:
		return "action";
	}
}

/* The line of an entry, or of a run of them. */
static void put_row(struct ladder *ladder, const struct report_entry *entry, size_t n)
{
	struct markup *html = ladder->html;

	markup_open(html, "tr", "class", row_class(ladder, entry), NULL);
	if (entry->kind == REPORT_FINDING)
		html_finding_anchor(html, "id", "", "row", ladder->run, ladder->test, entry->finding);
	put_time(html, entry->t_ns);
	put_lanes(ladder, entry);
	count_faults(ladder, entry);
	markup_open(html, "td", "class", "what", NULL);
	switch (entry->kind) {
	case REPORT_EVENT:
		put_event(html, entry);
		if (n > 1)
			put_rest_of_run(html, entry, n);
		break;
	case REPORT_FAULT:
		put_fault(html, entry);
		break;
	case REPORT_CHECK:
		put_check(html, entry);
		break;
	case REPORT_PACKET:
		put_packet(html, entry);
		break;
	case REPORT_FINDING:
		put_finding(ladder, entry);
		break;
	default:
		markup_text(html, entry->text);
	}
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_pause(struct ladder *ladder, int64_t from, int64_t to)
{
	struct markup *html = ladder->html;
	const int64_t pause = pause_between(ladder->test, from, to);

	if (pause == 0)
		return;
	markup_open(html, "tr", "class", "pause", NULL);
	markup_leaf(html, "td", "\xe2\x8b\xae", "class", "time", NULL); /* three dots, one above the other */
	put_lanes(ladder, NULL);
	markup_open(html, "td", "class", "what", NULL);
	markup_text(html, amount_duration(pause).text);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_head(struct ladder *ladder)
{
	struct markup *html = ladder->html;

	markup_open(html, "thead", NULL);
	markup_open(html, "tr", NULL);
	/* Without a kernel it is no case but a capture, from real networks. */
	markup_leaf(html, "th", ladder->run->n_kernels ? "virtual s" : "s", "class", "time", "scope", "col", NULL);
	markup_leaf(html, "th", "a", "class", "a", "scope", "col", "title", "endpoint a", NULL);
	for (int path = 0; path < ladder->paths; path++) {
		markup_open(html, "th", "scope", "col", NULL);
		markup_attribute(html, "title", "path %d", path);
		markup_format(html, "%d", path);
		markup_close(html);
	}
	markup_leaf(html, "th", "b", "class", "b", "scope", "col", "title", "endpoint b", NULL);
	markup_leaf(html, "th", "what happened", "class", "what", "scope", "col", NULL);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

void html_ladder(struct markup *html, const struct report_run *run, const struct report_case *test)
{
	struct ladder ladder = { .html = html, .run = run, .test = test, .paths = html_paths(test) };
	int64_t before = 0;

	ladder.faults = calloc((size_t)ladder.paths + 1, sizeof(*ladder.faults));
	if (!ladder.faults)
		return;
	markup_open(html, "table", "class", "ladder", NULL);
	put_head(&ladder);
	markup_open(html, "tbody", NULL);
	for (size_t i = 0, n; i < test->n_entries; i += n) {
		n = html_run(test, i);
		put_pause(&ladder, before, test->entries[i].t_ns);
		put_row(&ladder, &test->entries[i], n);
		before = test->entries[i + n - 1].t_ns;
	}
	put_pause(&ladder, before, test->virtual_ns);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
	free(ladder.faults);
}
