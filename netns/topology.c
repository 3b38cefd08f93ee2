/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topology.c - the topologies, and which endpoint and path an address belongs to. Pure data.
 */
#include "netns/addressing.h"

#include <string.h>

const struct topology topology_one_path = {
	.name = "one-path",
	.title = "Two hosts on one switch",
	.medium = MEDIUM_SWITCHED,
	.paths = 1,
	.family = { IPV4 },
};

const struct topology topology_one_path_ipv6 = {
	.name = "one-path-ipv6",
	.title = "Two hosts on one switch, IPv6",
	.medium = MEDIUM_SWITCHED,
	.paths = 1,
	.family = { IPV6 },
};

const struct topology topology_two_paths = {
	.name = "two-paths",
	.title = "Two hosts with two interfaces each, on two switches",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV4, IPV4 },
};

const struct topology topology_two_paths_ipv6 = {
	.name = "two-paths-ipv6",
	.title = "Two hosts with two interfaces each, on two switches, IPv6",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV6, IPV6 },
};

const struct topology topology_two_paths_dual_stack = {
	.name = "two-paths-dual-stack",
	.title = "Two hosts with two interfaces each, on two switches, IPv4 and IPv6 on both",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { DUAL_STACK, DUAL_STACK },
};

const struct topology topology_two_paths_routed = {
	.name = "two-paths-routed",
	.title = "Two hosts in different networks, with a router between them on each of two paths",
	.medium = MEDIUM_ROUTED,
	.paths = 2,
	.family = { IPV4, IPV4 },
};

const struct topology topology_three_paths = {
	.name = "three-paths",
	.title = "Two hosts with three interfaces each, on three switches",
	.medium = MEDIUM_SWITCHED,
	.paths = 3,
	.family = { IPV4, IPV4, IPV4 },
};

const struct topology topology_eight_paths = {
	.name = "eight-paths",
	.title = "Two hosts with eight interfaces each, on eight switches",
	.medium = MEDIUM_SWITCHED,
	.paths = 8,
	.family = { IPV4, IPV4, IPV4, IPV4, IPV4, IPV4, IPV4, IPV4 },
};

/* ------------------------------------------------------------------ several paths on a link */

const struct topology topology_two_on_a_link = {
	.name = "two-on-a-link",
	.title = "Two hosts with one interface each, which has two addresses, on one switch",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV4, IPV4 },
	.links = { 1, 1 },
};

const struct topology topology_one_to_two = {
	.name = "one-to-two",
	.title = "A host with one address, and two routers to two networks of the other host",
	.medium = MEDIUM_ROUTED,
	.paths = 2,
	.family = { IPV4, IPV4 },
	.links = { 1, 2 },
};

const struct topology topology_two_to_three = {
	.name = "two-to-three",
	.title = "A host in two networks, and routers to three networks of the other host",
	.medium = MEDIUM_ROUTED,
	.paths = 3,
	.family = { IPV4, IPV4, IPV4 },
	.links = { 2, 3 },
};

/* ------------------------------------------------------------------ who is where */

const struct topology topology_three_hosts = {
	.name = "three-hosts",
	.title = "Three hosts with two interfaces each, on two switches",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV4, IPV4 },
	.third_host = true,
};

const struct topology topology_many_clients = {
	.name = "many-clients",
	.title = "A host with a hundred addresses more on its first interface, which a hundred clients may use",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV4, IPV4 },
	.clients = CLIENTS_MAX,
};

const struct topology topology_crossed = {
	.name = "crossed",
	.title = "Two hosts on two switches, where answers come back by the other switch",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV4, IPV4 },
	.crossed = true,
};

/* ------------------------------------------------------------------ long lines */

const struct topology topology_two_distant_paths = {
	.name = "two-distant-paths",
	.title = "Two hosts with two paths of 50 and 150 ms each way",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV4, IPV4 },
	.line = { { .delay_us = 50000 }, { .delay_us = 150000 } },
};

const struct topology topology_narrow_path = {
	.name = "narrow-path",
	.title = "Two hosts with a path of 1 Mbit/s, 20 ms each way, before which 20 packets may wait",
	.medium = MEDIUM_SWITCHED,
	.paths = 1,
	.family = { IPV4 },
	.line = { { .delay_us = 20000, .rate_kbit = 1000, .queue = 20 } },
};

/* ------------------------------------------------------------------ other interfaces */

const struct topology topology_two_vlans = {
	.name = "two-vlans",
	.title = "Two hosts with two VLANs on one cable each",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV4, DUAL_STACK },
	.attachment = ATTACHED_BY_VLAN,
};

const struct topology topology_two_bonds = {
	.name = "two-bonds",
	.title = "Two hosts with two interfaces each that are bonds of two cables",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV4, IPV4 },
	.attachment = ATTACHED_BY_BOND,
};

const struct topology topology_vrf = {
	.name = "vrf",
	.title = "Two hosts with two interfaces each in a VRF, on two switches",
	.medium = MEDIUM_SWITCHED,
	.paths = 2,
	.family = { IPV4, IPV4 },
	.attachment = ATTACHED_IN_VRF,
};

/* ------------------------------------------------------------------ routers that look into packets */

const struct topology topology_firewall = {
	.name = "firewall",
	.title = "Two hosts in different networks, with a firewall between them on each of two paths",
	.medium = MEDIUM_ROUTED,
	.paths = 2,
	.family = { IPV4, IPV4 },
	.border = BORDER_FIREWALL,
};

const struct topology topology_nat = {
	.name = "nat",
	.title = "Two hosts with a router between them that puts its own address in place of the first one's",
	.medium = MEDIUM_ROUTED,
	.paths = 1,
	.family = { IPV4 },
	.border = BORDER_NAT,
};

static const struct topology *const topologies[] = {
	&topology_one_path,
	&topology_one_path_ipv6,
	&topology_two_paths,
	&topology_two_paths_ipv6,
	&topology_two_paths_dual_stack,
	&topology_two_paths_routed,
	&topology_three_paths,
	&topology_eight_paths,
	&topology_two_on_a_link,
	&topology_one_to_two,
	&topology_two_to_three,
	&topology_three_hosts,
	&topology_many_clients,
	&topology_crossed,
	&topology_two_distant_paths,
	&topology_narrow_path,
	&topology_two_vlans,
	&topology_two_bonds,
	&topology_vrf,
	&topology_firewall,
	&topology_nat,
};

#define TOPOLOGIES (sizeof(topologies) / sizeof(*topologies))

const struct topology *const *topology_all(size_t *count)
{
	*count = TOPOLOGIES;
	return topologies;
}

const struct topology *topology_by_name(const char *name)
{
	for (size_t i = 0; i < TOPOLOGIES; i++) {
		if (!strcmp(topologies[i]->name, name))
			return topologies[i];
	}
	return NULL;
}

struct sockaddr_storage topology_address(
	const struct topology *topology, enum endpoint endpoint, unsigned path, enum ip_family family)
{
	struct prefix prefix = endpoint_prefix(topology, endpoint, path, family);
	struct sockaddr_storage address = { .ss_family = family == IPV4 ? AF_INET : AF_INET6 };

	if (family == IPV4)
		memcpy(&((struct sockaddr_in *)&address)->sin_addr, prefix.bytes, 4);
	else
		memcpy(&((struct sockaddr_in6 *)&address)->sin6_addr, prefix.bytes, 16);
	return address;
}

/* The address as a prefix without length; false: no IP address. */
static bool read_address(const struct sockaddr *address, struct prefix *out)
{
	*out = (struct prefix){ .family = IPV4 };
	if (address->sa_family == AF_INET) {
		memcpy(out->bytes, &((const struct sockaddr_in *)(const void *)address)->sin_addr, 4);
		return true;
	}
	if (address->sa_family != AF_INET6)
		return false;
	const struct in6_addr *in6 = &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;

	if (IN6_IS_ADDR_V4MAPPED(in6)) {
		memcpy(out->bytes, &in6->s6_addr[12], 4);
		return true;
	}
	out->family = IPV6;
	memcpy(out->bytes, in6, 16);
	return true;
}

int topology_locate(const struct topology *topology, const struct sockaddr *address, enum endpoint *endpoint)
{
	struct prefix wanted;

	if (!read_address(address, &wanted))
		return -1;
	for (unsigned path = 0; path < topology->paths; path++) {
		if (!path_has(topology, path, wanted.family))
			continue;
		for (enum endpoint e = ENDPOINT_A; e < topology_hosts(topology); e++) {
			struct prefix own = endpoint_prefix(topology, e, path, wanted.family);

			if (!memcmp(own.bytes, wanted.bytes, sizeof(own.bytes))) {
				*endpoint = e;
				return (int)path;
			}
		}
		/* as b sees a */
		if (topology->border == BORDER_NAT &&
			!memcmp(router_prefix(topology, ENDPOINT_B, path, wanted.family).bytes, wanted.bytes,
				sizeof(wanted.bytes))) {
			*endpoint = ENDPOINT_A;
			return (int)path;
		}
	}
	for (unsigned client = 0; client < topology->clients; client++) {
		struct prefix own = client_prefix(client);

		if (wanted.family == IPV4 && !memcmp(own.bytes, wanted.bytes, sizeof(own.bytes))) {
			*endpoint = ENDPOINT_A;
			return 0;
		}
	}
	return -1;
}

bool topology_has_address(const struct topology *topology, enum endpoint endpoint, unsigned path)
{
	return topology->medium == MEDIUM_SWITCHED || topology_link(topology, endpoint, path) == path;
}

struct sockaddr_storage topology_client_address(const struct topology *topology, unsigned client)
{
	struct sockaddr_storage address = { .ss_family = AF_INET };
	struct prefix prefix = client_prefix(client);

	(void)topology;
	memcpy(&((struct sockaddr_in *)&address)->sin_addr, prefix.bytes, 4);
	return address;
}

void topology_link_address(const struct topology *topology, enum endpoint endpoint, unsigned path, uint8_t address[6])
{
	const struct mac mac = endpoint_mac(topology, endpoint, path);

	memcpy(address, mac.bytes, sizeof(mac.bytes));
}

unsigned topology_owner(const struct topology *topology, const struct sockaddr *address)
{
	enum endpoint endpoint;
	struct prefix wanted;

	if (topology_locate(topology, address, &endpoint) < 0 || !read_address(address, &wanted))
		return 0;
	if (endpoint == ENDPOINT_C)
		return 1;
	for (unsigned client = 0; client < topology->clients; client++) {
		struct prefix own = client_prefix(client);

		if (wanted.family == IPV4 && !memcmp(own.bytes, wanted.bytes, sizeof(own.bytes)))
			return 2 + client;
	}
	return 0;
}

struct sockaddr_storage topology_address_of(
	const struct topology *topology, enum endpoint endpoint, unsigned owner, unsigned path, enum ip_family family)
{
	if (owner >= 2 && owner - 2 < topology->clients)
		return topology_client_address(topology, owner - 2);
	return topology_address(topology, owner == 1 && topology->third_host ? ENDPOINT_C : endpoint, path, family);
}
