/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp/names.h - the addresses of both ends. Part of gen_sctp.h. */
#ifndef GEN_SCTP_NAMES_H
#define GEN_SCTP_NAMES_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

/**
 * gs_port() - the local port, in host order
 * gs_sockname() - the first local address; the wildcard if that is bound
 * gs_peername() - the peer of a stream or peeled-off socket; -ENOTCONN on others
 *
 * GS_OK, or -errno; -EINVAL when closed. inet:port/1, sockname/1, peername/1
 */
GS_API int gs_port(struct gs_socket *s, uint16_t *port);
GS_API int gs_sockname(struct gs_socket *s, union gs_addr *addr);
GS_API int gs_peername(struct gs_socket *s, union gs_addr *addr);

/**
 * gs_socknames() - the local addresses of the socket (assoc_id 0) or of an association
 * gs_peernames() - the peer's addresses of an association
 * @s:         the socket
 * @assoc_id:  the association
 * @addrs:     on GS_OK an array; end it with gs_addrs_free()
 * @n_addrs:   its length
 *
 * GS_OK; -EINVAL: unknown association, 0 for gs_peernames() on a seqpacket socket, or closed;
 * -ENOMEM. inet:socknames/2, peernames/2
 */
GS_API int gs_socknames(struct gs_socket *s, int32_t assoc_id, union gs_addr **addrs, size_t *n_addrs);
GS_API int gs_peernames(struct gs_socket *s, int32_t assoc_id, union gs_addr **addrs, size_t *n_addrs);
GS_API_VOID void gs_addrs_free(union gs_addr *addrs);

#endif
