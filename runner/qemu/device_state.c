/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device_state.c - edits the stream of a saved guest's devices, so that QEMU needs no monitor to restore the guest. It
 * also adds changed pages of memory to the stream, and reads them.
 *
 * 1. The guest was saved while stopped at a breakpoint, and QEMU restores no guest in that state. The state in the
 * stream becomes "running", so QEMU starts the guest as soon as it has read the stream.
 * 2. The guest was saved with the capability x-ignore-shared. It leaves out the memory, which is in a file, and adds
 * the guest address to each block in the list of memory blocks. That capability can only be set through the monitor.
 * Without the addresses QEMU reads the stream by default: the list names the blocks, and no contents follow for those
 * that were left out.
 *
 * Numbers in the stream are big endian.
 */
#include "runner/qemu/device_state.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sentence.h"

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

/* The section has the run state's length with its NUL in 4 bytes, then the run state in 100 bytes. Behind the NUL there
 * may be the rest of an earlier run state. */
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

/* Finds where the list of memory blocks begins: 8 bytes with the total and a flag, then the blocks. */
static unsigned char *find_list(unsigned char *stream, size_t length)
{
	static const size_t name = sizeof(RAM_SECTION_NAME) - 1;
	size_t at = FILE_HEADER + 1 + 4;

	if (length < at + name + RAM_SECTION_REST + 8 || memcmp(stream, "QEVM\0\0\0\3", FILE_HEADER) != 0 ||
		stream[FILE_HEADER] != SECTION_START || memcmp(stream + at, RAM_SECTION_NAME, name) != 0)
		return NULL;
	at += name + RAM_SECTION_REST;
	if ((read64(stream + at) & PAGE_FLAGS) != FLAG_MEMORY_SIZE)
		return NULL;
	return stream + at;
}

/* Each block has the length and text of its name, its size, and the address that is dropped here. */
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

#define ICOUNT_SECTION "\14timer/icount"

/* The two numbers of 8 bytes whose sum is the virtual clock: what idling has added, and instructions. NULL: none. */
static unsigned char *find_clock(unsigned char *stream, size_t length)
{
	unsigned char *icount = memmem(stream, length, ICOUNT_SECTION, sizeof(ICOUNT_SECTION) - 1);
	unsigned char *at = icount ? icount + sizeof(ICOUNT_SECTION) - 1 + 4 : NULL; /* behind the section's version */

	return at && stream + length - at >= 16 ? at : NULL;
}

/* QEMU's record mode takes the instructions from 0 to where it begins for an int. So they begin at 0: a guest may have
 * run for longer than 2^31 of them before it was saved. */
static void begin_counting(unsigned char *stream, size_t length)
{
	unsigned char *clock = find_clock(stream, length);

	if (!clock)
		return;
	write64(clock, read64(clock) + read64(clock + 8));
	write64(clock + 8, 0);
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
	begin_counting(stream, *length);
	return status;
}

/* ------------------------------------------------------------------ the instant */

#define HPET_SECTION "\4hpet"
#define HPET_ROOM 400

/* The clock is the sum of two numbers. The timer that it has reached belongs to the clock event device, which keeps the
 * timer's instant until the work is done. */
bool device_state_is_exact(const unsigned char *stream, size_t length)
{
	const unsigned char *end = stream + length;
	const unsigned char *clock = find_clock((unsigned char *)(uintptr_t)stream, length);
	const unsigned char *hpet = memmem(stream, length, HPET_SECTION, sizeof(HPET_SECTION) - 1);
	unsigned char now[8];

	if (!clock || !hpet)
		return true;
	write64(now, read64(clock) + read64(clock + 8));
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

/* Finds the memory section; the block of `size` bytes is the guest's memory. */
static bool find_section(unsigned char *stream, size_t length, size_t size, struct memory_section *out)
{
	const unsigned char *list = find_list(stream, length), *end = stream + length, *at;
	uint64_t total;

	if (!list)
		return false;
	*out = (struct memory_section){ .number = stream + FILE_HEADER + 1 };
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

/* Writes a section that continues the memory section: number, records, end, footer. */
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
		return sentence(
			error, -EINVAL, "the saved guest's memory section is not as this version of sctpspec knows it");
	longer = malloc(*length + around + count_changes(before, now, size) * most_of_a_page);
	if (!longer)
		return no_memory(error);
	memcpy(longer, *stream, section.end);
	n = section.end + put_changes(longer + section.end, &section, before, now, size);
	memcpy(longer + n, *stream + section.end, *length - section.end);
	*length += n - section.end;
	free(*stream);
	*stream = longer;
	return 0;
}

/* ------------------------------------------------------------------ pages, read */

static const unsigned char empty_page[PAGE];

static int not_as_known(char **error)
{
	return sentence(error, -EINVAL, "the saved guest's pages are not as this version of sctpspec knows them");
}

/* Reads the records of a section that put_changes() wrote, from behind its number; gives where its footer begins, or
 * NULL. */
static const unsigned char *read_records(const unsigned char *at, const unsigned char *end, const unsigned char *block,
	size_t n_pages, const unsigned char **pages)
{
	while (end - at >= 8) {
		uint64_t word = read64(at), offset = word & ~PAGE_FLAGS;
		size_t name = word & FLAG_SAME_BLOCK ? 0 : 1U + block[0], room;

		at += 8;
		room = (size_t)(end - at);
		if (word == FLAG_END)
			return at;
		if (offset / PAGE >= n_pages || room < name + 1 || memcmp(at, block, name) != 0)
			return NULL;
		at += name;
		if (word & FLAG_ZERO) {
			pages[offset / PAGE] = empty_page;
			at++;
		} else if (word & FLAG_PAGE && room - name >= PAGE) {
			pages[offset / PAGE] = at;
			at += PAGE;
		} else {
			return NULL;
		}
	}
	return NULL;
}

/* Whether put_changes() wrote the section at `at`: it continues the guest's memory, which QEMU's own never do. */
static bool has_changes(const unsigned char *at, const unsigned char *end, const struct memory_section *section)
{
	size_t name = 1U + section->block[0];

	return (size_t)(end - at) > 5 + 8 + name && *at == SECTION_PART && memcmp(at + 1, section->number, 4) == 0 &&
		memcmp(at + 5 + 8, section->block, name) == 0;
}

int device_state_split(const unsigned char *stream, size_t length, size_t size, const unsigned char **pages,
	unsigned char **rest, size_t *rest_length, char **error)
{
	const unsigned char *begin, *end = stream + length, *after;
	struct memory_section section;

	if (!find_section((unsigned char *)(uintptr_t)stream, length, size, &section))
		return not_as_known(error);
	begin = after = stream + section.end;
	if (has_changes(begin, end, &section)) {
		after = read_records(begin + 5, end, section.block, size / PAGE, pages);
		if (!after || end - after < 5 || *after != SECTION_FOOTER || memcmp(after + 1, section.number, 4) != 0)
			return not_as_known(error);
		after += 5;
	}
	*rest_length = section.end + (size_t)(end - after);
	*rest = malloc(*rest_length);
	if (!*rest)
		return no_memory(error);
	memcpy(*rest, stream, section.end);
	memcpy(*rest + section.end, after, (size_t)(end - after));
	return 0;
}

/* ------------------------------------------------------------------ going back */

#define END_OF_STREAM 0
#define SECTION_FULL 4
#define SECTION_HEAD 5 /* its kind and its number, before its name */
#define PROCESSOR "\12cpu_common"

/* Whether a device's section, or the end of the stream, is at `at`. */
static bool is_boundary(const unsigned char *at, const unsigned char *end)
{
	size_t left = (size_t)(end - at), length = left > SECTION_HEAD ? at[SECTION_HEAD] : 0;

	if (left == 0 || *at == END_OF_STREAM)
		return left < 2 || memcmp(at, at + 1, left - 1) == 0; /* nothing but zeros */
	if (*at != SECTION_FULL || length == 0 || left < SECTION_HEAD + 1 + length)
		return false;
	for (size_t i = 1; i <= length; i++) {
		if (at[SECTION_HEAD + i] < ' ' || at[SECTION_HEAD + i] > '~')
			return false;
	}
	return true;
}

/* Gives the end of the section's footer. Bytes that look like a footer may be a number inside the section. */
static const unsigned char *find_end(const unsigned char *at, const unsigned char *end)
{
	unsigned char footer[5] = { SECTION_FOOTER };

	memcpy(footer + 1, at - 4, 4);
	while ((at = memmem(at, (size_t)(end - at), footer, sizeof(footer)))) {
		if (is_boundary(at + sizeof(footer), end))
			return at + sizeof(footer);
		at++;
	}
	return NULL;
}

/* Finds a device's section, from its kind to its footer. `name` begins with a byte that is its length. */
static bool find_device(const unsigned char *stream, size_t length, const char *name, size_t *begin, size_t *end)
{
	const unsigned char *at = memmem(stream, length, name, strlen(name)), *behind;

	if (!at || at - stream < SECTION_HEAD || at[-SECTION_HEAD] != SECTION_FULL)
		return false;
	behind = find_end(at, stream + length);
	*begin = (size_t)(at - stream) - SECTION_HEAD;
	*end = behind ? (size_t)(behind - stream) : 0;
	return behind != NULL;
}

/* Whether the processor neither sleeps nor has an interrupt to take: 8 zero bytes behind name, instance, version. */
static bool runs_on(const unsigned char *stream, size_t length)
{
	static const unsigned char nothing[8];
	size_t begin, end, at;

	if (!find_device(stream, length, PROCESSOR, &begin, &end))
		return false;
	at = begin + SECTION_HEAD + sizeof(PROCESSOR) - 1 + 8;
	return at + sizeof(nothing) <= end && memcmp(stream + at, nothing, sizeof(nothing)) == 0;
}

static bool drop_device(unsigned char *stream, size_t *length, const char *name)
{
	size_t begin, end;

	if (!find_device(stream, *length, name, &begin, &end))
		return false;
	memmove(stream + begin, stream + end, *length - end);
	*length -= end - begin;
	return true;
}

#define RECORDER "\6replay"
/* A section number that QEMU does not use: QEMU numbers its sections from 0. */
static const unsigned char recorder_number[] = { 0, 0, 0, 0xf0 };

size_t device_state_copy_recorder(const unsigned char *data, size_t length, unsigned char *out, size_t room)
{
	size_t begin, end;

	if (!find_device(data, length, RECORDER, &begin, &end) || end - begin > room)
		return 0;
	memcpy(out, data + begin, end - begin);
	memcpy(out + 1, recorder_number, sizeof(recorder_number));
	memcpy(out + end - begin - sizeof(recorder_number), recorder_number, sizeof(recorder_number));
	return end - begin;
}

/*
 * QEMU drops its translations when it reads the section of the processor's common part. That section is removed: a load
 * resets the processor first, which gives the same values. The recorder lets the time go back only if it reads the
 * counters of a recorder that has recorded nothing.
 */
int device_state_make_rewindable(
	unsigned char **stream, size_t *length, const unsigned char *recorder, size_t recorder_length, char **error)
{
	size_t begin, end;
	unsigned char *longer;

	if (!runs_on(*stream, *length) || !drop_device(*stream, length, PROCESSOR) ||
		!find_device(*stream, *length, "\5timer", &begin, &end))
		return sentence(
			error, -EINVAL, "the saved guest's devices are not as this version of sctpspec knows them");
	longer = malloc(*length + recorder_length);
	if (!longer)
		return no_memory(error);
	memcpy(longer, *stream, end);
	memcpy(longer + end, recorder, recorder_length);
	memcpy(longer + end + recorder_length, *stream + end, *length - end);
	free(*stream);
	*stream = longer;
	*length += recorder_length;
	return 0;
}
