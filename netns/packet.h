/* SPDX-License-Identifier: Apache-2.0 */
/*
 * packet.h - SCTP packets as a capture holds them: from Ethernet (or raw IP) to chunks.
 *
 * Pure and total: any bytes give a decoded packet or a reason why not; nothing is read past the length
 * given. Chunk and parameter names are those of the RFCs (RFC 9260 section 3 and its extensions).
 */
#ifndef SCTPSPEC_NETNS_PACKET_H
#define SCTPSPEC_NETNS_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#define PACKET_CHUNKS_MAX 80 /* of DATA with four octets each a packet of 1500 has 73 */

enum chunk_type {
	CHUNK_DATA = 0,
	CHUNK_INIT = 1,
	CHUNK_INIT_ACK = 2,
	CHUNK_SACK = 3,
	CHUNK_HEARTBEAT = 4,
	CHUNK_HEARTBEAT_ACK = 5,
	CHUNK_ABORT = 6,
	CHUNK_SHUTDOWN = 7,
	CHUNK_SHUTDOWN_ACK = 8,
	CHUNK_ERROR = 9,
	CHUNK_COOKIE_ECHO = 10,
	CHUNK_COOKIE_ACK = 11,
	CHUNK_ECNE = 12,
	CHUNK_CWR = 13,
	CHUNK_SHUTDOWN_COMPLETE = 14,
	CHUNK_AUTH = 15,
	CHUNK_I_DATA = 64,
	CHUNK_ASCONF_ACK = 128,
	CHUNK_RE_CONFIG = 130,
	CHUNK_PAD = 132,
	CHUNK_FORWARD_TSN = 192,
	CHUNK_ASCONF = 193,
	CHUNK_I_FORWARD_TSN = 194,
};

struct chunk {
	uint8_t type, flags;
	uint16_t length;      /* as on the wire, with the header */
	const uint8_t *value; /* points into the packet; length - 4 bytes, fewer if captured short */
	uint32_t captured;    /* how many of these bytes were captured */
	bool decoded;         /* the fields below are filled in; false: too short for its type */
	union {
		/* DATA and I-DATA. `ssn` is DATA's; `mid` and `fsn` are I-DATA's, which has a ppid
		 * in the first fragment (B bit) and an fsn in the others. */
		struct {
			uint32_t tsn;
			uint16_t stream, ssn;
			uint32_t ppid, user_length, mid, fsn;
		} data;
		struct {
			uint32_t initiate_tag, a_rwnd;
			uint16_t outbound_streams, inbound_streams;
			uint32_t initial_tsn;
		} init; /* and INIT ACK */
		struct {
			uint32_t cum_tsn_ack, a_rwnd;
			uint16_t gap_blocks, duplicates;
		} sack;
		struct {
			uint16_t cause;
		} error; /* ABORT, ERROR: code of the first cause, 0 if none */
		struct {
			uint32_t cum_tsn_ack;
		} shutdown;
		struct {
			uint32_t new_cum_tsn;
		} forward_tsn; /* FORWARD-TSN, I-FORWARD-TSN */
		struct {
			uint32_t lowest_tsn;
		} ecn; /* ECNE, CWR */
		struct {
			uint32_t serial;
		} asconf; /* ASCONF, ASCONF-ACK */
		struct {
			uint16_t key, hmac;
		} auth;
		struct {
			uint16_t parameter;
		} re_config; /* type of the first parameter, 0 if none */
	};
};

struct packet {
	struct sockaddr_storage source, destination; /* with SCTP ports */
	uint16_t udp_source, udp_destination;        /* RFC 6951; 0: not in UDP */
	uint32_t verification_tag;
	uint32_t checksum; /* as packet_crc32c() gives it */
	bool truncated;    /* the capture or the packet ends before its lengths say */
	uint8_t hops;      /* that it may still go: TTL, hop limit */
	bool unsummed;     /* whoever has the capture says so: taken before the checksum was filled in; */
	bool shared;       /* or that who gets the packet may have written into the capture's octets */
	unsigned chunk_count;
	unsigned omitted;    /* chunks beyond PACKET_CHUNKS_MAX */
	const uint8_t *sctp; /* the SCTP packet, in the bytes that were decoded; NULL: captured short */
	size_t sctp_length;
	struct chunk chunks[PACKET_CHUNKS_MAX];
};

enum packet_status {
	PACKET_OK,
	PACKET_NOT_IP,
	PACKET_NOT_SCTP,
	PACKET_FRAGMENT,
	PACKET_TRUNCATED,
	PACKET_MALFORMED,
};

/*
 * `link` is a pcap link type: 1 Ethernet, 0 and 108 loopback, 101 (12, 14, 228, 229) raw IP, 113 and 276 Linux cooked.
 * An IP packet in an IP packet is looked into.
 *
 * PACKET_OK also for a packet that is cut short after its common header (`truncated`, and the last chunk may
 * have fewer bytes than its length says). PACKET_TRUNCATED: cut short before that. PACKET_MALFORMED: lengths
 * that contradict each other; *out holds the chunks before the bad one. PACKET_FRAGMENT: an IP fragment
 * of an SCTP packet.
 */
enum packet_status packet_decode(const uint8_t *bytes, size_t length, int link, struct packet *out);
bool packet_link_is_known(int link); /* one of those above */
/* CRC32c over the SCTP packet, whose bytes must still be there. False also when it was captured short. It takes longer
 * than all the rest, so it is not a part of decoding. */
bool packet_checksum_ok(const struct packet *packet);
/* Whether it has the Adler-32 of RFC 2960 instead, which RFC 3309 has replaced in 2002: old stacks, old captures. */
bool packet_has_adler32(const struct packet *packet);
#define PACKET_UDP_PORT 9899 /* of SCTP in UDP, by default */
/* packet_decode(), also for SCTP in UDP (RFC 6951) from or to that port; 0: not in UDP. */
enum packet_status packet_decode_udp(
	const uint8_t *bytes, size_t length, int link, uint16_t udp_port, struct packet *out);
const char *chunk_name(uint8_t type);   /* "HEARTBEAT ACK"; "chunk 77" is not made here: NULL */
const char *cause_name(uint16_t cause); /* RFC 9260 section 3.3.10 and extensions; NULL if unknown */
/* One line, without a newline: "10.0.0.1:1024 > 10.0.0.2:5000 DATA(tsn=12 stream=0 ssn=3 ppid=7 len=100) SACK(...)". */
void packet_print(const struct packet *packet, FILE *out);
void packet_print_chunks(const struct packet *packet, FILE *out); /* the same without the addresses */
uint32_t packet_crc32c(const uint8_t *sctp, size_t length);       /* with the checksum field taken as zero */

/* A capture file (classic pcap, either byte order, micro- or nanoseconds), read front to back.
 * In memory, because the agent is static and libpcap's archive is not linkable that way. */
struct pcap_reader {
	const uint8_t *bytes;
	size_t length, offset;
	bool swapped, nanoseconds;
	int link;
};
struct pcap_record {
	int64_t time_ns;
	const uint8_t *bytes;
	uint32_t captured, length;
};
/* 0, or -EINVAL: not a capture file that we read. */
int pcap_open_memory(const uint8_t *bytes, size_t length, struct pcap_reader *out);
/* 1: a record; 0: the end; -EINVAL: damaged (the records before are valid). */
int pcap_next_record(struct pcap_reader *reader, struct pcap_record *out);

#endif
