/* SPDX-License-Identifier: Apache-2.0 */
/* formats.h - "--format LIST" of run and report. */
#ifndef SCTPSPEC_RUNNER_CLI_FORMATS_H
#define SCTPSPEC_RUNNER_CLI_FORMATS_H

/* "junit,html" as a NULL-ended list for report_make, malloc'd in one piece; NULL with a sentence when one
 * of them is unknown or there is none. */
const char *const *formats_parse(const char *text, char **error);

#endif
