/* SPDX-License-Identifier: Apache-2.0 */
/* kvm.h - whether guests run under KVM here, found out by running one. */
#ifndef SCTPSPEC_RUNNER_QEMU_KVM_H
#define SCTPSPEC_RUNNER_QEMU_KVM_H

/*
 * Has QEMU run some instructions under `accel` ("kvm"; the test of this function uses "tcg"). That /dev/kvm can be
 * opened and makes a machine is not enough: on a nested host KVM may refuse what QEMU needs. 0, or -errno and why.
 */
int kvm_try(const char *accel, char **error);

#endif
