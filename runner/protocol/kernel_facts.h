/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_facts.h - what the running kernel was started with, so that a result can be repeated on it. */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_KERNEL_FACTS_H
#define SCTPSPEC_RUNNER_PROTOCOL_KERNEL_FACTS_H

#include <jansson.h>

/* {"parameters": its command line, "modules": ["sctp 458752", …], "sysctls": {…}}: members of a log's line
 * about a kernel. New, or NULL without memory. */
json_t *kernel_facts(void);
/* The name of its member with the socket options: {"SCTP_RTOINFO": "known", …}, which the agent adds. */
#define KERNEL_FACTS_OPTIONS "options"
/* Of what a guest says of its kernel that which is as above, and nothing else: the rest of a log's line is the host's.
 * New, or NULL without memory. */
json_t *kernel_facts_checked(const json_t *told);
/* {"net.sctp.rto_min": "1000", …}, sorted: those of this thread's network namespace. Likewise. */
json_t *kernel_facts_sctp(void);
/* The same names with the values that they have now. */
json_t *kernel_facts_sctp_again(const json_t *before);

#endif
