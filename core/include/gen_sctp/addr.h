/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_sctp/addr.h - addresses. Part of gen_sctp.h.
 *
 * A sockaddr with its port; family 0 (a zeroed union) means "no address". IPv4 peers of an inet6
 * socket are shown as mapped addresses, ::ffff:a.b.c.d, and must be named so in calls.
 */
#ifndef GEN_SCTP_ADDR_H
#define GEN_SCTP_ADDR_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

union gs_addr {
	struct sockaddr sa;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

#define GS_ADDR_TEXT 64 /* room for what gs_addr_format() writes */

/**
 * gs_addr_parse() - an address from its text
 * @text:  "10.0.0.1", "2001:db8::1", "fe80::1%eth0"; no names, nothing is looked up
 * @port:  in host order
 * @out:   written on GS_OK
 *
 * GS_OK, or GS_BADARG if the text is no address.
 */
GS_API int gs_addr_parse(const char *text, uint16_t port, union gs_addr *out);

/* The port of an address in host order; 0 if it has none. */
GS_API uint16_t gs_addr_port(const union gs_addr *addr);

/* Writes "10.0.0.1:2006" or "[2001:db8::1]:2006" ("-" for no address) and returns `text`. */
GS_API_VOID char *gs_addr_format(const union gs_addr *addr, char text[GS_ADDR_TEXT]);

/* Whether two addresses are the same address, and (gs_addr_equal) port. An IPv4 address and its
 * mapped form are the same. */
GS_API int gs_addr_equal(const union gs_addr *a, const union gs_addr *b);
GS_API int gs_addr_same_host(const union gs_addr *a, const union gs_addr *b);

#endif
