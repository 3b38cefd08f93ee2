/* SPDX-License-Identifier: Apache-2.0 */
/* anatomy.c - see anatomy.h. */
#include "runner/judge/anatomy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"
#include "runner/judge/addresses.h"

const char *const moment_names[] = {
	[MOMENT_LIFE] = "life",
	[MOMENT_UNANSWERED] = "unanswered",
	[MOMENT_STRIKE] = "strike",
	[MOMENT_MORE] = "more",
	[MOMENT_MOVED] = "moved",
	[MOMENT_FOUND] = "found",
	[MOMENT_BACK] = "back",
};
const char *const until_names[UNTILS] = { "moved", "given_up", "found" };
const char *const until_words[UNTILS] = {
	"until DATA went elsewhere",
	"until it was given up",
	"until it was found again",
};
const char *const part_names[] = { "idle", "t3_rtx", "heartbeat", "t2_shutdown", "rest" };

static const char *const signs[] = {
	[SIGN_NONE] = "none",
	[SIGN_SACK] = "SACK",
	[SIGN_HEARTBEAT_ACK] = "HEARTBEAT ACK",
	[SIGN_SETUP] = "an answer of the set-up",
	[SIGN_SHUTDOWN] = "an answer to SHUTDOWN",
};
static const char *const sendings[] = {
	[SENDING_NONE] = "what was sent before the capture begins",
	[SENDING_DATA] = "DATA",
	[SENDING_HEARTBEAT] = "HEARTBEAT",
	[SENDING_SHUTDOWN] = "SHUTDOWN",
};

/* ------------------------------------------------------------------ what happened */

static struct moment *add(
	struct moment *moments, unsigned *n, enum moment_kind kind, const struct spot *spot, const char *text)
{
	struct moment *moment = &moments[(*n)++];
	*moment = (struct moment){ .kind = kind, .spot = *spot };
	snprintf(moment->text, sizeof(moment->text), "%s", text);
	return moment;
}

static struct address_text where(const struct account *account, const struct failure *failure, int route)
{
	const struct outgoing *way = &account->end[failure->end];
	return route >= 0 && (unsigned)route < way->n_routes ? address_text(&way->routes[route].address)
							     : (struct address_text){ "?" };
}

static void put_strike(struct moment *moment, const struct account *account, const struct failure *failure,
	const struct timeout *strike, unsigned number, const struct settings *settings)
{
	char what[120];
	if (strike->what == SENDING_DATA)
		snprintf(what, sizeof(what), "T3-rtx, TSN %u again%s%s", strike->tsn,
			strike->over == (int)failure->route ? "" : " to ",
			strike->over == (int)failure->route ? "" : where(account, failure, strike->over).text);
	else
		snprintf(what, sizeof(what), "the %s before is not answered", sendings[strike->what]);
	const char *end = "";
	if (number == settings->value[SETTING_PATH_MAX_RETRANS] + 1)
		end = ": given up (inactive)";
	else if (number == settings->value[SETTING_PF_RETRANS] + 1)
		end = ": suspect (potentially failed)";
	snprintf(moment->text, sizeof(moment->text), "strike %u after %s s: %s%s", number,
		amount_seconds(strike->after_ns, 3).text, what, end);
}

static unsigned put_strikes(const struct account *account, const struct failure *failure,
	const struct settings *settings, struct moment *moments, unsigned n)
{
	for (unsigned i = 0; i < failure->n_strikes && i < STRIKES_KEPT; i++)
		put_strike(add(moments, &n, MOMENT_STRIKE, &failure->strikes[i].spot, ""), account, failure,
			&failure->strikes[i], i + 1, settings);
	if (failure->n_strikes > STRIKES_KEPT) {
		struct moment *more = add(moments, &n, MOMENT_MORE, &failure->last.spot, "");
		snprintf(more->text, sizeof(more->text), "%u strikes more, this is the last",
			failure->n_strikes - STRIKES_KEPT);
	}
	return n;
}

static int by_time(const void *left, const void *right)
{
	const struct moment *a = left, *b = right;
	if (a->spot.at_ns != b->spot.at_ns)
		return a->spot.at_ns < b->spot.at_ns ? -1 : 1;
	return (int)a->kind - (int)b->kind;
}

unsigned anatomy_moments(const struct account *account, const struct failure *failure, const struct settings *said,
	struct moment moments[MOMENTS_MAX])
{
	const struct settings settings = account_settings(account, failure->end, said);
	unsigned n = 0;
	char text[200];
	if (failure->life.number) {
		snprintf(text, sizeof(text), "last sign of life: %s", signs[failure->life_by]);
		add(moments, &n, MOMENT_LIFE, &failure->life, text);
	}
	snprintf(text, sizeof(text), "the first that is not answered: %s", sendings[failure->unanswered_what]);
	add(moments, &n, MOMENT_UNANSWERED, &failure->unanswered, text);
	n = put_strikes(account, failure, &settings, moments, n);
	if (failure->moved.number) {
		snprintf(text, sizeof(text), "new DATA goes to %s", where(account, failure, failure->moved_to).text);
		add(moments, &n, MOMENT_MOVED, &failure->moved, text);
	}
	if (failure->found.number) {
		snprintf(text, sizeof(text), "found again: %s", signs[failure->found_by]);
		add(moments, &n, MOMENT_FOUND, &failure->found, text);
	}
	if (failure->back.number)
		add(moments, &n, MOMENT_BACK, &failure->back, "new DATA goes there again");
	qsort(moments, n, sizeof(*moments), by_time);
	return n;
}

/* ------------------------------------------------------------------ where the time went */

static const struct spot *end_of(const struct failure *failure, enum until until)
{
	const struct spot *spots[UNTILS] = { &failure->moved, &failure->given_up, &failure->found };
	return spots[until];
}

static void add_part(struct part *parts, unsigned *n, enum part_kind kind, int64_t ns)
{
	if (ns > 0)
		parts[(*n)++] = (struct part){ kind, ns };
}

unsigned anatomy_parts(const struct failure *failure, enum until until, struct part parts[PARTS_MAX], int64_t *total_ns)
{
	const struct spot *end = end_of(failure, until);
	int64_t at_ns = failure->life.number ? failure->life.at_ns : failure->unanswered.at_ns;
	unsigned n = 0;
	*total_ns = 0;
	if (end->number == 0)
		return 0;
	*total_ns = end->at_ns - at_ns;
	add_part(parts, &n, PART_IDLE, failure->unanswered.at_ns - at_ns);
	if (failure->unanswered.at_ns > at_ns)
		at_ns = failure->unanswered.at_ns;
	for (unsigned i = 0; i < failure->n_strikes && i < STRIKES_KEPT; i++) {
		const struct timeout *strike = &failure->strikes[i];
		if (strike->spot.at_ns > end->at_ns)
			break;
		add_part(parts, &n,
			strike->what == SENDING_DATA                ? PART_DATA
				: strike->what == SENDING_HEARTBEAT ? PART_HEARTBEAT
								    : PART_SHUTDOWN,
			strike->spot.at_ns - at_ns);
		at_ns = strike->spot.at_ns > at_ns ? strike->spot.at_ns : at_ns;
	}
	add_part(parts, &n, PART_REST, end->at_ns - at_ns);
	return n;
}

char *anatomy_sum(const struct failure *failure, enum until until)
{
	static const char *const words[] = {
		[PART_IDLE] = " s in which nothing was sent there",
		[PART_DATA] = " s of T3-rtx",
		[PART_HEARTBEAT] = " s of HEARTBEATs",
		[PART_SHUTDOWN] = " s of T2-shutdown",
	};
	static const char *const rests[UNTILS] = {
		" s until there was new DATA",
		" s",
		" s until the first answer",
	};
	struct part parts[PARTS_MAX];
	int64_t total_ns;
	const unsigned n = anatomy_parts(failure, until, parts, &total_ns);
	char *text = NULL;
	size_t size = 0;
	FILE *out = n > 0 ? open_memstream(&text, &size) : NULL;
	if (!out)
		return NULL;
	fprintf(out, "%s s =", amount_seconds(total_ns, 3).text);
	for (unsigned i = 0; i < n; i++) {
		const bool is_last = i + 1 == n || parts[i + 1].kind != parts[i].kind;
		fprintf(out, "%s %s%s", i ? " +" : "", amount_seconds(parts[i].ns, 3).text,
			!is_last                             ? ""
				: parts[i].kind == PART_REST ? rests[until]
							     : words[parts[i].kind]);
	}
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
