/* SPDX-License-Identifier: Apache-2.0 */
/* address.c - addresses: text, comparison, packing. */
#include "address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t gs_addr_size(const union gs_addr *addr)
{
	switch (addr->sa.sa_family) {
	case AF_INET:
		return sizeof(addr->v4);
	case AF_INET6:
		return sizeof(addr->v6);
	}
	return 0;
}

uint16_t gs_addr_port(const union gs_addr *addr)
{
	/* both kinds have it in the same place */
	return addr && gs_addr_size(addr) ? ntohs(addr->v4.sin_port) : 0;
}

void gs_addr_set_port(union gs_addr *addr, uint16_t port)
{
	if (gs_addr_size(addr))
		addr->v4.sin_port = htons(port);
}

void gs_addr_map(union gs_addr *addr)
{
	union gs_addr mapped = { .v6 = { .sin6_family = AF_INET6 } };

	if (addr->sa.sa_family != AF_INET)
		return;
	mapped.v6.sin6_port = addr->v4.sin_port;
	mapped.v6.sin6_addr.s6_addr[10] = 0xff;
	mapped.v6.sin6_addr.s6_addr[11] = 0xff;
	memcpy(&mapped.v6.sin6_addr.s6_addr[12], &addr->v4.sin_addr, 4);
	*addr = mapped;
}

static int parse_v6(const char *text, union gs_addr *out)
{
	char number[INET6_ADDRSTRLEN];
	const char *scope = strchr(text, '%');
	size_t length = scope ? (size_t)(scope - text) : strlen(text);

	if (length >= sizeof(number))
		return GS_BADARG;
	memcpy(number, text, length);
	number[length] = '\0';
	if (inet_pton(AF_INET6, number, &out->v6.sin6_addr) != 1)
		return GS_BADARG;
	out->v6.sin6_family = AF_INET6;
	if (!scope)
		return GS_OK;
	out->v6.sin6_scope_id = if_nametoindex(scope + 1);
	return out->v6.sin6_scope_id ? GS_OK : GS_BADARG;
}

int gs_addr_parse(const char *text, uint16_t port, union gs_addr *out)
{
	union gs_addr addr = { 0 };

	if (!text || !out)
		return GS_BADARG;
	if (inet_pton(AF_INET, text, &addr.v4.sin_addr) == 1) {
		addr.v4.sin_family = AF_INET;
	} else {
		int status = parse_v6(text, &addr);

		if (status != GS_OK)
			return status;
	}
	gs_addr_set_port(&addr, port);
	*out = addr;
	return GS_OK;
}

char *gs_addr_format(const union gs_addr *addr, char text[GS_ADDR_TEXT])
{
	char number[INET6_ADDRSTRLEN];

	snprintf(text, GS_ADDR_TEXT, "-");
	if (!addr)
		return text;
	if (addr->sa.sa_family == AF_INET) {
		inet_ntop(AF_INET, &addr->v4.sin_addr, number, sizeof(number));
		snprintf(text, GS_ADDR_TEXT, "%s:%u", number, gs_addr_port(addr));
	} else if (addr->sa.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &addr->v6.sin6_addr, number, sizeof(number));
		snprintf(text, GS_ADDR_TEXT, "[%s]:%u", number, gs_addr_port(addr));
	}
	return text;
}

int gs_addr_same_host(const union gs_addr *a, const union gs_addr *b)
{
	union gs_addr x, y;

	if (!a || !b || !gs_addr_size(a) || !gs_addr_size(b))
		return 0;
	x = *a;
	y = *b;
	gs_addr_map(&x);
	gs_addr_map(&y);
	return memcmp(&x.v6.sin6_addr, &y.v6.sin6_addr, sizeof(x.v6.sin6_addr)) == 0 &&
		(x.v6.sin6_scope_id == y.v6.sin6_scope_id || !x.v6.sin6_scope_id || !y.v6.sin6_scope_id);
}

int gs_addr_equal(const union gs_addr *a, const union gs_addr *b)
{
	return gs_addr_same_host(a, b) && gs_addr_port(a) == gs_addr_port(b);
}

void gs_addrs_free(union gs_addr *addrs)
{
	free(addrs);
}

size_t gs_addr_read(union gs_addr *addr, const void *sockaddr, size_t length)
{
	sa_family_t family;

	*addr = (union gs_addr){ .v6 = { 0 } };
	if (length < sizeof(family))
		return 0;
	memcpy(&family, sockaddr, sizeof(family));
	if (family == AF_INET && length >= sizeof(addr->v4)) {
		memcpy(&addr->v4, sockaddr, sizeof(addr->v4));
		return sizeof(addr->v4);
	}
	if (family == AF_INET6 && length >= sizeof(addr->v6)) {
		memcpy(&addr->v6, sockaddr, sizeof(addr->v6));
		return sizeof(addr->v6);
	}
	return 0;
}

size_t gs_addr_pack(void *to, const union gs_addr *addrs, size_t n)
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		size_t size = gs_addr_size(&addrs[i]);

		memcpy((char *)to + used, &addrs[i], size);
		used += size;
	}
	return used;
}
