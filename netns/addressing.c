/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addressing.c - the scheme of names and addresses.
 *
 *	switched  a 100.64.P.1/24 - b 100.64.P.2/24      fd00:0:0:P::1/64 - fd00:0:0:P::2/64
 *	routed    a 100.65.P.2/24 - router 100.65.P.1    fd00:1:0:P::2/64 - fd00:1:0:P::1
 *	          b 100.66.P.2/24 - router 100.66.P.1    fd00:2:0:P::2/64 - fd00:2:0:P::1
 *
 * On switches host c has 3, and a's clients have 100 and more, of path 0. Where routers share an endpoint's link P is
 * the link's number, and the routers of the later paths have 10 + their path's number.
 *
 * For the kernel's SCTP (addr_scope_policy) 10.0.0.0/8 and its like are of private scope, while
 * unique local IPv6 addresses are global: an association that is set up over IPv6 would leave such
 * IPv4 addresses out. Both kinds that are used here, the shared address space of RFC 6598 and unique
 * local addresses, are global.
 */
#include "netns/addressing.h"

#include <stdio.h>
#include <string.h>

#define IPV4_LENGTH 24
#define IPV6_LENGTH 64

unsigned topology_hosts(const struct topology *topology)
{
	return topology->third_host ? 3 : 2;
}

unsigned topology_links(const struct topology *topology, enum endpoint endpoint)
{
	const unsigned links = topology->links[endpoint == ENDPOINT_B];

	return links ? links : topology->paths;
}

unsigned topology_link(const struct topology *topology, enum endpoint endpoint, unsigned path)
{
	const unsigned last = topology_links(topology, endpoint) - 1;

	return path < last ? path : last;
}

bool link_is_shared(const struct topology *topology, enum endpoint endpoint, unsigned path)
{
	const unsigned links = topology_links(topology, endpoint);

	return links < topology->paths && topology_link(topology, endpoint, path) == links - 1;
}

bool has_lan(const struct topology *topology)
{
	return topology->medium == MEDIUM_ROUTED &&
		(topology_links(topology, ENDPOINT_A) < topology->paths ||
			topology_links(topology, ENDPOINT_B) < topology->paths);
}

unsigned lan_space(const struct topology *topology)
{
	return SPACE_MIDDLE + topology->paths;
}

unsigned space_count(const struct topology *topology)
{
	if (topology->medium == MEDIUM_SWITCHED)
		return SPACE_MIDDLE + 1;
	return SPACE_MIDDLE + topology->paths + has_lan(topology);
}

bool space_exists(const struct topology *topology, unsigned space)
{
	return space < space_count(topology) && (space != ENDPOINT_C || topology->third_host);
}

unsigned middle_space(const struct topology *topology, unsigned path)
{
	return SPACE_MIDDLE + (topology->medium == MEDIUM_ROUTED ? path : 0);
}

void space_print(const struct topology *topology, unsigned space, char out[8])
{
	if (space < SPACE_MIDDLE)
		snprintf(out, 8, "%c", 'a' + (char)space);
	else if (topology->medium == MEDIUM_SWITCHED)
		snprintf(out, 8, "sw");
	else if (space == lan_space(topology))
		snprintf(out, 8, "lan");
	else
		snprintf(out, 8, "r%u", (space - SPACE_MIDDLE) % 10);
}

void endpoint_device(const struct topology *topology, enum endpoint endpoint, unsigned path, char out[IFNAMSIZ])
{
	snprintf(out, IFNAMSIZ, "path%u", topology_link(topology, endpoint, path));
}

void middle_device(const struct topology *topology, enum endpoint towards, unsigned path, char out[IFNAMSIZ])
{
	const bool routed = topology->medium == MEDIUM_ROUTED;

	snprintf(out, IFNAMSIZ, "%c%u", 'a' + (char)towards, routed ? path : topology_link(topology, towards, path));
}

void bridge_device(const struct topology *topology, unsigned path, char out[IFNAMSIZ])
{
	snprintf(out, IFNAMSIZ, "br%u", topology_link(topology, ENDPOINT_A, path));
}

unsigned plug_space(const struct topology *topology, enum endpoint towards, unsigned path)
{
	const bool lan = topology->medium == MEDIUM_ROUTED && link_is_shared(topology, towards, path);

	return lan ? lan_space(topology) : middle_space(topology, path);
}

void plug_device(const struct topology *topology, enum endpoint towards, unsigned path, char out[IFNAMSIZ])
{
	if (topology->medium == MEDIUM_ROUTED && link_is_shared(topology, towards, path))
		snprintf(out, IFNAMSIZ, "h%c%u", 'a' + (char)towards, topology_link(topology, towards, path));
	else
		middle_device(topology, towards, path, out);
}

/*
 * Of its interface in the middle; those of the endpoints count from 2. When both ends of a wire
 * happen to have the same number the kernel takes it for a plain device, and lets up to a second
 * pass before it handles a carrier that has come or gone.
 */
unsigned middle_index(enum endpoint towards, unsigned path)
{
	return 100 + 10 * path + (unsigned)towards;
}

bool line_is_long(const struct line *line)
{
	return line->delay_us || line->rate_kbit || line->queue;
}

bool path_has(const struct topology *topology, unsigned path, enum ip_family family)
{
	return topology->family[path] & family;
}

static struct prefix make_prefix(unsigned network, unsigned path, unsigned host, enum ip_family family)
{
	if (family == IPV4)
		return (struct prefix){ .family = IPV4,
			.length = IPV4_LENGTH,
			.bytes = { 100, (uint8_t)(64 + network), (uint8_t)path, (uint8_t)host } };
	return (struct prefix){ .family = IPV6,
		.length = IPV6_LENGTH,
		.bytes = { 0xfd, [3] = (uint8_t)network, [7] = (uint8_t)path, [15] = (uint8_t)host } };
}

struct prefix endpoint_prefix(
	const struct topology *topology, enum endpoint endpoint, unsigned path, enum ip_family family)
{
	unsigned number = 1 + (unsigned)endpoint;

	if (topology->medium == MEDIUM_SWITCHED)
		return make_prefix(0, path, number, family);
	return make_prefix(number, topology_link(topology, endpoint, path), 2, family);
}

struct prefix client_prefix(unsigned client)
{
	return make_prefix(0, 0, 100 + client, IPV4);
}

/* Those that share a link have a number of their own there. */
struct prefix router_prefix(
	const struct topology *topology, enum endpoint towards, unsigned path, enum ip_family family)
{
	const unsigned link = topology_link(topology, towards, path);

	return make_prefix(1 + (unsigned)towards, link, link == path ? 1 : 10 + path, family);
}

/* Both lengths of this scheme are whole bytes. */
struct prefix prefix_network(struct prefix prefix)
{
	memset(prefix.bytes + prefix.length / 8, 0, sizeof(prefix.bytes) - prefix.length / 8);
	return prefix;
}

struct prefix prefix_host(struct prefix prefix)
{
	prefix.length = prefix.family == IPV4 ? 32 : 128;
	return prefix;
}

/* Locally administered; the last byte reads as the name: 0a, 0b, and 1a, 1b in the middle. */
struct mac endpoint_mac(const struct topology *topology, enum endpoint endpoint, unsigned path)
{
	const unsigned link = topology_link(topology, endpoint, path);

	return (struct mac){ { 2, 0, 0, 0, (uint8_t)link, (uint8_t)(0x0a + endpoint) } };
}

struct mac middle_mac(enum endpoint towards, unsigned path)
{
	return (struct mac){ { 2, 0, 0, 0, (uint8_t)path, (uint8_t)(0x1a + towards) } };
}
