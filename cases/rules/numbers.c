/* SPDX-License-Identifier: Apache-2.0 */
/*
 * numbers.c - what a stack says of itself is what was seen on the wire (RFC 9260 section 11.1.8; RFC 6458 section 8.2).
 *
 * The numbers are read when nothing comes or goes. What may have left unseen makes those of what was sent a least.
 */
#include <stdio.h>

#include "cases/requirements.h"
#include "cases/rules/linux.h"
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/rule.h"

#define MS_NS 1000000

/* Of an association that has come to be as those have whose numbers are known. */
static bool has(const struct step *step, enum number number)
{
	return numbers_have(step->numbers, number) && step->self->association->from_the_start &&
		!step->self->association->is_restart && step->self->established_ns >= 0;
}

static void judge_number(struct step *step, const char *what, int64_t expected, int64_t got)
{
	char phrase[120];
	snprintf(phrase, sizeof(phrase), "%lld %s", (long long)expected, what);
	must(step, got == expected, phrase, "%lld", (long long)got);
}

/* ------------------------------------------------------------------ an association */

RULE(numbers, "state", .title = "SCTP_STATUS tells the state of the association", .level = LEVEL_MUST,
	.requirements = IDS(R_6458_8_2_1_01, R_9260_11_1_8_01), .on = ON_NUMBERS)
{
	const struct end *self = step->self;
	const int64_t state = step->numbers->value[NUMBER_STATE];
	/* RFC 6458 numbers the states as RFC 9260 names them */
	if (!has(step, NUMBER_STATE) || self->state == STATE_UNKNOWN || self->counts.is_least)
		return;
	const bool pends = state == STATE_SHUTDOWN_PENDING && self->state == STATE_ESTABLISHED && self->asked_to_end;
	must(step, state == (int64_t)self->state || pends, state_name(self->state), "%s",
		state > STATE_UNKNOWN && state < STATES ? state_name((enum state)state) : "another state");
}

RULE(numbers, "streams", .title = "SCTP_STATUS tells the streams that were negotiated", .level = LEVEL_MUST,
	.requirements = IDS(R_6458_8_2_1_03), .on = ON_NUMBERS)
{
	const struct end *self = step->self, *peer = self->peer;
	char expected[80];
	if (!has(step, NUMBER_IN_STREAMS) || !has(step, NUMBER_OUT_STREAMS) || !self->has_init || !peer->has_init ||
		self->association->reconfigured)
		return;
	const unsigned in =
		self->inbound_streams < peer->outbound_streams ? self->inbound_streams : peer->outbound_streams;
	const unsigned out =
		self->outbound_streams < peer->inbound_streams ? self->outbound_streams : peer->inbound_streams;
	snprintf(expected, sizeof(expected), "%u streams in, %u out", in, out);
	must(step, step->numbers->value[NUMBER_IN_STREAMS] == in && step->numbers->value[NUMBER_OUT_STREAMS] == out,
		expected, "%lld, %lld", (long long)step->numbers->value[NUMBER_IN_STREAMS],
		(long long)step->numbers->value[NUMBER_OUT_STREAMS]);
}

RULE(numbers, "primary", .title = "The primary address is the one of the set-up, or the one that was chosen since",
	.level = LEVEL_MUST, .requirements = IDS(R_6458_8_2_1_05, R_9260_11_1_8_01), .on = ON_NUMBERS)
{
	const struct end *self = step->self;
	if (!has(step, NUMBER_STATE) || self->primary < 0 || !step->destination || self->association->readdressed)
		return;
	must(step, step->destination == &self->destinations[self->primary], "the primary address of the set-up",
		"another one of the peer's, number %u", (unsigned)(step->destination - self->destinations) + 1);
}

/* Sent, neither acknowledged by the cumulative TSN nor by a gap block. */
static int64_t outstanding(const struct end *self)
{
	int64_t n = 0;
	for (size_t i = 0; i < self->sent.n; i++) {
		const struct sent_chunk *each = sent_find(&self->sent, self->sent.acknowledged + 1 + (uint32_t)i);
		n += each && !each->acknowledged;
	}
	return n;
}

RULE(numbers, "unacknowledged", .title = "SCTP_STATUS tells how many DATA chunks are not acknowledged",
	.level = LEVEL_MUST, .requirements = IDS(R_6458_8_2_1_02, R_9260_11_1_8_01), .on = ON_NUMBERS)
{
	const struct end *self = step->self;
	if (has(step, NUMBER_UNACKNOWLEDGED) && self->sent.known && !self->counts.is_least &&
		self->state == STATE_ESTABLISHED)
		judge_number(step, "chunks that are not acknowledged", outstanding(self),
			step->numbers->value[NUMBER_UNACKNOWLEDGED]);
}

RULE(numbers, "pending", .title = "SCTP_STATUS tells how many DATA chunks are missing before others that have come",
	.level = LEVEL_MUST, .requirements = IDS(R_6458_8_2_1_02, R_9260_11_1_8_01), .on = ON_NUMBERS)
{
	const struct received *received = &step->self->received;
	int64_t missing = 0;
	if (!has(step, NUMBER_PENDING) || !received->known)
		return;
	for (size_t i = 0; i < received->n; i++)
		missing += received->ranges[i].first - (i ? received->ranges[i - 1].last : received->cumulative) - 1;
	judge_number(step, "chunks that are missing", missing, step->numbers->value[NUMBER_PENDING]);
}

RULE(numbers, "peer-window", .title = "When all is acknowledged, the peer's window is what it has told last",
	.level = LEVEL_MUST, .requirements = IDS(R_6458_8_2_1_02, R_9260_11_1_8_01), .on = ON_NUMBERS)
{
	const struct end *self = step->self;
	if (has(step, NUMBER_PEER_WINDOW) && self->counts.window >= 0 && self->sent.known && self->sent.n == 0 &&
		self->state == STATE_ESTABLISHED && !self->counts.is_least)
		judge_number(step, "octets", self->counts.window, step->numbers->value[NUMBER_PEER_WINDOW]);
}

/* ------------------------------------------------------------------ a path */

/* In loss recovery T3-rtx may have expired unseen, and what that does lasts until a HEARTBEAT ACK. */
static bool has_recovered(const struct step *step)
{
	return step->self->recovered_ns > step->destination->answered_ns;
}

RULE(numbers, "path-state", .title = "SCTP_GET_PEER_ADDR_INFO tells the state of the path", .level = LEVEL_MUST,
	.requirements = IDS(R_6458_8_2_2_01, R_9260_11_1_8_01), .on = ON_NUMBERS)
{
	static const enum reach reaches[] = { REACH_INACTIVE, REACH_POTENTIALLY_FAILED, REACH_ACTIVE,
		REACH_UNCONFIRMED };
	const struct destination *there = step->destination;
	const int64_t state = step->numbers->value[NUMBER_REACH];
	if (!has(step, NUMBER_REACH) || !there || there->reach == REACH_UNKNOWN || there->unseen ||
		!step->self->parameters.known)
		return;
	const bool known = state >= 0 && state < (int64_t)(sizeof(reaches) / sizeof(reaches[0]));
	if (known && reaches[state] == REACH_POTENTIALLY_FAILED && there->reach == REACH_ACTIVE && has_recovered(step))
		return;
	must(step, known && reaches[state] == there->reach, reach_name(there->reach), "%s",
		known ? reach_name(reaches[state]) : "another state");
}

RULE(numbers, "rto", .title = "The RTO of a path is what its round trips and its errors make it", .level = LEVEL_MUST,
	.requirements = IDS(R_6458_8_2_2_02, R_9260_11_1_8_01), .on = ON_NUMBERS)
{
	const struct destination *there = step->destination;
	const int64_t rto_ns = step->numbers->value[NUMBER_RTO] * MS_NS;
	char expected[80];
	if (!has(step, NUMBER_RTO) || !there || !step->self->parameters.known || there->unseen || there->in_doubt ||
		has_recovered(step))
		return;
	snprintf(expected, sizeof(expected), "%.3f .. %.3f s", (double)there->rto.ns.low / 1e9,
		(double)there->rto.ns.high / 1e9);
	must(step, rto_ns >= there->rto.ns.low - TICK_NS && rto_ns <= there->rto.ns.high + TICK_NS, expected, "%lld ms",
		(long long)step->numbers->value[NUMBER_RTO]);
}

static bool is_srtt(const struct destination *destination, int64_t ns)
{
	return ns >= destination->rto.srtt.low - TICK_NS && ns <= destination->rto.srtt.high + TICK_NS;
}

RULE(numbers, "srtt", .title = "The SRTT of a path is what its round trips make it, in milliseconds",
	.level = LEVEL_MUST, .requirements = IDS(R_9260_11_1_11_01, R_6458_8_2_2_02), .on = ON_NUMBERS)
{
	static const int ticks_a_second[] = { 100, 250, 300 };
	const struct destination *there = step->destination;
	const int64_t srtt = step->numbers->value[NUMBER_SRTT];
	char expected[80];
	bool in_ticks = false;
	if (!has(step, NUMBER_SRTT) || !there || !there->rto.measured || there->unseen || there->in_doubt || srtt < 0 ||
		srtt > INT32_MAX)
		return;
	for (size_t i = 0; i < sizeof(ticks_a_second) / sizeof(ticks_a_second[0]); i++)
		in_ticks |= is_srtt(there, srtt * 1000 * MS_NS / ticks_a_second[i]);
	snprintf(expected, sizeof(expected), "%.1f .. %.1f ms", (double)there->rto.srtt.low / MS_NS,
		(double)there->rto.srtt.high / MS_NS);
	if (!is_srtt(there, srtt * MS_NS) && in_ticks)
		deviates(step, &linux_srtt_in_ticks, expected, "%lld, in ticks of its clock", (long long)srtt);
	else
		must(step, is_srtt(there, srtt * MS_NS), expected, "%lld", (long long)srtt);
}

/* Fast recovery and idle times leave four PMTUs at the least (of several paths, of the smallest), and only T3-rtx makes
 * it one. RFC 4960 had 4380 octets where RFC 9260 has 4404. */
static int64_t least_cwnd(const struct end *self, int64_t mtu)
{
	enum { INITIAL_WINDOW = 4380 };
	const int64_t initial = 2 * mtu > INITIAL_WINDOW ? 2 * mtu : INITIAL_WINDOW;
	if (!self->exact || self->n_destinations != 1 || self->counts.is_odd || self->counts.t3.high > 0)
		return mtu;
	return initial < 4 * mtu ? initial : 4 * mtu;
}

/* Idle times may raise it, too. */
static int64_t most_cwnd(const struct end *self, const struct congestion *congestion)
{
	const int64_t idle = 4 * (int64_t)self->parameters.mtu;
	if (!self->exact || congestion->cwnd == 0)
		return INT64_MAX;
	return congestion->cwnd > idle ? congestion->cwnd : idle;
}

RULE(numbers, "cwnd", .title = "The congestion window of a path is what slow start and T3-rtx make of it",
	.level = LEVEL_MUST,
	.requirements = IDS(R_6458_8_2_2_02, R_9260_7_2_1_01, R_9260_7_2_1_02, R_9260_7_2_1_06, R_9260_7_2_2_04),
	.on = ON_NUMBERS)
{
	const int64_t cwnd = step->numbers->value[NUMBER_CWND], mtu = step->numbers->value[NUMBER_MTU];
	char expected[80];
	if (!has(step, NUMBER_CWND) || !has(step, NUMBER_MTU) || !step->destination)
		return;
	const struct congestion *congestion = &step->destination->congestion;
	const int64_t least = least_cwnd(step->self, mtu), most = most_cwnd(step->self, congestion);
	if (most == INT64_MAX)
		snprintf(expected, sizeof(expected), "%lld octets or more", (long long)least);
	else
		snprintf(expected, sizeof(expected), "%lld .. %lld octets", (long long)least, (long long)most);
	must(step, mtu > 0 && cwnd >= least && cwnd <= most, expected, "%lld", (long long)cwnd);
}

/* ------------------------------------------------------------------ statistics */

/* What has left: not fewer than were seen, and where all is seen not more. */
static void judge_out(struct step *step, const char *what, uint64_t seen, enum number number)
{
	const struct counts *counts = &step->self->counts;
	const int64_t got = step->numbers->value[number], least = (int64_t)seen;
	char expected[120];
	if (!has(step, number) || counts->is_odd)
		return;
	snprintf(expected, sizeof(expected), "%s%lld %s sent", counts->is_least ? "at least " : "", (long long)least,
		what);
	must(step, got == least || (counts->is_least && got > least), expected, "%lld", (long long)got);
}

static void judge_in(struct step *step, const char *what, uint64_t seen, enum number number)
{
	if (has(step, number) && !step->self->counts.is_odd)
		judge_number(step, what, (int64_t)seen, step->numbers->value[number]);
}

RULE(numbers, "packets", .title = "The packets of an association are counted", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_NUMBERS)
{
	judge_out(step, "packets", step->self->counts.packets_out, NUMBER_PACKETS_OUT);
	judge_in(step, "packets that have arrived", step->self->counts.packets_in, NUMBER_PACKETS_IN);
}

RULE(numbers, "control-chunks", .title = "The control chunks of an association are counted", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_NUMBERS)
{
	const struct counts *counts = &step->self->counts;
	if (counts->inits_out > 0 && !counts->is_odd && has(step, NUMBER_CONTROL_OUT) &&
		step->numbers->value[NUMBER_CONTROL_OUT] == (int64_t)(counts->control_out - counts->inits_out))
		deviates(step, &linux_inits_not_counted, "INITs among the control chunks sent", "those without them");
	else
		judge_out(step, "control chunks", counts->control_out, NUMBER_CONTROL_OUT);
	judge_in(step, "control chunks that have arrived", counts->control_in, NUMBER_CONTROL_IN);
}

RULE(numbers, "sacks", .title = "The SACKs of an association are counted", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_NUMBERS)
{
	judge_out(step, "SACKs", step->self->counts.sacks_out, NUMBER_SACKS_OUT);
	judge_in(step, "SACKs that have arrived", step->self->counts.sacks_in, NUMBER_SACKS_IN);
	judge_in(step, "gap blocks that have arrived", step->self->counts.gap_blocks_in, NUMBER_GAP_BLOCKS_IN);
}

RULE(numbers, "data", .title = "DATA chunks are counted once each, ordered and unordered ones apart",
	.level = LEVEL_LINUX, .requirements = IDS(NULL), .on = ON_NUMBERS)
{
	const struct counts *counts = &step->self->counts;
	judge_out(step, "ordered DATA chunks", counts->data_out[0] - counts->again_out[0], NUMBER_DATA_OUT);
	judge_out(step, "unordered DATA chunks", counts->data_out[1] - counts->again_out[1], NUMBER_UNORDERED_OUT);
	judge_in(step, "ordered DATA chunks that have arrived", counts->data_in[0], NUMBER_DATA_IN);
	judge_in(step, "unordered DATA chunks that have arrived", counts->data_in[1], NUMBER_UNORDERED_IN);
}

RULE(numbers, "retransmissions", .title = "DATA chunks that are sent again are counted each time", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_NUMBERS)
{
	const struct counts *counts = &step->self->counts;
	judge_out(step, "DATA chunks that had been sent before", counts->again_out[0] + counts->again_out[1],
		NUMBER_RETRANSMITTED);
}

RULE(numbers, "duplicates", .title = "Duplicates that SACKs have told are counted", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_NUMBERS)
{
	judge_out(step, "duplicates, in SACKs", step->self->counts.duplicates_told, NUMBER_DUPLICATES);
}

/* ------------------------------------------------------------------ all of an end */

/* Packets with DATA that it gives to the device together (GSO) are one to Linux. */
RULE(numbers, "all-packets", .title = "An end counts all packets that it sends and gets", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_NUMBERS)
{
	const struct whole *whole = step->whole;
	char expected[80];
	if (!whole || !numbers_have(step->numbers, NUMBER_ALL_PACKETS_OUT) ||
		!numbers_have(step->numbers, NUMBER_ALL_PACKETS_IN))
		return;
	const int64_t out = step->numbers->value[NUMBER_ALL_PACKETS_OUT];
	const struct span sent = { (int64_t)(whole->packets_out - whole->bunched_out),
		whole->counts.is_least ? MANY : (int64_t)whole->packets_out };
	snprintf(expected, sizeof(expected), "%lld .. %lld packets sent", (long long)sent.low, (long long)sent.high);
	must(step, may_be(sent, out), expected, "%lld", (long long)out);
	judge_number(step, "packets that have arrived", (int64_t)whole->packets_in,
		step->numbers->value[NUMBER_ALL_PACKETS_IN]);
}

RULE(numbers, "all-t3", .title = "An end counts how often T3-rtx expires", .level = LEVEL_LINUX,
	.requirements = IDS(NULL), .on = ON_NUMBERS)
{
	const int64_t got = step->numbers->value[NUMBER_ALL_T3];
	char expected[80];
	if (!step->whole || !numbers_have(step->numbers, NUMBER_ALL_T3))
		return;
	const struct span t3 = step->whole->counts.t3;
	snprintf(expected, sizeof(expected), "%lld .. %lld", (long long)t3.low, (long long)t3.high);
	must(step, may_be(t3, got), expected, "%lld", (long long)got);
}

RULE(numbers, "all-associations", .title = "An end counts the associations that it has, and those that it had",
	.level = LEVEL_LINUX, .requirements = IDS(NULL), .on = ON_NUMBERS)
{
	const struct whole *whole = step->whole;
	if (!whole || whole->is_odd || whole->counts.is_least || !numbers_have(step->numbers, NUMBER_ALL_ESTABLISHED) ||
		!numbers_have(step->numbers, NUMBER_ALL_ACTIVE) || !numbers_have(step->numbers, NUMBER_ALL_PASSIVE))
		return;
	judge_number(step, "associations", whole->established, step->numbers->value[NUMBER_ALL_ESTABLISHED]);
	judge_number(
		step, "associations by an INIT of its own", whole->active, step->numbers->value[NUMBER_ALL_ACTIVE]);
	judge_number(
		step, "associations by an INIT of the peer", whole->passive, step->numbers->value[NUMBER_ALL_PASSIVE]);
}
