/* SPDX-License-Identifier: Apache-2.0 */
/*
 * heartbeats.h - HEARTBEATs of an end, and those that it is asked by, remembered by their contents: which is answered,
 * and what it tells that none has been (RFC 9260 section 8.3).
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_HEARTBEATS_H
#define SCTPSPEC_RUNNER_REFEREE_HEARTBEATS_H

#include <stdbool.h>
#include <stdint.h>

#include "netns/packet.h"

struct end;

/* A HEARTBEAT with PAD behind it asks how large packets may be (RFC 8899), and nothing about its path: it comes when it
 * wants, and is no error when it is not answered. */
bool heartbeat_probes_mtu(const struct packet *packet);
/* A HEARTBEAT leaves, or comes. */
void heartbeat_send(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns);
void heartbeat_receive(struct end *self, const struct packet *packet, const struct chunk *chunk, int64_t at_ns);
/* A HEARTBEAT ACK leaves, or comes. */
void heartbeat_answer(struct end *self, const struct chunk *chunk);
void heartbeat_answered(struct end *self, const struct chunk *chunk, int64_t at_ns);

#endif
