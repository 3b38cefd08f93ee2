/* SPDX-License-Identifier: Apache-2.0 */
/* program.h - other programs that we need: where they are, and running one for its output. */
#ifndef SCTPSPEC_RUNNER_HOST_PROGRAM_H
#define SCTPSPEC_RUNNER_HOST_PROGRAM_H

/*
 * Looks in $PATH and in the sbin folders, which an ordinary user's $PATH lacks. 0 and *path
 * malloc'd, or -ENOENT and a sentence that names the Debian package to install.
 */
int program_find(const char *name, char **path, char **error);

/*
 * Runs argv[0] (a path, or a name for program_find) to its end, in the C locale and with no input,
 * in `folder` (NULL: where we are). *output (may be NULL) gets what it wrote to stdout, malloc'd.
 * 0; -ECHILD when it fails, with its last words in the sentence.
 */
int program_run(const char *const *argv, const char *folder, char **output, char **error);

#endif
