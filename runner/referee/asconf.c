/* SPDX-License-Identifier: Apache-2.0 */
/* asconf.c - see asconf.h. */
#include "runner/referee/asconf.h"

#include <string.h>

#include "runner/referee/failure.h"
#include "runner/referee/model.h"
#include "runner/referee/tlv.h"

/* Parameters of ASCONF and ASCONF ACK (sections 4.1 and 4.2), and of INIT. */
enum { IPV4 = 5, IPV6 = 6, ADD = 0xc001, DELETE = 0xc002, ERROR_CAUSE = 0xc003, SET_PRIMARY = 0xc004 };

/* Behind the correlation id of a request. */
static bool address_in(const struct tlv *request, struct address *out)
{
	enum { CORRELATION_ID = 4 };
	const struct chunk within = { .value = request->value, .captured = request->length };
	uint32_t at = CORRELATION_ID;
	struct tlv each;
	if (!tlv_next(&within, &at, &each) || (each.type == IPV4 ? each.length != 4 : each.length != 16) ||
		(each.type != IPV4 && each.type != IPV6))
		return false;
	*out = (struct address){ .ipv6 = each.type == IPV6 };
	memcpy(out->bytes, each.value, each.length);
	return true;
}

/* The address 0: all of them but the one that the request came from (section 5.3, D). */
static bool is_any(const struct address *address)
{
	const struct address none = { .ipv6 = address->ipv6 };
	return address_equal(address, &none);
}

/* What was sent there and not acknowledged waits for a timer of another address then, and nobody sees which. */
static bool has_unanswered(const struct end *self, unsigned destination)
{
	for (size_t i = 0; i < self->sent.n; i++) {
		const struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		if (each && each->to == (int)destination)
			return true;
	}
	return false;
}

static void take_away(struct end *self, const struct address *address, const struct address *source)
{
	bool unanswered = false;
	for (unsigned i = 0; i < self->n_destinations; i++) {
		struct destination *each = &self->destinations[i];
		if (is_any(address) ? address_equal(&each->address, source) : !address_equal(&each->address, address))
			continue;
		each->change = CHANGE_LEAVES;
		each->reach = REACH_UNKNOWN;
		unanswered |= has_unanswered(self, i);
		if (self->primary == (int)i)
			self->primary = -1;
	}
	for (unsigned i = 0; unanswered && i < self->n_destinations; i++)
		failure_doubt(self, &self->destinations[i]);
}

static void add(struct end *self, const struct address *address)
{
	struct destination *destination = end_destination(self, address);
	if (!destination || (destination->reach != REACH_UNKNOWN && !destination->is_gone))
		return;
	destination->change = CHANGE_JOINS;
}

void asconf_arrives(struct end *self, const struct packet *packet, const struct chunk *chunk)
{
	const struct address source = address_of(&packet->source);
	struct tlv each;
	for (uint32_t at = TLV_OF_ASCONF; tlv_next(chunk, &at, &each);) {
		struct address address;
		if (!address_in(&each, &address))
			continue;
		if (each.type == DELETE)
			take_away(self, &address, &source);
		else if (each.type == ADD)
			add(self, is_any(&address) ? &source : &address);
		else if (each.type == SET_PRIMARY)
			self->primary = -1;
	}
}

/* It is new, whatever was known of it before: neither confirmed nor timed. */
static void join(struct end *self, struct destination *destination, int64_t at_ns)
{
	destination->is_gone = false;
	destination->reach = REACH_UNCONFIRMED;
	destination->reach_ns = at_ns;
	destination->probed_ns = -1;
	if (self->parameters.known)
		rto_begin(&destination->rto, &self->parameters);
	destination->pace_ns = destination->rto.ns;
	failure_rest(destination, at_ns);
	failure_overlook_itself(self, destination, at_ns);
}

void asconf_acknowledged(struct end *self, const struct chunk *chunk, int64_t at_ns)
{
	struct tlv error;
	const bool refused = tlv_find(chunk, TLV_OF_ASCONF, ERROR_CAUSE, &error);
	for (unsigned i = 0; i < self->n_destinations; i++) {
		struct destination *each = &self->destinations[i];
		if (each->change == CHANGE_LEAVES && !refused) {
			each->is_gone = true;
			each->gone_ns = at_ns;
		} else if (each->change == CHANGE_JOINS && !refused) {
			join(self, each, at_ns);
		}
		each->change = CHANGE_NONE;
	}
}
