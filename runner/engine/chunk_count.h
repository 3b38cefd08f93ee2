/* SPDX-License-Identifier: Apache-2.0 */
/* chunk_count.h - how many chunks of each type a capture shows, by direction. Pure. */
#ifndef SCTPSPEC_RUNNER_ENGINE_CHUNK_COUNT_H
#define SCTPSPEC_RUNNER_ENGINE_CHUNK_COUNT_H

#include <jansson.h>

#include "runner/engine/captures.h"

/* {"sent": {"DATA": 3, ...}, "arrived": {...}}, in the order in which the types first came. What comes after
 * `until_ns`, by the capture's clock, is none of the case's. */
json_t *chunk_count(const struct capture *capture, int64_t until_ns);

#endif
