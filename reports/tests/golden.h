/* SPDX-License-Identifier: Apache-2.0 */
/* golden.h - the logs in golden/, and files as text. */
#ifndef SCTPSPEC_REPORTS_TESTS_GOLDEN_H
#define SCTPSPEC_REPORTS_TESTS_GOLDEN_H

#include <stddef.h>

/* A NULL-ended list of the folders in golden/, each with a results.ndjson and what is made of it.
 */
extern const char *const golden_logs[];
#define GOLDEN_LOGS 8

/* Path of a file there; malloc'd. */
char *golden_path(const char *log, const char *file);
/* All of a file, NUL-ended; malloc'd. Fails the test when it cannot be read. */
char *golden_read(const char *path, size_t *length);
/* A fresh folder for a test's files, and its end. */
char *golden_folder(void);
void golden_remove(char *folder);

#endif
