/* SPDX-License-Identifier: Apache-2.0 */
/*
 * belonging.h - to which association a packet belongs: by its tag and ports; by its addresses, where tags are not known
 * or wrong; and INITs that cross (RFC 9260 sections 5.2 and 8.5).
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_BELONGING_H
#define SCTPSPEC_RUNNER_REFEREE_BELONGING_H

#include <stdbool.h>
#include <stdint.h>

#include "netns/packet.h"
#include "runner/referee/address.h"

struct association;
struct referee;
struct seen;

/* A packet, and what it takes to find where it belongs. */
struct sight {
	const struct packet *packet;
	uint16_t source_port, destination_port;
	struct address source, destination;
	int sender; /* as `seen` has it */
	unsigned exact;
	bool arrives; /* in the capture of the end that it is for */
};

struct sight sight_of(const struct seen *seen);
/* Those between two ports, the newest first. */
struct association **belonging_bucket(struct referee *referee, uint16_t a, uint16_t b);
/* *sender: which of its ends has sent it. *crossing: it is an INIT, and the peer has sent one, too. NULL: none. */
struct association *belonging_find(struct referee *referee, const struct sight *sight, int *sender, bool *crossing);
/* Whether its tag is one of the association's, as it has to be there. */
bool belonging_has_tag(const struct association *association, const struct sight *sight, int sender);
/* Whether the end that gets a packet has an association between these ports already. */
bool belonging_is_one_up(struct referee *referee, const struct sight *sight, int sender);
/* An ABORT or SHUTDOWN COMPLETE with the T bit. */
bool packet_is_about_its_sender(const struct packet *packet);

#endif
