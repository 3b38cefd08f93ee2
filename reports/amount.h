/* SPDX-License-Identifier: Apache-2.0 */
/*
 * amount.h - numbers for people: counts, times and sizes as text, the same in every locale.
 *
 * Integers all the way: a report must be the same bytes wherever it is made.
 */
#ifndef SCTPSPEC_REPORTS_AMOUNT_H
#define SCTPSPEC_REPORTS_AMOUNT_H

#include <stdint.h>

struct amount {
	char text[64];
};

/* "38120.250": nanoseconds as seconds with `decimals` (0 to 9) digits after the point, rounded. */
struct amount amount_seconds(int64_t ns, int decimals);
/* "38 120": a number in groups of three digits. */
struct amount amount_grouped(int64_t number);
/* "38 120 s", "21 s", "3.5 s", "0.35 s": about three digits that matter. */
struct amount amount_duration(int64_t ns);
/* "1 412 bytes", "64 KiB" */
struct amount amount_bytes(int64_t bytes);

#endif
