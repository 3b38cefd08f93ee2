/* SPDX-License-Identifier: Apache-2.0 */
/* congestion.c - how much is outstanding, and when DATA is sent again before T3-rtx expires (RFC 9260 sections 6.1 and
 * 7.2). */
#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/referee/rule.h"

#define DATA CHUNKS(CHUNK_DATA, CHUNK_I_DATA)

static struct destination *destination_of(struct step *step)
{
	const struct address to = address_of(&step->packet->destination);
	return end_destination(step->self, &to);
}

static bool is_new(const struct step *step)
{
	const struct sent *sent = &step->self->sent;
	return step->self->exact && step->chunk->decoded && sent->known && step->chunk->data.tsn == sent->next;
}

RULE(congestion, "window", .title = "No more is outstanding to an address than its cwnd, and less than one PMTU",
	.level = LEVEL_MUST,
	.requirements = IDS(R_9260_5_2_4_08, R_9260_6_1_11, R_9260_6_1_13, R_9260_7_2_01, R_9260_7_2_02,
		R_9260_7_2_1_01, R_9260_7_2_1_02, R_9260_7_2_1_06, R_9260_7_2_1_07, R_9260_7_2_2_04, R_9260_6_3_3_01),
	.on = ON_SENDING, .chunks = DATA)
{
	const struct end *self = step->self;
	const struct destination *destination = destination_of(step);
	char expected[120];
	if (!is_new(step) || !destination || destination->congestion.cwnd == 0)
		return;
	const struct congestion *congestion = &destination->congestion;
	snprintf(expected, sizeof(expected),
		"new DATA while less than a cwnd of %lld octets at the most is outstanding",
		(long long)congestion->cwnd);
	const int64_t beyond = congestion->flight - self->parameters.mtu;
	if (beyond >= congestion->cwnd && beyond < congestion->raised)
		deviates(step, &linux_heartbeat_raises_cwnd, expected, "some with %lld octets",
			(long long)congestion->flight);
	else
		must(step, beyond < congestion->cwnd, expected, "some with %lld octets", (long long)congestion->flight);
}

RULE(congestion, "peers-window", .title = "No more is outstanding than the peer's window takes, but for one probe",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_6_1_02, R_9260_6_2_1_01, R_9260_6_2_1_02, R_9260_6_2_1_06),
	.on = ON_SENDING, .chunks = DATA)
{
	const struct end *self = step->self;
	char expected[120];
	int64_t flight = 0;
	if (!is_new(step) || !self->window_known)
		return;
	for (unsigned i = 0; i < self->n_destinations; i++)
		flight += self->destinations[i].congestion.flight;
	const int64_t window = step->at_ns - self->window_ns <= self->backlog_ns && self->window_before > self->window
		? self->window_before
		: self->window;
	snprintf(expected, sizeof(expected), "%lld octets outstanding at the most, or one probe", (long long)window);
	must(step, flight == 0 || flight + step->chunk->data.user_length <= window, expected, "%lld",
		(long long)flight + step->chunk->data.user_length);
}

/* DATA is sent again because SACKs say that it is missing: T3-rtx cannot have expired. */
static const struct sent_chunk *retransmitted_fast(const struct step *step)
{
	const struct end *self = step->self;
	const struct sent_chunk *before =
		step->chunk->decoded && self->exact ? sent_find(&self->sent, step->chunk->data.tsn) : NULL;
	if (!before || before->to < 0 || before->marked || self->established_ns < 0 || !self->parameters.known ||
		end_may_have_expired(self, before, step->at_ns))
		return NULL;
	return before;
}

RULE(congestion, "three-misses", .title = "DATA is sent again before T3-rtx expires when three SACKs miss it",
	.level = LEVEL_SHOULD, .requirements = IDS(R_9260_7_2_4_02, R_9260_7_2_4_03, R_9260_7_2_4_05), .on = ON_SENDING,
	.chunks = DATA)
{
	const struct sent_chunk *before = retransmitted_fast(step);
	if (before)
		must(step, before->misses >= 3, "DATA again when three SACKs have missed it", "TSN %u after %u SACKs",
			before->tsn, before->misses);
}

RULE(congestion, "fast-once", .title = "DATA is sent again once only before T3-rtx expires", .level = LEVEL_MUST,
	.requirements = IDS(R_9260_7_2_4_11), .on = ON_SENDING, .chunks = DATA)
{
	const struct sent_chunk *before = retransmitted_fast(step);
	if (before)
		must(step, !before->fast, "no second fast retransmission", "one of TSN %u", before->tsn);
}

RULE(congestion, "fast-at-once", .title = "When the third SACK misses DATA, it is sent again at once",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_7_2_4_05, R_9260_7_2_4_07, R_9260_7_2_4_08, R_9260_7_2_4_09),
	.on = ON_SENDING | ON_UNANSWERED, .chunks = DATA)
{
	if (step->moment == ON_UNANSWERED || step->chunk->data.tsn == step->self->sent.acknowledged + 1)
		must_at_once(step, ANSWER_RETRANSMISSION, "a fast retransmission of the first DATA that is missing");
}

/* Section 6.1, D: cwnd is taken for no more than what is outstanding and Max.Burst packets. What is outstanding may be
 * one packet more than cwnd, and small packets may be more. */
RULE(congestion, "burst", .title = "No more than Max.Burst packets with new DATA leave at once", .level = LEVEL_SHOULD,
	.requirements = IDS(R_9260_6_1_15, R_9260_16_04), .on = ON_SENDING, .chunks = DATA)
{
	enum { MAX_BURST = 4, HEADERS = 12 + 16, IPV4 = 20, IPV6 = 40 };
	const struct end *self = step->self;
	const struct user *user = &self->user;
	char expected[120];
	if (!is_new(step) || !user->known || !self->parameters.known || self->established_ns < 0 ||
		step->at_ns - user->cause_ns > self->backlog_ns)
		return;
	const uint32_t ip = step->packet->source.ss_family == AF_INET ? IPV4 : IPV6,
		       payload = self->parameters.mtu - ip - HEADERS, most = MAX_BURST * user->causes;
	snprintf(expected, sizeof(expected), "new DATA while less than %u packets have left at once", most);
	if (user->packets >= most && user->burst >= most * payload &&
		user->burst < (MAX_BURST + 1) * user->causes * payload)
		deviates(step, &linux_burst_of_five, expected, "some behind %u packets with %u octets", user->packets,
			user->burst);
	else
		must(step, user->packets < most || user->burst < most * payload, expected,
			"some behind %u packets with %u octets", user->packets, user->burst);
}
