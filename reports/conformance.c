/* SPDX-License-Identifier: Apache-2.0 */
/* conformance.c - see conformance.h. */
#include "reports/conformance.h"

#include <string.h>

#include "reports/coverage.h"

const char *conformance_name(enum conformance conformance)
{
	static const char *const names[CONFORMANCES] = {
		[CONFORMANCE_PASS] = "pass",
		[CONFORMANCE_FAIL] = "fail",
		[CONFORMANCE_INCONCLUSIVE] = "inconclusive",
		[CONFORMANCE_NOT_RUN] = "not run",
		[CONFORMANCE_NO_CASE] = "no case",
	};

	return names[conformance];
}

bool conformance_is_of(const struct known_purpose *purpose, const struct report_case *test)
{
	for (size_t i = 0; i < test->etsi.n; i++)
		if (strcmp(test->etsi.items[i], purpose->id) == 0)
			return true;
	return false;
}

static enum conformance of_verdict(enum report_verdict verdict)
{
	switch (verdict) {
	case REPORT_PASS:
	case REPORT_XPASS:
		return CONFORMANCE_PASS;
	case REPORT_FAIL:
	case REPORT_XFAIL:
	case REPORT_FLAKY:
	case REPORT_CRASH:
	case REPORT_TIMEOUT:
		return CONFORMANCE_FAIL;
	case REPORT_SKIP:
	case REPORT_ERROR:
	case REPORT_UNFINISHED:
	case REPORT_VERDICTS:
		break;
	}
	return CONFORMANCE_INCONCLUSIVE;
}

static bool has_run(const struct report_run *run, const char *id, const struct report_kernel *kernel)
{
	for (size_t i = 0; i < run->n_cases; i++)
		if (run->cases[i].kernel == kernel && strcmp(run->cases[i].id, id) == 0)
			return true;
	return false;
}

enum conformance conformance_of(
	const struct report_run *run, const struct known_purpose *purpose, const struct report_kernel *kernel)
{
	size_t counts[CONFORMANCES] = { 0 };

	if (*purpose->reason)
		return CONFORMANCE_NO_CASE;
	for (size_t i = 0; i < run->n_cases; i++)
		if (run->cases[i].kernel == kernel && conformance_is_of(purpose, &run->cases[i]))
			counts[of_verdict(run->cases[i].verdict)]++;
	for (const char *const *id = purpose->cases; *id; id++)
		counts[CONFORMANCE_NOT_RUN] += !has_run(run, *id, kernel);
	if (counts[CONFORMANCE_FAIL])
		return CONFORMANCE_FAIL;
	if (counts[CONFORMANCE_INCONCLUSIVE] || (counts[CONFORMANCE_PASS] && counts[CONFORMANCE_NOT_RUN]))
		return CONFORMANCE_INCONCLUSIVE;
	return counts[CONFORMANCE_PASS] ? CONFORMANCE_PASS : CONFORMANCE_NOT_RUN;
}

bool conformance_is_asked(const struct report_run *run)
{
	for (size_t i = 0; i < run->n_cases; i++)
		if (run->cases[i].etsi.n > 0)
			return run->catalogue != NULL && run->catalogue->n_purposes > 0;
	return false;
}

const char *conformance_group(const char *id)
{
	static const struct {
		const char *prefix, *name;
	} groups[] = {
		{ "sctp-as-", "Association setup" },
		{ "sctp-at-", "Association termination" },
		{ "sctp-imh-", "Invalid messages" },
		{ "sctp-dm-", "Duplicate and unexpected messages" },
		{ "sctp-fh-", "Faults" },
		{ "sctp-e-", "Errors" },
		{ "sctp-bdc-", "Bundling of DATA with control chunks" },
		{ "sctp-d-", "Data" },
		{ "sctp-a-", "Acknowledgement" },
		{ "sctp-m-", "Unknown chunks" },
		{ "sctp-rt-", "Retransmission timer" },
	};

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (strncmp(id, groups[i].prefix, strlen(groups[i].prefix)) == 0)
			return groups[i].name;
	return "";
}
