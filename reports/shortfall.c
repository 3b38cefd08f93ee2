/* SPDX-License-Identifier: Apache-2.0 */
/* shortfall.c - see shortfall.h. Pure. */
#include "reports/shortfall.h"

#include <stdio.h>

struct shortfall run_shortfall(const struct report_run *run)
{
	struct shortfall shortfall = { "" };
	const size_t lacking = run->planned - run->n_cases;

	if (*run->failure)
		snprintf(shortfall.text, sizeof(shortfall.text), "the run failed: %s", run->failure);
	else if (run->interrupted)
		snprintf(shortfall.text, sizeof(shortfall.text),
			"the run was interrupted: %zu of %zu planned cases were not run%s%s", lacking, run->planned,
			*run->note ? "; of the log, " : "", run->note);
	else if (run->n_cases == 0)
		snprintf(shortfall.text, sizeof(shortfall.text), "no case was run");
	return shortfall;
}
