/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sentence.h - error sentences: what failed, with names and numbers, for people.
 *
 * What netns, reports and runner include alike, which is why it lies beside them.
 */
#ifndef SCTPSPEC_SENTENCE_H
#define SCTPSPEC_SENTENCE_H

/*
 * Puts a malloc'd sentence into *error, if error is given, and gives `status` back:
 *
 *	return sentence(error, -EBUSY, "%s has a queue already", device);
 *
 * What was in *error is freed, after the sentence has been made: it may be one of the arguments.
 */
int sentence(char **error, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* -ENOMEM, which needs few words. */
int no_memory(char **error);

#endif
