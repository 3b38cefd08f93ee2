/* SPDX-License-Identifier: Apache-2.0 */
/* falsify.c - see falsify.h: for each rule a way to make a true trace break it. */
#include "runner/verdict/tests/falsify.h"

#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

static struct chunk *find(struct packet *packet, uint8_t type)
{
	for (unsigned i = 0; i < packet->chunk_count; i++)
		if (packet->chunks[i].type == type && packet->chunks[i].decoded)
			return &packet->chunks[i];
	return NULL;
}

static bool is_data(const struct chunk *chunk)
{
	return chunk->type == CHUNK_DATA;
}

static uint8_t *bytes_of(const struct chunk *chunk)
{
	return (uint8_t *)(uintptr_t)chunk->value;
}

static void swap(struct chunk *a, struct chunk *b)
{
	const struct chunk other = *a;
	*a = *b;
	*b = other;
}

/* Two chunks next to each other, which change places. */
static bool swap_first(struct packet *packet, bool first_is_data)
{
	for (unsigned i = 0; i + 1 < packet->chunk_count; i++)
		if (is_data(&packet->chunks[i]) == first_is_data && is_data(&packet->chunks[i + 1])) {
			swap(&packet->chunks[i], &packet->chunks[i + 1]);
			return true;
		}
	return false;
}

#define FALSIFY(name) static bool name(struct seen *seen, struct packet *packet)
/* Of a chunk of that type the statement. */
#define OF_A(type, statement)                             \
	struct chunk *chunk = find(packet, CHUNK_##type); \
	(void)seen;                                       \
	if (!chunk)                                       \
		return false;                             \
	statement;                                        \
	return true

FALSIFY(checksum)
{
	(void)seen;
	packet->checksum ^= 1;
	return true;
}
FALSIFY(tag_of_init)
{
	OF_A(INIT, packet->verification_tag = 5);
}
FALSIFY(wrong_tag)
{
	OF_A(DATA, packet->verification_tag ^= 1);
}
FALSIFY(not_alone)
{
	OF_A(INIT, (packet->chunks[1] = *chunk, packet->chunk_count = 2));
}
FALSIFY(data_first)
{
	(void)seen;
	return swap_first(packet, false);
}
FALSIFY(data_backwards)
{
	(void)seen;
	return swap_first(packet, true);
}
FALSIFY(three_octets)
{
	(void)seen;
	packet->sctp_length -= 1;
	return true;
}
FALSIFY(no_tag)
{
	OF_A(INIT, chunk->init.initiate_tag = 0);
}
FALSIFY(no_streams)
{
	OF_A(INIT, chunk->init.outbound_streams = 0);
}
FALSIFY(few_streams)
{
	OF_A(INIT, chunk->init.inbound_streams = 1);
}
FALSIFY(small_window)
{
	OF_A(INIT_ACK, chunk->init.a_rwnd = 1499);
}
FALSIFY(another_tsn)
{
	OF_A(INIT, chunk->init.initial_tsn += 1);
}
FALSIFY(another_cookie)
{
	OF_A(COOKIE_ECHO, bytes_of(chunk)[8] ^= 1);
}
FALSIFY(no_user_data)
{
	OF_A(DATA, chunk->data.user_length = 0);
}
FALSIFY(before_initial)
{
	OF_A(DATA, chunk->data.tsn -= 1000);
}
FALSIFY(another_stream)
{
	OF_A(DATA, chunk->data.stream ^= 1);
}
FALSIFY(far_stream)
{
	OF_A(DATA, chunk->data.stream = 65000);
}
FALSIFY(another_ssn)
{
	OF_A(DATA, chunk->data.ssn += 1);
}
FALSIFY(no_beginning)
{
	OF_A(DATA, chunk->flags &= 0xfd);
}
FALSIFY(too_much)
{
	OF_A(SACK, chunk->sack.cum_tsn_ack += 1);
}
FALSIFY(too_much_at_the_end)
{
	OF_A(SHUTDOWN, chunk->shutdown.cum_tsn_ack += 1);
}
FALSIFY(duplicates)
{
	OF_A(SACK, chunk->sack.duplicates = 99);
}
FALSIFY(late_sack)
{
	OF_A(SACK, seen->at_ns += 300000000);
}
FALSIFY(another_answer)
{
	OF_A(HEARTBEAT_ACK, bytes_of(chunk)[12] ^= 1);
}
FALSIFY(heartbeat_at_the_end)
{
	OF_A(SHUTDOWN_COMPLETE, chunk->type = CHUNK_HEARTBEAT);
}
FALSIFY(heartbeat_at_once)
{
	OF_A(COOKIE_ECHO, chunk->type = CHUNK_HEARTBEAT);
}
FALSIFY(no_sack_comes)
{
	OF_A(SACK, packet->chunk_count = 0);
}
FALSIFY(no_cookie_ack_comes)
{
	OF_A(COOKIE_ACK, packet->chunk_count = 0);
}
FALSIFY(no_shutdown_ack_comes)
{
	OF_A(SHUTDOWN_ACK, packet->chunk_count = 0);
}

FALSIFY(nothing_is_acknowledged)
{
	struct chunk *shutdown = find(packet, CHUNK_SHUTDOWN);
	if (!shutdown)
		return no_sack_comes(seen, packet);
	shutdown->shutdown.cum_tsn_ack -= 1000;
	return true;
}

FALSIFY(data_at_the_end)
{
	static uint32_t tsn;
	OF_A(SHUTDOWN_COMPLETE,
		(chunk->type = CHUNK_DATA, chunk->decoded = true, chunk->data.user_length = 1,
			chunk->data.tsn = tsn += 0x20000000));
}

/* Sent again after it was acknowledged: every DATA has the TSN of the one before. */
FALSIFY(again)
{
	OF_A(DATA, chunk->data.tsn -= 1);
}

FALSIFY(another_source)
{
	struct sockaddr_in *source = (struct sockaddr_in *)&packet->source;
	OF_A(DATA, source->sin_addr.s_addr ^= htonl(0x00000100));
}

FALSIFY(cookie_second)
{
	OF_A(COOKIE_ECHO, (packet->chunks[1] = *chunk, packet->chunks[0].type = CHUNK_ERROR, packet->chunk_count = 2));
}

FALSIFY(another_gap)
{
	struct chunk *chunk = find(packet, CHUNK_SACK);
	(void)seen;
	if (!chunk || chunk->sack.gap_blocks == 0 || chunk->captured < 16)
		return false;
	bytes_of(chunk)[14] = 0xf0; /* where the first block ends */
	return true;
}

FALSIFY(padding)
{
	(void)seen;
	for (unsigned i = 0; i < packet->chunk_count; i++) {
		struct chunk *chunk = &packet->chunks[i];
		if (chunk->length % 4 == 0 || chunk->captured != chunk->length - 4U)
			continue;
		bytes_of(chunk)[chunk->captured] = 1;
		return true;
	}
	return false;
}

/* ---- Events ---- */

#define FALSIFY_EVENT(name, kind_, becomes)                                              \
	static enum falsified name(struct told *told)                                    \
	{                                                                                \
		const bool is = told->what == TOLD_EVENT && told->event.kind == (kind_); \
		return is ? (becomes) : NOT_OF_THE_KIND;                                 \
	}

FALSIFY_EVENT(no_comm_up, EVENT_COMM_UP, DROPPED)
FALSIFY_EVENT(comm_lost_twice, EVENT_COMM_LOST, DOUBLED)
FALSIFY_EVENT(no_shutdown_comp, EVENT_SHUTDOWN_COMP, DROPPED)
FALSIFY_EVENT(no_restart, EVENT_RESTART, DROPPED)
FALSIFY_EVENT(unreachable_twice, EVENT_ADDR_UNREACHABLE, DOUBLED)
FALSIFY_EVENT(no_potentially_failed, EVENT_ADDR_POTENTIALLY_FAILED, DROPPED)
FALSIFY_EVENT(no_available, EVENT_ADDR_AVAILABLE, DROPPED)
FALSIFY_EVENT(no_confirmed, EVENT_ADDR_CONFIRMED, DROPPED)

/* ---- Numbers ---- */

/* Where it was `value`, it is that. */
#define FALSIFY_NUMBER(name, number, becomes)                                                                \
	static enum falsified name(struct told *told)                                                        \
	{                                                                                                    \
		const int64_t value = told->what == TOLD_NUMBERS ? told->numbers.value[NUMBER_##number] : 0; \
		if (told->what != TOLD_NUMBERS || !numbers_have(&told->numbers, NUMBER_##number))            \
			return NOT_OF_THE_KIND;                                                              \
		told->numbers.value[NUMBER_##number] = (becomes);                                            \
		(void)value;                                                                                 \
		return CHANGED;                                                                              \
	}

FALSIFY_NUMBER(wrong_state, STATE, 1)
FALSIFY_NUMBER(wrong_streams, IN_STREAMS, value + 1)
FALSIFY_NUMBER(one_not_acknowledged, UNACKNOWLEDGED, value + 1)
FALSIFY_NUMBER(one_pending, PENDING, value + 1)
FALSIFY_NUMBER(larger_window, PEER_WINDOW, value + 1)
FALSIFY_NUMBER(wrong_reach, REACH, value + 1)
FALSIFY_NUMBER(wrong_rto, RTO, value + 100000)
FALSIFY_NUMBER(wrong_srtt, SRTT, value + 100000)
FALSIFY_NUMBER(no_window, CWND, 0)
FALSIFY_NUMBER(one_packet_less, PACKETS_OUT, value - 1)
FALSIFY_NUMBER(one_control_less, CONTROL_IN, value - 1)
FALSIFY_NUMBER(one_sack_more, SACKS_IN, value + 1)
FALSIFY_NUMBER(one_chunk_more, DATA_IN, value + 1)
FALSIFY_NUMBER(one_sent_again_less, RETRANSMITTED, value - 1)
FALSIFY_NUMBER(one_duplicate_less, DUPLICATES, value - 1)
FALSIFY_NUMBER(one_in_all_more, ALL_PACKETS_IN, value + 1)
FALSIFY_NUMBER(one_t3_less, ALL_T3, value - 1)
FALSIFY_NUMBER(one_association_more, ALL_ACTIVE, value + 1)

/* The primary is the address on the next path. */
static enum falsified another_primary(struct told *told)
{
	if (told->what != TOLD_NUMBERS || told->numbers.of != NUMBERS_OF_ASSOCIATION || told->numbers.address.ipv6)
		return NOT_OF_THE_KIND;
	told->numbers.address.bytes[2] ^= 1;
	return CHANGED;
}

/* ---- What the ends are believed to have been told ---- */

static void longer_rto(struct parameters *parameters)
{
	parameters->rto_min_ns *= 2;
}
static void later_heartbeats(struct parameters *parameters)
{
	parameters->hb_interval_ns += parameters->hb_interval_ns / 9;
}
static void earlier_heartbeats(struct parameters *parameters)
{
	parameters->hb_interval_ns = 1;
}
static void longer_first_rto(struct parameters *parameters)
{
	parameters->rto_initial_ns += parameters->rto_initial_ns / 4;
}
static void fewer_errors(struct parameters *parameters)
{
	parameters->association_max_retrans -= 2;
}
static void more_errors(struct parameters *parameters)
{
	parameters->association_max_retrans += 1;
}
static void more_attempts(struct parameters *parameters)
{
	parameters->max_init_retransmits += 1;
}

/* COOKIE ACK never comes, and the DATA that follows is a COOKIE ECHO. */
FALSIFY(cookie_echo_too_soon)
{
	struct chunk *data = find(packet, CHUNK_DATA);
	for (unsigned i = 0; i < packet->chunk_count; i++)
		if (packet->chunks[i].type == CHUNK_COOKIE_ACK && seen->vantage != seen->sender) {
			packet->chunk_count = 0;
			return true;
		}
	if (!data || seen->vantage != seen->sender)
		return false;
	data->type = CHUNK_COOKIE_ECHO;
	return true;
}

/* ---- What is owed ---- */

FALSIFY(no_cookie_echo)
{
	OF_A(COOKIE_ECHO, packet->chunk_count = 0);
}
FALSIFY(no_heartbeat_ack)
{
	OF_A(HEARTBEAT_ACK, packet->chunk_count = 0);
}
FALSIFY(no_shutdown_complete)
{
	OF_A(SHUTDOWN_COMPLETE, packet->chunk_count = 0);
}
FALSIFY(i_bit)
{
	OF_A(DATA, chunk->flags |= 8);
}
/* a moment before, so that what answers it comes late */
FALSIFY(data_for_shutdown_ack)
{
	OF_A(SHUTDOWN_ACK,
		(seen->at_ns -= 15000000, chunk->type = CHUNK_DATA, chunk->decoded = true, chunk->data.tsn = 5));
}
FALSIFY(no_gaps)
{
	OF_A(SACK, chunk->sack.gap_blocks = 0);
}
FALSIFY(large_window)
{
	OF_A(SACK, chunk->sack.a_rwnd = UINT32_MAX);
}
FALSIFY(late_init_ack)
{
	OF_A(INIT_ACK, seen->at_ns += 300000000);
}
FALSIFY(sack_for_heartbeat)
{
	OF_A(HEARTBEAT, (chunk->type = CHUNK_SACK, chunk->decoded = true, chunk->sack.a_rwnd = 0));
}
FALSIFY(late_shutdown_ack)
{
	OF_A(SHUTDOWN_ACK, seen->at_ns += 300000000);
}
FALSIFY(stale_at_once)
{
	static const uint8_t cause[8] = { 0, 3, 0, 8, 0, 0, 0, 1 };
	OF_A(COOKIE_ACK,
		(chunk->type = CHUNK_ERROR, chunk->decoded = true, chunk->error.cause = 3, chunk->value = cause,
			chunk->captured = sizeof(cause), chunk->length = sizeof(cause) + 4));
}
static void short_cookie_life(struct parameters *parameters)
{
	parameters->valid_cookie_life_ns = -INT64_C(1000000000);
}

/* ---- Where it goes ---- */

static void send_elsewhere(struct packet *packet)
{
	struct sockaddr_in *destination = (struct sockaddr_in *)&packet->destination;
	destination->sin_addr.s_addr ^= htonl(0x00000100);
}

FALSIFY(data_elsewhere)
{
	OF_A(DATA, send_elsewhere(packet));
}
FALSIFY(sack_elsewhere)
{
	OF_A(SACK, send_elsewhere(packet));
}
FALSIFY(heartbeat_ack_elsewhere)
{
	OF_A(HEARTBEAT_ACK, send_elsewhere(packet));
}
FALSIFY(init_ack_elsewhere)
{
	OF_A(INIT_ACK, send_elsewhere(packet));
}

FALSIFY(init_to_the_same)
{
	static struct sockaddr_storage first;
	OF_A(INIT, (first.ss_family ? (void)(packet->destination = first) : (void)(first = packet->destination)));
}

FALSIFY(tag_of_the_first)
{
	static uint32_t tag;
	OF_A(INIT, (tag = tag ?: chunk->init.initiate_tag, chunk->init.initiate_tag = tag));
}

/* ---- How much of it ---- */

FALSIFY(small_peers_window)
{
	OF_A(SACK, chunk->sack.a_rwnd = 10);
}

/* Each first DATA of a bundle once more. */
FALSIFY(twice_in_a_packet)
{
	struct chunk *data = packet->chunks;
	(void)seen;
	for (unsigned i = 0; i + 1 < packet->chunk_count; i++, data++)
		if (is_data(data) && is_data(data + 1)) {
			data[1] = *data;
			return true;
		}
	return false;
}

FALSIFY(data_with_abort)
{
	OF_A(ABORT, (packet->chunks[1].type = CHUNK_DATA, packet->chunks[1].decoded = false, packet->chunk_count = 2));
}
FALSIFY(no_cookie)
{
	OF_A(INIT_ACK, (chunk->captured = 16, chunk->length = 20));
}
FALSIFY(short_nonce)
{
	OF_A(HEARTBEAT, (chunk->captured = 8, chunk->length = 12));
}
FALSIFY(data_before_cookie_ack)
{
	OF_A(COOKIE_ECHO, (chunk->type = CHUNK_DATA, chunk->decoded = true, chunk->data.user_length = 1));
}

/* What is sent again is often in a bundle. */
FALSIFY(no_bundle)
{
	(void)seen;
	if (packet->chunk_count < 2 || !is_data(&packet->chunks[0]) || !is_data(&packet->chunks[1]))
		return false;
	packet->chunk_count = 0;
	return true;
}
static void shorter_longest_rto(struct parameters *parameters)
{
	parameters->rto_max_ns /= 8;
}

/* ---- What its user gets ---- */

FALSIFY_EVENT(message_twice, EVENT_MESSAGE, DOUBLED)
FALSIFY_EVENT(no_message, EVENT_MESSAGE, DROPPED)
FALSIFY_EVENT(no_send_failed, EVENT_SEND_FAILED, DROPPED)
FALSIFY_EVENT(another_error, EVENT_COMM_LOST, (told->event.error ^= 1, CHANGED))
FALSIFY_EVENT(no_shutdown_event, EVENT_SHUTDOWN, DROPPED)
FALSIFY_EVENT(another_mode, EVENT_SEND_FAILED, (told->event.unsent ^= true, CHANGED))
FALSIFY_EVENT(failed_again, EVENT_SEND_FAILED, (told->event.kind = EVENT_ADDR_AVAILABLE, CHANGED))

/* It goes on as if nothing had come. */
FALSIFY(abort_for_cookie_ack)
{
	OF_A(COOKIE_ACK, (chunk->type = CHUNK_ABORT, chunk->decoded = true, chunk->error.cause = 12));
}

const struct falsification falsifications[] = {
	{ .rule = "packets.checksum", .apply = checksum },
	{ .rule = "packets.tag-of-init", .apply = tag_of_init },
	{ .rule = "packets.tag", .apply = wrong_tag },
	{ .rule = "packets.alone", .apply = not_alone },
	{ .rule = "packets.control-first", .apply = data_first },
	{ .rule = "packets.data-in-order", .apply = data_backwards },
	{ .rule = "packets.padding", .apply = padding },
	{ .rule = "packets.four-octets", .apply = three_octets },
	{ .rule = "packets.source", .apply = another_source },
	{ .rule = "setup.initiate-tag", .apply = no_tag },
	{ .rule = "setup.streams", .apply = no_streams },
	{ .rule = "setup.streams-that-the-peer-takes", .apply = few_streams },
	{ .rule = "setup.window", .apply = small_window },
	{ .rule = "setup.init-again", .apply = another_tsn, .which = EVERY_SECOND },
	{ .rule = "setup.cookie-unchanged", .apply = another_cookie },
	{ .rule = "setup.cookie-first", .apply = cookie_second },
	{ .rule = "setup.nothing-before-cookie-ack", .apply = no_cookie_ack_comes, .where = ARRIVING },
	{ .rule = "data.not-empty", .apply = no_user_data },
	{ .rule = "data.not-before-initial", .apply = before_initial },
	{ .rule = "data.not-acknowledged-again", .apply = again, .which = EVERY_SECOND },
	{ .rule = "data.same-again", .apply = another_stream, .which = EVERY_SECOND },
	{ .rule = "data.stream-in-range", .apply = far_stream },
	{ .rule = "data.order-in-stream", .apply = another_ssn },
	{ .rule = "data.fragments", .apply = no_beginning, .which = EVERY_SECOND },
	{ .rule = "sacks.cumulative", .apply = too_much },
	{ .rule = "sacks.cumulative-of-shutdown", .apply = too_much_at_the_end },
	{ .rule = "sacks.gaps", .apply = another_gap },
	{ .rule = "sacks.duplicates", .apply = duplicates },
	{ .rule = "sacks.delay", .apply = late_sack },
	{ .rule = "heartbeats.answered-with-the-same", .apply = another_answer },
	{ .rule = "heartbeats.not-after-shutdown", .apply = heartbeat_at_the_end },
	{ .rule = "heartbeats.not-before-established", .apply = heartbeat_at_once },
	{ .rule = "shutdown.all-acknowledged", .apply = no_sack_comes, .where = ARRIVING, .which = EVERY_SECOND },
	{ .rule = "shutdown.ack-when-all-acknowledged",
		.apply = nothing_is_acknowledged,
		.where = ARRIVING,
		.which = EVERY },
	{ .rule = "shutdown.no-new-data", .apply = data_at_the_end },
	{ .rule = "shutdown.complete-answers-ack", .apply = no_shutdown_ack_comes, .where = ARRIVING },
	{ .rule = "events.comm-up", .tell = no_comm_up },
	{ .rule = "events.comm-lost", .tell = comm_lost_twice },
	{ .rule = "events.shutdown-comp", .tell = no_shutdown_comp },
	{ .rule = "events.restart", .tell = no_restart },
	{ .rule = "events.unreachable", .tell = unreachable_twice },
	{ .rule = "events.potentially-failed", .tell = no_potentially_failed },
	{ .rule = "events.available", .tell = no_available },
	{ .rule = "events.confirmed", .tell = no_confirmed },
	{ .rule = "timers.t3-rtx", .believe = longer_rto },
	{ .rule = "timers.heartbeats-apart", .believe = later_heartbeats },
	{ .rule = "timers.heartbeats-come", .believe = earlier_heartbeats },
	{ .rule = "timers.t1-init", .believe = longer_first_rto },
	{ .rule = "timers.t1-cookie", .apply = cookie_echo_too_soon, .where = ANYWHERE, .which = EVERY },
	{ .rule = "failure.association-limit", .believe = fewer_errors },
	{ .rule = "failure.association-given-up", .believe = more_errors },
	{ .rule = "failure.setup-given-up", .believe = more_attempts },
	{ .rule = "sacks.first-at-once", .apply = no_sack_comes },
	{ .rule = "sacks.every-second", .apply = no_sack_comes, .which = EVERY },
	{ .rule = "sacks.gap-at-once", .apply = no_sack_comes, .which = EVERY },
	{ .rule = "sacks.filled-at-once", .apply = no_sack_comes, .which = EVERY },
	{ .rule = "sacks.duplicate-at-once", .apply = no_sack_comes, .which = EVERY },
	{ .rule = "sacks.i-bit-at-once", .apply = i_bit, .where = ARRIVING, .which = EVERY },
	{ .rule = "sacks.shutdown-at-once", .apply = data_for_shutdown_ack, .where = ARRIVING },
	{ .rule = "sacks.to-the-source", .apply = sack_elsewhere, .which = EVERY_SECOND },
	{ .rule = "sacks.gaps-complete", .apply = no_gaps, .which = EVERY },
	{ .rule = "sacks.window", .apply = large_window },
	{ .rule = "sacks.one-for-a-packet", .apply = sack_for_heartbeat },
	{ .rule = "heartbeats.answered-at-once", .apply = no_heartbeat_ack },
	{ .rule = "heartbeats.answered-to-the-source", .apply = heartbeat_ack_elsewhere },
	{ .rule = "setup.cookie-echo-at-once", .apply = no_cookie_echo },
	{ .rule = "setup.cookie-ack-at-once", .apply = no_cookie_ack_comes },
	{ .rule = "setup.init-ack-at-once", .apply = late_init_ack },
	{ .rule = "setup.init-ack-to-the-source", .apply = init_ack_elsewhere },
	{ .rule = "setup.init-by-turns", .apply = init_to_the_same, .which = EVERY },
	{ .rule = "setup.new-tag", .apply = tag_of_the_first, .which = EVERY },
	{ .rule = "setup.cookie-alive", .believe = short_cookie_life },
	{ .rule = "setup.cookie-stale", .apply = stale_at_once },
	{ .rule = "shutdown.ack-at-once", .apply = late_shutdown_ack },
	{ .rule = "shutdown.complete-at-once", .apply = no_shutdown_complete },
	{ .rule = "paths.unconfirmed", .apply = data_elsewhere },
	{ .rule = "paths.new-data-to-primary", .apply = data_elsewhere, .which = EVERY_SECOND },
	{ .rule = "paths.not-to-failed", .apply = data_elsewhere, .which = EVERY },
	{ .rule = "paths.again-elsewhere", .apply = data_elsewhere, .which = EVERY_SECOND },
	{ .rule = "congestion.window", .apply = no_sack_comes, .where = ARRIVING, .which = EVERY },
	{ .rule = "congestion.peers-window", .apply = small_peers_window, .where = ARRIVING, .which = EVERY },
	{ .rule = "congestion.three-misses", .apply = no_gaps, .where = ARRIVING, .which = EVERY_SECOND },
	{ .rule = "congestion.fast-once", .apply = twice_in_a_packet, .which = EVERY },
	{ .rule = "congestion.fast-at-once", .apply = no_bundle, .which = EVERY },
	{ .rule = "timers.t2-shutdown", .believe = longer_rto },
	{ .rule = "timers.t5-shutdown-guard", .believe = shorter_longest_rto },
	{ .rule = "timers.shutdown-limit", .believe = fewer_errors },
	{ .rule = "events.shutdown", .tell = no_shutdown_event },
	{ .rule = "ends.send-failed-mode", .tell = another_mode },
	{ .rule = "packets.abort-without-data", .apply = data_with_abort },
	{ .rule = "setup.cookie", .apply = no_cookie },
	{ .rule = "heartbeats.nonce", .apply = short_nonce, .which = EVERY },
	{ .rule = "data.while-established", .apply = data_before_cookie_ack },
	{ .rule = "delivery.what-arrived", .tell = message_twice },
	{ .rule = "delivery.all", .tell = no_message, .which = EVERY },
	{ .rule = "ends.nothing-after", .apply = abort_for_cookie_ack, .where = ARRIVING },
	{ .rule = "ends.nothing-told-after", .tell = failed_again },
	{ .rule = "ends.cause", .tell = another_error },
	{ .rule = "ends.send-failed", .tell = no_send_failed, .which = EVERY },
	{ .rule = "numbers.state", .tell = wrong_state, .which = EVERY },
	{ .rule = "numbers.streams", .tell = wrong_streams, .which = EVERY },
	{ .rule = "numbers.unacknowledged", .tell = one_not_acknowledged, .which = EVERY },
	{ .rule = "numbers.pending", .tell = one_pending, .which = EVERY },
	{ .rule = "numbers.peer-window", .tell = larger_window, .which = EVERY },
	{ .rule = "numbers.path-state", .tell = wrong_reach, .which = EVERY },
	{ .rule = "numbers.rto", .tell = wrong_rto, .which = EVERY },
	{ .rule = "numbers.srtt", .tell = wrong_srtt, .which = EVERY },
	{ .rule = "numbers.cwnd", .tell = no_window, .which = EVERY },
	{ .rule = "numbers.packets", .tell = one_packet_less, .which = EVERY },
	{ .rule = "numbers.control-chunks", .tell = one_control_less, .which = EVERY },
	{ .rule = "numbers.sacks", .tell = one_sack_more, .which = EVERY },
	{ .rule = "numbers.data", .tell = one_chunk_more, .which = EVERY },
	{ .rule = "numbers.retransmissions", .tell = one_sent_again_less, .which = EVERY },
	{ .rule = "numbers.duplicates", .tell = one_duplicate_less, .which = EVERY },
	{ .rule = "numbers.all-packets", .tell = one_in_all_more, .which = EVERY },
	{ .rule = "numbers.all-t3", .tell = one_t3_less, .which = EVERY },
	{ .rule = "numbers.all-associations", .tell = one_association_more, .which = EVERY },
	{ .rule = "numbers.primary", .tell = another_primary, .which = EVERY },
	{ .rule = NULL },
};
