/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/run/timings.h"

void timings_add(struct timings *timings, const struct phases *phases, double boot_ms)
{
	if (!phases || phases_spent_ms(phases, BOX_EVIDENCE) < 0)
		return;
	timings->guests++;
	timings->booted_ms += boot_ms;
	for (enum box_phase phase = 0; phase < BOX_PHASES; phase++)
		timings->phase_ms[phase] += phases_spent_ms(phases, phase);
}

static void print_step(const char *what, double ms, size_t n, const char *words, FILE *out)
{
	fprintf(out, "  %-12s%9.2f s", what, ms / 1e3);
	if (n > 0)
		fprintf(out, "%8.0f ms each", ms / (double)n);
	fprintf(out, "%*s%s\n", n > 0 ? 2 : 18, "", words);
}

void timings_print(const struct timings *t, unsigned jobs, int64_t virtual_ns, FILE *out)
{
	static const struct {
		const char *name, *words;
	} phases[BOX_PHASES] = {
		[BOX_RESTORE] = { "restore", "QEMU started or rewound, the snapshot restored" },
		[BOX_TOPOLOGY] = { "topology", "namespaces, links, addresses, captures begun" },
		[BOX_CASE] = { "case", "the body: associations, faults, events" },
		[BOX_EVIDENCE] = { "evidence", "the kernel's health, captures handed over, guest ended" },
	};
	double guests_ms = 0, wall_ms = t->ended_ms - t->began_ms;
	fprintf(out, "\nwhere the wall time went, %u at once:\n", jobs);
	print_step("preparation", t->ready_ms - t->began_ms, 0, "kernels found, snapshots opened or made", out);
	for (enum box_phase phase = 0; phase < BOX_PHASES; phase++) {
		print_step(phases[phase].name, t->phase_ms[phase], t->guests, phases[phase].words, out);
		guests_ms += t->phase_ms[phase];
	}
	print_step("results", t->examined_ms, t->guests, "packets judged, results written to the log", out);
	print_step("reports", t->ended_ms - t->worked_ms, 0, "made from the log", out);
	print_step("in all", wall_ms, 0, "by the clock on the wall", out);
	if (t->rewound + t->given_up > 0)
		fprintf(out, "  %zu of %zu guests in a QEMU process that was rewound, %zu could not be%s%s\n",
			t->rewound, t->guests, t->given_up, t->given_up > 0 ? ": " : "",
			t->given_up > 0 ? t->trouble : "");
	if (guests_ms > 0)
		fprintf(out,
			"  %.0f virtual seconds for each wall second of a guest; with a boot for each case it "
			"would be %.0f\n",
			(double)virtual_ns / 1e6 / guests_ms,
			(double)virtual_ns / 1e6 / (guests_ms - t->phase_ms[BOX_RESTORE] + t->booted_ms));
}
