/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confinement.h - what a QEMU of ours may ask of this machine's kernel. A guest is whatever the kernel under test makes
 * of it; if it gets out of its machine, it shall find itself in a process that can start no other, change no identity
 * and touch nobody's scheduling.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_CONFINEMENT_H
#define SCTPSPEC_RUNNER_QEMU_CONFINEMENT_H

/* What goes with "-sandbox": QEMU's filter of system calls; NULL when the installed QEMU has none, or this kernel. */
const char *qemu_confinement(void);

#endif
