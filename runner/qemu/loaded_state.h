/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loaded_state.h - the contents of a snapshot, read into this process: the memory and devices for a rewind.
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
	char *devices; /* path of the file that it was read from; it identifies the snapshot */
	size_t n_pages;
	const unsigned char *ram;      /* mapped */
	unsigned char *stream;         /* `changed` points into it */
	const unsigned char **changed; /* for each page its contents in the stage, or NULL: as in `ram` */
	unsigned char *disk;           /* the devices' state as an image (vmstate_disk.h) */
	size_t disk_length;
	bool *code;              /* for each page whether it holds instructions; NULL: not searched yet */
	pthread_mutex_t looking; /* guards that search: several machines may be rewound at once */
};

/* Only for guests with a virtual clock. 0 or -errno. */
int loaded_state_open(const struct saved_state *saved, struct loaded_state **out, char **error);
/* STATE_PAGE bytes; NULL past the end of memory. */
const unsigned char *loaded_state_page(const struct loaded_state *state, size_t page);
/* Fills in `code`. `root` is the page tables' address (CR3). 0, -ENOMEM, or -EINVAL: they map no kernel. */
int loaded_state_find_code(struct loaded_state *state, uint64_t root, char **error);
void loaded_state_close(struct loaded_state *state);

#endif
