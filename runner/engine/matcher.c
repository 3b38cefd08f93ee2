/* SPDX-License-Identifier: Apache-2.0 */
/* matcher.c - see matcher.h. */
#include "runner/engine/matcher.h"

#include <string.h>

#include "netns/wire/wire.h"

static bool agrees(int wanted, int got)
{
	return wanted == ANY || wanted == got;
}

static bool value_agrees(int64_t wanted, int64_t got)
{
	return wanted == ANY || wanted == got;
}

static bool same_record(const struct item *item, const struct observation *observation)
{
	return item->socket == observation->socket && item->kind == observation->kind;
}

static bool address_agrees(const struct item *item, const struct observation *observation)
{
	return item->kind != OBSERVED_PADDR_CHANGE ||
		(agrees(item->path, observation->path) && agrees(item->family, observation->family) &&
			(item->form == ANY_FORM || item->form == observation->form));
}

static bool content_agrees(const struct item *item, const struct observation *observation)
{
	if (item->kind == OBSERVED_PACKET)
		return wire_pattern_fits(item->packet, observation->packet);
	if (!agrees(item->error, (int)observation->error) || !agrees(item->inbound, observation->inbound) ||
		!agrees(item->outbound, observation->outbound) || !value_agrees(item->value, observation->value) ||
		!value_agrees(item->streams, (int64_t)observation->streams) ||
		(item->reason != NULL && strcmp(item->reason, observation->reason) != 0))
		return false;
	return (item->kind != OBSERVED_SEND_FAILED && item->kind != OBSERVED_SEND_FAILED_EVENT) ||
		(observation->intact && agrees(item->flow, observation->flow) &&
			agrees(item->message, observation->message));
}

bool item_fits(const struct item *item, const struct observation *observation)
{
	return same_record(item, observation) && agrees(item->with, observation->with) &&
		agrees(item->state, observation->state) && address_agrees(item, observation) &&
		content_agrees(item, observation);
}

static bool concerns(const struct expectation *expectation, const struct observation *observation)
{
	for (size_t i = 0; i < expectation->count; i++)
		if (expectation->items[i].socket == observation->socket)
			return true;
	return false;
}

/* The very same octets, as when a network doubles it. */
static bool same_packet(const struct observation *one, const struct observation *other)
{
	const struct wire_pattern exactly = { .packet = *one->packet, .alone = true };

	return wire_pattern_fits(&exactly, other->packet);
}

/* Has an equal observation been accounted for already? */
static bool is_duplicate(const struct observation *log, const bool *accounted, const struct observation *culprit)
{
	for (const struct observation *before = log; before < culprit; before++)
		if (accounted[before - log] && before->socket == culprit->socket && before->kind == culprit->kind &&
			before->state == culprit->state && before->path == culprit->path &&
			before->family == culprit->family && before->message == culprit->message &&
			before->flow == culprit->flow && before->assoc_id == culprit->assoc_id &&
			(before->kind != OBSERVED_PACKET || same_packet(before, culprit)))
			return true;
	return false;
}

/* How near is an observation that does not fit to an item? The nearest item explains best. */
static enum mismatch nearness(const struct item *item, const struct observation *observation)
{
	if (!same_record(item, observation))
		return UNEXPECTED;
	if (item->kind == OBSERVED_PACKET)
		return wire_pattern_resembles(item->packet, observation->packet) ? WRONG_CONTENT : UNEXPECTED;
	if (!agrees(item->with, observation->with))
		return agrees(item->state, observation->state) ? WRONG_ASSOCIATION : UNEXPECTED;
	if (!agrees(item->state, observation->state))
		return address_agrees(item, observation) ? WRONG_STATE : UNEXPECTED;
	return address_agrees(item, observation) ? WRONG_CONTENT : WRONG_ADDRESS;
}

static struct match mismatched(enum mismatch mismatch, size_t item, size_t observation)
{
	return (struct match){ .state = MISMATCHED, .mismatch = mismatch, .item = item, .observation = observation };
}

static struct match blamed(enum mismatch mismatch, size_t item, size_t observation, size_t first_open)
{
	struct match match = mismatched(mismatch, item, observation);

	match.first_open = first_open;
	return match;
}

static struct match explain_stranger(const struct expectation *expectation, const struct observation *log,
	const bool *accounted, size_t index, const bool *taken)
{
	size_t first_open = 0;

	while (first_open + 1 < expectation->count && taken[first_open])
		first_open++;
	for (size_t i = 0; i < expectation->count; i++)
		if (item_fits(&expectation->items[i], &log[index]))
			return blamed(taken[i] ? DUPLICATE : WRONG_ORDER, i, index, first_open);
	if (is_duplicate(log, accounted, &log[index]))
		return blamed(DUPLICATE, first_open, index, first_open);
	for (size_t i = 0; i < expectation->count; i++) {
		const enum mismatch how = nearness(&expectation->items[i], &log[index]);

		if (!taken[i] && how != UNEXPECTED)
			return blamed(how, i, index, first_open);
	}
	return blamed(UNEXPECTED, first_open, index, first_open);
}

static int count_any(const struct item *item)
{
	return (item->with == ANY) + (item->state == ANY) + (item->path == ANY) + (item->family == ANY) +
		(item->error == ANY) + (item->flow == ANY) + (item->message == ANY);
}

static bool in_window(const struct item *item, const struct observation *observation)
{
	return observation->t >= item->within.from && observation->t <= item->within.to;
}

/* An observation fits two items: which one should take it? First the one whose window it is in; then the
 * more specific one, as the other can still take another observation; then the one whose window ends sooner. */
static bool goes_rather_to(const struct item *item, const struct item *than, const struct observation *observation)
{
	if (in_window(item, observation) != in_window(than, observation))
		return in_window(item, observation);
	if (count_any(item) != count_any(than))
		return count_any(item) < count_any(than);
	return item->within.to < than->within.to;
}

/* Which open item does the observation fulfil? With IN_ORDER only the first open one may be. */
static ptrdiff_t find_item(
	const struct expectation *expectation, const bool *taken, const struct observation *observation)
{
	ptrdiff_t found = -1;

	for (size_t i = 0; i < expectation->count; i++) {
		const struct item *item = &expectation->items[i];

		if (taken[i])
			continue;
		if (item_fits(item, observation) &&
			(found < 0 || goes_rather_to(item, &expectation->items[found], observation)))
			found = (ptrdiff_t)i;
		if (expectation->order == IN_ORDER)
			break;
	}
	return found;
}

/* Each open item must still be possible: its window may not be over. */
static struct match wait_or_miss(const struct expectation *expectation, const bool *taken, vtime now)
{
	struct match match = { .state = NOT_YET, .until = VTIME_FOREVER };
	bool possible = false;
	size_t last_to_go = 0;

	for (size_t i = 0; i < expectation->count; i++) {
		const vtime to = expectation->items[i].within.to;

		if (taken[i])
			continue;
		if (expectation->order == ONE_OF) {
			possible |= now <= to;
			if (to >= expectation->items[last_to_go].within.to)
				last_to_go = i;
			continue;
		}
		if (now > to)
			return mismatched(MISSING, i, 0);
		if (to < match.until)
			match.until = to;
	}
	if (expectation->order != ONE_OF)
		return match;
	if (!possible)
		return mismatched(MISSING, last_to_go, 0);
	match.until = expectation->items[last_to_go].within.to;
	return match;
}

struct match matcher_decide(const struct expectation *expectation, const struct observation *log, const bool *accounted,
	size_t count, vtime now)
{
	struct match match = { .state = MATCHED };
	bool taken[ITEMS_MAX] = { false };
	size_t open = expectation->order == ONE_OF ? 1 : expectation->count;

	for (size_t i = 0; i < count && open > 0; i++) {
		if ((accounted[i] && !log[i].routine) || !concerns(expectation, &log[i]))
			continue;
		const ptrdiff_t found = find_item(expectation, taken, &log[i]);
		const struct item *item = found < 0 ? NULL : &expectation->items[found];
		if (log[i].routine && (item == NULL || !in_window(item, &log[i])))
			continue;
		if (item == NULL)
			return explain_stranger(expectation, log, accounted, i, taken);
		if (log[i].t < item->within.from)
			return mismatched(TOO_EARLY, (size_t)found, i);
		if (log[i].t > item->within.to)
			return mismatched(TOO_LATE, (size_t)found, i);
		taken[found] = true;
		match.item = (size_t)found;
		match.matched[found] = i;
		open--;
	}
	return open == 0 ? match : wait_or_miss(expectation, taken, now);
}

ptrdiff_t matcher_unexpected(const bool *accounted, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!accounted[i])
			return (ptrdiff_t)i;
	return -1;
}

const char *mismatch_name(enum mismatch mismatch)
{
	static const char *const names[] = {
		[NO_MISMATCH] = "",
		[TOO_EARLY] = "too early",
		[TOO_LATE] = "too late",
		[MISSING] = "missing",
		[DUPLICATE] = "a duplicate",
		[WRONG_ADDRESS] = "the wrong address",
		[WRONG_STATE] = "the wrong state",
		[WRONG_ORDER] = "in the wrong order",
		[WRONG_ASSOCIATION] = "of the wrong association",
		[WRONG_CONTENT] = "with the wrong contents",
		[UNEXPECTED] = "not expected at all",
	};

	return names[mismatch];
}

/* The record by its state where that names it, and what else there is to it. */
static void print_record(const struct item *item, const char *state, FILE *out)
{
	const bool resets = item->kind == OBSERVED_STREAM_RESET_EVENT || item->kind == OBSERVED_ASSOC_RESET_EVENT ||
		item->kind == OBSERVED_STREAM_CHANGE_EVENT;

	if (state != NULL && item->kind == OBSERVED_AUTHENTICATION_EVENT)
		fprintf(out, "authentication_event, %s", state);
	else
		fprintf(out, "%s", state ? state : observed_name(item->kind));
	if (item->kind == OBSERVED_AUTHENTICATION_EVENT && item->value != ANY)
		fprintf(out, " of key %lld", (long long)item->value);
	if (item->kind == OBSERVED_ADAPTATION_EVENT && item->value != ANY)
		fprintf(out, ", %lld", (long long)item->value);
	if ((item->kind == OBSERVED_PDAPI_EVENT || item->kind == OBSERVED_MESSAGE) && item->value != ANY)
		fprintf(out, " of stream %lld", (long long)item->value);
	if (item->inbound > 0)
		fprintf(out, ", %d in", item->inbound);
	if (item->outbound > 0)
		fprintf(out, ", %d out", item->outbound);
	if (resets && item->state != ANY)
		reset_print(item->state, item->streams > 0 ? (uint64_t)item->streams : 0, out);
}

void item_print(const struct item *item, FILE *out)
{
	const char *state = observed_state_name(item->kind, item->state);

	if (item->kind == OBSERVED_SEND_FAILED || item->kind == OBSERVED_SEND_FAILED_EVENT) {
		fprintf(out, "%s", observed_name(item->kind));
		if (state)
			fprintf(out, ", %s", state);
		if (item->message != ANY)
			fprintf(out, ", message %d", item->message);
		return;
	}
	if (item->kind == OBSERVED_PACKET) {
		wire_print_pattern(item->packet, out);
		return;
	}
	print_record(item, state, out);
	if (item->kind == OBSERVED_PADDR_CHANGE && item->path != ANY)
		fprintf(out, " of path %d", item->path);
	if (item->kind == OBSERVED_PADDR_CHANGE && item->family != ANY)
		fprintf(out, " (IPv%d)", item->family);
	if (item->kind == OBSERVED_PADDR_CHANGE && item->form != ANY_FORM)
		fprintf(out, ", %s", address_form_name(item->form));
	if (item->kind == OBSERVED_ERROR)
		fprintf(out, ": %s", strerror(item->error));
	else if (item->error != ANY && item->error != 0)
		fprintf(out, ", error %d", item->error);
	if (item->reason != NULL)
		fprintf(out, ", \"%s\"", item->reason);
}
