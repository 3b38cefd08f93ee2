/* SPDX-License-Identifier: Apache-2.0 */
/* timeline.h - what happened in a case, as lines of text. */
#ifndef SCTPSPEC_REPORTS_TIMELINE_H
#define SCTPSPEC_REPORTS_TIMELINE_H

#include <stdio.h>

#include "reports/log.h"

/*
 * A line for each entry: virtual seconds, endpoint and socket or what else it was, and the text.
 *
 *	      0.000210     case      a connects to b over two paths
 *	      1.000000     fault     path 0: all packets are lost in the middle
 *	     31.000417  a  client    paddr_change: 10.0.0.2 is unreachable
 *	     31.000417     ok        path 0 unreachable  (wanted from 30.000000 to 36.000000)
 */
void timeline_print(const struct report_case *test, FILE *out);

#endif
