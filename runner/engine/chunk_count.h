/* SPDX-License-Identifier: Apache-2.0 */
/* chunk_count.h - how many chunks of each type a capture shows, by direction. Pure. */
#ifndef SCTPSPEC_RUNNER_ENGINE_CHUNK_COUNT_H
#define SCTPSPEC_RUNNER_ENGINE_CHUNK_COUNT_H

#include <jansson.h>

#include "netns/netns.h"

struct chunk_scope {
	const struct topology *topology;
	enum endpoint captured_at;
	int64_t until_ns; /* by the capture's clock: what comes after the case is none of its */
};

/* {"sent": {"DATA": 3, ...}, "arrived": {...}}: of the packets that have an address of the topology, in the order in
 * which the types first came. Packets that our decoder does not take are left out. */
json_t *chunk_count(const struct chunk_scope *scope, const uint8_t *bytes, size_t length);

#endif
