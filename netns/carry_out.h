/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry_out.h - does by system calls, in this process, what an operation says. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_CARRY_OUT_H
#define SCTPSPEC_NETNS_CARRY_OUT_H

#include "netns/standing.h"

/* Any kind but OP_SYSCTL. 0, or -errno with a sentence: the operation in iproute2's words, and the
 * kernel's answer. */
int carry_out(const struct net *net, const struct operation *operation, char **error);
#endif
