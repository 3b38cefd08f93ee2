/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html.c - a run as one page: report.html, for a person to read, hand out and print.
 *
 * One file with its style in it and nothing fetched from elsewhere. Cases open and close by
 * <details>, and the choice of verdicts is a group of radio buttons that the style sheet looks at:
 * without JavaScript all is there but the timelines of cases that pass, which would be nine tenths
 * of the page and are packed. The script unpacks those, and adds searching and opening everything.
 */
#include "reports/html.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/formats.h"
#include "reports/known.h"
#include "reports/shortfall.h"
#include "reports/tally.h"

/* More than these would be a headline of many lines. */
#define HEADLINE_KERNELS 3

struct page {
	struct markup *html;
	const struct report_run *run;
	struct tally tally;
	size_t bad;
	const char **areas;
	size_t n_areas;
};

static void put_source(struct markup *html, const char *directive, const unsigned char digest[REPORT_SHA256_BYTES])
{
	markup_raw(html, directive);
	markup_raw(html, " 'sha256-");
	markup_base64(html, digest, REPORT_SHA256_BYTES);
	markup_raw(html, "'; ");
}

/* Our style and our script, by their digests, and nothing else: whatever comes out of a guest does not run. */
static void put_policy(struct markup *html)
{
	markup_raw(html, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
	put_source(html, "style-src", report_css_sha256);
	put_source(html, "script-src", report_js_sha256);
	markup_raw(html, "base-uri 'none'; form-action 'none'\">\n");
}

void html_head(struct markup *html, const char *title)
{
	markup_open(html, "head", NULL);
	markup_raw(html,
		"\n<meta charset=\"utf-8\">\n"
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
		"<meta name=\"color-scheme\" content=\"light dark\">\n");
	put_policy(html);
	markup_leaf(html, "title", title, NULL);
	markup_raw(html, "\n");
	markup_open(html, "style", NULL);
	markup_raw(html, report_css);
	markup_close(html);
	markup_raw(html, "\n");
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_head(struct page *page)
{
	const struct report_run *run = page->run;
	char title[300];

	snprintf(title, sizeof(title), "sctpspec: %s%s", run->n_kernels ? run->kernels[0]->label : "no kernel",
		run->n_kernels > 1 ? " and others" : "");
	html_head(page->html, title);
}

/* The radio buttons stand before all that depends on them; their labels are in the head of the
 * page. */
static void put_choices(struct page *page)
{
	markup_raw(page->html, "<input class=\"choice\" type=\"radio\" name=\"show\" id=\"show-all\" checked>\n");
	for (int v = 0; v < REPORT_VERDICTS; v++) {
		if (page->run->counts[v] == 0)
			continue;
		markup_raw(page->html, "<input class=\"choice\" type=\"radio\" name=\"show\" id=\"show-");
		markup_raw(page->html, report_verdict_name((enum report_verdict)v));
		markup_raw(page->html, "\">\n");
	}
}

static void put_labels(struct page *page)
{
	struct markup *html = page->html;

	markup_open(html, "nav", "class", "labels", "aria-label", "Show cases by verdict", NULL);
	markup_open(html, "label", "for", "show-all", "class", "all", NULL);
	markup_format(html, "all ");
	markup_open(html, "b", NULL);
	markup_format(html, "%zu", page->run->n_cases);
	markup_close(html);
	markup_close(html);
	for (int v = 0; v < REPORT_VERDICTS; v++) {
		const char *name = report_verdict_name((enum report_verdict)v);

		if (page->run->counts[v] == 0)
			continue;
		markup_open(html, "label", "class", name, NULL);
		markup_attribute(html, "for", "show-%s", name);
		markup_format(html, "%s ", name);
		markup_open(html, "b", NULL);
		markup_format(html, "%zu", page->run->counts[v]);
		markup_close(html);
		markup_close(html);
	}
	markup_close(html);
	markup_raw(html, "\n");
}

/* All verdicts as one bar, in proportion. */
static void put_bar(struct page *page)
{
	struct markup *html = page->html;
	size_t done = 0;

	if (page->run->n_cases == 0)
		return;
	markup_open(html, "svg", "class", "bar", "width", "100%", "height", "10", "aria-hidden", "true", NULL);
	for (int v = 0; v < REPORT_VERDICTS; v++) {
		const size_t count = page->run->counts[v];
		const size_t n = page->run->n_cases;

		if (count == 0)
			continue;
		markup_open(html, "rect", "class", report_verdict_name((enum report_verdict)v), "height", "10", NULL);
		markup_attribute(html, "x", "%zu.%03zu%%", done * 100 / n, done * 100000 / n % 1000);
		markup_attribute(html, "width", "%zu.%03zu%%", count * 100 / n, count * 100000 / n % 1000);
		markup_close(html);
		done += count;
	}
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_headline(struct page *page)
{
	const struct report_run *run = page->run;
	const struct shortfall shortfall = run_shortfall(run);
	const bool good = page->bad == 0 && *shortfall.text == '\0';
	const size_t excused = run->counts[REPORT_SKIP] + run->counts[REPORT_XFAIL];
	struct markup *html = page->html;

	markup_open(html, "p", "class", good ? "headline good" : "headline bad", NULL);
	if (run->n_cases == 0)
		markup_text(html, "No case was run");
	else if (page->bad)
		markup_format(html, "%zu of %zu cases %s not as expected", page->bad, run->n_cases,
			page->bad == 1 ? "is" : "are");
	else if (excused)
		markup_format(
			html, "%zu of %zu cases pass, nothing unexpected", run->counts[REPORT_PASS], run->n_cases);
	else
		markup_format(html, run->n_cases == 1 ? "The case passes" : "All %zu cases pass", run->n_cases);
	markup_close(html);
	if (*shortfall.text && run->planned > 0) {
		markup_open(html, "p", "class", "interrupted", NULL);
		markup_format(html, "%c%s.", toupper(shortfall.text[0]), shortfall.text + 1);
		markup_close(html);
	}
}

static void put_key_facts(struct page *page)
{
	const struct report_run *run = page->run;
	struct markup *html = page->html;

	markup_open(html, "dl", "class", "facts", NULL);
	html_fact(html, "virtual time", amount_duration(run->virtual_ns).text);
	html_fact(html, "wall time", amount_duration(run->wall_ns).text);
	if (run->wall_ns > 0 && run->virtual_ns / run->wall_ns > 0) {
		struct amount speed = amount_grouped(run->virtual_ns / run->wall_ns);

		/* a multiplication sign */
		strncat(speed.text, "\xc3\x97 real time", sizeof(speed.text) - strlen(speed.text) - 1);
		html_fact(html, "speed", speed.text);
	}
	html_fact(html, "clock", run->clock);
	html_number(html, "seed", run->seed);
	html_fact(html, "started", run->started);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_header(struct page *page)
{
	const struct report_run *run = page->run;
	struct markup *html = page->html;

	markup_open(html, "header", NULL);
	markup_open(html, "p", "class", "brand", NULL);
	markup_leaf(html, "b", "sctpspec", NULL);
	markup_format(html, " %s", run->sctpspec);
	markup_close(html);
	markup_open(html, "h1", NULL);
	markup_text(html, "SCTP in ");
	if (run->n_kernels > HEADLINE_KERNELS)
		markup_format(html, "%zu kernels", run->n_kernels);
	for (size_t k = 0; run->n_kernels <= HEADLINE_KERNELS && k < run->n_kernels; k++) {
		markup_text(html, k == 0 ? "" : k + 1 == run->n_kernels ? " and " : ", ");
		markup_open(html, "span", NULL);
		markup_format(html, "Linux %s", run->kernels[k]->label);
		markup_close(html);
	}
	if (run->n_kernels == 0)
		markup_text(html, "no kernel");
	markup_close(html);
	markup_raw(html, "\n");
	put_headline(page);
	put_bar(page);
	put_key_facts(page);
	markup_close(html);
	markup_raw(html, "\n");
}

/* One that did not come up is reported once, and not again with each of its cases. */
static void put_dead_kernels(struct page *page)
{
	struct markup *html = page->html;

	for (size_t k = 0; k < page->run->n_kernels; k++) {
		const struct report_kernel *kernel = page->run->kernels[k];

		if (!*kernel->failure)
			continue;
		markup_open(html, "li", "class", "error", NULL);
		html_badge(html, REPORT_ERROR);
		markup_open(html, "span", NULL);
		markup_format(html, "Linux %s ", kernel->label);
		markup_leaf(html, "span", kernel->failure, "class", "reason", NULL);
		markup_close(html);
		markup_close(html);
		markup_raw(html, "\n");
	}
}

/* What a reader comes for: the cases that are not as they should be, with links. */
static void put_problems(struct page *page)
{
	struct markup *html = page->html;

	if (page->bad == 0)
		return;
	markup_open(html, "section", "class", "problems", NULL);
	markup_leaf(html, "h2", "Not as expected", NULL);
	markup_open(html, "ul", NULL);
	put_dead_kernels(page);
	for (size_t i = 0; i < page->run->n_cases; i++) {
		const struct report_case *test = &page->run->cases[i];

		if (!report_verdict_is_bad(test->verdict) || *test->kernel->failure)
			continue;
		markup_open(html, "li", "class", report_verdict_name(test->verdict), NULL);
		html_badge(html, test->verdict);
		markup_open(html, "span", NULL);
		markup_open(html, "a", NULL);
		html_anchor(html, "href", "#", page->run, test);
		markup_text(html, test->id);
		markup_close(html);
		if (page->run->n_kernels > 1)
			markup_leaf(html, "span", test->kernel->label, "class", "kernel", NULL);
		markup_text(html, " ");
		markup_leaf(html, "span", test->reason, "class", "reason", NULL);
		markup_close(html);
		markup_close(html);
		markup_raw(html, "\n");
	}
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

/* Entries of the list of known issues that matched nothing, or have expired. */
static void put_known(struct page *page)
{
	const struct report_run *run = page->run;
	struct markup *html = page->html;
	size_t told = 0;

	for (size_t i = 0; i < run->n_known; i++)
		told += known_is_told(&run->known[i]);
	if (told == 0)
		return;
	markup_open(html, "section", "class", "known", NULL);
	markup_leaf(html, "h2", "Known issues to look at", NULL);
	markup_open(html, "ul", NULL);
	for (size_t i = 0; i < run->n_known; i++) {
		const struct report_known *known = &run->known[i];

		if (!known_is_told(known))
			continue;
		markup_open(html, "li", NULL);
		markup_text(html, known_words(run, known));
		markup_open(html, "div", "class", "reason", NULL);
		markup_format(html, "%s%s%s", known->issue, *known->link ? ": " : "", known->link);
		markup_close(html);
		markup_close(html);
		markup_raw(html, "\n");
	}
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_squares(struct page *page, const char *area, const struct report_kernel *kernel)
{
	struct markup *html = page->html;

	markup_open(html, "td", "class", "squares", NULL);
	for (size_t i = 0; i < page->run->n_cases; i++) {
		const struct report_case *test = &page->run->cases[i];

		if (test->kernel != kernel || strcmp(test->area, area) != 0)
			continue;
		html_square(html, page->run, test);
	}
	markup_close(html);
}

static struct tally tally_of_area(const struct report_run *run, const char *area)
{
	struct tally tally = { 0 };

	for (size_t i = 0; i < run->n_cases; i++)
		if (strcmp(run->cases[i].area, area) == 0)
			tally_add(&tally, &run->cases[i]);
	return tally;
}

static void put_counts(struct page *page, const struct tally *tally)
{
	struct markup *html = page->html;

	markup_open(html, "span", "class", "counts", NULL);
	for (int v = 0; v < REPORT_VERDICTS; v++) {
		if (tally->counts[v] == 0)
			continue;
		markup_open(html, "span", "class", report_verdict_name((enum report_verdict)v), NULL);
		markup_format(html, "%zu %s", tally->counts[v], report_verdict_name((enum report_verdict)v));
		markup_close(html);
		markup_text(html, " ");
	}
	markup_close(html);
}

static void put_overview_head(struct page *page)
{
	struct markup *html = page->html;

	markup_open(html, "thead", NULL);
	markup_open(html, "tr", NULL);
	markup_leaf(html, "th", "area", "scope", "col", NULL);
	for (size_t k = 0; k < page->run->n_kernels; k++)
		markup_leaf(html, "th", page->run->n_kernels > 1 ? page->run->kernels[k]->label : "cases", "scope",
			"col", NULL);
	markup_leaf(html, "th", "verdicts", "scope", "col", "class", "wide", NULL);
	markup_leaf(html, "th", "virtual time", "scope", "col", "class", "number", NULL);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_overview(struct page *page)
{
	struct markup *html = page->html;

	if (page->n_areas == 0)
		return;
	markup_open(html, "section", "class", "overview", NULL);
	markup_leaf(html, "h2", "Areas", NULL);
	markup_open(html, "table", NULL);
	put_overview_head(page);
	markup_open(html, "tbody", NULL);
	for (size_t i = 0; i < page->n_areas; i++) {
		const struct tally tally = tally_of_area(page->run, page->areas[i]);

		markup_open(html, "tr", NULL);
		markup_open(html, "th", "scope", "row", NULL);
		markup_open(html, "a", NULL);
		markup_attribute(html, "href", "#area-%zu", i + 1);
		markup_text(html, page->areas[i]);
		markup_close(html);
		markup_close(html);
		for (size_t k = 0; k < page->run->n_kernels; k++)
			put_squares(page, page->areas[i], page->run->kernels[k]);
		markup_open(html, "td", "class", "wide", NULL);
		put_counts(page, &tally);
		markup_close(html);
		markup_leaf(html, "td", amount_duration(tally.virtual_ns).text, "class", "number", NULL);
		markup_close(html);
		markup_raw(html, "\n");
	}
	markup_close(html);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_areas(struct page *page)
{
	struct markup *html = page->html;

	for (size_t i = 0; i < page->n_areas; i++) {
		const struct tally tally = tally_of_area(page->run, page->areas[i]);

		markup_open(html, "section", "class", "area", NULL);
		markup_attribute(html, "id", "area-%zu", i + 1);
		markup_open(html, "h2", NULL);
		markup_leaf(html, "span", page->areas[i], NULL);
		put_counts(page, &tally);
		markup_close(html);
		markup_raw(html, "\n");
		for (size_t k = 0; k < page->run->n_cases; k++)
			if (strcmp(page->run->cases[k].area, page->areas[i]) == 0)
				html_case(html, page->run, &page->run->cases[k]);
		markup_close(html);
		markup_raw(html, "\n");
	}
}

static void put_body(struct page *page)
{
	struct markup *html = page->html;

	markup_open(html, "body", NULL);
	markup_raw(html, "\n");
	put_choices(page);
	put_header(page);
	put_labels(page);
	markup_open(html, "main", NULL);
	markup_raw(html, "\n");
	put_problems(page);
	html_broken_rules(html, page->run, false);
	put_known(page);
	html_matrix(html, page->run);
	html_broken_rules(html, page->run, true);
	put_overview(page);
	html_conformance(html, page->run);
	if (page->run->catalogue)
		html_coverage(html, page->run);
	else
		html_clauses(html, page->run);
	put_areas(page);
	markup_close(html);
	markup_raw(html, "\n");
	html_about(html, page->run);
	markup_open(html, "script", NULL);
	markup_raw(html, report_js);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static int html_write(const struct report_run *run, FILE *out)
{
	struct page page = { .run = run };

	page.areas = tally_areas(run, &page.n_areas);
	page.html = page.areas ? markup_new(out, MARKUP_HTML) : NULL;
	if (!page.html) {
		free(page.areas);
		return -ENOMEM;
	}
	for (size_t i = 0; i < run->n_cases; i++)
		tally_add(&page.tally, &run->cases[i]);
	page.bad = tally_bad(&page.tally);
	markup_open(page.html, "html", "lang", "en", NULL);
	markup_raw(page.html, "\n");
	put_head(&page);
	put_body(&page);
	free(page.areas);
	return markup_end(page.html);
}

const struct report_format report_html = {
	.name = "html",
	.file = "report.html",
	.help = "one self-contained page for people",
	.write = html_write,
};
