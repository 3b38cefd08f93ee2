/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_log.h - what the kernel reports about itself while a case runs: its log and its taints. */
#ifndef SCTPSPEC_RUNNER_AGENT_KERNEL_LOG_H
#define SCTPSPEC_RUNNER_AGENT_KERNEL_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "runner/protocol/kernel_words.h"

#define COMPLAINTS_MAX 8
#define COMPLAINT_TEXT_MAX 200

struct complaint {
	enum kernel_word word;
	int64_t at_ns; /* CLOCK_MONOTONIC, to some microseconds; -1: not known */
	char text[COMPLAINT_TEXT_MAX];
};

struct kernel_log {
	int messages;          /* /dev/kmsg, from the beginning on; -1: it cannot be read */
	bool of_kernel_only;   /* programs write there too, and are not believed */
	unsigned long tainted; /* at the beginning */
	unsigned lines;        /* printed */
	unsigned count;        /* of complaints; COMPLAINTS_MAX of them are kept */
	struct complaint complaints[COMPLAINTS_MAX];
};

/* From here on. 0, or -errno when the log cannot be read. */
int kernel_log_begin(struct kernel_log *log, bool of_kernel_only);
/* What has come since: the complaints into `log`, and into `out` the words from the first of them on, which
 * are a call trace. May be done several times. */
void kernel_log_take(struct kernel_log *log, FILE *out);
/* The same for the last time, with the taints. */
void kernel_log_read(struct kernel_log *log, FILE *out);
void kernel_log_end(struct kernel_log *log);

#endif
