/* SPDX-License-Identifier: Apache-2.0 */
/* write_text.c - a judgement for a person at a terminal. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "runner/judge/anatomy.h"
#include "runner/judge/judge.h"
#include "runner/judge/words.h"

#define BOLD "\033[1m"
#define RED "\033[31m"
#define YELLOW "\033[33m"
#define GREEN "\033[32m"
#define PLAIN "\033[0m"

struct page {
	FILE *out;
	const struct judgement *judgement;
	struct write_style style;
};

static void begin_colour(const struct page *page, const char *colour)
{
	if (page->style.colour)
		fputs(colour, page->out);
}

static void end_colour(const struct page *page)
{
	begin_colour(page, PLAIN);
}

static void put_spot(const struct page *page, const struct spot *spot)
{
	char *text = words_of_packet(page->judgement, spot->number, spot->capture);
	fputs(text ? text : "?", page->out);
	free(text);
}

/* ------------------------------------------------------------------ files */

static void put_source(const struct page *page, const struct source *source)
{
	char *text = words_of_source(source);
	fprintf(page->out, "  %s: %s\n", source->name, text ? text : "?");
	free(text);
}

static void put_head(const struct page *page)
{
	const struct judgement *judgement = page->judgement;
	char *text = words_of_all(judgement);
	begin_colour(page, BOLD);
	fputs(text ? text : "?", page->out);
	end_colour(page);
	fputc('\n', page->out);
	free(text);
	for (size_t i = 0; i < judgement->reading.n; i++)
		put_source(page, &judgement->reading.sources[i]);
}

/* ------------------------------------------------------------------ an association */

static void put_end(const struct page *page, const struct account *account, unsigned end)
{
	const struct outgoing *way = &account->end[end];
	fprintf(page->out, "  %c", "AB"[end]);
	for (unsigned i = 0; i < way->n_addresses; i++)
		fprintf(page->out, "%s%s", i ? ", " : "  ", address_text(&way->addresses[i]).text);
	fprintf(page->out, " port %u\n", way->port);
}

static void put_line(const struct page *page, const char *name, char *text)
{
	if (text && *text)
		fprintf(page->out, "  %-9s %s\n", name, text);
	free(text);
}

static void put_route(const struct page *page, const struct account *account, unsigned end, unsigned number)
{
	const struct route *route = &account->end[end].routes[number];
	char *text = route->is_used ? words_of_route(account, end, number) : NULL;
	if (text)
		fprintf(page->out, "  %c -> %s: %s\n", "AB"[end], address_text(&route->address).text, text);
	free(text);
}

static void put_moment(const struct page *page, const struct moment *moment)
{
	fprintf(page->out, "    %16s s  %s", amount_seconds(moment->spot.at_ns, 6).text, moment->text);
	if (moment->spot.number != 0) {
		fputs(" (", page->out);
		put_spot(page, &moment->spot);
		fputc(')', page->out);
	}
	fputc('\n', page->out);
}

static void put_failure(const struct page *page, const struct account *account, const struct failure *failure)
{
	struct moment moments[MOMENTS_MAX];
	char *title = words_of_failure(account, failure);
	const unsigned n = anatomy_moments(account, failure, &page->judgement->options.settings, moments);
	fputs("  ", page->out);
	begin_colour(page, BOLD);
	fputs(title ? title : "?", page->out);
	end_colour(page);
	fputc('\n', page->out);
	free(title);
	for (unsigned i = 0; i < n; i++)
		put_moment(page, &moments[i]);
	for (unsigned until = 0; until < UNTILS; until++) {
		char *sum = anatomy_sum(failure, (enum until)until);
		if (sum)
			fprintf(page->out, "    %s: %s\n", until_words[until], sum);
		free(sum);
	}
}

static void put_finding(const struct page *page, const struct finding *finding)
{
	char *requirements = words_of_requirements(finding->rule);
	fputs("  ", page->out);
	begin_colour(page, finding_is_deviation(finding) ? YELLOW : RED);
	fprintf(page->out, "%s", words_of_level(finding->rule->level));
	end_colour(page);
	fprintf(page->out, " %s: %c at %s s in ", finding->rule->id, "AB"[finding->end],
		amount_seconds(finding->at_ns, 6).text);
	put_spot(page, &(struct spot){ finding->at_ns, finding->number, finding->capture });
	if (finding->times > 1)
		fprintf(page->out, " and %" PRIu64 " times more", finding->times - 1);
	fprintf(page->out, "\n    rule      %s%s%s%s\n    expected  %s\n    got       %s\n", finding->rule->title,
		requirements && *requirements ? " (" : "", requirements ? requirements : "",
		requirements && *requirements ? ")" : "", finding->expected ? finding->expected : "?",
		finding->got ? finding->got : "?");
	if (finding->deviation)
		fprintf(page->out, "    known     %s\n", finding->deviation->what);
	free(requirements);
}

static void put_account(const struct page *page, const struct account *account)
{
	fputc('\n', page->out);
	begin_colour(page, BOLD);
	fprintf(page->out, "association %u", account->number);
	end_colour(page);
	fputc('\n', page->out);
	put_end(page, account, 0);
	put_end(page, account, 1);
	put_line(page, "began", words_of_beginning(page->judgement, account));
	put_line(page, "ended", words_of_end(page->judgement, account));
	put_line(page, "seen", words_of_view(account));
	for (unsigned end = 0; end < 2; end++)
		put_line(page, end ? "B -> A" : "A -> B", words_of_traffic(account, end));
	for (unsigned end = 0; end < 2; end++)
		for (unsigned i = 0; i < account->end[end].n_routes; i++)
			put_route(page, account, end, i);
	for (unsigned end = 0; end < 2; end++)
		put_line(page, end ? "B is told" : "A is told", words_of_inferred(account, end));
	for (unsigned i = 0; i < account->n_failures; i++)
		put_failure(page, account, &account->failures[i]);
	if (account->failures_left_out > 0)
		fprintf(page->out, "  and %" PRIu64 " failures of paths more\n", account->failures_left_out);
	size_t at = 0;
	for (const struct finding *finding; (finding = judgement_finding(page->judgement, account, &at));)
		put_finding(page, finding);
}

/* ------------------------------------------------------------------ the end */

static void put_rules(const struct page *page)
{
	size_t n;
	const struct rule *const *rules = rule_all(&n);
	fputs("\nrules, and how often each was applied\n", page->out);
	for (size_t i = 0; i < n; i++) {
		char *requirements = words_of_requirements(rules[i]);
		fprintf(page->out, "  %-36s %12s  %-6s %s\n", rules[i]->id,
			amount_grouped((int64_t)referee_applied(page->judgement->referee, rules[i])).text,
			words_of_level(rules[i]->level), rules[i]->title);
		free(requirements);
	}
}

static void put_settings(const struct page *page)
{
	char *text = words_of_settings(&page->judgement->options.settings);
	fprintf(page->out, "\nsettings  %s\n", text ? text : "?");
	free(text);
}

static void put_verdict(const struct page *page)
{
	const struct judgement *judgement = page->judgement;
	char *text = words_of_verdict(judgement);
	begin_colour(page, judgement->broken ? RED : judgement->deviations ? YELLOW : GREEN);
	fputs(text ? text : "?", page->out);
	end_colour(page);
	fputc('\n', page->out);
	free(text);
}

int write_text(const struct judgement *judgement, FILE *out, struct write_style style)
{
	const struct page page = { out, judgement, style };
	put_head(&page);
	for (const struct account *account = judgement->accounts; account; account = account->next)
		put_account(&page, account);
	if (judgement->n_left_out > 0)
		fprintf(out, "\n%s associations more, in which nothing was found: --associations tells more\n",
			amount_grouped((int64_t)judgement->n_left_out).text);
	if (style.rules)
		put_rules(&page);
	put_settings(&page);
	put_verdict(&page);
	return ferror(out) ? -EIO : 0;
}
