/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire.h - SCTP packets as somebody says them: to be built, or to be expected.
 *
 * This is the door of netns/wire/, which knows what packets look like and makes no system call, so that it may be
 * linked into anything:
 *
 *	chunk_kind.c        the table: a row for each type of chunk, by which chunks are decoded, built, compared and
 *	                    printed; cause.c: the names of causes
 *	packet.c, crc32c.c  from captured bytes to a packet (netns/packet.h)
 *	build.c, frame.c    from what is said to bytes
 *	read.c              from a decoded chunk back to what is said
 *	pattern.c, print.c  is it what was expected? The words for it
 *	tcb.c, habits.c     what an endpoint remembers, and what it does by itself (habits.h)
 *
 * A chunk is said by a literal. The same literal is stimulus and pattern: in sending, a field that is not set has the
 * value that a good peer would give it; in an expectation it is not compared.
 *
 *	a_data(.tsn = SET(7), .stream = SET(3), .payload = BYTES("x"))
 *	a_sack(.cum_tsn_ack = SET(tsn), .gaps = GAPS({ 2, 3 }), .duplicates = TSNS(tsn))
 *	an_init(.initiate_tag = SET(0), .parameters = PARAMETERS({ .type = 0xc0de, .value = BYTES("x") }))
 *	an_error(.causes = CAUSES({ .type = 3, .number = FROM_TO(4990000, 5010000) }))
 *	chunk_of(0x3f, .value = BYTES("..."))
 */
#ifndef SCTPSPEC_NETNS_WIRE_WIRE_H
#define SCTPSPEC_NETNS_WIRE_WIRE_H

#include "netns/packet.h"

/* A number that may be left out. In an expectation it may be a range. */
struct field {
	bool set;
	uint32_t value, to;
};

#define SET(value_) ((struct field){ true, (uint32_t)(value_), (uint32_t)(value_) })
#define FROM_TO(from_, to_) ((struct field){ true, (uint32_t)(from_), (uint32_t)(to_) })

struct octets {
	bool set;
	const uint8_t *bytes;
	size_t length;
};

#define OCTETS(bytes_, length_) ((struct octets){ true, (const uint8_t *)(bytes_), (length_) })
#define BYTES(text_) OCTETS(text_, sizeof(text_) - 1)

/* A parameter or a cause. */
struct tlv {
	uint16_t type;
	struct octets value;
	struct field number; /* instead, or in an expectation besides: the first four octets of the value */
	struct field length; /* what its length field says */
};

struct tlvs {
	bool set;
	const struct tlv *list;
	unsigned count;
};

#define TLV_LIST_(...) ((const struct tlv[]){ __VA_ARGS__ })
#define TLVS_(...) ((struct tlvs){ true, TLV_LIST_(__VA_ARGS__), sizeof(TLV_LIST_(__VA_ARGS__)) / sizeof(struct tlv) })
#define PARAMETERS(...) TLVS_(__VA_ARGS__)
#define CAUSES(...) TLVS_(__VA_ARGS__)
#define NO_PARAMETERS ((struct tlvs){ .set = true })

/* Of a SACK: offsets from the cumulative TSN. */
struct gap {
	uint16_t start, end;
};

struct gaps {
	bool set;
	const struct gap *list;
	unsigned count;
};

struct tsns {
	bool set;
	const uint32_t *list;
	unsigned count;
};

#define GAP_LIST_(...) ((const struct gap[]){ __VA_ARGS__ })
#define GAPS(...) ((struct gaps){ true, GAP_LIST_(__VA_ARGS__), sizeof(GAP_LIST_(__VA_ARGS__)) / sizeof(struct gap) })
#define NO_GAPS ((struct gaps){ .set = true })
#define TSN_LIST_(...) ((const uint32_t[]){ __VA_ARGS__ })
#define TSNS(...) ((struct tsns){ true, TSN_LIST_(__VA_ARGS__), sizeof(TSN_LIST_(__VA_ARGS__)) / sizeof(uint32_t) })
#define NO_TSNS ((struct tsns){ .set = true })

/* Bits of a chunk's flags. */
enum {
	FLAG_E = 1, /* of DATA: the last fragment */
	FLAG_B = 2, /* the first */
	FLAG_U = 4, /* unordered */
	FLAG_I = 8, /* a SACK at once */
	FLAG_T = 1, /* of ABORT and SHUTDOWN COMPLETE: the tag is the receiver's own, reflected */
};

/* A chunk, as it is said. Which of these a type has stands in chunk_kind.c. */
struct wire_chunk {
	uint8_t type;
	bool any; /* in an expectation: of whatever type */
	struct field flags, length;

	struct field tsn, stream, ssn, ppid, mid, fsn;
	struct field initiate_tag, a_rwnd, outbound_streams, inbound_streams, initial_tsn;
	struct field cum_tsn_ack, gap_count, duplicate_count; /* the counts as the chunk says them */
	struct field new_cum_tsn, lowest_tsn, serial, key, hmac;

	/* what stands behind the numbers */
	union {
		struct octets value, payload, information, cookie;
	};
	struct gaps gaps;
	struct tsns duplicates;
	union {
		struct tlvs parameters, causes;
	};
	struct tlvs reported; /* in an expectation of INIT ACK: the parameters that it reports as unrecognized */

	struct octets raw;     /* instead of all the above: everything behind the chunk's header */
	struct octets padding; /* instead of zeros */
	unsigned cut;          /* so many octets at its end are not there */
};

#define chunk_of(type_, ...) ((struct wire_chunk){ .type = (type_), __VA_ARGS__ })
#define a_data(...) chunk_of(CHUNK_DATA, __VA_ARGS__)
#define an_init(...) chunk_of(CHUNK_INIT, __VA_ARGS__)
#define an_init_ack(...) chunk_of(CHUNK_INIT_ACK, __VA_ARGS__)
#define a_sack(...) chunk_of(CHUNK_SACK, __VA_ARGS__)
#define a_heartbeat(...) chunk_of(CHUNK_HEARTBEAT, __VA_ARGS__)
#define a_heartbeat_ack(...) chunk_of(CHUNK_HEARTBEAT_ACK, __VA_ARGS__)
#define an_abort(...) chunk_of(CHUNK_ABORT, __VA_ARGS__)
#define a_shutdown(...) chunk_of(CHUNK_SHUTDOWN, __VA_ARGS__)
#define a_shutdown_ack(...) chunk_of(CHUNK_SHUTDOWN_ACK, __VA_ARGS__)
#define an_error(...) chunk_of(CHUNK_ERROR, __VA_ARGS__)
#define a_cookie_echo(...) chunk_of(CHUNK_COOKIE_ECHO, __VA_ARGS__)
#define a_cookie_ack(...) chunk_of(CHUNK_COOKIE_ACK, __VA_ARGS__)
#define an_ecne(...) chunk_of(CHUNK_ECNE, __VA_ARGS__)
#define a_cwr(...) chunk_of(CHUNK_CWR, __VA_ARGS__)
#define a_shutdown_complete(...) chunk_of(CHUNK_SHUTDOWN_COMPLETE, __VA_ARGS__)
#define ANY_CHUNK ((struct wire_chunk){ .any = true })

/* Parameters of INIT and INIT ACK (RFC 9260 sections 3.3.2 and 3.3.3). */
enum {
	PARAMETER_HEARTBEAT_INFO = 1,
	PARAMETER_IPV4 = 5,
	PARAMETER_IPV6 = 6,
	PARAMETER_COOKIE = 7,
	PARAMETER_UNRECOGNIZED = 8,
	PARAMETER_COOKIE_PRESERVATIVE = 9,
	PARAMETER_HOST_NAME = 11,
	PARAMETER_SUPPORTED_ADDRESS_TYPES = 12,
	PARAMETER_ECN = 0x8000, /* reserved there; RFC 4960 appendix A */
};

/* The common header, as it is said; what is not set is what a good peer would say. */
struct wire_header {
	struct field source_port, destination_port, verification_tag;
	struct field checksum; /* as packet_crc32c() gives it */
};

/* A packet, as it is said. */
struct wire_packet {
	struct wire_header header;
	int path;
	bool bad_checksum; /* of one that was read */
	const struct wire_chunk *chunks;
	unsigned count;
};

/* An expectation of a packet: it has these chunks in this order, and others between them, unless it is `alone`. */
struct wire_pattern {
	struct wire_packet packet; /* path: -1: any */
	bool alone;
};

enum { WIRE_PACKET_MAX = 9000 };

/* build.c: into `out`, if there is room; gives the length, 0: no room. Fields that are not set are 0. */
size_t wire_build(const struct wire_packet *packet, uint8_t *out, size_t room);
size_t wire_build_chunk(const struct wire_chunk *chunk, uint8_t *out, size_t room);

/* read.c: all that there is to a decoded chunk, in memory of one piece, to be freed; NULL without memory. Its octets
 * are copies. */
struct wire_chunk *wire_read(const struct packet *packet);
/* A deep copy, to be freed; NULL without memory. */
struct wire_chunk *wire_copy(const struct wire_chunk *chunks, unsigned count);
/* Changes each number of the chunk, and what stands behind the numbers: it was made by one of the two above. */
void wire_alter(struct wire_chunk *chunk);

/* pattern.c: what is set in `wanted` is so in `got`. */
bool wire_chunk_fits(const struct wire_chunk *wanted, const struct wire_chunk *got);
bool wire_pattern_fits(const struct wire_pattern *wanted, const struct wire_packet *got);
/* The same but for the numbers: types and path only. How near is it? */
bool wire_pattern_resembles(const struct wire_pattern *wanted, const struct wire_packet *got);

/* print.c: "INIT(tag=00000000 parameters={0xc0de})": what is set. */
void wire_print_chunk(const struct wire_chunk *chunk, FILE *out);
void wire_print(const struct wire_packet *packet, FILE *out);
void wire_print_pattern(const struct wire_pattern *pattern, FILE *out);

/* frame.c: who sends it to whom. */
struct frame_ends {
	uint8_t from_link[6], to_link[6];
	struct sockaddr_storage from, to; /* of the same family */
};
/* An Ethernet frame with that SCTP packet; its length, 0: no room. */
size_t frame_build(const struct frame_ends *ends, const uint8_t *sctp, size_t length, uint8_t *out, size_t room);

#endif
