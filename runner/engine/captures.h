/* SPDX-License-Identifier: Apache-2.0 */
/*
 * captures.h - what the captures of a case show of SCTP: each file is read once and each packet decoded once, however
 * many questions there are.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_CAPTURES_H
#define SCTPSPEC_RUNNER_ENGINE_CAPTURES_H

#include "netns/netns.h"
#include "netns/packet.h"

/* A chunk of a packet that has an address of the topology. */
struct sighting {
	int64_t at_ns;        /* by the capture's clock */
	uint8_t chunk;        /* its type */
	bool sent;            /* by the endpoint where it was captured; else it arrived there */
	const uint8_t *value; /* what is there of it behind its header, in the capture's bytes */
	uint32_t length;
};

struct capture {
	char name[32]; /* of the file: "a-path0.pcap" */
	bool there;    /* the file is */
	bool whole;    /* it was read to its end; false: missing or damaged, and something may be lacking below */
	uint8_t *bytes;
	size_t length;
	unsigned packets; /* of any kind */
	size_t count;
	struct sighting *sightings; /* in the order of the file */
};

struct captures {
	const struct topology *topology;
	struct capture at[2][NET_PATHS_MAX]; /* endpoint, path */
};

void captures_read(const struct topology *topology, const char *directory, struct captures *out);
/* As if nothing had been captured; the names stay. */
void captures_forget(struct captures *captures);
void captures_free(struct captures *captures);

#endif
