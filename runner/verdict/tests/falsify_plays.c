/* SPDX-License-Identifier: Apache-2.0 */
/* falsify_plays.c - plays of what no case has a trace of: each once as it should be, and once with a mistake. */
#include <stdio.h>

#include "runner/verdict/tests/falsify.h"
#include "runner/verdict/tests/stage.h"

/* ---- DATA ---- */

/* Four packets with DATA for one SACK; or six. */
static void burst(struct stage *stage)
{
	enum { FULL = 1452 };
	unsigned ssn = 0;
	stage_meet(stage, NULL);
	for (unsigned round = 0; round < 4; round++) {
		for (unsigned i = 0; i < 2; i++)
			stage_data(stage, 0, 0, ssn++, FULL);
		stage_sack(stage, 1);
		stage_wait_ms(stage, 10);
	}
	stage_data(stage, 0, 0, ssn++, FULL);
	stage_wait_ms(stage, 10);
	stage_sack(stage, 1);
	for (unsigned i = 0; i < (stage->breaks ? 6 : 4); i++) {
		stage_packet(stage, 0);
		stage_put_data(stage, 0, ssn++, FULL);
		stage_lose(stage);
	}
}

/* Half of the window is filled, and read. */
static void window_opens(struct stage *stage)
{
	enum { MESSAGES = 60, SIZE = 1000 };
	stage_follow_events(stage);
	stage_meet(stage, NULL);
	for (unsigned i = 0; i < MESSAGES; i += 2) {
		stage_data(stage, 0, 0, i, SIZE);
		stage_data(stage, 0, 0, i + 1, SIZE);
		stage_sack_window(stage, 1, STAGE_WINDOW - (i + 2) * SIZE);
		stage_wait_ms(stage, 1);
	}
	for (unsigned i = 0; i < MESSAGES; i++)
		stage_deliver(stage, 1, 0, SIZE);
	stage_wait_ms(stage, stage_breaks(stage, "windows.update") ? 100 : 1);
	stage_sack_window(stage, 1, STAGE_WINDOW);
}

static void heartbeat(struct stage *stage, int from)
{
	static unsigned number;
	char nonce[16];
	snprintf(nonce, sizeof(nonce), "%u", number++);
	for (unsigned answer = 0; answer < 2; answer++) {
		stage_packet(stage, answer ? 1 - from : from);
		stage_chunk(stage, answer ? CHUNK_HEARTBEAT_ACK : CHUNK_HEARTBEAT, 0);
		stage_16(stage, 1);
		stage_16(stage, 4 + sizeof(nonce));
		stage_fill(stage, nonce, sizeof(nonce));
		stage_send(stage);
	}
}

/* What is not read fills the window; each probe is dropped then, and answered by a SACK: it is no error. */
static void closed_window(struct stage *stage)
{
	enum { MESSAGES = 72, SIZE = 1380, PROBES = 7, RTO_MS = 1000 };
	const bool open = stage_breaks(stage, "sacks.cumulative");
	int64_t rto_ms = RTO_MS;
	stage_follow_events(stage);
	stage_meet(stage, NULL);
	for (unsigned i = 0; i < MESSAGES; i += 2) {
		stage_data(stage, 0, 0, i, SIZE);
		stage_data(stage, 0, 0, i + 1, SIZE);
		for (unsigned k = 0; k < 2 && open; k++)
			stage_deliver(stage, 1, 0, SIZE);
		stage_sack_window(stage, 1, open ? STAGE_WINDOW : STAGE_WINDOW - (i + 2) * SIZE);
		stage_wait_ms(stage, 1);
	}
	stage_wait_ms(stage, 30);
	const uint32_t probe = stage->actor[0].tsn;
	for (unsigned i = 0; i < PROBES; i++, rto_ms *= 2) {
		stage->actor[0].tsn = probe;
		stage_data(stage, 0, 0, MESSAGES, SIZE);
		stage->actor[0].tsn = probe;
		stage_wait_ms(stage, 5);
		stage_sack_window(stage, 1, open ? STAGE_WINDOW : STAGE_WINDOW - MESSAGES * SIZE);
		if (rto_ms > 16 * RTO_MS)
			heartbeat(stage, 1);
		stage_wait_ms(stage, i + 1 < PROBES ? rto_ms - 5 : 5);
	}
	if (stage_breaks(stage, "events.unreachable"))
		stage_tell_path(stage, 0, EVENT_ADDR_UNREACHABLE);
	for (unsigned i = 0; i < MESSAGES && !open; i++)
		stage_deliver(stage, 1, 0, SIZE);
	stage_sack_window(stage, 1, STAGE_WINDOW);
}

/* A SACK for all but the last TSN. */
static void sack_all_but_one(struct stage *stage, uint32_t window)
{
	stage->actor[0].tsn--;
	stage_sack_window(stage, 1, window);
	stage->actor[0].tsn++;
}

/* There is room for one more by its octets; its memory closes the window, and it is dropped. The window opens, but does
 * not bring it back. The mistake is to leave it out of a SACK that tells of room. */
static void no_memory(struct stage *stage)
{
	enum { MESSAGES = 72, SIZE = 1380, LEFT = STAGE_WINDOW - MESSAGES * SIZE, SMALL = 10 };
	stage_follow_events(stage);
	stage_meet(stage, NULL);
	for (unsigned i = 0; i < MESSAGES; i += 2) {
		stage_data(stage, 0, 0, i, SIZE);
		stage_data(stage, 0, 0, i + 1, SIZE);
		stage_sack_window(stage, 1, STAGE_WINDOW - (i + 2) * SIZE);
		stage_wait_ms(stage, 1);
	}
	stage_data(stage, 0, 1, 0, SMALL);
	stage_wait_ms(stage, 5);
	sack_all_but_one(stage, stage_breaks(stage, "sacks.cumulative") ? LEFT - SMALL : 0);
	for (unsigned i = 0; i < MESSAGES; i++)
		stage_deliver(stage, 1, 0, SIZE);
	sack_all_but_one(stage, STAGE_WINDOW);
	stage_wait_ms(stage, 1000);
	stage->actor[0].tsn--;
	stage_data(stage, 0, 1, 0, SMALL);
	stage_deliver(stage, 1, 1, SMALL);
	stage_sack_window(stage, 1, STAGE_WINDOW);
}

/* The first of three is lost, and one SACK misses it: nobody sees how T3-rtx runs then. But it runs for RTO.Min at the
 * least, and does not take for ever. */
static void loss_recovery(struct stage *stage)
{
	enum { RTO_MS = 3000, DOUBLED_MS = 6000, TOO_SOON_MS = 500, LONG_MS = 20000, GAP_FIRST = 2, GAP_LAST = 3 };
	stage_meet(stage, NULL);
	/* alone, it is sent again in time, and the RTO is doubled */
	stage_packet(stage, 0);
	stage_put_data(stage, 1, 0, 100);
	stage_lose(stage);
	stage_wait_ms(stage, RTO_MS);
	stage->actor[0].tsn--;
	stage_data(stage, 0, 1, 0, 100);
	stage_sack(stage, 1);
	const uint32_t lost = stage->actor[0].tsn;
	stage_packet(stage, 0);
	stage_put_data(stage, 0, 0, 100);
	stage_lose(stage);
	stage_data(stage, 0, 0, 1, 100);
	stage_data(stage, 0, 0, 2, 100);
	stage_packet(stage, 1);
	stage_chunk(stage, CHUNK_SACK, 0);
	stage_32(stage, lost - 1);
	stage_32(stage, STAGE_WINDOW);
	stage_16(stage, 1);
	stage_16(stage, 0);
	stage_16(stage, GAP_FIRST);
	stage_16(stage, GAP_LAST);
	stage_send(stage);
	stage_wait_ms(stage,
		stage_breaks(stage, "timers.t3-not-sooner")    ? TOO_SOON_MS
			: stage_breaks(stage, "timers.t3-rtx") ? LONG_MS
							       : DOUBLED_MS);
	stage->actor[0].tsn = lost;
	stage_data(stage, 0, 0, 0, 100);
	stage->actor[0].tsn = lost + GAP_LAST;
	stage_sack(stage, 1);
}

/* ---- The end ---- */

/* SHUTDOWN goes unanswered until its path has failed. */
static void shutdown_unanswered(struct stage *stage)
{
	enum { TIMES = 6 };
	int64_t rto_ms = 1000;
	stage_follow_events(stage);
	stage_meet(stage, NULL);
	stage_data(stage, 0, 0, 0, 100);
	stage_deliver(stage, 1, 0, 100);
	stage_sack(stage, 1);
	for (unsigned i = 0; i <= TIMES; i++, rto_ms *= 2) {
		stage_packet(stage, 0);
		stage_chunk(stage, CHUNK_SHUTDOWN, 0);
		stage_32(stage, stage->actor[1].tsn - 1);
		stage_lose(stage);
		if (i < TIMES)
			stage_wait_ms(stage, rto_ms);
	}
	if (!stage_breaks(stage, "events.unreachable"))
		stage_tell_path(stage, 0, EVENT_ADDR_UNREACHABLE);
	stage_wait_ms(stage, 100);
}

/* ---- The restart table ---- */

static void echo(struct stage *stage, int from, const char *cookie)
{
	stage_packet(stage, from);
	stage_chunk(stage, CHUNK_COOKIE_ECHO, 0);
	stage_fill(stage, cookie, STAGE_COOKIE);
	stage_send(stage);
}

static void acknowledge(struct stage *stage, int from)
{
	stage_packet(stage, from);
	stage_chunk(stage, CHUNK_COOKIE_ACK, 0);
	stage_send(stage);
}

/* End 0 begins anew, with another tag. */
static void row_a(struct stage *stage)
{
	stage_meet(stage, NULL);
	stage->actor[0].tag++;
	stage->actor[1].tag++;
	stage_put_init(stage, CHUNK_INIT, 0, "", NULL);
	stage_send(stage);
	stage_put_init(stage, CHUNK_INIT_ACK, 1, "another", NULL);
	stage_send(stage);
	echo(stage, 0, "another");
	if (!stage_breaks(stage, "restart.row-a"))
		acknowledge(stage, 1);
	stage_wait_ms(stage, 100);
}

/* The same, while end 1 waits for SHUTDOWN COMPLETE. */
static void row_a_at_the_end(struct stage *stage)
{
	stage_meet(stage, NULL);
	stage_packet(stage, 0);
	stage_chunk(stage, CHUNK_SHUTDOWN, 0);
	stage_32(stage, stage->actor[1].tsn - 1);
	stage_send(stage);
	stage_packet(stage, 1);
	stage_chunk(stage, CHUNK_SHUTDOWN_ACK, 0);
	stage_lose(stage);
	stage_wait_ms(stage, 10);
	stage->actor[0].tag++;
	stage->actor[1].tag++;
	stage_put_init(stage, CHUNK_INIT, 0, "", NULL);
	stage_send(stage);
	stage_put_init(stage, CHUNK_INIT_ACK, 1, "another", NULL);
	stage_send(stage);
	echo(stage, 0, "another");
	if (stage_breaks(stage, "restart.not-while-shutting-down")) {
		acknowledge(stage, 1);
		return;
	}
	stage_packet(stage, 1);
	stage_chunk(stage, CHUNK_SHUTDOWN_ACK, 0);
	if (!stage_breaks(stage, "restart.cause-while-shutting-down")) {
		stage_chunk(stage, CHUNK_ERROR, 0);
		stage_16(stage, 10); /* Cookie Received While Shutting Down */
		stage_16(stage, 4);
	}
	stage_send(stage);
}

/* Both send an INIT, of which that of end 0 is lost at first; end 1's is answered with the tag of end 0's INIT. */
static void row_b(struct stage *stage)
{
	stage_put_init(stage, CHUNK_INIT, 0, "", NULL);
	stage_send(stage);
	stage_put_init(stage, CHUNK_INIT, 1, "", NULL);
	stage_send(stage);
	stage_put_init(stage, CHUNK_INIT_ACK, 0, "of 0", NULL);
	stage_send(stage);
	echo(stage, 1, "of 0");
	if (!stage_breaks(stage, "restart.row-b"))
		acknowledge(stage, 0);
	stage_wait_ms(stage, 100);
}

/* The cookie of an INIT ACK before the last one comes late: own tag of then, and the peer's tag of now. */
static void row_c(struct stage *stage)
{
	stage_put_init(stage, CHUNK_INIT, 0, "", NULL);
	stage_send(stage);
	stage_put_init(stage, CHUNK_INIT_ACK, 1, "late", NULL);
	stage_lose(stage);
	stage->actor[1].tag++;
	stage_wait_ms(stage, 3000);
	stage_put_init(stage, CHUNK_INIT, 0, "", NULL);
	stage_send(stage);
	stage_put_init(stage, CHUNK_INIT_ACK, 1, "cookie", NULL);
	stage_send(stage);
	echo(stage, 0, "cookie");
	acknowledge(stage, 1);
	stage_wait_ms(stage, 50);
	echo(stage, 0, stage_breaks(stage, "restart.row-c") ? "late" : "cookie");
	acknowledge(stage, 1);
}

/* COOKIE ECHO comes twice. */
static void row_d(struct stage *stage)
{
	stage_meet(stage, NULL);
	echo(stage, 0, "cookie");
	if (!stage_breaks(stage, "restart.row-d"))
		acknowledge(stage, 1);
	stage_wait_ms(stage, 100);
}

const struct falsification falsify_plays[] = {
	{ .rule = "congestion.burst", .play = burst },
	{ .rule = "sacks.cumulative", .play = closed_window },
	{ .rule = "sacks.cumulative", .play = no_memory },
	{ .rule = "timers.t3-not-sooner", .play = loss_recovery },
	{ .rule = "timers.t3-rtx", .play = loss_recovery },
	{ .rule = "windows.update", .play = window_opens },
	{ .rule = "events.unreachable", .play = shutdown_unanswered },
	{ .rule = "restart.row-a", .play = row_a },
	{ .rule = "restart.not-while-shutting-down", .play = row_a_at_the_end },
	{ .rule = "restart.cause-while-shutting-down", .play = row_a_at_the_end },
	{ .rule = "restart.row-b", .play = row_b },
	{ .rule = "restart.row-c", .play = row_c },
	{ .rule = "restart.row-d", .play = row_d },
	{ .rule = NULL },
};
