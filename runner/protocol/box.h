/* SPDX-License-Identifier: Apache-2.0 */
/*
 * box.h - the channel between host and agent: a piece of shared memory.
 *
 * In a guest the box is the memory of an nvdimm that a file backs (share=on). With `--target host` both sides map the
 * same file. The host writes the order before the agent runs, and from then on only reads. The agent appends results,
 * and then moves `committed`. So nothing enters a running guest, which keeps it deterministic; and what the agent has
 * committed survives a panic, a hang or a killed QEMU.
 *
 *	header | payload files of the order ... | order (JSON, NUL-ended) | results (records) ...
 *
 * Numbers are little endian. A record is a header, its payload, and padding to 8 bytes.
 *
 * This is the head of protocol/, the room with all that host and agent must agree on: the box; orders (order); verdicts
 * (verdict) and clocks (clock); the addresses at which the host stops the agent, and the statuses with which a guest
 * ends (agent_contract); the phases of an order (phases); how a kernel's complaint reads (kernel_words); what is
 * recorded about a kernel (kernel_facts); and how a console is read (console). Host rooms, the engine and the agent
 * include it. What one side writes and the other reads is in one file: box.c, order.c.
 *
 * Threads and processes: one host thread and one agent share a box. They share three words without a lock, each with
 * one writer at a time: `state` (the host until the start, then the agent), `phase` and `committed` (the agent). The
 * child that runs a case's body appends through the mapping that it inherits, while its parent waits for it.
 *
 * What may go wrong: the guest's kernel may have written anything into the results, so the host checks each record
 * against the bounds of the box; a damaged record ends the walk and is told. A full box is an error of the agent.
 *
 * Weaknesses: the box has a fixed size, 128 MiB, sparse on the host. Nobody is woken by a write: the host has to look,
 * so times of phases are as exact as it looks often. The guest needs CONFIG_DEVMEM. The format has no version but the
 * magic number, because host and agent come from one build.
 */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_BOX_H
#define SCTPSPEC_RUNNER_PROTOCOL_BOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BOX_MAGIC 0x31584f4253505453ULL /* "STSPBOX1" */
#define BOX_SIZE (128UL << 20)          /* sparse on the host; only what is written costs */
/* Where QEMU's `pc` puts the first memory device of a guest that has less than 3.5 GiB. */
#define BOX_GUEST_ADDRESS 0x100000000ULL

enum box_state {
	BOX_WAIT = 0, /* the agent spins: this is the state in the snapshot */
	BOX_RUN = 1,  /* the host has written an order */
	BOX_DONE = 2, /* the agent has carried it out and spins: only where it was told to stay */
};

/* What the agent is doing, so that the host can tell where the wall time goes. */
enum box_phase {
	BOX_RESTORE,  /* the agent has not run yet */
	BOX_TOPOLOGY, /* network and captures are being set up */
	BOX_CASE,     /* the case's body, or the program of `exec` */
	BOX_EVIDENCE, /* the kernel's health; captures are handed over, results written, the guest ends */
	BOX_PHASES
};

struct box_header {
	uint64_t magic;
	volatile uint32_t state;     /* enum box_state; host writes before start, agent at the end */
	uint32_t order_offset;       /* of the order's JSON text */
	uint32_t order_length;       /* without its NUL */
	volatile uint32_t phase;     /* enum box_phase; agent writes */
	uint64_t results_offset;     /* where the agent's records begin, 8-aligned */
	volatile uint64_t committed; /* bytes of whole records after results_offset; agent writes */
	uint32_t stay;               /* host: the guest is not to end with its order */
};

enum box_record_type {
	BOX_LOG = 1,    /* one line of the result log: a JSON object, no newline */
	BOX_FILE = 2,   /* evidence: NUL-ended name, then the bytes */
	BOX_STDOUT = 3, /* what a program run by an `exec` order wrote */
	BOX_STDERR = 4,
	BOX_END = 5, /* the order is done; payload: int32 exit status (of `exec`; 0 for a case) */
};

struct box_record {
	uint32_t type;
	uint32_t length; /* of the payload */
};

struct box {
	unsigned char *base;
	size_t size;
	/* Of physical memory only a beginning is mapped, and more when it is needed, because each process that is
	 * forked copies the whole table of its pages: */
	size_t mapped;
	int memory;    /* to map more of; -1: all is mapped */
	off_t address; /* in it */
};

/* Host: makes the file `path` (mode 0600) with a header in state BOX_WAIT. 0 or -errno. */
int box_create(const char *path, struct box *out);
/* Both: maps an existing file, or (agent) physical memory through /dev/mem. 0 or -errno. */
int box_map_file(const char *path, struct box *out);
int box_map_physical(uint64_t address, struct box *out);
void box_unmap(struct box *box);
/* Agent, before it reads there: what lies before `end` is mapped; `base` may change. 0 or -errno. */
int box_reach(struct box *box, size_t end);

/* Host: puts the order in and sets BOX_RUN. `files` are appended after the JSON; the order's own
 * text names them by index ("files": [{"name": "/tmp/x", "offset": O, "length": L, "mode": 493},
 * ...]) and is completed here. */
struct box_payload {
	const char *name; /* path in the guest */
	const char *path; /* file on the host */
	unsigned mode;
};
int box_put_order(struct box *box, const char *json, const struct box_payload *files, size_t n_files);

/* Host, before the start: the guest is to stay when its order is carried out, so that it can be stopped. */
void box_ask_to_stay(struct box *box);
/* Host: the order of another box, with its files. 0, -ENOSPC or -EPROTO. */
int box_copy_order(struct box *box, const struct box *from, bool stay);
/* Host: whether the agent has finished the order, and stays. */
bool box_is_done(const struct box *box);
/* Agent: whether it was asked to stay; if so it reports that it has finished. */
bool box_stays(struct box *box);

/* Agent: goes on to a phase. */
void box_enter(struct box *box, enum box_phase phase);

/* Agent: appends a record and commits it. 0, or -ENOSPC when the box is full. */
int box_append(struct box *box, enum box_record_type type, const void *data, size_t length);
int box_append2(struct box *box, enum box_record_type type, const void *head, size_t head_length, const void *data,
	size_t length);

/* Host: walks the committed records. Start with *cursor = 0; false when there is no further one
 * (yet). A damaged record ends the walk and sets *damaged. */
bool box_next(const struct box *box, uint64_t *cursor, struct box_record *record, const unsigned char **payload,
	bool *damaged);

#endif
