/* SPDX-License-Identifier: Apache-2.0 */
/* known.c - see known.h. */
#include "reports/known.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "reports/pool.h"

bool known_is_told(const struct report_known *known)
{
	return known->expired || (known->ran > 0 && known->matched == 0);
}

static const char *plural(int64_t n)
{
	return n == 1 ? "" : "s";
}

void known_say(const struct report_known *known, FILE *out)
{
	fprintf(out, "%s: %s: %s: %s", known->source, known->cases, known->verdict, known->reason);
	if (known->expired)
		fprintf(out, ": the issue expired on %s", known->expires);
	if (known->matched == 0)
		fprintf(out, "%s matched nothing in %" PRId64 " run%s", known->expired ? " and" : ": it", known->ran,
			plural(known->ran));
	else if (known->expired)
		fprintf(out, " and still matched %" PRId64 " of %" PRId64 " run%s", known->matched, known->ran,
			plural(known->ran));
	if (known->matched == 0 && known->sometimes)
		fputs(" (it depends on the seed)", out);
}

const char *known_words(const struct report_run *run, const struct report_known *known)
{
	char *words = NULL, *kept = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);

	if (!out)
		return "";
	known_say(known, out);
	if (fclose(out) == 0 && (kept = pool_take(run->pool, length + 1)))
		memcpy(kept, words, length + 1);
	free(words);
	return kept ? kept : "";
}
