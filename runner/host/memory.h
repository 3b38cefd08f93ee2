/* SPDX-License-Identifier: Apache-2.0 */
/* memory.h - how much memory this process may still take, by the machine and by the control groups that it is in. */
#ifndef SCTPSPEC_RUNNER_HOST_MEMORY_H
#define SCTPSPEC_RUNNER_HOST_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

struct memory {
	uint64_t total;     /* bytes of the machine */
	uint64_t available; /* that can be had without swapping */
	bool limited;       /* a control group leaves less than the machine has; */
	char group[256];    /* this one */
};

/* `root` is "" but in tests: the folder that has proc and sys. 0 or -errno. */
int memory_look(const char *root, struct memory *out);

#endif
