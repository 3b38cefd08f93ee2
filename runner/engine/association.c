/* SPDX-License-Identifier: Apache-2.0 */
/* association.c - the verbs for sockets and associations: open, connect, settle, ask, and end. */
#include "runner/engine/call.h"

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
static void must(struct trial *t, const struct peer *peer, int status, const char *what)
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
static void called(struct trial *t, const struct peer *peer, vtime at, const char *call, json_t *arguments, int status)
{
	trial_call(t, peer, at, call, arguments, status);
	must(t, peer, status, call);
}

static union gs_addr as_gs_addr(const struct sockaddr_storage *address, uint16_t port)
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

/* ------------------------------------------------------------------ open, listen, connect */

static void collect_addresses(struct trial *t, struct peer *peer, const struct peer_options *options)
{
	const struct topology *topology = t->test_case->topology;
	const enum ip_family wanted = options->family ?: DUAL_STACK;

	for (unsigned path = 0; path < topology->paths; path++) {
		if (options->paths != 0 && (options->paths & (1U << path)) == 0)
			continue;
		for (enum ip_family family = IPV4; family <= IPV6; family++)
			if ((topology->family[path] & wanted & family) != 0)
				peer->addresses[peer->address_count++] =
					topology_address(topology, peer->endpoint, path, family);
	}
	if (peer->address_count == 0)
		trial_error(t, "%s: no address of the topology is left to bind", peer->name);
}

static void open_socket(struct trial *t, struct peer *peer, const struct peer_options *options)
{
	union gs_addr addresses[ADDRESSES_MAX];
	bool inet6 = false;

	for (size_t i = 0; i < peer->address_count; i++) {
		addresses[i] = as_gs_addr(&peer->addresses[i], options->port);
		inet6 |= addresses[i].sa.sa_family == AF_INET6;
	}
	struct gs_option items[3] = { { .name = GS_OPT_NODELAY, .value = !options->nagle } };
	size_t count = 1;
	if (options->streams != 0)
		items[count++] = (struct gs_option){ .name = GS_OPT_INITMSG,
			.initmsg = { .num_ostreams = GS_SET(options->streams) } };
	if (options->autoclose_s != 0)
		items[count++] = (struct gs_option){ .name = GS_OPT_AUTOCLOSE, .value = options->autoclose_s };
	const struct gs_open_options open = {
		.family = inet6 ? AF_INET6 : AF_INET,
		.port = options->port,
		.addrs = addresses,
		.n_addrs = peer->address_count,
		.netns = net_namespace(t->net, peer->endpoint),
		.options = { items, count, sizeof(struct gs_option) },
	};
	const vtime at = now(t);
	must(t, peer, gs_open(&open, &peer->socket), "open");
	must(t, peer, gs_port(peer->socket, &peer->port), "port");
	trial_call(t, peer, at, "open",
		json_pack("{s:i, s:i, s:i, s:I, s:b}", "port", peer->port, "addresses", (int)peer->address_count,
			"streams", options->streams, "autoclose_s", (json_int_t)options->autoclose_s, "nodelay",
			!options->nagle),
		GS_OK);
}

struct peer *open_peer(struct trial *t, enum endpoint endpoint, const char *name, const struct peer_options *options)
{
	static const struct peer_options defaults;
	struct peer *peer = &t->peers[t->peer_count];

	if (t->peer_count == PEERS_MAX)
		trial_error(t, "more than %d sockets", PEERS_MAX);
	/* The name is written into lines of the log without escaping. */
	if (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789- ")] != '\0')
		trial_error(t, "\"%s\" is no name for a socket", name);
	options = options ?: &defaults;
	*peer = (struct peer){ .trial = t, .index = t->peer_count, .endpoint = endpoint, .port = options->port };
	snprintf(peer->name, sizeof(peer->name), "%s", name);
	collect_addresses(t, peer, options);
	t->peer_count++;
	if (t->rehearsal == NULL)
		open_socket(t, peer, options);
	trial_action(t, "%s opens a socket at %s with %zu address%s", name, endpoint == ENDPOINT_A ? "a" : "b",
		peer->address_count, peer->address_count == 1 ? "" : "es");
	return peer;
}

void listen_on(struct trial *t, struct peer *peer)
{
	trial_action(t, "%s listens", peer->name);
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "listen", json_object(), gs_listen(peer->socket, GS_LISTEN));
}

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
static union gs_addr address_on(struct trial *t, const struct peer *at, const struct peer *of, unsigned path)
{
	for (size_t i = 0; i < of->address_count; i++) {
		const struct sockaddr_storage *address = &of->addresses[i];
		enum endpoint endpoint;

		if (topology_locate(t->test_case->topology, (const struct sockaddr *)address, &endpoint) == (int)path)
			return as_named_by(at, as_gs_addr(address, of->port));
	}
	trial_error(t, "%s has no address on path %u", of->name, path);
}

void start_connect(struct trial *t, struct peer *from, const struct peer *to, unsigned path)
{
	const union gs_addr address = address_on(t, from, to, path);

	trial_action(t, "%s connects to the %s over path %u", from->name, to->name, path);
	if (t->rehearsal == NULL)
		called(t, from, t->acted_at, "connect", json_pack("{s:i, s:i}", "path", (int)path, "port", to->port),
			gs_connect_init(from->socket, &address, NULL));
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
	if (t->rehearsal == NULL)
		called(t, from, t->acted_at, "connectx",
			json_pack("{s:i, s:i, s:i}", "path", (int)paths[0], "addresses", (int)count, "port", to->port),
			gs_connectx_init(from->socket, addresses, count, NULL, &assoc_id));
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

	start_connect(t, pair.client, pair.server, 0);
	expect_at_both(t, pair, soon(t, comm_up(EACH)));
	return pair;
}

struct pair associated(struct trial *t)
{
	return associated_with(t, NULL, NULL);
}

/* Makes an item for each address of `of`, except the one that the association was made over. */
static size_t confirmations(
	struct trial *t, const struct peer *at, const struct peer *of, struct window window, struct item *items)
{
	size_t count = 0;

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
	struct window window = after(now(t), confirmation(t));
	struct item items[2 * ADDRESSES_MAX];
	size_t count;

	/* The timers began with COMM_UP, which was up to 20 ms ago. */
	window.from -= ms(20);
	count = confirmations(t, pair.client, pair.server, window, items);
	count += confirmations(t, pair.server, pair.client, window, items + count);
	if (count > 0)
		expect_group(t, IN_ANY_ORDER, items, count, NULL, NULL);
}

/* A message each way measures the primary path's round trip; the other paths were measured when
 * they were confirmed. */
void settle(struct trial *t, struct pair pair)
{
	expect_delivered_both_ways(t, pair);
	/* Lets the last delayed acknowledgement arrive. */
	expect_quiet(t, 2 * duration(in_force(t)->sack_timeout));
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
	if (t->rehearsal != NULL)
		return;
	if (how == CLOSE_LINGER_0)
		must(t, peer,
			gs_setopt(peer->socket,
				&(struct gs_option){ .name = GS_OPT_LINGER, .linger = { .on = 1, .seconds = 0 } }),
			"linger");
	const vtime at = now(t);
	gs_free(peer->socket);
	peer->socket = NULL;
	trial_call(t, peer, at, "close", json_pack("{s:b}", "linger_0", how == CLOSE_LINGER_0), GS_OK);
}

/* ------------------------------------------------------------------ what the kernel says */

static void judge(struct trial *t, const char *expected, bool ok, const char *got)
{
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	trial_check(t, expected, NULL, ok, ok ? NULL : got);
	if (!ok)
		trial_fail(t, VERDICT_FAIL, "the kernel reports another state", expected, got);
}

static const struct peer *other_end(const struct trial *t, const struct peer *peer)
{
	for (unsigned i = 0; i < t->peer_count; i++)
		if (t->peers[i].endpoint != peer->endpoint && t->peers[i].address_count > 1)
			return &t->peers[i];
	for (unsigned i = 0; i < t->peer_count; i++)
		if (t->peers[i].endpoint != peer->endpoint)
			return &t->peers[i];
	return peer;
}

void expect_path_state(struct trial *t, struct peer *peer, unsigned path, enum path_state state)
{
	const union gs_addr address = address_on(t, peer, other_end(t, peer), path);
	struct gs_option option = { .name = GS_OPT_GET_PEER_ADDR_INFO,
		.peer_addr_info = { .assoc_id = (int32_t)peer->assoc_id, .address = address } };
	char expected[STORY_TEXT_MAX];
	int status = GS_OK;

	snprintf(expected, sizeof(expected), "path %u of the %s is %s", path, peer->name, gs_path_name((int32_t)state));
	if (t->rehearsal == NULL)
		status = gs_getopt(peer->socket, &option);
	judge(t, expected, status == GS_OK && option.peer_addr_info.state == (int32_t)state,
		status != GS_OK ? gs_status_name(status) : gs_path_name(option.peer_addr_info.state));
}

void expect_path_state_at_both(struct trial *t, struct pair pair, unsigned path, enum path_state state)
{
	expect_path_state(t, pair.client, path, state);
	expect_path_state(t, pair.server, path, state);
}

void expect_paths_active(struct trial *t, struct pair pair)
{
	for (unsigned path = 0; path < t->test_case->topology->paths; path++)
		expect_path_state_at_both(t, pair, path, PATH_ACTIVE);
}

static struct gs_option primary_option(const struct peer *peer, const union gs_addr *address)
{
	return (struct gs_option){ .name = GS_OPT_PRIMARY_ADDR,
		.address = { .assoc_id = (int32_t)peer->assoc_id, .addr = *address } };
}

static int family_of(const union gs_addr *address)
{
	const bool mapped = address->sa.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr);

	return address->sa.sa_family == AF_INET || mapped ? 4 : 6;
}

void set_primary(struct trial *t, struct peer *peer, unsigned path)
{
	const union gs_addr address = address_on(t, peer, other_end(t, peer), path);
	const struct gs_option option = primary_option(peer, &address);

	trial_action(t, "%s makes path %u its primary", peer->name, path);
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "primary_addr",
			json_pack("{s:I, s:i, s:i}", "assoc_id", (json_int_t)peer->assoc_id, "path", (int)path,
				"family", family_of(&address)),
			gs_setopt(peer->socket, &option));
}

void expect_primary_refused(struct trial *t, struct peer *peer, const struct sockaddr *address)
{
	union gs_addr wanted = { 0 };
	int status = GS_OK;

	memcpy(&wanted, address, address->sa_family == AF_INET ? sizeof(wanted.v4) : sizeof(wanted.v6));
	const struct gs_option option = primary_option(peer, &wanted);
	if (t->rehearsal == NULL)
		status = gs_setopt(peer->socket, &option);
	judge(t, "an address that is not the peer's is refused as primary with EINVAL", status == -EINVAL,
		gs_status_name(status));
}

static int read_status(struct trial *t, struct peer *peer, struct gs_assoc_status *out)
{
	struct gs_option option = { .name = GS_OPT_STATUS, .status = { .assoc_id = (int32_t)peer->assoc_id } };
	const int status = t->rehearsal == NULL ? gs_getopt(peer->socket, &option) : GS_OK;

	*out = option.status;
	return status;
}

void expect_primary(struct trial *t, struct peer *peer, unsigned path)
{
	struct gs_assoc_status status;
	enum endpoint endpoint;
	char expected[STORY_TEXT_MAX], got[STORY_TEXT_MAX];
	const int result = read_status(t, peer, &status);
	const int is = topology_locate(t->test_case->topology, &status.primary.address.sa, &endpoint);

	snprintf(expected, sizeof(expected), "path %u is the primary of the %s", path, peer->name);
	if (result == GS_OK)
		snprintf(got, sizeof(got), "path %d is", is);
	else
		snprintf(got, sizeof(got), "%s", gs_status_name(result));
	judge(t, expected, result == GS_OK && is == (int)path, got);
}

void expect_primary_at_both(struct trial *t, struct pair pair, unsigned path)
{
	expect_primary(t, pair.client, path);
	expect_primary(t, pair.server, path);
}

void expect_established(struct trial *t, struct peer *peer)
{
	struct gs_assoc_status status;
	char expected[STORY_TEXT_MAX];
	const int result = read_status(t, peer, &status);

	snprintf(expected, sizeof(expected), "the association of the %s is established", peer->name);
	judge(t, expected, result == GS_OK && status.state == GS_STATE_ESTABLISHED,
		result != GS_OK ? gs_status_name(result) : gs_assoc_status_name(status.state));
}

void expect_established_at_both(struct trial *t, struct pair pair)
{
	expect_established(t, pair.client);
	expect_established(t, pair.server);
}

void expect_no_association(struct trial *t, struct peer *peer)
{
	struct gs_assoc_status status;
	char expected[STORY_TEXT_MAX];
	const int result = read_status(t, peer, &status);

	snprintf(expected, sizeof(expected), "the %s has no association any more", peer->name);
	judge(t, expected, result == -EINVAL,
		result == GS_OK ? gs_assoc_status_name(status.state) : gs_status_name(result));
}

void expect_no_association_at_both(struct trial *t, struct pair pair)
{
	expect_no_association(t, pair.client);
	expect_no_association(t, pair.server);
}
