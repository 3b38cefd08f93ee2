/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk_fault_test.c - a fault of chunks hits exactly the packets that it says, by netlink and by the commands that are
 * printed, and no others: packets are made here, numbered by their verification tags, and counted where they arrive.
 */
#include "core/tests/suite.h"
#include "netns/addressing.h"
#include "netns/chunk_object.h"
#include "netns/chunk_program.h"
#include "netns/fault_plan.h"
#include "netns/packet.h"
#include "netns/script.h"
#include "netns/tests/lab.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PACKETS_MAX 100

/* Two ends of a path, for packets of SCTP without a kernel's SCTP. */
struct ends {
	int sender, receiver;
	enum ip_family family;
};

struct arrival {
	uint32_t tag;
	uint8_t last; /* octet */
	uint8_t ecn;  /* IPv4 */
};

static struct ends open_ends(struct net *net, enum endpoint from, unsigned path, enum ip_family family)
{
	const int domain = family == IPV4 ? AF_INET : AF_INET6;
	const enum endpoint to = from == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	struct ends ends = { lab_socket(net, from, domain, SOCK_RAW, IPPROTO_SCTP),
		lab_socket(net, to, domain, SOCK_RAW, IPPROTO_SCTP), family };
	struct sockaddr_storage here = topology_address(net->topology, from, path, family);
	struct sockaddr_storage there = topology_address(net->topology, to, path, family);

	ck_assert_int_eq(bind(ends.sender, (struct sockaddr *)&here, sizeof(here)), 0);
	ck_assert_int_eq(bind(ends.receiver, (struct sockaddr *)&there, sizeof(there)), 0);
	ck_assert_int_eq(connect(ends.sender, (struct sockaddr *)&there, sizeof(there)), 0);
	return ends;
}

static void close_ends(struct ends ends)
{
	close(ends.sender);
	close(ends.receiver);
}

struct made {
	uint8_t bytes[1024];
	size_t length;
};

static void begin(struct made *packet, uint32_t tag)
{
	memset(packet, 0, sizeof(*packet));
	packet->length = 12;
	tag = htonl(tag);
	memcpy(packet->bytes + 4, &tag, 4);
}

/* A chunk with a body of that many octets. */
static uint8_t *add(struct made *packet, uint8_t type, size_t body)
{
	uint8_t *chunk = packet->bytes + packet->length;

	chunk[0] = type;
	chunk[2] = (uint8_t)((body + 4) >> 8);
	chunk[3] = (uint8_t)(body + 4);
	packet->length += (body + 4 + 3) & ~(size_t)3;
	return chunk + 4;
}

static void add_data(struct made *packet, uint32_t tsn, uint32_t ppid)
{
	uint8_t *body = add(packet, CHUNK_DATA, 13);

	tsn = htonl(tsn);
	ppid = htonl(ppid);
	memcpy(body, &tsn, 4);
	memcpy(body + 8, &ppid, 4);
}

static void give(struct ends ends, const struct made *packet)
{
	ck_assert_int_eq(send(ends.sender, packet->bytes, packet->length, 0), (ssize_t)packet->length);
}

static void give_data(struct ends ends, uint32_t tag, uint32_t tsn, uint32_t ppid)
{
	struct made packet;

	begin(&packet, tag);
	add_data(&packet, tsn, ppid);
	give(ends, &packet);
}

static void give_chunk(struct ends ends, uint32_t tag, uint8_t type)
{
	struct made packet;

	begin(&packet, tag);
	add(&packet, type, 8);
	give(ends, &packet);
}

/* Waits until nothing more comes. */
static unsigned take(struct ends ends, struct arrival arrivals[PACKETS_MAX])
{
	struct pollfd readable = { .fd = ends.receiver, .events = POLLIN };
	unsigned count = 0;
	uint8_t bytes[2048];

	while (poll(&readable, 1, 200) == 1) {
		const ssize_t length = recv(ends.receiver, bytes, sizeof(bytes), 0);
		const size_t header = ends.family == IPV4 ? (bytes[0] & 0xfU) * 4 : 0;

		ck_assert_int_gt(length, (ssize_t)header + 12);
		ck_assert_uint_lt(count, PACKETS_MAX);
		memcpy(&arrivals[count].tag, bytes + header + 4, 4);
		arrivals[count].tag = ntohl(arrivals[count].tag);
		arrivals[count].ecn = header ? bytes[1] & 3U : 0;
		arrivals[count++].last = bytes[length - 1];
	}
	return count;
}

/* The tags of what has arrived, in order: "1 2 2 3". */
static void assert_arrived(struct ends ends, const char *expected)
{
	struct arrival arrivals[PACKETS_MAX];
	const unsigned count = take(ends, arrivals);
	char text[512] = "";

	for (unsigned i = 0; i < count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%u", i ? " " : "", arrivals[i].tag);
	ck_assert_str_eq(text, expected);
}

static void assert_hits(struct net *net, const struct fault *fault, uint64_t expected)
{
	uint64_t hits;

	ck_assert_int_eq(net_hits(net, fault, &hits), 0);
	ck_assert_uint_eq(hits, expected);
}

static const struct topology *medium(int number)
{
	return number & 1 ? &lab_routed : &topology_two_paths_dual_stack;
}

#define NTH(n) (1ULL << ((n)-1))

/* ------------------------------------------------------------------ which */

START_TEST(the_third_and_fifth_of_a_kind)
{
	struct net *net = lab_create(medium(_i));
	const struct ends ends = open_ends(net, ENDPOINT_A, 1, _i & 2 ? IPV6 : IPV4);
	const struct fault fault = { .kind = FAULT_CHUNKS_LOST,
		.path = 1,
		.direction = A_TO_B,
		.chunks = { .type = CHUNK_HEARTBEAT, .which = NTH(3) | NTH(5) } };

	lab_inject(net, &fault);
	for (uint32_t i = 1; i <= 8; i++) {
		give_chunk(ends, i, CHUNK_HEARTBEAT);
		give_chunk(ends, 10 * i, CHUNK_SACK);
	}
	assert_arrived(ends, "1 10 2 20 30 4 40 50 6 60 7 70 8 80");
	assert_hits(net, &fault, 2);
	lab_mend(net, &fault);
	ck_assert_int_eq(net_hits(net, &fault, &(uint64_t){ 0 }), -ENOENT);
	close_ends(ends);
	net_destroy(net);
}
END_TEST

/* Wherever it stands in its packet; two in one packet are two. */
START_TEST(chunks_are_counted_not_packets)
{
	struct net *net = lab_create(medium(0));
	const struct ends ends = open_ends(net, ENDPOINT_A, 0, IPV4);
	const struct fault fault = { .kind = FAULT_CHUNKS_LOST, .direction = A_TO_B, .chunks = { .which = NTH(4) } };
	struct made packet;

	lab_inject(net, &fault);
	begin(&packet, 1);
	add(&packet, CHUNK_SACK, 13); /* and three octets of padding */
	add_data(&packet, 1, 0);
	add_data(&packet, 2, 0);
	give(ends, &packet);
	give_data(ends, 2, 3, 0);
	begin(&packet, 3);
	add(&packet, CHUNK_COOKIE_ECHO, 101);
	add_data(&packet, 4, 0);
	give(ends, &packet);
	give_data(ends, 4, 5, 0);
	assert_arrived(ends, "1 2 4");
	assert_hits(net, &fault, 1);
	close_ends(ends);
	net_destroy(net);
}
END_TEST

START_TEST(any_packet)
{
	struct net *net = lab_create(medium(0));
	const struct ends ends = open_ends(net, ENDPOINT_B, 0, IPV6);
	const struct fault fault = {
		.kind = FAULT_CHUNKS_LOST, .direction = B_TO_A, .chunks = { .type = ANY_PACKET, .which = NTH(2) }
	};

	lab_inject(net, &fault);
	give_data(ends, 1, 1, 0);
	give_chunk(ends, 2, CHUNK_INIT_ACK);
	give_chunk(ends, 3, CHUNK_INIT_ACK);
	assert_arrived(ends, "1 3");
	close_ends(ends);
	net_destroy(net);
}
END_TEST

START_TEST(what_is_sent_again)
{
	struct net *net = lab_create(medium(0));
	const struct ends ends = open_ends(net, ENDPOINT_A, 0, IPV4);
	const enum sending sending = _i ? SENT_AGAIN : FIRST_SENT;
	const struct fault fault = { .kind = FAULT_CHUNKS_LOST,
		.direction = A_TO_B,
		.chunks = { .sending = sending, .which = NTH(2) | NTH(3) } };

	lab_inject(net, &fault);
	give_data(ends, 1, 0xfffffffe, 0);
	give_data(ends, 2, 0xffffffff, 0);
	give_data(ends, 3, 0xfffffffe, 0); /* again, 1 */
	give_data(ends, 4, 0, 0);
	give_data(ends, 5, 0xffffffff, 0); /* again, 2 */
	give_data(ends, 6, 0, 0);          /* again, 3 */
	give_data(ends, 7, 1, 0);
	assert_arrived(ends, _i ? "1 2 3 4 7" : "1 3 5 6 7");
	close_ends(ends);
	net_destroy(net);
}
END_TEST

/* However often it is sent. */
START_TEST(a_message_by_its_ppid)
{
	struct net *net = lab_create(medium(0));
	const struct ends ends = open_ends(net, ENDPOINT_A, 0, IPV4);
	const struct fault fault = {
		.kind = FAULT_CHUNKS_LOST, .direction = A_TO_B, .chunks = { .by_ppid = true, .ppid = 0xfffffff7 }
	};

	lab_inject(net, &fault);
	give_data(ends, 1, 1, 0xfffffff6);
	give_data(ends, 2, 2, 0xfffffff7);
	give_data(ends, 3, 3, 7);
	give_data(ends, 4, 2, 0xfffffff7);
	assert_arrived(ends, "1 3");
	assert_hits(net, &fault, 2);
	close_ends(ends);
	net_destroy(net);
}
END_TEST

/* One count for all of them. */
START_TEST(every_path)
{
	struct net *net = lab_create(medium(_i));
	const struct ends ends[] = { open_ends(net, ENDPOINT_A, 0, IPV4), open_ends(net, ENDPOINT_A, 1, IPV4),
		open_ends(net, ENDPOINT_B, 0, IPV4) };
	const struct fault fault = {
		.kind = FAULT_CHUNKS_LOST, .path = EVERY_PATH, .chunks = { .which = NTH(2) | NTH(3) }
	};

	lab_inject(net, &fault);
	give_data(ends[0], 1, 1, 0);
	give_data(ends[1], 2, 2, 0);
	give_data(ends[2], 3, 3, 0);
	give_data(ends[1], 4, 4, 0);
	assert_arrived(ends[0], "1");
	assert_arrived(ends[1], "4");
	assert_arrived(ends[2], "");
	assert_hits(net, &fault, 2);
	lab_mend(net, &fault);
	for (int i = 0; i < 3; i++)
		close_ends(ends[i]);
	net_destroy(net);
}
END_TEST

/* ------------------------------------------------------------------ what is done */

START_TEST(doubled)
{
	struct net *net = lab_create(medium(_i));
	const struct ends ends = open_ends(net, ENDPOINT_A, 0, IPV4);
	const struct fault fault = { .kind = FAULT_CHUNKS_DOUBLED, .direction = A_TO_B, .chunks = { .which = NTH(2) } };

	lab_inject(net, &fault);
	for (uint32_t i = 1; i <= 3; i++)
		give_data(ends, i, i, 0);
	assert_arrived(ends, "1 2 2 3");
	assert_hits(net, &fault, 1);
	lab_mend(net, &fault);
	give_data(ends, 4, 4, 0);
	assert_arrived(ends, "4");
	close_ends(ends);
	net_destroy(net);
}
END_TEST

START_TEST(delayed)
{
	struct net *net = lab_create(medium(_i));
	const struct ends ends = open_ends(net, ENDPOINT_A, 0, _i & 2 ? IPV6 : IPV4);
	const struct fault fault = { .kind = FAULT_CHUNKS_DELAYED,
		.direction = A_TO_B,
		.delay_us = 50000,
		.chunks = { .which = NTH(2) | NTH(4) } };

	lab_inject(net, &fault);
	for (uint32_t i = 1; i <= 6; i++)
		give_data(ends, i, i, 0);
	assert_arrived(ends, "1 3 5 6 2 4");
	lab_mend(net, &fault);
	for (uint32_t i = 1; i <= 6; i++)
		give_data(ends, i, i, 0);
	assert_arrived(ends, "1 2 3 4 5 6");
	close_ends(ends);
	net_destroy(net);
}
END_TEST

START_TEST(corrupted)
{
	struct net *net = lab_create(medium(0));
	const struct ends ends = open_ends(net, ENDPOINT_A, 0, IPV4);
	const struct fault fault = {
		.kind = FAULT_CHUNKS_CORRUPTED, .direction = A_TO_B, .chunks = { .which = NTH(2) }
	};
	struct arrival arrivals[PACKETS_MAX];

	lab_inject(net, &fault);
	for (uint32_t i = 1; i <= 3; i++)
		give_data(ends, i, i, 0);
	ck_assert_uint_eq(take(ends, arrivals), 3);
	ck_assert_uint_eq(arrivals[0].last, 0);
	ck_assert_uint_eq(arrivals[1].last, 1);
	ck_assert_uint_eq(arrivals[2].last, 0);
	close_ends(ends);
	net_destroy(net);
}
END_TEST

/* Only what says that it understands ECN is marked. */
START_TEST(marked)
{
	struct net *net = lab_create(medium(0));
	const struct ends ends = open_ends(net, ENDPOINT_A, 0, IPV4);
	const struct fault fault = {
		.kind = FAULT_CHUNKS_MARKED, .direction = A_TO_B, .chunks = { .which = NTH(2) | NTH(4) }
	};
	struct arrival arrivals[PACKETS_MAX];

	lab_inject(net, &fault);
	ck_assert_int_eq(setsockopt(ends.sender, IPPROTO_IP, IP_TOS, &(int){ 2 }, sizeof(int)), 0);
	for (uint32_t i = 1; i <= 3; i++)
		give_data(ends, i, i, 0);
	ck_assert_int_eq(setsockopt(ends.sender, IPPROTO_IP, IP_TOS, &(int){ 0 }, sizeof(int)), 0);
	give_data(ends, 4, 4, 0);
	ck_assert_uint_eq(take(ends, arrivals), 4);
	ck_assert_uint_eq(arrivals[0].ecn, 2);
	ck_assert_uint_eq(arrivals[1].ecn, 3);
	ck_assert_uint_eq(arrivals[2].ecn, 2);
	ck_assert_uint_eq(arrivals[3].ecn, 0);
	close_ends(ends);
	net_destroy(net);
}
END_TEST

/* ------------------------------------------------------------------ several */

START_TEST(several_at_a_time)
{
	struct net *net = lab_create(medium(0));
	const struct ends ends = open_ends(net, ENDPOINT_A, 0, IPV4);
	const struct fault lost = { .kind = FAULT_CHUNKS_LOST, .direction = A_TO_B, .chunks = { .which = NTH(2) } };
	const struct fault also = { .kind = FAULT_CHUNKS_LOST, .chunks = { .which = NTH(4) } };
	const struct fault twice = { .kind = FAULT_CHUNKS_DOUBLED, .direction = A_TO_B, .chunks = { .which = NTH(1) } };
	const struct fault delay = { .kind = FAULT_DELAY, .delay_us = 1000 };

	lab_inject(net, &delay);
	lab_inject(net, &lost);
	lab_inject(net, &also);
	lab_inject(net, &twice);
	ck_assert_int_eq(net_inject(net, &also, NULL), -EALREADY);
	/* a packet that one of them has lost is not seen by the next: that counts 1 3 4 5 */
	for (uint32_t i = 1; i <= 5; i++)
		give_data(ends, i, i, 0);
	assert_arrived(ends, "1 1 3 4");
	lab_mend(net, &lost);
	lab_mend(net, &twice);
	for (uint32_t i = 1; i <= 5; i++)
		give_data(ends, i, i, 0);
	assert_arrived(ends, "1 2 3 4 5");
	lab_mend(net, &delay);
	lab_inject(net, &lost);
	lab_mend(net, &also);
	for (uint32_t i = 1; i <= 5; i++)
		give_data(ends, i, i, 0);
	assert_arrived(ends, "1 3 4 5");
	lab_mend(net, &lost);
	lab_assert_all_reachable(net);
	close_ends(ends);
	net_destroy(net);
}
END_TEST

/* ------------------------------------------------------------------ words */

START_TEST(the_commands_do_the_same)
{
	struct net *net = lab_create(medium(0));
	const struct ends ends = open_ends(net, ENDPOINT_A, 0, IPV4);
	const struct fault fault = {
		.kind = FAULT_CHUNKS_LOST, .direction = A_TO_B, .chunks = { .which = NTH(3) }, .place = 1
	};
	static const char *const show[] = { "tc", "qdisc", "show", NULL };
	char *before = lab_run(&net->spaces[SPACE_MIDDLE], show), *after;
	const char *names[SPACES_MAX] = { NULL };
	struct operations operations;

	lab_write_object(&fault);
	fault_plan(net->topology, &fault, &operations);
	for (unsigned i = 0; i < 2 * operations.count; i++) {
		struct operation *op = &operations.list[i < operations.count ? i : 2 * operations.count - 1 - i];
		const char *arguments[32] = { "tc" };
		char *words = NULL, *rest, *word;
		unsigned count = 1;
		size_t size;
		FILE *out = open_memstream(&words, &size);

		if (i == operations.count) {
			for (uint32_t tag = 1; tag <= 4; tag++)
				give_data(ends, tag, tag, 0);
			assert_arrived(ends, "1 2 4");
		}
		op->removed = i >= operations.count;
		operation_print(op, names, out);
		fclose(out);
		for (rest = words; (word = strsep(&rest, " "));)
			arguments[count++] = word;
		free(lab_run(&net->spaces[op->space], arguments));
		free(words);
	}
	after = lab_run(&net->spaces[SPACE_MIDDLE], show);
	ck_assert_str_eq(before, after);
	unlink(CHUNK_OBJECT_FILE);
	free(before);
	free(after);
	close_ends(ends);
	net_destroy(net);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("chunk fault");
	TCase *which = tcase_create("which"), *done = tcase_create("done");

	if (!lab_usable() || !lab_has_programs() || !lab_has_queue("netem"))
		return SKIPPED;
	tcase_set_timeout(which, 3600);
	tcase_add_checked_fixture(which, lab_move_out, NULL);
	tcase_add_loop_test(which, the_third_and_fifth_of_a_kind, 0, 4);
	tcase_add_test(which, chunks_are_counted_not_packets);
	tcase_add_test(which, any_packet);
	tcase_add_loop_test(which, what_is_sent_again, 0, 2);
	tcase_add_test(which, a_message_by_its_ppid);
	tcase_add_loop_test(which, every_path, 0, 2);
	suite_add_tcase(suite, which);
	tcase_set_timeout(done, 3600);
	tcase_add_checked_fixture(done, lab_move_out, NULL);
	tcase_add_loop_test(done, doubled, 0, 2);
	tcase_add_loop_test(done, delayed, 0, 4);
	tcase_add_test(done, corrupted);
	tcase_add_test(done, marked);
	tcase_add_test(done, several_at_a_time);
	tcase_add_test(done, the_commands_do_the_same);
	suite_add_tcase(suite, done);
	return run_tests(suite);
}
