/* SPDX-License-Identifier: Apache-2.0 */
/* shell_words.h - words as a shell reads them: printed so that it reads them back, and split as it would. */
#ifndef SCTPSPEC_RUNNER_HOST_SHELL_WORDS_H
#define SCTPSPEC_RUNNER_HOST_SHELL_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

void shell_word_print(const char *word, FILE *out);

struct shell_words {
	char **words; /* NULL-ended */
	size_t n;
	bool failed; /* no memory */
};

void shell_words_add(struct shell_words *words, const char *word);
/* What shell_word_print has printed, with spaces between. 0; -EINVAL for what it does not print; -ENOMEM. */
int shell_words_split(const char *text, struct shell_words *out);
void shell_words_free(struct shell_words *words);

#endif
