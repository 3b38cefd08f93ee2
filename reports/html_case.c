/* SPDX-License-Identifier: Apache-2.0 */
/* html_case.c - one case of report.html: its line in the list, and all that is known about it. */
#include "reports/html.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/findings.h"
#include "reports/tally.h"

int html_paths(const struct report_case *test)
{
	int paths = 1;

	for (size_t i = 0; i < test->n_captures; i++)
		paths = test->captures[i].path >= paths ? test->captures[i].path + 1 : paths;
	for (size_t i = 0; i < test->n_entries; i++)
		paths = test->entries[i].path >= paths ? test->entries[i].path + 1 : paths;
	return paths < 8 ? paths : 8;
}

int64_t html_fault_end(const struct report_case *test, size_t entry)
{
	const struct report_entry *fault = &test->entries[entry];
	int64_t end = INT64_MAX;

	/* The mend of the same words; or, when the words differ, the first on that path. */
	for (size_t i = entry + 1; i < test->n_entries; i++) {
		const struct report_entry *other = &test->entries[i];

		if (other->kind != REPORT_FAULT || !other->mend || other->path != fault->path)
			continue;
		if (strcmp(other->text, fault->text) == 0)
			return other->t_ns;
		if (end == INT64_MAX)
			end = other->t_ns;
	}
	return end;
}

void html_badge(struct markup *html, enum report_verdict verdict)
{
	markup_open(html, "span", "class", "badge", NULL);
	markup_text(html, report_verdict_name(verdict));
	markup_close(html);
}

/* The id with what an anchor cannot have replaced; with the kernel's number where there are
 * several. */
void html_anchor_with(struct markup *html, const char *name, const char *before, const struct report_run *run,
	const struct report_case *test, const char *after)
{
	const size_t repeat = tally_repeat(run, test);
	char *id = strdup(test->id);
	char kernel[32] = "", again[32] = "";

	for (char *c = id; c && *c; c++)
		if (!isascii(*c) || (!isalnum(*c) && !strchr("._-", *c)))
			*c = '_';
	for (size_t k = 0; run->n_kernels > 1 && k < run->n_kernels; k++)
		if (run->kernels[k] == test->kernel)
			snprintf(kernel, sizeof(kernel), "k%zu.", k + 1);
	if (repeat)
		snprintf(again, sizeof(again), "~%zu", repeat + 1);
	markup_attribute(html, name, "%s%s%s%s%s", before, kernel, id ? id : "", again, after);
	free(id);
}

void html_anchor(struct markup *html, const char *name, const char *before, const struct report_run *run,
	const struct report_case *test)
{
	html_anchor_with(html, name, before, run, test, "");
}

void html_square(struct markup *html, const struct report_run *run, const struct report_case *test)
{
	const char *verdict = report_verdict_name(test->verdict);
	const char *on = run->n_kernels > 1 ? " on " : "";
	const char *kernel = run->n_kernels > 1 ? test->kernel->label : "";

	markup_open(html, "a", "class", verdict, NULL);
	html_anchor(html, "href", "#", run, test);
	markup_attribute(html, "title", "%s%s%s: %s", test->id, on, kernel, verdict);
	markup_close(html);
}

static void put_summary(struct markup *html, const struct report_run *run, const struct report_case *test)
{
	markup_open(html, "summary", NULL);
	html_badge(html, test->verdict);
	markup_open(html, "span", "class", "name", NULL);
	markup_leaf(html, "code", test->id, NULL);
	if (run->n_kernels > 1)
		markup_leaf(html, "span", test->kernel->label, "class", "kernel", NULL);
	markup_leaf(html, "span", test->title, "class", "title", NULL);
	const int64_t deviations = findings_times(test, true);
	if (deviations) {
		markup_open(html, "span", "class", "deviates", NULL);
		markup_format(html, "%s deviation%s", amount_grouped(deviations).text, deviations == 1 ? "" : "s");
		markup_close(html);
	}
	if (test->verdict != REPORT_PASS && *test->reason)
		markup_leaf(html, "span", test->reason, "class", "reason", NULL);
	markup_close(html);
	markup_open(html, "span", "class", "times", NULL);
	markup_leaf(html, "b", amount_duration(test->virtual_ns).text, "title", "virtual time", NULL);
	markup_open(html, "small", "title", "wall time", NULL);
	markup_format(html, "in %s", amount_duration(test->wall_ns).text);
	markup_close(html);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_heading(struct markup *html, const char *text)
{
	markup_leaf(html, "h4", text, NULL);
}

static void put_requirements(struct markup *html, const struct report_case *test)
{
	if (test->n_requirements == 0)
		return;
	put_heading(html, "Requirements");
	markup_open(html, "ul", "class", "requirements", NULL);
	for (size_t i = 0; i < test->n_requirements; i++) {
		const struct report_requirement *requirement = &test->requirements[i];

		markup_open(html, "li", NULL);
		markup_leaf(html, "code", requirement->id, NULL);
		if (*requirement->level) {
			markup_text(html, " ");
			markup_leaf(html, "span", requirement->level, "class", "level", NULL);
		}
		if (*requirement->section) {
			markup_text(html, " ");
			markup_open(html, "span", "class", "section", NULL);
			markup_format(html, "section %s", requirement->section);
			markup_close(html);
		}
		if (*requirement->summary)
			markup_leaf(html, "p", requirement->summary, NULL);
		markup_close(html);
	}
	markup_close(html);
}

static void put_topology(struct markup *html, const struct report_case *test)
{
	if (!*test->topology && !*test->drawing)
		return;
	markup_open(html, "h4", NULL);
	markup_text(html, "Topology");
	if (*test->topology)
		markup_leaf(html, "span", test->topology, "class", "topology", NULL);
	markup_close(html);
	if (*test->drawing)
		markup_leaf(html, "pre", test->drawing, "class", "drawing", NULL);
}

static void put_settings(struct markup *html, const struct report_case *test)
{
	if (test->n_settings == 0)
		return;
	put_heading(html, "Settings (net.sctp)");
	markup_open(html, "dl", "class", "settings", NULL);
	for (size_t i = 0; i < test->n_settings; i++) {
		markup_leaf(html, "dt", test->settings[i].name, NULL);
		markup_leaf(html, "dd", test->settings[i].value, NULL);
	}
	markup_close(html);
}

/* Only what lies in the log's folder: no scheme, no root, no way up. */
static bool is_inside(const char *file)
{
	if (*file == '/' || strpbrk(file, ":\\"))
		return false;
	for (const char *part = file; part; part = strchr(part, '/')) {
		part += *part == '/';
		if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
			return false;
	}
	return true;
}

static void put_file(struct markup *html, const char *file)
{
	char *link = NULL;
	size_t length = 0;
	FILE *out = is_inside(file) ? open_memstream(&link, &length) : NULL;

	if (out) {
		for (const char *c = file; *c; c++) {
			if (isascii(*c) && (isalnum(*c) || strchr("._-/~", *c)))
				fputc(*c, out);
			else
				fprintf(out, "%%%02X", (unsigned)(unsigned char)*c);
		}
		fclose(out);
	}
	if (link)
		markup_leaf(html, "a", file, "href", link, NULL);
	else
		markup_text(html, file);
	free(link);
}

static void put_captures(struct markup *html, const struct report_case *test)
{
	if (test->n_captures == 0)
		return;
	put_heading(html, "Captures");
	markup_open(html, "ul", "class", "captures", NULL);
	for (size_t i = 0; i < test->n_captures; i++) {
		const struct report_capture *capture = &test->captures[i];

		markup_open(html, "li", NULL);
		if (*capture->file)
			put_file(html, capture->file);
		else
			markup_format(
				html, "%s path %d, not kept", report_endpoint_name(capture->endpoint), capture->path);
		markup_open(html, "small", NULL);
		markup_format(html, "%s %s, %s", amount_grouped(capture->packets).text,
			capture->packets == 1 ? "packet" : "packets", amount_bytes(capture->bytes).text);
		markup_close(html);
		markup_close(html);
	}
	markup_close(html);
}

static void put_repeats(struct markup *html, const struct report_repeats *repeats)
{
	if (repeats->seeds == 0)
		return;
	markup_leaf(html, "dt", repeats->seeds == 1 ? "run" : "seeds", NULL);
	markup_open(html, "dd", NULL);
	if (repeats->seeds > 1)
		markup_format(html, "%s to %s: ", amount_grouped(repeats->first_seed).text,
			amount_grouped(repeats->first_seed + repeats->seeds - 1).text);
	else
		markup_text(html, repeats->twice ? "twice with the same seed: " : "once: ");
	for (size_t i = 0; i < repeats->n_verdicts; i++)
		markup_format(html, "%s%s %s", i ? ", " : "", repeats->verdicts[i].value, repeats->verdicts[i].name);
	markup_close(html);
	for (size_t i = 0; i < repeats->kept.n; i++) {
		markup_leaf(html, "dt", i ? "" : "kept", NULL);
		markup_open(html, "dd", NULL);
		put_file(html, repeats->kept.items[i]);
		markup_close(html);
	}
}

static void put_facts(struct markup *html, const struct report_case *test)
{
	put_heading(html, "Details");
	markup_open(html, "dl", "class", "settings", NULL);
	markup_leaf(html, "dt", "virtual time", NULL);
	markup_open(html, "dd", NULL);
	markup_format(html, "%s s", amount_seconds(test->virtual_ns, 6).text);
	markup_close(html);
	markup_leaf(html, "dt", "wall time", NULL);
	markup_open(html, "dd", NULL);
	markup_format(html, "%s s", amount_seconds(test->wall_ns, 3).text);
	markup_close(html);
	put_repeats(html, &test->repeats);
	if (test->restore_ns > 0) {
		markup_leaf(html, "dt", "restore", NULL);
		markup_open(html, "dd", NULL);
		markup_format(html, "%s s", amount_seconds(test->restore_ns, 3).text);
		markup_close(html);
	}
	if (*test->source) {
		markup_leaf(html, "dt", "source", NULL);
		markup_leaf(html, "dd", test->source, NULL);
	}
	if (test->tags.n) {
		markup_leaf(html, "dt", "tags", NULL);
		markup_open(html, "dd", NULL);
		for (size_t i = 0; i < test->tags.n; i++)
			markup_format(html, "%s@%s", i ? " " : "", test->tags.items[i]);
		markup_close(html);
	}
	markup_close(html);
}

static void put_timeline(struct markup *html, const struct report_run *run, const struct report_case *test)
{
	html_strip(html, test);
	html_ladder(html, run, test);
}

static void put_story(struct markup *html, const struct report_run *run, const struct report_case *test)
{
	markup_open(html, "div", "class", "story", NULL);
	if (*test->explanation) {
		put_heading(html, "Explanation");
		markup_leaf(html, "pre", test->explanation, "class", "explanation", NULL);
	}
	if (*test->console) {
		put_heading(html, "Kernel console");
		markup_leaf(html, "pre", test->console, "class", "console", NULL);
	}
	html_findings(html, run, test);
	put_topology(html, test);
	if (test->n_entries) {
		put_heading(html, "Timeline");
		if (test->verdict == REPORT_PASS)
			html_packed(html, put_timeline, run, test);
		else
			put_timeline(html, run, test);
	}
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_context(struct markup *html, const struct report_case *test)
{
	markup_open(html, "div", "class", "context", NULL);
	put_requirements(html, test);
	put_settings(html, test);
	put_captures(html, test);
	put_facts(html, test);
	if (*test->repeat) {
		put_heading(html, "Again");
		markup_leaf(html, "pre", test->repeat, "class", "command", NULL);
	}
	markup_close(html);
	markup_raw(html, "\n");
}

void html_case(struct markup *html, const struct report_run *run, const struct report_case *test)
{
	markup_open(html, "details", NULL);
	markup_attribute(html, "class", "case %s", report_verdict_name(test->verdict));
	if (report_verdict_is_bad(test->verdict))
		markup_attribute(html, "open", "%s", "open");
	put_summary(html, run, test);
	/* The anchor is inside: a browser that goes there opens what is around it. */
	markup_open(html, "div", "class", "body", NULL);
	html_anchor(html, "id", "", run, test);
	put_story(html, run, test);
	put_context(html, test);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}
