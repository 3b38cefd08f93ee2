/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/qemu/code_pages.h"

#include <endian.h>
#include <string.h>

#define PAGE_BITS 12
#define INDEX_BITS 9
#define ENTRIES (1U << INDEX_BITS)
#define TOP_LEVEL 3
#define PRESENT 1UL
#define LARGE (1UL << 7)
#define NOT_EXECUTABLE (1UL << 63)
#define FRAME 0x000ffffffffff000UL

struct walk {
	page_reader *read;
	const void *context;
	bool *code;
	size_t n, found;
};

static void mark(struct walk *walk, uint64_t address, int level)
{
	size_t first = address >> PAGE_BITS, count = 1UL << (INDEX_BITS * level);

	first &= ~(count - 1); /* the bits below are flags */
	for (size_t i = first; i < first + count && i < walk->n; i++) {
		walk->found += !walk->code[i];
		walk->code[i] = true;
	}
}

/* Level 0 is the page table, whose entries are pages of 4 KB. */
static void visit(struct walk *walk, uint64_t table, int level)
{
	const unsigned char *entries = walk->read(walk->context, table >> PAGE_BITS);

	for (size_t i = 0; entries && i < ENTRIES; i++) {
		uint64_t entry;

		memcpy(&entry, entries + 8 * i, 8);
		entry = le64toh(entry);
		if (!(entry & PRESENT) || entry & NOT_EXECUTABLE)
			continue;
		if (level == 0 || (level < TOP_LEVEL && entry & LARGE))
			mark(walk, entry & FRAME, level);
		else
			visit(walk, entry & FRAME, level - 1);
	}
}

size_t code_pages_find(page_reader *read, const void *context, uint64_t root, bool *code, size_t n)
{
	struct walk walk = { .read = read, .context = context, .code = code, .n = n };

	visit(&walk, root & FRAME, TOP_LEVEL);
	return walk.found;
}
