/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation_apply.c - operations as netlink requests. Each has the meaning, attribute by attribute, of
 * the words that operation.c prints; a test compares the outcome of both.
 */
#include "netns/operation_apply.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "netns/netlink.h"
#include "netns/operation_queue.h"
#include "netns/script.h"
#include "sentence.h"

#define REPLACE (NLM_F_CREATE | NLM_F_REPLACE)

static struct ifreq for_device(const char *device)
{
	struct ifreq request = { .ifr_flags = 0 };

	memcpy(request.ifr_name, device, sizeof(request.ifr_name));
	return request;
}

static int device_index(const char *device, int sock)
{
	struct ifreq request = for_device(device);

	return ioctl(sock, SIOCGIFINDEX, &request) < 0 ? -errno : request.ifr_ifindex;
}

static uint8_t family_number(enum ip_family family)
{
	return family == IPV4 ? AF_INET : AF_INET6;
}

static void add_ip(struct netlink_request *request, uint16_t type, const struct prefix *prefix)
{
	netlink_add(request, type, prefix->bytes, prefix->family == IPV4 ? 4 : 16);
}

static void add_name(struct netlink_request *out, const char *name, const struct mac *mac)
{
	netlink_add(out, IFLA_IFNAME, name, strlen(name) + 1);
	if (mac)
		netlink_add(out, IFLA_ADDRESS, mac->bytes, sizeof(mac->bytes));
}

static void request_veth(const struct operation *op, int peer_namespace, struct netlink_request *out)
{
	struct ifinfomsg *link = netlink_begin(out, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(*link));
	const struct ifinfomsg peer = { .ifi_family = AF_UNSPEC };
	struct nlattr *info, *data, *other;

	link->ifi_index = (int)op->veth.index;
	add_name(out, op->device, &op->veth.mac);
	info = netlink_nest(out, IFLA_LINKINFO);
	netlink_add(out, IFLA_INFO_KIND, "veth", sizeof("veth"));
	data = netlink_nest(out, IFLA_INFO_DATA);
	other = netlink_nest(out, VETH_INFO_PEER);
	netlink_add_raw(out, &peer, sizeof(peer));
	add_name(out, op->veth.peer, &op->veth.peer_mac);
	netlink_add32(out, IFLA_NET_NS_FD, (uint32_t)peer_namespace);
	netlink_end_nest(out, other);
	netlink_end_nest(out, data);
	netlink_end_nest(out, info);
}

static void request_bridge(const struct operation *op, struct netlink_request *out)
{
	const uint8_t off = 0;
	struct nlattr *info, *data;

	netlink_begin(out, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
	add_name(out, op->device, NULL);
	info = netlink_nest(out, IFLA_LINKINFO);
	netlink_add(out, IFLA_INFO_KIND, "bridge", sizeof("bridge"));
	data = netlink_nest(out, IFLA_INFO_DATA);
	netlink_add32(out, IFLA_BR_STP_STATE, 0);
	netlink_add32(out, IFLA_BR_FORWARD_DELAY, 0);
	netlink_add(out, IFLA_BR_MCAST_SNOOPING, &off, sizeof(off));
	netlink_end_nest(out, data);
	netlink_end_nest(out, info);
}

/* Begins a device of that kind; more can be said in *data, which is to be ended. */
struct nested {
	struct nlattr *info, *data;
};

static struct nested begin_device(
	const struct operation *op, const char *kind, const struct mac *mac, struct netlink_request *out)
{
	struct nested nested;

	netlink_begin(out, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, sizeof(struct ifinfomsg));
	add_name(out, op->device, mac);
	nested.info = netlink_nest(out, IFLA_LINKINFO);
	netlink_add(out, IFLA_INFO_KIND, kind, strlen(kind) + 1);
	nested.data = netlink_nest(out, IFLA_INFO_DATA);
	return nested;
}

static void end_device(struct nested nested, struct netlink_request *out)
{
	netlink_end_nest(out, nested.data);
	netlink_end_nest(out, nested.info);
}

static void request_vlan(const struct operation *op, int cable, struct netlink_request *out)
{
	const struct nested nested = begin_device(op, "vlan", &op->vlan.mac, out);
	const uint16_t id = (uint16_t)op->vlan.id;

	netlink_add(out, IFLA_VLAN_ID, &id, sizeof(id));
	end_device(nested, out);
	netlink_add32(out, IFLA_LINK, (uint32_t)cable);
}

static void request_bond(const struct operation *op, struct netlink_request *out)
{
	const struct nested nested = begin_device(op, "bond", &op->bond, out);
	const uint8_t active_backup = 1;

	netlink_add(out, IFLA_BOND_MODE, &active_backup, sizeof(active_backup));
	netlink_add32(out, IFLA_BOND_MIIMON, BOND_MIIMON);
	end_device(nested, out);
}

static void request_vrf(const struct operation *op, struct netlink_request *out)
{
	const struct nested nested = begin_device(op, "vrf", &op->vrf.mac, out);

	netlink_add32(out, IFLA_VRF_TABLE, op->vrf.table);
	end_device(nested, out);
}

static void request_port(int index, int bridge_index, struct netlink_request *out)
{
	struct ifinfomsg *link = netlink_begin(out, RTM_NEWLINK, 0, sizeof(*link));

	link->ifi_index = index;
	netlink_add32(out, IFLA_MASTER, (uint32_t)bridge_index);
}

static void request_forward(int index, struct netlink_request *out)
{
	struct ifinfomsg *link = netlink_begin(out, RTM_NEWLINK, 0, sizeof(*link));
	const uint8_t off = 0;
	struct nlattr *info, *data;

	link->ifi_index = index;
	info = netlink_nest(out, IFLA_LINKINFO);
	netlink_add(out, IFLA_INFO_SLAVE_KIND, "bridge", sizeof("bridge"));
	data = netlink_nest(out, IFLA_INFO_SLAVE_DATA);
	netlink_add(out, IFLA_BRPORT_LEARNING, &off, sizeof(off));
	netlink_end_nest(out, data);
	netlink_end_nest(out, info);
}

static void request_link(const struct operation *op, int index, struct netlink_request *out)
{
	struct ifinfomsg *link = netlink_begin(out, RTM_NEWLINK, 0, sizeof(*link));

	link->ifi_index = index;
	link->ifi_change = IFF_UP;
	link->ifi_flags = op->removed ? 0 : IFF_UP;
}

static void request_address(const struct operation *op, int index, struct netlink_request *out)
{
	struct ifaddrmsg *address = netlink_begin(
		out, op->removed ? RTM_DELADDR : RTM_NEWADDR, op->removed ? 0 : REPLACE, sizeof(*address));

	address->ifa_family = family_number(op->address.family);
	address->ifa_prefixlen = op->address.length;
	address->ifa_index = (uint32_t)index;
	if (op->address.family == IPV6 && !op->removed)
		address->ifa_flags = IFA_F_NODAD;
	add_ip(out, IFA_LOCAL, &op->address);
	add_ip(out, IFA_ADDRESS, &op->address);
}

static uint8_t route_scope(const struct operation *op)
{
	if (op->route.to.family == IPV6 || op->route.unreachable || op->route.has_gateway)
		return RT_SCOPE_UNIVERSE;
	return RT_SCOPE_LINK;
}

static void request_route(const struct operation *op, int index, struct netlink_request *out)
{
	const struct route *wanted = &op->route;
	struct rtmsg *route = netlink_begin(
		out, op->removed ? RTM_DELROUTE : RTM_NEWROUTE, op->removed ? 0 : REPLACE, sizeof(*route));

	route->rtm_family = family_number(wanted->to.family);
	route->rtm_dst_len = wanted->to.length;
	route->rtm_table = wanted->table ? wanted->table : RT_TABLE_MAIN;
	route->rtm_scope = op->removed ? RT_SCOPE_NOWHERE : route_scope(op);
	route->rtm_protocol = op->removed ? RTPROT_UNSPEC : RTPROT_BOOT;
	route->rtm_type = wanted->unreachable ? RTN_UNREACHABLE : RTN_UNICAST;
	add_ip(out, RTA_DST, &wanted->to);
	if (wanted->has_gateway)
		add_ip(out, RTA_GATEWAY, &wanted->gateway);
	if (!wanted->unreachable)
		netlink_add32(out, RTA_OIF, (uint32_t)index);
	if (wanted->metric)
		netlink_add32(out, RTA_PRIORITY, wanted->metric);
	if (wanted->has_source && !op->removed)
		add_ip(out, RTA_PREFSRC, &wanted->source);
	if (wanted->mtu && !op->removed) {
		struct nlattr *metrics = netlink_nest(out, RTA_METRICS);

		netlink_add32(out, RTAX_LOCK, 1U << RTAX_MTU);
		netlink_add32(out, RTAX_MTU, wanted->mtu);
		netlink_end_nest(out, metrics);
	}
}

static void request_rule(const struct operation *op, struct netlink_request *out)
{
	struct fib_rule_hdr *rule = netlink_begin(out, op->removed ? RTM_DELRULE : RTM_NEWRULE,
		op->removed ? 0 : NLM_F_CREATE | NLM_F_EXCL, sizeof(*rule));

	rule->family = family_number(op->rule.family);
	rule->table = op->rule.table;
	rule->action = FR_ACT_TO_TBL;
	netlink_add32(out, FRA_PRIORITY, RULE_PRIORITY);
	netlink_add(out, FRA_IIFNAME, op->device, strlen(op->device) + 1);
}

static void request_neighbour(const struct operation *op, int index, struct netlink_request *out)
{
	struct ndmsg *neighbour = netlink_begin(
		out, op->removed ? RTM_DELNEIGH : RTM_NEWNEIGH, op->removed ? 0 : REPLACE, sizeof(*neighbour));

	neighbour->ndm_family = family_number(op->neighbour.address.family);
	neighbour->ndm_ifindex = index;
	add_ip(out, NDA_DST, &op->neighbour.address);
	if (op->removed)
		return;
	neighbour->ndm_state = NUD_PERMANENT;
	netlink_add(out, NDA_LLADDR, op->neighbour.mac.bytes, sizeof(op->neighbour.mac.bytes));
}

static int switch_offload_off(const char *device, int sock)
{
	static const uint32_t commands[] = { ETHTOOL_STXCSUM, ETHTOOL_SSG, ETHTOOL_STSO, ETHTOOL_SGSO };

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		struct ethtool_value value = { .cmd = commands[i], .data = 0 };
		struct ifreq request = for_device(device);

		request.ifr_data = (char *)&value;
		if (ioctl(sock, SIOCETHTOOL, &request) < 0)
			return -errno;
	}
	return 0;
}

/* Does it name an interface that must be there already? */
static bool needs_device(const struct operation *op)
{
	return op->kind != OP_VETH && op->kind != OP_BRIDGE && op->kind != OP_VLAN && op->kind != OP_BOND &&
		op->kind != OP_VRF && op->kind != OP_RULESET && op->kind != OP_FORGET &&
		!(op->kind == OP_ROUTE && op->route.unreachable);
}

/* 0, or -errno: there is no such device, or no such request. */
static int make_request(const struct net *net, const struct operation *op, struct netlink_request *out)
{
	int sock = net->spaces[op->space].socket, bridge;
	int index = needs_device(op) ? device_index(op->device, sock) : 0;

	if (index < 0)
		return index;
	switch (op->kind) {
	case OP_VETH:
		request_veth(op, net->spaces[op->veth.peer_space].namespace, out);
		return 0;
	case OP_BRIDGE:
		request_bridge(op, out);
		return 0;
	case OP_VLAN:
		bridge = device_index(op->vlan.cable, sock);
		request_vlan(op, bridge, out);
		return bridge < 0 ? bridge : 0;
	case OP_BOND:
		request_bond(op, out);
		return 0;
	case OP_VRF:
		request_vrf(op, out);
		return 0;
	case OP_PORT:
		bridge = device_index(op->bridge, sock);
		request_port(index, bridge, out);
		return bridge < 0 ? bridge : 0;
	case OP_FORWARD:
		request_forward(index, out);
		return 0;
	case OP_LINK:
		request_link(op, index, out);
		return 0;
	case OP_ADDRESS:
		request_address(op, index, out);
		return 0;
	case OP_ROUTE:
		request_route(op, index, out);
		return 0;
	case OP_RULE:
		request_rule(op, out);
		return 0;
	case OP_NEIGHBOUR:
		request_neighbour(op, index, out);
		return 0;
	case OP_NETEM:
	case OP_SIZE_LIMIT:
		request_queue(op, index, out);
		return 0;
	case OP_BANDS:
		request_bands(op, index, out);
		return 0;
	case OP_RATE:
		request_rate(op, index, out);
		return 0;
	case OP_MARKING:
		request_marking(op, index, out);
		return 0;
	case OP_PLUG:
	case OP_UNPLUG:
		request_plug(op, index, out);
		return 0;
	case OP_HOOK:
		request_hook(op, index, out);
		return 0;
	case OP_PROGRAM:
		return request_program(net, op, index, out);
	case OP_RULESET:
	case OP_FORGET:
	case OP_OFFLOAD:
	case OP_SYSCTL:
	case OP_KINDS:
		break;
	}
	return -EOPNOTSUPP;
}

static int explain_operation(
	const struct net *net, const struct operation *op, int status, const char *reason, char **error)
{
	struct script_names names;
	char *command = NULL;
	size_t size;
	FILE *out;

	if (!error)
		return status;
	out = open_memstream(&command, &size);
	if (out) {
		script_names(net->topology, &names);
		fprintf(out, "%s ", operation_program(op->kind));
		operation_print(op, names.names, out);
		fclose(out);
	}
	sentence(error, status, "cannot do \"%s\" in namespace %s: %s%s%s%s", command ? command : "?",
		net->spaces[op->space].name, strerror(-status), *reason ? " (" : "", reason, *reason ? ")" : "");
	free(command);
	return status;
}

/* Sockets for rules are few, and opened when they are needed. */
static int apply_rules(const struct space *space, const struct operation *op)
{
	const int home = space_enter(space);
	int status, back;

	if (home < 0)
		return home;
	if (op->kind == OP_RULESET)
		status = ruleset_apply(&op->ruleset, op->removed);
	else
		status = op->removed ? 0 : conntrack_flush();
	back = space_leave(home);
	return status < 0 ? status : back;
}

int operation_apply(const struct net *net, const struct operation *op, char **error)
{
	int sock = net->spaces[op->space].socket, status;
	struct netlink_request request;
	char reason[128] = "";

	if (op->kind == OP_RULESET || op->kind == OP_FORGET) {
		status = apply_rules(&net->spaces[op->space], op);
	} else if (op->kind == OP_OFFLOAD) {
		status = switch_offload_off(op->device, sock);
	} else {
		status = make_request(net, op, &request);
		if (status == 0)
			status = netlink_ask(sock, &request, reason);
		if (status == 0 && op->kind == OP_UNPLUG)
			status = queue_await_empty(device_index(op->device, sock), sock);
	}
	return status < 0 ? explain_operation(net, op, status, reason, error) : 0;
}
