/* SPDX-License-Identifier: Apache-2.0 */
/* write_every_chunk FILE - a capture with one packet for each type of chunk and family, and the types on stdout. */
#include "netns/wire/tests/every_chunk.h"

#include <stdlib.h>
#include <sys/socket.h>

static void put(FILE *file, const void *bytes, size_t length)
{
	if (fwrite(bytes, 1, length, file) != length)
		exit(1);
}

int main(int argc, char **argv)
{
	const uint32_t head[] = { 0xa1b2c3d4, 2 | 4U << 16, 0, 0, 65535, 1 };
	static uint8_t frame[WIRE_PACKET_MAX + 64];
	FILE *file = argc == 2 ? fopen(argv[1], "we") : NULL;

	if (file == NULL)
		return 1;
	put(file, head, sizeof(head));
	for (unsigned i = 0; i < 2 * every_chunk_count; i++) {
		const struct wire_chunk *chunk = &every_chunk[i % every_chunk_count];
		const size_t length = framed(chunk, i < every_chunk_count ? AF_INET : AF_INET6, frame, sizeof(frame));
		const uint32_t record[] = { i, 0, (uint32_t)length, (uint32_t)length };

		put(file, record, sizeof(record));
		put(file, frame, length);
		printf("%u 5000 4000 0x0000cafe %u\n", i + 1, chunk->type);
	}
	return fclose(file) != 0;
}
