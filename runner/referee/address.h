/* SPDX-License-Identifier: Apache-2.0 */
/* address.h - an IP address; IPv4 in IPv6's clothes is IPv4. */
#ifndef SCTPSPEC_RUNNER_REFEREE_ADDRESS_H
#define SCTPSPEC_RUNNER_REFEREE_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct address {
	bool ipv6;
	uint8_t bytes[16];
};

struct address address_of(const struct sockaddr_storage *socket_address);
bool address_equal(const struct address *a, const struct address *b);
/* 127.0.0.0/8 (RFC 1122 section 3.2.1.3) or ::1 (RFC 4291 section 2.5.3). */
bool address_is_loopback(const struct address *address);

#endif
