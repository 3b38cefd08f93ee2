/* SPDX-License-Identifier: Apache-2.0 */
/* buffer.h - what an end holds for its user: octets that have arrived, and that the user has not got (RFC 9260 section
 * 6.2, of which a_rwnd tells). */
#ifndef SCTPSPEC_RUNNER_REFEREE_BUFFER_H
#define SCTPSPEC_RUNNER_REFEREE_BUFFER_H

#include <stdbool.h>
#include <stdint.h>

struct end;

struct buffer {
	uint64_t arrived, read; /* octets of user data */
	uint64_t read_since;    /* the last SACK left */
	/* As the last SACK for DATA left: the window that it told; and octets that were read since. */
	uint32_t told;
	uint64_t read_since_told;
	/* Messages that were read since it was a sixteenth full. That may be much to a stack that counts its memory,
	 * and gives it back with the messages that are read. */
	uint64_t reads;
	bool was_full;
};

/* Whether all that its user gets is known. */
bool buffer_is_known(const struct end *self);
void buffer_fill(struct end *self, uint32_t octets);
/* So many of them have been dropped after all. */
void buffer_withdraw(struct end *self, uint32_t octets);
/* Its user gets a message. */
void buffer_read(struct end *self, uint32_t octets);
/* What it holds at the most; and at the least, as what came in the last moment may not be there yet, and what is whole
 * may have been read. */
uint64_t buffer_most(const struct end *self);
uint64_t buffer_least(const struct end *self, int64_t at_ns);
/* Whether all of the window is back that a fuller buffer has taken. */
bool buffer_has_recovered(const struct end *self);
/* So much has been read since the last SACK that the peer should be told. */
bool buffer_opens(const struct end *self);
/* A SACK leaves, for DATA or for the window. */
void buffer_told(struct end *self, uint32_t a_rwnd, bool for_data);
/* With a message of that size that the user gets the window has opened by so much, since it was told for DATA, that the
 * peer has to know it by a SACK of its own. */
bool buffer_has_opened(const struct end *self, uint32_t size);

#endif
