/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_facts.h - what the running kernel was started with, so that a result can be repeated on it. */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_KERNEL_FACTS_H
#define SCTPSPEC_RUNNER_PROTOCOL_KERNEL_FACTS_H

#include <jansson.h>

/* {"parameters": its command line, "modules": ["sctp 458752", …], "sysctls": {…}}: members of a log's line
 * about a kernel. New, or NULL without memory. */
json_t *kernel_facts(void);
/* {"net.sctp.rto_min": "1000", …}, sorted: those of this thread's network namespace. Likewise. */
json_t *kernel_facts_sctp(void);
/* The same names with the values that they have now. */
json_t *kernel_facts_sctp_again(const json_t *before);

#endif
