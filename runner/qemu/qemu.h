/* SPDX-License-Identifier: Apache-2.0 */
/* qemu.h - QEMU's command line for a guest of ours, and starting it. */
#ifndef SCTPSPEC_RUNNER_QEMU_QEMU_H
#define SCTPSPEC_RUNNER_QEMU_QEMU_H

#include <stddef.h>
#include <sys/types.h>

#include "runner/qemu/options.h"

/* The guest's memory in MiB; the box is additional. */
#ifdef __SANITIZE_ADDRESS__
#define QEMU_MEMORY 512
#else
#define QEMU_MEMORY 256
#endif

/* A command line under construction. A failed allocation sets `failed`, and then qemu_start() refuses. */
struct qemu_arguments {
	char **words; /* NULL-ended */
	size_t n;
	bool failed;
};

/* What both the boot and the restored guests have: they must be the same machine. `ram` is a file,
 * mapped shared or private; `box` a file, always shared; `console` a file that is written. */
struct qemu_files {
	const char *ram, *box, *console;
	bool ram_shared;
	int terminal; /* if the guest has a terminal: its socket; 0: nobody is connected */
};

enum qemu_use { QEMU_BOOT, QEMU_RESTORE };

void qemu_add(struct qemu_arguments *arguments, const char *word);
void qemu_addf(struct qemu_arguments *arguments, const char *format, ...) __attribute__((format(printf, 2, 3)));
void qemu_add_machine(struct qemu_arguments *arguments, const struct guest_options *options, enum qemu_use use,
	const struct qemu_files *files);
/* Makes QEMU restore the guest from `devices`, a file with the devices' state that QEMU inherits open. */
void qemu_add_incoming(struct qemu_arguments *arguments, const struct qemu_features *qemu, int devices);
/* The kernel's command line. */
const char *qemu_kernel_parameters(const struct guest_options *options);
void qemu_arguments_free(struct qemu_arguments *arguments);

/*
 * Starts QEMU as the leader of its own process group; the kernel kills QEMU when this process ends. QEMU inherits the
 * descriptors in `kept` under the same numbers; what QEMU itself says is written to `words`.
 */
int qemu_start(
	const struct qemu_arguments *arguments, const int *kept, size_t n_kept, int words, pid_t *pid, char **error);

/* 0, or -errno and why /dev/kvm cannot be used. */
int qemu_check_kvm(char **error);

#endif
