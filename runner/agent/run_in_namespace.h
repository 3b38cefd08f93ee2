/* SPDX-License-Identifier: Apache-2.0 */
/* run_in_namespace.h - calls a function in the namespace of an endpoint. */
#ifndef SCTPSPEC_RUNNER_AGENT_RUN_IN_NAMESPACE_H
#define SCTPSPEC_RUNNER_AGENT_RUN_IN_NAMESPACE_H

#include "netns/netns.h"

/* 0 or -errno. */
int run_in_namespace(const struct net *net, enum endpoint endpoint, void (*there)(void *context), void *context);

#endif
