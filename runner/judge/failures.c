/* SPDX-License-Identifier: Apache-2.0 */
/* failures.c - see failures.h. */
#include "runner/judge/failures.h"

#include <stdlib.h>
#include <string.h>

struct route *route_of(struct account *account, unsigned end, int number)
{
	struct outgoing *way = &account->end[end];
	if (number < 0 || number >= ADDRESSES_MAX)
		return NULL;
	if ((unsigned)number >= way->n_routes) {
		struct route *more = realloc(way->routes, ((size_t)number + 1) * sizeof(*more));
		if (!more)
			return NULL;
		for (unsigned i = way->n_routes; i <= (unsigned)number; i++)
			more[i] = (struct route){ .failure = -1, .t3_ns = INT64_MIN };
		way->routes = more;
		way->n_routes = (unsigned)number + 1;
	}
	return &way->routes[number];
}

void route_sends(struct route *route, enum sending what, struct spot spot)
{
	if (route->unanswered.number != 0)
		return;
	route->unanswered = spot;
	route->unanswered_what = what;
}

/* A single timeout is a lost packet. It is a failure when the end drew a conclusion from it. */
static bool is_worth_telling(const struct failure *failure)
{
	return failure->n_strikes > 1 || failure->moved.number != 0;
}

static void keep(struct account *account, struct route *route)
{
	struct failure *failure = route->now;
	struct failure *more = NULL;
	route->now = NULL;
	if (!is_worth_telling(failure)) {
		account->lone_strikes++;
	} else if (account->n_failures < FAILURES_KEPT &&
		(more = realloc(account->failures, (account->n_failures + 1) * sizeof(*more)))) {
		account->failures = more;
		route->failure = (int)account->n_failures;
		more[account->n_failures++] = *failure;
	} else {
		account->failures_left_out++;
		route->failure = -1;
	}
	free(failure);
}

void route_lives(struct account *account, struct route *route, enum sign by, struct spot spot, struct spot unanswered)
{
	if (route->now) {
		route->now->found = spot;
		route->now->found_by = by;
		keep(account, route);
	}
	route->life = spot;
	route->life_by = by;
	route->unanswered = unanswered;
	route->unanswered_what = unanswered.number ? SENDING_DATA : SENDING_NONE;
}

static struct failure *begin(const struct route *route, unsigned end, int number, const struct timeout *strike)
{
	struct failure *failure = malloc(sizeof(*failure));
	if (!failure)
		return NULL;
	*failure = (struct failure){
		.end = end,
		.route = (unsigned)number,
		.life = route->life,
		.life_by = route->life_by,
		.unanswered = route->unanswered,
		.unanswered_what = route->unanswered_what,
		.moved_to = -1,
	};
	if (failure->unanswered.number == 0)
		failure->unanswered = (struct spot){ .at_ns = strike->spot.at_ns - strike->after_ns };
	return failure;
}

void route_strikes(struct account *account, unsigned end, int number, const struct timeout *strike)
{
	struct route *route = route_of(account, end, number);
	struct timeout counted = *strike;
	if (!route)
		return;
	if (!route->now && !(route->now = begin(route, end, number, strike)))
		return;
	struct failure *failure = route->now;
	counted.after_ns =
		strike->spot.at_ns - (failure->n_strikes ? failure->last.spot.at_ns : failure->unanswered.at_ns);
	if (failure->n_strikes < STRIKES_KEPT)
		failure->strikes[failure->n_strikes] = counted;
	failure->last = counted;
	failure->n_strikes++;
	route->strikes++;
}

void data_goes(struct account *account, unsigned end, int number, struct spot spot)
{
	struct outgoing *way = &account->end[end];
	struct route *before = route_of(account, end, way->data_route), *route;
	if (number == way->data_route)
		return;
	if (before && before->now) {
		before->now->moved = spot;
		before->now->moved_to = number;
		before->now->moved_after = before->now->n_strikes;
	} else if (before) {
		way->switches++;
	}
	route = route_of(account, end, number);
	if (route && !route->now && route->failure >= 0 && account->failures[route->failure].back.number == 0)
		account->failures[route->failure].back = spot;
	way->data_route = number;
}

void failures_close(struct account *account)
{
	for (unsigned end = 0; end < 2; end++)
		for (unsigned i = 0; i < account->end[end].n_routes; i++)
			if (account->end[end].routes[i].now)
				keep(account, &account->end[end].routes[i]);
}

/* No spot: it did not come to that, or that strike is not kept. */
static struct spot strike_after(const struct failure *failure, int64_t retransmissions)
{
	if (retransmissions >= failure->n_strikes || retransmissions >= STRIKES_KEPT)
		return (struct spot){ 0 };
	return failure->strikes[retransmissions].spot;
}

void failures_judge(struct account *account, unsigned end, const struct settings *settings)
{
	for (unsigned i = 0; i < account->n_failures; i++) {
		struct failure *failure = &account->failures[i];
		if (failure->end != end)
			continue;
		failure->suspect = strike_after(failure, settings->value[SETTING_PF_RETRANS]);
		failure->given_up = strike_after(failure, settings->value[SETTING_PATH_MAX_RETRANS]);
	}
}
