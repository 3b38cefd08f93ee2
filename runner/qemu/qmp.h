/* SPDX-License-Identifier: Apache-2.0 */
/* qmp.h - a client of QEMU's monitor, for saving a stopped guest. */
#ifndef SCTPSPEC_RUNNER_QEMU_QMP_H
#define SCTPSPEC_RUNNER_QEMU_QMP_H

#include <jansson.h>

/*
 * 0 or a negative errno; `fd` is the monitor's channel. *error names the command and QEMU's answer.
 */
int qmp_open(int fd, char **error);
/*
 * `arguments` is taken over (NULL: none); `file` is handed over with the command, or -1.
 * *reply (may be NULL) is what it returned, to be released by the caller.
 */
int qmp_command(int fd, const char *command, json_t *arguments, int file, json_t **reply, char **error);

/* Waits until a guest that is on its way in has arrived. */
int qmp_wait_until_stopped(int fd, char **error);
/* The devices of a stopped guest as a stream, malloc'd. Memory that lies in shared files is left out. */
int qmp_save(int fd, unsigned char **stream, size_t *length, char **error);

#endif
