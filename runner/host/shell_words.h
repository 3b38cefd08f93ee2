/* SPDX-License-Identifier: Apache-2.0 */
/* shell_words.h - words printed so that a shell reads them as they are. */
#ifndef SCTPSPEC_RUNNER_HOST_SHELL_WORDS_H
#define SCTPSPEC_RUNNER_HOST_SHELL_WORDS_H

#include <stdio.h>

void shell_word_print(const char *word, FILE *out);

#endif
