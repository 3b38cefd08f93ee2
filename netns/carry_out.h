/* SPDX-License-Identifier: Apache-2.0 */
/*
 * carry_out.h - does by system calls, in this process, what an operation says. Private to netns/.
 *
 * For the kinds that a fault or its undo consists of (links, addresses, routes, neighbours,
 * queues), and offload. The others are built by iproute2.
 */
#ifndef SCTPSPEC_NETNS_CARRY_OUT_H
#define SCTPSPEC_NETNS_CARRY_OUT_H

#include "netns/operation.h"

/* `socket` is of netlink_open(), in the operation's namespace. 0 or -errno with the kernel's
 * reason, or "". */
int carry_out(const struct operation *operation, int socket, char reason[static 128]);
/* Is the interface up and does it have a carrier? 1, 0, or -errno. */
int link_is_running(const char *device, int socket);

#endif
