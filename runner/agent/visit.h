/* SPDX-License-Identifier: Apache-2.0 */
/* visit.h - calls a function in the namespace of an endpoint. */
#ifndef SCTPSPEC_RUNNER_AGENT_VISIT_H
#define SCTPSPEC_RUNNER_AGENT_VISIT_H

#include "netns/netns.h"

/* 0 or -errno. */
int visit(const struct net *net, enum endpoint endpoint, void (*there)(void *context), void *context);

#endif
