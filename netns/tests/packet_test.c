/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_test.c - the decoder on packets made by hand: every chunk type, every way to carry SCTP,
 * every prefix of each of them, and lengths that lie.
 */
#include "core/tests/suite.h"
#include "netns/packet.h"
#include "netns/tests/guarded.h"
#include "netns/tests/packet_maker.h"

#include <arpa/inet.h>
#include <check.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define ETHERNET 1
#define RAW_IP 101
#define COOKED 113
#define COOKED2 276

static struct frame data_frame(void)
{
	struct frame f = ethernet(0x0800);

	ipv4(&f);
	sctp(&f);
	data_chunk(&f, 12);
	finish(&f);
	return f;
}

static enum packet_status decode(const struct frame *f, int link, struct packet *out)
{
	return packet_decode(f->bytes, f->length, link, out);
}

static char *printed(const struct packet *packet)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	packet_print(packet, out);
	fclose(out);
	return text;
}

static void assert_printed(const struct packet *packet, const char *expected)
{
	char *text = printed(packet);

	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(data_over_ethernet_and_ipv4)
{
	struct frame f = data_frame();
	struct packet p;
	const struct sockaddr_in *from = (const struct sockaddr_in *)&p.source;

	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_OK);
	ck_assert_int_eq(from->sin_family, AF_INET);
	ck_assert_uint_eq(ntohl(from->sin_addr.s_addr), 0x0a000001);
	ck_assert_uint_eq(ntohs(from->sin_port), 1024);
	ck_assert_uint_eq(p.verification_tag, 0x01020304);
	ck_assert(packet_checksum_ok(&p));
	ck_assert(!p.truncated);
	ck_assert_uint_eq(p.chunk_count, 1);
	ck_assert_uint_eq(p.chunks[0].type, CHUNK_DATA);
	ck_assert_uint_eq(p.chunks[0].flags, 3);
	ck_assert_uint_eq(p.chunks[0].length, 21);
	ck_assert_uint_eq(p.chunks[0].captured, 17);
	ck_assert_uint_eq(p.chunks[0].data.tsn, 12);
	ck_assert_uint_eq(p.chunks[0].data.stream, 2);
	ck_assert_uint_eq(p.chunks[0].data.ssn, 3);
	ck_assert_uint_eq(p.chunks[0].data.ppid, 7);
	ck_assert_uint_eq(p.chunks[0].data.user_length, 5);
	ck_assert_mem_eq(p.chunks[0].value + 12, "hello", 5);
	assert_printed(&p, "10.0.0.1:1024 > 10.0.0.2:5000 DATA(tsn=12 stream=2 ssn=3 ppid=7 len=5)");
}
END_TEST

/* Each chunk type: the value that it carries, and how it reads. */
static const struct {
	uint8_t type, flags;
	const char *value;
	size_t length;
	const char *text;
} one_of_each[] = {
	{ CHUNK_INIT, 0, "\xde\xad\xbe\xef\0\x01\0\0\0\x0a\xff\xff\0\0\0\x09", 16,
		"INIT(tag=deadbeef a_rwnd=65536 os=10 is=65535 tsn=9)" },
	{ CHUNK_INIT_ACK, 0, "\0\0\0\x01\0\0\0\x02\0\x03\0\x04\0\0\0\x05\0\x07\0\x08mmmm", 24,
		"INIT ACK(tag=00000001 a_rwnd=2 os=3 is=4 tsn=5)" },
	{ CHUNK_SACK, 0, "\0\0\0\x0c\0\0\x10\0\0\x01\0\x01\0\x02\0\x02\0\0\0\x0c", 20,
		"SACK(cum=12 a_rwnd=4096 gaps=1 dups=1)" },
	{ CHUNK_HEARTBEAT, 0, "\0\x01\0\x08info", 8, "HEARTBEAT" },
	{ CHUNK_HEARTBEAT_ACK, 0, "\0\x01\0\x08info", 8, "HEARTBEAT ACK" },
	{ CHUNK_ABORT, 0, "\0\x0c\0\x04", 4, "ABORT(User-Initiated Abort)" },
	{ CHUNK_ABORT, 1, "", 0, "ABORT(no cause)" },
	{ CHUNK_ERROR, 0, "\0\x06\0\x08\xc1\0\0\x04", 8, "ERROR(Unrecognized Chunk Type)" },
	{ CHUNK_ERROR, 0, "\x12\x34\0\x04", 4, "ERROR(cause 4660)" },
	{ CHUNK_SHUTDOWN, 0, "\0\0\0\x0d", 4, "SHUTDOWN(cum=13)" },
	{ CHUNK_SHUTDOWN_ACK, 0, "", 0, "SHUTDOWN ACK" },
	{ CHUNK_COOKIE_ECHO, 0, "cookie", 6, "COOKIE ECHO" },
	{ CHUNK_COOKIE_ACK, 0, "", 0, "COOKIE ACK" },
	{ CHUNK_ECNE, 0, "\0\0\0\x0e", 4, "ECNE(tsn=14)" },
	{ CHUNK_CWR, 0, "\0\0\0\x0e", 4, "CWR(tsn=14)" },
	{ CHUNK_SHUTDOWN_COMPLETE, 1, "", 0, "SHUTDOWN COMPLETE" },
	{ CHUNK_AUTH, 0,
		"\0\x01\0\x03"
		"12345678901234567890",
		24, "AUTH(key=1 hmac=3)" },
	{ CHUNK_DATA, 7, "\0\0\0\x0f\0\x01\0\0\0\0\0\0x", 13, "DATA(tsn=15 stream=1 unordered ppid=0 len=1)" },
	{ CHUNK_I_DATA, 2, "\0\0\0\x10\0\x01\0\0\0\0\0\x05\0\0\0\x07xyz", 19,
		"I-DATA(tsn=16 stream=1 mid=5 ppid=7 len=3)" },
	{ CHUNK_I_DATA, 4, "\0\0\0\x11\0\x01\0\0\0\0\0\x05\0\0\0\x02xyz", 19,
		"I-DATA(tsn=17 stream=1 unordered mid=5 fsn=2 len=3)" },
	{ CHUNK_ASCONF_ACK, 0, "\0\0\0\x12", 4, "ASCONF-ACK(serial=18)" },
	{ CHUNK_RE_CONFIG, 0, "\0\x0d\0\x10\0\0\0\0\0\0\0\0\0\0\0\0", 16, "RE-CONFIG(parameter=13)" },
	{ CHUNK_PAD, 0, "\0\0\0\0", 4, "PAD" },
	{ CHUNK_FORWARD_TSN, 0, "\0\0\0\x13\0\x01\0\x02", 8, "FORWARD TSN(cum=19)" },
	{ CHUNK_ASCONF, 0, "\0\0\0\x14", 4, "ASCONF(serial=20)" },
	{ CHUNK_I_FORWARD_TSN, 0, "\0\0\0\x15", 4, "I-FORWARD-TSN(cum=21)" },
	{ 77, 0, "who", 3, "chunk 77" },
};

START_TEST(each_chunk_type)
{
	struct frame f = raw();
	struct packet p;
	char expected[256];

	ipv4(&f);
	sctp(&f);
	chunk(&f, one_of_each[_i].type, one_of_each[_i].flags, one_of_each[_i].value, one_of_each[_i].length);
	finish(&f);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_OK);
	ck_assert_uint_eq(p.chunk_count, 1);
	ck_assert(p.chunks[0].decoded);
	ck_assert(packet_checksum_ok(&p));
	snprintf(expected, sizeof(expected), "10.0.0.1:1024 > 10.0.0.2:5000 %s", one_of_each[_i].text);
	assert_printed(&p, expected);
}
END_TEST

#define ADDRESSES "10.0.0.1:1024 > 10.0.0.2:5000 "
#define DATA(tsn) "DATA(tsn=" #tsn " stream=2 ssn=3 ppid=7 len=5)"

/* A bundle of small messages is told by the first and the last. */
static const struct {
	uint32_t data;
	const char *text;
} bundles[] = {
	{ 3, ADDRESSES "COOKIE ACK " DATA(1) " " DATA(2) " " DATA(3) },
	{ 9, ADDRESSES "COOKIE ACK " DATA(1) " .. 7 more .. " DATA(9) },
};

START_TEST(many_data_chunks)
{
	struct frame f = raw();
	struct packet p;

	ipv4(&f);
	sctp(&f);
	chunk(&f, CHUNK_COOKIE_ACK, 0, "", 0);
	for (uint32_t tsn = 1; tsn <= bundles[_i].data; tsn++)
		data_chunk(&f, tsn);
	finish(&f);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_OK);
	assert_printed(&p, bundles[_i].text);
}
END_TEST

START_TEST(several_chunks_with_padding)
{
	struct frame f = raw();
	struct packet p;

	ipv4(&f);
	sctp(&f);
	chunk(&f, CHUNK_COOKIE_ECHO, 0, "123", 3);
	data_chunk(&f, 1);
	data_chunk(&f, 2);
	finish(&f);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_OK);
	ck_assert_uint_eq(p.chunk_count, 3);
	ck_assert_uint_eq(p.chunks[1].data.tsn, 1);
	ck_assert_uint_eq(p.chunks[2].data.tsn, 2);
}
END_TEST

START_TEST(last_chunk_may_lack_its_padding)
{
	struct frame f = data_frame();
	struct packet p;

	f.length -= 3;
	finish(&f);
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_OK);
	ck_assert(!p.truncated);
	ck_assert(packet_checksum_ok(&p));
	ck_assert_uint_eq(p.chunks[0].captured, 17);
}
END_TEST

START_TEST(more_chunks_than_there_is_room_for)
{
	struct frame f = raw();
	struct packet p;
	char *text;

	ipv4(&f);
	sctp(&f);
	for (int i = 0; i < PACKET_CHUNKS_MAX + 5; i++)
		chunk(&f, CHUNK_COOKIE_ACK, 0, NULL, 0);
	finish(&f);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_OK);
	ck_assert_uint_eq(p.chunk_count, PACKET_CHUNKS_MAX);
	ck_assert_uint_eq(p.omitted, 5);
	text = printed(&p);
	ck_assert_ptr_nonnull(strstr(text, "COOKIE ACK and 5 chunks more"));
	free(text);
}
END_TEST

START_TEST(padding_of_short_frames_is_not_the_packets)
{
	struct frame f = ethernet(0x0800);
	struct packet p;

	ipv4(&f);
	sctp(&f);
	chunk(&f, CHUNK_COOKIE_ACK, 0, NULL, 0);
	finish(&f);
	add(&f, "\0\0\0\0\0\0\0\0\0\0", 10);
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_OK);
	ck_assert_uint_eq(p.chunk_count, 1);
	ck_assert(packet_checksum_ok(&p));
	ck_assert(!p.truncated);
}
END_TEST

START_TEST(a_flipped_bit_shows_in_the_checksum)
{
	struct frame f = data_frame();
	struct packet p;

	f.bytes[f.length - 5] ^= 0x10;
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_OK);
	ck_assert(!packet_checksum_ok(&p));
	assert_printed(&p,
		"10.0.0.1:1024 > 10.0.0.2:5000 DATA(tsn=12 stream=2 ssn=3 ppid=7 len=5) "
		"[wrong checksum]");
}
END_TEST

START_TEST(checksum_of_the_rfcs_check_value)
{
	/* The check value that every description of CRC-32C gives; bytes 8 to 11 count as zero
	 * here. */
	ck_assert_uint_eq(packet_crc32c((const uint8_t *)"12345678", 8), 0x6087809a);
	ck_assert_uint_eq(packet_crc32c((const uint8_t *)"12345678\x01\x02\x03\x04", 12),
		packet_crc32c((const uint8_t *)"12345678\0\0\0\0", 12));
}
END_TEST

/* An IP packet inside of another one. */
static void inside(struct frame *f, uint8_t protocol)
{
	f->bytes[f->ip + (f->ip_version == 4 ? 9 : 6)] = protocol;
	protocol == IPPROTO_IPIP ? ipv4(f) : ipv6(f, IPPROTO_SCTP);
}

/* ... that are not Ethernet's, cooked or IP alone, and IP in IP. */
static struct frame carried_otherwise(int way, int *link)
{
	struct frame f = way == 10 ? ethernet(0x88a8) : raw();

	static const int links[] = { 0, 108, ETHERNET, 228, 229, RAW_IP, RAW_IP, RAW_IP };

	*link = links[way - 8];
	if (way == 8)
		add(&f, "\x1e\0\0\0", 4); /* as macOS numbers IPv6, in a small machine's byte order */
	else if (way == 9)
		add(&f, "\0\0\0\x02", 4);
	else if (way == 10)
		add(&f, "\0\x07\x91\x00\0\x08\x81\x00\0\x09\x08\x00", 12); /* tags in a tag */
	way == 8 || way == 12 || way == 14 ? ipv6(&f, IPPROTO_SCTP) : ipv4(&f);
	if (way >= 13)
		inside(&f, way == 13 || way == 15 ? IPPROTO_IPV6 : IPPROTO_IPIP);
	if (way == 15)
		inside(&f, IPPROTO_IPIP);
	return f;
}

/* Ways to carry one and the same SCTP packet. */
static struct frame carried(int way, int *link)
{
	static const uint8_t options[8] = { IPPROTO_SCTP, 0, 1, 4 };
	static const uint8_t hop_by_hop[16] = { IPPROTO_ROUTING, 1, 1, 12 };
	static const uint8_t routing[8] = { IPPROTO_DSTOPTS, 0, 4, 0 };
	static const uint8_t atomic_fragment[8] = { IPPROTO_SCTP };
	static const uint8_t authentication[16] = { IPPROTO_SCTP, 2 };
	struct frame f = way == 0 || way == 4 || way == 5 ? ethernet(way == 5 ? 0x8100 : 0x86dd)
		: way == 1                                ? linux_cooked(0x0800)
		: way == 2                                ? linux_cooked2(0x86dd)
							  : raw();

	*link = way == 0 || way == 4 || way == 5 ? ETHERNET : way == 1 ? COOKED : way == 2 ? COOKED2 : RAW_IP;
	if (way >= 8)
		f = carried_otherwise(way, link);
	switch (way) {
	case 0:
	case 2:
		ipv6(&f, IPPROTO_SCTP);
		break;
	case 1:
		ipv4(&f);
		break;
	case 3:
		ipv4_options(&f);
		break;
	case 4:
		ipv6(&f, IPPROTO_HOPOPTS);
		add(&f, hop_by_hop, sizeof(hop_by_hop));
		add(&f, routing, sizeof(routing));
		add(&f, options, sizeof(options));
		break;
	case 5:
		add16(&f, 7);
		add16(&f, 0x0800);
		ipv4(&f);
		break;
	case 6:
		ipv6(&f, IPPROTO_FRAGMENT);
		add(&f, atomic_fragment, sizeof(atomic_fragment));
		break;
	case 7:
		ipv6(&f, IPPROTO_AH);
		add(&f, authentication, sizeof(authentication));
		break;
	}
	sctp(&f);
	data_chunk(&f, 12);
	chunk(&f, CHUNK_SACK, 0, one_of_each[2].value, one_of_each[2].length);
	finish(&f);
	return f;
}
#define WAYS 16

START_TEST(each_way_to_carry_it)
{
	int link;
	struct frame f = carried(_i, &link);
	struct packet p;
	char *text;

	ck_assert_int_eq(decode(&f, link, &p), PACKET_OK);
	ck_assert(packet_checksum_ok(&p));
	ck_assert_uint_eq(p.chunk_count, 2);
	text = printed(&p);
	ck_assert_str_eq(
		strchr(text, 'D'), "DATA(tsn=12 stream=2 ssn=3 ppid=7 len=5) SACK(cum=12 a_rwnd=4096 gaps=1 dups=1)");
	ck_assert_ptr_nonnull(
		strstr(text, f.ip_version == 6 ? "[fd00::1]:1024 > [fd00::2]:5000" : "10.0.0.1:1024 > 10.0.0.2:5000"));
	free(text);
}
END_TEST

/* What was captured of a packet is decoded as far as it goes, and never beyond. */
START_TEST(every_prefix)
{
	int link;
	struct frame f = carried(_i, &link);

	for (size_t length = 0; length < f.length; length++) {
		struct guarded bytes = guard(f.bytes, length);
		struct packet p;
		enum packet_status status = packet_decode(bytes.bytes, length, link, &p);

		if (length < f.sctp + 12) {
			ck_assert_int_eq(status, PACKET_TRUNCATED);
			ck_assert_uint_eq(p.chunk_count, 0);
		} else {
			ck_assert_int_eq(status, PACKET_OK);
			ck_assert(p.truncated);
			ck_assert(!packet_checksum_ok(&p));
			ck_assert_uint_le(p.chunk_count, 2);
			free(printed(&p));
		}
		unguard(&bytes);
	}
}
END_TEST

START_TEST(every_prefix_of_each_chunk)
{
	for (size_t cut = 0; cut <= one_of_each[_i].length; cut++) {
		struct frame f = raw();
		struct guarded bytes;
		struct packet p;

		ipv4(&f);
		sctp(&f);
		chunk(&f, one_of_each[_i].type, one_of_each[_i].flags, one_of_each[_i].value, one_of_each[_i].length);
		finish(&f);
		bytes = guard(f.bytes, f.sctp + 16 + cut);
		ck_assert_int_eq(packet_decode(bytes.bytes, f.sctp + 16 + cut, RAW_IP, &p), PACKET_OK);
		ck_assert_uint_eq(p.chunk_count, 1);
		ck_assert_uint_eq(p.chunks[0].captured, cut);
		free(printed(&p));
		unguard(&bytes);
	}
}
END_TEST

START_TEST(a_chunk_too_short_for_its_type)
{
	struct frame f = raw();
	struct packet p;

	ipv4(&f);
	sctp(&f);
	chunk(&f, CHUNK_DATA, 3, "\0\0\0\x01\0\x01\0\x01", 8);
	finish(&f);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_OK);
	ck_assert(!p.truncated);
	ck_assert(!p.chunks[0].decoded);
	assert_printed(&p, "10.0.0.1:1024 > 10.0.0.2:5000 DATA(too short)");
}
END_TEST

START_TEST(a_chunk_longer_than_its_packet)
{
	struct frame f = data_frame();
	struct packet p;

	put16(&f, f.sctp + 14, 200);
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_OK);
	ck_assert(p.truncated);
	ck_assert_uint_eq(p.chunks[0].length, 200);
	ck_assert_uint_eq(p.chunks[0].captured, 20);
}
END_TEST

START_TEST(a_chunk_shorter_than_its_header)
{
	struct frame f = raw();
	struct packet p;

	ipv4(&f);
	sctp(&f);
	data_chunk(&f, 1);
	add(&f, "\0\0\0\x03", 4);
	finish(&f);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_MALFORMED);
	ck_assert_uint_eq(p.chunk_count, 1);
}
END_TEST

START_TEST(a_packet_without_chunks)
{
	struct frame f = raw();
	struct packet p;

	ipv4(&f);
	sctp(&f);
	finish(&f);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_OK);
	ck_assert_uint_eq(p.chunk_count, 0);
	ck_assert(packet_checksum_ok(&p));
}
END_TEST

START_TEST(lengths_of_ipv4_that_lie)
{
	struct frame f = data_frame();
	struct packet p;

	f.bytes[f.ip] = 0x44; /* a header of 16 bytes */
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_MALFORMED);
	f.bytes[f.ip] = 0x65; /* version 6 */
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_MALFORMED);
	f.bytes[f.ip] = 0x45;
	put16(&f, f.ip + 2, 19);
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_MALFORMED);
	put16(&f, f.ip + 2, 20 + 11);
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_MALFORMED);
	put16(&f, f.ip + 2, 0); /* segmentation offload */
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_OK);
	ck_assert_uint_eq(p.chunk_count, 1);
}
END_TEST

START_TEST(lengths_of_ipv6_that_lie)
{
	static const uint8_t long_options[8] = { IPPROTO_SCTP, 255, 1, 4 };
	struct frame f = raw();
	struct packet p;

	ipv6(&f, IPPROTO_DSTOPTS);
	add(&f, long_options, sizeof(long_options));
	sctp(&f);
	finish(&f);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_MALFORMED);
	put16(&f, f.ip + 4, 2100);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_TRUNCATED);
}
END_TEST

/* RFC 6951 */
START_TEST(in_udp)
{
	static const uint8_t to_9899[8] = { 0xc0, 0x00, 0x26, 0xab, 0, 8 + 12 + 24 };
	struct frame f = raw();
	struct packet p;

	ipv4(&f);
	f.bytes[f.ip + 9] = IPPROTO_UDP;
	add(&f, to_9899, sizeof(to_9899));
	sctp(&f);
	data_chunk(&f, 12);
	finish(&f);
	ck_assert_int_eq(packet_decode_udp(f.bytes, f.length, RAW_IP, 9899, &p), PACKET_OK);
	ck_assert(packet_checksum_ok(&p));
	ck_assert_uint_eq(p.chunk_count, 1);
	ck_assert_uint_eq(p.udp_source, 0xc000);
	ck_assert_int_eq(packet_decode_udp(f.bytes, f.length, RAW_IP, 0xc000, &p), PACKET_OK);
	ck_assert_int_eq(packet_decode_udp(f.bytes, f.length, RAW_IP, 9900, &p), PACKET_NOT_SCTP);
	ck_assert_int_eq(decode(&f, RAW_IP, &p), PACKET_NOT_SCTP);
	for (size_t n = 20; n < 28; n++)
		ck_assert_int_eq(packet_decode_udp(f.bytes, n, RAW_IP, 9899, &p), PACKET_TRUNCATED);
	put16(&f, f.ip + 24, 7);
	ck_assert_int_eq(packet_decode_udp(f.bytes, f.length, RAW_IP, 9899, &p), PACKET_MALFORMED);
}
END_TEST

START_TEST(what_is_not_ours)
{
	struct frame arp = ethernet(0x0806), f = data_frame(), v6 = raw();
	struct packet p;

	add(&arp, "\0\x01\x08\0\x06\x04\0\x01", 8);
	ck_assert_int_eq(decode(&arp, ETHERNET, &p), PACKET_NOT_IP);
	ck_assert_int_eq(decode(&f, 147, &p), PACKET_NOT_IP);
	ck_assert_int_eq(packet_decode((const uint8_t *)"\x50", 1, RAW_IP, &p), PACKET_NOT_IP);
	f.bytes[f.ip + 9] = IPPROTO_ICMP;
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_NOT_SCTP);
	ipv6(&v6, IPPROTO_ICMPV6);
	add32(&v6, 0x80000000);
	ck_assert_int_eq(decode(&v6, RAW_IP, &p), PACKET_NOT_SCTP);
}
END_TEST

START_TEST(fragments)
{
	static const uint8_t later_fragment[8] = { IPPROTO_SCTP, 0, 0x05, 0xa8 };
	static const uint8_t first_fragment[8] = { IPPROTO_DSTOPTS, 0, 0, 1 };
	static const uint8_t of_icmp[8] = { IPPROTO_ICMPV6, 0, 0, 1 };
	const uint8_t *headers[] = { later_fragment, first_fragment, of_icmp };
	struct frame f = data_frame();
	struct packet p;

	put16(&f, f.ip + 6, 0x2000); /* more fragments */
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_FRAGMENT);
	put16(&f, f.ip + 6, 0x00b9);
	ck_assert_int_eq(decode(&f, ETHERNET, &p), PACKET_FRAGMENT);
	for (int i = 0; i < 3; i++) {
		f = raw();
		ipv6(&f, IPPROTO_FRAGMENT);
		add(&f, headers[i], 8);
		sctp(&f);
		finish(&f);
		ck_assert_int_eq(decode(&f, RAW_IP, &p), i == 2 ? PACKET_NOT_SCTP : PACKET_FRAGMENT);
	}
}
END_TEST

START_TEST(names)
{
	ck_assert_str_eq(chunk_name(CHUNK_HEARTBEAT_ACK), "HEARTBEAT ACK");
	ck_assert_str_eq(chunk_name(CHUNK_FORWARD_TSN), "FORWARD TSN");
	ck_assert_ptr_null(chunk_name(77));
	ck_assert_str_eq(cause_name(13), "Protocol Violation");
	ck_assert_str_eq(cause_name(0x105), "Unsupported HMAC Identifier");
	ck_assert_ptr_null(cause_name(0));
	ck_assert_ptr_null(cause_name(14));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("packet");
	TCase *decoding = tcase_create("decoding"), *damage = tcase_create("damage");

	tcase_add_test(decoding, data_over_ethernet_and_ipv4);
	tcase_add_loop_test(decoding, each_chunk_type, 0, (int)(sizeof(one_of_each) / sizeof(*one_of_each)));
	tcase_add_loop_test(decoding, many_data_chunks, 0, sizeof(bundles) / sizeof(bundles[0]));
	tcase_add_test(decoding, several_chunks_with_padding);
	tcase_add_test(decoding, last_chunk_may_lack_its_padding);
	tcase_add_test(decoding, more_chunks_than_there_is_room_for);
	tcase_add_test(decoding, padding_of_short_frames_is_not_the_packets);
	tcase_add_loop_test(decoding, each_way_to_carry_it, 0, WAYS);
	tcase_add_test(decoding, checksum_of_the_rfcs_check_value);
	tcase_add_test(decoding, in_udp);
	tcase_add_test(decoding, what_is_not_ours);
	tcase_add_test(decoding, fragments);
	tcase_add_test(decoding, a_packet_without_chunks);
	tcase_add_test(decoding, names);
	suite_add_tcase(suite, decoding);

	tcase_add_loop_test(damage, every_prefix, 0, WAYS);
	tcase_add_loop_test(damage, every_prefix_of_each_chunk, 0, (int)(sizeof(one_of_each) / sizeof(*one_of_each)));
	tcase_add_test(damage, a_flipped_bit_shows_in_the_checksum);
	tcase_add_test(damage, a_chunk_too_short_for_its_type);
	tcase_add_test(damage, a_chunk_longer_than_its_packet);
	tcase_add_test(damage, a_chunk_shorter_than_its_header);
	tcase_add_test(damage, lengths_of_ipv4_that_lie);
	tcase_add_test(damage, lengths_of_ipv6_that_lie);
	suite_add_tcase(suite, damage);
	return run_tests(suite);
}
