/* SPDX-License-Identifier: Apache-2.0 */
/* capture_blocks.c - see capture_blocks.h. */
#include "runner/judge/capture_blocks.h"

#include <stdlib.h>
#include <string.h>

enum {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_OLD_PACKET = 2,
	BLOCK_SIMPLE_PACKET = 3,
	BLOCK_PACKET = 6,

	HEAD = 8,   /* type and length */
	FRAME = 12, /* the same and the length again at the end */
	SECTION_LEAST = 28,
	INTERFACES_MAX = 1 << 16,

	OPTION_END = 0,
	OPTION_PACKET_FLAGS = 2,
	OPTION_RESOLUTION = 9,
	OPTION_OFFSET = 14,
};

#define SECTION_MAGIC 0x1a2b3c4dU
#define NS_PER_S 1000000000

struct block {
	uint32_t type, length;
	const uint8_t *body;
	size_t body_length;
};

bool capture_add_interface(struct capture_file *file, const struct capture_interface *interface)
{
	struct capture_interface *more = file->n_interfaces < INTERFACES_MAX
		? realloc(file->interfaces, (file->n_interfaces + 1) * sizeof(*more))
		: NULL;
	if (!more)
		return false;
	file->interfaces = more;
	more[file->n_interfaces++] = *interface;
	return true;
}

/* The value of an option, or NULL. */
static const uint8_t *option(
	const struct capture_file *file, const uint8_t *options, size_t length, unsigned wanted, size_t least)
{
	for (size_t at = 0; at + 4 <= length;) {
		const unsigned code = capture_get16(file, options + at);
		const size_t size = capture_get16(file, options + at + 2);
		if (code == OPTION_END || size > length - at - 4)
			return NULL;
		if (code == wanted)
			return size >= least ? options + at + 4 : NULL;
		at += 4 + ((size + 3) & ~(size_t)3);
	}
	return NULL;
}

/* ------------------------------------------------------------------ sections and interfaces */

/* Its byte order decides how its own length is read. */
static bool begin_section(struct capture_file *file)
{
	const uint8_t *header = intake_want(&file->intake, SECTION_LEAST);
	if (!header)
		return capture_trouble(file, "is cut short");
	file->is_swapped = false;
	if (capture_get32(file, header + 8) != SECTION_MAGIC) {
		file->is_swapped = true;
		if (capture_get32(file, header + 8) != SECTION_MAGIC)
			return capture_trouble(file, "is damaged: a section without a byte order");
	}
	if (capture_get16(file, header + 12) != 1)
		return capture_trouble(file, "has a section of a version that is not known");
	file->n_interfaces = 0;
	return true;
}

static bool begin_interface(struct capture_file *file, const struct block *block)
{
	if (block->body_length < 8)
		return capture_trouble(file, "is damaged: an interface is too short");
	struct capture_interface interface = {
		.link = capture_get16(file, block->body),
		.snapshot = capture_get32(file, block->body + 4),
		.resolution = 6,
	};
	const uint8_t *options = block->body + 8;
	const size_t length = block->body_length - 8;
	const uint8_t *resolution = option(file, options, length, OPTION_RESOLUTION, 1);
	const uint8_t *offset = option(file, options, length, OPTION_OFFSET, 8);
	if (resolution)
		interface.resolution = *resolution;
	if (offset) {
		const bool big = file->is_swapped == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__);
		const uint64_t low = capture_get32(file, offset + (big ? 4 : 0));
		const uint64_t high = capture_get32(file, offset + (big ? 0 : 4));
		interface.offset_s = (int64_t)(high << 32 | low);
	}
	return capture_add_interface(file, &interface) || capture_trouble(file, "has too many interfaces");
}

/* Units of 10^-digits s; what does not fit is damage, and must not overflow. */
static uint64_t from_decimal(uint64_t units, unsigned digits)
{
	uint64_t factor = 1, ns;
	for (unsigned i = digits < 9 ? digits : 9; i < (digits < 9 ? 9 : digits) && factor < UINT64_MAX / 10; i++)
		factor *= 10;
	if (digits >= 9)
		return units / factor;
	return __builtin_mul_overflow(units, factor, &ns) ? UINT64_MAX : ns;
}

static int64_t to_ns(const struct capture_interface *interface, uint64_t units)
{
	const unsigned digits = interface->resolution & 0x7f;
	const int64_t offset = interface->offset_s;
	uint64_t ns = digits < 64 ? (uint64_t)(((unsigned __int128)units * NS_PER_S) >> digits) : 0;
	if (!(interface->resolution & 0x80))
		ns = from_decimal(units, digits);
	const int64_t time = ns > INT64_MAX / 4 ? INT64_MAX / 4 : (int64_t)ns;
	const int64_t most = INT64_C(4) * NS_PER_S;
	return offset > -most && offset < most ? time + offset * NS_PER_S : time;
}

/* ------------------------------------------------------------------ packets */

static const struct capture_interface *interface_of(struct capture_file *file, uint32_t number)
{
	if (number < file->n_interfaces)
		return &file->interfaces[number];
	capture_trouble(file, "is damaged: a packet of an interface that is not told");
	return NULL;
}

static bool take_packet(struct capture_file *file, const struct block *block, struct captured *out)
{
	const bool is_old = block->type == BLOCK_OLD_PACKET;
	enum { FIXED = 20 };
	if (block->body_length < FIXED)
		return capture_trouble(file, "is damaged: a packet's block is too short");
	const uint8_t *body = block->body;
	const uint32_t number = is_old ? capture_get16(file, body) : capture_get32(file, body);
	const struct capture_interface *interface = interface_of(file, number);
	const uint32_t captured = capture_get32(file, body + 12);
	if (!interface)
		return false;
	if (captured > block->body_length - FIXED)
		return capture_trouble(file, "is damaged: a packet is longer than its block");
	const size_t padded = ((size_t)captured + 3) & ~(size_t)3;
	const size_t rest = block->body_length - FIXED > padded ? block->body_length - FIXED - padded : 0;
	const uint8_t *flags = option(file, body + FIXED + padded, rest, OPTION_PACKET_FLAGS, 4);
	*out = (struct captured){
		.at_ns =
			to_ns(interface, (uint64_t)capture_get32(file, body + 4) << 32 | capture_get32(file, body + 8)),
		.bytes = body + FIXED,
		.captured = captured,
		.length = capture_get32(file, body + 16),
		.link = interface->link,
		.interface = number,
		.way = flags ? (enum capture_way)(capture_get32(file, flags) & 3) : WAY_UNKNOWN,
	};
	if (out->way != WAY_IN && out->way != WAY_OUT)
		out->way = WAY_UNKNOWN;
	return true;
}

/* It has no time: it is as old as the one before. */
static bool take_simple_packet(struct capture_file *file, const struct block *block, struct captured *out)
{
	const struct capture_interface *interface = interface_of(file, 0);
	if (!interface)
		return false;
	if (block->body_length < 4)
		return capture_trouble(file, "is damaged: a packet's block is too short");
	const uint32_t length = capture_get32(file, block->body);
	uint32_t captured = (uint32_t)(block->body_length - 4);
	if (captured > length)
		captured = length;
	if (interface->snapshot != 0 && captured > interface->snapshot)
		captured = interface->snapshot;
	*out = (struct captured){
		.at_ns = file->last_ns,
		.bytes = block->body + 4,
		.captured = captured,
		.length = length,
		.link = interface->link,
	};
	return true;
}

/* ------------------------------------------------------------------ a block */

static bool is_read(uint32_t type)
{
	return type == BLOCK_SECTION || type == BLOCK_INTERFACE || type == BLOCK_OLD_PACKET ||
		type == BLOCK_SIMPLE_PACKET || type == BLOCK_PACKET;
}

/* Its head; and its body, if it is one that we read. */
static bool take_block(struct capture_file *file, struct block *block)
{
	const uint8_t *header = intake_want(&file->intake, HEAD);
	if (!header)
		return capture_ends(file, intake_left(&file->intake, HEAD), "is cut short");
	/* the type of a section reads the same in both byte orders */
	if (capture_get32(file, header) == BLOCK_SECTION && !begin_section(file))
		return false;
	header = intake_want(&file->intake, HEAD);
	*block = (struct block){ .type = capture_get32(file, header), .length = capture_get32(file, header + 4) };
	if (block->length < FRAME || block->length % 4 != 0 ||
		(block->type == BLOCK_SECTION && block->length < SECTION_LEAST) ||
		(is_read(block->type) && block->length > INTAKE_MOST))
		return capture_trouble(file, "is damaged: a block's length is wrong");
	if (!is_read(block->type))
		return intake_skip(&file->intake, block->length) || capture_trouble(file, "is cut short");
	header = intake_want(&file->intake, block->length);
	if (!header)
		return capture_trouble(file, "is cut short");
	if (capture_get32(file, header + block->length - 4) != block->length)
		return capture_trouble(file, "is damaged: a block's two lengths differ");
	block->body = header + HEAD;
	block->body_length = block->length - FRAME;
	return intake_skip(&file->intake, block->length);
}

bool capture_next_block(struct capture_file *file, struct captured *out)
{
	struct block block;
	while (take_block(file, &block)) {
		switch (block.type) {
		case BLOCK_INTERFACE:
			if (!begin_interface(file, &block))
				return false;
			break;
		case BLOCK_OLD_PACKET:
		case BLOCK_PACKET:
			return take_packet(file, &block, out);
		case BLOCK_SIMPLE_PACKET:
			return take_simple_packet(file, &block, out);
		default:
			break;
		}
	}
	return false;
}
