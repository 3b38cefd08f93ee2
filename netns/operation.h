/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation.h - one step in building or breaking a network, as data. Private to netns/.
 *
 * Topologies and faults are lists of operations. A list is printed in iproute2's words, as a script for people,
 * or carried out by netlink. So what a script shows and what happens cannot drift apart.
 */
#ifndef SCTPSPEC_NETNS_OPERATION_H
#define SCTPSPEC_NETNS_OPERATION_H

#include "netns/netns.h"
#include "netns/ruleset.h"

#include <net/if.h>

/* Namespaces of a topology by number: the endpoints (c's is not there everywhere), then the switch or the routers, and
 * behind them the switch between those of them that share an endpoint's link. */
#define SPACE_MIDDLE HOSTS_MAX
#define SPACES_MAX (SPACE_MIDDLE + NET_PATHS_MAX + 1)

struct mac {
	uint8_t bytes[6];
};

/* An address with the length of its network's prefix. */
struct prefix {
	enum ip_family family;
	uint8_t bytes[16];
	uint8_t length;
};

/* Where a rule stands among the others: before the main table. */
#define RULE_PRIORITY 100

enum operation_kind {
	OP_SYSCTL,
	OP_VETH, /* a pair of interfaces, the other one in `veth.peer_space` */
	OP_BRIDGE,
	OP_VLAN,    /* a device for one VLAN of the cable */
	OP_BOND,    /* a device that uses one of its ports, and another when that one has no carrier */
	OP_VRF,     /* a device that has a routing table of its own, as have its ports */
	OP_PORT,    /* the device becomes a port of the bridge, the bond or the VRF */
	OP_FORWARD, /* the port forwards without learning addresses */
	OP_LINK,    /* up; removed: down */
	OP_OFFLOAD, /* checksums and segmentation in the stack, not in the device */
	OP_ADDRESS,
	OP_ROUTE,
	OP_NEIGHBOUR,
	OP_RULE, /* what comes in by the device is looked up in a routing table of its own first */
	OP_NETEM,
	OP_SIZE_LIMIT, /* a queue that drops frames that are too large */
	OP_BANDS,      /* a queue with two bands, of which the second is for what is to be delayed */
	OP_RATE,       /* a queue that lets so much out, */
	OP_MARKING,    /* and RED in it: it marks what comes when many octets wait, and drops nothing */
	OP_HOOK,       /* a place for programs, where packets leave by the device */
	OP_PROGRAM,    /* a program there */
	OP_PLUG,       /* a queue that lets nothing out, */
	OP_UNPLUG,     /* until it lets all out */
	OP_RULESET,    /* a table of nftables */
	OP_FORGET,     /* conntrack forgets what it knows; removed: nothing */
	OP_KINDS
};

#define NETEM_LIMIT 100000    /* packets that wait */
#define MARKING_LIMIT 1000000 /* octets: more than any network has */
#define RATE_BURST 2000       /* octets: one packet at a time */
#define BOND_MIIMON 100       /* milliseconds between two looks at the carriers */

struct netem {
	double loss, duplicate, corrupt, reorder; /* percent */
	uint32_t delay_us, jitter_us;
	uint32_t rate_kbit, limit; /* 0: none, and as many as there are */
	unsigned band;             /* of the device's bands; 0: the device's only queue */
};

struct route {
	struct prefix to;
	bool unreachable; /* answered by ICMP */
	bool has_gateway;
	struct prefix gateway;
	uint32_t mtu; /* 0: the device's */
	uint32_t metric;
	uint8_t table; /* 0: main */
	bool has_source;
	struct prefix source; /* of what is sent there */
};

struct rule {
	enum ip_family family;
	uint8_t table;
};

struct operation {
	enum operation_kind kind;
	unsigned space;
	bool removed; /* the thing is removed */
	char device[IFNAMSIZ];
	union {
		struct {
			const char *name, *value;
			bool if_there;
		} sysctl;
		struct {
			struct mac mac, peer_mac;
			unsigned index, peer_space;
			char peer[IFNAMSIZ];
		} veth;
		char bridge[IFNAMSIZ];
		struct {
			char cable[IFNAMSIZ];
			unsigned id;
			struct mac mac;
		} vlan;
		struct mac bond;
		struct {
			unsigned table;
			struct mac mac;
		} vrf;
		struct prefix address;
		struct route route;
		struct rule rule;
		struct {
			struct prefix address;
			struct mac mac;
		} neighbour;
		struct netem netem;
		uint32_t frame_size;
		struct {
			uint32_t rate_kbit;
			uint32_t from; /* octets that wait, by the thousand */
		} marking;
		const struct fault *program;
		struct ruleset ruleset;
	};
};

/* Enough for all paths of both families through routers. */
#define OPERATIONS_MAX 1024

struct operations {
	unsigned count;
	struct operation list[OPERATIONS_MAX];
};

/* Adds an operation, for the caller to complete. */
struct operation *operations_add(
	struct operations *operations, enum operation_kind kind, unsigned space, const char *device);

/* "link set dev path0 up": the arguments of operation_program(). names[]: the namespaces as the program
 * shall call them. */
void operation_print(const struct operation *operation, const char *const *names, FILE *out);
/* "ip", "tc", "sysctl", "ethtool" */
const char *operation_program(enum operation_kind kind);
/* The whole command line for a shell, newline included. */
void operation_print_command(const struct operation *operation, const char *const *names, FILE *out);
/* Do both work on one and the same thing? */
bool operation_same_target(const struct operation *one, const struct operation *other);

#endif
