/* SPDX-License-Identifier: Apache-2.0 */
/* synthesis.c - see synthesis.h. */
#include "runner/judge/tests/synthesis.h"

#include <string.h>

#include "netns/packet.h"

enum { ETHERNET = 14, IPV4 = 20, SCTP = 12, FRAME_MOST = 9000 };

#define BEGINNING_NS INT64_C(1000000000000000000)

/* ------------------------------------------------------------------ files */

static void out32(const struct synthesis *synthesis, uint32_t number)
{
	if (synthesis->swapped)
		number = __builtin_bswap32(number);
	fwrite(&number, sizeof(number), 1, synthesis->out);
}

static void out16(const struct synthesis *synthesis, uint16_t number)
{
	if (synthesis->swapped)
		number = __builtin_bswap16(number);
	fwrite(&number, sizeof(number), 1, synthesis->out);
}

static void big16(uint8_t *at, unsigned number)
{
	at[0] = (uint8_t)(number >> 8);
	at[1] = (uint8_t)number;
}

static void big32(uint8_t *at, uint32_t number)
{
	big16(at, number >> 16);
	big16(at + 2, number & 0xffff);
}

void pcap_begin_as(struct synthesis *synthesis, FILE *out, uint32_t magic, bool swapped, uint32_t link)
{
	*synthesis = (struct synthesis){
		.out = out,
		.swapped = swapped,
		.unit_ns = magic == 0xa1b23c4d ? 1 : 1000,
		.at_ns = BEGINNING_NS,
	};
	out32(synthesis, magic);
	out16(synthesis, 2);
	out16(synthesis, 4);
	out32(synthesis, 0);
	out32(synthesis, 0);
	out32(synthesis, 65535);
	out32(synthesis, link);
}

void pcap_begin(struct synthesis *synthesis, FILE *out)
{
	pcap_begin_as(synthesis, out, 0xa1b23c4d, false, 1);
}

static void pcap_record(const struct synthesis *synthesis, const uint8_t *frame, uint32_t captured, uint32_t length)
{
	out32(synthesis, (uint32_t)(synthesis->at_ns / 1000000000));
	out32(synthesis, (uint32_t)(synthesis->at_ns % 1000000000 / synthesis->unit_ns));
	out32(synthesis, captured);
	out32(synthesis, length);
	fwrite(frame, 1, captured, synthesis->out);
}

void pcapng_begin(struct synthesis *synthesis, FILE *out, bool swapped)
{
	*synthesis = (struct synthesis){ .out = out, .is_pcapng = true, .swapped = swapped, .at_ns = BEGINNING_NS };
	out32(synthesis, 0x0a0d0d0a);
	out32(synthesis, 28);
	out32(synthesis, 0x1a2b3c4d);
	out16(synthesis, 1);
	out16(synthesis, 0);
	out32(synthesis, 0xffffffff);
	out32(synthesis, 0xffffffff);
	out32(synthesis, 28);
}

void pcapng_interface(struct synthesis *synthesis, uint16_t link, uint8_t digits)
{
	synthesis->digits[synthesis->n_interfaces++] = digits;
	out32(synthesis, 1);
	out32(synthesis, 32);
	out16(synthesis, link);
	out16(synthesis, 0);
	out32(synthesis, 65535);
	out16(synthesis, 9); /* if_tsresol */
	out16(synthesis, 1);
	fwrite((uint8_t[]){ digits, 0, 0, 0 }, 1, 4, synthesis->out);
	out32(synthesis, 0);
	out32(synthesis, 32);
}

static void pcapng_block(const struct synthesis *synthesis, const uint8_t *frame, uint32_t captured, uint32_t length)
{
	const uint32_t padded = (captured + 3) & ~3U, whole = 32 + padded + (synthesis->way ? 12 : 0);
	uint64_t units = (uint64_t)synthesis->at_ns;
	for (unsigned i = synthesis->digits[synthesis->interface]; i < 9; i++)
		units /= 10;
	out32(synthesis, 6);
	out32(synthesis, whole);
	out32(synthesis, (uint32_t)synthesis->interface);
	out32(synthesis, (uint32_t)(units >> 32));
	out32(synthesis, (uint32_t)units);
	out32(synthesis, captured);
	out32(synthesis, length);
	fwrite(frame, 1, captured, synthesis->out);
	fwrite("\0\0\0", 1, padded - captured, synthesis->out);
	if (synthesis->way) {
		out16(synthesis, 2); /* epb_flags */
		out16(synthesis, 4);
		out32(synthesis, (uint32_t)synthesis->way);
		out32(synthesis, 0);
	}
	out32(synthesis, whole);
}

/* ------------------------------------------------------------------ packets */

struct bond bond_of(unsigned n)
{
	const uint32_t host = n >> 15 << 8;
	return (struct bond){
		.address = { { 0x0a000001 + host, 0x0a010001 + host }, { 0x0a000002, 0x0a010002 } },
		.port = { (uint16_t)(1024 + n % 32768), 5000 },
		.tag = { 0x01000000 + n, 0x02000000 + n },
		.tsn = { 1000 + n, 0xfffffff0 },
	};
}

static void write_frame(struct synthesis *synthesis, const uint8_t *frame, size_t length)
{
	const size_t captured = synthesis->cut && synthesis->cut < length ? synthesis->cut : length;
	synthesis->n++;
	(synthesis->is_pcapng ? pcapng_block : pcap_record)(synthesis, frame, (uint32_t)captured, (uint32_t)length);
}

void put_tagged(struct synthesis *synthesis, const struct bond *bond, unsigned from, uint32_t tag, const void *chunks,
	size_t length)
{
	uint8_t frame[FRAME_MOST] = { 2, 0, 0, 0, 0, (uint8_t)(2 - from), 2, 0, 0, 0, 0, (uint8_t)(1 + from), 8, 0 };
	uint8_t *ip = frame + ETHERNET, *sctp = ip + IPV4;
	ip[0] = 0x45;
	big16(ip + 2, (unsigned)(IPV4 + SCTP + length));
	ip[6] = 0x40;
	ip[8] = synthesis->hops[from] ? synthesis->hops[from] : 64;
	ip[9] = 132;
	big32(ip + 12, bond->address[from][bond->path]);
	big32(ip + 16, bond->address[1 - from][bond->path]);
	big16(sctp, bond->port[from]);
	big16(sctp + 2, bond->port[1 - from]);
	big32(sctp + 4, tag);
	memcpy(sctp + SCTP, chunks, length);
	const uint32_t sum = synthesis->no_checksum ? 0 : packet_crc32c(sctp, SCTP + length);
	for (unsigned i = 0; i < 4; i++)
		sctp[8 + i] = (uint8_t)(sum >> (8 * i));
	write_frame(synthesis, frame + synthesis->drop_link, ETHERNET + IPV4 + SCTP + length - synthesis->drop_link);
}

void put_packet(struct synthesis *synthesis, const struct bond *bond, unsigned from, const void *chunks, size_t length)
{
	put_tagged(synthesis, bond, from, bond->tag[1 - from], chunks, length);
}

static void put_init(struct synthesis *synthesis, const struct bond *bond, unsigned from)
{
	static const uint8_t cookie[12] = { 0, 7, 0, 12, 'b', 'i', 's', 'c', 'u', 'i', 't', 's' };
	uint8_t chunk[64] = { from ? 2 : 1, 0 };
	size_t length = 20;
	big32(chunk + 4, bond->tag[from]);
	big32(chunk + 8, 65536);
	big16(chunk + 12, 10);
	big16(chunk + 14, 10);
	big32(chunk + 16, bond->tsn[from]);
	for (unsigned i = 0; i < 2; i++, length += 8) {
		memcpy(chunk + length, "\0\x05\0\x08", 4);
		big32(chunk + length + 4, bond->address[from][i]);
	}
	if (from) {
		memcpy(chunk + length, cookie, sizeof(cookie));
		length += sizeof(cookie);
	}
	big16(chunk + 2, (unsigned)length);
	put_tagged(synthesis, bond, from, from ? bond->tag[0] : 0, chunk, length);
}

void put_setup_step(struct synthesis *synthesis, const struct bond *bond, unsigned step)
{
	static const uint8_t echo[12] = { 10, 0, 0, 12, 'b', 'i', 's', 'c', 'u', 'i', 't', 's' };
	if (step < 2)
		put_init(synthesis, bond, step);
	else if (step == 2)
		put_packet(synthesis, bond, 0, echo, sizeof(echo));
	else
		put_packet(synthesis, bond, 1, "\x0b\0\0\x04", 4);
}

void put_setup(struct synthesis *synthesis, const struct bond *bond)
{
	for (unsigned step = 0; step < 4; step++) {
		synthesis->at_ns += step ? 50000 : 0;
		put_setup_step(synthesis, bond, step);
	}
}

void put_data_again(struct synthesis *synthesis, const struct bond *bond, unsigned from, uint32_t tsn, unsigned octets)
{
	uint8_t chunk[FRAME_MOST] = { 0, 3 };
	big16(chunk + 2, 16 + octets);
	big32(chunk + 4, tsn);
	big16(chunk + 10, (bond->ssn[from] - (bond->tsn[from] - tsn)) & 0xffff);
	put_packet(synthesis, bond, from, chunk, (16 + octets + 3) & ~3U);
}

void put_data(struct synthesis *synthesis, struct bond *bond, unsigned from, unsigned octets)
{
	const uint32_t tsn = bond->tsn[from]++;
	bond->ssn[from]++;
	put_data_again(synthesis, bond, from, tsn, octets);
}

void put_sack(struct synthesis *synthesis, const struct bond *bond, unsigned from)
{
	uint8_t chunk[16] = { 3, 0, 0, 16 };
	big32(chunk + 4, bond->tsn[1 - from] - 1);
	big32(chunk + 8, 65536);
	put_packet(synthesis, bond, from, chunk, sizeof(chunk));
}

static void put_beat(struct synthesis *synthesis, const struct bond *bond, unsigned from, uint8_t type, uint32_t number)
{
	uint8_t chunk[12] = { type, 0, 0, 12, 0, 1, 0, 8 };
	big32(chunk + 8, number);
	put_packet(synthesis, bond, from, chunk, sizeof(chunk));
}

void put_heartbeat(struct synthesis *synthesis, const struct bond *bond, unsigned from, uint32_t number)
{
	put_beat(synthesis, bond, from, CHUNK_HEARTBEAT, number);
}

void put_heartbeat_ack(struct synthesis *synthesis, const struct bond *bond, unsigned from, uint32_t number)
{
	put_beat(synthesis, bond, from, CHUNK_HEARTBEAT_ACK, number);
}

void put_shutdown(struct synthesis *synthesis, const struct bond *bond)
{
	uint8_t chunk[8] = { 7, 0, 0, 8 };
	big32(chunk + 4, bond->tsn[1] - 1);
	put_packet(synthesis, bond, 0, chunk, sizeof(chunk));
	synthesis->at_ns += 50000;
	put_packet(synthesis, bond, 1, "\x08\0\0\x04", 4);
	synthesis->at_ns += 50000;
	put_packet(synthesis, bond, 0, "\x0e\0\0\x04", 4);
}

void put_abort(struct synthesis *synthesis, const struct bond *bond, unsigned from)
{
	put_packet(synthesis, bond, from, "\x06\0\0\x08\0\x0c\0\x04", 8);
}
