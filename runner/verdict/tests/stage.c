/* SPDX-License-Identifier: Apache-2.0 */
/* stage.c - see stage.h. */
#include "runner/verdict/tests/stage.h"

#include <stdlib.h>
#include <string.h>

enum { PORT = 5000, IP = 20, COMMON = 12, RAW = 101, STREAMS = 10, FLAG_E = 1, FLAG_B = 2 };

#define MS_NS INT64_C(1000000)

static const struct parameters parameters = {
	.known = true,
	.rto_initial_ns = 3000 * MS_NS,
	.rto_min_ns = 1000 * MS_NS,
	.rto_max_ns = 60000 * MS_NS,
	.hb_interval_ns = 30000 * MS_NS,
	.sack_delay_ns = 200 * MS_NS,
	.valid_cookie_life_ns = 60000 * MS_NS,
	.mtu = 1500,
	.path_max_retrans = 5,
	.association_max_retrans = 10,
	.max_init_retransmits = 8,
};

bool stage_breaks(const struct stage *stage, const char *rule)
{
	return stage->breaks && strcmp(stage->breaks, rule) == 0;
}

void stage_open(struct stage *stage, const char *breaks)
{
	*stage = (struct stage){
		.breaks = breaks,
		.referee = referee_new(3),
		.at_ns = MS_NS,
		.actor = { { .tag = 111, .tsn = 1000, .first_tsn = 1000 },
			{ .tag = 222, .tsn = 5000, .first_tsn = 5000 } },
	};
	if (!stage->referee)
		abort();
	referee_tell_parameters(stage->referee, 0, &parameters);
	referee_tell_parameters(stage->referee, 1, &parameters);
	referee_expect_calls(stage->referee);
	for (int end = 0; end < 2; end++)
		referee_tell_call(stage->referee,
			&(struct call){
				.end = end, .port = (uint16_t)(PORT + end), .kind = CALL_OPEN, .addresses = 1 });
}

void stage_close(struct stage *stage)
{
	referee_end(stage->referee, stage->at_ns);
}

void stage_wait_ms(struct stage *stage, int64_t ms)
{
	stage->at_ns += ms * MS_NS;
}

/* ---- A packet ---- */

void stage_8(struct stage *stage, unsigned value)
{
	if (stage->length == sizeof(stage->bytes))
		abort();
	stage->bytes[stage->length++] = (uint8_t)value;
}

void stage_16(struct stage *stage, unsigned value)
{
	stage_8(stage, value >> 8);
	stage_8(stage, value);
}

void stage_32(struct stage *stage, uint32_t value)
{
	stage_16(stage, value >> 16);
	stage_16(stage, value);
}

void stage_fill(struct stage *stage, const char *first, size_t length)
{
	const size_t n = strlen(first);
	for (size_t i = 0; i < length; i++)
		stage_8(stage, i < n ? (unsigned char)first[i] : 'x');
}

static void set_16(uint8_t *bytes, size_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

void stage_packet(struct stage *stage, int from)
{
	stage->from = from;
	stage->length = stage->chunk = 0;
	stage_32(stage, 0x45000000);
	stage_32(stage, 0);
	stage_32(stage, 64U << 24 | 132U << 16); /* TTL, SCTP */
	stage_32(stage, 0x0a000001U + (unsigned)from);
	stage_32(stage, 0x0a000002U - (unsigned)from);
	stage_16(stage, (unsigned)(PORT + from));
	stage_16(stage, (unsigned)(PORT + 1 - from));
	stage_32(stage, stage->actor[1 - from].tag);
	stage_32(stage, 0);
}

void stage_finish(struct stage *stage)
{
	if (stage->chunk == 0)
		return;
	set_16(stage->bytes + stage->chunk + 2, stage->length - stage->chunk);
	while (stage->length % 4 != 0)
		stage_8(stage, 0);
	stage->chunk = 0;
}

void stage_chunk(struct stage *stage, uint8_t type, uint8_t flags)
{
	stage_finish(stage);
	stage->chunk = stage->length;
	stage_8(stage, type);
	stage_8(stage, flags);
	stage_16(stage, 0);
}

static void show(struct stage *stage, int vantage)
{
	struct packet packet;
	if (packet_decode(stage->bytes, stage->length, RAW, &packet) != PACKET_OK)
		abort();
	const struct seen seen = { .at_ns = stage->at_ns,
		.number = stage->number,
		.path = 0,
		.vantage = vantage,
		.sender = stage->from,
		.packet = &packet };
	if (referee_see(stage->referee, &seen) != 0)
		abort();
}

static void leave(struct stage *stage)
{
	stage_finish(stage);
	set_16(stage->bytes + 2, stage->length);
	const uint32_t sum = packet_crc32c(stage->bytes + IP, stage->length - IP);
	for (unsigned i = 0; i < 4; i++)
		stage->bytes[IP + 8 + i] = (uint8_t)(sum >> 8 * i);
	stage->number++;
	show(stage, stage->from);
}

void stage_send(struct stage *stage)
{
	leave(stage);
	stage->at_ns += MS_NS / 100;
	show(stage, 1 - stage->from);
	stage->at_ns += MS_NS / 100;
}

void stage_lose(struct stage *stage)
{
	leave(stage);
}

/* ---- Events ---- */

void stage_follow_events(struct stage *stage)
{
	stage->tells = true;
	referee_expect_events(stage->referee, 0);
	referee_expect_events(stage->referee, 1);
}

static void tell(struct stage *stage, struct event event)
{
	event.at_ns = stage->at_ns;
	event.port = (uint16_t)(PORT + event.end);
	event.assoc_id = 3;
	referee_tell_event(stage->referee, &event);
}

void stage_tell_path(struct stage *stage, int end, enum event_kind kind)
{
	const struct address other = { .bytes = { 10, 0, 0, (uint8_t)(2 - end) } };
	tell(stage, (struct event){ .end = end, .kind = kind, .has_address = true, .address = other });
}

void stage_deliver(struct stage *stage, int end, uint16_t stream, uint32_t size)
{
	tell(stage, (struct event){ .end = end, .kind = EVENT_MESSAGE, .stream = stream, .size = size });
}

/* ---- Scenes ---- */

enum { STATE_COOKIE = 7 };

void stage_put_init(struct stage *stage, uint8_t type, int end, const char *cookie, stage_offer *offer)
{
	stage_packet(stage, end);
	if (type == CHUNK_INIT)
		memset(stage->bytes + IP + 4, 0, 4); /* the verification tag */
	stage_chunk(stage, type, 0);
	stage_32(stage, stage->actor[end].tag);
	stage_32(stage, STAGE_WINDOW);
	stage_16(stage, STREAMS);
	stage_16(stage, STREAMS);
	stage_32(stage, stage->actor[end].tsn);
	if (type == CHUNK_INIT_ACK) {
		stage_16(stage, STATE_COOKIE);
		stage_16(stage, 4 + STAGE_COOKIE);
		stage_fill(stage, cookie, STAGE_COOKIE);
	}
	if (offer)
		offer(stage, end);
}

void stage_meet(struct stage *stage, stage_offer *offer)
{
	stage_put_init(stage, CHUNK_INIT, 0, "", offer);
	stage_send(stage);
	stage_put_init(stage, CHUNK_INIT_ACK, 1, "cookie", offer);
	stage_send(stage);
	stage_packet(stage, 0);
	stage_chunk(stage, CHUNK_COOKIE_ECHO, 0);
	stage_fill(stage, "cookie", STAGE_COOKIE);
	stage_send(stage);
	stage_packet(stage, 1);
	stage_chunk(stage, CHUNK_COOKIE_ACK, 0);
	stage_send(stage);
	for (int end = 0; stage->tells && end < 2; end++)
		tell(stage, (struct event){ .end = end, .kind = EVENT_COMM_UP });
	stage_wait_ms(stage, 50);
}

void stage_put_data(struct stage *stage, unsigned stream, unsigned ssn, size_t length)
{
	stage_chunk(stage, CHUNK_DATA, FLAG_B | FLAG_E);
	stage_32(stage, stage->actor[stage->from].tsn++);
	stage_16(stage, stream);
	stage_16(stage, ssn);
	stage_32(stage, 0);
	stage_fill(stage, "", length);
}

void stage_data(struct stage *stage, int from, unsigned stream, unsigned ssn, size_t length)
{
	stage_packet(stage, from);
	stage_put_data(stage, stream, ssn, length);
	stage_send(stage);
}

void stage_sack_window(struct stage *stage, int from, uint32_t window)
{
	struct actor *other = &stage->actor[1 - from];
	stage_packet(stage, from);
	stage_chunk(stage, CHUNK_SACK, 0);
	stage_32(stage, other->tsn - 1);
	stage_32(stage, window);
	stage_32(stage, 0);
	stage_send(stage);
}

void stage_sack(struct stage *stage, int from)
{
	stage_sack_window(stage, from, STAGE_WINDOW);
}
