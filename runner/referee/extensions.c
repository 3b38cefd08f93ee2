/* SPDX-License-Identifier: Apache-2.0 */
/* extensions.c - see extensions.h. */
#include "runner/referee/extensions.h"

#include <stdlib.h>
#include <string.h>

#include "runner/referee/asconf.h"
#include "runner/referee/digest.h"
#include "runner/referee/failure.h"
#include "runner/referee/model.h"
#include "runner/referee/tlv.h"
#include "runner/referee/tsn.h"

/* Parameters of INIT and INIT ACK. */
enum {
	ECN_CAPABLE = 0x8000,
	RANDOM = 0x8002,
	CHUNK_LIST,
	HMAC_ALGO,
	SUPPORTED_EXTENSIONS = 0x8008,
	FORWARD_TSN_SUPPORTED = 0xc000,
};

/* ---- What it offers ---- */

static void put(uint64_t *set, uint8_t type)
{
	set[type / 64] |= UINT64_C(1) << type % 64;
}

static bool has(const uint64_t *set, uint8_t type)
{
	return set[type / 64] >> type % 64 & 1;
}

static void put_all(uint64_t *set, const struct tlv *types)
{
	for (unsigned i = 0; i < types->length; i++)
		put(set, types->value[i]);
}

static void take_hmacs(struct extensions *extensions, const struct tlv *hmacs)
{
	for (unsigned i = 0; i + 2 <= hmacs->length && extensions->n_hmacs < HMACS_MAX; i += 2)
		extensions->hmacs[extensions->n_hmacs++] = (uint16_t)tlv_16(hmacs->value + i);
}

/* RANDOM, CHUNKS and HMAC-ALGO with their headers and without padding, one behind the other. */
static void make_key_vector(struct extensions *extensions, const struct chunk *chunk)
{
	enum { HEADER = 4 };
	struct tlv each;
	size_t n = 0;
	for (unsigned type = RANDOM; type <= HMAC_ALGO; type++) {
		if (!tlv_find(chunk, TLV_OF_INIT, type, &each))
			continue;
		if (n + HEADER + each.length > KEY_VECTOR_MAX)
			return;
		memcpy(extensions->key_vector + n, each.value - HEADER, HEADER + each.length);
		n += HEADER + each.length;
	}
	extensions->key_vector_length = n;
}

void extensions_learn(struct end *self, const struct chunk *chunk)
{
	struct tlv each;
	free(self->extensions);
	self->extensions = calloc(1, sizeof(*self->extensions));
	struct extensions *extensions = self->extensions;
	if (!extensions)
		return;
	for (uint32_t at = TLV_OF_INIT; tlv_next(chunk, &at, &each);) {
		extensions->ecn |= each.type == ECN_CAPABLE;
		extensions->forward_tsn |= each.type == FORWARD_TSN_SUPPORTED;
		extensions->auth |= each.type == RANDOM;
		if (each.type == SUPPORTED_EXTENSIONS)
			put_all(extensions->types, &each);
		if (each.type == CHUNK_LIST)
			put_all(extensions->authenticated, &each);
		if (each.type == HMAC_ALGO)
			take_hmacs(extensions, &each);
	}
	if (extensions->auth)
		make_key_vector(extensions, chunk);
	extensions->asconf.next = extensions->re_config.next = chunk->init.initial_tsn;
}

void extensions_accept(struct end *self)
{
	if (!self->extensions)
		return;
	self->extensions->asconf.next = self->extensions->re_config.next = self->initial_tsn;
	self->extensions->key_vector_length = 0;
}

static bool understands(const struct extensions *extensions, uint8_t type)
{
	if (type == CHUNK_FORWARD_TSN && extensions->forward_tsn)
		return true;
	if (type == CHUNK_AUTH)
		return extensions->auth;
	if (type == CHUNK_ECNE || type == CHUNK_CWR)
		return extensions->ecn;
	return has(extensions->types, type);
}

bool extensions_known(const struct end *self)
{
	return self->extensions && self->peer->extensions;
}

bool extensions_agreed(const struct end *self, uint8_t type)
{
	return extensions_known(self) && understands(self->extensions, type) &&
		understands(self->peer->extensions, type);
}

bool extensions_authenticates(const struct end *self, uint8_t type)
{
	return self->extensions && extensions_agreed(self, CHUNK_AUTH) && has(self->extensions->authenticated, type) &&
		type != CHUNK_INIT && type != CHUNK_INIT_ACK && type != CHUNK_SHUTDOWN_COMPLETE && type != CHUNK_AUTH;
}

bool packet_authenticates(const struct packet *packet, const struct chunk *chunk)
{
	for (const struct chunk *each = packet->chunks; each < chunk; each++)
		if (each->type == CHUNK_AUTH)
			return true;
	return false;
}

/* ---- Requests ---- */

/* A chunk with `n` requests from that number on leaves; again, when the one before went unanswered, which may count as
 * an error of the path that it went to. */
static void ask(struct end *self, struct requests *requests, uint32_t number, unsigned n, const struct packet *packet,
	const struct chunk *chunk, int64_t at_ns)
{
	const struct address to = address_of(&packet->destination);
	const struct destination *destination = end_destination(self, &to);
	const unsigned before = requests->to;
	requests->to = destination ? (unsigned)(destination - self->destinations) : 0;
	if (tsn_after(requests->next, number)) {
		if (self->exact && before < self->n_destinations) {
			self->destinations[before].asked_again = true;
			failure_strike(self, &self->destinations[before], STRIKE_REQUEST, false, at_ns);
		}
		return;
	}
	requests->first = number;
	requests->next = number + n;
	requests->open = n;
	requests->digest = digest_of(chunk->value, chunk->captured);
}

static void answer(struct requests *requests, uint32_t number)
{
	if (requests->open > 0 && !tsn_after(requests->first, number) && tsn_after(requests->next, number))
		requests->open--;
}

static void come(struct requests *requests, uint32_t number)
{
	if (!requests->has_come || tsn_after(number, requests->came))
		requests->came = number;
	requests->has_come = true;
}

static bool is_request(const struct tlv *parameter)
{
	return parameter->type >= RE_CONFIG_OUTGOING && parameter->type <= RE_CONFIG_ADD_INCOMING &&
		parameter->type != RE_CONFIG_RESPONSE && parameter->length >= 4;
}

/* Streams of its own of which it begins to count anew. */
static void reset_streams(struct end *self, const struct tlv *request)
{
	enum { FIXED = 12 };
	if (request->length > FIXED)
		for (unsigned i = FIXED; i + 2 <= request->length; i += 2) {
			struct stream *stream = end_stream(self, (uint16_t)tlv_16(request->value + i));
			if (stream)
				stream->resets = true;
		}
	else
		for (unsigned i = 0; i < self->streams_room; i++)
			self->streams[i].resets = self->streams[i].is_taken;
}

/* Both ends begin anew with these TSNs (section 5.2.4), once: `next` is its own, `peers` the peer's. */
static void begin_anew(struct end *self, uint32_t next, uint32_t peers)
{
	for (unsigned i = 0; i < self->n_destinations; i++) {
		struct destination *each = &self->destinations[i];
		each->outstanding = 0;
		each->t3.runs = each->is_timed = each->lingers = false;
		each->congestion.flight = 0;
	}
	self->initial_tsn = next;
	sent_begin(&self->sent, next);
	received_begin(&self->received, peers);
	self->streams_unknown = true;
	for (unsigned i = 0; i < self->streams_room; i++)
		self->streams[i].known = self->streams[i].mids[0].known = self->streams[i].mids[1].known = false;
	self->delivery.lost = true;
}

/* The response to an SSN/TSN Reset Request. */
static void note_tsns(struct end *self, const struct tlv *response, bool leaves)
{
	enum { RESULT = 4, SENDERS_NEXT = 8, RECEIVERS_NEXT = 12, LENGTH = 16, PERFORMED = 1 };
	struct requests *requests = &self->extensions->re_config;
	if (response->length < LENGTH || tlv_32(response->value + RESULT) != PERFORMED ||
		(requests->has_reset && requests->reset == tlv_32(response->value)))
		return;
	const uint32_t senders = tlv_32(response->value + SENDERS_NEXT),
		       receivers = tlv_32(response->value + RECEIVERS_NEXT);
	requests->has_reset = true;
	requests->reset = tlv_32(response->value);
	begin_anew(self, leaves ? senders : receivers, leaves ? receivers : senders);
}

static void ask_re_config(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	struct requests *requests = &self->extensions->re_config;
	struct tlv each;
	unsigned n = 0;
	uint32_t first = 0;
	uint16_t incoming = 0, outgoing = 0;
	for (uint32_t at = TLV_OF_RE_CONFIG; tlv_next(chunk, &at, &each);) {
		if (each.type == RE_CONFIG_RESPONSE)
			note_tsns(self, &each, true);
		if (!is_request(&each))
			continue;
		if (n++ == 0)
			first = tlv_32(each.value);
		if (each.type == RE_CONFIG_INCOMING || each.type == RE_CONFIG_ADD_INCOMING)
			incoming = (uint16_t)each.type;
		if (each.type == RE_CONFIG_OUTGOING || each.type == RE_CONFIG_TSN)
			outgoing = (uint16_t)each.type;
		if (each.type == RE_CONFIG_OUTGOING && !tsn_after(requests->next, tlv_32(each.value)))
			reset_streams(self, &each);
	}
	if (n == 0)
		return;
	if (!tsn_after(requests->next, first)) {
		requests->incoming = incoming;
		requests->outgoing = outgoing;
	}
	ask(self, requests, first, n, packet, chunk, at_ns);
}

static void take_re_config(struct end *self, const struct chunk *chunk)
{
	enum { IN_PROGRESS = 6 };
	struct requests *requests = &self->extensions->re_config;
	struct tlv each;
	for (uint32_t at = TLV_OF_RE_CONFIG; tlv_next(chunk, &at, &each);) {
		if (is_request(&each))
			come(requests, tlv_32(each.value));
		if (each.type == RE_CONFIG_RESPONSE && each.length >= 8) {
			requests->result = tlv_32(each.value + 4);
			note_tsns(self, &each, false);
			if (requests->result != IN_PROGRESS)
				answer(requests, tlv_32(each.value));
		}
		/* the peer does what it was asked for: these requests are answers, too */
		if ((each.type == RE_CONFIG_OUTGOING && requests->incoming == RE_CONFIG_INCOMING) ||
			(each.type == RE_CONFIG_ADD_OUTGOING && requests->incoming == RE_CONFIG_ADD_INCOMING)) {
			requests->open -= requests->open > 0;
			requests->incoming = 0;
		}
	}
}

/* ---- A chunk ---- */

void extensions_send(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	struct extensions *extensions = self->extensions;
	if (!extensions || !chunk->decoded)
		return;
	switch (chunk->type) {
	case CHUNK_AUTH:
		extensions->key_is_empty |= hmac_judge(self, packet, chunk) == HMAC_RIGHT;
		break;
	case CHUNK_ASCONF:
		ask(self, &extensions->asconf, chunk->asconf.serial, 1, packet, chunk, at_ns);
		break;
	case CHUNK_ASCONF_ACK:
		asconf_acknowledged(self, chunk, at_ns);
		break;
	case CHUNK_RE_CONFIG:
		ask_re_config(self, packet, chunk, at_ns);
		break;
	case CHUNK_FORWARD_TSN:
	case CHUNK_I_FORWARD_TSN:
		extensions->forwarded = chunk->forward_tsn.new_cum_tsn;
		extensions->has_forwarded = true;
		break;
	default:
		break;
	}
}

void extensions_receive(struct end *self, const struct packet *packet, const struct chunk *chunk)
{
	struct extensions *extensions = self->extensions;
	if (!extensions || !chunk->decoded ||
		(extensions_authenticates(self, chunk->type) && !packet_authenticates(packet, chunk)))
		return;
	switch (chunk->type) {
	case CHUNK_ASCONF:
		if (!extensions->asconf.has_come || tsn_after(chunk->asconf.serial, extensions->asconf.came))
			asconf_arrives(self, packet, chunk);
		come(&extensions->asconf, chunk->asconf.serial);
		break;
	case CHUNK_ASCONF_ACK:
		answer(&extensions->asconf, chunk->asconf.serial);
		break;
	case CHUNK_RE_CONFIG:
		take_re_config(self, chunk);
		break;
	case CHUNK_ECNE:
		extensions->ecne_tsns[extensions->n_ecnes++ % ECNES_MAX] = chunk->ecn.lowest_tsn;
		break;
	default:
		break;
	}
}
