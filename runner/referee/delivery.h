/* SPDX-License-Identifier: Apache-2.0 */
/* delivery.h - the messages that have arrived whole at an end, and which of them its user has got (RFC 9260 sections
 * 6.6 and 6.9). */
#ifndef SCTPSPEC_RUNNER_REFEREE_DELIVERY_H
#define SCTPSPEC_RUNNER_REFEREE_DELIVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "netns/packet.h"

struct fragment {
	uint32_t tsn, ppid, length;
	uint16_t stream, ssn;
	uint8_t flags; /* of the chunk */
};

struct message {
	uint32_t ppid, size;
	uint16_t stream, ssn;
	bool unordered;
	int64_t whole_ns; /* since when it is whole */
};

/* More than these: nothing more is said. */
enum { FRAGMENTS_MAX = 4096, MESSAGES_MAX = 4096 };

struct delivery {
	bool lost;                  /* it cannot be followed any further */
	struct fragment *fragments; /* that wait for others */
	size_t n_fragments, room_of_fragments;
	struct message *messages; /* whole, and not delivered */
	size_t n_messages, room_of_messages;
	uint16_t *next; /* SSN that is to be delivered next, by stream */
	size_t n_streams;
};

/* DATA has arrived that had not before. */
void delivery_arrives(struct delivery *delivery, const struct chunk *chunk, int64_t at_ns);
/* It was dropped after all. False: it was not, as its message has been delivered. */
bool delivery_withdraw(struct delivery *delivery, const struct fragment *fragment);
/* Takes out the message that the user has got: one of that stream, ppid and size, the first one in the stream's order.
 * False: there is none. *expected: the SSN that was next. */
bool delivery_take(struct delivery *delivery, uint16_t stream, uint32_t ppid, uint32_t size, struct message *out,
	uint16_t *expected);
/* One that its user should have got by then, or NULL. */
const struct message *delivery_waits(const struct delivery *delivery, int64_t by_ns);
void delivery_free(struct delivery *delivery);

#endif
