/* SPDX-License-Identifier: Apache-2.0 */
/* cookies.c - see cookies.h. */
#include "runner/referee/cookies.h"

#include "runner/referee/digest.h"
#include "runner/referee/model.h"
#include "runner/referee/tlv.h"

void cookie_give(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns)
{
	enum { COOKIE = 7 };
	struct tlv cookie;
	if (!chunk->decoded || !tlv_find(chunk, TLV_OF_INIT, COOKIE, &cookie))
		return;
	self->cookies[self->n_cookies++ % COOKIES_MAX] = (struct cookie){
		.digest = digest_of(cookie.value, cookie.length),
		.length = cookie.length,
		.own_tag = chunk->init.initiate_tag,
		.peers_tag = packet->verification_tag,
		.initial_tsn = chunk->init.initial_tsn,
		.at_ns = at_ns,
	};
}

const struct cookie *end_cookie_of(const struct end *end, const struct chunk *chunk)
{
	const uint32_t digest = digest_of(chunk->value, chunk->captured);
	for (unsigned i = end->n_cookies; i-- > 0 && end->n_cookies - i <= COOKIES_MAX;) {
		const struct cookie *each = &end->cookies[i % COOKIES_MAX];
		if (each->digest == digest && each->length == chunk->captured)
			return each;
	}
	return NULL;
}

void cookie_accept(struct end *giver, const struct cookie *cookie)
{
	/* one that has sent INIT meanwhile has the tag of that INIT */
	if (!cookie || cookie->own_tag == giver->tag || giver->established_ns >= 0 || giver->sent.n > 0 ||
		giver->state == STATE_COOKIE_WAIT || giver->state == STATE_COOKIE_ECHOED)
		return;
	if (giver->n_earlier_tags < EARLIER_TAGS_MAX)
		giver->earlier_tags[giver->n_earlier_tags++] = giver->tag;
	giver->tag = cookie->own_tag;
	giver->initial_tsn = cookie->initial_tsn;
	extensions_accept(giver);
	sent_begin(&giver->sent, cookie->initial_tsn);
	received_begin(&giver->peer->received, cookie->initial_tsn);
}

void cookie_receive(struct end *self, const struct chunk *chunk)
{
	static const enum cookie_row rows[2][2] = { { ROW_NONE, ROW_C },
		{ ROW_B, ROW_D } }; /* own tag fits, peer's tag fits */
	const struct cookie *cookie = end_cookie_of(self, chunk);
	const bool has_association = self->state != STATE_UNKNOWN && self->state != STATE_CLOSED;
	self->cookie = cookie;
	self->row = ROW_NONE;
	self->row_state = self->state;
	if (!cookie || !self->exact || !self->association->from_the_start)
		return;
	if (has_association)
		self->row = rows[cookie->own_tag == self->tag][cookie->peers_tag == self->peers_tag];
	else if (self->established_ns < 0)
		self->row = self->association->is_restart ? ROW_A : ROW_NEW;
	if (self->association->is_restart && self->row == ROW_A)
		self->row_state = self->association->restarts;
	/* What the tie-tags are of is over by now, and another association may have come since. */
	if (self->row == ROW_A && self->row_state == STATE_CLOSED)
		self->row = ROW_NONE;
}
