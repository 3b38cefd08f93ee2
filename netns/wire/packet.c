/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet.c - from captured bytes to an SCTP packet: the link layer, IPv4 or IPv6 with its extension
 * headers and perhaps one in the other, perhaps UDP, SCTP's common header, and the walk over the
 * chunks (their insides are chunk_kind.c's).
 *
 * Every layer takes a span of bytes and gives back a smaller one; only take() moves forward, so
 * that it alone decides whether enough bytes are there.
 */
#include "netns/wire/chunk_kind.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define ETHERTYPE_IPV4 0x0800
#define ETHERTYPE_IPV6 0x86dd
#define ETHERTYPE_VLAN 0x8100
#define ETHERTYPE_SERVICE_VLAN 0x88a8
#define ETHERTYPE_OLD_SERVICE_VLAN 0x9100

struct span {
	const uint8_t *bytes;
	size_t length;  /* that were captured */
	size_t on_wire; /* that the packet had there; more than length: captured short */
};

/* The next n bytes, or NULL if they are not there. */
static const uint8_t *take(struct span *span, size_t n)
{
	const uint8_t *bytes = span->bytes;

	if (n > span->length)
		return NULL;
	span->bytes += n;
	span->length -= n;
	span->on_wire -= n;
	return bytes;
}

/* A header says that n bytes follow; what is beyond them (padding of short frames) is not the
 * packet's. */
static void limit(struct span *span, size_t n)
{
	span->on_wire = n;
	if (span->length > n)
		span->length = n;
}

/* Not enough bytes for a header: was it cut off by the capture, or does the packet end there? */
static enum packet_status too_short(const struct span *span, size_t wanted)
{
	return span->on_wire < wanted ? PACKET_MALFORMED : PACKET_TRUNCATED;
}

static const struct link_layer {
	int link;
	size_t header, protocol; /* bytes of it; where its EtherType stands */
} link_layers[] = {
	{ 1, 14, 12 },   /* Ethernet */
	{ 113, 16, 14 }, /* Linux cooked */
	{ 276, 20, 0 },  /* Linux cooked, version 2 */
};

/* IP without a header before it: as files name it, as some systems did, and of one version. */
static bool is_raw(int link)
{
	return link == 101 || link == 12 || link == 14 || link == 228 || link == 229;
}

/* Of a loopback interface: before the packet stands an address family, in some system's byte order and number. */
static bool is_loopback(int link)
{
	return link == 0 || link == 108;
}

static bool is_family_of_ip(const uint8_t *header)
{
	const uint32_t number = get_be32(header), family = number > 0xffff ? __builtin_bswap32(number) : number;

	return family == 2 || family == 10 || family == 24 || family == 28 || family == 30;
}

static enum packet_status version_of(const struct span *span, unsigned *version)
{
	if (!span->length)
		return PACKET_TRUNCATED;
	*version = span->bytes[0] >> 4;
	return *version == 4 || *version == 6 ? PACKET_OK : PACKET_NOT_IP;
}

static enum packet_status strip_vlan_tags(struct span *span, unsigned *ethertype)
{
	while (*ethertype == ETHERTYPE_VLAN || *ethertype == ETHERTYPE_SERVICE_VLAN ||
		*ethertype == ETHERTYPE_OLD_SERVICE_VLAN) {
		const uint8_t *tag = take(span, 4);

		if (!tag)
			return PACKET_TRUNCATED;
		*ethertype = get_be16(tag + 2);
	}
	return PACKET_OK;
}

bool packet_link_is_known(int link)
{
	bool known = is_raw(link) || is_loopback(link);
	for (size_t i = 0; i < sizeof(link_layers) / sizeof(*link_layers); i++)
		known |= link_layers[i].link == link;
	return known;
}

static enum packet_status strip_link(struct span *span, int link, unsigned *version)
{
	const struct link_layer *layer = NULL;
	const uint8_t *header;
	enum packet_status status;
	unsigned ethertype;

	if (is_raw(link))
		return version_of(span, version);
	if (is_loopback(link)) {
		header = take(span, 4);
		if (!header)
			return PACKET_TRUNCATED;
		return is_family_of_ip(header) ? version_of(span, version) : PACKET_NOT_IP;
	}
	for (size_t i = 0; i < sizeof(link_layers) / sizeof(*link_layers); i++) {
		if (link_layers[i].link == link)
			layer = &link_layers[i];
	}
	if (!layer)
		return PACKET_NOT_IP;
	header = take(span, layer->header);
	if (!header)
		return PACKET_TRUNCATED;
	ethertype = get_be16(header + layer->protocol);
	status = strip_vlan_tags(span, &ethertype);
	if (status != PACKET_OK)
		return status;
	if (ethertype != ETHERTYPE_IPV4 && ethertype != ETHERTYPE_IPV6)
		return PACKET_NOT_IP;
	*version = ethertype == ETHERTYPE_IPV4 ? 4 : 6;
	return PACKET_OK;
}

static void set_ipv4(struct sockaddr_storage *out, const uint8_t *address)
{
	struct sockaddr_in *in = (struct sockaddr_in *)out;

	in->sin_family = AF_INET;
	memcpy(&in->sin_addr, address, sizeof(in->sin_addr));
}

static void set_ipv6(struct sockaddr_storage *out, const uint8_t *address)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	in6->sin6_family = AF_INET6;
	memcpy(&in6->sin6_addr, address, sizeof(in6->sin6_addr));
}

/* *protocol: what is inside. */
static enum packet_status strip_ipv4(struct span *span, struct packet *out, unsigned *protocol)
{
	const uint8_t *header = take(span, 20);
	size_t header_length, total;

	if (!header)
		return PACKET_TRUNCATED;
	header_length = (header[0] & 0xfU) * 4U;
	total = get_be16(header + 2);
	/* With segmentation offload a capture can show 0: then the frame's length holds. */
	if (!total)
		total = span->on_wire + 20;
	if (header[0] >> 4 != 4 || header_length < 20 || total < header_length)
		return PACKET_MALFORMED;
	limit(span, total - 20);
	if (!take(span, header_length - 20))
		return PACKET_TRUNCATED;
	*protocol = header[9];
	out->hops = header[8];
	set_ipv4(&out->source, header + 12);
	set_ipv4(&out->destination, header + 16);
	return get_be16(header + 6) & 0x3fff ? PACKET_FRAGMENT : PACKET_OK;
}

static bool is_extension(unsigned next_header)
{
	switch (next_header) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_DSTOPTS:
	case IPPROTO_AH:
	case IPPROTO_MH:
	case 139: /* Host Identity Protocol */
	case 140: /* Shim6 */
		return true;
	}
	return false;
}

/* Goes over the extension headers (RFC 8200 section 4; RFC 4302 for the odd length of AH). */
static enum packet_status strip_extensions(struct span *span, unsigned next_header, unsigned *protocol)
{
	bool fragment = false;

	while (is_extension(next_header)) {
		const uint8_t *header = take(span, 8);
		size_t rest = 0;

		if (!header)
			return too_short(span, 8);
		if (next_header == IPPROTO_FRAGMENT)
			fragment = get_be16(header + 2) & 0xfff9;
		else if (next_header == IPPROTO_AH)
			rest = header[1] * 4U;
		else
			rest = header[1] * 8U;
		next_header = header[0];
		if (fragment)
			break;
		if (!take(span, rest))
			return too_short(span, rest);
	}
	/* It may be SCTP's behind the extensions that are in another fragment. */
	*protocol = fragment && is_extension(next_header) ? IPPROTO_SCTP : next_header;
	return fragment ? PACKET_FRAGMENT : PACKET_OK;
}

static enum packet_status strip_ipv6(struct span *span, struct packet *out, unsigned *protocol)
{
	const uint8_t *header = take(span, 40);

	if (!header)
		return PACKET_TRUNCATED;
	if (header[0] >> 4 != 6)
		return PACKET_MALFORMED;
	if (get_be16(header + 4))
		limit(span, get_be16(header + 4));
	set_ipv6(&out->source, header + 8);
	set_ipv6(&out->destination, header + 24);
	out->hops = header[7];
	return strip_extensions(span, header[6], protocol);
}

/* The addresses of the innermost one are the packet's: each way in takes a header's bytes, so there is an end. */
static enum packet_status strip_ip(struct span *span, unsigned version, struct packet *out, unsigned *protocol)
{
	for (;;) {
		memset(&out->source, 0, sizeof(out->source));
		memset(&out->destination, 0, sizeof(out->destination));
		const enum packet_status status =
			version == 4 ? strip_ipv4(span, out, protocol) : strip_ipv6(span, out, protocol);

		if (status == PACKET_FRAGMENT && *protocol != IPPROTO_SCTP)
			return PACKET_NOT_SCTP;
		if (status != PACKET_OK || (*protocol != IPPROTO_IPIP && *protocol != IPPROTO_IPV6))
			return status;
		version = *protocol == IPPROTO_IPIP ? 4 : 6;
	}
}

/* RFC 6951: the SCTP packet is a UDP packet's data, if one of the ports says so. */
static enum packet_status strip_udp(struct span *span, uint16_t port, struct packet *out)
{
	const uint8_t *header = take(span, 8);

	if (!header)
		return too_short(span, 8);
	out->udp_source = get_be16(header);
	out->udp_destination = get_be16(header + 2);
	if (out->udp_source != port && out->udp_destination != port)
		return PACKET_NOT_SCTP;
	if (get_be16(header + 4) < 8)
		return PACKET_MALFORMED;
	limit(span, get_be16(header + 4) - 8U);
	return PACKET_OK;
}

static void set_port(struct sockaddr_storage *out, const uint8_t *port)
{
	/* the same place in both families */
	memcpy(&((struct sockaddr_in *)out)->sin_port, port, 2);
}

static uint32_t get_le32(const uint8_t *bytes)
{
	return (uint32_t)bytes[3] << 24 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[1] << 8 | bytes[0];
}

/* Takes one chunk, or what is there of it. */
static enum packet_status next_chunk(struct span *span, struct chunk *chunk, bool *truncated)
{
	const uint8_t *header = take(span, CHUNK_HEADER);

	if (!header) {
		*truncated = true;
		take(span, span->length);
		return PACKET_OK;
	}
	*chunk = (struct chunk){
		.type = header[0],
		.flags = header[1],
		.length = get_be16(header + 2),
		.value = span->bytes,
	};
	if (chunk->length < CHUNK_HEADER)
		return PACKET_MALFORMED;
	chunk->captured = chunk->length - CHUNK_HEADER;
	if (chunk->captured > span->length) {
		chunk->captured = (uint32_t)span->length;
		*truncated = true;
	}
	chunk_decode(chunk);
	/* the last chunk's padding may be missing (RFC 9260 section 3.2) */
	if (!take(span, padded(chunk->length - CHUNK_HEADER)))
		take(span, span->length);
	return PACKET_OK;
}

static enum packet_status decode_chunks(struct span *span, struct packet *out)
{
	while (span->length) {
		struct chunk chunk = { 0 };
		enum packet_status status = next_chunk(span, &chunk, &out->truncated);

		if (status != PACKET_OK)
			return status;
		if (!chunk.length)
			break; /* a piece of a chunk header at the end */
		if (out->chunk_count < PACKET_CHUNKS_MAX)
			out->chunks[out->chunk_count++] = chunk;
		else
			out->omitted++;
	}
	return PACKET_OK;
}

static enum packet_status decode_sctp(struct span *span, struct packet *out)
{
	const uint8_t *sctp = span->bytes;
	size_t length = span->length;

	out->truncated = span->length < span->on_wire;
	if (!take(span, COMMON_HEADER))
		return too_short(span, COMMON_HEADER);
	set_port(&out->source, sctp);
	set_port(&out->destination, sctp + 2);
	out->verification_tag = get_be32(sctp + 4);
	out->checksum = get_le32(sctp + 8);
	out->sctp = out->truncated ? NULL : sctp;
	out->sctp_length = length;
	return decode_chunks(span, out);
}

enum packet_status packet_decode_udp(
	const uint8_t *bytes, size_t length, int link, uint16_t udp_port, struct packet *out)
{
	struct span span = { .bytes = bytes, .length = length, .on_wire = length };
	enum packet_status status;
	unsigned version = 0, protocol = 0;

	/* Of the chunks only those that are there are anybody's, and there is room for many. */
	memset(out, 0, offsetof(struct packet, chunks));
	status = strip_link(&span, link, &version);
	if (status == PACKET_OK)
		status = strip_ip(&span, version, out, &protocol);
	if (status == PACKET_OK && protocol == IPPROTO_UDP && udp_port != 0)
		status = strip_udp(&span, udp_port, out);
	else if (status == PACKET_OK && protocol != IPPROTO_SCTP)
		status = PACKET_NOT_SCTP;
	if (status == PACKET_OK)
		status = decode_sctp(&span, out);
	return status;
}

enum packet_status packet_decode(const uint8_t *bytes, size_t length, int link, struct packet *out)
{
	return packet_decode_udp(bytes, length, link, 0, out);
}

bool packet_checksum_ok(const struct packet *packet)
{
	return packet->sctp && packet_crc32c(packet->sctp, packet->sctp_length) == packet->checksum;
}

/* RFC 2960 appendix B; in network byte order, which that of CRC32c is not. */
bool packet_has_adler32(const struct packet *packet)
{
	enum { BASE = 65521, FIELD = 8 };
	uint32_t low = 1, high = 0;

	for (size_t i = 0; packet->sctp && i < packet->sctp_length; i++) {
		low = (low + (i >= FIELD && i < FIELD + 4 ? 0 : packet->sctp[i])) % BASE;
		high = (high + low) % BASE;
	}
	return packet->sctp && (high << 16 | low) == __builtin_bswap32(packet->checksum);
}

enum { DATA_FOLDED = 4 }; /* so many chunks of data in a row, and more, are told by the first and the last */

static void print_endpoint(const struct sockaddr_storage *address, FILE *out)
{
	char text[INET6_ADDRSTRLEN] = "?";

	if (address->ss_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;

		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
		fprintf(out, "[%s]:%u", text, ntohs(in6->sin6_port));
		return;
	}
	const struct sockaddr_in *in = (const struct sockaddr_in *)address;

	inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
	fprintf(out, "%s:%u", text, ntohs(in->sin_port));
}

/* How many chunks of data follow each other from that one on. */
static unsigned run_of_data(const struct packet *packet, unsigned first)
{
	const uint8_t type = packet->chunks[first].type;
	unsigned n = 1;

	if (type != CHUNK_DATA && type != CHUNK_I_DATA)
		return 1;
	while (first + n < packet->chunk_count && packet->chunks[first + n].type == type)
		n++;
	return n;
}

void packet_print_chunks(const struct packet *packet, FILE *out)
{
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		const unsigned run = run_of_data(packet, i);

		fputs(i ? " " : "", out);
		chunk_print(&packet->chunks[i], out);
		if (run < DATA_FOLDED)
			continue;
		fprintf(out, " .. %u more ..", run - 2);
		i += run - 2;
	}
	if (packet->omitted)
		fprintf(out, " and %u chunks more", packet->omitted);
	if (packet->truncated)
		fputs(" [cut short]", out);
	else if (!packet_checksum_ok(packet))
		fputs(" [wrong checksum]", out);
}

void packet_print(const struct packet *packet, FILE *out)
{
	print_endpoint(&packet->source, out);
	fputs(" > ", out);
	print_endpoint(&packet->destination, out);
	fputs(packet->chunk_count ? " " : "", out);
	packet_print_chunks(packet, out);
}
