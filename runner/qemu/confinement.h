/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confinement.h - which system calls a guest's QEMU process may make. The kernel under test may do anything, even break
 * out of its virtual machine. Code that breaks out then runs in a process that cannot start another process, change its
 * identity, or change the scheduling of any process.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_CONFINEMENT_H
#define SCTPSPEC_RUNNER_QEMU_CONFINEMENT_H

/* The value for "-sandbox", QEMU's filter of system calls. NULL: the installed QEMU or this kernel has no filter. */
const char *qemu_confinement(void);

#endif
