/* SPDX-License-Identifier: Apache-2.0 */
/* qmp.h - a client of QEMU's monitor, for saving a stopped guest. */
#ifndef SCTPSPEC_RUNNER_QEMU_QMP_H
#define SCTPSPEC_RUNNER_QEMU_QMP_H

#include <sys/types.h>

#include <jansson.h>

/* The monitor's channel, and the process at its other end. */
struct qmp {
	int fd;
	pid_t qemu;
};

/*
 * All of these: 0 or a negative errno; *error names the command and QEMU's answer. How long an answer is waited for is
 * patience_for_an_answer.
 */
int qmp_open(struct qmp qmp, char **error);
/*
 * `arguments` is taken over (NULL: none); `file` is handed over with the command, or -1.
 * *reply (may be NULL) is what it returned, to be released by the caller.
 */
int qmp_command(struct qmp qmp, const char *command, json_t *arguments, int file, json_t **reply, char **error);

/* Waits until a guest that is being restored is complete. */
int qmp_wait_until_stopped(struct qmp qmp, char **error);
/* The devices of a stopped guest as a stream, malloc'd. Memory that lies in shared files is left out. */
int qmp_save(struct qmp qmp, unsigned char **stream, size_t *length, char **error);

#endif
