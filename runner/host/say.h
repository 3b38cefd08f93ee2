/* SPDX-License-Identifier: Apache-2.0 */
/* say.h - what is said to the person at the terminal. */
#ifndef SCTPSPEC_RUNNER_HOST_SAY_H
#define SCTPSPEC_RUNNER_HOST_SAY_H

#include <stdbool.h>

/* One line on stderr, "sctpspec: ...", and a status to return with. */
int print_error(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The same with a malloc'd sentence, which it frees. */
int print_error_sentence(int status, char *text);

/* "--color WHEN" */
enum colour { COLOUR_AUTO, COLOUR_ALWAYS, COLOUR_NEVER };
extern const char *const colour_words[]; /* NULL-ended */
bool colour_wanted(enum colour colour, int descriptor);

#endif
