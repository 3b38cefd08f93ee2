/* SPDX-License-Identifier: Apache-2.0 */
/* formats.h - "--format LIST" of run and report. */
#ifndef SCTPSPEC_RUNNER_CLI_FORMATS_H
#define SCTPSPEC_RUNNER_CLI_FORMATS_H

#include "runner/cli/options.h"

/* "junit,html" as a NULL-ended list for report_make, malloc'd in one piece: a const char *const *. */
option_read read_formats;

#endif
