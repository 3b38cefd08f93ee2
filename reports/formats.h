/* SPDX-License-Identifier: Apache-2.0 */
/* formats.h - the rows of the table of report formats, one for each file. */
#ifndef SCTPSPEC_REPORTS_FORMATS_H
#define SCTPSPEC_REPORTS_FORMATS_H

#include "reports/report.h"

extern const struct report_format report_junit; /* junit.c */
extern const struct report_format report_tap;   /* tap.c */
extern const struct report_format report_html;  /* html.c */

#endif
