/* SPDX-License-Identifier: Apache-2.0 */
/* timeline.c - see timeline.h. Pure. */
#include "reports/timeline.h"

#include <inttypes.h>

#include "reports/amount.h"
#include "reports/findings.h"

static const char *what(const struct report_entry *entry)
{
	switch (entry->kind) {
	case REPORT_EVENT:
		return entry->socket;
	case REPORT_FAULT:
		return entry->mend ? "mended" : "fault";
	case REPORT_CHECK:
		return entry->ok ? "ok" : "NOT OK";
	case REPORT_PACKET:
		return entry->sent ? "sends" : "gets";
	case REPORT_FINDING:
		return "FINDING";
	case REPORT_OBSERVATION:
		return "seen";
	default:
		return "case";
	}
}

static const char *where(const struct report_entry *entry)
{
	return report_endpoint_name(entry->endpoint);
}

void timeline_print(const struct report_case *test, FILE *out)
{
	for (size_t i = 0; i < test->n_entries; i++) {
		const struct report_entry *entry = &test->entries[i];

		fprintf(out, "%14s  %s  %-8s  ", amount_seconds(entry->t_ns, 6).text, where(entry), what(entry));
		if (entry->kind == REPORT_FINDING)
			finding_say(&test->findings[entry->finding], out);
		else
			fputs(entry->text, out);
		if (entry->kind == REPORT_PACKET)
			fprintf(out, "  (path %d, packet %" PRId64 ")%s", entry->path, entry->packet,
				entry->here ? "  <-- here" : "");
		if (entry->has_window)
			fprintf(out, "  (wanted from %s to %s)", amount_seconds(entry->from_ns, 6).text,
				amount_seconds(entry->to_ns, 6).text);
		if (entry->kind == REPORT_CHECK && !entry->ok && *entry->got)
			fprintf(out, "; got: %s", entry->got);
		fputc('\n', out);
	}
}
