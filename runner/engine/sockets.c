/* SPDX-License-Identifier: Apache-2.0 */
/* sockets.c - see sockets.h. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void associate(struct trial *t, struct pair pair)
{
	start_connect(t, pair.client, pair.server, 0);
	expect_at_both(t, pair, soon(t, comm_up(EACH)));
}

/* ------------------------------------------------------------------ listen, accept, peel off */

void listen_with_backlog(struct trial *t, struct peer *peer, int backlog)
{
	trial_action(t, "%s listens with a backlog of %d", peer->name, backlog);
	peer->listens = backlog > 0;
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "listen", json_pack("{s:i}", "backlog", backlog),
			gs_listen(peer->socket, backlog));
}

void expect_listen_refused(struct trial *t, struct peer *peer, int backlog, int error)
{
	const int status = t->rehearsal == NULL ? gs_listen(peer->socket, backlog) : GS_OK;

	refused(t, peer, now(t), "listen", "to listen", json_pack("{s:i}", "backlog", backlog), status, error);
}

static int accept_now(const struct peer *listener)
{
	const int fd = accept(gs_fd(listener->socket), NULL, NULL);

	return fd < 0 ? -errno : fd;
}

struct peer *accept_peer(struct trial *t, struct peer *listener, const char *name)
{
	const struct window window = shortly_after(now(t));
	char expected[STORY_TEXT_MAX];
	struct peer *peer;
	int fd;

	snprintf(expected, sizeof(expected), "the %s has an association to accept", listener->name);
	if (t->rehearsal != NULL)
		fprintf(t->rehearsal, "  expect %s\n", expected);
	else if (!pump_until(t, listener, POLLIN, window.to)) {
		trial_check(t, expected, &window, false, "none");
		trial_fail(t, VERDICT_FAIL, "there is no association to accept", expected, "none");
	}
	peer = branch_off(t, listener, name);
	trial_action(t, "%s accepts the %s", listener->name, name);
	if (t->rehearsal != NULL)
		return peer;
	trial_check_met(t, expected, &window, now(t));
	fd = accept_now(listener);
	trial_call(t, listener, t->acted_at, "accept", json_pack("{s:s}", "socket", name), fd < 0 ? fd : GS_OK);
	if (fd < 0)
		trial_fail(t, VERDICT_FAIL, "accept fails though poll says that it can", expected, strerror(-fd));
	if (gs_adopt(fd, &peer->socket) != GS_OK)
		trial_error(t, "%s: the descriptor of accept: %m", name);
	if (gs_setopt(peer->socket, &(struct gs_option){ .name = GS_OPT_NON_BLOCK_SEND, .value = 1 }) != GS_OK)
		trial_error(t, "%s: a socket that does not wait", name);
	return peer;
}

void expect_nothing_to_accept(struct trial *t, struct peer *listener)
{
	const int fd = t->rehearsal == NULL ? accept_now(listener) : -EAGAIN;

	if (fd >= 0)
		close(fd);
	refused(t, listener, now(t), "accept", "to accept an association", json_object(), fd < 0 ? fd : GS_OK, EAGAIN);
}

void expect_accept_refused(struct trial *t, struct peer *peer, int error)
{
	const int fd = t->rehearsal == NULL ? accept_now(peer) : GS_OK;

	if (t->rehearsal == NULL && fd >= 0)
		close(fd);
	refused(t, peer, now(t), "accept", "to accept an association", json_object(), fd < 0 ? fd : GS_OK, error);
}

uint32_t id_with(const struct peer *peer, const struct peer *other)
{
	return association_with(peer, other) ?: peer->assoc_id;
}

static json_t *of_association(const struct peer *peer, const struct peer *other)
{
	return json_pack("{s:I}", "assoc_id", (json_int_t)id_with(peer, other));
}

struct peer *peel_off(struct trial *t, struct peer *peer, const struct peer *other, const char *name)
{
	const uint32_t id = id_with(peer, other);
	struct peer *peeled = branch_off(t, peer, name);
	json_t *arguments;

	trial_action(t, "%s peels the association with the %s off: %s", peer->name, other->name, name);
	if (t->rehearsal != NULL)
		return peeled;
	arguments = of_association(peer, other);
	json_object_set_new(arguments, "socket", json_string(name));
	called(t, peer, t->acted_at, "peeloff", arguments, peel_off_there(t, peer, id, &peeled->socket));
	associations_move(peer, peeled, id);
	return peeled;
}

void expect_peel_off_refused(struct trial *t, struct peer *peer, const struct peer *other, int error)
{
	struct gs_socket *peeled = NULL;
	const int status = t->rehearsal == NULL ? peel_off_there(t, peer, id_with(peer, other), &peeled) : GS_OK;

	gs_free(peeled);
	refused(t, peer, now(t), "peeloff", "to peel the association off", of_association(peer, other), status, error);
}

void expect_connect_refused(struct trial *t, struct peer *from, const struct peer *to, unsigned path, int error)
{
	const union gs_addr address = address_on(t, from, to, path);
	const vtime at = now(t);
	const int status = t->rehearsal == NULL ? gs_connect_init(from->socket, &address, NULL) : GS_OK;

	refused(t, from, at, "connect", "to connect", json_pack("{s:i, s:i}", "path", (int)path, "port", to->port),
		status, error);
}

/* ------------------------------------------------------------------ addresses */

static void note_address(struct peer *peer, const union gs_addr *address, bool added)
{
	size_t at = 0;

	for (; at < peer->address_count; at++) {
		union gs_addr has = { 0 };

		memcpy(&has, &peer->addresses[at], sizeof(has));
		if (gs_addr_same_host(&has, address))
			break;
	}
	if (added && at == peer->address_count && at < ADDRESSES_MAX)
		memcpy(&peer->addresses[peer->address_count++], address, sizeof(*address));
	if (!added && at < peer->address_count)
		peer->addresses[at] = peer->addresses[--peer->address_count];
}

static void change_address(struct trial *t, struct peer *peer, unsigned path, bool add)
{
	const union gs_addr address = own_address_on(t, peer, path);

	trial_action(t, "%s %s its address on path %u", peer->name, add ? "adds" : "removes", path);
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, add ? "bindx_add" : "bindx_rem", json_pack("{s:i}", "path", (int)path),
			bindx(peer, &address, add));
	note_address(peer, &address, add);
}

void add_address(struct trial *t, struct peer *peer, unsigned path)
{
	change_address(t, peer, path, true);
}

void remove_address(struct trial *t, struct peer *peer, unsigned path)
{
	change_address(t, peer, path, false);
}

static void change_refused(struct trial *t, struct peer *peer, unsigned path, bool add, int error)
{
	const union gs_addr address = own_address_on(t, peer, path);
	const vtime at = now(t);
	char what[64];

	snprintf(what, sizeof(what), "to %s its address on path %u", add ? "add" : "remove", path);
	refused(t, peer, at, add ? "bindx_add" : "bindx_rem", what, json_pack("{s:i}", "path", (int)path),
		t->rehearsal == NULL ? bindx(peer, &address, add) : GS_OK, error);
}

void expect_add_address_refused(struct trial *t, struct peer *peer, unsigned path, int error)
{
	change_refused(t, peer, path, true, error);
}

void expect_remove_address_refused(struct trial *t, struct peer *peer, unsigned path, int error)
{
	change_refused(t, peer, path, false, error);
}

void expect_bind_refused(struct trial *t, struct peer *peer, unsigned path, enum ip_family family, int error)
{
	const struct sockaddr_storage own = topology_address(t->test_case->topology, peer->endpoint, path, family);
	const union gs_addr address = as_gs_addr(&own, peer->port);
	const vtime at = now(t);
	char what[64];

	snprintf(what, sizeof(what), "to bind to its IPv%d address on path %u", family == IPV4 ? 4 : 6, path);
	refused(t, peer, at, "bind", what, json_pack("{s:i}", "path", (int)path),
		t->rehearsal == NULL ? bind_again(peer, &address) : GS_OK, error);
}

/* ------------------------------------------------------------------ ends */

static const char *const half_words[] = { [RECEIVING] = "receiving", [SENDING] = "sending", [BOTH] = "both" };
static const int half_numbers[] = { [RECEIVING] = SHUT_RD, [SENDING] = SHUT_WR, [BOTH] = SHUT_RDWR };

static json_t *half_arguments(const struct peer *peer, enum half half)
{
	return json_pack("{s:s, s:I}", "half", half_words[half], "assoc_id", (json_int_t)peer->assoc_id);
}

static int shut(const struct peer *peer, enum half half)
{
	return shutdown(gs_fd(peer->socket), half_numbers[half]) < 0 ? -errno : GS_OK;
}

void shut_half(struct trial *t, struct peer *peer, enum half half)
{
	trial_action(t, half == BOTH ? "%s shuts %s halves" : "%s shuts the half of %s", peer->name, half_words[half]);
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "shutdown", half_arguments(peer, half), shut(peer, half));
}

void expect_shut_half_refused(struct trial *t, struct peer *peer, enum half half, int error)
{
	refused(t, peer, now(t), "shutdown", "shutdown(2)", half_arguments(peer, half),
		t->rehearsal == NULL ? shut(peer, half) : GS_OK, error);
}

void expect_end_of_reading(struct trial *t, struct peer *peer)
{
	const struct window window = shortly_after(now(t));
	char expected[STORY_TEXT_MAX];

	snprintf(expected, sizeof(expected), "%s: reading comes to its end", peer->name);
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	while (!peer->ended && now(t) < window.to)
		pump(t, window.to);
	if (peer->ended) {
		trial_check_met(t, expected, &window, now(t));
		return;
	}
	trial_check(t, expected, &window, false, "it goes on");
	trial_fail(t, VERDICT_FAIL, "reading has no end", expected, "it goes on");
}

void shut_down_with(struct trial *t, struct peer *peer, const struct peer *other)
{
	trial_action(t, "%s shuts the association with the %s down", peer->name, other->name);
	if (t->rehearsal == NULL)
		called(t, peer, t->acted_at, "eof", of_association(peer, other),
			gs_eof(peer->socket, (int32_t)id_with(peer, other)));
}

void abort_with(struct trial *t, struct peer *peer, const struct peer *other, const char *reason)
{
	json_t *arguments;

	trial_action(t, "%s aborts the association with the %s: \"%s\"", peer->name, other->name, reason);
	if (t->rehearsal != NULL)
		return;
	arguments = of_association(peer, other);
	json_object_set_new(arguments, "reason", json_string(reason));
	called(t, peer, t->acted_at, "abort", arguments,
		send_end(peer, NULL, id_with(peer, other), END_BY_ABORT, reason));
}
