/* SPDX-License-Identifier: Apache-2.0 */
/* opening.c - the verbs that open a socket, and listen. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define OPEN_OPTIONS_MAX 12

static void collect_addresses(struct trial *t, struct peer *peer, const struct peer_options *options)
{
	const struct topology *topology = t->test_case->topology;
	const enum ip_family wanted = options->family ?: DUAL_STACK;

	if (options->client > topology->clients || (options->client > 0 && peer->endpoint != ENDPOINT_A))
		trial_error(t, "%s: topology %s has no client %u there", peer->name, topology->name, options->client);
	if (options->client > 0)
		peer->addresses[peer->address_count++] = topology_client_address(topology, options->client - 1);
	for (unsigned path = 0; options->client == 0 && path < topology->paths; path++) {
		if ((options->paths != 0 && (options->paths & (1U << path)) == 0) ||
			!topology_has_address(topology, peer->endpoint, path))
			continue;
		for (enum ip_family family = IPV4; family <= IPV6; family++)
			if ((topology->family[path] & wanted & family) != 0)
				peer->addresses[peer->address_count++] =
					topology_address(topology, peer->endpoint, path, family);
	}
	if (peer->address_count == 0)
		trial_error(t, "%s: no address of the topology is left to bind", peer->name);
}

/* What is set before the socket is bound. */
static size_t fill_options(
	const struct trial *t, const struct peer_options *options, struct gs_option items[OPEN_OPTIONS_MAX])
{
	size_t count = 0;

	items[count++] = (struct gs_option){ .name = GS_OPT_NODELAY, .value = !options->nagle };
	items[count++] = (struct gs_option){ .name = GS_OPT_NON_BLOCK_SEND, .value = 1 };
	if (t->test_case->topology->attachment == ATTACHED_IN_VRF)
		items[count++] = (struct gs_option){ .name = GS_OPT_BIND_TO_DEVICE, .device = "vrf0" };
	if (options->device != NULL) {
		items[count] = (struct gs_option){ .name = GS_OPT_BIND_TO_DEVICE };
		snprintf(items[count].device, sizeof(items[count].device), "%s", options->device);
		count++;
	}
	if (options->reuse_address)
		items[count++] = (struct gs_option){ .name = GS_OPT_REUSEADDR, .value = 1 };
	if (options->mapped_off)
		items[count++] = (struct gs_option){ .name = GS_OPT_MAPPED_V4_ADDR, .value = 0 };
	if (options->send_buffer != 0)
		items[count++] = (struct gs_option){ .name = GS_OPT_SNDBUF, .value = options->send_buffer };
	if (options->receive_buffer != 0)
		items[count++] = (struct gs_option){ .name = GS_OPT_RECBUF, .value = options->receive_buffer };
	if (options->streams != 0)
		items[count++] = (struct gs_option){ .name = GS_OPT_INITMSG,
			.initmsg = { .num_ostreams = GS_SET(options->streams) } };
	if (options->autoclose_s != 0)
		items[count++] = (struct gs_option){ .name = GS_OPT_AUTOCLOSE, .value = options->autoclose_s };
	return count;
}

static int open_now(struct trial *t, struct peer *peer, const struct peer_options *options)
{
	union gs_addr addresses[ADDRESSES_MAX];
	struct gs_option items[OPEN_OPTIONS_MAX];
	const size_t count = fill_options(t, options, items);
	bool inet6 = false;

	for (size_t i = 0; i < peer->address_count; i++) {
		addresses[i] = as_gs_addr(&peer->addresses[i], options->port);
		inet6 |= addresses[i].sa.sa_family == AF_INET6;
	}
	if (options->reuse_port || options->unbound || options->unasked) {
		const enum raw_open how = options->unbound ? OPEN_UNBOUND
			: options->unasked                 ? OPEN_UNASKED
							   : OPEN_REUSING_PORT;
		int status = open_raw(t, peer, how, addresses, peer->address_count, &peer->socket);

		for (size_t i = 0; i < count && status == GS_OK; i++)
			status = gs_setopt(peer->socket, &items[i]);
		return status;
	}
	const struct gs_open_options open = {
		.family = inet6 ? AF_INET6 : AF_INET,
		.type = options->one_to_one ? SOCK_STREAM : SOCK_SEQPACKET,
		.port = options->port,
		.addrs = addresses,
		.n_addrs = options->wildcard ? 0 : peer->address_count,
		.netns = net_namespace(t->net, peer->endpoint),
		.options = { items, count, sizeof(struct gs_option) },
	};
	return gs_open(&open, &peer->socket);
}

/* Where it is bound: addresses with a space between them. Nothing: everywhere. */
static void put_bound(json_t *arguments, const struct peer *peer, const struct peer_options *options)
{
	char text[ADDRESSES_MAX * (INET6_ADDRSTRLEN + 1)] = "";

	if (options->wildcard)
		return;
	for (size_t i = 0; i < peer->address_count; i++) {
		const size_t length = strlen(text);
		const bool inet6 = peer->addresses[i].ss_family == AF_INET6;
		const void *address = inet6
			? (const void *)&((const struct sockaddr_in6 *)&peer->addresses[i])->sin6_addr
			: (const void *)&((const struct sockaddr_in *)&peer->addresses[i])->sin_addr;
		if (i > 0)
			text[length] = ' ';
		inet_ntop(inet6 ? AF_INET6 : AF_INET, address, text + length + (i > 0), INET6_ADDRSTRLEN);
	}
	json_object_set_new(arguments, "bound", json_string(text));
}

static void log_opening(struct trial *t, const struct peer *peer, vtime at, const struct peer_options *options)
{
	json_t *arguments = json_pack("{s:i, s:i, s:i, s:I, s:b, s:b}", "port", peer->port, "addresses",
		(int)peer->address_count, "streams", options->streams, "autoclose_s", (json_int_t)options->autoclose_s,
		"nodelay", !options->nagle, "one_to_one", options->one_to_one);

	put_bound(arguments, peer, options);
	trial_call(t, peer, at, "open", arguments, GS_OK);
}

static void open_socket(struct trial *t, struct peer *peer, const struct peer_options *options)
{
	const vtime at = now(t);

	call_must_succeed(t, peer, open_now(t, peer, options), "open");
	call_must_succeed(t, peer, gs_port(peer->socket, &peer->port), "port");
	if (!options->unbound)
		log_opening(t, peer, at, options);
}

void learn_port(struct trial *t, struct peer *peer)
{
	if (peer->port != 0 || t->rehearsal != NULL)
		return;
	call_must_succeed(t, peer, gs_port(peer->socket, &peer->port), "port");
	if (peer->port != 0)
		log_opening(
			t, peer, now(t), &(struct peer_options){ .one_to_one = peer->one_to_one, .wildcard = true });
}

struct peer *peer_new(struct trial *t, enum endpoint endpoint, const char *name)
{
	struct peer *peer = &t->peers[t->peer_count];

	if (t->peer_count == PEERS_MAX)
		trial_error(t, "more than %d sockets", PEERS_MAX);
	/* The name is written into lines of the log without escaping. */
	if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789- ")] != '\0' || strlen(name) >= sizeof(peer->name))
		trial_error(t, "\"%s\" is no name for a socket", name);
	*peer = (struct peer){ .trial = t, .index = t->peer_count, .endpoint = endpoint };
	snprintf(peer->name, sizeof(peer->name), "%s", name);
	return peer;
}

struct peer *branch_off(struct trial *t, struct peer *from, const char *name)
{
	struct peer *peer = peer_new(t, from->endpoint, name);

	peer->port = from->port;
	peer->one_to_one = from->one_to_one;
	peer->comings_untold = from->comings_untold;
	peer->branched_off = true;
	peer->address_count = from->address_count;
	memcpy(peer->addresses, from->addresses, sizeof(peer->addresses));
	t->peer_count++;
	return peer;
}

struct peer *open_peer(struct trial *t, enum endpoint endpoint, const char *name, const struct peer_options *options)
{
	static const struct peer_options defaults;
	struct peer *peer = peer_new(t, endpoint, name);

	options = options ?: &defaults;
	peer->port = options->port;
	peer->one_to_one = options->one_to_one;
	peer->comings_untold = options->unasked;
	collect_addresses(t, peer, options);
	t->peer_count++;
	if (t->rehearsal == NULL)
		open_socket(t, peer, options);
	trial_action(t, "%s opens a socket at %s with %zu address%s", name, endpoint == ENDPOINT_A ? "a" : "b",
		peer->address_count, peer->address_count == 1 ? "" : "es");
	return peer;
}

void expect_open_refused(
	struct trial *t, enum endpoint endpoint, const char *name, const struct peer_options *options, int error)
{
	struct peer *peer = peer_new(t, endpoint, name);
	const vtime at = now(t);

	peer->one_to_one = options->one_to_one;
	collect_addresses(t, peer, options);
	const int status = t->rehearsal == NULL ? open_now(t, peer, options) : GS_OK;
	if (peer->socket != NULL)
		gs_free(peer->socket);
	peer->socket = NULL;
	refused(t, peer, at, "open", "a socket on that port", json_pack("{s:i}", "port", (int)options->port), status,
		error);
}

void listen_on(struct trial *t, struct peer *peer)
{
	peer->listens = true;
	trial_action(t, "%s listens", peer->name);
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "listen", json_object(), gs_listen(peer->socket, GS_LISTEN));
}
