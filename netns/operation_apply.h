/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation_apply.h - does by system calls, in this process, what an operation says. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_OPERATION_APPLY_H
#define SCTPSPEC_NETNS_OPERATION_APPLY_H

#include "netns/live_net.h"

/* Any kind but OP_SYSCTL. 0, or -errno with a sentence: the operation in iproute2's words, and the
 * kernel's answer. */
int operation_apply(const struct net *net, const struct operation *operation, char **error);
#endif
