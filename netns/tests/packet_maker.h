/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet_maker.h - frames made by hand, layer after layer, for the decoder's tests.
 *
 *	struct frame f = ethernet(0x0800);
 *	ipv4(&f); sctp(&f); chunk(&f, CHUNK_COOKIE_ACK, 0, NULL, 0); finish(&f);
 */
#ifndef SCTPSPEC_NETNS_TESTS_PACKET_MAKER_H
#define SCTPSPEC_NETNS_TESTS_PACKET_MAKER_H

#include <stddef.h>
#include <stdint.h>

struct frame {
	uint8_t bytes[2048];
	size_t length;
	size_t ip, sctp; /* where these headers begin */
	int ip_version;  /* 0: none yet */
};

struct frame raw(void);
struct frame ethernet(uint16_t ethertype);
struct frame linux_cooked(uint16_t ethertype);
struct frame linux_cooked2(uint16_t ethertype);
void add(struct frame *frame, const void *bytes, size_t length);
void add16(struct frame *frame, uint16_t number);
void add32(struct frame *frame, uint32_t number);
void put16(struct frame *frame, size_t offset, uint16_t number);
void ipv4(struct frame *frame);                      /* 10.0.0.1 to 10.0.0.2, protocol SCTP */
void ipv4_options(struct frame *frame);              /* the same with four bytes of options */
void ipv6(struct frame *frame, uint8_t next_header); /* fd00::1 to fd00::2 */
void sctp(struct frame *frame);                      /* ports 1024 to 5000, tag 0x01020304 */
void chunk(struct frame *frame, uint8_t type, uint8_t flags, const void *value, size_t length);
void data_chunk(struct frame *frame, uint32_t tsn);
void finish(struct frame *frame); /* IP lengths, CRC32c */

#endif
