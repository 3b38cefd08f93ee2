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

static const struct topology *const topologies[] = {
	&topology_one_path,
	&topology_one_path_ipv6,
	&topology_two_paths,
	&topology_two_paths_ipv6,
	&topology_two_paths_dual_stack,
	&topology_two_paths_routed,
	&topology_three_paths,
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
		for (enum endpoint e = ENDPOINT_A; e <= ENDPOINT_B; e++) {
			struct prefix own = endpoint_prefix(topology, e, path, wanted.family);

			if (!memcmp(own.bytes, wanted.bytes, sizeof(own.bytes))) {
				*endpoint = e;
				return (int)path;
			}
		}
	}
	return -1;
}
