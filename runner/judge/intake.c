/* SPDX-License-Identifier: Apache-2.0 */
/* intake.c - see intake.h. */
#include "runner/judge/intake.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ROOM = 128 << 10 };

int intake_begin(struct intake *intake, int file)
{
	*intake = (struct intake){ .file = file, .bytes = malloc(ROOM), .room = ROOM };
	return intake->bytes ? 0 : -ENOMEM;
}

int intake_begin_memory(struct intake *intake, const uint8_t *bytes, size_t length)
{
	*intake = (struct intake){ .file = -1, .bytes = malloc(length + 1), .room = length, .end = length };
	if (!intake->bytes)
		return -ENOMEM;
	if (length > 0)
		memcpy(intake->bytes, bytes, length);
	return 0;
}

static bool grow(struct intake *intake, size_t room)
{
	uint8_t *bytes = room <= INTAKE_MOST ? realloc(intake->bytes, room) : NULL;
	if (!bytes)
		return false;
	intake->bytes = bytes;
	intake->room = room;
	return true;
}

/* To the front, so that there is room behind. */
static bool make_room(struct intake *intake, size_t n)
{
	if (intake->begin + n <= intake->room)
		return true;
	if (intake->holds)
		return false;
	memmove(intake->bytes, intake->bytes + intake->begin, intake->end - intake->begin);
	intake->end -= intake->begin;
	intake->begin = 0;
	return n <= intake->room || grow(intake, n);
}

static bool read_some(struct intake *intake)
{
	ssize_t got;
	do
		got = read(intake->file, intake->bytes + intake->end, intake->room - intake->end);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		intake->error = errno;
	if (got <= 0)
		return false;
	intake->end += (size_t)got;
	return true;
}

const uint8_t *intake_want(struct intake *intake, size_t n)
{
	if (intake->end - intake->begin >= n)
		return intake->bytes + intake->begin;
	if (intake->file < 0 || !make_room(intake, n))
		return NULL;
	while (intake->end - intake->begin < n)
		if (!read_some(intake))
			return NULL;
	return intake->bytes + intake->begin;
}

size_t intake_left(struct intake *intake, size_t n)
{
	intake_want(intake, n);
	return intake->end - intake->begin;
}

bool intake_skip(struct intake *intake, uint64_t n)
{
	while (n > 0) {
		const uint64_t step = n < ROOM ? n : ROOM;
		if (!intake_want(intake, step)) {
			intake->begin = intake->end;
			return false;
		}
		intake->begin += step;
		n -= step;
	}
	return true;
}

int intake_hold(struct intake *intake, size_t room)
{
	intake->holds = true;
	return intake->file < 0 || room <= intake->room || grow(intake, room) ? 0 : -ENOMEM;
}

void intake_replay(struct intake *intake)
{
	intake->holds = false;
	intake->begin = 0;
}

void intake_end(struct intake *intake)
{
	if (intake->file > STDIN_FILENO)
		close(intake->file);
	free(intake->bytes);
	*intake = (struct intake){ .file = -1 };
}
