/* SPDX-License-Identifier: Apache-2.0 */
/* log_fuzz.c - any bytes to the reader of result logs; what it accepts goes through every report.
 */
#include <stdint.h>
#include <stdlib.h>

#include "reports/compare.h"
#include "reports/formats.h"
#include "reports/report.h"
#include "reports/tests/few_requirements.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct report_run *run = NULL;
	struct comparison *comparison;
	char *error = NULL, *report = NULL;
	size_t size = 0, count;
	const struct report_format *const *formats = report_formats(&count);
	const int status = report_read_memory("log", (const char *)bytes, length, &run, &error);

	/* A model or a sentence, never both and never neither. */
	if ((status == 0) != (run != NULL) || (status == 0) != (error == NULL))
		abort();
	free(error);
	if (!run)
		return 0;

	FILE *out = open_memstream(&report, &size);
	if (!out)
		abort();
	for (size_t i = 0; i < count; i++)
		if (formats[i]->write(run, out) < 0)
			abort();
	if (compare_runs(run, "#1", run, "#1", &comparison, NULL) == 0) {
		compare_text.write(comparison, out, false);
		compare_json.write(comparison, out, false);
		compare_markdown.write(comparison, out, false);
		compare_free(comparison);
	}
	run->catalogue = &few_requirements; /* the page has its own list then */
	if (report_html.write(run, out) < 0)
		abort();
	report_summary(run, out, (struct report_style){ .colour = true, .every_case = true });
	fclose(out);
	free(report);
	report_free(run);
	return 0;
}
