/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/qemu/stable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sentence.h"

struct stable {
	struct machine **machines; /* the one that is idle longest first */
	size_t n_machines, room;
	struct origin **origins;
	size_t n_origins;
	size_t rewinds, failures;
	char *trouble; /* the first */
};

struct stable *stable_open(size_t room)
{
	struct stable *stable = calloc(1, sizeof(*stable));

	if (!stable)
		return NULL;
	stable->room = room;
	stable->machines = calloc(room + 1, sizeof(*stable->machines));
	if (!stable->machines) {
		free(stable);
		return NULL;
	}
	return stable;
}

static struct machine *take_out(struct stable *stable, size_t i)
{
	struct machine *machine = stable->machines[i];

	stable->n_machines--;
	memmove(&stable->machines[i], &stable->machines[i + 1], (stable->n_machines - i) * sizeof(struct machine *));
	return machine;
}

struct machine *stable_take(struct stable *stable, const struct saved_state *saved)
{
	for (size_t i = stable->n_machines; i-- > 0;) {
		if (strcmp(stable->machines[i]->ram, saved->ram) == 0)
			return take_out(stable, i);
	}
	return NULL;
}

void stable_put(struct stable *stable, struct machine *machine)
{
	stable->machines[stable->n_machines++] = machine;
	if (stable->n_machines > stable->room)
		machine_free(take_out(stable, 0));
}

int stable_origin(struct stable *stable, const struct saved_state *saved, struct origin **out, char **error)
{
	struct origin **more;
	int status;

	for (size_t i = 0; i < stable->n_origins; i++) {
		*out = stable->origins[i];
		if (strcmp((*out)->devices, saved->devices) == 0)
			return 0;
	}
	more = realloc(stable->origins, (stable->n_origins + 1) * sizeof(struct origin *));
	if (!more)
		return no_memory(error);
	stable->origins = more;
	status = origin_open(saved, out, error);
	if (status == 0)
		stable->origins[stable->n_origins++] = *out;
	return status;
}

static void end_machines(struct stable *stable)
{
	while (stable->n_machines > 0)
		machine_free(take_out(stable, 0));
}

void stable_note_rewind(struct stable *stable)
{
	stable->rewinds++;
}

void stable_note_failure(struct stable *stable, char *why)
{
	if (stable->failures++ == 0)
		stable->trouble = why;
	else
		free(why);
	if (!stable_is_in_use(stable))
		end_machines(stable);
}

bool stable_is_in_use(const struct stable *stable)
{
	return stable && (stable->rewinds > 0 || stable->failures == 0);
}

size_t stable_rewinds(const struct stable *stable)
{
	return stable->rewinds;
}

size_t stable_failures(const struct stable *stable)
{
	return stable->failures;
}

const char *stable_trouble(const struct stable *stable)
{
	return stable->trouble ? stable->trouble : "";
}

void stable_close(struct stable *stable)
{
	if (!stable)
		return;
	end_machines(stable);
	for (size_t i = 0; i < stable->n_origins; i++)
		origin_close(stable->origins[i]);
	free(stable->origins);
	free(stable->machines);
	free(stable->trouble);
	free(stable);
}
