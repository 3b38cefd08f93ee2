/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/protocol/phases.h"

#include "runner/host/wall_clock.h"

void phases_begin(struct phases *phases)
{
	*phases = (struct phases){ .began_ms = wall_now_ms() };
	for (int phase = BOX_RESTORE + 1; phase < BOX_PHASES; phase++)
		phases->entered[phase] = -1;
}

void phases_note(struct phases *phases, const struct box *box)
{
	const struct box_header *header = (const void *)box->base;
	const uint32_t reached = __atomic_load_n(&header->phase, __ATOMIC_ACQUIRE);
	double now;

	if (reached >= BOX_PHASES || phases->entered[reached] >= 0)
		return;
	now = wall_now_ms() - phases->began_ms;
	for (uint32_t phase = 0; phase <= reached; phase++) {
		if (phases->entered[phase] < 0)
			phases->entered[phase] = now;
	}
}

void phases_end(struct phases *phases, const struct box *box)
{
	phases_note(phases, box);
	if (phases->ended_ms == 0)
		phases->ended_ms = wall_now_ms() - phases->began_ms;
}

double phases_spent_ms(const struct phases *phases, enum box_phase phase)
{
	if (phases->entered[phase] < 0)
		return -1;
	if (phase + 1 < BOX_PHASES && phases->entered[phase + 1] >= 0)
		return phases->entered[phase + 1] - phases->entered[phase];
	return phases->ended_ms > 0 ? phases->ended_ms - phases->entered[phase] : -1;
}
