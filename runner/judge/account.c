/* SPDX-License-Identifier: Apache-2.0 */
/* account.c - see account.h. */
#include "runner/judge/account.h"

#include <stdlib.h>
#include <string.h>

#include "runner/judge/failures.h"
#include "runner/judge/observed.h"
#include "runner/protocol/kernel_timers.h"
#include "runner/referee/heartbeats.h"
#include "runner/referee/tsn.h"

enum { FLAG_E = 1 };

struct account *account_new(const struct association *association, const struct step *step)
{
	struct account *account = calloc(1, sizeof(*account));
	if (!account)
		return NULL;
	account->number = association->number;
	account->first = (struct spot){ step->at_ns, step->number, step->capture };
	account->opener = step->self == &association->end[1];
	for (unsigned i = 0; i < 2; i++)
		account->end[i].data_route = account->end[i].shutdown_route = -1;
	return account;
}

static unsigned number_of(const struct end *end)
{
	return end == &end->association->end[1];
}

static struct spot spot_of(const struct step *step)
{
	return (struct spot){ step->at_ns, step->number, step->capture };
}

/* Sooner than this nothing is a timeout: a timer of a kernel with 100 ticks a second may be a tick early. */
static int64_t timeout_ns(const struct account *account, unsigned end, const struct settings *settings)
{
	int64_t rto_min_ns = settings_ns(settings, SETTING_RTO_MIN);
	const int64_t observed_ns = settings->said ? 0 : observed_rto_min_ns(account->end[end].observed);
	if (observed_ns > 0 && observed_ns < rto_min_ns)
		rto_min_ns = observed_ns;
	return rto_min_ns * 9 / 10;
}

/* Sooner, too, when nothing else than a timer can be why: no SACK has come, and none has missed it. */
static bool is_timeout(const struct account *account, const struct settings *settings, const struct step *step,
	const struct sent_chunk *before)
{
	const struct end *self = step->self;
	const int64_t after_ns = step->at_ns - before->last_ns;
	if (before->path < 0 || settings->said || after_ns >= timeout_ns(account, number_of(self), settings))
		return before->path >= 0 && after_ns >= timeout_ns(account, number_of(self), settings);
	return self->exact && before->misses == 0 && after_ns > 2 * TICK_NS &&
		step->at_ns - self->arrived_ns > self->backlog_ns;
}

/* ------------------------------------------------------------------ DATA */

static void strike_by_data(struct account *account, const struct step *step, const struct sent_chunk *before)
{
	const unsigned end = number_of(step->self);
	struct route *route = route_of(account, end, before->path);
	/* What was sent before the last timeout there goes again because of that one. */
	if (!route || before->last_ns < route->t3_ns)
		return;
	route->t3_ns = step->at_ns;
	observe_timeout(&account->end[end], route, step, before);
	const struct timeout strike = {
		.spot = spot_of(step),
		.what = SENDING_DATA,
		.after_ns = step->at_ns - before->last_ns,
		.tsn = step->chunk->data.tsn,
		.over = step->path,
	};
	route_strikes(account, end, before->path, &strike);
}

static void data_again(struct account *account, const struct settings *settings, const struct step *step)
{
	struct outgoing *way = &account->end[number_of(step->self)];
	const uint32_t tsn = step->chunk->data.tsn;
	const struct sent_chunk *before = sent_find(&step->self->sent, tsn);
	if (!before) {
		way->needless++;
		return;
	}
	const bool timeout = is_timeout(account, settings, step, before);
	if (timeout) {
		way->in_t3 = true;
		way->t3_until = step->self->sent.next - 1;
		strike_by_data(account, step, before);
	}
	if (timeout || (way->in_t3 && !tsn_after(tsn, way->t3_until)))
		way->t3++;
	else
		way->fast++;
}

static void data_leaves(struct account *account, const struct settings *settings, const struct step *step)
{
	const unsigned end = number_of(step->self);
	struct outgoing *way = &account->end[end];
	const struct sent *sent = &step->self->sent;
	const struct chunk *chunk = step->chunk;
	if (!chunk->decoded)
		return;
	way->data++;
	if (sent->known && tsn_after(sent->next, chunk->data.tsn)) {
		data_again(account, settings, step);
		return;
	}
	way->user_octets += chunk->data.user_length;
	way->messages += chunk->flags & FLAG_E;
	data_goes(account, end, step->path, spot_of(step));
	struct route *route = route_of(account, end, step->path);
	if (!route)
		return;
	route->data++;
	route->last_data = spot_of(step);
	route->last_tsn = chunk->data.tsn;
	route_sends(route, SENDING_DATA, spot_of(step));
}

/* ------------------------------------------------------------------ acknowledgements */

/* What a SACK acknowledges for the first time, by destination. */
struct news {
	uint32_t routes;                              /* bits */
	const struct sent_chunk *once[ADDRESSES_MAX]; /* the last one that was sent once: a round trip */
};

static void add_news(struct news *news, const struct sent_chunk *chunk)
{
	if (!chunk || chunk->acknowledged || chunk->path < 0 || chunk->path >= ADDRESSES_MAX)
		return;
	const uint32_t bit = UINT32_C(1) << chunk->path;
	if (!(news->routes & bit))
		news->once[chunk->path] = NULL;
	news->routes |= bit;
	if (chunk->times == 1)
		news->once[chunk->path] = chunk;
}

static void tell_news(struct account *account, const struct step *step, const struct news *news, uint32_t cumulative)
{
	const unsigned end = number_of(step->self);
	for (uint32_t bits = news->routes; bits; bits &= bits - 1) {
		const int number = __builtin_ctz(bits);
		struct route *route = route_of(account, end, number);
		if (!route)
			continue;
		const bool is_more = route->last_data.number != 0 && tsn_after(route->last_tsn, cumulative);
		route_lives(account, route, SIGN_SACK, spot_of(step), is_more ? route->last_data : (struct spot){ 0 });
		if (!news->once[number])
			continue;
		rtts_add(&route->data_rtts, step->at_ns - news->once[number]->last_ns);
		observe_round_trip(route, step->at_ns - news->once[number]->last_ns);
	}
}

/* Before the model knows of it. */
static void sack_arrives(struct account *account, const struct step *step, uint32_t cumulative)
{
	const struct sent *sent = &step->self->sent;
	struct outgoing *way = &account->end[number_of(step->self)];
	struct news news = { 0 };
	uint32_t first, last;
	if (!sent->known || tsn_after(sent->acknowledged, cumulative))
		return;
	for (uint32_t tsn = sent->acknowledged + 1; !tsn_after(tsn, cumulative) && tsn_after(sent->next, tsn); tsn++)
		add_news(&news, sent_find(sent, tsn));
	for (unsigned i = 0; step->chunk->type == CHUNK_SACK && sack_gap(step->chunk, i, &first, &last); i++)
		for (uint32_t tsn = first; !tsn_after(tsn, last) && tsn_after(sent->next, tsn); tsn++)
			add_news(&news, sent_find(sent, tsn));
	if (way->in_t3 && !tsn_after(way->t3_until, cumulative))
		way->in_t3 = false;
	tell_news(account, step, &news, cumulative);
}

/* ------------------------------------------------------------------ heartbeats, set-up, end */

static void heartbeat_leaves(struct account *account, const struct settings *settings, const struct step *step)
{
	const unsigned end = number_of(step->self);
	struct route *route = route_of(account, end, step->path);
	if (heartbeat_probes_mtu(step->packet))
		return;
	account->end[end].heartbeats++;
	if (!route || (unsigned)step->path >= step->self->n_destinations)
		return;
	const struct destination *to = &step->self->destinations[step->path];
	const struct heartbeat *before = destination_awaits_answer(to) ? &to->waiting[to->n_waiting - 1] : NULL;
	route->heartbeats++;
	observe_heartbeat(&account->end[end], route, settings, step);
	if (before && step->at_ns - before->sent_ns >= timeout_ns(account, end, settings)) {
		const struct timeout strike = {
			.spot = spot_of(step),
			.what = SENDING_HEARTBEAT,
			.after_ns = step->at_ns - before->sent_ns,
			.over = step->path,
		};
		route_strikes(account, end, step->path, &strike);
	}
	route_sends(route, SENDING_HEARTBEAT, spot_of(step));
}

static void heartbeat_ack_arrives(struct account *account, const struct step *step)
{
	unsigned number;
	const struct heartbeat *asked = end_heartbeat_of(step->self, step->chunk, &number);
	struct route *route = asked ? route_of(account, number_of(step->self), (int)number) : NULL;
	if (!route)
		return;
	route->heartbeats_answered++;
	rtts_add(&route->heartbeat_rtts, step->at_ns - asked->sent_ns);
	observe_round_trip(route, step->at_ns - asked->sent_ns);
	route_lives(account, route, SIGN_HEARTBEAT_ACK, spot_of(step),
		route->last_data.number != 0 && step->self->sent.known &&
				tsn_after(route->last_tsn, step->self->sent.acknowledged)
			? route->last_data
			: (struct spot){ 0 });
}

/* An answer to INIT, COOKIE ECHO or SHUTDOWN: the way that it came is alive. */
static void answer_arrives(struct account *account, const struct step *step, enum sign sign)
{
	const struct address source = address_of(&step->packet->source);
	for (unsigned i = 0; i < step->self->n_destinations; i++)
		if (address_equal(&step->self->destinations[i].address, &source)) {
			struct route *route = route_of(account, number_of(step->self), (int)i);
			if (route)
				route_lives(account, route, sign, spot_of(step), (struct spot){ 0 });
			return;
		}
}

static void init_leaves(struct account *account, const struct step *step)
{
	struct outgoing *way = &account->end[number_of(step->self)];
	if (!step->chunk->decoded)
		return;
	way->setup_again += step->chunk->type == CHUNK_INIT && way->has_init;
	if (step->chunk->type == CHUNK_INIT)
		observe_init(way, step->at_ns);
	way->has_init = true;
	way->outbound_streams = step->chunk->init.outbound_streams;
	way->inbound_streams = step->chunk->init.inbound_streams;
}

static void ends(struct account *account, const struct step *step, enum ending ending)
{
	if (account->ending == ENDING_ABORT || account->is_ended)
		return;
	if (account->ending == ENDING_NONE) {
		account->ender = number_of(step->self);
		account->end_spot = spot_of(step);
	}
	account->ending = ending;
}

static void abort_leaves(struct account *account, const struct step *step)
{
	if (account->is_ended)
		return;
	account->ending = ENDING_NONE;
	ends(account, step, ENDING_ABORT);
	account->is_ended = true;
	observe_abort(&account->end[number_of(step->self)], step);
	account->has_cause = step->chunk->decoded && step->chunk->captured >= 4;
	account->cause = account->has_cause ? step->chunk->error.cause : 0;
}

static void shutdown_leaves(struct account *account, const struct settings *settings, const struct step *step)
{
	const unsigned end = number_of(step->self);
	struct outgoing *way = &account->end[end];
	struct route *before = route_of(account, end, way->shutdown_route), *route;
	if (before && step->at_ns - way->shutdown_ns >= timeout_ns(account, end, settings)) {
		const struct timeout strike = {
			.spot = spot_of(step),
			.what = SENDING_SHUTDOWN,
			.after_ns = step->at_ns - way->shutdown_ns,
			.over = step->path,
		};
		way->shutdown_again++;
		route_strikes(account, end, way->shutdown_route, &strike);
	}
	way->shutdown_route = step->path;
	way->shutdown_ns = step->at_ns;
	if ((route = route_of(account, end, step->path)))
		route_sends(route, SENDING_SHUTDOWN, spot_of(step));
	if (step->chunk->type == CHUNK_SHUTDOWN)
		ends(account, step, ENDING_SHUTDOWN);
}

/* ------------------------------------------------------------------ a step */

static void packet_leaves(struct account *account, const struct step *step)
{
	const unsigned end = number_of(step->self);
	const struct packet *packet = step->packet;
	const uint64_t octets = packet->sctp_length;
	struct route *route = route_of(account, end, step->path);
	account->end[end].packets++;
	account->end[end].octets += octets;
	account->last = spot_of(step);
	if (!route)
		return;
	if (!route->is_used)
		route->address = address_of(&packet->destination);
	route->is_used = true;
	route->packets++;
	route->octets += octets;
}

static void chunk_leaves(struct account *account, const struct settings *settings, const struct step *step)
{
	struct outgoing *way = &account->end[number_of(step->self)];
	switch (step->chunk->type) {
	case CHUNK_DATA:
	case CHUNK_I_DATA:
		data_leaves(account, settings, step);
		break;
	case CHUNK_SACK:
		way->sacks++;
		observe_sack(way, step);
		way->duplicates += step->chunk->decoded ? step->chunk->sack.duplicates : 0;
		break;
	case CHUNK_HEARTBEAT:
		heartbeat_leaves(account, settings, step);
		break;
	case CHUNK_INIT:
	case CHUNK_INIT_ACK:
		init_leaves(account, step);
		break;
	case CHUNK_COOKIE_ECHO:
		way->setup_again += step->self->state == STATE_COOKIE_ECHOED;
		break;
	case CHUNK_COOKIE_ACK:
		if (account->established.number == 0)
			account->established = spot_of(step);
		break;
	case CHUNK_SHUTDOWN:
	case CHUNK_SHUTDOWN_ACK:
		shutdown_leaves(account, settings, step);
		break;
	case CHUNK_SHUTDOWN_COMPLETE:
		account->is_ended = account->ending == ENDING_SHUTDOWN || account->is_ended;
		break;
	case CHUNK_ABORT:
		abort_leaves(account, step);
		break;
	default:
		break;
	}
}

static void chunk_arrives(struct account *account, const struct step *step)
{
	switch (step->chunk->type) {
	case CHUNK_SACK:
		if (step->chunk->decoded)
			sack_arrives(account, step, step->chunk->sack.cum_tsn_ack);
		break;
	case CHUNK_SHUTDOWN:
		if (step->chunk->decoded)
			sack_arrives(account, step, step->chunk->shutdown.cum_tsn_ack);
		break;
	case CHUNK_HEARTBEAT_ACK:
		heartbeat_ack_arrives(account, step);
		break;
	case CHUNK_INIT_ACK:
	case CHUNK_COOKIE_ACK:
		answer_arrives(account, step, SIGN_SETUP);
		break;
	case CHUNK_SHUTDOWN_ACK:
	case CHUNK_SHUTDOWN_COMPLETE:
		answer_arrives(account, step, SIGN_SHUTDOWN);
		break;
	default:
		break;
	}
}

void account_note(struct account *account, const struct settings *settings, const struct step *step)
{
	if (step->moment == ON_PACKET)
		packet_leaves(account, step);
	else if (step->moment == ON_SENDING)
		chunk_leaves(account, settings, step);
	else if (step->moment == ON_ARRIVAL)
		chunk_arrives(account, step);
}

struct settings account_settings(const struct account *account, unsigned end, const struct settings *said)
{
	return settings_with(said, account->end[end].inferred, account->end[end].n_inferred);
}

static void conclude(struct account *account, unsigned end, const struct settings *said, int64_t at_ns)
{
	struct outgoing *way = &account->end[end];
	struct inference inferred[SETTINGS];
	const unsigned n = infer(account, end, said, at_ns, inferred);
	free(way->observed);
	way->observed = NULL;
	way->inferred = n > 0 ? malloc(n * sizeof(*inferred)) : NULL;
	if (!way->inferred)
		return;
	memcpy(way->inferred, inferred, n * sizeof(*inferred));
	way->n_inferred = n;
}

void account_close(
	struct account *account, const struct association *association, const struct settings *settings, int64_t at_ns)
{
	account->from_the_start = association->from_the_start;
	for (unsigned i = 0; i < 2; i++) {
		const struct end *end = &association->end[i];
		struct outgoing *way = &account->end[i];
		way->port = end->port;
		way->exact = end->exact;
		way->lag_ns = end->backlog_ns > BACKLOG_NS ? end->backlog_ns : 0;
		account->state[i] = end->state;
		/* What an end has not told is known by where its peer sends to. */
		const unsigned n = end->n_addresses ? end->n_addresses : end->peer->n_destinations;
		way->addresses = calloc(n + 1, sizeof(*way->addresses));
		for (; way->addresses && way->n_addresses < n; way->n_addresses++)
			way->addresses[way->n_addresses] = end->n_addresses
				? end->addresses[way->n_addresses]
				: end->peer->destinations[way->n_addresses].address;
	}
	failures_close(account);
	for (unsigned i = 0; i < 2; i++) {
		conclude(account, i, settings, at_ns);
		const struct settings by = account_settings(account, i, settings);
		failures_judge(account, i, &by);
	}
}

void account_free(struct account *account)
{
	if (!account)
		return;
	for (unsigned i = 0; i < 2; i++) {
		for (unsigned k = 0; k < account->end[i].n_routes; k++)
			free(account->end[i].routes[k].now);
		free(account->end[i].routes);
		free(account->end[i].addresses);
		free(account->end[i].observed);
		free(account->end[i].inferred);
	}
	free(account->failures);
	free(account);
}
