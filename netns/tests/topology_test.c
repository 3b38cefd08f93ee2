/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topology_test.c - topologies and faults as data: addresses, names, drawings, scripts, sentences.
 */
#include "core/tests/suite.h"
#include "netns/topology_plan.h"
#include "netns/fault_plan.h"
#include "netns/netns.h"
#include "netns/packet.h"

#include <arpa/inet.h>
#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct topology largest = {
	.name = "largest",
	.title = "Routed paths of both families",
	.medium = MEDIUM_ROUTED,
	.paths = NET_PATHS_MAX,
	.family = { DUAL_STACK, DUAL_STACK, DUAL_STACK, DUAL_STACK, DUAL_STACK, DUAL_STACK, DUAL_STACK, DUAL_STACK },
};

static void address_text(const struct topology *topology, enum endpoint endpoint, unsigned path, enum ip_family family,
	char out[INET6_ADDRSTRLEN])
{
	struct sockaddr_storage address = topology_address(topology, endpoint, path, family);
	const void *bytes = family == IPV4 ? (void *)&((struct sockaddr_in *)&address)->sin_addr
					   : (void *)&((struct sockaddr_in6 *)&address)->sin6_addr;

	ck_assert_int_eq(address.ss_family, family == IPV4 ? AF_INET : AF_INET6);
	ck_assert_uint_eq(((struct sockaddr_in *)&address)->sin_port, 0);
	ck_assert_ptr_nonnull(inet_ntop(address.ss_family, bytes, out, INET6_ADDRSTRLEN));
}

START_TEST(addresses)
{
	char text[INET6_ADDRSTRLEN];

	address_text(&topology_two_paths, ENDPOINT_A, 0, IPV4, text);
	ck_assert_str_eq(text, "100.64.0.1");
	address_text(&topology_two_paths, ENDPOINT_B, 1, IPV4, text);
	ck_assert_str_eq(text, "100.64.1.2");
	address_text(&topology_two_paths_routed, ENDPOINT_B, 1, IPV4, text);
	ck_assert_str_eq(text, "100.66.1.2");
	address_text(&topology_two_paths_ipv6, ENDPOINT_B, 1, IPV6, text);
	ck_assert_str_eq(text, "fd00:0:0:1::2");
}
END_TEST

/* Each address belongs to one endpoint and path, and is found there again, also in its mapped form.
 */
static void check_locate(const struct topology *t, unsigned path, enum endpoint e, enum ip_family f)
{
	struct sockaddr_storage address = topology_address(t, e, path, f);
	struct sockaddr_in6 mapped = { .sin6_family = AF_INET6 };
	enum endpoint found = e == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;

	((struct sockaddr_in *)&address)->sin_port = htons(5000);
	ck_assert_int_eq(topology_locate(t, (struct sockaddr *)&address, &found), (int)path);
	ck_assert_int_eq(found, e);
	if (f != IPV4)
		return;
	memcpy(mapped.sin6_addr.s6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
	memcpy(mapped.sin6_addr.s6_addr + 12, &((struct sockaddr_in *)&address)->sin_addr, 4);
	found = e == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
	ck_assert_int_eq(topology_locate(t, (struct sockaddr *)&mapped, &found), (int)path);
	ck_assert_int_eq(found, e);
}

START_TEST(every_address_is_located)
{
	size_t count;
	const struct topology *const *all = topology_all(&count);

	for (size_t i = 0; i <= count; i++) {
		const struct topology *t = i < count ? all[i] : &largest;

		for (unsigned path = 0; path < t->paths; path++) {
			for (enum ip_family f = IPV4; f <= IPV6; f++) {
				for (enum endpoint e = ENDPOINT_A; e < topology_hosts(t); e++)
					if ((t->family[path] & f) && topology_has_address(t, e, path))
						check_locate(t, path, e, f);
			}
		}
	}
}
END_TEST

START_TEST(nobodys_address)
{
	struct sockaddr_storage address = topology_address(&topology_two_paths, ENDPOINT_A, 1, IPV4);
	struct sockaddr nothing = { .sa_family = AF_UNIX };
	enum endpoint found;

	ck_assert_int_eq(topology_locate(&topology_one_path, (struct sockaddr *)&address, &found), -1);
	ck_assert_int_eq(topology_locate(&topology_two_paths_ipv6, (struct sockaddr *)&address, &found), -1);
	ck_assert_int_eq(topology_locate(&topology_one_path, &nothing, &found), -1);
}
END_TEST

START_TEST(by_name)
{
	size_t count;
	const struct topology *const *all = topology_all(&count);

	ck_assert_uint_eq(count, 21);
	for (size_t i = 0; i < count; i++)
		ck_assert_ptr_eq(topology_by_name(all[i]->name), all[i]);
	ck_assert_ptr_null(topology_by_name("two-path"));
}
END_TEST

static char *printed(void (*print)(const struct topology *, FILE *), const struct topology *topology)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	print(topology, out);
	fclose(out);
	return text;
}

START_TEST(drawings)
{
	char *text = printed(topology_print_drawing, &topology_two_paths_dual_stack);

	ck_assert_str_eq(text,
		"path 0  a  100.64.0.1    ----[ switch 0 ]----    100.64.0.2  b\n"
		"        a  fd00::1       ----[ switch 0 ]----       fd00::2  b\n"
		"path 1  a  100.64.1.1    ----[ switch 1 ]----    100.64.1.2  b\n"
		"        a  fd00:0:0:1::1 ----[ switch 1 ]---- fd00:0:0:1::2  b\n");
	free(text);
	text = printed(topology_print_drawing, &topology_two_paths_routed);
	ck_assert_ptr_nonnull(strstr(text, "100.65.1.1 [ router r1 ] 100.66.1.1"));
	free(text);
}
END_TEST

START_TEST(scripts_are_shell)
{
	size_t count;
	const struct topology *const *all = topology_all(&count);

	for (size_t i = 0; i <= count; i++) {
		FILE *shell = popen("sh -n", "w");

		ck_assert_ptr_nonnull(shell);
		topology_print_script(i < count ? all[i] : &largest, shell);
		ck_assert_int_eq(pclose(shell), 0);
	}
}
END_TEST

START_TEST(the_largest_topology_has_room)
{
	struct operations operations;

	topology_plan(&largest, &operations);
	ck_assert_uint_lt(operations.count, OPERATIONS_MAX);
}
END_TEST

/* ------------------------------------------------------------------ faults */

static const struct {
	struct fault fault;
	const char *sentence, *inject, *mend;
} faults[] = {
	{ { .kind = FAULT_LOSS, .percent = 100, .direction = A_TO_B },
		"path 0: all packets from a to b are lost in the middle",
		"tc -n sctpspec-r0 qdisc add dev b0 root handle 1: netem limit 100000 loss random "
		"100%\n",
		"tc -n sctpspec-r0 qdisc delete dev b0 root handle 1:\n" },
	{ { .kind = FAULT_LOSS, .path = 1, .percent = 2.5 },
		"path 1: 2.5 % of the packets in both directions are lost in the middle",
		"tc -n sctpspec-r1 qdisc add dev a1 root handle 1: netem limit 100000 loss random "
		"2.5%\n"
		"tc -n sctpspec-r1 qdisc add dev b1 root handle 1: netem limit 100000 loss random "
		"2.5%\n",
		"tc -n sctpspec-r1 qdisc delete dev a1 root handle 1:\n"
		"tc -n sctpspec-r1 qdisc delete dev b1 root handle 1:\n" },
	{ { .kind = FAULT_DELAY, .delay_us = 200000, .jitter_us = 500, .direction = B_TO_A },
		"path 0: packets from b to a are delayed by 200 ms, give or take 0.5 ms",
		"tc -n sctpspec-r0 qdisc add dev a0 root handle 1: netem limit 100000 delay "
		"200000us "
		"500us\n",
		"tc -n sctpspec-r0 qdisc delete dev a0 root handle 1:\n" },
	{ { .kind = FAULT_REORDER, .delay_us = 10000, .percent = 25, .direction = A_TO_B },
		"path 0: packets from a to b are delayed by 10 ms, except 25 % of them, which "
		"overtake the others",
		"tc -n sctpspec-r0 qdisc add dev b0 root handle 1: netem limit 100000 delay "
		"10000us "
		"reorder 25%\n",
		"tc -n sctpspec-r0 qdisc delete dev b0 root handle 1:\n" },
	{ { .kind = FAULT_DUPLICATE, .percent = 5, .direction = A_TO_B },
		"path 0: 5 % of the packets from a to b arrive twice",
		"tc -n sctpspec-r0 qdisc add dev b0 root handle 1: netem limit 100000 duplicate "
		"5%\n",
		"tc -n sctpspec-r0 qdisc delete dev b0 root handle 1:\n" },
	{ { .kind = FAULT_CORRUPT, .percent = 5, .direction = A_TO_B },
		"path 0: 5 % of the packets from a to b have one bit flipped",
		"tc -n sctpspec-r0 qdisc add dev b0 root handle 1: netem limit 100000 corrupt 5%\n",
		"tc -n sctpspec-r0 qdisc delete dev b0 root handle 1:\n" },
	{ { .kind = FAULT_MTU, .mtu = 1000, .direction = A_TO_B },
		"path 0: packets from a to b that are larger than 1000 bytes vanish in the middle",
		"tc -n sctpspec-r0 qdisc add dev b0 root handle 1: tbf rate 10gbit burst 1014 "
		"limit "
		"10000000\n",
		"tc -n sctpspec-r0 qdisc delete dev b0 root handle 1:\n" },
	{ { .kind = FAULT_MTU, .mtu = 1000, .icmp = true, .direction = A_TO_B },
		"path 0: packets from a to b that are larger than 1000 bytes are refused by the "
		"router with ICMP",
		"ip -n sctpspec-r0 route replace 100.66.0.2/32 dev b0 metric 1 mtu lock 1000\n",
		"ip -n sctpspec-r0 route delete 100.66.0.2/32 dev b0 metric 1\n" },
	{ { .kind = FAULT_UNREACHABLE, .direction = A_TO_B },
		"path 0: the router answers packets from a to b with ICMP host unreachable",
		"ip -n sctpspec-r0 route replace unreachable 100.66.0.2/32 table 101\n"
		"ip -n sctpspec-r0 rule add pref 100 iif a0 lookup 101\n",
		"ip -n sctpspec-r0 route delete unreachable 100.66.0.2/32 table 101\n"
		"ip -n sctpspec-r0 rule delete pref 100 iif a0 lookup 101\n" },
	{ { .kind = FAULT_LINK_DOWN, .at = AT_A }, "path 0: the link of a is down",
		"ip -n sctpspec-a link set dev path0 down\n",
		"ip -n sctpspec-a link set dev path0 up\n"
		"ip -n sctpspec-a address replace 100.65.0.2/24 dev path0\n"
		"ip -n sctpspec-a neighbour replace 100.65.0.1 lladdr 02:00:00:00:00:1a dev path0 "
		"nud "
		"permanent\n"
		"ip -n sctpspec-a route replace 100.66.0.0/24 via 100.65.0.1 dev path0\n" },
	{ { .kind = FAULT_LINK_DOWN, .direction = A_TO_B }, "path 0: the link in the middle towards b is down",
		"ip -n sctpspec-r0 link set dev b0 down\n",
		"ip -n sctpspec-r0 link set dev b0 up\n"
		"ip -n sctpspec-r0 address replace 100.66.0.1/24 dev b0\n"
		"ip -n sctpspec-r0 neighbour replace 100.66.0.2 lladdr 02:00:00:00:00:0b dev b0 "
		"nud "
		"permanent\n" },
	{ { .kind = FAULT_CARRIER, .at = AT_B }, "path 0: the link of b has no carrier",
		"ip -n sctpspec-r0 link set dev b0 down\n",
		"ip -n sctpspec-r0 link set dev b0 up\n"
		"ip -n sctpspec-r0 address replace 100.66.0.1/24 dev b0\n"
		"ip -n sctpspec-r0 neighbour replace 100.66.0.2 lladdr 02:00:00:00:00:0b dev b0 nud permanent\n" },
	{ { .kind = FAULT_NEIGHBOUR, .path = 1, .at = AT_A }, "path 1: a has forgotten who its neighbour is",
		"ip -n sctpspec-a neighbour delete 100.65.1.1 dev path1\n",
		"ip -n sctpspec-a neighbour replace 100.65.1.1 lladdr 02:00:00:00:01:1a dev path1 nud permanent\n" },
	{ { .kind = FAULT_HOST_PAUSED, .path = EVERY_PATH, .at = AT_A },
		"every path: a is paused: what is sent to it waits, what it sends is lost",
		"tc -n sctpspec-r0 qdisc add dev b0 root handle 1: netem limit 100000 loss random 100%\n"
		"tc -n sctpspec-r1 qdisc add dev b1 root handle 1: netem limit 100000 loss random 100%\n"
		"tc -n sctpspec-r0 qdisc add dev a0 root handle 1: plug block\n"
		"tc -n sctpspec-r1 qdisc add dev a1 root handle 1: plug block\n",
		"tc -n sctpspec-r0 qdisc delete dev b0 root handle 1:\n"
		"tc -n sctpspec-r1 qdisc delete dev b1 root handle 1:\n"
		"tc -n sctpspec-r0 qdisc change dev a0 root handle 1: plug release_indefinite\n"
		"tc -n sctpspec-r0 qdisc delete dev a0 root handle 1:\n"
		"tc -n sctpspec-r1 qdisc change dev a1 root handle 1: plug release_indefinite\n"
		"tc -n sctpspec-r1 qdisc delete dev a1 root handle 1:\n" },
	{ { .kind = FAULT_ADDRESS_REMOVED, .at = AT_B }, "path 0: the address of b is removed",
		"ip -n sctpspec-b address delete 100.66.0.2/24 dev path0\n",
		"ip -n sctpspec-b address replace 100.66.0.2/24 dev path0\n"
		"ip -n sctpspec-b neighbour replace 100.66.0.1 lladdr 02:00:00:00:00:1b dev path0 "
		"nud "
		"permanent\n"
		"ip -n sctpspec-b route replace 100.65.0.0/24 via 100.66.0.1 dev path0\n" },
	{ { .kind = FAULT_ROUTER_DOWN }, "path 0: the router is down, with both its links",
		"ip -n sctpspec-r0 link set dev a0 down\n"
		"ip -n sctpspec-r0 link set dev b0 down\n",
		"ip -n sctpspec-r0 link set dev a0 up\n"
		"ip -n sctpspec-r0 link set dev b0 up\n"
		"ip -n sctpspec-r0 address replace 100.65.0.1/24 dev a0\n"
		"ip -n sctpspec-r0 neighbour replace 100.65.0.2 lladdr 02:00:00:00:00:0a dev a0 "
		"nud "
		"permanent\n"
		"ip -n sctpspec-r0 address replace 100.66.0.1/24 dev b0\n"
		"ip -n sctpspec-r0 neighbour replace 100.66.0.2 lladdr 02:00:00:00:00:0b dev b0 "
		"nud "
		"permanent\n" },
};

static char *fault_script(const struct fault *fault, bool mend)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	ck_assert_ptr_nonnull(out);
	fault_print_script(&topology_two_paths_routed, fault, mend, out);
	fclose(out);
	return text;
}

START_TEST(fault_in_words)
{
	char *sentence = fault_describe(&faults[_i].fault);
	char *inject = fault_script(&faults[_i].fault, false);
	char *mend = fault_script(&faults[_i].fault, true);

	ck_assert_str_eq(sentence, faults[_i].sentence);
	ck_assert_str_eq(inject, faults[_i].inject);
	ck_assert_str_eq(mend, faults[_i].mend);
	free(sentence);
	free(inject);
	free(mend);
}
END_TEST

static const struct {
	struct fault fault;
	const char *sentence;
} of_chunks[] = {
	{ { .kind = FAULT_CHUNKS_LOST, .path = 1, .direction = A_TO_B, .chunks = { .which = 4 } },
		"path 1: the packet with the 3rd DATA from a to b is lost in the middle" },
	{ { .kind = FAULT_CHUNKS_DOUBLED, .path = EVERY_PATH, .chunks = { .type = CHUNK_SACK } },
		"every path: each packet with a SACK in both directions is doubled in the middle" },
	{ { .kind = FAULT_CHUNKS_DELAYED, .direction = B_TO_A, .delay_us = 1500, .chunks = { .which = 0x101001 } },
		"path 0: the packets with the 1st, 13th, 21st DATA from b to a are delayed by 1.5 ms" },
	{ { .kind = FAULT_CHUNKS_MARKED, .direction = A_TO_B, .chunks = { .type = CHUNK_DATA, .which = 4 } },
		"path 0: the packet with the 3rd DATA from a to b is marked in the middle: congestion experienced" },
	{ { .kind = FAULT_CHUNKS_CORRUPTED, .direction = B_TO_A, .chunks = { .type = ANY_PACKET, .which = 2 } },
		"path 0: the 2nd packet from b to a is corrupted in the middle" },
	{ { .kind = FAULT_CHUNKS_LOST,
		  .direction = A_TO_B,
		  .chunks = { .sending = SENT_AGAIN, .by_ppid = true, .ppid = 7, .which = 1 } },
		"path 0: the packet with the 1st retransmitted DATA of PPID 7 from a to b is lost in the middle" },
	{ { .kind = FAULT_CHUNKS_LOST, .direction = A_TO_B, .chunks = { .type = 77 } },
		"path 0: each packet with a chunk of type 77 from a to b is lost in the middle" },
};

START_TEST(faults_of_chunks_in_words)
{
	char *sentence = fault_describe(&of_chunks[_i].fault);

	ck_assert_str_eq(sentence, of_chunks[_i].sentence);
	free(sentence);
}
END_TEST

/* A shell takes it, and the program's file is one. */
START_TEST(the_script_of_a_program)
{
	char *inject = fault_script(&of_chunks[0].fault, false), *mend = fault_script(&of_chunks[0].fault, true);
	FILE *shell = popen("sh -n", "w");

	ck_assert_ptr_nonnull(shell);
	fputs(inject, shell);
	ck_assert_int_eq(pclose(shell), 0);
	ck_assert_ptr_nonnull(strstr(inject, "echo f0VMRg"));
	ck_assert_ptr_nonnull(strstr(inject,
		" | base64 -d >/tmp/sctpspec-chunks.o\n"
		"tc -n sctpspec-r1 filter add dev b1 egress pref 1 protocol all bpf direct-action object-file "
		"/tmp/sctpspec-chunks.o section classifier\n"));
	ck_assert_str_eq(mend,
		"tc -n sctpspec-r1 filter delete dev b1 egress pref 1\n"
		"tc -n sctpspec-r1 qdisc delete dev b1 clsact\n");
	free(inject);
	free(mend);
}
END_TEST

static const struct {
	const struct topology *topology;
	struct fault fault;
	const char *error;
} nonsense[] = {
	{ &topology_one_path, { .kind = FAULT_LOSS, .path = 1, .percent = 1 },
		"topology one-path has no path 1: its last one is path 0" },
	{ &topology_one_path, { .kind = FAULT_ROUTER_DOWN },
		"topology one-path has no routers: a router that is down is not possible" },
	{ &topology_one_path, { .kind = FAULT_UNREACHABLE },
		"topology one-path has no routers: an unreachable host is not possible" },
	{ &topology_one_path, { .kind = FAULT_LOSS, .percent = 0 }, "loss of 0 % is not between 0 and 100 %" },
	{ &topology_one_path, { .kind = FAULT_CORRUPT, .percent = 101 },
		"corruption of 101 % is not between 0 and 100 %" },
	{ &topology_one_path, { .kind = FAULT_DELAY }, "delay needs a delay that is not smaller than its jitter" },
	{ &topology_one_path, { .kind = FAULT_REORDER, .percent = 5 },
		"reordering needs a delay that is not smaller than its jitter" },
	{ &topology_one_path, { .kind = FAULT_MTU, .mtu = 67 }, "an MTU of 67 is not between 68 and 1500" },
	{ &topology_one_path_ipv6, { .kind = FAULT_MTU, .mtu = 1279 }, "an MTU of 1279 is not between 1280 and 1500" },
	{ &topology_one_path, { .kind = FAULT_MTU, .mtu = 1000, .icmp = true },
		"topology one-path has no routers, so nobody can answer with ICMP" },
	{ &topology_one_path, { .kind = FAULT_ADDRESS_REMOVED }, "a removed address is at a or at b" },
	{ &topology_one_path, { .kind = FAULT_ADDRESS_REMOVED, .at = AT_A, .family = IPV6 },
		"path 0 of topology one-path has no IPv6 address" },
	{ &topology_two_paths_dual_stack, { .kind = FAULT_ADDRESS_REMOVED, .at = AT_A },
		"path 0 has addresses of both families: say which one is to be removed" },
	{ &topology_one_path, { .kind = FAULT_LOSS, .path = EVERY_PATH, .percent = 100 },
		"topology one-path has no path 8: its last one is path 0" },
	{ &topology_one_path, { .kind = FAULT_CHUNKS_DELAYED, .path = EVERY_PATH, .delay_us = 1 },
		"topology one-path has no path 8: its last one is path 0" },
	{ &topology_one_path, { .kind = FAULT_CHUNKS_LOST, .chunks = { .sending = SENT_AGAIN } },
		"only DATA in one direction is told by whether it is sent again" },
	{ &topology_one_path, { .kind = FAULT_CHUNKS_LOST, .chunks = { .type = CHUNK_SACK, .by_ppid = true } },
		"only DATA has a payload protocol identifier" },
	{ &topology_one_path, { .kind = FAULT_CHUNKS_LOST, .chunks = { .type = 0x101 } },
		"there is no chunk of type 257" },
	{ &topology_one_path, { .kind = FAULT_HOST_DOWN, .at = AT_A }, "a host that is down concerns every path" },
	{ &topology_one_path, { .kind = FAULT_NARROW }, "a narrow path needs a rate" },
	{ &topology_two_paths, { .kind = FAULT_ADDRESS_TAKEN },
		"topology two-paths has no third host: an address that another host has is not possible" },
	{ &topology_one_to_two, { .kind = FAULT_ADDRESS_REMOVED, .path = 1, .at = AT_A },
		"on path 1 of topology one-to-two a has no address of its own" },
	{ &topology_one_path, { .kind = FAULT_CARRIER }, "a lost carrier is at a or at b" },
	{ &topology_one_path, { .kind = FAULT_LINK_DOWN, .at = AT_A, .addresses_lost = true },
		"only a link of an endpoint with an IPv6 address can lose that" },
	{ &topology_one_path, { .kind = FAULT_KINDS }, "there is no fault of kind 23" },
};

START_TEST(faults_that_make_no_sense)
{
	char *error = NULL;

	ck_assert_int_eq(fault_check(nonsense[_i].topology, &nonsense[_i].fault, &error), -EINVAL);
	ck_assert_str_eq(error, nonsense[_i].error);
	free(error);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("topology");
	TCase *data = tcase_create("data"), *broken = tcase_create("faults");

	tcase_add_test(data, addresses);
	tcase_add_test(data, every_address_is_located);
	tcase_add_test(data, nobodys_address);
	tcase_add_test(data, by_name);
	tcase_add_test(data, drawings);
	tcase_add_test(data, scripts_are_shell);
	tcase_add_test(data, the_largest_topology_has_room);
	suite_add_tcase(suite, data);
	tcase_add_loop_test(broken, fault_in_words, 0, (int)(sizeof(faults) / sizeof(*faults)));
	tcase_add_loop_test(broken, faults_of_chunks_in_words, 0, (int)(sizeof(of_chunks) / sizeof(*of_chunks)));
	tcase_add_test(broken, the_script_of_a_program);
	tcase_add_loop_test(broken, faults_that_make_no_sense, 0, (int)(sizeof(nonsense) / sizeof(*nonsense)));
	suite_add_tcase(suite, broken);
	return run_tests(suite);
}
