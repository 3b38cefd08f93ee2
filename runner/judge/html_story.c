/* SPDX-License-Identifier: Apache-2.0 */
/* html_story.c - see html_story.h. */
#include "runner/judge/html_story.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/judge/anatomy.h"
#include "runner/judge/words.h"

struct telling {
	const struct judgement *judgement;
	const struct account *account;
	struct story *story;
	bool failed;
};

/* It stays for as long as the story. `text` is freed. */
static const char *keep(struct telling *telling, char *text)
{
	struct story *story = telling->story;
	if (story->n_texts == story->room) {
		const size_t room = story->room ? 2 * story->room : 64;
		char **more = realloc(story->texts, room * sizeof(*more));
		if (!more) {
			free(text);
			text = NULL;
		} else {
			story->texts = more;
			story->room = room;
		}
	}
	if (!text) {
		telling->failed = true;
		return "";
	}
	return story->texts[story->n_texts++] = text;
}

/* "... (packet 3 of a.pcap)" */
static const char *with_packet(struct telling *telling, const char *text, const struct spot *spot)
{
	char *packet = spot->number ? words_of_packet(telling->judgement, spot->number, spot->capture) : NULL;
	char *whole = NULL;
	if (asprintf(&whole, "%s%s%s%s", text, packet ? " (" : "", packet ? packet : "", packet ? ")" : "") < 0)
		whole = NULL;
	free(packet);
	return keep(telling, whole);
}

static struct report_entry *add(struct telling *telling, enum report_entry_kind kind, const struct spot *spot)
{
	struct report_case *test = &telling->story->test;
	struct report_entry *more = realloc(test->entries, (test->n_entries + 1) * sizeof(*more));
	if (!more) {
		telling->failed = true;
		return NULL;
	}
	test->entries = more;
	more[test->n_entries] = (struct report_entry){
		.kind = kind,
		.t_ns = spot->at_ns - telling->story->zero_ns,
		.line = test->n_entries,
		.text = "",
		.socket = "",
		.event = "",
		.path = -1,
		.commands = "",
		.got = "",
	};
	return &more[test->n_entries++];
}

static void add_event(struct telling *telling, unsigned end, int path, const struct spot *spot, const char *text)
{
	struct report_entry *entry = spot->number ? add(telling, REPORT_EVENT, spot) : NULL;
	if (!entry)
		return;
	entry->endpoint = end ? REPORT_B : REPORT_A;
	entry->path = path;
	entry->text = with_packet(telling, text, spot);
}

/* The column of a destination: its place among the addresses of its end, which is the same both ways where paths are
 * pairs of addresses. */
static int path_of(const struct account *account, const struct failure *failure)
{
	const struct outgoing *way = &account->end[failure->end], *peer = &account->end[1 - failure->end];
	for (unsigned i = 0; failure->route < way->n_routes && i < peer->n_addresses; i++)
		if (address_equal(&peer->addresses[i], &way->routes[failure->route].address))
			return (int)i;
	return (int)failure->route;
}

static void add_fault(struct telling *telling, int path, const struct spot *spot, const char *text, bool mend)
{
	struct report_entry *entry = add(telling, REPORT_FAULT, spot);
	if (!entry)
		return;
	entry->path = path;
	entry->mend = mend;
	entry->text = with_packet(telling, text, spot);
}

static void tell_failure(struct telling *telling, const struct failure *failure)
{
	struct moment moments[MOMENTS_MAX];
	const struct account *account = telling->account;
	const int path = path_of(account, failure);
	const unsigned n = anatomy_moments(account, failure, &telling->judgement->options.settings, moments);
	char *title = words_of_failure(account, failure);
	char text[400];
	for (unsigned i = 0; i < n; i++) {
		const struct moment *moment = &moments[i];
		snprintf(text, sizeof(text), "%s%s%s", moment->text,
			moment->kind == MOMENT_UNANSWERED && title ? "; this begins the " : "",
			moment->kind == MOMENT_UNANSWERED && title ? title : "");
		if (moment->kind == MOMENT_UNANSWERED)
			add_fault(telling, path, &moment->spot, text, false);
		else if (moment->kind == MOMENT_FOUND)
			add_fault(telling, path, &moment->spot, text, true);
		else
			add_event(telling, failure->end, path, &moment->spot, text);
	}
	free(title);
}

static void add_finding(struct telling *telling, const struct finding *finding)
{
	struct report_case *test = &telling->story->test;
	struct report_finding *more = realloc(test->findings, (test->n_findings + 1) * sizeof(*more));
	if (!more) {
		telling->failed = true;
		return;
	}
	test->findings = more;
	more[test->n_findings++] = (struct report_finding){
		.t_ns = finding->at_ns - telling->story->zero_ns,
		.rule = finding->rule->id,
		.title = finding->rule->title,
		.expected = finding->expected ? finding->expected : "",
		.got = finding->got ? finding->got : "",
		.level = finding_is_deviation(finding) ? REPORT_SHOULD : REPORT_MUST,
		.endpoint = finding->end ? REPORT_B : REPORT_A,
		.path = -1,
		.times = (int64_t)finding->times,
		.entry = "",
		.issue = "",
		.kernels = "",
		.link = "",
	};
}

static void tell_findings(struct telling *telling)
{
	size_t at = 0;
	for (const struct finding *finding; (finding = judgement_finding(telling->judgement, telling->account, &at));) {
		const struct spot spot = { finding->at_ns, finding->number, finding->capture };
		struct report_entry *entry = add(telling, REPORT_FINDING, &spot);
		if (!entry)
			return;
		entry->endpoint = finding->end ? REPORT_B : REPORT_A;
		entry->text = with_packet(telling, finding->rule->title, &spot);
		entry->finding = telling->story->test.n_findings;
		add_finding(telling, finding);
	}
}

static int by_time(const void *left, const void *right)
{
	const struct report_entry *a = left, *b = right;
	if (a->t_ns != b->t_ns)
		return a->t_ns < b->t_ns ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

int story_make(const struct judgement *judgement, const struct account *account, struct story *out)
{
	struct telling telling = { judgement, account, out, false };
	*out = (struct story){ .zero_ns = account->first.at_ns };
	snprintf(out->id, sizeof(out->id), "association-%u", account->number);
	out->test.id = out->id;
	out->run = (struct report_run){ .cases = &out->test, .n_cases = 1 };
	out->test.virtual_ns = account->last.at_ns - account->first.at_ns;
	for (unsigned i = 0; i < 2; i++)
		if (out->capture.path + 1 < (int)account->end[i].n_addresses)
			out->capture.path = (int)account->end[i].n_addresses - 1;
	out->test.captures = &out->capture;
	out->test.n_captures = 1;
	add_event(&telling, account->opener, -1, &account->first,
		account->from_the_start ? "INIT" : "the first packet of it in the capture");
	add_event(&telling, 1 - account->opener, -1, &account->established, "COOKIE ACK: established");
	for (unsigned i = 0; i < account->n_failures; i++)
		tell_failure(&telling, &account->failures[i]);
	tell_findings(&telling);
	add_event(&telling, account->ender, -1, &account->end_spot,
		account->ending == ENDING_ABORT             ? "ABORT"
			: account->ending == ENDING_RESTART ? "INIT: restarted"
							    : "SHUTDOWN");
	if (out->test.n_entries > 0)
		qsort(out->test.entries, out->test.n_entries, sizeof(*out->test.entries), by_time);
	if (!telling.failed)
		return 0;
	story_free(out);
	return -ENOMEM;
}

void story_free(struct story *story)
{
	for (size_t i = 0; i < story->n_texts; i++)
		free(story->texts[i]);
	free(story->texts);
	free(story->test.entries);
	free(story->test.findings);
	*story = (struct story){ 0 };
}
