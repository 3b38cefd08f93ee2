/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pcap.c - reading a classic capture file that lies in memory, record by record.
 */
#include "netns/packet.h"

#include <errno.h>
#include <string.h>

#define MAGIC_MICROSECONDS 0xa1b2c3d4U
#define MAGIC_NANOSECONDS 0xa1b23c4dU
#define FILE_HEADER 24
#define RECORD_HEADER 16
#define VERSION_MAJOR 2

static uint32_t get32(const struct pcap_reader *reader, size_t offset)
{
	uint32_t number;

	memcpy(&number, reader->bytes + offset, sizeof(number));
	return reader->swapped ? __builtin_bswap32(number) : number;
}

static uint16_t get16(const struct pcap_reader *reader, size_t offset)
{
	uint16_t number;

	memcpy(&number, reader->bytes + offset, sizeof(number));
	return reader->swapped ? __builtin_bswap16(number) : number;
}

static bool recognise(struct pcap_reader *reader)
{
	uint32_t magic = get32(reader, 0);

	reader->nanoseconds = magic == MAGIC_NANOSECONDS;
	return magic == MAGIC_NANOSECONDS || magic == MAGIC_MICROSECONDS;
}

int pcap_open_memory(const uint8_t *bytes, size_t length, struct pcap_reader *out)
{
	struct pcap_reader reader = { .bytes = bytes, .length = length, .offset = FILE_HEADER };

	if (length < FILE_HEADER)
		return -EINVAL;
	if (!recognise(&reader)) {
		reader.swapped = true;
		if (!recognise(&reader))
			return -EINVAL;
	}
	if (get16(&reader, 4) != VERSION_MAJOR)
		return -EINVAL;
	/* the upper bits say whether frames carry a check sequence */
	reader.link = (int)(get32(&reader, 20) & 0xffff);
	*out = reader;
	return 0;
}

int pcap_next_record(struct pcap_reader *reader, struct pcap_record *out)
{
	size_t left = reader->length - reader->offset;
	uint32_t fraction, captured;

	if (!left)
		return 0;
	if (left < RECORD_HEADER)
		return -EINVAL;
	fraction = get32(reader, reader->offset + 4);
	captured = get32(reader, reader->offset + 8);
	if (captured > left - RECORD_HEADER || fraction >= (reader->nanoseconds ? 1000000000U : 1000000U))
		return -EINVAL;
	*out = (struct pcap_record){
		.time_ns = (int64_t)get32(reader, reader->offset) * 1000000000 +
			(int64_t)fraction * (reader->nanoseconds ? 1 : 1000),
		.bytes = reader->bytes + reader->offset + RECORD_HEADER,
		.captured = captured,
		.length = get32(reader, reader->offset + 12),
	};
	reader->offset += RECORD_HEADER + captured;
	return 1;
}
