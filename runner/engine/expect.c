/* SPDX-License-Identifier: Apache-2.0 */
/* expect.c - the verbs that say what must be seen: items, and waiting for the matcher's decision. */
#include "runner/engine/headline.h"

#include <limits.h>
#include <stdarg.h>
#include <string.h>

/* A round trip on a network without delay, with a delayed acknowledgement, a tick and the cost of work. */
#define SOON ms(500)

/* In an item, in place of a socket: the item is for each end of a pair. */
#define EACH_END UINT_MAX

/* ------------------------------------------------------------------ items */

struct item item_of(const struct peer *peer, enum observed kind, int state)
{
	return (struct item){ .socket = peer != EACH ? peer->index : EACH_END,
		.kind = kind,
		.state = state,
		.path = ANY,
		.family = ANY,
		.flow = ANY,
		.message = ANY,
		.with = ANY,
		.inbound = ANY,
		.outbound = ANY,
		.value = ANY,
		.streams = ANY,
		.within = between(0, VTIME_FOREVER) };
}

static struct item paddr_item(const struct peer *peer, enum paddr_state state, unsigned path)
{
	struct item item = item_of(peer, OBSERVED_PADDR_CHANGE, (int)state);

	item.path = (int)path;
	return item;
}

struct item comm_up(const struct peer *peer)
{
	return item_of(peer, OBSERVED_ASSOC_CHANGE, COMM_UP);
}

struct item comm_lost(const struct peer *peer, int error)
{
	struct item item = item_of(peer, OBSERVED_ASSOC_CHANGE, COMM_LOST);

	item.error = error;
	return item;
}

struct item cant_assoc(const struct peer *peer, int error)
{
	struct item item = item_of(peer, OBSERVED_ASSOC_CHANGE, CANT_ASSOC);

	item.error = error;
	return item;
}

struct item restarted(const struct peer *peer)
{
	return item_of(peer, OBSERVED_ASSOC_CHANGE, RESTART);
}

struct item shutdown_comp(const struct peer *peer)
{
	return item_of(peer, OBSERVED_ASSOC_CHANGE, SHUTDOWN_COMP);
}

struct item shutdown_event(const struct peer *peer)
{
	return item_of(peer, OBSERVED_SHUTDOWN_EVENT, ANY);
}

struct item addr_available(const struct peer *peer, unsigned path)
{
	return paddr_item(peer, ADDR_AVAILABLE, path);
}

struct item addr_unreachable(const struct peer *peer, unsigned path)
{
	return paddr_item(peer, ADDR_UNREACHABLE, path);
}

struct item addr_confirmed(const struct peer *peer, unsigned path)
{
	return paddr_item(peer, ADDR_CONFIRMED, path);
}

struct item addr_made_prim(const struct peer *peer, unsigned path)
{
	return paddr_item(peer, ADDR_MADE_PRIM, path);
}

struct item addr_potentially_failed(const struct peer *peer, unsigned path)
{
	return paddr_item(peer, ADDR_POTENTIALLY_FAILED, path);
}

struct item addr_added(const struct peer *peer, unsigned path)
{
	return paddr_item(peer, ADDR_ADDED, path);
}

struct item addr_removed(const struct peer *peer, unsigned path)
{
	return paddr_item(peer, ADDR_REMOVED, path);
}

struct item send_failed(const struct peer *peer, const struct flow *flow, unsigned message, int flag)
{
	struct item item = item_of(peer, OBSERVED_SEND_FAILED, flag);

	item.flow = (int)flow->index;
	item.message = (int)message;
	item.error = ANY;
	return item;
}

struct item of_family(enum ip_family family, struct item item)
{
	item.family = family == IPV4 ? 4 : family == IPV6 ? 6 : ANY;
	return item;
}

struct item within(struct window window, struct item item)
{
	item.within = window;
	return item;
}

struct window shortly_after(vtime instant)
{
	return allowing(SOON, between(instant, instant + SOON));
}

struct item soon(struct trial *t, struct item item)
{
	/* The event may have come while the body waited for something else, but not before the body's last action at a
	 * socket, which is its cause. */
	return within(allowing(SOON, between(t->acted_at, now(t) + SOON)), item);
}

/* ------------------------------------------------------------------ sentences */

static const char *const order_words[] = {
	[IN_ORDER] = "in this order: ",
	[IN_ANY_ORDER] = "in any order: ",
	[ONE_OF] = "one of: ",
};

static void print_item(const struct trial *t, const struct item *item, FILE *out)
{
	const double base = (double)t->fault_at / 1e9;

	fprintf(out, "%s: ", t->peers[item->socket].name);
	item_print(item, out);
	if (item->within.to == VTIME_FOREVER)
		return;
	if (t->rehearsal != NULL && t->fault_at >= 0 && item->within.from >= t->fault_at)
		fprintf(out, " within %.3f .. %.3f s of the fault", (double)item->within.from / 1e9 - base,
			(double)item->within.to / 1e9 - base);
	else
		fprintf(out, " within %.3f .. %.3f s", (double)item->within.from / 1e9, (double)item->within.to / 1e9);
}

static void print_expectation(const struct trial *t, const struct expectation *expectation, FILE *out)
{
	if (expectation->count > 1)
		fputs(order_words[expectation->order], out);
	for (size_t i = 0; i < expectation->count; i++) {
		if (i > 0)
			fputs("; ", out);
		print_item(t, &expectation->items[i], out);
	}
}

/* ------------------------------------------------------------------ waiting */

static void fail_match(struct trial *t, const struct expectation *expectation, struct match *match)
{
	char expected[512], got[STORY_TEXT_MAX * 2], reason[REASON_MAX];
	FILE *out;

	for (vtime until; (until = headline_wait(t, expectation, match)) != VTIME_FOREVER;)
		pump(t, until);
	const struct item *item = &expectation->items[match->item];
	const struct observation *culprit = &t->evidence->observations[match->observation];
	out = trial_text(t, expected, sizeof(expected));
	print_item(t, item, out);
	fclose(out);
	out = trial_text(t, got, sizeof(got));
	if (match->mismatch == MISSING) {
		fprintf(out, "nothing of the kind until %.6f s", (double)now(t) / 1e9);
	} else {
		t->evidence->focus = culprit->t;
		trial_print_observation(t, culprit, out);
		fprintf(out, ", which is %s", mismatch_name(match->mismatch));
	}
	fclose(out);
	headline_of_match(t, expectation, match, reason, sizeof(reason));
	if (item->kind == OBSERVED_PADDR_CHANGE && item->path >= 0)
		trial_check_path(
			t, expected, &item->within, got, t->peers[item->socket].endpoint, (unsigned)item->path);
	else
		trial_check(t, expected, &item->within, false, got);
	trial_fail(t, VERDICT_FAIL, reason, expected, got);
}

static void account(struct trial *t, const struct expectation *expectation, const struct match *match, vtime *instants)
{
	for (size_t i = 0; i < expectation->count; i++) {
		if (expectation->order == ONE_OF && i != match->item)
			continue;
		t->evidence->accounted[match->matched[i]] = true;
		t->evidence->observations[match->matched[i]].routine = false;
		if (instants != NULL)
			instants[i] = t->evidence->observations[match->matched[i]].t;
		char text[STORY_TEXT_MAX * 2];
		FILE *out = trial_text(t, text, sizeof(text));

		fprintf(out, "%s: ", t->peers[expectation->items[i].socket].name);
		item_print(&expectation->items[i], out);
		fclose(out);
		trial_check_met(t, text, &expectation->items[i].within, t->evidence->observations[match->matched[i]].t);
	}
}

/* In a rehearsal every expected event comes, at its latest instant. */
static void rehearse(struct trial *t, const struct expectation *expectation, vtime *instants, size_t *which)
{
	vtime last = 0;

	fputs("  expect ", t->rehearsal);
	print_expectation(t, expectation, t->rehearsal);
	fputc('\n', t->rehearsal);
	for (size_t i = 0; i < expectation->count; i++) {
		const struct window *window = &expectation->items[i].within;

		if (window->to > last)
			last = window->to;
		if (instants != NULL)
			instants[i] = window->to;
	}
	if (last > t->rehearsed)
		t->rehearsed = last;
	if (which != NULL)
		*which = 0;
}

void expect_group(
	struct trial *t, enum arrangement order, const struct item *items, size_t count, vtime *instants, size_t *which)
{
	const struct expectation expectation = { order, count, items };

	if (count == 0 || count > ITEMS_MAX)
		trial_error(t, "an expectation of %zu items", count);
	for (size_t i = 0; i < count; i++) {
		if (items[i].within.from > items[i].within.to || items[i].within.to == VTIME_FOREVER)
			trial_error(t, "an expectation without a window");
		if (items[i].socket >= t->peer_count)
			trial_error(t, "an expectation at each end, of a verb that is about one");
	}
	if (t->rehearsal != NULL) {
		rehearse(t, &expectation, instants, which);
		return;
	}
	for (;;) {
		const struct evidence *evidence = t->evidence;
		struct match match = matcher_decide(
			&expectation, evidence->observations, evidence->accounted, evidence->observation_count, now(t));

		if (match.state == MISMATCHED)
			fail_match(t, &expectation, &match);
		if (match.state == MATCHED) {
			account(t, &expectation, &match, instants);
			if (which != NULL)
				*which = match.item;
			return;
		}
		pump(t, match.until + 1);
	}
}

vtime expect(struct trial *t, struct item item)
{
	vtime instant;

	expect_group(t, IN_ORDER, &item, 1, &instant, NULL);
	return instant;
}

static struct item at(const struct peer *peer, struct item item)
{
	item.socket = peer->index;
	return item;
}

vtime expect_items_at_both(struct trial *t, struct pair pair, const struct item *items, size_t count)
{
	const struct peer *const ends[] = { pair.client, pair.server };
	struct item of_end[ITEMS_MAX];
	vtime instants[ITEMS_MAX], known = 0;

	if (count == 1) {
		expect_all_at(t, instants, at(pair.client, *items), at(pair.server, *items));
		return instants[0];
	}
	for (size_t end = 0; end < 2; end++) {
		for (size_t i = 0; i < count && i < ITEMS_MAX; i++)
			of_end[i] = at(ends[end], items[i]);
		expect_group(t, IN_ORDER, of_end, count, instants, NULL);
		if (end == 0)
			known = instants[count - 1];
	}
	return known;
}

size_t expect_one_of_items(struct trial *t, const struct item *items, size_t count)
{
	size_t which;

	expect_group(t, ONE_OF, items, count, NULL, &which);
	return which;
}

size_t expect_one_or_none(struct trial *t, const struct item *items, size_t count, vtime duration)
{
	const struct expectation expectation = { ONE_OF, count, items };
	const struct evidence *evidence = t->evidence;
	const vtime end = now(t) + duration;
	const struct window window = between(now(t), end);
	char text[STORY_TEXT_MAX];

	snprintf(text, sizeof(text), "nothing for %.3f s", (double)duration / 1e9);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s, or ", text);
		print_expectation(t, &expectation, t->rehearsal);
		fputc('\n', t->rehearsal);
		t->rehearsed = end;
		return count;
	}
	while (matcher_unexpected(evidence->accounted, evidence->observation_count) < 0) {
		if (now(t) >= end) {
			trial_check(t, text, &window, true, NULL);
			return count;
		}
		pump(t, end);
	}
	return expect_one_of_items(t, items, count);
}

void expect_quiet(struct trial *t, vtime duration)
{
	const vtime end = now(t) + duration;
	const struct window window = between(now(t), end);
	struct evidence *evidence = t->evidence;
	char text[STORY_TEXT_MAX], got[STORY_TEXT_MAX], reason[REASON_MAX];

	snprintf(text, sizeof(text), "quiet for %.3f s", (double)duration / 1e9);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", text);
		t->rehearsed = end;
		return;
	}
	for (;;) {
		const ptrdiff_t stranger = matcher_unexpected(evidence->accounted, evidence->observation_count);

		if (stranger >= 0) {
			trial_describe(t, &evidence->observations[stranger], got, sizeof(got));
			trial_check(t, text, &window, false, got);
			headline_of_event(t, &evidence->observations[stranger], "where no event may come", reason,
				sizeof(reason));
			trial_fail(t, VERDICT_FAIL, reason, text, got);
		}
		if (now(t) >= end)
			break;
		pump(t, end);
	}
	trial_check(t, text, &window, true, NULL);
}

void never(struct trial *t, struct item item)
{
	if (item.socket >= t->peer_count)
		trial_error(t, "never at each end, of a verb that is about one");
	if (t->never_count == NEVERS_MAX)
		trial_error(t, "more than %d times never", NEVERS_MAX);
	if (t->rehearsal != NULL) {
		fputs("  never from here on: ", t->rehearsal);
		print_item(t, &item, t->rehearsal);
		fputc('\n', t->rehearsal);
	}
	t->nevers[t->never_count++] = item;
}

void never_at_both(struct trial *t, struct pair pair, struct item item)
{
	never(t, at(pair.client, item));
	never(t, at(pair.server, item));
}

void expect_that(struct trial *t, bool holds, const char *format, ...)
{
	char text[STORY_TEXT_MAX];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect that %s\n", text);
		return;
	}
	trial_check(t, text, NULL, holds, holds ? NULL : "it does not hold");
	if (holds)
		return;
	char reason[REASON_MAX];
	snprintf(reason, sizeof(reason), "it does not hold that %s", text);
	trial_fail(t, VERDICT_FAIL, reason, text, "it does not hold");
}
