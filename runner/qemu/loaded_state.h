/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loaded_state.h - what a snapshot has in it, read: memory and devices, as a machine is brought back to them.
 */
#ifndef SCTPSPEC_RUNNER_QEMU_LOADED_STATE_H
#define SCTPSPEC_RUNNER_QEMU_LOADED_STATE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "runner/qemu/options.h"

#define STATE_PAGE 4096UL

struct loaded_state {
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
int loaded_state_open(const struct saved_state *saved, struct loaded_state **out, char **error);
/* STATE_PAGE bytes; NULL past the end of memory. */
const unsigned char *loaded_state_page(const struct loaded_state *state, size_t page);
/* `root`: of the page tables (CR3). 0, -ENOMEM, or -EINVAL when there is no kernel at the end of them. */
int loaded_state_find_code(struct loaded_state *state, uint64_t root, char **error);
void loaded_state_close(struct loaded_state *state);

#endif
