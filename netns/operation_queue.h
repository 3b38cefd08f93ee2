/* SPDX-License-Identifier: Apache-2.0 */
/* operation_queue.h - requests for queues, filters and programs. Private to netns/. */
#ifndef SCTPSPEC_NETNS_OPERATION_QUEUE_H
#define SCTPSPEC_NETNS_OPERATION_QUEUE_H

#include "netns/live_net.h"
#include "netns/netlink.h"

void request_queue(const struct operation *op, int index, struct netlink_request *out);
void request_bands(const struct operation *op, int index, struct netlink_request *out);
void request_rate(const struct operation *op, int index, struct netlink_request *out);
void request_marking(const struct operation *op, int index, struct netlink_request *out);
void request_plug(const struct operation *op, int index, struct netlink_request *out);
void request_hook(const struct operation *op, int index, struct netlink_request *out);
/* -errno: the kernel has not taken the program. */
int request_program(const struct net *net, const struct operation *op, int index, struct netlink_request *out);
/* What is let out leaves in the kernel's own time, and a queue that is removed throws away what it has. 0 or -errno. */
int queue_await_empty(int index, int sock);

#endif
