/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fault_test.c - each fault does what it says, and no more: seen by datagrams. Loss, delay and
 * their like need the kernel's netem and tbf, and run where it has them.
 */
#include "core/tests/suite.h"
#include "netns/addressing.h"
#include "netns/tests/lab.h"

#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MS 1000000LL
/* What a probe takes without a delay, at most: a slow machine, or a guest. */
#define SLACK_NS (50 * MS)

static struct outcome probe(struct net *net, enum endpoint from, unsigned path, unsigned count, unsigned size)
{
	return lab_probe(net, &(struct probe){ .from = from, .path = path, .count = count, .size = size });
}

static const struct topology *medium(int number)
{
	return number ? &topology_two_paths_routed : &topology_two_paths;
}

/* ------------------------------------------------------------------ netem */

START_TEST(loss_one_way)
{
	struct net *net = lab_create(medium(_i & 1));
	bool forward = _i & 2;
	struct fault fault = { .kind = FAULT_LOSS, .path = 1, .percent = 100, .direction = forward ? A_TO_B : B_TO_A };

	lab_inject(net, &fault);
	ck_assert_uint_eq(probe(net, ENDPOINT_A, 1, 10, 0).arrived, forward ? 0 : 10);
	ck_assert_uint_eq(probe(net, ENDPOINT_B, 1, 10, 0).arrived, forward ? 10 : 0);
	lab_assert_reachable(net, 0);
	lab_mend(net, &fault);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

START_TEST(loss_both_ways_without_a_word)
{
	struct net *net = lab_create(medium(_i));
	struct fault fault = { .kind = FAULT_LOSS, .percent = 100 };

	lab_inject(net, &fault);
	for (enum endpoint from = ENDPOINT_A; from <= ENDPOINT_B; from++) {
		struct outcome outcome = probe(net, from, 0, 10, 0);

		ck_assert_uint_eq(outcome.sent, 10);
		ck_assert_uint_eq(outcome.arrived, 0);
		ck_assert_int_eq(outcome.error, 0);
	}
	lab_mend(net, &fault);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

START_TEST(loss_of_some)
{
	struct net *net = lab_create(&topology_one_path);
	unsigned arrived = 0;

	lab_inject(net, &(struct fault){ .kind = FAULT_LOSS, .percent = 20 });
	/* as many at once as the receiver's queue has room for, whatever a kernel counts for each */
	for (int i = 0; i < 8; i++)
		arrived += probe(net, ENDPOINT_A, 0, 50, 0).arrived;
	/* 320 expected, with a standard deviation of 8 */
	ck_assert_uint_ge(arrived, 270);
	ck_assert_uint_le(arrived, 370);
	net_destroy(net);
}
END_TEST

START_TEST(delay_one_way)
{
	struct net *net = lab_create(medium(_i));
	struct fault fault = { .kind = FAULT_DELAY, .delay_us = 150000, .direction = B_TO_A };
	struct outcome slow, fast;

	lab_inject(net, &fault);
	slow = probe(net, ENDPOINT_B, 0, 1, 0);
	fast = probe(net, ENDPOINT_A, 0, 1, 0);
	ck_assert_int_ge(slow.delay_ns, 150 * MS);
	ck_assert_int_lt(slow.delay_ns, 150 * MS + SLACK_NS);
	ck_assert_int_lt(fast.delay_ns, SLACK_NS);
	lab_mend(net, &fault);
	ck_assert_int_lt(probe(net, ENDPOINT_B, 0, 1, 0).delay_ns, SLACK_NS);
	net_destroy(net);
}
END_TEST

START_TEST(jitter)
{
	struct net *net = lab_create(&topology_one_path);
	struct fault fault = { .kind = FAULT_DELAY, .delay_us = 40000, .jitter_us = 30000, .direction = A_TO_B };
	int64_t shortest = INT64_MAX, longest = 0;

	lab_inject(net, &fault);
	for (int i = 0; i < 20; i++) {
		int64_t delay = probe(net, ENDPOINT_A, 0, 1, 0).delay_ns;

		shortest = delay < shortest ? delay : shortest;
		longest = delay > longest ? delay : longest;
	}
	ck_assert_int_ge(shortest, 10 * MS);
	ck_assert_int_lt(longest, 70 * MS + SLACK_NS);
	ck_assert_int_gt(longest - shortest, 10 * MS);
	net_destroy(net);
}
END_TEST

START_TEST(reordering)
{
	struct net *net = lab_create(&topology_one_path);
	struct outcome outcome;

	lab_inject(net, &(struct fault){ .kind = FAULT_REORDER, .delay_us = 20000, .percent = 30 });
	outcome = probe(net, ENDPOINT_A, 0, 100, 0);
	ck_assert_uint_eq(outcome.arrived, 100);
	ck_assert_uint_ge(outcome.overtaken, 20);
	net_destroy(net);
}
END_TEST

START_TEST(duplication)
{
	struct net *net = lab_create(&topology_one_path);

	lab_inject(net, &(struct fault){ .kind = FAULT_DUPLICATE, .percent = 100, .direction = A_TO_B });
	ck_assert_uint_eq(probe(net, ENDPOINT_A, 0, 50, 0).arrived, 100);
	ck_assert_uint_eq(probe(net, ENDPOINT_B, 0, 50, 0).arrived, 50);
	net_destroy(net);
}
END_TEST

/* A flipped bit fails one of the checksums, unless it is in the few bytes that have none. */
START_TEST(corruption)
{
	struct net *net = lab_create(&topology_one_path);

	lab_inject(net, &(struct fault){ .kind = FAULT_CORRUPT, .percent = 100, .direction = A_TO_B });
	ck_assert_uint_le(probe(net, ENDPOINT_A, 0, 50, 1400).arrived, 5);
	ck_assert_uint_eq(probe(net, ENDPOINT_B, 0, 50, 1400).arrived, 50);
	net_destroy(net);
}
END_TEST

START_TEST(netem_collision)
{
	struct net *net = lab_create(&topology_one_path);
	char *error = NULL;
	struct fault loss = { .kind = FAULT_LOSS, .percent = 100, .direction = A_TO_B };
	struct fault delay = { .kind = FAULT_DELAY, .delay_us = 1000 };

	lab_inject(net, &loss);
	ck_assert_int_eq(net_inject(net, &delay, &error), -EBUSY);
	ck_assert_str_eq(error,
		"the fault \"path 0: all packets from a to b are lost in the "
		"middle\" is in force and "
		"excludes this one");
	/* nothing of the refused one has come into force */
	ck_assert_int_lt(probe(net, ENDPOINT_B, 0, 1, 0).delay_ns, SLACK_NS);
	ck_assert_uint_eq(probe(net, ENDPOINT_B, 0, 1, 0).arrived, 1);
	delay.direction = B_TO_A;
	lab_inject(net, &delay);
	lab_mend(net, &loss);
	lab_mend(net, &delay);
	lab_assert_all_reachable(net);
	free(error);
	net_destroy(net);
}
END_TEST

/* What is in the way already, but is not a fault of ours: half of the fault must not stay. */
START_TEST(a_queue_that_somebody_else_made)
{
	struct net *net = lab_create(&topology_one_path);
	struct fault loss = { .kind = FAULT_LOSS, .percent = 100 };
	char *error = NULL;

	free(lab_run(&net->spaces[SPACE_MIDDLE],
		(const char *const[]){
			"tc", "qdisc", "add", "dev", "b0", "root", "handle", "1:", "netem", "delay", "1ms", NULL }));
	ck_assert_int_eq(net_inject(net, &loss, &error), -EEXIST);
	ck_assert_msg(strstr(error,
			      "cannot do \"tc qdisc add dev b0 root handle 1: netem limit "
			      "100000 loss random "
			      "100%\" in namespace sw: File exists"),
		"%s", error);
	lab_assert_all_reachable(net);
	ck_assert_int_eq(net_mend(net, &loss, NULL), -ENOENT);
	free(error);
	net_destroy(net);
}
END_TEST

/* ------------------------------------------------------------------ size */

START_TEST(mtu_without_a_word)
{
	struct net *net = lab_create(_i & 1 ? &lab_routed : &topology_two_paths_dual_stack);
	struct fault fault = { .kind = FAULT_MTU, .path = 1, .mtu = 1280 };

	lab_inject(net, &fault);
	for (enum endpoint from = ENDPOINT_A; from <= ENDPOINT_B; from++) {
		struct probe fits = {
			.from = from, .path = 1, .count = 10, .size = 1280, .family = _i & 2 ? IPV6 : IPV4
		};
		struct probe large = fits;
		struct outcome outcome;

		large.size = 1281;
		ck_assert_uint_eq(lab_probe(net, &fits).arrived, 10);
		outcome = lab_probe(net, &large);
		ck_assert_uint_eq(outcome.arrived, 0);
		ck_assert_uint_eq(outcome.sent, 10);
		ck_assert_int_eq(outcome.error, 0);
		ck_assert_uint_eq(outcome.path_mtu, 1500);
		large.path = 0;
		ck_assert_uint_eq(lab_probe(net, &large).arrived, 10);
	}
	lab_mend(net, &fault);
	ck_assert_uint_eq(probe(net, ENDPOINT_A, 1, 10, 1500).arrived, 10);
	net_destroy(net);
}
END_TEST

START_TEST(mtu_with_icmp)
{
	struct net *net = lab_create(&lab_routed);
	struct fault fault = { .kind = FAULT_MTU, .path = 1, .mtu = 1300, .icmp = true, .direction = A_TO_B };
	struct probe fits = { .path = 1, .count = 10, .size = 1300, .family = _i ? IPV6 : IPV4 };
	struct probe large = fits, back = fits;
	struct outcome outcome;

	large.size = 1301;
	large.count = 1;
	back.from = ENDPOINT_B;
	back.size = 1500;
	lab_inject(net, &fault);
	ck_assert_uint_eq(lab_probe(net, &fits).arrived, 10);
	outcome = lab_probe(net, &large);
	ck_assert_uint_eq(outcome.arrived, 0);
	ck_assert_int_eq(outcome.error, EMSGSIZE);
	ck_assert_uint_eq(outcome.path_mtu, 1300);
	ck_assert_uint_eq(lab_probe(net, &back).arrived, 10);
	lab_mend(net, &fault);
	net_destroy(net);
}
END_TEST

/* ------------------------------------------------------------------ routers */

START_TEST(unreachable)
{
	struct net *net = lab_create(&lab_routed);
	struct fault fault = { .kind = FAULT_UNREACHABLE, .direction = A_TO_B };
	struct probe there = { .family = _i ? IPV6 : IPV4 }, back = there;
	struct outcome outcome;

	back.from = ENDPOINT_B;
	lab_inject(net, &fault);
	outcome = lab_probe(net, &there);
	ck_assert_uint_eq(outcome.sent, 1);
	ck_assert_uint_eq(outcome.arrived, 0);
	/* ICMPv6 has no such thing: "no route to destination" */
	ck_assert_int_eq(outcome.error, _i ? ENETUNREACH : EHOSTUNREACH);
	ck_assert_uint_eq(lab_probe(net, &back).arrived, 1);
	lab_assert_reachable(net, 1);
	lab_mend(net, &fault);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* Unreachable wins over a limited MTU; without it, the limit is still there. */
START_TEST(unreachable_and_mtu)
{
	struct net *net = lab_create(&lab_routed);
	struct fault mtu = { .kind = FAULT_MTU, .mtu = 1300, .icmp = true };
	struct fault gone = { .kind = FAULT_UNREACHABLE };

	lab_inject(net, &mtu);
	lab_inject(net, &gone);
	ck_assert_int_eq(probe(net, ENDPOINT_A, 0, 1, 1400).error, EHOSTUNREACH);
	lab_mend(net, &gone);
	ck_assert_int_eq(probe(net, ENDPOINT_A, 0, 1, 1400).error, EMSGSIZE);
	lab_mend(net, &mtu);
	net_destroy(net);
}
END_TEST

START_TEST(router_down)
{
	struct net *net = lab_create(&lab_routed);
	struct fault fault = { .kind = FAULT_ROUTER_DOWN, .path = 1 };

	lab_inject(net, &fault);
	ck_assert_uint_eq(probe(net, ENDPOINT_A, 1, 5, 0).arrived, 0);
	ck_assert_uint_eq(probe(net, ENDPOINT_B, 1, 5, 0).arrived, 0);
	lab_assert_reachable(net, 0);
	lab_mend(net, &fault);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* ------------------------------------------------------------------ links and addresses */

START_TEST(link_down)
{
	struct net *net = lab_create(_i & 1 ? &lab_routed : &topology_two_paths_dual_stack);
	struct fault fault = {
		.kind = FAULT_LINK_DOWN, .path = 1, .at = (enum fault_at[]){ AT_MIDDLE, AT_A, AT_B }[_i / 2]
	};

	lab_inject(net, &fault);
	for (enum endpoint from = ENDPOINT_A; from <= ENDPOINT_B; from++) {
		for (enum ip_family family = IPV4; family <= IPV6; family++) {
			struct probe any = { .from = from, .path = 1, .count = 5, .family = family };

			ck_assert_uint_eq(lab_probe(net, &any).arrived, 0);
		}
	}
	lab_assert_reachable(net, 0);
	lab_mend(net, &fault);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* The switch's failure is out of sight: no endpoint's carrier goes. */
START_TEST(switch_down_is_unseen)
{
	struct net *net = lab_create(&topology_two_paths);
	struct outcome outcome;
	char *links;

	lab_inject(net, &(struct fault){ .kind = FAULT_LINK_DOWN, .path = 1 });
	links = lab_run(&net->spaces[ENDPOINT_A], (const char *const[]){ "ip", "link", "show", NULL });
	ck_assert_ptr_null(strstr(links, "NO-CARRIER"));
	outcome = probe(net, ENDPOINT_A, 1, 5, 0);
	ck_assert_uint_eq(outcome.sent, 5);
	ck_assert_int_eq(outcome.error, 0);
	free(links);
	net_destroy(net);
}
END_TEST

/* The interface is up, and so are its addresses and routes; but it has no carrier, and nothing gets through. */
START_TEST(carrier)
{
	struct net *net = lab_create(_i & 1 ? &lab_routed : &topology_two_paths_dual_stack);
	const struct fault fault = { .kind = FAULT_CARRIER, .path = 1, .at = _i & 2 ? AT_B : AT_A };
	char *links;

	lab_inject(net, &fault);
	links = lab_run(&net->spaces[_i & 2 ? ENDPOINT_B : ENDPOINT_A],
		(const char *const[]){ "ip", "-o", "link", "show", "dev", "path1", NULL });
	ck_assert_ptr_nonnull(strstr(links, "<NO-CARRIER,BROADCAST,MULTICAST,UP>"));
	for (enum endpoint from = ENDPOINT_A; from <= ENDPOINT_B; from++)
		ck_assert_uint_eq(probe(net, from, 1, 5, 0).arrived, 0);
	lab_assert_reachable(net, 0);
	lab_mend(net, &fault);
	lab_assert_all_reachable(net);
	free(links);
	net_destroy(net);
}
END_TEST

START_TEST(link_down_that_loses_its_address)
{
	struct net *net = lab_create(_i & 1 ? &lab_routed : &topology_two_paths_dual_stack);
	const struct fault fault = { .kind = FAULT_LINK_DOWN, .path = 1, .at = AT_A, .addresses_lost = true };
	static const char *const show[] = { "ip", "-o", "address", "show", "dev", "path1", NULL };
	char *addresses;

	lab_inject(net, &fault);
	addresses = lab_run(&net->spaces[ENDPOINT_A], show);
	ck_assert_ptr_null(strstr(addresses, "inet6"));
	ck_assert_ptr_nonnull(strstr(addresses, "inet "));
	free(addresses);
	lab_mend(net, &fault);
	addresses = lab_run(&net->spaces[ENDPOINT_A], show);
	ck_assert_ptr_nonnull(strstr(addresses, "inet6"));
	free(addresses);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* It can be asked for; and when nobody answers the host knows it. */
START_TEST(neighbour)
{
	struct net *net = lab_create(_i & 1 ? &lab_routed : &topology_two_paths_dual_stack);
	const enum ip_family family = _i & 2 ? IPV6 : IPV4;
	const struct fault forgotten = { .kind = FAULT_NEIGHBOUR, .path = 1, .at = AT_A };
	const struct fault down = { .kind = FAULT_LINK_DOWN, .path = 1, .at = AT_B };
	const struct probe probe_it = { .path = 1, .family = family };
	struct outcome outcome;

	lab_inject(net, &forgotten);
	ck_assert_uint_eq(lab_probe(net, &probe_it).arrived, 1);
	lab_mend(net, &forgotten);
	if (net->topology->medium == MEDIUM_SWITCHED) {
		lab_inject(net, &forgotten);
		lab_inject(net, &down);
		outcome = lab_probe(net, &(struct probe){ .path = 1, .family = family, .patience_ms = 4000 });
		ck_assert_uint_eq(outcome.arrived, 0);
		ck_assert_int_eq(outcome.error, EHOSTUNREACH);
		lab_mend(net, &down);
		lab_mend(net, &forgotten);
	}
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

START_TEST(host_down)
{
	struct net *net = lab_create(&lab_routed);
	const struct fault fault = { .kind = FAULT_HOST_DOWN, .path = EVERY_PATH, .at = AT_B };

	lab_inject(net, &fault);
	for (unsigned path = 0; path < 2; path++) {
		ck_assert_uint_eq(probe(net, ENDPOINT_A, path, 2, 0).arrived, 0);
		ck_assert_uint_eq(probe(net, ENDPOINT_B, path, 2, 0).arrived, 0);
	}
	lab_mend(net, &fault);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* What it is sent waits for it, in order; what it sends is lost. */
START_TEST(host_paused)
{
	struct net *net = lab_create(medium(_i));
	const struct fault fault = { .kind = FAULT_HOST_PAUSED, .path = EVERY_PATH, .at = AT_B };
	struct standing_probe standing;

	lab_inject(net, &fault);
	ck_assert_uint_eq(probe(net, ENDPOINT_B, 0, 5, 0).arrived, 0);
	standing = lab_probe_begin(net, &(struct probe){ .path = 1, .count = 50 });
	ck_assert_uint_eq(lab_probe_look(&standing), 0);
	lab_mend(net, &fault);
	ck_assert_uint_eq(lab_probe_look(&standing), 50);
	ck_assert_uint_eq(lab_probe_end(&standing).overtaken, 0);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* c answers for b on that path, and on no other. */
START_TEST(address_taken)
{
	struct net *net = lab_create(&topology_three_hosts);
	const struct fault fault = { .kind = FAULT_ADDRESS_TAKEN, .path = 1 };
	int at_c;
	struct sockaddr_storage address = topology_address(net->topology, ENDPOINT_B, 1, IPV4);
	char payload[64];

	lab_inject(net, &fault);
	at_c = lab_socket(net, ENDPOINT_C, AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	((struct sockaddr_in *)&address)->sin_port = htons(7000);
	ck_assert_int_eq(bind(at_c, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_uint_eq(probe(net, ENDPOINT_A, 1, 3, 0).arrived, 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_gt(recv(at_c, payload, sizeof(payload), 0), 0);
	ck_assert_int_lt(recv(at_c, payload, sizeof(payload), 0), 0);
	close(at_c);
	ck_assert_uint_eq(probe(net, ENDPOINT_A, 0, 3, 0).arrived, 3);
	lab_mend(net, &fault);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* 100 datagrams of 1250 octets are a megabit: a second, at that rate. Of a short queue the rest is lost. */
START_TEST(narrow)
{
	struct net *net = lab_create(&topology_one_path);
	struct fault fault = { .kind = FAULT_NARROW, .direction = A_TO_B, .rate_kbit = 1000 };
	struct standing_probe standing;
	int64_t began;

	lab_inject(net, &fault);
	began = lab_now();
	standing = lab_probe_begin(net, &(struct probe){ .count = 100, .size = 1236 });
	ck_assert_uint_eq(lab_probe_look(&standing), 100);
	ck_assert_int_ge(lab_now() - began, 990 * MS);
	ck_assert_int_lt(lab_now() - began, 1100 * MS + SLACK_NS);
	lab_probe_end(&standing);
	ck_assert_uint_eq(probe(net, ENDPOINT_B, 0, 50, 1236).arrived, 50);
	lab_mend(net, &fault);
	fault.queue = 10;
	lab_inject(net, &fault);
	ck_assert_uint_eq(probe(net, ENDPOINT_A, 0, 50, 1236).arrived, 10);
	net_destroy(net);
}
END_TEST

/* The way of a long line takes its time, each way. */
START_TEST(distant_paths)
{
	struct net *net = lab_create(&topology_two_distant_paths);

	for (enum endpoint from = ENDPOINT_A; from <= ENDPOINT_B; from++) {
		for (unsigned path = 0; path < 2; path++) {
			const int64_t delay = probe(net, from, path, 1, 0).delay_ns, line = path ? 150 * MS : 50 * MS;

			ck_assert_int_ge(delay, line);
			ck_assert_int_lt(delay, line + SLACK_NS);
		}
	}
	net_destroy(net);
}
END_TEST

/* An SCTP packet that is sent by a raw socket; what ICMP makes of it. */
static int error_of_sctp(struct net *net, enum endpoint from)
{
	struct sockaddr_storage to =
		topology_address(net->topology, from == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A, 0, IPV4);
	const int sock = lab_socket(net, from, AF_INET, SOCK_RAW, IPPROTO_SCTP), one = 1;
	const char packet[16] = { 0x12, 0x34, 0x56, 0x78 };
	struct pollfd error = { .fd = sock };
	int number = 0;
	socklen_t length = sizeof(number);

	ck_assert_int_eq(setsockopt(sock, SOL_IP, IP_RECVERR, &one, sizeof(one)), 0);
	ck_assert_int_eq(connect(sock, (struct sockaddr *)&to, sizeof(to)), 0);
	ck_assert_int_eq(send(sock, packet, sizeof(packet), 0), sizeof(packet));
	poll(&error, 1, 100);
	getsockopt(sock, SOL_SOCKET, SO_ERROR, &number, &length);
	close(sock);
	return number;
}

START_TEST(rejected)
{
	static const struct {
		uint8_t code;
		int error;
	} codes[] = { { 1, EHOSTUNREACH }, { 2, ENOPROTOOPT }, { 3, ECONNREFUSED }, { 13, EHOSTUNREACH } };
	struct net *net = lab_create(&topology_firewall);

	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		const struct fault fault = { .kind = FAULT_REJECT, .direction = A_TO_B, .icmp_code = codes[i].code };

		lab_inject(net, &fault);
		ck_assert_int_eq(error_of_sctp(net, ENDPOINT_A), codes[i].error);
		ck_assert_uint_eq(probe(net, ENDPOINT_A, 0, 1, 0).arrived, 1);
		lab_mend(net, &fault);
	}
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* How many flows a router's conntrack knows. */
static int known_flows(struct net *net)
{
	const int home = space_enter(&net->spaces[SPACE_MIDDLE]);
	FILE *file = fopen("/proc/sys/net/netfilter/nf_conntrack_count", "re");
	int count = -1;

	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(fscanf(file, "%d", &count), 1);
	fclose(file);
	ck_assert_int_eq(space_leave(home), 0);
	return count;
}

START_TEST(state_forgotten)
{
	struct net *net = lab_create(&topology_firewall);
	const struct fault fault = { .kind = FAULT_STATE_FORGOTTEN };

	ck_assert_uint_eq(probe(net, ENDPOINT_A, 0, 1, 0).arrived, 1);
	ck_assert_int_ge(known_flows(net), 1);
	lab_inject(net, &fault);
	ck_assert_int_eq(known_flows(net), 0);
	lab_mend(net, &fault);
	lab_inject(net, &fault);
	net_destroy(net);
}
END_TEST

/* b sees the router's address, and what it answers comes back. */
START_TEST(nat)
{
	struct net *net = lab_create(&topology_nat);
	struct sockaddr_storage address = topology_address(net->topology, ENDPOINT_B, 0, IPV4);
	const int at_a = lab_socket(net, ENDPOINT_A, AF_INET, SOCK_DGRAM, 0);
	const int at_b = lab_socket(net, ENDPOINT_B, AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_storage seen;
	socklen_t length = sizeof(seen);
	char text[INET_ADDRSTRLEN], byte = 'x';
	enum endpoint located;

	((struct sockaddr_in *)&address)->sin_port = htons(7000);
	ck_assert_int_eq(bind(at_b, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(connect(at_a, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(send(at_a, &byte, 1, 0), 1);
	ck_assert_int_eq(recvfrom(at_b, &byte, 1, 0, (struct sockaddr *)&seen, &length), 1);
	inet_ntop(AF_INET, &((struct sockaddr_in *)&seen)->sin_addr, text, sizeof(text));
	ck_assert_str_eq(text, "100.66.0.1");
	ck_assert_int_eq(topology_locate(net->topology, (struct sockaddr *)&seen, &located), 0);
	ck_assert_int_eq(located, ENDPOINT_A);
	ck_assert_int_eq(sendto(at_b, &byte, 1, 0, (struct sockaddr *)&seen, length), 1);
	ck_assert_int_eq(recv(at_a, &byte, 1, 0), 1);
	close(at_a);
	close(at_b);
	net_destroy(net);
}
END_TEST

START_TEST(address_removed)
{
	struct net *net = lab_create(_i & 1 ? &lab_routed : &topology_two_paths_dual_stack);
	enum ip_family family = _i & 2 ? IPV6 : IPV4, other = _i & 2 ? IPV4 : IPV6;
	struct fault fault = { .kind = FAULT_ADDRESS_REMOVED, .path = 1, .at = AT_B, .family = family };
	struct probe gone = { .path = 1, .count = 5, .family = family };
	struct probe kept = { .path = 1, .count = 5, .family = other };

	lab_inject(net, &fault);
	ck_assert_uint_eq(lab_probe(net, &gone).arrived, 0);
	ck_assert_uint_eq(lab_probe(net, &kept).arrived, 5);
	lab_assert_reachable(net, 0);
	lab_mend(net, &fault);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* ------------------------------------------------------------------ bookkeeping */

START_TEST(twice)
{
	struct net *net = lab_create(&topology_two_paths);
	struct fault fault = { .kind = FAULT_LINK_DOWN, .at = AT_A };
	char *error = NULL;

	lab_inject(net, &fault);
	ck_assert_int_eq(net_inject(net, &fault, &error), -EALREADY);
	ck_assert_str_eq(error,
		"the fault \"path 0: the link of a is down\" is in force and has "
		"to be mended first");
	lab_mend(net, &fault);
	ck_assert_int_eq(net_mend(net, &fault, &error), -ENOENT);
	ck_assert_str_eq(error, "there is no such fault on path 0 to be mended");
	lab_inject(net, &fault);
	fault.path = 1;
	ck_assert_int_eq(net_mend(net, &fault, NULL), -ENOENT);
	free(error);
	net_destroy(net);
}
END_TEST

START_TEST(nonsense_is_refused)
{
	struct net *net = lab_create(&topology_one_path);
	char *error = NULL;

	ck_assert_int_eq(net_inject(net, &(struct fault){ .kind = FAULT_ROUTER_DOWN }, &error), -EINVAL);
	ck_assert_str_eq(error, "topology one-path has no routers: a router that is down is not possible");
	lab_assert_all_reachable(net);
	free(error);
	net_destroy(net);
}
END_TEST

static void add_netem_tests(TCase *netem)
{
	tcase_add_loop_test(netem, loss_one_way, 0, 4);
	tcase_add_loop_test(netem, loss_both_ways_without_a_word, 0, 2);
	tcase_add_test(netem, loss_of_some);
	tcase_add_loop_test(netem, delay_one_way, 0, 2);
	tcase_add_test(netem, narrow);
	tcase_add_test(netem, distant_paths);
	tcase_add_test(netem, jitter);
	tcase_add_test(netem, reordering);
	tcase_add_test(netem, duplication);
	tcase_add_test(netem, corruption);
	tcase_add_test(netem, netem_collision);
	tcase_add_test(netem, a_queue_that_somebody_else_made);
}

int main(void)
{
	Suite *suite = suite_create("fault");
	TCase *faults = tcase_create("faults");

	if (!lab_usable())
		return SKIPPED;
	tcase_set_timeout(faults, 3600);
	tcase_add_checked_fixture(faults, lab_move_out, NULL);
	if (lab_has_queue("netem"))
		add_netem_tests(faults);
	if (lab_has_queue("tbf"))
		tcase_add_loop_test(faults, mtu_without_a_word, 0, 4);
	tcase_add_loop_test(faults, mtu_with_icmp, 0, 2);
	tcase_add_loop_test(faults, unreachable, 0, 2);
	tcase_add_test(faults, unreachable_and_mtu);
	tcase_add_test(faults, router_down);
	tcase_add_loop_test(faults, link_down, 0, 6);
	tcase_add_test(faults, switch_down_is_unseen);
	tcase_add_loop_test(faults, address_removed, 0, 4);
	tcase_add_loop_test(faults, carrier, 0, 4);
	tcase_add_loop_test(faults, link_down_that_loses_its_address, 0, 2);
	tcase_add_loop_test(faults, neighbour, 0, 4);
	tcase_add_test(faults, host_down);
	tcase_add_test(faults, address_taken);
	if (lab_has_tables()) {
		tcase_add_test(faults, rejected);
		tcase_add_test(faults, state_forgotten);
		tcase_add_test(faults, nat);
	}
	if (lab_has_queue("plug") && lab_has_queue("netem"))
		tcase_add_loop_test(faults, host_paused, 0, 2);
	tcase_add_test(faults, twice);
	tcase_add_test(faults, nonsense_is_refused);
	suite_add_tcase(suite, faults);
	return run_tests(suite);
}
