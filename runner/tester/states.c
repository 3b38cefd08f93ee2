/* SPDX-License-Identifier: Apache-2.0 */
/* states.c - associations of a kernel with a tester: made, and brought to a state. */
#include <stdlib.h>
#include <string.h>

#include "runner/tester/state.h"

static enum endpoint other_than(enum endpoint endpoint)
{
	return endpoint == ENDPOINT_A ? ENDPOINT_B : ENDPOINT_A;
}

struct peer *listener(struct trial *t, enum endpoint at)
{
	struct peer *peer = open_peer(t, at, "server", &(struct peer_options){ .port = SERVER_PORT });

	listen_on(t, peer);
	return peer;
}

/* A few round trips, each of which takes as long as the tester wants. */
static struct window up_window(const struct trial *t, const struct tester *tester)
{
	return allowing(ms(500), between(t->acted_at, t->acted_at + ms(500) + 4 * tester->habits.delay_ns));
}

static struct peer *client_of(struct trial *t, struct tester *tester)
{
	struct peer *client = open_peer(t, other_than(tester->peer->endpoint), "client", NULL);

	start_connect(t, client, tester->peer, 0);
	return client;
}

struct peer *kernel_connects(struct trial *t, struct tester *tester)
{
	struct peer *client = client_of(t, tester);

	expect(t, within(up_window(t, tester), comm_up(client)));
	return client;
}

struct peer *tester_connects(struct trial *t, struct tester *tester)
{
	struct peer *server = listener(t, other_than(tester->peer->endpoint));

	tester->tcb.connects = true;
	transmit(t, tester, an_init());
	expect(t, within(up_window(t, tester), comm_up(server)));
	return server;
}

struct window confirmation_from_now(struct trial *t, const struct peer *kernel)
{
	struct window window = after(now(t), timing_confirmation(in_force_at(t, kernel->endpoint)));

	/* The timers began with COMM_UP, which was up to 20 ms ago. */
	window.from -= ms(20);
	return window;
}

void confirmed(struct trial *t, struct tester *tester, struct peer *kernel)
{
	const struct topology *topology = t->test_case->topology;
	const struct window window = confirmation_from_now(t, kernel);
	struct item items[NET_PATHS_MAX];
	size_t count = 0;

	for (unsigned path = 1; path < topology->paths; path++)
		if ((tester->habits.lists & tester->habits.paths) >> path & 1)
			items[count++] = within(window, addr_confirmed(kernel, path));
	if (count > 0)
		expect_group(t, IN_ANY_ORDER, items, count, NULL, NULL);
}

void begin_again(struct trial *t, struct tester *tester, uint32_t tag, uint32_t tsn)
{
	const struct wire_chunk *offer = last(tester, CHUNK_INIT_ACK);
	struct tcb *tcb = &tester->tcb;

	tcb->state = TCB_ESTABLISHED;
	tcb->own_tag = tag;
	tcb->initial_tsn = tcb->next_tsn = tsn;
	tcb->peer_tag = offer->initiate_tag.value;
	tcb->peer_initial_tsn = offer->initial_tsn.value;
	tcb->cum_tsn = tcb->highest_tsn = offer->initial_tsn.value - 1;
	memset(tcb->arrived, 0, sizeof(tcb->arrived));
	memset(tcb->next_ssn, 0, sizeof(tcb->next_ssn));
	trial_action(t, "the tester has the tag %08x from here on", tag);
}

struct flow *kernel_sends(struct trial *t, struct peer *from, struct tester *to, const struct traffic *traffic)
{
	struct flow *flow = send_messages(t, from, to->peer, traffic);

	flow->judged = true;
	return flow;
}

/* ------------------------------------------------------------------ states */

static struct peer *in_cookie_wait(struct trial *t, struct tester *b)
{
	take_over(t, b, HAND(CHUNK_INIT));
	struct peer *client = client_of(t, b);

	expect(t, soon(t, arrives_alone(b, 0, an_init())));
	return client;
}

static struct peer *in_cookie_echoed(struct trial *t, struct tester *b)
{
	struct peer *client = in_cookie_wait(t, b);

	take_over(t, b, HAND(CHUNK_COOKIE_ECHO));
	transmit(t, b, an_init_ack());
	expect(t, soon(t, arrives(b, 0, a_cookie_echo())));
	return client;
}

/* With a message that is not acknowledged. */
static struct peer *with_data_out(struct trial *t, struct tester *b)
{
	struct peer *client = kernel_connects(t, b);

	take_over(t, b, HAND(CHUNK_DATA));
	b->outstanding = kernel_sends(t, client, b, &(struct traffic){ .count = 1 });
	expect_data(t, b, 0, 1);
	return client;
}

static struct peer *in_shutdown_pending(struct trial *t, struct tester *b)
{
	struct peer *client = with_data_out(t, b);

	shut_down(t, client);
	return client;
}

static struct peer *in_shutdown_sent(struct trial *t, struct tester *b)
{
	struct peer *client = kernel_connects(t, b);

	take_over(t, b, HAND(CHUNK_SHUTDOWN));
	shut_down(t, client);
	expect(t, soon(t, arrives_alone(b, 0, a_shutdown())));
	return client;
}

static struct peer *in_shutdown_received(struct trial *t, struct tester *b)
{
	struct peer *client = with_data_out(t, b);

	transmit(t, b, a_shutdown(.cum_tsn_ack = SET(kernel_tsn(b, 0) - 1)));
	expect(t, soon(t, shutdown_event(client)));
	return client;
}

static struct peer *in_shutdown_ack_sent(struct trial *t, struct tester *b)
{
	struct peer *client = kernel_connects(t, b);

	take_over(t, b, HAND(CHUNK_SHUTDOWN_ACK));
	transmit(t, b, a_shutdown());
	expect(t, soon(t, shutdown_event(client)));
	expect(t, soon(t, arrives_alone(b, 0, a_shutdown_ack())));
	return client;
}

struct flow *outstanding(const struct tester *tester)
{
	return tester->outstanding;
}

struct peer *brought_to(struct trial *t, struct tester *tester, enum association_state state)
{
	switch (state) {
	case CLOSED:
		return listener(t, other_than(tester->peer->endpoint));
	case COOKIE_WAIT:
		return in_cookie_wait(t, tester);
	case COOKIE_ECHOED:
		return in_cookie_echoed(t, tester);
	case ESTABLISHED:
		return kernel_connects(t, tester);
	case SHUTDOWN_PENDING:
		return in_shutdown_pending(t, tester);
	case SHUTDOWN_SENT:
		return in_shutdown_sent(t, tester);
	case SHUTDOWN_RECEIVED:
		return in_shutdown_received(t, tester);
	case SHUTDOWN_ACK_SENT:
		return in_shutdown_ack_sent(t, tester);
	}
	trial_error(t, "there is no such state");
}
