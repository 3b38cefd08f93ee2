/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device_state.c - two changes to a saved guest's devices, so that QEMU needs no monitor to restore
 * it.
 *
 * 1. The guest was saved while stopped at a breakpoint, a state in which no guest may arrive. It
 * becomes "running", and QEMU starts it as soon as it has read the stream.
 * 2. It was saved with the capability x-ignore-shared, which leaves out the memory (it is in a
 * file) and adds the guest address to each block in the list of memory blocks. That capability can
 * only be set through the monitor. Without the addresses the stream is one that QEMU reads by
 * default: the list names the blocks, and no contents follow for those that were ignored.
 *
 * Numbers in the stream are big endian.
 */
#include "runner/guest/device_state.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "runner/sentence.h"

/* "QEVM", version 3, then the first section: a start (1), its number (4 bytes), and its name */
#define FILE_HEADER 8
#define SECTION_START 1
#define RAM_SECTION_NAME "\3ram"
/* instance and version of the section */
#define RAM_SECTION_REST 8
#define FLAG_MEMORY_SIZE 4
#define PAGE_FLAGS 0xfffUL

static uint64_t read64(const unsigned char *p)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | p[i];
	return value;
}

/* The length of the run state with its NUL, in four bytes, and the run state itself. */
static int change_run_state(unsigned char *stream, size_t length, char **error)
{
	static const unsigned char stopped[] = "\0\0\0\6debug\0\0\0";
	static const unsigned char running[] = "\0\0\0\10running";
	unsigned char *at = memmem(stream, length, stopped, sizeof(stopped) - 1);

	if (!at || memmem(at + 1, length - (size_t)(at + 1 - stream), stopped, sizeof(stopped) - 1))
		return sentence(error, -EINVAL,
			"the saved guest has no run state where this version of sctpspec looks for "
			"it");
	memcpy(at, running, sizeof(running));
	return 0;
}

/* Where the list of memory blocks begins: 8 bytes with the total and a flag, then the blocks. */
static unsigned char *find_list(unsigned char *stream, size_t length)
{
	static const size_t name = sizeof(RAM_SECTION_NAME) - 1;
	size_t at = FILE_HEADER + 1 + 4;

	if (length < at + name + RAM_SECTION_REST + 8 ||
		memcmp(stream, "QEVM\0\0\0\3", FILE_HEADER) != 0 ||
		stream[FILE_HEADER] != SECTION_START ||
		memcmp(stream + at, RAM_SECTION_NAME, name) != 0)
		return NULL;
	at += name + RAM_SECTION_REST;
	if ((read64(stream + at) & PAGE_FLAGS) != FLAG_MEMORY_SIZE)
		return NULL;
	return stream + at;
}

/* A block: length and text of its name, its size, and the address that is to go. */
static bool drop_addresses(unsigned char *list, size_t *length)
{
	uint64_t total = read64(list) & ~PAGE_FLAGS;
	unsigned char *from = list + 8, *to = from, *end = list + *length;

	while (total > 0) {
		size_t left = (size_t)(end - from);
		size_t head = left > 0 ? 1U + from[0] + 8U : 0;
		uint64_t size;

		if (left == 0 || left < head + 8)
			return false;
		size = read64(from + head - 8);
		if (size == 0 || size > total)
			return false;
		total -= size;
		memmove(to, from, head);
		to += head;
		from += head + 8;
	}
	memmove(to, from, (size_t)(end - from));
	*length -= (size_t)(from - to);
	return true;
}

int device_state_prepare(unsigned char *stream, size_t *length, char **error)
{
	unsigned char *list = find_list(stream, *length);
	size_t tail = list ? *length - (size_t)(list - stream) : 0, shorter = tail;
	int status;

	if (!list || !drop_addresses(list, &shorter))
		return sentence(error, -EINVAL,
			"the saved guest's memory list is not as this version of sctpspec knows "
			"it");
	*length -= tail - shorter;
	status = change_run_state(stream, *length, error);
	return status;
}
