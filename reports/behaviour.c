/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behaviour.c - see behaviour.h. Pure.
 *
 * Nothing here has a threshold of its own. An event's place in the window that the case computed for it may move by
 * what that window leaves to chance (LOG.md); two events may change places when chance could have made them; an
 * event may be missing when chance could have put it after the end. Where the case says nothing of chance, nothing
 * is claimed.
 */
#include "reports/behaviour.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "reports/amount.h"

/* An event, with what its case says of its time. */
struct sight {
	const struct report_entry *event;
	const char *key;          /* what it was, without when */
	unsigned association;     /* of its socket, in the order in which they were told of; 0: of none */
	int64_t from_ns;          /* the window's beginning; -1: there is no window */
	int64_t chance_ns;        /* -1: not said */
	bool told;                /* it has been reported */
	const struct sight *twin; /* the same in the other run */
};

struct sights {
	struct sight *list;
	size_t n;
};

void behaviour_add(struct behaviour *behaviour, enum difference_kind kind, const char *format, ...)
{
	struct difference *difference =
		pool_grow(behaviour->pool, &behaviour->differences, &behaviour->n, sizeof(*difference));
	char *text = NULL, *kept;
	va_list arguments;

	va_start(arguments, format);
	const int length = vasprintf(&text, format, arguments);
	va_end(arguments);
	kept = length < 0 ? NULL : pool_take(behaviour->pool, (size_t)length + 1);
	if (!difference || !kept) {
		behaviour->failed = true;
		behaviour->n -= difference != NULL;
		if (length >= 0)
			free(text);
		return;
	}
	memcpy(kept, text, (size_t)length + 1);
	free(text);
	*difference = (struct difference){ .kind = kind, .text = kept };
}

int64_t behaviour_chance(const struct report_case *test)
{
	int64_t longest = 0;

	for (size_t i = 0; i < test->n_entries; i++)
		if (test->entries[i].kind == REPORT_CHECK && test->entries[i].random_ns > longest)
			longest = test->entries[i].random_ns;
	return longest;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static const char *value_of(const struct report_pair *pairs, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(pairs[i].name, name) == 0)
			return pairs[i].value;
	return "";
}

/* No log of ours has numbers beyond these; no sum of these overflows. */
static int64_t bounded(const char *text, int64_t most)
{
	const int64_t number = strtoll(text, NULL, 10);

	return number > most ? most : number < -most ? -most : number;
}

int64_t behaviour_setting(const struct report_case *test, const char *name)
{
	return bounded(value_of(test->settings, test->n_settings, name), INT32_MAX);
}

static int64_t field(const struct report_entry *event, const char *name, int64_t missing)
{
	const char *value = value_of(event->fields, event->n_fields, name);

	return *value ? bounded(value, INT64_MAX / 16) : missing;
}

/* Fields that number things as they come up, and times. */
static bool is_incidental(const char *name)
{
	return strcmp(name, "assoc_id") == 0 || strcmp(name, "delay_ns") == 0;
}

/* Ids differ between runs; which of a socket's associations it was does not. */
static unsigned association_of(const struct sights *sights, const struct report_entry *event)
{
	const int64_t id = field(event, "assoc_id", 0);
	unsigned highest = 0;

	if (id == 0)
		return 0;
	for (size_t i = 0; i < sights->n; i++) {
		const struct sight *other = &sights->list[i];

		if (strcmp(other->event->socket, event->socket) != 0)
			continue;
		if (field(other->event, "assoc_id", 0) == id)
			return other->association;
		highest = other->association > highest ? other->association : highest;
	}
	return highest + 1;
}

/* Whether a message had been sent when the association was lost hangs on when that was, by an RTO. */
static bool state_is_chance(const struct report_case *test, const struct report_entry *event)
{
	return strcmp(event->event, "send_failed") == 0 &&
		behaviour_chance(test) >= behaviour_setting(test, "rto_min") * 1000000;
}

/* "client: addr_unreachable of path 0": socket, association and record with all fields that mean something. */
static const char *make_key(struct behaviour *behaviour, const struct report_case *test,
	const struct report_entry *event, unsigned association)
{
	const bool no_state = !behaviour->exact && state_is_chance(test, event);
	char *key = NULL, *kept = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&key, &length);

	if (!out)
		return NULL;
	fprintf(out, "%s %u: %s", event->socket, association, event->event);
	for (size_t i = 0; i < event->n_fields; i++)
		if (!is_incidental(event->fields[i].name) && !(no_state && strcmp(event->fields[i].name, "state") == 0))
			fprintf(out, " %s=%s", event->fields[i].name, event->fields[i].value);
	if (fclose(out) == 0 && (kept = pool_take(behaviour->pool, length + 1)))
		memcpy(kept, key, length + 1);
	free(key);
	return kept;
}

/* "client: addr_unreachable of path 0" begins with the socket. */
static bool is_about(const struct report_entry *check, const struct report_entry *event)
{
	const size_t length = strlen(event->socket);

	return strncmp(check->text, event->socket, length) == 0 && check->text[length] == ':';
}

static void take_window(const struct report_case *test, struct sight *sight)
{
	const struct report_entry *event = sight->event;
	const int64_t flow = field(event, "flow", -1), message = field(event, "message", -1),
		      delay = field(event, "delay_ns", -1);

	for (size_t i = 0; i < test->n_entries; i++) {
		const struct report_entry *check = &test->entries[i];

		if (check->kind != REPORT_CHECK || !check->ok || check->random_ns < 0)
			continue;
		const bool delivered = strcmp(event->event, "message") == 0 && check->flow >= 0 &&
			check->flow == flow && message >= check->first && message <= check->last && delay >= 0;
		const bool met = check->at_ns == event->t_ns && check->has_window && is_about(check, event);

		if (!delivered && !met)
			continue;
		/* a message's window begins with its sending */
		sight->from_ns = delivered ? event->t_ns - delay : check->from_ns;
		sight->chance_ns = check->random_ns;
		return;
	}
}

static int see(struct behaviour *behaviour, const struct report_case *test, struct sights *out)
{
	*out = (struct sights){ .list = pool_take(behaviour->pool, (test->n_entries + 1) * sizeof(struct sight)) };
	if (!out->list)
		return -1;
	for (size_t i = 0; i < test->n_entries; i++) {
		if (test->entries[i].kind != REPORT_EVENT)
			continue;
		const unsigned association = association_of(out, &test->entries[i]);
		struct sight *sight = &out->list[out->n++];

		*sight = (struct sight){ .event = &test->entries[i],
			.association = association,
			.key = make_key(behaviour, test, &test->entries[i], association),
			.from_ns = -1,
			.chance_ns = -1 };
		if (!sight->key)
			return -1;
		take_window(test, sight);
	}
	return 0;
}

/* The nth of a kind is the nth of that kind in the other run. */
static void pair_up(struct sights *old, struct sights *new)
{
	for (size_t i = 0; i < old->n; i++)
		for (size_t k = 0; k < new->n; k++) {
			if (new->list[k].twin || strcmp(old->list[i].key, new->list[k].key) != 0)
				continue;
			old->list[i].twin = &new->list[k];
			new->list[k].twin = &old->list[i];
			break;
		}
}

static const char *words_of(const struct sight *sight)
{
	return sight->event->text;
}

/* "comm_lost", "shutdown_comp", ...: nothing more is reported about that association. */
static bool is_end(const struct report_entry *event)
{
	const char *state = value_of(event->fields, event->n_fields, "state");

	return strcmp(event->event, "assoc_change") == 0 && *state && strcmp(state, "comm_up") != 0 &&
		strcmp(state, "restart") != 0;
}

/* The end of the association, or NULL. */
static const struct sight *end_of(const struct sights *sights, const char *socket, unsigned association)
{
	for (size_t i = 0; i < sights->n; i++)
		if (is_end(sights->list[i].event) && strcmp(sights->list[i].event->socket, socket) == 0 &&
			sights->list[i].association == association)
			return &sights->list[i];
	return NULL;
}

/* What the end of an association brings comes with it, whenever that is: messages that failed. */
static bool follows_end(const struct sight *sight, const struct sights *own)
{
	const struct sight *end = end_of(own, sight->event->socket, sight->association);

	return end && end < sight;
}

/* The log has the first messages of a case alone: of the others it says that they were delivered. */
static bool is_delivered_unseen(const struct report_entry *event, const struct report_case *other)
{
	const int64_t flow = field(event, "flow", -1), message = field(event, "message", -1);

	for (size_t i = 0; strcmp(event->event, "message") == 0 && i < other->n_entries; i++) {
		const struct report_entry *check = &other->entries[i];

		if (check->kind == REPORT_CHECK && check->ok && check->flow >= 0 && check->flow == flow &&
			message >= check->first && message <= check->last)
			return true;
	}
	return false;
}

/* Could chance have put it behind the end of the other run? Where nothing is said of chance, it could. */
static bool may_be_missing(const struct behaviour *behaviour, const struct sight *sight, const struct sights *others,
	const struct report_case *other)
{
	int64_t chance_ns = 0, end_ns = other->verdict_ns;

	if (behaviour->exact)
		return false;
	if (is_delivered_unseen(sight->event, other))
		return true;
	if (!is_end(sight->event)) {
		const struct sight *end = end_of(others, sight->event->socket, sight->association);

		if (end) {
			/* the latest instant at which it can be told of; chance could have had it so much sooner */
			end_ns = end->event->t_ns;
			chance_ns = larger(end->chance_ns, 0);
		}
	}
	return sight->chance_ns < 0 || sight->event->t_ns + sight->chance_ns + behaviour->tick_ns >= end_ns - chance_ns;
}

static bool is_of_one_message(const struct report_entry *a, const struct report_entry *b)
{
	return field(a, "message", -1) >= 0 && field(a, "message", -1) == field(b, "message", -2) &&
		field(a, "flow", -1) == field(b, "flow", -1);
}

/* The same record at the same socket, with other contents: another errno, state, path or association. `of_message`:
 * about the same message. */
static struct sight *find_other(const struct sights *sights, const struct sight *sight, bool of_message)
{
	for (size_t i = 0; i < sights->n; i++) {
		struct sight *other = &sights->list[i];

		if (!other->twin && !other->told && strcmp(other->event->socket, sight->event->socket) == 0 &&
			strcmp(other->event->event, sight->event->event) == 0 &&
			(!of_message || is_of_one_message(sight->event, other->event)))
			return other;
	}
	return NULL;
}

/* Which messages fail with an association may hang on chance; what is said of one that does in both runs may not. */
static struct sight *find_counterpart(const struct behaviour *behaviour, const struct sight *sight,
	const struct sights *own, const struct sights *others)
{
	struct sight *other = find_other(others, sight, true);

	if (other)
		return other;
	if (follows_end(sight, own))
		return behaviour->exact ? find_other(others, sight, false) : NULL;
	return may_be_missing(behaviour, sight, others, behaviour->new) ? NULL : find_other(others, sight, false);
}

/* The first field that differs, or NULL: it is another association's. */
static const struct report_pair *other_field(const struct sight *old, const struct sight *new)
{
	for (size_t i = 0; i < new->event->n_fields; i++) {
		const struct report_pair *pair = &new->event->fields[i];

		if (!is_incidental(pair->name) &&
			strcmp(value_of(old->event->fields, old->event->n_fields, pair->name), pair->value) != 0)
			return pair;
	}
	return NULL;
}

/* The words for people leave out most fields. */
static void tell_other(struct behaviour *behaviour, const struct sight *old, const struct sight *new)
{
	const struct report_pair *field = other_field(old, new);
	const char *before = field ? value_of(old->event->fields, old->event->n_fields, field->name) : "";
	const struct amount at = amount_seconds(new->event->t_ns, 6);

	if (strcmp(words_of(old), words_of(new)) != 0)
		behaviour_add(behaviour, DIFFERENCE_EVENT_OTHER, "%s: %s at %s s, not %s at %s s", new->event->socket,
			words_of(new), at.text, words_of(old), amount_seconds(old->event->t_ns, 6).text);
	else if (field)
		behaviour_add(behaviour, DIFFERENCE_EVENT_OTHER, "%s: %s at %s s: %s is %s, not %s", new->event->socket,
			words_of(new), at.text, field->name, field->value, *before ? before : "told");
	else
		behaviour_add(behaviour, DIFFERENCE_EVENT_OTHER, "%s: %s at %s s is of association %u, not %u",
			new->event->socket, words_of(new), at.text, new->association, old->association);
}

static void tell_others(struct behaviour *behaviour, struct sights *old, struct sights *new)
{
	for (size_t i = 0; i < old->n; i++) {
		struct sight *sight = &old->list[i], *other;

		if (sight->twin || !(other = find_counterpart(behaviour, sight, old, new)))
			continue;
		sight->told = other->told = true;
		tell_other(behaviour, sight, other);
	}
}

static void tell_missing(struct behaviour *behaviour, const struct sights *sights, const struct sights *others,
	const struct report_case *other, enum difference_kind kind)
{
	for (size_t i = 0; i < sights->n; i++) {
		const struct sight *sight = &sights->list[i];

		if (!sight->twin && !sight->told && !may_be_missing(behaviour, sight, others, other))
			behaviour_add(behaviour, kind, "%s: %s at %s s%s", sight->event->socket, words_of(sight),
				amount_seconds(sight->event->t_ns, 6).text,
				kind == DIFFERENCE_EVENT_GONE ? " does not come any more" : " did not come before");
	}
}

/* At one socket a tick makes no difference: what comes of one timer comes in the order that the kernel chose. */
static bool chance_could_swap(const struct behaviour *behaviour, const struct sight *a, const struct sight *b)
{
	const int64_t apart = larger(a->event->t_ns - b->event->t_ns, b->event->t_ns - a->event->t_ns);
	const bool one_socket = strcmp(a->event->socket, b->event->socket) == 0;

	if (a->chance_ns < 0 || b->chance_ns < 0)
		return true;
	return apart <= a->chance_ns + b->chance_ns + (one_socket ? 0 : 2 * behaviour->tick_ns);
}

/*
 * Messages that fail come back queue by queue: those on the paths, by path, then those that wait to be sent again, then
 * those that were never sent. Which of them one is in by then hangs on when its path was probed, by an RTO.
 */
static bool queues_could_swap(const struct behaviour *behaviour, const struct sight *a, const struct sight *b)
{
	return strcmp(a->event->socket, b->event->socket) == 0 && strcmp(a->event->event, "send_failed") == 0 &&
		state_is_chance(behaviour->old, a->event) && state_is_chance(behaviour->old, b->event) &&
		state_is_chance(behaviour->new, a->event);
}

/* Two that have changed places, unless chance could have done it in one of the runs. */
static void tell_order(struct behaviour *behaviour, const struct sights *old)
{
	for (size_t i = 0; i < old->n; i++)
		for (size_t k = i + 1; k < old->n; k++) {
			struct sight *first = &old->list[i], *second = &old->list[k];

			if (!first->twin || !second->twin || first->twin < second->twin || second->told)
				continue;
			if (!behaviour->exact &&
				(queues_could_swap(behaviour, first, second) ||
					chance_could_swap(behaviour, first, second) ||
					chance_could_swap(behaviour, first->twin, second->twin)))
				continue;
			second->told = true;
			behaviour_add(behaviour, DIFFERENCE_ORDER, "%s: %s comes before %s: %s, not after it any more",
				second->event->socket, words_of(second), first->event->socket, words_of(first));
		}
}

static void tell_moved(struct behaviour *behaviour, const struct sight *old)
{
	const struct sight *new = old->twin;
	const int64_t before = old->event->t_ns - old->from_ns, after = new->event->t_ns - new->from_ns;
	const int64_t moved = larger(before - after, after - before);
	const int64_t chance = behaviour->exact ? 0 : larger(old->chance_ns, new->chance_ns) + behaviour->tick_ns;
	const bool message = strcmp(old->event->event, "message") == 0;

	if (old->chance_ns < 0 || new->chance_ns < 0 || moved <= chance)
		return;
	behaviour_add(behaviour, DIFFERENCE_TIMING,
		"%s: %s%s comes %s s %s: %s s after %s, not %s s (chance may move it by %s s)", old->event->socket,
		message ? "message " : "",
		message ? value_of(old->event->fields, old->event->n_fields, "message") : words_of(old),
		amount_seconds(moved, 6).text, after > before ? "later" : "sooner", amount_seconds(after, 6).text,
		message ? "its sending" : "its window begins", amount_seconds(before, 6).text,
		amount_seconds(chance, 6).text);
}

/* The first thing that is not the same to the nanosecond. */
static void tell_timeline(struct behaviour *behaviour, const struct sights *old)
{
	for (size_t i = 0; i < old->n; i++) {
		const struct sight *sight = &old->list[i];

		if (!sight->twin || sight->event->t_ns == sight->twin->event->t_ns)
			continue;
		behaviour_add(behaviour, DIFFERENCE_TIMELINE,
			"%s: %s comes at %s s, not at %s s, though kernel and seed are the same", sight->event->socket,
			words_of(sight), amount_seconds(sight->twin->event->t_ns, 9).text,
			amount_seconds(sight->event->t_ns, 9).text);
		return;
	}
}

void behaviour_compare(struct behaviour *behaviour)
{
	struct sights old, new;

	if (see(behaviour, behaviour->old, &old) < 0 || see(behaviour, behaviour->new, &new) < 0) {
		behaviour->failed = true;
		return;
	}
	pair_up(&old, &new);
	tell_others(behaviour, &old, &new);
	tell_missing(behaviour, &old, &new, behaviour->new, DIFFERENCE_EVENT_GONE);
	tell_missing(behaviour, &new, &old, behaviour->old, DIFFERENCE_EVENT_NEW);
	tell_order(behaviour, &old);
	for (size_t i = 0; i < old.n; i++)
		if (old.list[i].twin)
			tell_moved(behaviour, &old.list[i]);
	behaviour_packets(behaviour);
	behaviour_findings(behaviour);
	if (behaviour->exact)
		tell_timeline(behaviour, &old);
}
