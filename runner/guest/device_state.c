/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device_state.c - changes to a saved guest's devices, so that QEMU needs no monitor to restore it,
 * and pages of memory beside them.
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
#include <stdlib.h>
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

static void write64(unsigned char *p, uint64_t value)
{
	for (int i = 7; i >= 0; i--, value >>= 8)
		p[i] = (unsigned char)value;
}

/* The length of the run state with its NUL, in four bytes, and the run state itself, in 100 bytes: behind its NUL may
 * be the rest of an earlier one. */
static int change_run_state(unsigned char *stream, size_t length, char **error)
{
	static const unsigned char stopped[] = "\0\0\0\6debug";
	static const unsigned char running[] = "\0\0\0\10running";
	unsigned char *at = memmem(stream, length, stopped, sizeof(stopped)), *end = stream + length;

	if (!at || (size_t)(end - at) < sizeof(running) ||
		memmem(at + 1, (size_t)(end - at - 1), stopped, sizeof(stopped)))
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

/* ------------------------------------------------------------------ the instant */

#define ICOUNT_SECTION "\14timer/icount"
#define HPET_SECTION "\4hpet"
#define HPET_ROOM 400

/* The clock is the sum of two numbers; the timer that it has come to is one of the clock event device's, which keeps the
 * instant until the work is done. */
bool device_state_is_exact(const unsigned char *stream, size_t length)
{
	const unsigned char *end = stream + length;
	const unsigned char *icount = memmem(stream, length, ICOUNT_SECTION, sizeof(ICOUNT_SECTION) - 1);
	const unsigned char *hpet = memmem(stream, length, HPET_SECTION, sizeof(HPET_SECTION) - 1), *at;
	unsigned char now[8];

	if (!icount || !hpet)
		return true;
	at = icount + sizeof(ICOUNT_SECTION) - 1 + 4; /* behind its version */
	if (end - at < 16)
		return true;
	write64(now, read64(at) + read64(at + 8));
	return memmem(hpet, end - hpet < HPET_ROOM ? (size_t)(end - hpet) : HPET_ROOM, now, sizeof(now)) != NULL;
}

/* ------------------------------------------------------------------ pages */

#define PAGE 4096UL
/* A page's record: 8 bytes with its offset and flags, the name of its block unless that is the last record's, and
 * its contents, or for a page of zeros the byte 0. */
#define FLAG_ZERO 2
#define FLAG_PAGE 8
#define FLAG_END 16
#define FLAG_SAME_BLOCK 32
#define SECTION_PART 2
#define SECTION_FOOTER 0x7e

/* The memory section, from its list to its end. */
struct memory_section {
	const unsigned char *number; /* 4 bytes */
	const unsigned char *block;  /* length and text of the block's name */
	size_t end;                  /* where the next section begins */
};

/* The block of that size is the guest's memory. */
static bool find_section(unsigned char *stream, size_t length, size_t size, struct memory_section *out)
{
	const unsigned char *list = find_list(stream, length), *end = stream + length, *at;
	uint64_t total;

	if (!list)
		return false;
	*out = (struct memory_section){.number = stream + FILE_HEADER + 1};
	total = read64(list) & ~PAGE_FLAGS;
	for (at = list + 8; total > 0; at += 1U + at[0] + 8U) {
		if (at == end || (size_t)(end - at) < 1U + at[0] + 8U)
			return false;
		uint64_t block = read64(at + 1 + at[0]);

		if (block == 0 || block > total)
			return false;
		if (block == size)
			out->block = at;
		total -= block;
	}
	out->end = (size_t)(at - stream) + 8 + 5;
	return out->block && length >= out->end && read64(at) == FLAG_END && at[8] == SECTION_FOOTER &&
		memcmp(at + 9, out->number, 4) == 0;
}

static size_t put_page(unsigned char *to, const unsigned char *page, uint64_t offset, const unsigned char *block)
{
	static const unsigned char zeros[PAGE];
	bool empty = memcmp(page, zeros, PAGE) == 0;
	size_t name = block ? 1U + block[0] : 0, contents = empty ? 1 : PAGE;

	write64(to, offset | (empty ? FLAG_ZERO : FLAG_PAGE) | (block ? 0 : FLAG_SAME_BLOCK));
	if (block)
		memcpy(to + 8, block, name);
	memcpy(to + 8 + name, page, contents);
	return 8 + name + contents;
}

static size_t count_changes(const unsigned char *before, const unsigned char *now, size_t size)
{
	size_t n = 0;

	for (size_t at = 0; at < size; at += PAGE)
		n += memcmp(before + at, now + at, PAGE) != 0;
	return n;
}

/* A section that goes on with the memory: number, records, end, footer. */
static size_t put_changes(unsigned char *to, const struct memory_section *section, const unsigned char *before,
	const unsigned char *now, size_t size)
{
	const unsigned char *block = section->block;
	size_t n = 0;

	to[n++] = SECTION_PART;
	memcpy(to + n, section->number, 4);
	n += 4;
	for (size_t at = 0; at < size; at += PAGE) {
		if (memcmp(before + at, now + at, PAGE) == 0)
			continue;
		n += put_page(to + n, now + at, at, block);
		block = NULL;
	}
	write64(to + n, FLAG_END);
	n += 8;
	to[n++] = SECTION_FOOTER;
	memcpy(to + n, section->number, 4);
	return n + 4;
}

int device_state_add_changes(unsigned char **stream, size_t *length, const unsigned char *before,
	const unsigned char *now, size_t size, char **error)
{
	const size_t most_of_a_page = 8 + 1 + 255 + PAGE, around = 5 + 8 + 5;
	struct memory_section section;
	unsigned char *longer;
	size_t n;

	if (!find_section(*stream, *length, size, &section))
		return sentence(error, -EINVAL,
			"the saved guest's memory section is not as this version of sctpspec knows it");
	longer = malloc(*length + around + count_changes(before, now, size) * most_of_a_page);
	if (!longer)
		return sentence(error, -ENOMEM, "out of memory");
	memcpy(longer, *stream, section.end);
	n = section.end + put_changes(longer + section.end, &section, before, now, size);
	memcpy(longer + n, *stream + section.end, *length - section.end);
	*length += n - section.end;
	free(*stream);
	*stream = longer;
	return 0;
}
