/* SPDX-License-Identifier: Apache-2.0 */
/* bound.c - see bound.h. */
#include "runner/referee/bound.h"

#include <stddef.h>

#include "runner/referee/model.h"

bool bound_has(const struct bound *bound, const struct address *address)
{
	for (unsigned i = 0; bound && i < bound->n; i++)
		if (address_equal(&bound->addresses[i], address))
			return true;
	return bound == NULL;
}

bool bound_apart(const struct bound *one, const struct bound *other)
{
	for (unsigned i = 0; one && i < one->n; i++)
		if (bound_has(other, &one->addresses[i]))
			return false;
	return one && other;
}

bool end_is_bound(const struct end *self, uint16_t port, const struct bound *bound)
{
	return self->port == port && bound_has(bound, &self->met);
}

static bool is_the_same_end(const struct end *one, const struct end *other)
{
	if (one->port != other->port)
		return false;
	for (unsigned i = 0; i < one->n_addresses; i++)
		if (end_has_address(other, &one->addresses[i]))
			return true;
	return address_equal(&one->met, &other->met);
}

/* ASCONF may have given an end other addresses than it had. */
bool association_between_the_same(const struct association *one, const struct association *other)
{
	if (one == other)
		return false;
	if (one->readdressed || other->readdressed)
		return one->end[0].port == other->end[0].port && one->end[1].port == other->end[1].port;
	return is_the_same_end(&one->end[0], &other->end[0]) && is_the_same_end(&one->end[1], &other->end[1]);
}
