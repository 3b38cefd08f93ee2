/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk_program.h - a program for the kernel (eBPF, a classifier of tc) that finds the packets of a fault by their
 * chunks, counts them, and does to them what the fault says. Private to netns/.
 *
 * It runs where packets leave the middle, in the instant in which they do, and costs other packets some hundred
 * instructions. Nothing else in the kernel counts exactly, looks at every chunk of a packet, and is the same since
 * 5.10.
 */
#ifndef SCTPSPEC_NETNS_CHUNK_PROGRAM_H
#define SCTPSPEC_NETNS_CHUNK_PROGRAM_H

#include "netns/netns.h"

#include <linux/bpf.h>

#define CHUNK_PROGRAM_MAX 192
#define CHUNK_SLOTS 8 /* as many faults at a time; a power of two */

/* What a fault wants, and what came of it. A filter says by its class which of them is its own. */
struct chunk_slot {
	uint64_t matched; /* chunks that are of the kind */
	uint64_t hit;     /* packets to which it was done */
	uint64_t which;
	uint32_t highest_tsn; /* of DATA */
	uint32_t has_tsn;
	uint32_t type, ppid, by_ppid, sending;
	uint32_t action;
	uint32_t unused[3];
};

struct chunk_program {
	unsigned count;
	unsigned slots; /* which instruction has the address of the slots */
	struct bpf_insn list[CHUNK_PROGRAM_MAX];
};

/* The band of the queue in which a packet is delayed. */
#define DELAYED_BAND 2
#define BANDS_HANDLE 0x10000U /* 1: */

/* One program for all faults. It takes the kernel a while to check it, so it is loaded before it is needed. */
void chunk_program_write(struct chunk_program *out);
struct chunk_slot chunk_slot_for(const struct fault *fault);

/* The program in the kernel. */
struct chunk_machine {
	int program, map; /* descriptors; or -errno: the kernel takes no programs */
	struct chunk_slot *slots;
};

void chunk_machine_start(struct chunk_machine *out);
void chunk_machine_stop(struct chunk_machine *machine);

#endif
