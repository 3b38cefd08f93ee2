/* SPDX-License-Identifier: Apache-2.0 */
/* data_sizes.c - messages of sizes around the path's MTU, and how many chunks they take (RFC 9260 section 6.9). */
#include "cases/requirements.h"
#include "runner/engine/case.h"

#include <errno.h>

/* So many octets of a message fit into a packet of 1 500 octets, behind the headers of IP, SCTP and the chunk. */
#define FULL_IPV4 1452
#define FULL_IPV6 1432

struct size {
	struct row row;
	size_t octets;
	unsigned chunks;
	bool unordered;
	uint32_t most; /* SCTP_MAXSEG; 0: as the kernel has it */
};

/* A message each way, in exactly so many chunks. */
static void arrives_in_chunks(struct trial *t, const struct size *size)
{
	const struct pair p = settled(t);
	const struct traffic traffic = { .size = size->octets, .unordered = size->unordered };

	if (size->most != 0)
		set_option(t, p.client, SCTP_MAXSEG, ASSOCIATION, IS(assoc_value, size->most));
	const vtime there = now(t);
	expect_delivered(t, send_messages(t, p.client, p.server, &traffic), promptly());
	/* until the last SACK has gone, beside which less of a message would fit */
	expect_quiet(t, s(1));
	expect_sent_exactly(t, size->chunks, A, 0, DATA, since(t, there));
	if (size->most != 0)
		return;
	const vtime back = now(t);
	expect_delivered(t, send_messages(t, p.server, p.client, &traffic), promptly());
	expect_quiet(t, s(1));
	expect_sent_exactly(t, size->chunks, B, 0, DATA, since(t, back));
}

#define FRAGMENTED \
	R_9260_6_9_02, R_9260_6_9_03, R_9260_6_9_10, R_9260_6_9_12, R_9260_6_9_14, R_9260_6_9_16, R_9260_6_9_17
static const struct size ipv4_sizes[] = {
	{ ROW("two-octets", "A message of two octets takes one chunk", R_9260_6_9_10), .octets = 2, .chunks = 1 },
	{ ROW("four-octets", "A message of four octets, which needs no padding, takes one chunk", R_9260_6_9_10),
		.octets = 4, .chunks = 1 },
	{ ROW("one-below-full", "A message one octet smaller than a packet takes one chunk", R_9260_6_9_10),
		.octets = FULL_IPV4 - 1, .chunks = 1 },
	{ ROW("full-packet", "A message that just fits a packet of the path's MTU takes one chunk", R_9260_6_9_10),
		.octets = FULL_IPV4, .chunks = 1 },
	{ ROW("one-above-full", "A message one octet larger than a packet takes two chunks", FRAGMENTED),
		.octets = FULL_IPV4 + 1, .chunks = 2 },
	{ ROW("two-full-packets", "A message of two full packets takes two chunks", FRAGMENTED),
		.octets = 2 * FULL_IPV4, .chunks = 2 },
	{ ROW("above-two-packets", "A message one octet larger than two packets takes three", FRAGMENTED),
		.octets = 2 * FULL_IPV4 + 1, .chunks = 3 },
	{ ROW("ten-full-packets", "A message of ten full packets takes ten chunks", FRAGMENTED),
		.octets = 10 * FULL_IPV4, .chunks = 10 },
	{ ROW("64k-less-one", "A message of 65 535 octets takes 46 chunks", FRAGMENTED), .octets = 65535,
		.chunks = 46 },
	{ ROW("64k", "A message of 65 536 octets takes 46 chunks", FRAGMENTED), .octets = 65536, .chunks = 46 },
	{ ROW("64k-and-one", "A message of 65 537 octets takes 46 chunks", FRAGMENTED), .octets = 65537, .chunks = 46 },
	{ ROW("unordered-fragments", "An unordered message of eleven fragments arrives whole", FRAGMENTED),
		.octets = 10 * FULL_IPV4 + 1, .chunks = 11, .unordered = true },
	{ ROW("maxseg-500", "SCTP_MAXSEG of 500 makes two chunks of a message of 1 000 octets", FRAGMENTED),
		.octets = 1000, .chunks = 2, .most = 500 },
	{ ROW("maxseg-499", "SCTP_MAXSEG of 499 makes three chunks of a message of 1 000 octets", FRAGMENTED),
		.octets = 1000, .chunks = 3, .most = 499 },
};

FAMILY(data, ipv4_sizes, .requirements = IDS(R_6458_3_1_4_01, R_9260_6_10_01 /* no packet above the PMTU */),
	.topology = &topology_one_path)
{
	arrives_in_chunks(t, row);
}

static const struct size ipv6_sizes[] = {
	{ ROW("full-packet-ipv6", "Over IPv6 a message that just fits a packet takes one chunk", R_9260_6_9_10),
		.octets = FULL_IPV6, .chunks = 1 },
	{ ROW("one-above-full-ipv6", "Over IPv6 one octet more takes two chunks", FRAGMENTED), .octets = FULL_IPV6 + 1,
		.chunks = 2 },
	{ ROW("64k-ipv6", "Over IPv6 a message of 65 536 octets takes 46 chunks", FRAGMENTED), .octets = 65536,
		.chunks = 46 },
};

FAMILY(data, ipv6_sizes, .requirements = IDS(R_6458_3_1_4_01, R_9260_6_10_01), .tags = TAGS("ipv6"),
	.topology = &topology_one_path_ipv6)
{
	arrives_in_chunks(t, row);
}

/* ------------------------------------------------------------------ what does not fit */

struct unfragmented {
	struct row row;
	size_t octets;
	bool refused;
};

static const struct unfragmented unfragmented[] = {
	{ ROW("disabled-fragments-full", "With fragmentation disabled a message that fits a packet is sent"),
		.octets = FULL_IPV4 },
	{ ROW("disabled-fragments-above", "With fragmentation disabled a message that does not fit is EMSGSIZE"),
		.octets = FULL_IPV4 + 1, .refused = true },
	{ ROW("disabled-fragments-64k", "With fragmentation disabled a message of 64 KiB is EMSGSIZE"), .octets = 65536,
		.refused = true },
};

FAMILY(data, unfragmented,
	.requirements = IDS(R_9260_6_9_04, R_9260_6_9_05, R_9260_6_9_07, R_6458_8_1_11_01 /* SCTP_DISABLE_FRAGMENTS */),
	.topology = &topology_one_path)
{
	const struct unfragmented *message = row;
	const struct pair p = settled(t);
	const struct traffic traffic = { .size = message->octets };
	const vtime began = now(t);

	set_option(t, p.client, SCTP_DISABLE_FRAGMENTS, FUTURE, IS(value, 1));
	if (message->refused)
		expect_refused(t, p.client, p.server, &traffic, EMSGSIZE);
	else
		expect_delivered(t, send_messages(t, p.client, p.server, &traffic), promptly());
	expect_quiet(t, s(1));
	expect_sent_exactly(t, message->refused ? 0 : 1, A, 0, DATA, since(t, began));
	/* the other end fragments as ever */
	expect_delivered(
		t, send_messages(t, p.server, p.client, &(struct traffic){ .size = message->octets }), promptly());
}
