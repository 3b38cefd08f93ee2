/* SPDX-License-Identifier: Apache-2.0 */
/* status.c - what the kernel says of an association and its paths: states, the primary, whether there is one at all. */
#include "runner/engine/call.h"
#include "runner/engine/kernel_call.h"

#include <errno.h>
#include <string.h>

/* `path` of the peer's addresses as `about` sees it; NULL: it is about no path. */
static void judge_of_path(
	struct trial *t, const char *expected, bool ok, const char *got, const struct peer *about, unsigned path)
{
	char reason[REASON_MAX];

	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	if (!ok && about != NULL)
		trial_check_path(t, expected, NULL, got, about->endpoint, path);
	else
		trial_check(t, expected, NULL, ok, ok ? NULL : got);
	snprintf(reason, sizeof(reason), "it does not hold that %s: %s", expected, got);
	if (!ok)
		trial_fail(t, VERDICT_FAIL, reason, expected, got);
}

static void judge(struct trial *t, const char *expected, bool ok, const char *got)
{
	judge_of_path(t, expected, ok, got, NULL, 0);
}

const struct peer *other_end(const struct trial *t, const struct peer *peer)
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
	judge_of_path(t, expected, status == GS_OK && option.peer_addr_info.state == (int32_t)state,
		status != GS_OK ? gs_status_name(status) : gs_path_name(option.peer_addr_info.state), peer, path);
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
