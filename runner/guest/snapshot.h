/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot.h - a saved guest whose kernel has booted, perhaps with a network built in it. Guests start from it. */
#ifndef SCTPSPEC_RUNNER_GUEST_SNAPSHOT_H
#define SCTPSPEC_RUNNER_GUEST_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/kernels/kernel.h"
#include "runner/qemu/options.h"

/* A saved guest in the cache; its agent waits for an order. */
struct snapshot {
	char *directory; /* ram, dev, console.txt, facts.json, meta.json; a stage has only dev */
	struct saved_state saved;
	char **qemu_command;     /* NULL-ended; temporary paths replaced by names */
	double boot_ms, make_ms; /* wall time of the boot and of the making in all, when it was made */
	bool cached;             /* it was in the cache already */
	char content[33];        /* digest that identifies the bytes of its memory */
	int lock;                /* on its place in the cache, until snapshot_free */
	int lent;                /* a copy of its memory, where QEMU cannot open the file in the cache; or -1 */
	/*
	 * Where QEMU processes wait for the next guest of this snapshot, or of another snapshot with the same memory
	 * (machine_pool.h). The caller owns the pool and sets it; NULL: each guest gets a QEMU process of its own.
	 */
	struct machine_pool *pool;
};

/* Finds or makes the snapshot. Safe with several processes at once (one makes it, the others wait). */
int snapshot_ensure(const struct kernel *kernel, const struct guest_options *options,
	void (*progress)(void *, const char *), void *context, struct snapshot *out, char **error);
/*
 * Finds or makes a stage: a guest is restored from `from`, carries out an order {"do": "stage", ...}, and is saved
 * again, as the pages of memory that changed. A stage needs `from` for as long as it is used. Its key in the cache is
 * the digest of both.
 */
int snapshot_stage(const struct snapshot *from, const char *order, struct snapshot *out, char **error);
/* Whether the cache has that stage already; used to tell people what takes time. */
bool snapshot_has_stage(const struct snapshot *from, const char *order);
/* Checks the snapshot's files: 0: they are as they were when it was found; -EUCLEAN and a sentence; another -errno. */
int snapshot_verify(const struct snapshot *snapshot, char **error);
void snapshot_free(struct snapshot *snapshot);

#endif
