/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tamper.h - falsifies one observation on its way to the matcher, to show that a case can fail
 * (`sctpspec run --tamper`): "drop:N", "double:N", "change:N", "delay:N" for the N-th observation of the case,
 * from 1. Or lets disaster strike at it, to show how a run copes: "panic:N" (of the guest's
 * kernel), "hang:N", "crash:N" (of the case), "die:N" (the agent). Or makes the guest's kernel look unwell: "warn:N"
 * (in its log), "taint:N", "leak:N" (sockets that nobody closes). Or is dropped with some seeds only: "luck:N". Or
 * names another association than its own: "assoc:N".
 *
 * "setting:NAME:CHANGE" falsifies no observation, but what the kernel is told: the sysctl net.sctp.NAME gets another
 * value than the case believes (settings.h has the names). CHANGE is +N, -N or xF (times F), as in
 * setting:hb_interval:x0.9.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TAMPER_H
#define SCTPSPEC_RUNNER_ENGINE_TAMPER_H

#include <stdbool.h>
#include <stdint.h>

#include "runner/engine/observation.h"

enum tampering {
	TAMPER_NOTHING,
	TAMPER_DROP,
	TAMPER_DOUBLE,
	TAMPER_CHANGE,
	TAMPER_DELAY,
	TAMPER_PANIC,
	TAMPER_HANG,
	TAMPER_CRASH,
	TAMPER_DIE,
	TAMPER_WARN,
	TAMPER_TAINT,
	TAMPER_LEAK,
	TAMPER_LUCK,
	TAMPER_ASSOC,
	TAMPER_SETTING,
};

#define TAMPER_WORDS "drop, double, change, delay, assoc, panic, hang, crash, die, warn, taint, leak or luck"

struct tamper {
	enum tampering what;
	unsigned which; /* from 1; TAMPER_SETTING: 0 */
	/* TAMPER_SETTING */
	char name[32];
	char how; /* '+', '-', 'x' */
	double by;
};

/* False: not one of the words above. */
bool tamper_parse(const char *text, struct tamper *out);
/* TAMPER_SETTING: what the kernel is told instead of the value that the case believes; at least 1. */
uint32_t tamper_setting(const struct tamper *tamper, uint32_t value);
/* What becomes of the observation with this number: how many there are then (0, 1 or 2), changed in place. Pure:
 * a disaster leaves it alone. */
unsigned tamper_apply(const struct tamper *tamper, unsigned number, struct observation *observation);

/* disaster.c: what strikes at this observation, if anything does. Returns only if nothing does, or after `die`,
 * when *agent_dies is set for the agent to see. A panic strikes guests only. */
void disaster_strike(const struct tamper *tamper, unsigned number, bool *agent_dies);

/* Whether luck drops this observation: by the kernel's random numbers, which follow from the seed. */
bool luck_strikes(const struct tamper *tamper, unsigned number);

#endif
