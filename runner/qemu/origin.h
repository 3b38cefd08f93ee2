/* SPDX-License-Identifier: Apache-2.0 */
/*
 * origin.h - what a snapshot has in it, read: memory and devices, as a machine is brought back to them.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_ORIGIN_H
#define SCTPSPEC_RUNNER_QEMU_ORIGIN_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/qemu/options.h"

#define ORIGIN_PAGE 4096UL

struct origin {
	char *devices; /* the file that it was read from: which snapshot it is */
	size_t n_pages;
	const unsigned char *ram;      /* mapped */
	unsigned char *stream;         /* which `changed` points into */
	const unsigned char **changed; /* of each page what a stage made of it, or NULL */
	unsigned char *disk;           /* its devices, vmstate_disk.h */
	size_t disk_length;
	bool *code;              /* of each page whether it holds instructions; NULL: not looked for yet */
	pthread_mutex_t looking; /* for that: several machines may be rewound at once */
};

/* Only for guests with a virtual clock. 0 or -errno. */
int origin_open(const struct saved_state *saved, struct origin **out, char **error);
/* ORIGIN_PAGE bytes; NULL past the end of memory. */
const unsigned char *origin_page(const struct origin *origin, size_t page);
/* `root`: of the page tables (CR3). 0, -ENOMEM, or -EINVAL when there is no kernel at the end of them. */
int origin_find_code(struct origin *origin, uint64_t root, char **error);
void origin_close(struct origin *origin);

#endif
