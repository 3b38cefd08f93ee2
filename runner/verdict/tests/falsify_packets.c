/* SPDX-License-Identifier: Apache-2.0 */
/* falsify_packets.c - packets with other contents: fields, chunks and their order. */
#include "runner/verdict/tests/falsify.h"

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

FALSIFY(checksum)
{
	(void)seen;
	packet->checksum ^= 1;
	return true;
}

/* Behind AUTH: where the capture is not shared, and where the HMAC shows that nobody has written into it. */
FALSIFY(checksum_behind_auth)
{
	OF_A(AUTH, (packet->checksum ^= 1, packet->shared = false));
}

FALSIFY(damaged_hmac)
{
	static in_port_t port;
	static int64_t first_ns;
	const in_port_t source = ((const struct sockaddr_in *)&packet->source)->sin_port;
	struct chunk *auth = falsify_find(packet, CHUNK_AUTH);
	if (!auth || !falsify_find(packet, CHUNK_ASCONF))
		return false;
	/* of an end the first one is right, and shows that its key is the empty one */
	if (port != source || seen->at_ns <= first_ns) {
		port = source;
		first_ns = seen->at_ns;
		return false;
	}
	bytes_of(auth)[auth->captured - 1] ^= 1;
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
	struct chunk *chunk = falsify_find(packet, CHUNK_SACK);
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

FALSIFY(i_bit)
{
	OF_A(DATA, chunk->flags |= 8);
}

FALSIFY(no_gaps)
{
	OF_A(SACK, chunk->sack.gap_blocks = 0);
}

FALSIFY(large_window)
{
	OF_A(SACK, chunk->sack.a_rwnd = UINT32_MAX);
}

FALSIFY(sack_for_heartbeat)
{
	OF_A(HEARTBEAT, (chunk->type = CHUNK_SACK, chunk->decoded = true, chunk->sack.a_rwnd = 0));
}

FALSIFY(stale_at_once)
{
	static const uint8_t cause[8] = { 0, 3, 0, 8, 0, 0, 0, 1 };
	OF_A(COOKIE_ACK,
		(chunk->type = CHUNK_ERROR, chunk->decoded = true, chunk->error.cause = 3, chunk->value = cause,
			chunk->captured = sizeof(cause), chunk->length = sizeof(cause) + 4));
}

FALSIFY(tag_of_the_first)
{
	static uint32_t tag;
	OF_A(INIT, (tag = tag ?: chunk->init.initiate_tag, chunk->init.initiate_tag = tag));
}

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

/* It goes on as if nothing had come. */
FALSIFY(abort_for_cookie_ack)
{
	OF_A(COOKIE_ACK, (chunk->type = CHUNK_ABORT, chunk->decoded = true, chunk->error.cause = 12));
}

FALSIFY(no_addresses)
{
	OF_A(INIT, (chunk->captured = 16, chunk->length = 20));
}

FALSIFY(closed_window)
{
	OF_A(SACK, chunk->sack.a_rwnd = 0);
}

const struct falsification falsify_packets[] = {
	{ .rule = "packets.checksum", .apply = checksum },
	{ .rule = "packets.checksum", .apply = checksum_behind_auth },
	{ .rule = "packets.checksum", .apply = damaged_hmac, .which = EVERY },
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
	{ .rule = "heartbeats.answered-with-the-same", .apply = another_answer },
	{ .rule = "heartbeats.not-after-shutdown", .apply = heartbeat_at_the_end },
	{ .rule = "heartbeats.not-before-established", .apply = heartbeat_at_once },
	{ .rule = "shutdown.no-new-data", .apply = data_at_the_end },
	{ .rule = "sacks.i-bit-at-once", .apply = i_bit, .where = ARRIVING, .which = EVERY },
	{ .rule = "sacks.gaps-complete", .apply = no_gaps, .which = EVERY },
	{ .rule = "sacks.window", .apply = large_window },
	{ .rule = "sacks.one-for-a-packet", .apply = sack_for_heartbeat },
	{ .rule = "setup.new-tag", .apply = tag_of_the_first, .which = EVERY },
	{ .rule = "setup.cookie-stale", .apply = stale_at_once },
	{ .rule = "congestion.peers-window", .apply = small_peers_window, .where = ARRIVING, .which = EVERY },
	{ .rule = "congestion.three-misses", .apply = no_gaps, .where = ARRIVING, .which = EVERY_SECOND },
	{ .rule = "congestion.fast-once", .apply = twice_in_a_packet, .which = EVERY },
	{ .rule = "packets.abort-without-data", .apply = data_with_abort },
	{ .rule = "setup.cookie", .apply = no_cookie },
	{ .rule = "heartbeats.nonce", .apply = short_nonce, .which = EVERY },
	{ .rule = "data.while-established", .apply = data_before_cookie_ack },
	{ .rule = "ends.nothing-after", .apply = abort_for_cookie_ack, .where = ARRIVING },
	{ .rule = "setup.addresses", .apply = no_addresses },
	{ .rule = "windows.shrinks", .apply = large_window, .which = EVERY },
	{ .rule = "windows.grows-back", .apply = closed_window, .which = EVERY },
	{ .rule = NULL },
};
