/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns.h - multi-homed networks of namespaces: topologies as data, faults with their undo, captures.
 *
 * Two endpoints, "a" and "b", are joined by up to NET_PATHS_MAX paths. Path i has one interface in each
 * endpoint, "path<i>". Between them stands, on each path, a middle namespace: "sw" (one namespace, a
 * bridge for each path: two hosts on a switch) or "r<i>" (a router for each path). The sender's capture
 * shows what is lost in the middle, and neither endpoint notices the fault itself.
 *
 * Neighbours are permanent entries: a path that has been dead for a minute would otherwise lose its neighbour,
 * and packets would no longer leave. A network belongs to the process that made it, and ends with it.
 *
 * Transmit checksum and segmentation offload are switched off on the endpoints' interfaces, so that
 * captures show the packets as they would be on a wire, with their real CRC32c.
 */
#ifndef SCTPSPEC_NETNS_NETNS_H
#define SCTPSPEC_NETNS_NETNS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

#define NET_PATHS_MAX 4

enum endpoint { ENDPOINT_A, ENDPOINT_B };
enum medium { MEDIUM_SWITCHED, MEDIUM_ROUTED };
enum ip_family { IPV4 = 1, IPV6 = 2, DUAL_STACK = 3 };

/* A topology, as data. */
struct topology {
	const char *name;  /* "two-paths" */
	const char *title; /* one line for people */
	enum medium medium;
	unsigned paths;
	enum ip_family family[NET_PATHS_MAX];
};

extern const struct topology topology_one_path, topology_one_path_ipv6, topology_two_paths, topology_two_paths_ipv6,
	topology_two_paths_dual_stack, topology_two_paths_routed, topology_three_paths;
const struct topology *const *topology_all(size_t *count);
const struct topology *topology_by_name(const char *name); /* NULL if there is none */

/* The topology as a shell script for root (iproute2), with its removal. */
void topology_print_script(const struct topology *topology, FILE *out);
/* A drawing of it in text, a line or two a path, for `show` and reports. */
void topology_print_drawing(const struct topology *topology, FILE *out);

/* The address of an endpoint on a path; pure. `family` is IPV4 or IPV6 and must be one the path has.
 * Port 0. All addresses are in one SCTP scope. */
struct sockaddr_storage topology_address(
	const struct topology *topology, enum endpoint endpoint, unsigned path, enum ip_family family);
/* Which endpoint and path an address belongs to (mapped IPv4 addresses are understood). -1: nobody's. */
int topology_locate(const struct topology *topology, const struct sockaddr *address, enum endpoint *endpoint);

struct net; /* a topology that has been built */

/* Errors: functions give 0 or -errno; *error, if given, is a malloc'd sentence for people. */
int net_create(const struct topology *topology, struct net **out, char **error);
void net_destroy(struct net *net); /* complete: no namespace, no process left; NULL is allowed */
/* Path of the endpoint's namespace ("/proc/PID/fd/N"), for open(2) and setns(2), nsenter(1), or gen_sctp's netns
 * option. Valid as long as the process that called net_create() has it. */
const char *net_namespace(const struct net *net, enum endpoint endpoint);
/* Opens a file for reading as a process of that namespace would ("/proc/thread-self/net/sctp/snmp"). The descriptor, or
 * -errno. */
int net_open_file(const struct net *net, enum endpoint endpoint, const char *path);
/* For ip-netns(8) and people: makes DIRECTORY/a, DIRECTORY/b and one for each namespace in the middle, which stay
 * until they are unmounted. `each`, which may be NULL, is called with each name. */
int net_name_namespaces(struct net *net, const char *directory, void (*each)(const char *name, void *context),
	void *context, char **error);
/* Sets a sysctl ("net.sctp.rto_min") in the endpoint's namespace. */
int net_set_sysctl(struct net *net, enum endpoint endpoint, const char *name, const char *value, char **error);

enum fault_kind {
	FAULT_LINK_DOWN,       /* the interface goes down, `at`; in the middle: the switch, unseen by both
	                           endpoints; or the router's link towards b (B_TO_A: towards a) */
	FAULT_LOSS,            /* netem in the middle: percent of the packets, 100 = all */
	FAULT_DELAY,           /* netem in the middle: delay_us, jitter_us */
	FAULT_REORDER,         /* netem: percent are sent at once, the others delayed by delay_us */
	FAULT_DUPLICATE,       /* netem: percent */
	FAULT_CORRUPT,         /* netem: percent, one bit each */
	FAULT_MTU,             /* the middle's MTU becomes `mtu`; with `icmp`, routers say so (routed only;
	                           endpoints keep what they have learned when it is mended); without,
	                           larger packets vanish */
	FAULT_ADDRESS_REMOVED, /* the address of endpoint `at` on the path is deleted */
	FAULT_UNREACHABLE,     /* the router answers ICMP host unreachable (routed only; ICMPv6: no route) */
	FAULT_ROUTER_DOWN,     /* the router stops forwarding, both its links go down (routed only) */
	FAULT_KINDS
};

enum fault_at { AT_MIDDLE, AT_A, AT_B };
enum fault_direction { BOTH_WAYS, A_TO_B, B_TO_A };

struct fault {
	enum fault_kind kind;
	unsigned path;
	enum fault_at at;               /* FAULT_LINK_DOWN, FAULT_ADDRESS_REMOVED */
	enum fault_direction direction; /* netem kinds, FAULT_MTU, FAULT_UNREACHABLE */
	double percent;
	uint32_t delay_us, jitter_us;
	uint32_t mtu;
	bool icmp;
	enum ip_family family; /* FAULT_ADDRESS_REMOVED on a dual-stack path */
};

/* Takes effect before it returns, by netlink in this process: some 50 to 250 microseconds of guest time, so
 * that a fault can be placed at an exact instant. -EINVAL: makes no sense in this topology. -EALREADY: the same
 * fault (kind, path, at, direction, family) has not been mended. -EBUSY: another fault changes the same thing, as
 * two of netem do, or one and FAULT_MTU without ICMP, on one path and direction. When it fails nothing has
 * changed. */
int net_inject(struct net *net, const struct fault *fault, char **error);
/* Restores exactly the state before, and returns when packets flow again; faults may be mended in any order.
 * -ENOENT: there is none. */
int net_mend(struct net *net, const struct fault *fault, char **error);
/* One word: "loss". */
const char *fault_kind_name(enum fault_kind kind);
/* One sentence: "path 0: all packets from a to b are lost in the middle". Malloc'd. */
char *fault_describe(const struct fault *fault);
/* The same by iproute2's commands, for the script and the report. */
void fault_print_script(const struct topology *topology, const struct fault *fault, bool mend, FILE *out);

/* A capture file for each endpoint and path, DIR/<endpoint>-path<i>.pcap ("a-path0.pcap"), with SCTP and ICMP and the
 * time in nanoseconds at which each packet passed the interface. Capturing begins before the return. */
int net_capture_start(struct net *net, const char *dir, char **error);
/* Writes out what the kernel has queued: now and then, so that the queues (some 25 000 packets each) do not fill up. A
 * child process may do it for its parent. */
int net_capture_drain(struct net *net, char **error);
/* Ends them; the files are complete on return. -EOVERFLOW if packets were lost. Does nothing when none runs. */
int net_capture_stop(struct net *net, char **error);

#endif
