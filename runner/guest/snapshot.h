/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot.h - a kernel that has booted, and a network that was built in it, saved: what guests start from. */
#ifndef SCTPSPEC_RUNNER_GUEST_SNAPSHOT_H
#define SCTPSPEC_RUNNER_GUEST_SNAPSHOT_H

#include <stdbool.h>
#include <stddef.h>

#include "runner/kernels/kernel.h"
#include "runner/qemu/options.h"

/* A booted kernel, waiting for an order, in the cache. */
struct snapshot {
	char *directory; /* ram, dev, console.txt, facts.json, meta.json; of a stage dev alone */
	struct saved_state saved;
	char **qemu_command;     /* NULL-ended; temporary paths replaced by names */
	double boot_ms, make_ms; /* wall; of when it was made */
	bool cached;             /* it was there already */
	char content[33];        /* names the bytes of its memory */
	int lock;                /* on its place in the cache, until snapshot_free */
	int lent;                /* a copy of its memory, where QEMU cannot open the file in the cache; or -1 */
	/*
	 * Where its guests' QEMU processes wait for the next guest, of this snapshot or of another with the same memory
	 * (machine_pool.h); the caller's. NULL, as it is found: each guest has one of its own.
	 */
	struct machine_pool *pool;
};

/* Finds or makes it. Safe with several processes at once (one makes it, the others wait). */
int snapshot_ensure(const struct kernel *kernel, const struct guest_options *options,
	void (*progress)(void *, const char *), void *context, struct snapshot *out, char **error);
/*
 * The same kernel, further: restored from `from`, an order {"do": "stage", ...} carried out, and saved again, as the
 * pages of memory that changed. It needs `from` for as long as it is used. In the cache too, under the digest of both.
 */
int snapshot_stage(const struct snapshot *from, const char *order, struct snapshot *out, char **error);
/* Whether that would only have to be taken from the cache: for telling people. */
bool snapshot_has_stage(const struct snapshot *from, const char *order);
/* Whether its files are still what they were when it was found: 0; -EUCLEAN and a sentence; another -errno. */
int snapshot_verify(const struct snapshot *snapshot, char **error);
void snapshot_free(struct snapshot *snapshot);

#endif
