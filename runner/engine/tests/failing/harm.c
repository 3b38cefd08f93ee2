/* SPDX-License-Identifier: Apache-2.0 */
/*
 * harm.c - each fault of case.h and faults.h: with it something fails that holds without it. And the words for chunks:
 * what they choose is not what is expected.
 */
#include "runner/engine/tests/failing/failing.h"

#include <errno.h>

/* ------------------------------------------------------------------ with the fault a message is late */

static void message_under(struct trial *t, struct fault fault, size_t size)
{
	const struct pair p = settled(t);

	inject(t, fault);
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .size = size }), promptly());
}

#define LATE(topology, word, size, fault)                                        \
	SHOWN_IN(topology, word, "fail", "a message did not arrive in its time") \
	{                                                                        \
		message_under(t, fault, size);                                   \
	}

LATE(&topology_two_paths, inject, 100, all_lost(0))
LATE(&topology_two_paths, all_lost, 100, all_lost(0))
LATE(&topology_two_paths, lost_on_the_way, 100, lost_on_the_way(0, A_TO_B))
LATE(&topology_two_paths, some_lost, 100, some_lost(0, 99.9))
LATE(&topology_two_paths, link_down, 100, link_down(0, AT_B))
LATE(&topology_two_paths_routed, router_down, 100, router_down(0))
LATE(&topology_two_paths, chunks_lost, 100, chunks_lost(every(DATA), 0, A_TO_B))
LATE(&topology_two_paths, every, 100, chunks_lost(every(ANY_PACKET), 0, A_TO_B))
LATE(&topology_two_paths, nth, 100, chunks_lost(nth(1, DATA), 0, A_TO_B))
LATE(&topology_two_paths, nth_to, 100, chunks_lost(nth_to(1, 1, DATA), 0, A_TO_B))
LATE(&topology_two_paths, both_of, 100, chunks_lost(both_of(nth(1, DATA), nth(2, DATA)), 0, A_TO_B))
LATE(&topology_two_paths, sent_first, 100, chunks_lost(sent_first(every(DATA)), 0, A_TO_B))
LATE(&topology_two_paths, chunks_corrupted, 100, chunks_corrupted(every(DATA), 0, A_TO_B))
LATE(&topology_two_paths, chunks_held_up, 100, chunks_held_up(s(2), every(DATA), 0, A_TO_B))
LATE(&topology_two_paths, all_slow, 100, all_slow(s(2), 0, A_TO_B))
LATE(&topology_two_paths, some_corrupted, 100, some_corrupted(100, 0))
LATE(&topology_two_paths, some_overtake, 100, some_overtake(0.1, s(2), 0))
LATE(&topology_two_paths, mtu_hole, 1400, mtu_hole(1000, 0))
LATE(&topology_two_paths, carrier_lost, 100, carrier_lost(0, AT_B))
LATE(&topology_two_paths_ipv6, link_and_address_lost, 100, link_and_address_lost(0, AT_B))
LATE(&topology_two_paths, address_removed, 100, address_removed(0, AT_B))
LATE(&topology_two_paths, narrowed, 1400, narrowed(1, 10, 0, A_TO_B))
LATE(&topology_two_paths, narrowed_with_marks, 5000, narrowed_with_marks(1, 2, 0, A_TO_B))
LATE(&topology_two_paths, host_paused, 100, host_paused(AT_B))
LATE(&topology_two_paths, host_down, 100, host_down(AT_B))
LATE(&topology_two_paths_routed, unreachable_by_icmp, 100, unreachable_by_icmp(0))
LATE(&topology_firewall, rejected_by_icmp, 100, rejected_by_icmp(ICMP_HOST, 0, A_TO_B))
LATE(&topology_firewall, state_forgotten, 100, state_forgotten(0))
LATE(&topology_three_hosts, address_taken, 100, address_taken(0))

/* ------------------------------------------------------------------ and the others */

SHOWN(mend, "error", "mend")
{
	mend(t, all_lost(0)); /* which nobody has injected */
}

SHOWN(expect_hit, "fail", "the fault has hit another number of packets")
{
	const struct pair p = settled(t);
	const struct fault fault = chunks_lost(nth(2, DATA), 0, A_TO_B);

	inject(t, fault);
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_hit(t, fault, 1); /* there was one only */
}

SHOWN(of_ppid, "fail", "a message did not arrive in its time")
{
	const struct pair p = settled(t);

	inject(t, chunks_lost(of_ppid(8, every(DATA)), 0, A_TO_B));
	struct flow *data = send_messages(t, p.client, p.server, &(struct traffic){ .count = 2, .ppid = 7 });

	expect_delivered_range(t, data, 0, 0, promptly());
	expect_delivered_range(t, data, 1, 1, promptly());
}

SHOWN(sent_again, "fail", "the fault has hit another number of packets")
{
	const struct pair p = settled(t);
	const struct fault fault = chunks_doubled(sent_again(every(DATA)), 0, A_TO_B);

	inject(t, fault);
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_hit(t, fault, 1); /* nothing was sent again */
}

SHOWN(chunks_doubled, "fail", "the fault has hit another number of packets")
{
	const struct pair p = settled(t);
	const struct fault fault = chunks_doubled(every(DATA), 0, A_TO_B);

	inject(t, fault);
	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_hit(t, fault, 0);
}

/* The receiver tells of the mark. */
SHOWN(chunks_marked, "fail", "the packets are not as expected", .settings = { .ecn = ON })
{
	const struct pair p = settled(t);
	const vtime marked = inject(t, chunks_marked(every(DATA), 0, A_TO_B));

	expect_delivered(t, say(t, p.client, p.server), promptly());
	expect_quiet(t, s(1));
	expect_not_sent(t, B, 0, ECNE, since(t, marked));
}

/* Each end's capture has the second one. */
SHOWN(some_doubled, "fail", "the packets are not as expected")
{
	const struct pair p = settled(t);

	inject(t, some_doubled(100, 0));
	shut_down(t, p.client);
	expect(t, soon(t, shutdown_comp(p.client)));
	expect_in_order(t, soon(t, shutdown_event(p.server)), soon(t, shutdown_comp(p.server)));
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, SHUTDOWN_COMPLETE);
}

/* Its MTU is that of the path from then on. */
SHOWN_IN(&topology_two_paths_routed, mtu_told, "fail", "a socket option has another value")
{
	const struct pair p = settled(t);

	inject(t, mtu_told(1000, 0));
	expect_delivered(t, send_messages(t, p.client, p.server, &(struct traffic){ .size = 1400 }), between(0, s(10)));
	expect_option(t, p.client, SCTP_GET_PEER_ADDR_INFO, ADDRESS_ON(0), IS(spinfo_mtu, 1500));
}

/* While packets are lost the neighbour is not found again. */
SHOWN(neighbour_forgotten, "fail", "a message did not arrive in its time")
{
	const struct pair p = settled(t);

	inject(t, all_lost(0));
	inject(t, neighbour_forgotten(0, AT_A));
	expect_delivered(t, say(t, p.client, p.server), promptly());
}

SHOWN(host_crashes, "fail", "a message did not arrive in its time")
{
	const struct pair p = settled(t);

	host_crashes(t, B);
	struct flow *data = say(t, p.client, p.server);

	expect_quiet(t, s(1));
	expect_delivered(t, data, promptly());
}

/* It has no socket, so that it answers with ABORT. */
SHOWN(host_returns, "fail", "comm_lost at the client: where no event may come")
{
	const struct pair p = settled(t);

	host_crashes(t, B);
	host_returns(t, B);
	say(t, p.client, p.server);
	expect_quiet(t, s(1));
}
