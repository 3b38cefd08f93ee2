/* SPDX-License-Identifier: Apache-2.0 */
/* states.h - in which state of RFC 9260 section 4 an end is, by the chunks that it sends and that come to it; and what
 * its user has to be told of that. */
#ifndef SCTPSPEC_RUNNER_REFEREE_STATES_H
#define SCTPSPEC_RUNNER_REFEREE_STATES_H

#include "runner/referee/model.h"

/* Its own INIT is under way, or the COOKIE ECHO after it. */
bool end_is_connecting(const struct end *self);

void end_changes_by_sending(struct end *self, const struct chunk *chunk, int64_t at_ns);
void end_changes_by_receiving(struct end *self, const struct chunk *chunk, int64_t at_ns);

#endif
