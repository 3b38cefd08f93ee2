/* SPDX-License-Identifier: Apache-2.0 */
/*
 * netlink.h - requests to the kernel's rtnetlink, one at a time, each with its answer. Private to
 * netns/.
 */
#ifndef SCTPSPEC_NETNS_NETLINK_H
#define SCTPSPEC_NETNS_NETLINK_H

#include <linux/netlink.h>
#include <stddef.h>
#include <stdint.h>

struct netlink_request {
	union {
		struct nlmsghdr header;
		uint8_t bytes[1024];
	};
};

/* A socket in the namespace that the calling thread is in, and that stays there: -errno, or the
 * socket. SIOCGIFINDEX and its like can be asked of it too. */
int netlink_open(void);

/* Begins a request; gives a pointer to its fixed part (zeroed). */
void *netlink_begin(struct netlink_request *request, uint16_t type, uint16_t flags, size_t fixed);
void netlink_add(struct netlink_request *request, uint16_t type, const void *data, size_t length);
void netlink_add32(struct netlink_request *request, uint16_t type, uint32_t number);
/* Attributes that are added from here to netlink_end_nest() are inside this one. */
struct nlattr *netlink_nest(struct netlink_request *request, uint16_t type);
void netlink_end_nest(struct netlink_request *request, struct nlattr *nest);
/* Bytes without a header of their own, inside an attribute. */
void netlink_add_raw(struct netlink_request *request, const void *data, size_t length);

/* Sends it and waits for the answer: 0 or -errno. *reason: the kernel's message, or "". */
int netlink_ask(int socket, struct netlink_request *request, char reason[static 128]);

/* The same for a request that is answered with a message of its own. */
struct netlink_reply {
	union {
		struct nlmsghdr header;
		uint8_t bytes[8192];
	};
	size_t length;
};
int netlink_ask_for(int socket, struct netlink_request *request, struct netlink_reply *reply);
/* An attribute of a message with a fixed part of that size: its content, or NULL. */
const void *netlink_find(const struct netlink_reply *reply, size_t fixed, uint16_t type, size_t length);

#endif
