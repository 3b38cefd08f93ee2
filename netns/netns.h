/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netns.h - multi-homed networks of namespaces: topologies as data, faults with their undo, captures.
 *
 * Two endpoints, "a" and "b", are joined by up to NET_PATHS_MAX paths. Path i has one interface in each
 * endpoint, "path<i>", unless several paths share a link. Between them stands, on each path, a middle
 * namespace: "sw" (one namespace, a bridge for each path: two hosts on a switch) or "r<i>" (a router for each
 * path). The sender's capture shows what is lost in the middle, and neither endpoint notices the fault itself.
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

#define NET_PATHS_MAX 8

/* The third one is there in few topologies, and only beside the others: it is on the switches. */
enum endpoint { ENDPOINT_A, ENDPOINT_B, ENDPOINT_C };
#define HOSTS_MAX 3
enum medium { MEDIUM_SWITCHED, MEDIUM_ROUTED };
enum ip_family { IPV4 = 1, IPV6 = 2, DUAL_STACK = 3 };

/* How an endpoint's interfaces are made. */
enum attachment {
	ATTACHED_PLAINLY,
	ATTACHED_BY_VLAN, /* one cable for each endpoint, a VLAN for each path */
	ATTACHED_BY_BOND, /* two cables for each path, bonded: the second one is for when the first has no carrier */
	ATTACHED_IN_VRF,  /* the interfaces have a routing table of their own, vrf0 */
};

/* A long way in the middle of a switched path: each direction of it the same. */
struct line {
	uint32_t delay_us, jitter_us;
	uint32_t rate_kbit; /* 0: as fast as can be */
	uint32_t queue;     /* packets that may wait; 0: 1000 */
};

/* What the routers do besides (nftables). */
enum border {
	BORDER_NONE,
	BORDER_FIREWALL, /* drop what conntrack calls invalid */
	BORDER_NAT,      /* to b all that comes from a has the router's address */
};

/* A topology, as data. */
struct topology {
	const char *name;  /* "two-paths" */
	const char *title; /* one line for people */
	enum medium medium;
	unsigned paths;
	enum ip_family family[NET_PATHS_MAX];
	/* Of a and of b; 0: one for each path. With fewer the last one has the other paths, too. On switches both have
	 * as many, and an address for each path; between routers it has one address, and a router for each path beside
	 * it. */
	unsigned links[2];
	struct line line[NET_PATHS_MAX]; /* switched */
	enum attachment attachment;      /* switched */
	bool third_host;                 /* switched: host c is on each switch, too */
	bool crossed;                    /* switched, IPv4, two paths: what b sends takes the other link */
	unsigned clients;                /* switched, IPv4: a has so many addresses more on path 0 */
	enum border border;              /* routed, IPv4 */
};

#define CLIENTS_MAX 100

extern const struct topology topology_one_path, topology_one_path_ipv6, topology_two_paths, topology_two_paths_ipv6,
	topology_two_paths_dual_stack, topology_two_paths_routed, topology_three_paths, topology_eight_paths,
	topology_two_on_a_link, topology_one_to_two, topology_two_to_three, topology_three_hosts, topology_many_clients,
	topology_crossed, topology_two_distant_paths, topology_narrow_path, topology_two_vlans, topology_two_bonds,
	topology_vrf, topology_firewall, topology_nat;
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
/* Has the endpoint an address of its own there? With fewer links than paths it may have none: then topology_address()
 * gives the one that serves the path. */
bool topology_has_address(const struct topology *topology, enum endpoint endpoint, unsigned path);
/* The address of a's client 0, 1, ... */
struct sockaddr_storage topology_client_address(const struct topology *topology, unsigned client);
unsigned topology_hosts(const struct topology *topology);
/* How many links the endpoint has, and which of them a path takes; captures are of links. */
unsigned topology_links(const struct topology *topology, enum endpoint endpoint);
unsigned topology_link(const struct topology *topology, enum endpoint endpoint, unsigned path);
/* Which endpoint and path an address belongs to (mapped IPv4 addresses are understood). -1: nobody's. */
int topology_locate(const struct topology *topology, const struct sockaddr *address, enum endpoint *endpoint);

/* Whose address at that endpoint it is: 0: its own; 1: host c's; 2 and more: that of a's client 0 and following. And
 * the address again. */
unsigned topology_owner(const struct topology *topology, const struct sockaddr *address);
struct sockaddr_storage topology_address_of(
	const struct topology *topology, enum endpoint endpoint, unsigned owner, unsigned path, enum ip_family family);
/* The link address of its interface there. */
void topology_link_address(const struct topology *topology, enum endpoint endpoint, unsigned path, uint8_t address[6]);

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
	FAULT_NARROW,          /* netem in the middle: rate_kbit, and a queue of that many packets before it */
	FAULT_REORDER,         /* netem: percent are sent at once, the others delayed by delay_us */
	FAULT_DUPLICATE,       /* netem: percent */
	FAULT_CORRUPT,         /* netem: percent, one bit each */
	FAULT_MTU,             /* the middle's MTU becomes `mtu`; with `icmp`, routers say so (routed only;
	                           endpoints keep what they have learned when it is mended); without,
	                           larger packets vanish */
	FAULT_ADDRESS_REMOVED, /* the address of endpoint `at` on the path is deleted */
	FAULT_UNREACHABLE,     /* the router answers ICMP host unreachable (routed only; ICMPv6: no route) */
	FAULT_REJECT,          /* the router answers SCTP with this ICMP code (a border only) */
	FAULT_STATE_FORGOTTEN, /* the router's conntrack forgets all that it knows, once (a border only) */
	FAULT_ROUTER_DOWN,     /* the router stops forwarding, both its links go down (routed only) */
	FAULT_CARRIER,         /* the link of `at` loses its carrier: what it is plugged into goes down */
	FAULT_NEIGHBOUR,       /* `at` has forgotten who its neighbour on the path is, and has to ask (ARP, ND) */
	FAULT_ADDRESS_TAKEN,   /* host c has b's address on the path, and a takes it for b (three hosts) */
	FAULT_HOST_DOWN,       /* all links of `at` are down; EVERY_PATH */
	FAULT_HOST_PAUSED,     /* `at` neither hears nor says anything; EVERY_PATH. What is sent to it arrives when it
	                           is mended, what it sends is lost. Its timers run on: they are the kernel's */
	/* What exactly `chunks` says, in the middle, on one path or EVERY_PATH: */
	FAULT_CHUNKS_LOST,
	FAULT_CHUNKS_DOUBLED,   /* a second one comes right behind it */
	FAULT_CHUNKS_DELAYED,   /* by delay_us: later ones overtake it; on one path */
	FAULT_CHUNKS_CORRUPTED, /* one bit of its last octet */
	FAULT_CHUNKS_MARKED,    /* as having met congestion (ECN), where its sender allows that */
	FAULT_KINDS
};

enum fault_at { AT_MIDDLE, AT_A, AT_B };
enum fault_direction { BOTH_WAYS, A_TO_B, B_TO_A };

/* In place of a path. */
#define EVERY_PATH NET_PATHS_MAX
/* In place of a chunk's type: all packets of SCTP. */
#define ANY_PACKET 0x100
enum sending { HOWEVER_SENT, FIRST_SENT, SENT_AGAIN };

/* Which packets: those that have such a chunk in them. Chunks are counted from the injection on; both directions of the
 * path, or all paths, count together. */
struct chunks {
	uint16_t type;  /* CHUNK_DATA, ... or ANY_PACKET */
	uint64_t which; /* bit i: number i, from 0; 0: each */
	enum sending
		sending; /* DATA and I-DATA in one direction: those with a new TSN, or those with one that was seen */
	bool by_ppid;    /* DATA with this payload protocol identifier */
	uint32_t ppid;
};

struct fault {
	enum fault_kind kind;
	unsigned path;
	enum fault_at at;               /* links, addresses, neighbours, hosts */
	enum fault_direction direction; /* netem kinds, FAULT_MTU, FAULT_UNREACHABLE */
	double percent;
	uint32_t delay_us, jitter_us;
	uint32_t rate_kbit, queue; /* FAULT_NARROW; queue 0: no end of it */
	uint32_t mark_from;        /* FAULT_NARROW: packets are marked (ECN) when so many octets wait; 0: never */
	uint32_t mtu;
	bool icmp;
	uint8_t icmp_code;     /* FAULT_REJECT: of destination unreachable */
	enum ip_family family; /* FAULT_ADDRESS_REMOVED on a dual-stack path */
	bool addresses_lost;   /* FAULT_LINK_DOWN at an endpoint: IPv6 addresses go with the link, as by default */
	struct chunks chunks;
	uint16_t place; /* of its program among others; for net_inject() to set */
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
/* How many packets a fault of chunks that is in force has hit so far; -ENOENT: there is none. */
int net_hits(const struct net *net, const struct fault *fault, uint64_t *hits);
/* One word: "loss". */
const char *fault_kind_name(enum fault_kind kind);
/* One sentence: "path 0: all packets from a to b are lost in the middle". Malloc'd. */
char *fault_describe(const struct fault *fault);
/* The same by iproute2's commands, for the script and the report. */
void fault_print_script(const struct topology *topology, const struct fault *fault, bool mend, FILE *out);

/* A capture file for each endpoint and link, DIR/<endpoint>-path<i>.pcap ("a-path0.pcap"), with SCTP and ICMP and the
 * time in nanoseconds at which each packet passed the interface. Capturing begins before the return. */
int net_capture_start(struct net *net, const char *dir, char **error);
/* Writes out what the kernel has queued: now and then, so that the queues (some 25 000 packets each) do not fill up. A
 * child process may do it for its parent. */
int net_capture_drain(struct net *net, char **error);
/* Ends them; the files are complete on return. -EOVERFLOW if packets were lost. Does nothing when none runs. */
int net_capture_stop(struct net *net, char **error);

#endif
