/* SPDX-License-Identifier: Apache-2.0 */
/* address.h - between union gs_addr and the forms in which the kernel takes and gives addresses. */
#ifndef GEN_SCTP_SRC_ADDRESS_H
#define GEN_SCTP_SRC_ADDRESS_H

#include "gen_sctp.h"

#include <stdbool.h>

/* Octets of the sockaddr inside; 0 if the family is neither AF_INET nor AF_INET6. */
size_t gs_addr_size(const union gs_addr *addr);

void gs_addr_set_port(union gs_addr *addr, uint16_t port);

/* ::ffff:a.b.c.d of an IPv4 address; others are left as they are. */
void gs_addr_map(union gs_addr *addr);

/* Reads a sockaddr of at most `length` octets. 0 octets used (and a zeroed address) if it is none.
 */
size_t gs_addr_read(union gs_addr *addr, const void *sockaddr, size_t length);

/* Writes addresses one behind the other, as sctp_bindx and sctp_connectx want them; the octets
 * used. `to` has room for n * sizeof(struct sockaddr_in6). */
size_t gs_addr_pack(void *to, const union gs_addr *addrs, size_t n);

#endif
