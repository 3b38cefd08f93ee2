/* SPDX-License-Identifier: Apache-2.0 */
/* arrives.c - what a case expects to arrive at the tester, and what has arrived. */
#include <stdlib.h>
#include <string.h>

#include "runner/tester/state.h"

struct item arrives_chunks(struct tester *tester, int path, bool alone, const struct wire_way *way,
	const struct wire_chunk *chunks, size_t count)
{
	struct item item = item_of(tester->peer, OBSERVED_PACKET, ANY);
	struct wire_pattern *pattern = tester_keep(tester, calloc(1, sizeof(*pattern)));

	pattern->packet = (struct wire_packet){
		.path = path,
		.chunks = tester_keep(tester, wire_copy(chunks, (unsigned)count)),
		.count = (unsigned)count,
	};
	if (way != NULL)
		pattern->packet.header =
			(struct wire_header){ way->source_port, way->destination_port, way->verification_tag, { 0 } };
	pattern->alone = alone;
	item.packet = pattern;
	return item;
}

struct item reads(const struct peer *peer, int stream, const char *text)
{
	struct item item = item_of(peer, OBSERVED_MESSAGE, ANY);

	item.value = stream;
	item.reason = text;
	item.error = ANY;
	return item;
}

vtime arrived_at(const struct tester *tester)
{
	return tester->trial->rehearsal != NULL ? tester->trial->rehearsed : tester->arrived;
}

const struct wire_chunk *last(struct tester *tester, uint8_t type)
{
	static const struct wire_chunk none;

	return tester->tcb.last[type] != NULL ? tester->tcb.last[type] : &none;
}

uint32_t tag_of(const struct tester *tester)
{
	return tester->tcb.own_tag;
}

uint32_t kernel_tag(const struct tester *tester)
{
	return tester->tcb.peer_tag;
}

uint32_t sent_tsn(const struct tester *tester, unsigned n)
{
	return tester->tcb.initial_tsn + n;
}

uint32_t kernel_tsn(const struct tester *tester, unsigned n)
{
	return tester->tcb.peer_initial_tsn + n;
}

struct octets altered(struct tester *tester, const struct octets *octets, long at)
{
	uint8_t *copy = tester_keep(tester, malloc(octets->length + 1));
	const size_t index = at < 0 ? octets->length - (size_t)-at : (size_t)at;

	if (octets->length > 0)
		memcpy(copy, octets->bytes, octets->length);
	if (tester->trial->rehearsal == NULL && index >= octets->length)
		trial_error(tester->trial, "there is no octet %ld of %zu to alter", at, octets->length);
	if (index < octets->length)
		copy[index] ^= 1;
	return OCTETS(copy, octets->length);
}

struct octets last_cookie(struct tester *tester)
{
	const struct tlv *cookie = tcb_cookie(&tester->tcb);

	return cookie != NULL ? cookie->value : OCTETS("", 0);
}

void expect_both(struct trial *t, struct tester *tester, int path, struct wire_chunk one, struct wire_chunk other)
{
	const struct item first[] = {
		soon(t, arrives_alone(tester, path, one, other)),
		soon(t, arrives_alone(tester, path, other, one)),
		soon(t, arrives_alone(tester, path, one)),
		soon(t, arrives_alone(tester, path, other)),
	};
	const size_t which = expect_one_of_items(t, first, sizeof(first) / sizeof(*first));

	if (which >= 2)
		expect(t, first[5 - which]);
}

void expect_data(struct trial *t, struct tester *tester, unsigned first, unsigned count)
{
	struct item items[ITEMS_MAX];

	if (count > ITEMS_MAX)
		trial_error(t, "more than %d DATA chunks at once", ITEMS_MAX);
	for (unsigned i = 0; i < count; i++)
		items[i] = soon(t, arrives(tester, ANY, a_data(.tsn = SET(kernel_tsn(tester, first + i)))));
	expect_group(t, IN_ORDER, items, count, NULL, NULL);
}

void expect_alive(struct trial *t, struct tester *tester)
{
	static const char information[] = "\0\1\0\x0c"
					  "alive??";

	transmit(t, tester, a_heartbeat(.information = OCTETS(information, sizeof(information))));
	expect(t,
		soon(t,
			arrives(tester, ANY,
				a_heartbeat_ack(.information = OCTETS(information, sizeof(information))))));
}

void expect_gone(struct trial *t, struct tester *tester)
{
	transmit(t, tester, a_heartbeat());
	expect(t,
		soon(t,
			arrives_with(tester, ANY, HEADER(.verification_tag = SET(kernel_tag(tester))),
				an_abort(.flags = SET(FLAG_T)))));
}
