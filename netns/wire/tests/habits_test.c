/* SPDX-License-Identifier: Apache-2.0 */
/*
 * habits_test.c - two endpoints with habits and no network between them: an association is made, used and ended with
 * every packet taken for what a good peer sends. And what a good peer does not send is noticed.
 */
#include "core/tests/suite.h"
#include "netns/wire/habits.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum { PACKETS_MAX = 256 };

struct end {
	struct tcb tcb;
	struct habits habits;
};

static struct end client, server;
static struct wire_chunk *kept[PACKETS_MAX];
static unsigned kept_count;
static int64_t now_ns;

static void begin(void)
{
	client =
		(struct end){ .habits = { .port = 4000, .initiate_tag = SET(0x1111), .initial_tsn = SET(0xfffffffe) } };
	server = (struct end){ .habits = { .initiate_tag = SET(0x2222) } };
	tcb_begin(&client.tcb, &client.habits);
	tcb_begin(&server.tcb, &server.habits);
	client.tcb.peer_port = 5000;
	client.tcb.connects = true;
	now_ns = 0;
}

static void end(void)
{
	while (kept_count > 0)
		free(kept[--kept_count]);
}

/* Over the wire: what the other end reads of these chunks. Gives how many answers it has. */
static unsigned over(struct end *from, struct end *to, const struct wire_chunk *chunks, unsigned count, bool *routine,
	struct answer *answer)
{
	static struct wire_chunk filled[4];
	static struct answer scratch;
	static uint8_t sctp[WIRE_PACKET_MAX], frame[WIRE_PACKET_MAX + 64];
	static struct packet packet;
	const struct frame_ends ends = { .from = { .ss_family = AF_INET }, .to = { .ss_family = AF_INET } };
	struct wire_packet said = { .chunks = filled, .count = count };

	for (unsigned i = 0; i < count; i++) {
		filled[i] = chunks[i];
		tcb_fill(&from->tcb, &filled[i], &scratch);
		tcb_note_sent(&from->tcb, &filled[i]);
	}
	tcb_fill_header(&from->tcb, &filled[0], &said.header);
	const size_t length = wire_build(&said, sctp, sizeof(sctp));
	const size_t framed = frame_build(&ends, sctp, length, frame, sizeof(frame));
	ck_assert_int_eq(packet_decode(frame, framed, 1, &packet), PACKET_OK);
	kept[kept_count] = wire_read(&packet);
	const struct wire_packet got = {
		.header = { .source_port = said.header.source_port, .verification_tag = SET(packet.verification_tag) },
		.chunks = kept[kept_count++],
		.count = packet.chunk_count,
	};
	return habits_take(&to->tcb, &to->habits, now_ns, &got, routine, answer);
}

/* From one to the other and back, until neither has an answer. How many packets that were; all must be routine. */
static unsigned talk(struct end *from, struct end *to, struct wire_chunk first)
{
	static struct answer answer;
	unsigned packets = 1;
	bool routine;

	for (unsigned more = over(from, to, &first, 1, &routine, &answer); more > 0; packets++) {
		const struct answer said = answer;
		struct end *next = to;

		ck_assert_msg(routine, "packet %u is not routine", packets);
		to = from;
		from = next;
		more = over(from, to, said.chunks, said.count, &routine, &answer);
	}
	ck_assert_msg(routine, "packet %u is not routine", packets);
	return packets;
}

static void associate(void)
{
	begin();
	ck_assert_uint_eq(talk(&client, &server, an_init()), 4);
	ck_assert_int_eq(client.tcb.state, TCB_ESTABLISHED);
	ck_assert_int_eq(server.tcb.state, TCB_ESTABLISHED);
}

START_TEST(four_packets_make_an_association)
{
	associate();
	ck_assert_uint_eq(client.tcb.peer_tag, 0x2222);
	ck_assert_uint_eq(server.tcb.peer_tag, 0x1111);
	ck_assert_uint_eq(server.tcb.peer_port, 4000);
	ck_assert_uint_eq(server.tcb.cum_tsn, 0xfffffffd);
	end();
}
END_TEST

/* A parameter of an INIT or INIT ACK, by number. */
static void has_parameter(
	const struct wire_chunk *chunk, unsigned number, uint16_t type, const char *value, size_t length)
{
	ck_assert_uint_gt(chunk->parameters.count, number);
	ck_assert_uint_eq(chunk->parameters.list[number].type, type);
	ck_assert_uint_eq(chunk->parameters.list[number].value.length, length);
	ck_assert_mem_eq(chunk->parameters.list[number].value.bytes, value, length);
}

START_TEST(what_it_says_besides_is_between_addresses_and_cookie)
{
	static const struct tlv says[] = { { .type = PARAMETER_ECN, .value = BYTES("") },
		{ .type = 0xc0de, .value = BYTES("what") } };
	const struct sockaddr_storage address = { .ss_family = AF_INET6 };
	struct wire_chunk init = an_init(), init_ack = an_init_ack();

	begin();
	client.habits.says = (struct tlvs){ true, says, 2 };
	tcb_begin(&client.tcb, &client.habits);
	tcb_name_address(&client.tcb, &address);
	tcb_fill(&client.tcb, &init, NULL);
	ck_assert_uint_eq(init.parameters.count, 3);
	has_parameter(&init, 0, PARAMETER_IPV6, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	has_parameter(&init, 1, PARAMETER_ECN, "", 0);
	has_parameter(&init, 2, 0xc0de, "what", 4);
	tcb_fill(&client.tcb, &init_ack, NULL);
	ck_assert_uint_eq(init_ack.parameters.count, 4);
	has_parameter(&init_ack, 3, PARAMETER_COOKIE, "the tester's cookie", 19);
}
END_TEST

START_TEST(data_is_acknowledged_over_the_end_of_the_numbers)
{
	associate();
	for (unsigned i = 0; i < 5; i++)
		ck_assert_uint_eq(talk(&client, &server, a_data()), 2);
	ck_assert_uint_eq(server.tcb.cum_tsn, 2);
	ck_assert_uint_eq(client.tcb.acked_tsn, 2);
	ck_assert_uint_eq(talk(&server, &client, a_data()), 2);
	ck_assert_uint_eq(talk(&client, &server, a_heartbeat()), 2);
	end();
}
END_TEST

START_TEST(gaps_and_duplicates_are_reported)
{
	static struct answer answer;
	bool routine;

	associate();
	client.tcb.next_tsn++; /* one is lost */
	ck_assert_uint_eq(over(&client, &server, &a_data(), 1, &routine, &answer), 1);
	ck_assert_uint_eq(
		over(&client, &server, &a_data(.tsn = SET(0xffffffff), .ssn = SET(0)), 1, &routine, &answer), 1);
	ck_assert(routine);
	ck_assert_uint_eq(answer.count, 1);
	ck_assert_uint_eq(answer.chunks[0].cum_tsn_ack.value, 0xfffffffd);
	ck_assert_uint_eq(answer.chunks[0].gaps.count, 1);
	ck_assert_uint_eq(answer.chunks[0].gaps.list[0].start, 2);
	ck_assert_uint_eq(answer.chunks[0].gaps.list[0].end, 2);
	ck_assert_uint_eq(answer.chunks[0].duplicates.count, 1);
	ck_assert_uint_eq(answer.chunks[0].duplicates.list[0], 0xffffffff);
	ck_assert_uint_eq(
		over(&client, &server, &a_data(.tsn = SET(0xfffffffe), .ssn = SET(0)), 1, &routine, &answer), 1);
	ck_assert_uint_eq(answer.chunks[0].cum_tsn_ack.value, 0xffffffff);
	ck_assert_uint_eq(answer.chunks[0].gaps.count, 0);
	ck_assert_uint_eq(answer.chunks[0].duplicates.count, 0);
	end();
}
END_TEST

START_TEST(sacks_wait_for_the_second_packet_or_their_delay)
{
	static struct answer answer;
	bool routine;

	begin();
	server.habits.sacks.every = 2;
	ck_assert_uint_eq(talk(&client, &server, an_init()), 4);
	ck_assert_uint_eq(over(&client, &server, &a_data(), 1, &routine, &answer), 0);
	ck_assert(routine);
	ck_assert_uint_eq(habits_act(&server.tcb, 199999999, &answer), 0);
	ck_assert_uint_eq(habits_act(&server.tcb, 200000000, &answer), 1);
	ck_assert_uint_eq(answer.chunks[0].type, CHUNK_SACK);
	ck_assert_uint_eq(habits_act(&server.tcb, 300000000, &answer), 0);
	ck_assert_uint_eq(over(&client, &server, &a_data(), 1, &routine, &answer), 0);
	ck_assert_uint_eq(over(&client, &server, &a_data(), 1, &routine, &answer), 1);
	end();
}
END_TEST

START_TEST(shutdown_ends_it)
{
	associate();
	ck_assert_uint_eq(talk(&client, &server, a_shutdown()), 3);
	ck_assert_int_eq(client.tcb.state, TCB_CLOSED);
	ck_assert_int_eq(server.tcb.state, TCB_CLOSED);
	end();
}
END_TEST

static bool is_routine(const struct wire_chunk *chunk)
{
	static struct answer answer;
	bool routine;

	over(&client, &server, chunk, 1, &routine, &answer);
	return routine;
}

START_TEST(what_a_good_peer_does_not_send_is_noticed)
{
	associate();
	ck_assert(!is_routine(&an_init_ack()));
	ck_assert(!is_routine(&a_cookie_ack()));
	ck_assert(!is_routine(&a_heartbeat_ack(.information = BYTES("?"))));
	ck_assert(!is_routine(&an_error()));
	ck_assert(!is_routine(&a_shutdown_complete()));
	ck_assert(!is_routine(&chunk_of(0x3f, .value = BYTES("?"))));
	ck_assert(is_routine(&a_data()));
	client.tcb.peer_tag++;
	ck_assert(!is_routine(&a_data()));
	client.tcb.peer_tag--;
	server.habits.by_hand = HAND(CHUNK_DATA);
	ck_assert(!is_routine(&a_data()));
	server.habits = (struct habits){ .silent = 1 };
	ck_assert(!is_routine(&a_data()));
	ck_assert(!is_routine(&an_abort()));
	end();
}
END_TEST

START_TEST(by_hand_is_not_answered)
{
	static struct answer answer;
	bool routine;

	begin();
	server.habits.by_hand = HAND(CHUNK_INIT) | HAND(CHUNK_HEARTBEAT);
	ck_assert_uint_eq(over(&client, &server, &an_init(), 1, &routine, &answer), 0);
	ck_assert(!routine);
	ck_assert_uint_eq(server.tcb.peer_tag, 0x1111); /* but it has learned of it */
	end();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("habits");
	TCase *dialogues = tcase_create("dialogues");

	tcase_add_test(dialogues, four_packets_make_an_association);
	tcase_add_test(dialogues, what_it_says_besides_is_between_addresses_and_cookie);
	tcase_add_test(dialogues, data_is_acknowledged_over_the_end_of_the_numbers);
	tcase_add_test(dialogues, gaps_and_duplicates_are_reported);
	tcase_add_test(dialogues, sacks_wait_for_the_second_packet_or_their_delay);
	tcase_add_test(dialogues, shutdown_ends_it);
	tcase_add_test(dialogues, what_a_good_peer_does_not_send_is_noticed);
	tcase_add_test(dialogues, by_hand_is_not_answered);
	suite_add_tcase(suite, dialogues);
	return run_tests(suite);
}
