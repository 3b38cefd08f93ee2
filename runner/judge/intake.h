/* SPDX-License-Identifier: Apache-2.0 */
/* intake.h - bytes of a file or pipe, read ahead into a buffer: as many as one record has, and no more than a limit. */
#ifndef SCTPSPEC_RUNNER_JUDGE_INTAKE_H
#define SCTPSPEC_RUNNER_JUDGE_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct intake {
	int file; /* below 0: there is nothing but what the buffer has */
	uint8_t *bytes;
	size_t room, begin, end;
	bool holds; /* what was read stays in the buffer, which is as long as it may get */
	int error;  /* errno of a read, or ENOMEM */
};

/* What one record may have at most. */
enum { INTAKE_MOST = 32 << 20 };

/* 0 or -ENOMEM. It closes `file` in the end. */
int intake_begin(struct intake *intake, int file);
/* Reads from memory, of which it makes a copy. */
int intake_begin_memory(struct intake *intake, const uint8_t *bytes, size_t length);
/* The next n bytes, or NULL: there are no more, or they cannot be read, or they are too many. They stay until the
 * next call. */
const uint8_t *intake_want(struct intake *intake, size_t n);
/* How many bytes there are, if not n. */
size_t intake_left(struct intake *intake, size_t n);
/* False: it ends before. */
bool intake_skip(struct intake *intake, uint64_t n);
/* Keeps what is read from now on, up to `room` bytes; then it seems to end. intake_replay() goes back to here, and ends
 * that. */
int intake_hold(struct intake *intake, size_t room);
void intake_replay(struct intake *intake);
void intake_end(struct intake *intake);

#endif
