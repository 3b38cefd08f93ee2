/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_words.h - the words by which a kernel reports in its log that something is wrong. Pure. */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_KERNEL_WORDS_H
#define SCTPSPEC_RUNNER_PROTOCOL_KERNEL_WORDS_H

#include <stddef.h>

enum kernel_word {
	KERNEL_IS_FINE,
	KERNEL_COMPLAINS, /* found something wrong and goes on: WARN, lockdep, KASAN, a stall, … */
	KERNEL_CRASHES,   /* an oops, a panic */
};

/* Of one message: a line without its time and priority. */
enum kernel_word kernel_word(const char *line, size_t length);

#endif
