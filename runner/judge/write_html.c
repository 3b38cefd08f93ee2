/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write_html.c - a judgement as one page: the report's style and drawings (reports/html.h), nothing fetched, and no
 * script.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "reports/html.h"
#include "runner/judge/anatomy.h"
#include "runner/judge/html_story.h"
#include "runner/judge/judge.h"
#include "runner/judge/words.h"

/* More would be a page that no browser likes. Those with findings or failures come first. */
enum { ON_PAGE = 500 };

struct page {
	struct markup *html;
	const struct judgement *judgement;
	size_t told;
	int status;
};

/* Text that was made for it, and is freed. */
static void put_made(struct page *page, char *text)
{
	markup_text(page->html, text ? text : "?");
	free(text);
}

static void put_fact(struct page *page, const char *name, char *text)
{
	html_fact(page->html, name, text ? text : "?");
	free(text);
}

/* ------------------------------------------------------------------ head */

static void put_headline(struct page *page)
{
	const struct judgement *judgement = page->judgement;
	markup_open(page->html, "p", "class",
		judgement->broken               ? "headline bad"
			: judgement->deviations ? "headline deviates"
						: "headline good",
		NULL);
	put_made(page, words_of_verdict(judgement));
	markup_close(page->html);
}

static void put_header(struct page *page)
{
	const struct judgement *judgement = page->judgement;
	struct markup *html = page->html;
	markup_open(html, "header", NULL);
	markup_open(html, "p", "class", "brand", NULL);
	markup_leaf(html, "b", "sctpspec", NULL);
	markup_text(html, " " SCTPSPEC_VERSION " judge");
	markup_close(html);
	markup_open(html, "h1", NULL);
	markup_text(html, "SCTP in ");
	if (judgement->reading.n == 1)
		markup_text(html, judgement->reading.sources[0].name);
	else
		markup_format(html, "%zu captures", judgement->reading.n);
	markup_close(html);
	put_headline(page);
	markup_open(html, "dl", "class", "facts", NULL);
	html_number(html, "packets", (int64_t)judgement->packets);
	html_number(html, "with SCTP", (int64_t)judgement->sctp);
	html_number(html, "associations", (int64_t)judgement->n_associations);
	html_fact(html, "time", amount_duration(judgement->last_ns).text);
	html_number(html, "a MUST broken", (int64_t)judgement->broken);
	html_number(html, "deviations", (int64_t)judgement->deviations);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_captures(struct page *page)
{
	struct markup *html = page->html;
	markup_open(html, "section", "class", "overview", NULL);
	markup_leaf(html, "h2", "Captures", NULL);
	markup_open(html, "ul", "class", "captures", NULL);
	for (size_t i = 0; i < page->judgement->reading.n; i++) {
		const struct source *source = &page->judgement->reading.sources[i];
		char *words = words_of_source(source);
		markup_open(html, "li", NULL);
		markup_leaf(html, "code", source->name, NULL);
		markup_leaf(html, "small", words ? words : "?", NULL);
		markup_close(html);
		free(words);
	}
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

/* ------------------------------------------------------------------ an association */

/* What is said of an association, the worst first. */
enum worst { BROKEN, DEVIATES, FAILED_OVER, WELL };

static const struct {
	const char *badge, *class;
} worsts[] = {
	[BROKEN] = { "MUST broken", "case fail" },
	[DEVIATES] = { "deviates", "case xfail" },
	[FAILED_OVER] = { "failed over", "case skip" },
	[WELL] = { "well", "case pass" },
};

static enum worst worst_of(const struct page *page, const struct account *account)
{
	enum worst worst = account->n_failures > 0 ? FAILED_OVER : WELL;
	size_t at = 0;
	for (const struct finding *finding; (finding = judgement_finding(page->judgement, account, &at));) {
		if (!finding_is_deviation(finding))
			return BROKEN;
		worst = DEVIATES;
	}
	return worst;
}

static void put_ends(struct page *page, const struct account *account)
{
	for (unsigned end = 0; end < 2; end++) {
		const struct outgoing *way = &account->end[end];
		markup_format(page->html, "%s%s", end ? " \xe2\x86\x92 " : "",
			way->n_addresses ? address_text(&way->addresses[0]).text : "?");
		markup_format(page->html, " port %u", way->port);
	}
}

static void put_summary(struct page *page, const struct account *account)
{
	struct markup *html = page->html;
	markup_open(html, "summary", NULL);
	markup_leaf(html, "span", worsts[worst_of(page, account)].badge, "class", "badge", NULL);
	markup_open(html, "span", "class", "name", NULL);
	markup_open(html, "code", NULL);
	put_ends(page, account);
	markup_close(html);
	markup_open(html, "span", "class", "title", NULL);
	if (account->n_failures > 0)
		markup_format(html, "%u %s of a path", account->n_failures,
			account->n_failures == 1 ? "failure" : "failures");
	markup_close(html);
	markup_close(html);
	markup_open(html, "span", "class", "times", NULL);
	markup_leaf(html, "b", amount_duration(account->last.at_ns - account->first.at_ns).text, NULL);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_pair(struct page *page, const char *name, const char *value)
{
	markup_open(page->html, "div", NULL);
	markup_leaf(page->html, "dt", name, NULL);
	markup_leaf(page->html, "dd", value ? value : "?", NULL);
	markup_close(page->html);
}

static void put_finding(struct page *page, const struct story *story, const struct finding *finding, size_t number)
{
	struct markup *html = page->html;
	const bool must = !finding_is_deviation(finding);
	char *requirements = words_of_requirements(finding->rule);
	char *packet = words_of_packet(page->judgement, finding->number, finding->capture);
	markup_open(html, "li", "class", must ? "broken" : "deviates", NULL);
	html_finding_anchor(html, "id", "", "finding", &story->run, &story->test, number);
	markup_leaf(html, "code", finding->rule->id, NULL);
	markup_text(html, " ");
	markup_leaf(html, "span", words_of_level(finding->rule->level), "class",
		must ? "level broken" : "level deviates", NULL);
	markup_text(html, " ");
	markup_open(html, "small", NULL);
	markup_format(html, "%c, %s, at %s s", "AB"[finding->end], packet ? packet : "?",
		amount_seconds(finding->at_ns, 6).text);
	if (finding->times > 1)
		markup_format(html, ", %s times", amount_grouped((int64_t)finding->times).text);
	markup_close(html);
	markup_leaf(html, "p", finding->rule->title, NULL);
	markup_open(html, "dl", NULL);
	put_pair(page, "expected", finding->expected);
	put_pair(page, "got", finding->got);
	put_pair(page, "covers", requirements);
	if (finding->deviation)
		put_pair(page, "known", finding->deviation->what);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
	free(requirements);
	free(packet);
}

static void put_findings(struct page *page, const struct story *story, const struct account *account)
{
	size_t at = 0, number = 0;
	const struct finding *finding = judgement_finding(page->judgement, account, &at);
	if (!finding)
		return;
	markup_leaf(page->html, "h4", worst_of(page, account) == BROKEN ? "Rules broken" : "Deviations", NULL);
	markup_open(page->html, "ul", "class", "findings", NULL);
	for (; finding; finding = judgement_finding(page->judgement, account, &at))
		put_finding(page, story, finding, number++);
	markup_close(page->html);
}

static void put_sums(struct page *page, const struct account *account)
{
	struct markup *html = page->html;
	if (account->n_failures == 0)
		return;
	markup_leaf(html, "h4", "Where the time went, from the last sign of life of a path", NULL);
	for (unsigned i = 0; i < account->n_failures; i++) {
		const struct failure *failure = &account->failures[i];
		char *title = words_of_failure(account, failure);
		markup_open(html, "pre", "class", "explanation", NULL);
		markup_format(html, "%s\n", title ? title : "?");
		for (unsigned until = 0; until < UNTILS; until++) {
			char *sum = anatomy_sum(failure, (enum until)until);
			if (sum)
				markup_format(html, "%s: %s\n", until_words[until], sum);
			free(sum);
		}
		markup_close(html);
		free(title);
	}
}

static void put_story(struct page *page, const struct account *account)
{
	struct story story;
	if (story_make(page->judgement, account, &story) != 0) {
		page->status = -ENOMEM;
		return;
	}
	markup_open(page->html, "div", "class", "story", NULL);
	put_findings(page, &story, account);
	put_sums(page, account);
	markup_leaf(page->html, "h4", "Timeline, from the first packet of the association", NULL);
	html_strip(page->html, &story.test);
	html_ladder(page->html, &story.run, &story.test);
	markup_close(page->html);
	story_free(&story);
}

static void put_addresses(struct page *page, const struct account *account, unsigned end)
{
	const struct outgoing *way = &account->end[end];
	for (unsigned i = 0; i < way->n_addresses; i++)
		html_fact(page->html, i ? "" : end ? "B" : "A", address_text(&way->addresses[i]).text);
}

static void put_context(struct page *page, const struct account *account)
{
	struct markup *html = page->html;
	char name[INET6_ADDRSTRLEN + 8];
	markup_open(html, "div", "class", "context", NULL);
	markup_leaf(html, "h4", "Association", NULL);
	markup_open(html, "dl", "class", "account", NULL);
	put_addresses(page, account, 0);
	put_addresses(page, account, 1);
	put_fact(page, "began", words_of_beginning(page->judgement, account));
	put_fact(page, "ended", words_of_end(page->judgement, account));
	put_fact(page, "seen", words_of_view(account));
	put_fact(page, "A to B", words_of_traffic(account, 0));
	put_fact(page, "B to A", words_of_traffic(account, 1));
	for (unsigned end = 0; end < 2; end++)
		for (unsigned i = 0; i < account->end[end].n_routes; i++) {
			const struct route *route = &account->end[end].routes[i];
			if (!route->is_used)
				continue;
			snprintf(name, sizeof(name), "%c to %s", "AB"[end], address_text(&route->address).text);
			put_fact(page, name, words_of_route(account, end, i));
		}
	for (unsigned end = 0; end < 2; end++)
		if (account->end[end].n_inferred > 0)
			put_fact(page, end ? "B is told" : "A is told", words_of_inferred(account, end));
	markup_close(html);
	markup_close(html);
}

static void put_association(struct page *page, const struct account *account)
{
	struct markup *html = page->html;
	if (page->told++ >= ON_PAGE)
		return;
	const enum worst worst = worst_of(page, account);
	markup_open(html, "details", "class", worsts[worst].class, NULL);
	if (page->judgement->n_accounts == 1 || worst <= DEVIATES)
		markup_attribute(html, "open", "%s", "open");
	put_summary(page, account);
	markup_open(html, "div", "class", "body", NULL);
	markup_attribute(html, "id", "association-%u", account->number);
	put_story(page, account);
	put_context(page, account);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
}

static void put_associations(struct page *page)
{
	struct markup *html = page->html;
	const struct judgement *judgement = page->judgement;
	markup_open(html, "section", "class", "area judged", NULL);
	markup_leaf(html, "h2", "Associations", NULL);
	for (enum worst worst = BROKEN; worst <= WELL; worst++)
		for (const struct account *each = judgement->accounts; each; each = each->next)
			if (worst_of(page, each) == worst)
				put_association(page, each);
	const uint64_t untold = judgement->n_left_out + (page->told > ON_PAGE ? page->told - ON_PAGE : 0);
	if (untold > 0) {
		markup_open(html, "p", NULL);
		markup_format(
			html, "%s more are not on this page; --json has them.", amount_grouped((int64_t)untold).text);
		markup_close(html);
	}
	markup_close(html);
	markup_raw(html, "\n");
}

/* ------------------------------------------------------------------ foot */

static void put_rule(struct page *page, const struct rule *rule)
{
	struct markup *html = page->html;
	char *requirements = words_of_requirements(rule);
	markup_open(html, "tr", NULL);
	markup_open(html, "th", "scope", "row", NULL);
	markup_leaf(html, "code", rule->id, NULL);
	markup_close(html);
	markup_open(html, "td", NULL);
	markup_leaf(html, "span", words_of_level(rule->level), "class", "level", NULL);
	markup_close(html);
	markup_leaf(html, "td", amount_grouped((int64_t)referee_applied(page->judgement->referee, rule)).text, NULL);
	markup_open(html, "td", "class", "wide", NULL);
	markup_text(html, rule->title);
	markup_text(html, " ");
	markup_leaf(html, "small", requirements ? requirements : "", NULL);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
	free(requirements);
}

static void put_foot(struct page *page)
{
	struct markup *html = page->html;
	size_t n;
	const struct rule *const *rules = rule_all(&n);
	markup_open(html, "details", "class", "clauses", NULL);
	markup_open(html, "summary", NULL);
	markup_leaf(html, "h2", "Rules", NULL);
	markup_format(html, "%zu, and how often each was applied", n);
	markup_close(html);
	markup_open(html, "table", NULL);
	for (size_t i = 0; i < n; i++)
		put_rule(page, rules[i]);
	markup_close(html);
	markup_close(html);
	markup_raw(html, "\n");
	markup_open(html, "footer", NULL);
	markup_open(html, "dl", "class", "about", NULL);
	put_fact(page, "settings", words_of_settings(&page->judgement->options.settings));
	markup_close(html);
	markup_close(html);
}

int write_html(const struct judgement *judgement, FILE *out)
{
	struct page page = { .html = markup_new(out, MARKUP_HTML), .judgement = judgement };
	if (!page.html)
		return -ENOMEM;
	markup_open(page.html, "html", "lang", "en", NULL);
	markup_raw(page.html, "\n");
	html_head(page.html, "sctpspec judge");
	markup_open(page.html, "body", NULL);
	markup_raw(page.html, "\n");
	put_header(&page);
	markup_open(page.html, "main", NULL);
	put_captures(&page);
	put_associations(&page);
	put_foot(&page);
	markup_close(page.html);
	const int status = markup_end(page.html);
	return status != 0 ? status : page.status;
}
