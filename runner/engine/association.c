/* SPDX-License-Identifier: Apache-2.0 */
/* association.c - the verbs for associations: connect, settle, and end. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Whether the call was wrong or could not be made here, so that the kernel under test is not at fault. */
static bool is_our_failure(int status)
{
	static const int ours[] = { ENOMEM, EMFILE, ENFILE, EBADF, EPERM, EACCES, EPROTONOSUPPORT, ESOCKTNOSUPPORT,
		EAFNOSUPPORT };

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (status == -ours[i])
			return true;
	return status <= GS_BADARG;
}

/* Checks a call of the library that must succeed. A kernel that refuses it is at fault: it may for instance keep the
 * address of a socket that does not exist any more. */
void call_must_succeed(struct trial *t, const struct peer *peer, int status, const char *what)
{
	char reason[REASON_MAX], expected[STORY_TEXT_MAX];

	if (status == GS_OK)
		return;
	if (is_our_failure(status))
		trial_error(t, "%s: %s: %s", peer->name, what,
			status > GS_BADARG ? strerror(-status) : gs_status_name(status));
	snprintf(reason, sizeof(reason), "%s at the %s: %s", what, peer->name, strerror(-status));
	snprintf(expected, sizeof(expected), "%s: %s succeeds", peer->name, what);
	trial_check(t, expected, NULL, false, strerror(-status));
	trial_fail(t, VERDICT_FAIL, reason, expected, strerror(-status));
}

/* A call that must succeed, and its line in the log. */
void called(struct trial *t, const struct peer *peer, vtime at, const char *call, json_t *arguments, int status)
{
	trial_call(t, peer, at, call, arguments, status);
	call_must_succeed(t, peer, status, call);
}

void refused(struct trial *t, const struct peer *peer, vtime at, const char *call, const char *what, json_t *arguments,
	int status, int error)
{
	char expected[STORY_TEXT_MAX], reason[REASON_MAX];
	const char *got = status == GS_OK ? "it succeeds" : gs_status_name(status);

	snprintf(expected, sizeof(expected), "%s: %s is refused: %s", peer->name, what, strerrorname_np(error));
	if (t->rehearsal != NULL) {
		json_decref(arguments);
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	trial_call(t, peer, at, call, arguments, status);
	trial_check(t, expected, NULL, status == -error, status == -error ? NULL : got);
	if (status == -error)
		return;
	snprintf(reason, sizeof(reason),
		status == GS_OK ? "%s at the %s is not refused" : "%s at the %s is refused with another errno", call,
		peer->name);
	trial_fail(t, VERDICT_FAIL, reason, expected, got);
}

union gs_addr as_gs_addr(const struct sockaddr_storage *address, uint16_t port)
{
	union gs_addr out = { 0 };

	if (address->ss_family == AF_INET) {
		memcpy(&out.v4, address, sizeof(out.v4));
		out.v4.sin_port = htons(port);
	} else {
		memcpy(&out.v6, address, sizeof(out.v6));
		out.v6.sin6_port = htons(port);
	}
	return out;
}

/* ------------------------------------------------------------------ connect */

/* The address in the form that a socket of that family uses: IPv4 addresses are mapped on an IPv6 socket. */
static union gs_addr as_named_by(const struct peer *peer, union gs_addr address)
{
	bool inet6 = false;

	for (size_t i = 0; i < peer->address_count; i++)
		inet6 |= peer->addresses[i].ss_family == AF_INET6;
	if (!inet6 || address.sa.sa_family == AF_INET6)
		return address;
	union gs_addr mapped = { .v6 = { .sin6_family = AF_INET6, .sin6_port = address.v4.sin_port } };
	mapped.v6.sin6_addr.s6_addr[10] = mapped.v6.sin6_addr.s6_addr[11] = 0xff;
	memcpy(&mapped.v6.sin6_addr.s6_addr[12], &address.v4.sin_addr, sizeof(address.v4.sin_addr));
	return mapped;
}

/* The address of `of` on a path, the first family that it has there, for use on the socket of `at`. */
union gs_addr address_on(struct trial *t, const struct peer *at, const struct peer *of, unsigned path)
{
	for (size_t i = 0; i < of->address_count; i++) {
		const struct sockaddr_storage *address = &of->addresses[i];
		enum endpoint endpoint;

		if (topology_locate(t->test_case->topology, (const struct sockaddr *)address, &endpoint) == (int)path)
			return as_named_by(at, as_gs_addr(address, of->port));
	}
	trial_error(t, "%s has no address on path %u", of->name, path);
}

union gs_addr own_address_on(struct trial *t, const struct peer *peer, unsigned path)
{
	const struct topology *topology = t->test_case->topology;

	for (enum ip_family family = IPV4; path < topology->paths && family <= IPV6; family++)
		if ((topology->family[path] & family) != 0) {
			const struct sockaddr_storage address =
				topology_address(topology, peer->endpoint, path, family);

			return as_named_by(peer, as_gs_addr(&address, peer->port));
		}
	trial_error(t, "the endpoint of the %s has no address on path %u", peer->name, path);
}

void start_connect(struct trial *t, struct peer *from, const struct peer *to, unsigned path)
{
	const union gs_addr address = address_on(t, from, to, path);

	trial_action(t, "%s connects to the %s over path %u", from->name, to->name, path);
	if (t->rehearsal != NULL)
		return;
	const int status = gs_connect_init(from->socket, &address, NULL);
	learn_port(t, from);
	called(t, from, t->acted_at, "connect", json_pack("{s:i, s:i}", "path", (int)path, "port", to->port), status);
}

void start_connect_several(
	struct trial *t, struct peer *from, const struct peer *to, const unsigned *paths, size_t count)
{
	union gs_addr addresses[ADDRESSES_MAX];
	int32_t assoc_id;

	if (count == 0 || count > ADDRESSES_MAX)
		trial_error(t, "connecting to %zu addresses", count);
	for (size_t i = 0; i < count; i++)
		addresses[i] = address_on(t, from, to, paths[i]);
	trial_action(t, "%s connects to the %s by %zu addresses, that of path %u first", from->name, to->name, count,
		paths[0]);
	if (t->rehearsal != NULL)
		return;
	called(t, from, t->acted_at, "connectx",
		json_pack("{s:i, s:i, s:i}", "path", (int)paths[0], "addresses", (int)count, "port", to->port),
		gs_connectx_init(from->socket, addresses, count, NULL, &assoc_id));
	from->assoc_id = (uint32_t)assoc_id;
}

/* ------------------------------------------------------------------ whole associations */

struct pair strangers_with(struct trial *t, const struct peer_options *client, const struct peer_options *server)
{
	struct peer_options at_server = server != NULL ? *server : (struct peer_options){ 0 };
	struct pair pair;

	at_server.port = at_server.port ?: SERVER_PORT;
	pair.server = open_peer(t, ENDPOINT_B, "server", &at_server);
	pair.client = open_peer(t, ENDPOINT_A, "client", client);
	listen_on(t, pair.server);
	return pair;
}

struct pair strangers(struct trial *t)
{
	return strangers_with(t, NULL, NULL);
}

struct pair associated_with(struct trial *t, const struct peer_options *client, const struct peer_options *server)
{
	const struct pair pair = strangers_with(t, client, server);

	associate(t, pair);
	return pair;
}

struct pair associated(struct trial *t)
{
	return associated_with(t, NULL, NULL);
}

/* Makes an item for each address of `of`, except the one that the association was made over. */
static size_t confirmations(struct trial *t, const struct peer *at, const struct peer *of, struct item *items)
{
	struct window window = after(now(t), timing_confirmation(in_force_at(t, at->endpoint)));
	size_t count = 0;

	/* The timers began with COMM_UP, which was up to 20 ms ago. */
	window.from -= ms(20);

	for (size_t i = 1; i < of->address_count; i++) {
		enum endpoint endpoint;
		const int path =
			topology_locate(t->test_case->topology, (const struct sockaddr *)&of->addresses[i], &endpoint);

		items[count++] = within(window,
			of_family(of->addresses[i].ss_family == AF_INET ? IPV4 : IPV6,
				addr_confirmed(at, (unsigned)path)));
	}
	return count;
}

void confirm_addresses(struct trial *t, struct pair pair)
{
	struct item items[2 * ADDRESSES_MAX];
	size_t count;

	count = confirmations(t, pair.client, pair.server, items);
	count += confirmations(t, pair.server, pair.client, items + count);
	if (count > 0)
		expect_group(t, IN_ANY_ORDER, items, count, NULL, NULL);
}

/* A message each way measures the primary path's round trip; the other paths were measured when
 * they were confirmed. */
void settle(struct trial *t, struct pair pair)
{
	expect_delivered_both_ways(t, pair);
	/* Lets the last delayed acknowledgement arrive. */
	const vtime client = duration(in_force_at(t, pair.client->endpoint)->sack_timeout);
	const vtime server = duration(in_force_at(t, pair.server->endpoint)->sack_timeout);
	expect_quiet(t, 2 * (client > server ? client : server));
}

struct pair settled_with(struct trial *t, const struct peer_options *client, const struct peer_options *server)
{
	const struct pair pair = associated_with(t, client, server);

	confirm_addresses(t, pair);
	settle(t, pair);
	return pair;
}

struct pair settled(struct trial *t)
{
	return settled_with(t, NULL, NULL);
}

/* ------------------------------------------------------------------ ends */

static json_t *of_association(const struct peer *peer)
{
	return json_pack("{s:I}", "assoc_id", (json_int_t)peer->assoc_id);
}

void shut_down(struct trial *t, struct peer *peer)
{
	trial_action(t, "%s shuts the association down", peer->name);
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "eof", of_association(peer),
			gs_eof(peer->socket, (int32_t)peer->assoc_id));
}

void abort_association(struct trial *t, struct peer *peer)
{
	trial_action(t, "%s aborts the association", peer->name);
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "abort", of_association(peer),
			gs_abort(peer->socket, (int32_t)peer->assoc_id));
}

void close_peer(struct trial *t, struct peer *peer, enum close_how how)
{
	trial_action(t, "%s closes its socket%s", peer->name, how == CLOSE_LINGER_0 ? " with linger 0" : "");
	peer->closed = true;
	if (t->rehearsal != NULL)
		return;
	if (how == CLOSE_LINGER_0)
		call_must_succeed(t, peer,
			gs_setopt(peer->socket,
				&(struct gs_option){ .name = GS_OPT_LINGER, .linger = { .on = 1, .seconds = 0 } }),
			"linger");
	const vtime at = now(t);
	gs_free(peer->socket);
	peer->socket = NULL;
	trial_call(t, peer, at, "close",
		json_pack("{s:b, s:I}", "linger_0", how == CLOSE_LINGER_0, "assoc_id",
			(json_int_t)(peer->one_to_one || peer->branched_off ? peer->assoc_id : 0)),
		GS_OK);
}
