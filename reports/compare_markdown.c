/* SPDX-License-Identifier: Apache-2.0 */
/* compare_markdown.c - a comparison for a comment on a change: a table of what needs a look, the rest folded. */
#include "reports/compare.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static const char *const headings[CHANGES] = {
	[CHANGE_REGRESSION] = "Regressions",
	[CHANGE_FIX] = "Fixed",
	[CHANGE_KNOWN] = "Newly failing, known",
	[CHANGE_UNJUDGED] = "Not judged any more",
	[CHANGE_SKIPPED] = "Newly skipped",
	[CHANGE_RUNS] = "Newly running",
	[CHANGE_FAILS_OTHERWISE] = "Failing for another reason",
	[CHANGE_BEHAVIOUR] = "Passing in both, behaving in another way",
	[CHANGE_NEVER_JUDGED] = "Judged in neither run",
	[CHANGE_NEW] = "New cases",
	[CHANGE_VANISHED] = "Vanished cases",
};

/* Text from a log is shown as it is: no markup, no table cell, no mention of anybody. */
static void put_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c < 0x80 && ispunct(c) && !strchr("-.,:;'\"/()?%", c))
			fprintf(out, "&#%u;", c);
		else if (c == '\n')
			fputs("<br>", out);
		else
			fputc(c, out);
	}
}

static void put_kernel(const struct report_kernel *kernel, FILE *out)
{
	fputs("Linux ", out);
	put_text(kernel->release, out);
	fputs(" (", out);
	put_text(kernel->name, out);
	fputc(')', out);
}

static void put_row(const struct compared_case *compared, FILE *out)
{
	const struct report_case *test = compared->old ? compared->old : compared->new;
	char *words = NULL;
	size_t length = 0;
	FILE *memory = open_memstream(&words, &length);

	if (!memory)
		return;
	compare_say(compared, memory);
	for (size_t i = 0; i < compared->n_differences; i++)
		fprintf(memory, "\n%s", compared->differences[i].text);
	if (compared->n_differences > 0 && test->n_requirements > 0) {
		fputs("\njudges ", memory);
		compare_say_requirements(compared, memory);
	}
	fclose(memory);
	fputs("| ", out);
	put_text(test->id, out);
	fputs(" | ", out);
	put_text(words ? words : "", out);
	fputs(" |\n", out);
	free(words);
}

static void put_group(const struct pairing *pair, enum change change, FILE *out)
{
	const bool folded = change != CHANGE_REGRESSION && change != CHANGE_UNJUDGED;

	if (!pair->counts[change])
		return;
	if (folded)
		fprintf(out, "<details><summary>%s: %zu</summary>\n\n", headings[change], pair->counts[change]);
	else
		fprintf(out, "### %s: %zu\n\n", headings[change], pair->counts[change]);
	fputs("| case | |\n| --- | --- |\n", out);
	for (size_t i = 0; i < pair->n_cases; i++)
		if (pair->cases[i].change == change)
			put_row(&pair->cases[i], out);
	fputs(folded ? "\n</details>\n\n" : "\n", out);
}

static void put_differences(const struct pairing *pair, FILE *out)
{
	if (!pair->n_differences)
		return;
	fprintf(out, "<details><summary>What the kernels say of themselves: %zu</summary>\n\n| | |\n| --- | --- |\n",
		pair->n_differences);
	for (size_t i = 0; i < pair->n_differences; i++) {
		const struct kernel_difference *one = &pair->differences[i];

		fputs("| ", out);
		put_text(one->name, out);
		fputs(" | ", out);
		put_text(one->old ? one->old : "(none)", out);
		fputs(" → ", out);
		put_text(one->new ? one->new : "(none)", out);
		fputs(*one->requirement ? " " : "", out);
		put_text(one->requirement, out);
		fputs(" |\n", out);
	}
	fputs("\n</details>\n\n", out);
}

static int write_markdown(const struct comparison *comparison, FILE *out, bool colour)
{
	(void)colour;
	if (compare_say_interrupted(comparison, out))
		fputs("\n\n", out);
	for (size_t p = 0; p < comparison->n_pairs; p++) {
		const struct pairing *pair = &comparison->pairs[p];

		fputs("## SCTP: ", out);
		put_kernel(pair->old, out);
		fputs(" → ", out);
		put_kernel(pair->new, out);
		fprintf(out, "\n\n%zu cases: %zu the same", pair->n_cases, pair->counts[CHANGE_NONE]);
		for (int change = 0; change < CHANGE_NONE; change++)
			if (pair->counts[change])
				fprintf(out, ", **%zu %s**", pair->counts[change], change_name((enum change)change));
		fputs("\n\n", out);
		put_differences(pair, out);
		for (int change = 0; change < CHANGE_NONE; change++)
			put_group(pair, (enum change)change, out);
	}
	return 0;
}

const struct compare_format compare_markdown = { .name = "markdown", .write = write_markdown };
