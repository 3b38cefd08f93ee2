/* SPDX-License-Identifier: Apache-2.0 */
/* device_state.h - makes a saved guest one that starts by itself. */
#ifndef SCTPSPEC_RUNNER_DEVICE_STATE_H
#define SCTPSPEC_RUNNER_DEVICE_STATE_H

#include <stddef.h>

/*
 * Changes the stream that qmp_save wrote, in place; *length becomes smaller. 0, or -EINVAL and what
 * is not as expected (another QEMU may write it in another way).
 */
int device_state_prepare(unsigned char *stream, size_t *length, char **error);

#endif
