/* SPDX-License-Identifier: Apache-2.0 */
/*
 * process.h - programs that are run inside a namespace: iproute2, to compare with.
 */
#ifndef SCTPSPEC_NETNS_TESTS_PROCESS_H
#define SCTPSPEC_NETNS_TESTS_PROCESS_H

#include <sys/types.h>

/* Finds a program along PATH, then where system programs usually are. Malloc'd; NULL: it is not
 * there. */
char *process_find(const char *program);

struct process {
	const char *path;             /* of process_find() */
	const char *const *arguments; /* with argv[0], NULL-ended */
	int namespace;                /* descriptor of the network namespace it runs in */
	int input, output, errors;    /* descriptors for its standard streams; -1: /dev/null */
};

/* Starts it; it dies with the calling thread. 0 or -errno. */
int process_start(const struct process *process, pid_t *pid);
/* Waits for its end. The exit status, 128 + signal, or -errno. */
int process_wait(pid_t pid);

#endif
