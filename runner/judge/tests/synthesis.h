/* SPDX-License-Identifier: Apache-2.0 */
/*
 * synthesis.h - captures made by hand: packets of associations between two hosts, over Ethernet and IPv4, with right
 * checksums, at any time. For tests and benches.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_TESTS_SYNTHESIS_H
#define SCTPSPEC_RUNNER_JUDGE_TESTS_SYNTHESIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* How packets are written. */
struct synthesis {
	FILE *out;
	bool is_pcapng, swapped;
	uint8_t digits[8]; /* pcapng: of the time of each interface */
	int n_interfaces;
	int64_t unit_ns; /* pcap */
	int64_t at_ns;
	unsigned n;         /* packets written */
	size_t cut;         /* captured octets at most; 0: all */
	size_t drop_link;   /* so many octets of the frame are left out: 14 for raw IP */
	int interface, way; /* pcapng: of the next packets; way: 0 not marked, 1 in, 2 out */
	bool no_checksum;   /* leaves it 0 */
	uint8_t hops[2];    /* of what each end sends; 0: 64 */
};

/* An association between two ends, each with two addresses. */
struct bond {
	uint32_t address[2][2];
	uint16_t port[2];
	uint32_t tag[2], tsn[2];
	uint16_t ssn[2];
	unsigned path; /* of the next packets */
};

/* Nanosecond pcap of Ethernet, in this machine's byte order. */
void pcap_begin(struct synthesis *synthesis, FILE *out);
/* Any classic pcap: a magic number, either byte order, a link type. */
void pcap_begin_as(struct synthesis *synthesis, FILE *out, uint32_t magic, bool swapped, uint32_t link);
/* pcapng: a section; interfaces follow, with a resolution of 10^-digits s. */
void pcapng_begin(struct synthesis *synthesis, FILE *out, bool swapped);
void pcapng_interface(struct synthesis *synthesis, uint16_t link, uint8_t digits);

/* The n-th of many: other ports, addresses and tags. */
struct bond bond_of(unsigned n);
/* A packet with chunks, from end 0 or 1, with the peer's tag, or another. */
void put_packet(struct synthesis *synthesis, const struct bond *bond, unsigned from, const void *chunks, size_t length);
void put_tagged(struct synthesis *synthesis, const struct bond *bond, unsigned from, uint32_t tag, const void *chunks,
	size_t length);
void put_setup_step(struct synthesis *synthesis, const struct bond *bond, unsigned step); /* 0 to 3 */
void put_setup(struct synthesis *synthesis, const struct bond *bond);                     /* four packets, by end 0 */
void put_data(struct synthesis *synthesis, struct bond *bond, unsigned from, unsigned octets);
void put_data_again(struct synthesis *synthesis, const struct bond *bond, unsigned from, uint32_t tsn, unsigned octets);
void put_sack(struct synthesis *synthesis, const struct bond *bond, unsigned from); /* of all that was sent */
void put_heartbeat(struct synthesis *synthesis, const struct bond *bond, unsigned from, uint32_t number);
void put_heartbeat_ack(struct synthesis *synthesis, const struct bond *bond, unsigned from, uint32_t number);
void put_shutdown(struct synthesis *synthesis, const struct bond *bond); /* three packets, by end 0 */
void put_abort(struct synthesis *synthesis, const struct bond *bond, unsigned from);

#endif
