/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain.h - errors as sentences. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_EXPLAIN_H
#define SCTPSPEC_NETNS_EXPLAIN_H

/* Puts a malloc'd sentence into *error, if error is given (what was there is freed), and gives
 * `status` back:	return explain(error, -EBUSY, "%s has a queue already", device); */
int explain(char **error, int status, const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
