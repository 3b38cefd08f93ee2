/* SPDX-License-Identifier: Apache-2.0 */
/* path_times_test.c - three faults of heartbeats that look alike to an application are told apart by what left. */
#include "runner/verdict/path_times.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "runner/engine/tests/run_tests.h"

enum { LINK_RAW_IP = 101, ROOM = 16, LENGTH = 20 + 12 + 20 };

static uint8_t bytes[ROOM][LENGTH];
static struct captured_packet packets[ROOM];
static struct trace trace;

/* A chunk that end 0 (or its peer) sends on a path, as end 0 captures it. */
static void pass(double at_s, int path, int sender, uint8_t type, uint8_t tsn)
{
	static const uint8_t ip[20] = { 0x45, 0, 0, LENGTH, 0, 0, 0, 0, 64, 132, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2 };
	uint8_t *const frame = bytes[trace.n_packets], *const sctp = frame + sizeof(ip), *const chunk = sctp + 12;
	memset(frame, 0, LENGTH);
	memcpy(frame, ip, sizeof(ip));
	chunk[0] = type;
	chunk[1] = type == CHUNK_DATA ? 3 : 0;
	chunk[3] = 20;
	chunk[7] = tsn;
	if (type != CHUNK_DATA) {
		memset(chunk + 4, 0, 16);
		chunk[5] = 1; /* heartbeat information, */
		chunk[7] = 16;
	}
	const uint32_t checksum = packet_crc32c(sctp, LENGTH - sizeof(ip));
	for (unsigned i = 0; i < 4; i++)
		sctp[8 + i] = (uint8_t)(checksum >> 8 * i);
	packets[trace.n_packets++] = (struct captured_packet){ .at_ns = (int64_t)(at_s * 1e9),
		.path = path,
		.sender = sender,
		.link = LINK_RAW_IP,
		.bytes = frame,
		.length = LENGTH };
}

static char *told(const char *check)
{
	json_t *lines = json_loads(check, 0, NULL);
	ck_assert_ptr_nonnull(lines);
	trace.packets = packets;
	trace.ended_ns = INT64_C(1000000000000);
	char *text = path_times(lines, &trace);
	json_decref(lines);
	trace.n_packets = 0;
	return text;
}

#define OF_PATH_0                                                                                            \
	"[{\"type\":\"check\",\"ok\":true},{\"type\":\"check\",\"ok\":false,\"endpoint\":\"a\",\"path\":0}," \
	"{\"type\":\"check\",\"ok\":false,\"endpoint\":\"b\",\"path\":1}]"

static void expect_told(const char *expected)
{
	char *text = told(OF_PATH_0);
	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(text, expected);
	free(text);
}

START_TEST(heartbeats_that_stop)
{
	pass(31.5, 0, 0, CHUNK_HEARTBEAT, 0);
	pass(31.6, 0, 1, CHUNK_HEARTBEAT_ACK, 0);
	expect_told("sent      a on path 0: HEARTBEAT 31.500+; its DATA again never (+: answered)\n");
}
END_TEST

START_TEST(heartbeats_that_nobody_answers)
{
	pass(31.5, 0, 0, CHUNK_HEARTBEAT, 0);
	pass(40.0, 1, 0, CHUNK_HEARTBEAT, 0); /* on another path, */
	pass(40.1, 1, 1, CHUNK_HEARTBEAT_ACK, 0);
	pass(63.25, 0, 0, CHUNK_HEARTBEAT, 0);
	pass(63.5, 0, 1, CHUNK_HEARTBEAT, 0); /* the peer's */
	expect_told("sent      a on path 0: HEARTBEAT 31.500 63.250; its DATA again never (+: answered)\n");
}
END_TEST

START_TEST(none_as_data_is_sent_again)
{
	pass(1.0, 0, 0, CHUNK_DATA, 7);
	pass(1.5, 1, 0, CHUNK_DATA, 8);
	pass(2.0, 1, 0, CHUNK_DATA, 7); /* what left on path 0 */
	pass(3.0, 0, 0, CHUNK_DATA, 8); /* what left on path 1 */
	pass(4.0, 1, 0, CHUNK_DATA, 8); /* and then on path 0 */
	expect_told("sent      a on path 0: HEARTBEAT never; its DATA again 2.000 4.000 (+: answered)\n");
}
END_TEST

START_TEST(of_many_the_last_are_told)
{
	for (int i = 1; i <= 8; i++)
		pass(i, 0, 0, CHUNK_HEARTBEAT, 0);
	expect_told("sent      a on path 0: HEARTBEAT ... 3.000 4.000 5.000 6.000 7.000 8.000; its DATA again never "
		    "(+: answered)\n");
}
END_TEST

START_TEST(a_check_about_no_path_has_none)
{
	ck_assert_ptr_null(told("[{\"type\":\"check\",\"ok\":false}]"));
	ck_assert_ptr_null(told("[{\"type\":\"check\",\"ok\":true,\"endpoint\":\"a\",\"path\":0}]"));
	ck_assert_ptr_null(told("[]"));
}
END_TEST

int main(void)
{
	return RUN_TESTS("times of a path", heartbeats_that_stop, heartbeats_that_nobody_answers,
		none_as_data_is_sent_again, of_many_the_last_are_told, a_check_about_no_path_has_none);
}
