/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cookies.h - State Cookies: which an end has given away by INIT ACK, which of them is accepted, and what the one that
 * comes back finds (RFC 9260 sections 5.1.3 to 5.2.4).
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_COOKIES_H
#define SCTPSPEC_RUNNER_REFEREE_COOKIES_H

#include <stdint.h>

#include "netns/packet.h"

struct end;
struct cookie;

/* An INIT ACK leaves. */
void cookie_give(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns);
/* Of several INIT ACKs one is accepted, which need not be the last: that is what counts. `cookie`: what its COOKIE ECHO
 * has; NULL: none that is known. */
void cookie_accept(struct end *giver, const struct cookie *cookie);
/* A COOKIE ECHO comes. */
void cookie_receive(struct end *self, const struct chunk *chunk);

#endif
