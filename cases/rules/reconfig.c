/* SPDX-License-Identifier: Apache-2.0 */
/* reconfig.c - streams that begin anew, and streams that are added (RFC 6525). */
#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/referee/digest.h"
#include "runner/referee/rule.h"
#include "runner/referee/tsn.h"

#define RE_CONFIG CHUNKS(CHUNK_RE_CONFIG)

static bool is_followed(const struct step *step)
{
	return step->self->exact && step->self->association->from_the_start && extensions_known(step->self) &&
		step->chunk->captured == step->chunk->length - 4U;
}

static bool is_request(const struct tlv *parameter)
{
	return parameter->type >= RE_CONFIG_OUTGOING && parameter->type <= RE_CONFIG_ADD_INCOMING &&
		parameter->type != RE_CONFIG_RESPONSE && parameter->length >= 4;
}

/* The first request of the chunk. */
static bool request_of(const struct chunk *chunk, struct tlv *out)
{
	for (uint32_t at = TLV_OF_RE_CONFIG; tlv_next(chunk, &at, out);)
		if (is_request(out))
			return true;
	return false;
}

static bool is_again(const struct step *step, const struct tlv *request)
{
	return tsn_after(step->self->extensions->re_config.next, tlv_32(request->value));
}

RULE(reconfig, "agreed", .title = "RE-CONFIG is sent to a peer that understands it, while the association is up",
	.level = LEVEL_MUST, .requirements = IDS(R_6525_5_1_02, R_6525_5_1_1_01, R_6525_5_1_01), .on = ON_SENDING,
	.chunks = RE_CONFIG)
{
	const enum state state = step->self->state;
	struct tlv request;
	if (!is_followed(step) || state == STATE_UNKNOWN)
		return;
	if (!extensions_agreed(step->self, CHUNK_RE_CONFIG) && !request_of(step->chunk, &request)) {
		deviates(step, &linux_re_config_answers_anybody, "no RE-CONFIG, which was not agreed on",
			"an answer in %s", state_name(state));
		return;
	}
	must(step,
		extensions_agreed(step->self, CHUNK_RE_CONFIG) &&
			(state == STATE_ESTABLISHED || !request_of(step->chunk, &request)),
		"it when both have listed it, and the association is up", "it in %s", state_name(state));
}

RULE(reconfig, "numbers", .title = "Requests are numbered from the initial TSN on, one after the other",
	.level = LEVEL_MUST, .requirements = IDS(R_6525_5_1_1_02), .on = ON_SENDING, .chunks = RE_CONFIG)
{
	struct tlv each;
	uint32_t expected, at = TLV_OF_RE_CONFIG;
	if (!is_followed(step) || !request_of(step->chunk, &each))
		return;
	const struct requests *requests = &step->self->extensions->re_config;
	expected = is_again(step, &each) ? requests->first : requests->next;
	while (tlv_next(step->chunk, &at, &each))
		if (is_request(&each)) {
			must(step, tlv_32(each.value) == expected, "the next request number", "%u instead of %u",
				tlv_32(each.value), expected);
			expected++;
		}
}

RULE(reconfig, "one", .title = "One request at a time is outstanding", .level = LEVEL_MUST,
	.requirements = IDS(R_6525_5_1_1_03), .on = ON_SENDING, .chunks = RE_CONFIG)
{
	struct tlv request;
	if (is_followed(step) && request_of(step->chunk, &request) && !is_again(step, &request))
		must(step, step->self->extensions->re_config.open == 0, "the next one when the one before is answered",
			"it while %u is outstanding", step->self->extensions->re_config.first);
}

RULE(reconfig, "again", .title = "A request that is sent again is what it was", .level = LEVEL_MUST,
	.requirements = IDS(R_6525_5_1_1_04), .on = ON_SENDING, .chunks = RE_CONFIG)
{
	struct tlv request;
	if (is_followed(step) && request_of(step->chunk, &request) && is_again(step, &request))
		must(step,
			digest_of(step->chunk->value, step->chunk->captured) ==
				step->self->extensions->re_config.digest,
			"the request that is outstanding, unchanged", "another one with the number %u",
			tlv_32(request.value));
}

RULE(reconfig, "parameters", .title = "RE-CONFIG has one parameter, or two that go together", .level = LEVEL_MUST,
	.requirements = IDS(R_6525_3_1_01, R_6525_3_1_02, R_6525_3_1_03), .on = ON_SENDING, .chunks = RE_CONFIG)
{
	struct tlv first = { 0 }, second = { 0 };
	uint32_t at = TLV_OF_RE_CONFIG;
	if (!is_followed(step))
		return;
	const bool has_one = tlv_next(step->chunk, &at, &first), has_two = tlv_next(step->chunk, &at, &second);
	const bool fit = (first.type == RE_CONFIG_OUTGOING && second.type == RE_CONFIG_INCOMING) ||
		(first.type == RE_CONFIG_ADD_OUTGOING && second.type == RE_CONFIG_ADD_INCOMING) ||
		(first.type == RE_CONFIG_RESPONSE &&
			(second.type == RE_CONFIG_OUTGOING || second.type == RE_CONFIG_RESPONSE));
	must(step, has_one && (!has_two || fit) && at >= step->chunk->captured && step->chunk->flags == 0,
		"one parameter, or two that RFC 6525 lets stand together, and no flags", "%u and %u, flags 0x%02x",
		first.type, second.type, step->chunk->flags);
}

RULE(reconfig, "last-tsn", .title = "An Outgoing SSN Reset Request has the last TSN that was sent", .level = LEVEL_MUST,
	.requirements = IDS(R_6525_4_1_01, R_6525_5_1_2_02), .on = ON_SENDING, .chunks = RE_CONFIG)
{
	enum { LAST_TSN = 8, FIXED = 12 };
	const struct sent *sent = &step->self->sent;
	struct tlv request;
	if (!is_followed(step) || !sent->known ||
		!tlv_find(step->chunk, TLV_OF_RE_CONFIG, RE_CONFIG_OUTGOING, &request) || request.length < FIXED ||
		is_again(step, &request))
		return;
	must(step, tlv_32(request.value + LAST_TSN) == sent->next - 1, "the last TSN that was sent", "%u instead of %u",
		tlv_32(request.value + LAST_TSN), sent->next - 1);
}

/* DATA of before may be outstanding: the request tells its last TSN, up to which the peer waits (section 5.2.2). A
 * reset of TSNs holds back all. */
RULE(reconfig, "held", .title = "While a reset of its stream is asked for, no new DATA leaves", .level = LEVEL_MUST,
	.requirements = IDS(R_6525_5_1_2_01, R_6525_5_1_4_01), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_DATA, CHUNK_I_DATA))
{
	enum { FLAG_U = 4 };
	struct end *self = step->self;
	const struct chunk *chunk = step->chunk;
	const struct extensions *extensions = self->extensions;
	if (!self->association->reconfigured || !self->exact || !chunk->decoded || !extensions || !self->sent.known ||
		chunk->data.tsn != self->sent.next)
		return;
	const struct requests *requests = &extensions->re_config;
	const struct stream *stream = end_stream(self, chunk->data.stream);
	const bool is_asked = requests->open > 0 && requests->outgoing != 0;
	const bool is_reset = (stream && stream->resets && !(chunk->flags & FLAG_U)) ||
		(is_asked && requests->outgoing == RE_CONFIG_TSN);
	if (is_asked || is_reset)
		must(step, !is_asked || !is_reset, "new DATA of other streams only until the request is answered",
			"some of stream %u", chunk->data.stream);
}

RULE(reconfig, "answered-at-once", .title = "A request is answered at once", .level = LEVEL_MUST,
	.requirements = IDS(R_6525_5_1_7_01, R_6525_5_2_1_01, R_6525_5_2_1_02), .on = ON_SENDING | ON_UNANSWERED,
	.chunks = RE_CONFIG)
{
	must_at_once(step, ANSWER_RE_CONFIG, "a response at once");
}

RULE(reconfig, "response", .title = "A response is to a request that has come, and has a result", .level = LEVEL_MUST,
	.requirements = IDS(R_6525_4_4_01, R_6525_4_4_02, R_6525_5_1_7_01), .on = ON_SENDING, .chunks = RE_CONFIG)
{
	enum { RESULT = 4, RESULTS = 7, SHORT = 8, WITH_TSNS = 16 };
	struct tlv each;
	if (!is_followed(step))
		return;
	const struct requests *requests = &step->self->extensions->re_config;
	for (uint32_t at = TLV_OF_RE_CONFIG; tlv_next(step->chunk, &at, &each);) {
		if (each.type != RE_CONFIG_RESPONSE || each.length < SHORT)
			continue;
		const uint32_t number = tlv_32(each.value), result = tlv_32(each.value + RESULT);
		must(step,
			requests->has_come && requests->came - number <= 1 && result < RESULTS &&
				(each.length == SHORT || each.length == WITH_TSNS),
			"a request that has come, and a result of 0 .. 6", "request %u, result %u", number, result);
	}
}

RULE(reconfig, "from-zero", .title = "Streams that are reset begin with SSN 0 or MID 0", .level = LEVEL_MUST,
	.requirements = IDS(R_6525_5_1_2_03, R_8260_2_3_2_01), .on = ON_SENDING,
	.chunks = CHUNKS(CHUNK_DATA, CHUNK_I_DATA))
{
	enum { FLAG_B = 2, FLAG_U = 4, PERFORMED = 1 };
	struct end *self = step->self;
	const struct chunk *chunk = step->chunk;
	if (!chunk->decoded || !self->exact || !self->sent.known || chunk->data.tsn != self->sent.next ||
		(chunk->flags & (FLAG_U | FLAG_B)) != FLAG_B)
		return;
	const struct stream *stream = end_stream(self, chunk->data.stream);
	if (stream && stream->resets && self->extensions->re_config.result == PERFORMED)
		must(step, (chunk->type == CHUNK_I_DATA ? chunk->data.mid : chunk->data.ssn) == 0, "0", "%u",
			chunk->type == CHUNK_I_DATA ? chunk->data.mid : chunk->data.ssn);
}
