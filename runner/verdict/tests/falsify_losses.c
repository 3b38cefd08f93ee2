/* SPDX-License-Identifier: Apache-2.0 */
/* falsify_losses.c - packets that do not come, come late, or go elsewhere. */
#include "runner/verdict/tests/falsify.h"

FALSIFY(late_sack)
{
	OF_A(SACK, seen->at_ns += 300000000);
}

FALSIFY(no_sack_comes)
{
	OF_A(SACK, packet->chunk_count = 0);
}

/* One that acknowledges what the one before has acknowledged, and tells of more room. */
FALSIFY(no_window_update)
{
	static uint32_t cumulative, window;
	struct chunk *sack = falsify_find(packet, CHUNK_SACK);
	if (!sack || seen->vantage != seen->sender)
		return false;
	const bool is_update = sack->sack.cum_tsn_ack == cumulative && sack->sack.a_rwnd > window;
	cumulative = sack->sack.cum_tsn_ack;
	window = sack->sack.a_rwnd;
	if (is_update)
		packet->chunk_count = 0;
	return is_update;
}

FALSIFY(no_data)
{
	OF_A(DATA, packet->chunk_count = 0);
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
	struct chunk *shutdown = falsify_find(packet, CHUNK_SHUTDOWN);
	if (!shutdown)
		return no_sack_comes(seen, packet);
	shutdown->shutdown.cum_tsn_ack -= 1000;
	return true;
}

/* COOKIE ACK never comes, and the DATA that follows is a COOKIE ECHO. */
FALSIFY(cookie_echo_too_soon)
{
	struct chunk *data = falsify_find(packet, CHUNK_DATA);
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

/* a moment before, so that what answers it comes late */
FALSIFY(data_for_shutdown_ack)
{
	OF_A(SHUTDOWN_ACK,
		(seen->at_ns -= 15000000, chunk->type = CHUNK_DATA, chunk->decoded = true, chunk->data.tsn = 5));
}

FALSIFY(late_init_ack)
{
	OF_A(INIT_ACK, seen->at_ns += 300000000);
}

FALSIFY(late_shutdown_ack)
{
	OF_A(SHUTDOWN_ACK, seen->at_ns += 300000000);
}

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

FALSIFY(heartbeat_elsewhere)
{
	OF_A(HEARTBEAT, send_elsewhere(packet));
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

/* What is sent again is often in a bundle. */
FALSIFY(no_bundle)
{
	(void)seen;
	if (packet->chunk_count < 2 || !is_data(&packet->chunks[0]) || !is_data(&packet->chunks[1]))
		return false;
	packet->chunk_count = 0;
	return true;
}

/* One to the same address as the one before comes a moment after it. */
FALSIFY(heartbeats_together)
{
	static struct sockaddr_storage to;
	static int64_t last_ns;
	struct chunk *heartbeat = falsify_find(packet, CHUNK_HEARTBEAT);
	if (!heartbeat)
		return false;
	const bool same = memcmp(&to, &packet->destination, sizeof(struct sockaddr_in)) == 0 && seen->at_ns > last_ns;
	if (same)
		seen->at_ns = last_ns + 1000000;
	last_ns = seen->at_ns;
	to = packet->destination;
	return same;
}

const struct falsification falsify_losses[] = {
	{ .rule = "setup.nothing-before-cookie-ack", .apply = no_cookie_ack_comes, .where = ARRIVING },
	{ .rule = "sacks.delay", .apply = late_sack },
	{ .rule = "shutdown.all-acknowledged", .apply = no_sack_comes, .where = ARRIVING, .which = EVERY_SECOND },
	{ .rule = "shutdown.ack-when-all-acknowledged",
		.apply = nothing_is_acknowledged,
		.where = ARRIVING,
		.which = EVERY },
	{ .rule = "shutdown.complete-answers-ack", .apply = no_shutdown_ack_comes, .where = ARRIVING },
	{ .rule = "timers.t1-cookie", .apply = cookie_echo_too_soon, .where = ANYWHERE, .which = EVERY },
	{ .rule = "sacks.first-at-once", .apply = no_sack_comes },
	{ .rule = "sacks.every-second", .apply = no_sack_comes, .which = EVERY },
	{ .rule = "sacks.gap-at-once", .apply = no_sack_comes, .which = EVERY },
	{ .rule = "sacks.filled-at-once", .apply = no_sack_comes, .which = EVERY },
	{ .rule = "sacks.duplicate-at-once", .apply = no_sack_comes, .which = EVERY },
	{ .rule = "sacks.shutdown-at-once", .apply = data_for_shutdown_ack, .where = ARRIVING },
	{ .rule = "sacks.to-the-source", .apply = sack_elsewhere, .which = EVERY_SECOND },
	{ .rule = "heartbeats.answered-at-once", .apply = no_heartbeat_ack },
	{ .rule = "heartbeats.answered-to-the-source", .apply = heartbeat_ack_elsewhere },
	{ .rule = "setup.cookie-echo-at-once", .apply = no_cookie_echo },
	{ .rule = "setup.cookie-ack-at-once", .apply = no_cookie_ack_comes },
	{ .rule = "setup.init-ack-at-once", .apply = late_init_ack },
	{ .rule = "setup.init-ack-to-the-source", .apply = init_ack_elsewhere },
	{ .rule = "setup.init-by-turns", .apply = init_to_the_same, .which = EVERY },
	{ .rule = "shutdown.ack-at-once", .apply = late_shutdown_ack },
	{ .rule = "shutdown.complete-at-once", .apply = no_shutdown_complete },
	{ .rule = "paths.unconfirmed", .apply = data_elsewhere },
	{ .rule = "paths.new-data-to-primary", .apply = data_elsewhere, .which = EVERY_SECOND },
	{ .rule = "paths.not-to-failed", .apply = data_elsewhere, .which = EVERY },
	{ .rule = "paths.again-elsewhere", .apply = data_elsewhere, .which = EVERY_SECOND },
	{ .rule = "congestion.window", .apply = no_sack_comes, .where = ARRIVING, .which = EVERY },
	{ .rule = "congestion.fast-at-once", .apply = no_bundle, .which = EVERY },
	{ .rule = "data.at-once", .apply = no_data, .which = EVERY },
	{ .rule = "asconf.removed", .apply = heartbeat_elsewhere, .which = EVERY },
	{ .rule = "windows.update", .apply = no_window_update, .which = EVERY },
	{ .rule = "heartbeats.max-burst", .apply = heartbeats_together, .which = EVERY },
	{ .rule = NULL },
};
