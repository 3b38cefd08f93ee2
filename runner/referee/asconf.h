/* SPDX-License-Identifier: Apache-2.0 */
/* asconf.h - addresses of the peer that it adds and takes away while an association is up (RFC 5061 section 5.3). */
#ifndef SCTPSPEC_RUNNER_REFEREE_ASCONF_H
#define SCTPSPEC_RUNNER_REFEREE_ASCONF_H

#include <stdint.h>

#include "netns/packet.h"

struct end;

/* An ASCONF arrives that has not come before. */
void asconf_arrives(struct end *self, const struct packet *packet, const struct chunk *chunk);
/* Its ASCONF ACK leaves: what it asks for is done, unless that says otherwise. */
void asconf_acknowledged(struct end *self, const struct chunk *chunk, int64_t at_ns);

#endif
