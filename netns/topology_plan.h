/* SPDX-License-Identifier: Apache-2.0 */
/*
 * topology_plan.h - a topology as the operations that build it. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_TOPOLOGY_PLAN_H
#define SCTPSPEC_NETNS_TOPOLOGY_PLAN_H

#include "netns/operation.h"

/* All of them, in an order that works: settings, links, then each namespace. */
void topology_plan(const struct topology *topology, struct operations *out);

/* Addresses, routes and neighbours of an interface that is up. They replace what is there: so they
 * also restore what the kernel drops when an interface goes down or loses its address. */
void topology_plan_endpoint_path(const struct topology *topology, enum endpoint endpoint, unsigned path,
	enum ip_family families, struct operations *out);
/* What leads from one path to the other, when all of them are there. */
void topology_plan_crossing(const struct topology *topology, enum endpoint endpoint, struct operations *out);
void topology_plan_router_side(
	const struct topology *topology, unsigned path, enum endpoint towards, struct operations *out);

#endif
