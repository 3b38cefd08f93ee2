/* SPDX-License-Identifier: Apache-2.0 */
/* tcb.c - what an endpoint remembers, and how it completes what is said of a chunk. */
#include "netns/wire/habits.h"

#include <netinet/in.h>
#include <string.h>

#define DEFAULT_TAG 0x7e57e201
#define DEFAULT_TSN 0x7e570001
#define DEFAULT_RWND 131072
#define DEFAULT_STREAMS 10
#define DEFAULT_PORT 5000

/* What its INIT ACK gives; the peer cannot read it. */
static const char own_cookie[] = "the tester's cookie";

static bool is_before(uint32_t one, uint32_t other)
{
	return (int32_t)(one - other) < 0;
}

static uint32_t or_else(const struct field *field, uint32_t value)
{
	return field->set ? field->value : value;
}

void tcb_begin(struct tcb *tcb, const struct habits *habits)
{
	*tcb = (struct tcb){
		.own_port = habits->port ? habits->port : DEFAULT_PORT,
		.own_tag = or_else(&habits->initiate_tag, DEFAULT_TAG),
		.initial_tsn = or_else(&habits->initial_tsn, DEFAULT_TSN),
		.a_rwnd = or_else(&habits->a_rwnd, DEFAULT_RWND),
		.outbound_streams = (uint16_t)or_else(&habits->outbound_streams, DEFAULT_STREAMS),
		.inbound_streams = (uint16_t)or_else(&habits->inbound_streams, DEFAULT_STREAMS),
		.sack_due_ns = -1,
		.says = habits->says,
	};
	tcb->next_tsn = tcb->initial_tsn;
	tcb->acked_tsn = tcb->initial_tsn - 1;
}

void tcb_name_address(struct tcb *tcb, const struct sockaddr_storage *address)
{
	const bool six = address->ss_family == AF_INET6;
	const size_t length = six ? 16 : 4;

	if (tcb->address_count == TCB_ADDRESSES)
		return;
	uint8_t *bytes = tcb->address_bytes[tcb->address_count];

	if (six)
		memcpy(bytes, &((const struct sockaddr_in6 *)address)->sin6_addr, length);
	else
		memcpy(bytes, &((const struct sockaddr_in *)address)->sin_addr, length);
	tcb->addresses[tcb->address_count++] = (struct tlv){
		.type = six ? PARAMETER_IPV6 : PARAMETER_IPV4,
		.value = OCTETS(bytes, length),
	};
}

/* ------------------------------------------------------------------ what arrives */

bool tcb_note_tsn(struct tcb *tcb, uint32_t tsn)
{
	if (!is_before(tcb->cum_tsn, tsn) || tcb->arrived[tsn % TSN_ROOM])
		return false;
	if (tsn - tcb->cum_tsn >= TSN_ROOM)
		return true; /* beyond any window of ours: it is dropped */
	tcb->arrived[tsn % TSN_ROOM] = true;
	if (is_before(tcb->highest_tsn, tsn))
		tcb->highest_tsn = tsn;
	while (tcb->arrived[(tcb->cum_tsn + 1) % TSN_ROOM])
		tcb->arrived[++tcb->cum_tsn % TSN_ROOM] = false;
	return true;
}

const struct tlv *tcb_cookie(const struct tcb *tcb)
{
	const struct wire_chunk *init_ack = tcb->last[CHUNK_INIT_ACK];

	for (unsigned i = 0; init_ack && i < init_ack->parameters.count; i++)
		if (init_ack->parameters.list[i].type == PARAMETER_COOKIE)
			return &init_ack->parameters.list[i];
	return NULL;
}

/* ------------------------------------------------------------------ what is not set */

static void fill(struct field *field, uint32_t value)
{
	if (!field->set)
		*field = SET(value);
}

/* The addresses, what it says besides, and the cookie of an INIT ACK. */
static struct tlvs parameters_of(struct tcb *tcb, uint8_t type)
{
	unsigned count = tcb->address_count;

	for (unsigned i = 0; i < tcb->says.count && i < TCB_SAYS; i++)
		tcb->addresses[count++] = tcb->says.list[i];
	if (type == CHUNK_INIT_ACK)
		tcb->addresses[count++] = (struct tlv){ .type = PARAMETER_COOKIE, .value = BYTES(own_cookie) };
	return (struct tlvs){ true, tcb->addresses, count };
}

static void fill_init(struct tcb *tcb, struct wire_chunk *chunk)
{
	fill(&chunk->initiate_tag, tcb->own_tag);
	fill(&chunk->a_rwnd, tcb->a_rwnd);
	fill(&chunk->outbound_streams, tcb->outbound_streams);
	fill(&chunk->inbound_streams, tcb->inbound_streams);
	fill(&chunk->initial_tsn, tcb->initial_tsn);
	if (!chunk->parameters.set)
		chunk->parameters = parameters_of(tcb, chunk->type);
}

static void fill_data(struct tcb *tcb, struct wire_chunk *chunk)
{
	const bool is_new = !chunk->tsn.set;

	fill(&chunk->tsn, tcb->next_tsn);
	fill(&chunk->flags, FLAG_B | FLAG_E);
	fill(&chunk->stream, 0);
	fill(&chunk->ppid, 0);
	tcb->next_tsn += is_new;
	if (!chunk->payload.set)
		chunk->payload = BYTES("data");
	if (!chunk->ssn.set && chunk->stream.value < TCB_STREAMS && (chunk->flags.value & FLAG_U) == 0) {
		uint16_t *next = &tcb->next_ssn[chunk->stream.value];

		/* What is sent again has the number that it had, in a stream of messages of one chunk. */
		chunk->ssn = SET(is_new ? *next : (uint16_t)(chunk->tsn.value - tcb->initial_tsn));
		*next = (uint16_t)(*next + (is_new && (chunk->flags.value & FLAG_E) != 0));
	}
}

static unsigned list_gaps(const struct tcb *tcb, struct gap *gaps)
{
	const uint32_t span = is_before(tcb->cum_tsn, tcb->highest_tsn) ? tcb->highest_tsn - tcb->cum_tsn : 0;
	unsigned count = 0;

	for (uint32_t i = 1; i <= span; i++) {
		if (!tcb->arrived[(tcb->cum_tsn + i) % TSN_ROOM])
			continue;
		if (count > 0 && gaps[count - 1].end == i - 1)
			gaps[count - 1].end = (uint16_t)i;
		else if (count < TCB_GAPS)
			gaps[count++] = (struct gap){ (uint16_t)i, (uint16_t)i };
	}
	return count;
}

/* Gaps are counted from the cumulative TSN, so that another one has none unless they are said, too. */
static void fill_sack(struct tcb *tcb, struct wire_chunk *chunk, struct answer *scratch)
{
	if (!chunk->gaps.set && !chunk->cum_tsn_ack.set)
		chunk->gaps = (struct gaps){ true, scratch->gaps, list_gaps(tcb, scratch->gaps) };
	if (!chunk->duplicates.set) {
		memcpy(scratch->duplicates, tcb->duplicates, sizeof(tcb->duplicates));
		chunk->duplicates = (struct tsns){ true, scratch->duplicates, tcb->duplicate_count };
	}
	fill(&chunk->cum_tsn_ack, tcb->cum_tsn);
	fill(&chunk->a_rwnd, tcb->a_rwnd);
}

static void fill_heartbeat(struct tcb *tcb, struct wire_chunk *chunk)
{
	uint8_t *info = tcb->heartbeat_info;

	if (chunk->information.set)
		return;
	tcb->heartbeat_number++;
	memcpy(info, "\0\1\0\14test", 8);
	for (unsigned i = 0; i < 4; i++)
		info[8 + i] = (uint8_t)(tcb->heartbeat_number >> (24 - 8 * i));
	chunk->information = OCTETS(info, sizeof(tcb->heartbeat_info));
}

static void fill_octets(struct octets *octets, const struct octets *from)
{
	if (!octets->set && from)
		*octets = *from;
}

void tcb_fill(struct tcb *tcb, struct wire_chunk *chunk, struct answer *scratch)
{
	const struct tlv *cookie = tcb_cookie(tcb);

	if (chunk->raw.set)
		return;
	switch (chunk->type) {
	case CHUNK_INIT:
	case CHUNK_INIT_ACK:
		fill_init(tcb, chunk);
		break;
	case CHUNK_DATA:
		fill_data(tcb, chunk);
		break;
	case CHUNK_SACK:
		fill_sack(tcb, chunk, scratch);
		break;
	case CHUNK_HEARTBEAT:
		fill_heartbeat(tcb, chunk);
		break;
	case CHUNK_HEARTBEAT_ACK:
		fill_octets(&chunk->information,
			tcb->last[CHUNK_HEARTBEAT] ? &tcb->last[CHUNK_HEARTBEAT]->information : NULL);
		break;
	case CHUNK_COOKIE_ECHO:
		fill_octets(&chunk->cookie, cookie ? &cookie->value : NULL);
		break;
	case CHUNK_SHUTDOWN:
		fill(&chunk->cum_tsn_ack, tcb->cum_tsn);
		break;
	default: /* the others have nothing that must be filled in */
		break;
	}
}

void tcb_fill_header(const struct tcb *tcb, const struct wire_chunk *first, struct wire_header *header)
{
	fill(&header->source_port, tcb->own_port);
	fill(&header->destination_port, tcb->peer_port);
	fill(&header->verification_tag, first && first->type == CHUNK_INIT ? 0 : tcb->peer_tag);
}

/* ------------------------------------------------------------------ what was sent */

void tcb_note_sent(struct tcb *tcb, const struct wire_chunk *chunk)
{
	const bool is_up = tcb->state >= TCB_ESTABLISHED;

	switch (chunk->type) {
	case CHUNK_INIT:
		tcb->state = is_up ? tcb->state : TCB_COOKIE_WAIT;
		break;
	case CHUNK_COOKIE_ECHO:
		tcb->state = is_up ? tcb->state : TCB_COOKIE_ECHOED;
		break;
	case CHUNK_SACK:
		tcb->duplicate_count = 0;
		tcb->unacknowledged = 0;
		tcb->sack_due_ns = -1;
		break;
	case CHUNK_HEARTBEAT:
		tcb->heartbeats++;
		break;
	case CHUNK_SHUTDOWN:
		tcb->state = is_up ? TCB_SHUTDOWN_SENT : tcb->state;
		break;
	case CHUNK_SHUTDOWN_ACK:
		tcb->state = is_up ? TCB_SHUTDOWN_ACK_SENT : tcb->state;
		break;
	case CHUNK_SHUTDOWN_COMPLETE:
	case CHUNK_ABORT:
		tcb->state = TCB_CLOSED;
		break;
	default: /* the others change nothing */
		break;
	}
}
