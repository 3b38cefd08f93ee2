/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_range.c - see kernel_range.h. */
#include "runner/verdict/kernel_range.h"

#include <stdlib.h>
#include <string.h>

enum { NUMBERS_MAX = 4 };

static const char digits[] = "0123456789";

/* "6.1.192": the first numbers of all kernels that the version stands for. */
struct version {
	unsigned long numbers[NUMBERS_MAX];
	size_t n;
};

/* From `from` to `to`, each with all kernels that it stands for. A version without numbers: no bound. */
struct span {
	struct version from, to;
	bool above, below; /* `from` (above) or `to` (below) itself is excluded */
};

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* Reads a version; gives what is behind it. NULL: there is none, or it has too many numbers (then the first are in
 * *out). */
static const char *take_version(const char *at, struct version *out)
{
	*out = (struct version){ 0 };
	if (strspn(at, digits) == 0)
		return NULL;
	for (;;) {
		char *end;
		if (out->n == NUMBERS_MAX)
			return NULL;
		out->numbers[out->n++] = strtoul(at, &end, 10);
		if (*end != '.' || strspn(end + 1, digits) == 0)
			return end;
		at = end + 1;
	}
}

/* -1: the kernel is before the version; 0: the version stands for it; 1: after. */
static int place_of(const struct version *kernel, const struct version *version)
{
	for (size_t i = 0; i < version->n; i++) {
		const unsigned long number = i < kernel->n ? kernel->numbers[i] : 0;
		if (number != version->numbers[i])
			return number < version->numbers[i] ? -1 : 1;
	}
	return 0;
}

static bool span_has(const struct span *span, const struct version *kernel)
{
	const int from = place_of(kernel, &span->from), to = place_of(kernel, &span->to);
	if (span->from.n && (span->above ? from <= 0 : from < 0))
		return false;
	return !span->to.n || (span->below ? to < 0 : to <= 0);
}

static const char *take_compared(const char *at, struct span *out)
{
	const bool less = at[0] == '<', with = at[1] == '=';
	*out = (struct span){ .above = !less && !with, .below = less && !with };
	return take_version(skip_blanks(at + 1 + with), less ? &out->to : &out->from);
}

/* "5.10", "5.10.*", "5.10 .. 5.15" */
static const char *take_from_to(const char *at, struct span *out)
{
	*out = (struct span){ 0 };
	at = take_version(at, &out->from);
	if (!at)
		return NULL;
	out->to = out->from;
	if (strncmp(at, ".*", 2) == 0)
		return at + 2;
	if (strncmp(skip_blanks(at), "..", 2) != 0)
		return at;
	at = take_version(skip_blanks(skip_blanks(at) + 2), &out->to);
	return at && strncmp(at, ".*", 2) == 0 ? at + 2 : at;
}

/* Reads a span; gives what is behind it and its comma. NULL: it is no span. */
static const char *take_span(const char *at, struct span *out)
{
	at = skip_blanks(at);
	if (*at == '*') {
		*out = (struct span){ 0 };
		at++;
	} else {
		at = *at == '<' || *at == '>' ? take_compared(at, out) : take_from_to(at, out);
	}
	if (!at)
		return NULL;
	at = skip_blanks(at);
	if (*at == ',')
		return *skip_blanks(at + 1) ? at + 1 : NULL;
	return *at ? NULL : at;
}

bool kernel_range_is_one(const char *words)
{
	struct span span;
	const char *at = words;
	do {
		at = take_span(at, &span);
		if (!at || (span.from.n && span.to.n && place_of(&span.from, &span.to) > 0))
			return false;
	} while (*at);
	return true;
}

/* "#1 SMP Debian 5.10.262-1 (2026-07-31)" */
static void find_version(const char *release, const char *version, struct version *out)
{
	const char *debian = strstr(version, " Debian ");
	if (!debian || !take_version(debian + strlen(" Debian "), out))
		take_version(release, out);
}

bool kernel_range_has(const char *range, const char *release, const char *version)
{
	struct version kernel;
	struct span span;
	find_version(release, version, &kernel);
	for (const char *at = range; at && *at;) {
		at = take_span(at, &span);
		if (at && span_has(&span, &kernel))
			return true;
	}
	return false;
}
