/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sightings.h - packets that were seen already, in another file or on another interface: whoever captures on all
 * interfaces of a router or of a host with bridges sees a packet several times. It is judged once.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_SIGHTINGS_H
#define SCTPSPEC_RUNNER_JUDGE_SIGHTINGS_H

#include "netns/packet.h"

struct sightings;

struct sightings *sightings_new(void);
/* Whether the same packet was seen within the last second at another place, and not twice at this one since. */
bool sightings_again(struct sightings *sightings, const struct packet *packet, int64_t at_ns, unsigned place);
/* Of what is in a packet, so that two that are the same have the same. */
uint64_t sighting_digest(const struct packet *packet);
void sightings_free(struct sightings *sightings);

#endif
