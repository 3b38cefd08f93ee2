/* SPDX-License-Identifier: Apache-2.0 */
/* addresses.c - see addresses.h. */
#include "runner/judge/addresses.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static size_t digest(const struct address *address)
{
	uint64_t halves[2];
	memcpy(halves, address->bytes, sizeof(halves));
	return (halves[0] * 0x9e3779b97f4a7c15ULL ^ halves[1] * 0xc2b2ae3d27d4eb4fULL) >> 40;
}

/* Where it is, or would be. */
static size_t slot_of(const struct addresses *addresses, const struct address *address)
{
	size_t i = digest(address) % ADDRESSES_SLOTS;
	while (addresses->taken[i] && !address_equal(&addresses->slots[i], address))
		i = (i + 1) % ADDRESSES_SLOTS;
	return i;
}

int addresses_add(struct addresses *addresses, const struct address *address)
{
	if (!addresses->slots) {
		addresses->slots = calloc(ADDRESSES_SLOTS, sizeof(*addresses->slots));
		addresses->taken = calloc(ADDRESSES_SLOTS, sizeof(*addresses->taken));
		if (!addresses->slots || !addresses->taken)
			return -ENOMEM;
	}
	const size_t i = slot_of(addresses, address);
	if (addresses->taken[i] || addresses->n == ADDRESSES_KEPT)
		return 0;
	addresses->slots[i] = *address;
	addresses->taken[i] = true;
	addresses->n++;
	return 0;
}

bool addresses_have(const struct addresses *addresses, const struct address *address)
{
	return addresses->n > 0 && addresses->taken[slot_of(addresses, address)];
}

void addresses_free(struct addresses *addresses)
{
	free(addresses->slots);
	free(addresses->taken);
	*addresses = (struct addresses){ 0 };
}

struct address_text address_text(const struct address *address)
{
	struct address_text out = { "?" };
	inet_ntop(address->ipv6 ? AF_INET6 : AF_INET, address->bytes, out.text, sizeof(out.text));
	return out;
}

bool address_parse(const char *text, struct address *out)
{
	*out = (struct address){ 0 };
	if (inet_pton(AF_INET, text, out->bytes) == 1)
		return true;
	out->ipv6 = inet_pton(AF_INET6, text, out->bytes) == 1;
	return out->ipv6;
}
