/* SPDX-License-Identifier: Apache-2.0 */
/* vmstate_disk.h - a saved guest as a disk image from which a running QEMU can load it. */
#ifndef SCTPSPEC_RUNNER_QEMU_VMSTATE_DISK_H
#define SCTPSPEC_RUNNER_QEMU_VMSTATE_DISK_H

#include <stddef.h>

/* The snapshot's name in the image. */
#define VMSTATE_DISK_TAG "start"

/*
 * An image of qcow2, version 3, with nothing on the disk and one snapshot, whose machine state is the `length` bytes
 * of `state` (QEMU, docs/interop/qcow2.txt). malloc'd; NULL without memory or when it does not fit (512 MB).
 */
unsigned char *vmstate_disk_make(const unsigned char *state, size_t length, size_t *disk_length);
/* An image without a snapshot, in which QEMU can make one. */
unsigned char *vmstate_disk_make_empty(size_t *disk_length);

#endif
