/* SPDX-License-Identifier: Apache-2.0 */
/* page.h - report.html as its readers have it. */
#ifndef SCTPSPEC_REPORTS_TESTS_PAGE_H
#define SCTPSPEC_REPORTS_TESTS_PAGE_H

#include <stddef.h>

/* The page when all that is packed in it has been unpacked, as its script does; malloc'd, NUL-ended. *parts: how many
 * there were. Fails the test when one cannot be. */
char *page_unpacked(const char *page, size_t *length, size_t *parts);

#endif
