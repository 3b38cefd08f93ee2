/* SPDX-License-Identifier: Apache-2.0 */
/* addresses.h - sets of IP addresses, and their text. */
#ifndef SCTPSPEC_RUNNER_JUDGE_ADDRESSES_H
#define SCTPSPEC_RUNNER_JUDGE_ADDRESSES_H

#include <netinet/in.h>

#include "runner/referee/model.h"

/* More than a host has: what is beyond them is not kept. */
enum { ADDRESSES_SLOTS = 1 << 12, ADDRESSES_KEPT = ADDRESSES_SLOTS / 2 };

struct addresses {
	struct address *slots; /* by a digest */
	bool *taken;
	size_t n;
};

/* 0 or -ENOMEM. */
int addresses_add(struct addresses *addresses, const struct address *address);
bool addresses_have(const struct addresses *addresses, const struct address *address);
void addresses_free(struct addresses *addresses);

struct address_text {
	char text[INET6_ADDRSTRLEN];
};

struct address_text address_text(const struct address *address);
bool address_parse(const char *text, struct address *out);

#endif
