/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/qemu/machine_pool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "sentence.h"

struct machine_pool {
	struct machine **machines; /* the one that is idle longest first */
	size_t n_machines, room;
	struct loaded_state **states;
	size_t n_states;
	size_t rewinds, failures;
	char *trouble; /* the first */
};

struct machine_pool *machine_pool_open(size_t room)
{
	struct machine_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pool->room = room;
	pool->machines = calloc(room + 1, sizeof(*pool->machines));
	if (!pool->machines) {
		free(pool);
		return NULL;
	}
	return pool;
}

static struct machine *take_out(struct machine_pool *pool, size_t i)
{
	struct machine *machine = pool->machines[i];

	pool->n_machines--;
	memmove(&pool->machines[i], &pool->machines[i + 1], (pool->n_machines - i) * sizeof(struct machine *));
	return machine;
}

struct machine *machine_pool_take(struct machine_pool *pool, const struct saved_state *saved)
{
	for (size_t i = pool->n_machines; i-- > 0;) {
		if (strcmp(pool->machines[i]->ram, saved->ram) == 0)
			return take_out(pool, i);
	}
	return NULL;
}

void machine_pool_put(struct machine_pool *pool, struct machine *machine)
{
	pool->machines[pool->n_machines++] = machine;
	if (pool->n_machines > pool->room)
		machine_free(take_out(pool, 0));
}

int machine_pool_state(
	struct machine_pool *pool, const struct saved_state *saved, struct loaded_state **out, char **error)
{
	struct loaded_state **more;
	int status;

	for (size_t i = 0; i < pool->n_states; i++) {
		*out = pool->states[i];
		if (strcmp((*out)->devices, saved->devices) == 0)
			return 0;
	}
	more = realloc(pool->states, (pool->n_states + 1) * sizeof(struct loaded_state *));
	if (!more)
		return no_memory(error);
	pool->states = more;
	status = loaded_state_open(saved, out, error);
	if (status == 0)
		pool->states[pool->n_states++] = *out;
	return status;
}

static void end_machines(struct machine_pool *pool)
{
	while (pool->n_machines > 0)
		machine_free(take_out(pool, 0));
}

void machine_pool_note_rewind(struct machine_pool *pool)
{
	pool->rewinds++;
}

void machine_pool_note_failure(struct machine_pool *pool, char *why)
{
	if (pool->failures++ == 0)
		pool->trouble = why;
	else
		free(why);
	if (!machine_pool_works(pool))
		end_machines(pool);
}

bool machine_pool_works(const struct machine_pool *pool)
{
	return pool && (pool->rewinds > 0 || pool->failures == 0);
}

size_t machine_pool_rewinds(const struct machine_pool *pool)
{
	return pool->rewinds;
}

size_t machine_pool_failures(const struct machine_pool *pool)
{
	return pool->failures;
}

const char *machine_pool_trouble(const struct machine_pool *pool)
{
	return pool->trouble ? pool->trouble : "";
}

void machine_pool_close(struct machine_pool *pool)
{
	if (!pool)
		return;
	end_machines(pool);
	for (size_t i = 0; i < pool->n_states; i++)
		loaded_state_close(pool->states[i]);
	free(pool->states);
	free(pool->machines);
	free(pool->trouble);
	free(pool);
}
