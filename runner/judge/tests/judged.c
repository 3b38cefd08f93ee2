/* SPDX-License-Identifier: Apache-2.0 */
/* judged.c - see judged.h. */
#include "runner/judge/tests/judged.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct judged judged;

void judged_set_up(void)
{
	judged = (struct judged){ .name = "/tmp/judged.XXXXXX" };
	const int file = mkstemp(judged.name);
	ck_assert_int_ge(file, 0);
	judged.out = fdopen(file, "w");
	ck_assert_ptr_nonnull(judged.out);
	pcap_begin(&judged.to, judged.out);
	judged.bond = bond_of(0);
	judged.source.name = judged.name;
	judged.options = (struct judge_options){
		.files = &judged.source, .n_files = 1, .settings = settings_default(), .associations = 100
	};
}

void judged_tear_down(void)
{
	judgement_free(judged.judgement);
	unlink(judged.name);
}

void judged_at_end_0(void)
{
	static const struct address own = { .bytes = { 10, 0, 0, 1 } };
	judged.source.from = true;
	judged.source.own = &own;
	judged.source.n_own = 1;
}

void judged_judge(void)
{
	char *error = NULL;
	if (judged.out)
		fclose(judged.out);
	judged.out = NULL;
	judgement_free(judged.judgement);
	judged.judgement = NULL;
	ck_assert_msg(judge_captures(&judged.options, &judged.judgement, &error) == 0, "%s", error);
}

enum writer { TEXT, JSON, PAGE };

static char *written(enum writer writer)
{
	char *text = NULL;
	size_t size = 0;
	FILE *into = open_memstream(&text, &size);
	const int status = writer == TEXT ? write_text(judged.judgement, into, (struct write_style){ 0 })
		: writer == JSON          ? write_json(judged.judgement, into)
					  : write_html(judged.judgement, into);
	ck_assert_int_eq(status, 0);
	fclose(into);
	return text;
}

char *judged_text(void)
{
	return written(TEXT);
}

char *judged_json(void)
{
	return written(JSON);
}

char *judged_page(void)
{
	return written(PAGE);
}

void judged_says(const char *words)
{
	char *text = judged_text();
	ck_assert_msg(strstr(text, words) != NULL, "no \"%s\" in:\n%.4000s", words, text);
	free(text);
}
