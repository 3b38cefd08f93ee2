/* SPDX-License-Identifier: Apache-2.0 */
/*
 * addressing.c - the scheme of names and addresses.
 *
 *	switched  a 100.64.P.1/24 - b 100.64.P.2/24      fd00:0:0:P::1/64 - fd00:0:0:P::2/64
 *	routed    a 100.65.P.2/24 - router 100.65.P.1    fd00:1:0:P::2/64 - fd00:1:0:P::1
 *	          b 100.66.P.2/24 - router 100.66.P.1    fd00:2:0:P::2/64 - fd00:2:0:P::1
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

unsigned space_count(const struct topology *topology)
{
	return SPACE_MIDDLE + (topology->medium == MEDIUM_ROUTED ? topology->paths : 1);
}

unsigned middle_space(const struct topology *topology, unsigned path)
{
	return SPACE_MIDDLE + (topology->medium == MEDIUM_ROUTED ? path : 0);
}

void space_print(const struct topology *topology, unsigned space, char out[8])
{
	if (space < SPACE_MIDDLE)
		snprintf(out, 8, "%s", space == ENDPOINT_A ? "a" : "b");
	else if (topology->medium == MEDIUM_SWITCHED)
		snprintf(out, 8, "sw");
	else
		snprintf(out, 8, "r%u", (space - SPACE_MIDDLE) % 10);
}

void endpoint_device(unsigned path, char out[IFNAMSIZ])
{
	snprintf(out, IFNAMSIZ, "path%u", path);
}

void middle_device(enum endpoint towards, unsigned path, char out[IFNAMSIZ])
{
	snprintf(out, IFNAMSIZ, "%c%u", towards == ENDPOINT_A ? 'a' : 'b', path);
}

void bridge_device(unsigned path, char out[IFNAMSIZ])
{
	snprintf(out, IFNAMSIZ, "br%u", path);
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
	return make_prefix(number, path, 2, family);
}

struct prefix router_prefix(enum endpoint towards, unsigned path, enum ip_family family)
{
	return make_prefix(1 + (unsigned)towards, path, 1, family);
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
struct mac endpoint_mac(enum endpoint endpoint, unsigned path)
{
	return (struct mac){ { 2, 0, 0, 0, (uint8_t)path, endpoint == ENDPOINT_A ? 0x0a : 0x0b } };
}

struct mac middle_mac(enum endpoint towards, unsigned path)
{
	return (struct mac){ { 2, 0, 0, 0, (uint8_t)path, towards == ENDPOINT_A ? 0x1a : 0x1b } };
}
