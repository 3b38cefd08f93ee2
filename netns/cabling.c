/* SPDX-License-Identifier: Apache-2.0 */
/* cabling.c - what is between the middle and an endpoint: a wire, VLANs of a cable, a bond of two wires; in a VRF. */
#include "netns/cabling.h"

#include <string.h>

#include "netns/addressing.h"

void cabling_add_wire(const struct wire *wire, struct operations *out)
{
	struct operation *op = operations_add(out, OP_VETH, wire->space, wire->device);

	op->veth.index = wire->index;
	op->veth.mac = wire->mac;
	op->veth.peer_mac = wire->peer_mac;
	op->veth.peer_space = wire->peer_space;
	strcpy(op->veth.peer, wire->peer);
}

static void add_port(struct operations *out, unsigned space, const char *device, const char *master)
{
	strcpy(operations_add(out, OP_PORT, space, device)->bridge, master);
}

void cabling_add_switch_port(struct operations *out, unsigned space, const char *device, const char *bridge)
{
	add_port(out, space, device, bridge);
	operations_add(out, OP_FORWARD, space, device);
	operations_add(out, OP_LINK, space, device);
}

#define VLAN_ID(path) (10 + (path))
#define VRF_TABLE 10
#define CABLE_INDEX(endpoint) (90 + (unsigned)(endpoint))
#define SPARE_INDEX(endpoint, path) (middle_index(endpoint, path) + 5)

/* "cable" in an endpoint, "cablea" in the middle: all VLANs are on it. */
static void add_trunk(const struct topology *topology, enum endpoint towards, struct operations *out)
{
	char device[IFNAMSIZ];
	const unsigned space = middle_space(topology, 0);

	snprintf(device, sizeof(device), "cable%c", 'a' + (char)towards);
	cabling_add_wire(&(struct wire){ .space = space,
				 .peer_space = towards,
				 .device = device,
				 .peer = "cable",
				 .mac = { { 2, 0, 0, 0, 0xff, (uint8_t)(0x1a + towards) } },
				 .peer_mac = { { 2, 0, 0, 0, 0xff, (uint8_t)(0x0a + towards) } },
				 .index = CABLE_INDEX(towards) },
		out);
	operations_add(out, OP_LINK, space, device);
	operations_add(out, OP_LINK, towards, "cable");
}

static void add_vlan(
	struct operations *out, unsigned space, const char *device, const char *cable, unsigned path, struct mac mac)
{
	struct operation *op = operations_add(out, OP_VLAN, space, device);

	strcpy(op->vlan.cable, cable);
	op->vlan.id = VLAN_ID(path);
	op->vlan.mac = mac;
}

static void add_vlans(const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out)
{
	char device[IFNAMSIZ], cable[IFNAMSIZ];

	if (path == 0)
		add_trunk(topology, towards, out);
	snprintf(cable, sizeof(cable), "cable%c", 'a' + (char)towards);
	middle_device(topology, towards, path, device);
	add_vlan(out, middle_space(topology, path), device, cable, path, middle_mac(towards, path));
	endpoint_device(topology, towards, path, device);
	add_vlan(out, towards, device, "cable", path, endpoint_mac(topology, towards, path));
}

/* "wire0" and "spare0" in an endpoint, "a0" and "sa0" in the switch. */
static void add_bond(const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out)
{
	const unsigned space = middle_space(topology, path);
	const struct mac mac = endpoint_mac(topology, towards, path);
	char bond[IFNAMSIZ], first[IFNAMSIZ], other[IFNAMSIZ], wire[IFNAMSIZ], spare[IFNAMSIZ];
	struct mac spare_mac = middle_mac(towards, path), spare_peer = mac;

	spare_mac.bytes[1] = spare_peer.bytes[1] = 1;
	endpoint_device(topology, towards, path, bond);
	middle_device(topology, towards, path, first);
	snprintf(other, sizeof(other), "s%.10s", first);
	snprintf(wire, sizeof(wire), "wire%u", path);
	snprintf(spare, sizeof(spare), "spare%u", path);
	operations_add(out, OP_BOND, towards, bond)->bond = mac;
	cabling_add_wire(&(struct wire){ .space = space,
				 .peer_space = towards,
				 .device = first,
				 .peer = wire,
				 .mac = middle_mac(towards, path),
				 .peer_mac = mac,
				 .index = middle_index(towards, path) },
		out);
	cabling_add_wire(&(struct wire){ .space = space,
				 .peer_space = towards,
				 .device = other,
				 .peer = spare,
				 .mac = spare_mac,
				 .peer_mac = spare_peer,
				 .index = SPARE_INDEX(towards, path) },
		out);
	add_port(out, towards, wire, bond);
	add_port(out, towards, spare, bond);
}

static void add_vrf(struct operations *out, enum endpoint endpoint)
{
	struct operation *op = operations_add(out, OP_VRF, endpoint, "vrf0");

	op->vrf.table = VRF_TABLE;
	op->vrf.mac = (struct mac){ { 2, 0, 0, 0, 0xfe, (uint8_t)(0x0a + endpoint) } };
	operations_add(out, OP_LINK, endpoint, "vrf0");
}

void cabling_add_cable(const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out)
{
	char device[IFNAMSIZ], peer[IFNAMSIZ];
	struct mac mac = middle_mac(towards, path);

	if (topology->attachment == ATTACHED_BY_VLAN) {
		add_vlans(topology, path, towards, out);
		return;
	}
	if (topology->attachment == ATTACHED_BY_BOND) {
		add_bond(topology, path, towards, out);
		return;
	}
	plug_device(topology, towards, path, device);
	endpoint_device(topology, towards, path, peer);
	if (plug_space(topology, towards, path) != middle_space(topology, path))
		mac.bytes[5] += 0x20; /* that is the router's, behind it */
	cabling_add_wire(&(struct wire){ .space = plug_space(topology, towards, path),
				 .peer_space = towards,
				 .device = device,
				 .peer = peer,
				 .mac = mac,
				 .peer_mac = endpoint_mac(topology, towards, path),
				 .index = middle_index(towards, path) },
		out);
	if (topology->attachment != ATTACHED_IN_VRF)
		return;
	if (path == 0)
		add_vrf(out, towards);
	add_port(out, towards, peer, "vrf0");
}
