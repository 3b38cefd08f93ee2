/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guarded.h - a copy of some bytes that ends where unreadable memory begins: a decoder that reads
 * one byte too many dies, with or without a sanitizer.
 */
#ifndef SCTPSPEC_NETNS_TESTS_GUARDED_H
#define SCTPSPEC_NETNS_TESTS_GUARDED_H

#include <stddef.h>
#include <stdint.h>

struct guarded {
	uint8_t *map;
	size_t map_size;
	const uint8_t *bytes;
};

struct guarded guard(const uint8_t *bytes, size_t length);
void unguard(struct guarded *guarded);

#endif
