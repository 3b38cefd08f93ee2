/* SPDX-License-Identifier: Apache-2.0 */
/*
 * behaviour_packets.c - another number of packets: chunks of each type that an endpoint sent in all, over all paths,
 * because the choice of a path may follow from a random timer. Pure.
 *
 * How many chance may add or take away follows from the case:
 * - What goes on at a steady rate goes on for longer or less long by what a check leaves to chance.
 * - A message whose delay leaves an RTO and more to chance may be sent once more, and answered once more.
 * - A SACK may be delayed, the last one so that it falls out of the case.
 * - A heartbeat follows the one before after HB.interval and half an RTO to one and a half. The RTO is at most
 *   RTO.Initial, or RTO.Max where the case has a fault. On each path the first and the last may fall out of the case.
 * - Who knows of no association answers each packet with an ABORT. On each path one may be on its way when the first
 *   ABORT leaves.
 */
#include "reports/behaviour.h"

#include <inttypes.h>
#include <string.h>

enum { TYPES_MAX = 64 };

struct total {
	const char *type;
	int64_t old, new;
	unsigned paths; /* on which they were counted */
};

static struct total *find_total(struct total *totals, size_t *n, const char *type)
{
	for (size_t i = 0; i < *n; i++)
		if (strcmp(totals[i].type, type) == 0)
			return &totals[i];
	if (*n == TYPES_MAX)
		return NULL;
	totals[*n] = (struct total){ .type = type };
	return &totals[(*n)++];
}

/* False when the log does not say: no captures, or none that were counted. */
static bool add_totals(
	struct total *totals, size_t *n, const struct report_case *test, enum report_endpoint endpoint, bool new)
{
	bool counted = false;
	unsigned paths = 0;

	for (size_t i = 0; i < test->n_captures; i++) {
		const struct report_capture *capture = &test->captures[i];

		counted |= capture->n_chunks > 0;
		paths += capture->endpoint == endpoint;
		for (size_t k = 0; capture->endpoint == endpoint && k < capture->n_chunks; k++) {
			struct total *total = find_total(totals, n, capture->chunks[k].type);

			if (total)
				*(new ? &total->new : &total->old) += capture->chunks[k].sent;
		}
	}
	for (size_t i = 0; i < *n; i++)
		totals[i].paths = paths;
	return counted;
}

static int64_t smaller(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool has_fault(const struct report_case *test)
{
	for (size_t i = 0; i < test->n_entries; i++)
		if (test->entries[i].kind == REPORT_FAULT)
			return true;
	return false;
}

static double milliseconds(const struct report_case *test, const char *setting)
{
	return (double)behaviour_setting(test, setting);
}

/* Of so many heartbeats, over so many paths. */
static double heartbeats_left_to_chance(const struct report_case *test, double count, unsigned paths)
{
	const double rto = has_fault(test) ? milliseconds(test, "rto_max") : milliseconds(test, "rto_initial");
	const double least = milliseconds(test, "hb_interval") + rto / 2;

	return least > 0 ? paths + count * rto / least : count;
}

/* Messages that may be sent once more or once less. */
static double messages_left_to_chance(const struct report_case *test)
{
	const double rto_ns = milliseconds(test, "rto_min") * 1e6;
	double messages = 0;

	for (size_t i = 0; i < test->n_entries; i++) {
		const struct report_entry *check = &test->entries[i];

		if (check->kind == REPORT_CHECK && check->flow >= 0 && (double)check->random_ns >= rto_ns)
			messages += (double)(check->last - check->first + 1);
	}
	return messages;
}

static double left_to_chance(const struct behaviour *behaviour, const struct total *total)
{
	const struct report_case *old = behaviour->old;
	const double count = (double)larger(total->old, total->new);
	const double chance = (double)larger(behaviour_chance(old), behaviour_chance(behaviour->new));
	const double duration = (double)larger(smaller(old->virtual_ns, behaviour->new->virtual_ns), 1);
	double allowed = count * chance / duration;

	if (behaviour->exact)
		return 0;
	if (strncmp(total->type, "HEARTBEAT", strlen("HEARTBEAT")) == 0)
		allowed += heartbeats_left_to_chance(old, count, total->paths);
	else
		allowed += messages_left_to_chance(old);
	if (strcmp(total->type, "SACK") == 0)
		allowed += 1;
	if (strcmp(total->type, "ABORT") == 0 && chance > 0 && total->paths > 0)
		allowed += total->paths - 1;
	return allowed;
}

static void compare_totals(struct behaviour *behaviour, enum report_endpoint endpoint)
{
	struct total totals[TYPES_MAX];
	size_t n = 0;

	if (!add_totals(totals, &n, behaviour->old, endpoint, false) ||
		!add_totals(totals, &n, behaviour->new, endpoint, true))
		return;
	for (size_t i = 0; i < n; i++) {
		const double allowed = left_to_chance(behaviour, &totals[i]);
		const int64_t apart = larger(totals[i].old - totals[i].new, totals[i].new - totals[i].old);

		if ((double)apart > allowed)
			behaviour_add(behaviour, DIFFERENCE_PACKETS,
				"%s sends %" PRId64 " %s, not %" PRId64 " (chance may make it %.0f more or less)",
				endpoint == REPORT_A ? "a" : "b", totals[i].new, totals[i].type, totals[i].old,
				(double)(int64_t)allowed);
	}
}

void behaviour_packets(struct behaviour *behaviour)
{
	compare_totals(behaviour, REPORT_A);
	compare_totals(behaviour, REPORT_B);
}
