/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tap_test.c - being a host in place of its kernel: what that kernel would have said is not said, frames come and go,
 * and one that the kernel sends all the same is noticed.
 */
#include "core/tests/suite.h"
#include "netns/addressing.h"
#include "netns/tap.h"
#include "netns/tests/lab.h"
#include "netns/wire/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int tap_of(struct net *net, enum endpoint endpoint, unsigned link)
{
	char *error = NULL;
	const int tap = net_open_tap(net, endpoint, link, &error);

	ck_assert_msg(tap >= 0, "%s", error);
	return tap;
}

static void silence(struct net *net, enum endpoint endpoint)
{
	char *error = NULL;

	ck_assert_msg(net_silence_host(net, endpoint, &error) == 0, "%s", error);
}

/* The next frame, or a tenth of a second without one. */
static int receive(int tap, uint8_t *frame, size_t room, struct tapped *out)
{
	for (int i = 0; i < 100; i++) {
		const struct timespec wait = { .tv_nsec = 1000000 };
		const int got = tap_receive(tap, frame, room, out);

		if (got != 0)
			return got;
		nanosleep(&wait, NULL);
	}
	return 0;
}

/* A datagram to a port of b where nobody listens, which a kernel answers by ICMP. */
static void ask_in_vain(struct net *net)
{
	struct sockaddr_storage to = topology_address(net->topology, ENDPOINT_B, 0, IPV4);
	const int sock = lab_socket(net, ENDPOINT_A, AF_INET, SOCK_DGRAM, 0);

	((struct sockaddr_in *)&to)->sin_port = htons(9);
	ck_assert_int_eq(sendto(sock, "?", 1, 0, (struct sockaddr *)&to, sizeof(struct sockaddr_in)), 1);
	close(sock);
}

/* How many of the frames at b were its kernel's. */
static unsigned answers_of_the_kernel(int tap, unsigned *others)
{
	uint8_t frame[2048];
	struct tapped tapped;
	unsigned answers = 0;

	for (*others = 0; receive(tap, frame, sizeof(frame), &tapped) == 1;)
		if (tapped.is_the_kernels)
			answers++;
		else
			++*others;
	return answers;
}

START_TEST(a_kernel_with_addresses_answers_and_is_noticed)
{
	struct net *net = lab_create(&topology_two_paths);
	const int tap = tap_of(net, ENDPOINT_B, 0);
	unsigned others;

	ask_in_vain(net);
	ck_assert_uint_eq(answers_of_the_kernel(tap, &others), 1);
	ck_assert_uint_eq(others, 1);
	close(tap);
	net_destroy(net);
}
END_TEST

START_TEST(a_silenced_kernel_says_nothing)
{
	struct net *net = lab_create(_i ? &lab_routed : &topology_two_paths);
	const int tap = tap_of(net, ENDPOINT_B, 0);
	unsigned others;

	silence(net, ENDPOINT_B);
	ask_in_vain(net);
	ck_assert_uint_eq(answers_of_the_kernel(tap, &others), 0);
	ck_assert_uint_eq(others, 1);
	close(tap);
	net_destroy(net);
}
END_TEST

static size_t abort_from_b(const struct topology *topology, uint8_t *frame, size_t room)
{
	const struct wire_chunk chunk = an_abort();
	const struct wire_packet packet = { .chunks = &chunk, .count = 1 };
	struct frame_ends ends = { .from = topology_address(topology, ENDPOINT_B, 1, IPV4),
		.to = topology_address(topology, ENDPOINT_A, 1, IPV4) };
	uint8_t sctp[64];

	topology_link_ends(topology, ENDPOINT_B, 1, ends.from_link, ends.to_link);
	return frame_build(&ends, sctp, wire_build(&packet, sctp, sizeof(sctp)), frame, room);
}

START_TEST(frames_arrive_as_they_were_sent)
{
	const struct topology *topology = _i ? &lab_routed : &topology_two_paths;
	struct net *net = lab_create(topology);
	const int at_b = tap_of(net, ENDPOINT_B, topology_link(topology, ENDPOINT_B, 1));
	const int at_a = tap_of(net, ENDPOINT_A, topology_link(topology, ENDPOINT_A, 1));
	uint8_t sent[256], got[2048];
	struct tapped tapped;

	silence(net, ENDPOINT_B);
	const size_t length = abort_from_b(topology, sent, sizeof(sent));
	ck_assert_int_eq(tap_send(at_b, sent, length), 0);
	ck_assert_int_eq(receive(at_a, got, sizeof(got), &tapped), 1);
	ck_assert(!tapped.is_the_kernels);
	ck_assert_uint_eq(tapped.length, length);
	/* a router changes link addresses, hops and checksum */
	ck_assert_mem_eq(got + 14 + 12, sent + 14 + 12, length - 14 - 12);
	/* and its own socket does not take it for the kernel's */
	while (receive(at_b, got, sizeof(got), &tapped) == 1) /* a that has no SCTP says so by ICMP */
		ck_assert(!tapped.is_the_kernels);
	close(at_a);
	close(at_b);
	net_destroy(net);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("tap");
	TCase *taps = tcase_create("taps");

	if (!lab_usable())
		return SKIPPED;
	tcase_add_checked_fixture(taps, lab_move_out, NULL);
	tcase_add_test(taps, a_kernel_with_addresses_answers_and_is_noticed);
	tcase_add_loop_test(taps, a_silenced_kernel_says_nothing, 0, 2);
	tcase_add_loop_test(taps, frames_arrive_as_they_were_sent, 0, 2);
	suite_add_tcase(suite, taps);
	return run_tests(suite);
}
