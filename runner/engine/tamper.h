/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tamper.h - falsifies one observation on its way to the matcher, to show that a case can fail
 * (`sctpspec run --tamper`). "drop:N", "double:N", "change:N", "delay:N" for the N-th observation of the
 * case, from 1.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TAMPER_H
#define SCTPSPEC_RUNNER_ENGINE_TAMPER_H

#include <stdbool.h>

#include "runner/engine/observation.h"

enum tampering { TAMPER_NOTHING, TAMPER_DROP, TAMPER_DOUBLE, TAMPER_CHANGE, TAMPER_DELAY };

struct tamper {
	enum tampering what;
	unsigned which;
};

/* False: not one of the words above. */
bool tamper_parse(const char *text, struct tamper *out);
/* What becomes of the observation with this number: how many there are then (0, 1 or 2), changed in place. */
unsigned tamper_apply(const struct tamper *tamper, unsigned number, struct observation *observation);

#endif
