/* SPDX-License-Identifier: Apache-2.0 */
/* frame.c - an SCTP packet in IPv4 or IPv6, in an Ethernet frame. */
#include "netns/wire/wire.h"

#include <netinet/in.h>
#include <string.h>

enum { ETHERNET = 14, HEADER_IPV4 = 20, HEADER_IPV6 = 40, HOPS = 64, ECT_0 = 2 };

static void set_be16(uint8_t *out, size_t number)
{
	out[0] = (uint8_t)(number >> 8);
	out[1] = (uint8_t)number;
}

/* RFC 1071 */
static uint16_t internet_checksum(const uint8_t *bytes, size_t length)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)(bytes[i] << 8 | bytes[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Not to be fragmented, as Linux sends SCTP. */
static void put_ipv4(const struct frame_ends *ends, size_t length, uint8_t *out)
{
	memset(out, 0, HEADER_IPV4);
	out[0] = 0x45;
	out[1] = ECT_0;
	set_be16(out + 2, HEADER_IPV4 + length);
	out[6] = 0x40;
	out[8] = HOPS;
	out[9] = IPPROTO_SCTP;
	memcpy(out + 12, &((const struct sockaddr_in *)&ends->from)->sin_addr, 4);
	memcpy(out + 16, &((const struct sockaddr_in *)&ends->to)->sin_addr, 4);
	set_be16(out + 10, internet_checksum(out, HEADER_IPV4));
}

static void put_ipv6(const struct frame_ends *ends, size_t length, uint8_t *out)
{
	memset(out, 0, 8);
	out[0] = 0x60;
	out[1] = ECT_0 << 4;
	set_be16(out + 4, length);
	out[6] = IPPROTO_SCTP;
	out[7] = HOPS;
	memcpy(out + 8, &((const struct sockaddr_in6 *)&ends->from)->sin6_addr, 16);
	memcpy(out + 24, &((const struct sockaddr_in6 *)&ends->to)->sin6_addr, 16);
}

size_t frame_build(const struct frame_ends *ends, const uint8_t *sctp, size_t length, uint8_t *out, size_t room)
{
	const bool six = ends->from.ss_family == AF_INET6;
	const size_t header = ETHERNET + (six ? HEADER_IPV6 : HEADER_IPV4);

	if (length > UINT16_MAX - HEADER_IPV4 || header + length > room)
		return 0;
	memcpy(out, ends->to_link, 6);
	memcpy(out + 6, ends->from_link, 6);
	set_be16(out + 12, six ? 0x86dd : 0x0800);
	if (six)
		put_ipv6(ends, length, out + ETHERNET);
	else
		put_ipv4(ends, length, out + ETHERNET);
	memcpy(out + header, sctp, length);
	return header + length;
}
