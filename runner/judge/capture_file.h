/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture_file.h - packets from pcap and pcapng files and pipes, one after the other, in bounded memory.
 *
 * Of our own, because libpcap (1.10) refuses a pcapng file whose interfaces differ in link type or snapshot length,
 * which whoever captures on several interfaces has, and says neither which way a packet went nor on which interface.
 * Classic pcap: either byte order, micro- and nanoseconds, and the variant with longer records that some kernels wrote.
 * pcapng: several sections and interfaces, any time resolution, packets in all three kinds of block.
 *
 * Files are input from outside: every length is held against what is there. What comes before damage is read.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_CAPTURE_FILE_H
#define SCTPSPEC_RUNNER_JUDGE_CAPTURE_FILE_H

#include "runner/judge/intake.h"

struct capture_interface {
	int link;
	uint32_t snapshot;  /* 0: without limit */
	uint8_t resolution; /* as pcapng has it: digits behind the second, or with the top bit set, binary ones */
	int64_t offset_s;
};

enum capture_way { WAY_UNKNOWN, WAY_IN, WAY_OUT };

struct captured {
	int64_t at_ns;        /* since 1970 */
	const uint8_t *bytes; /* until the next packet of this file */
	uint32_t captured, length;
	int link;
	unsigned number; /* from 1, as Wireshark counts */
	unsigned interface;
	enum capture_way way; /* what the file says of it: at the machine where it was captured */
};

struct capture_file {
	struct intake intake;
	bool is_pcapng, is_swapped, is_nanoseconds, has_long_records;
	struct capture_interface *interfaces;
	size_t n_interfaces;
	int64_t last_ns;
	unsigned number;
	char *trouble; /* a sentence: what ended it, other than its end; or NULL */
};

/* Opens a file, or the standard input ("-"), and reads its head. 0, or -errno with a sentence. */
int capture_file_open(const char *name, struct capture_file *out, char **error);
int capture_file_open_memory(const uint8_t *bytes, size_t length, struct capture_file *out, char **error);
/* True: a packet. False: the end, or `trouble`. */
bool capture_file_next(struct capture_file *file, struct captured *out);
/* Reads at most `room` bytes for now, and later, after capture_file_replay(), all from the first packet on. Before the
 * first packet is read. */
int capture_file_hold(struct capture_file *file, size_t room);
void capture_file_replay(struct capture_file *file);
void capture_file_close(struct capture_file *file);

#endif
