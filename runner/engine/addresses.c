/* SPDX-License-Identifier: Apache-2.0 */
/* addresses.c - see addresses.h. */
#include "runner/engine/trial.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

enum address_form form_of(const union gs_addr *address)
{
	if (address->sa.sa_family == AF_INET)
		return AS_IPV4;
	if (address->sa.sa_family != AF_INET6)
		return ANY_FORM;
	return IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr) ? AS_MAPPED : AS_IPV6;
}

static void print_address(const union gs_addr *address, FILE *out)
{
	char text[INET6_ADDRSTRLEN] = "an address of no family";

	if (address->sa.sa_family == AF_INET)
		inet_ntop(AF_INET, &address->v4.sin_addr, text, sizeof(text));
	if (address->sa.sa_family == AF_INET6)
		inet_ntop(AF_INET6, &address->v6.sin6_addr, text, sizeof(text));
	fprintf(out, " %s", text);
}

static void judge(struct trial *t, const char *expected, bool ok, const char *got)
{
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	trial_check(t, expected, NULL, ok, ok ? NULL : got);
	if (!ok)
		trial_fail(t, VERDICT_FAIL, "the kernel says something else of addresses", expected, got);
}

/* IPv4 addresses in that form; an IPv6 address has no other one. */
static bool has_form(const union gs_addr *address, enum address_form form)
{
	return form == ANY_FORM || form_of(address) == AS_IPV6 || form_of(address) == form;
}

/* Is it that of the endpoint on one of these paths? Takes the path from them. */
static bool take_path(
	const struct trial *t, const union gs_addr *address, enum endpoint of, unsigned *paths, enum address_form form)
{
	enum endpoint endpoint;
	const int path = topology_locate(t->test_case->topology, &address->sa, &endpoint);

	if (path < 0 || endpoint != of || (*paths & (1U << path)) == 0 || !has_form(address, form))
		return false;
	*paths &= ~(1U << path);
	return true;
}

static void judge_list(struct trial *t, struct peer *peer, const char *whose, enum endpoint of, unsigned paths,
	enum address_form form, int32_t assoc_id, bool of_peer)
{
	char expected[STORY_TEXT_MAX], got[STORY_TEXT_MAX] = "";
	union gs_addr *addresses = NULL;
	size_t count = 0;
	FILE *out = trial_text(t, expected, sizeof(expected));
	bool ok;

	fprintf(out, "%s: its %s are those of the path(s)", peer->name, whose);
	for (unsigned path = 0; path < NET_PATHS_MAX; path++)
		if ((paths & (1U << path)) != 0)
			fprintf(out, " %u", path);
	fprintf(out, ", %s", address_form_name(form));
	fclose(out);
	if (t->rehearsal != NULL) {
		judge(t, expected, true, NULL);
		return;
	}
	const int status = of_peer ? gs_peernames(peer->socket, assoc_id, &addresses, &count)
				   : gs_socknames(peer->socket, assoc_id, &addresses, &count);
	ok = status == GS_OK;
	out = trial_text(t, got, sizeof(got));
	fprintf(out, "%s:", gs_status_name(status));
	for (size_t i = 0; i < count; i++) {
		print_address(&addresses[i], out);
		ok &= take_path(t, &addresses[i], of, &paths, form);
	}
	fclose(out);
	free(addresses);
	judge(t, expected, ok && paths == 0, got);
}

void expect_peer_addresses(struct trial *t, struct peer *peer, unsigned paths, enum address_form form)
{
	judge_list(
		t, peer, "peer's addresses", other_end(t, peer)->endpoint, paths, form, (int32_t)peer->assoc_id, true);
}

void expect_own_addresses(struct trial *t, struct peer *peer, unsigned paths, enum address_form form)
{
	judge_list(t, peer, "own addresses", peer->endpoint, paths, form, 0, false);
}

static void judge_one(struct trial *t, const struct peer *peer, const char *what, unsigned path, enum address_form form,
	int got_path, enum address_form got_form)
{
	char expected[STORY_TEXT_MAX], got[STORY_TEXT_MAX];

	snprintf(expected, sizeof(expected), "%s: %s is the peer's address on path %u, %s", peer->name, what, path,
		address_form_name(form));
	snprintf(got, sizeof(got), "that of path %d, %s", got_path, address_form_name(got_form));
	judge(t, expected, got_path == (int)path && (form == ANY_FORM || got_form == form), got);
}

void expect_peer_name(struct trial *t, struct peer *peer, unsigned path, enum address_form form)
{
	union gs_addr name = { 0 };
	enum endpoint endpoint = peer->endpoint;
	int is = (int)path;

	if (t->rehearsal == NULL) {
		is = gs_peername(peer->socket, &name) != GS_OK
			? -1
			: topology_locate(t->test_case->topology, &name.sa, &endpoint);
		if (endpoint == peer->endpoint)
			is = -1;
	}
	judge_one(t, peer, "getpeername(2)", path, form, is, form_of(&name));
}

void expect_came_from(struct trial *t, const struct flow *flow, unsigned message, unsigned path, enum address_form form)
{
	const struct message *came = &flow->messages[message];

	if (message >= flow->traffic.count || (t->rehearsal == NULL && came->received < 0))
		trial_error(t, "message %u of flow %u has not arrived", message, flow->index);
	judge_one(t, flow->to, "msg_name of a message", path, form, came->path, (enum address_form)came->form);
}

struct item in_form(enum address_form form, struct item item)
{
	item.form = form;
	return item;
}
