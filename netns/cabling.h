/* SPDX-License-Identifier: Apache-2.0 */
/* cabling.h - wires, and what else joins an endpoint to the middle, as operations. Private to netns/. */
#ifndef SCTPSPEC_NETNS_CABLING_H
#define SCTPSPEC_NETNS_CABLING_H

#include "netns/operation.h"

/* A wire: made in one namespace, its other end appears in the other one. */
struct wire {
	unsigned space, peer_space;
	const char *device, *peer;
	struct mac mac, peer_mac;
	unsigned index;
};

void cabling_add_wire(const struct wire *wire, struct operations *out);
/* A port of a switch, which floods: nobody has to learn where somebody is. */
void cabling_add_switch_port(struct operations *out, unsigned space, const char *device, const char *bridge);
/* What is between the middle and an endpoint. */
void cabling_add_cable(const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out);

#endif
