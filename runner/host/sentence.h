/* SPDX-License-Identifier: Apache-2.0 */
/* sentence.h - error sentences: what failed, with names and numbers, for a `char **error`. */
#ifndef SCTPSPEC_RUNNER_HOST_SENTENCE_H
#define SCTPSPEC_RUNNER_HOST_SENTENCE_H

/* Puts a malloc'd sentence into *error, when error is not NULL, and gives `status` back. */
int sentence(char **error, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
