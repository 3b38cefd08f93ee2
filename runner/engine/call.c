/* SPDX-License-Identifier: Apache-2.0 */
/* call.c - see call.h. */
#include "runner/engine/call.h"

#include <inttypes.h>
#include <string.h>

/* "ok", "EINVAL", or gen_sctp's name of what is wrong with the call. */
static const char *result_of(int status)
{
	const char *name = status > GS_BADARG ? strerrorname_np(-status) : NULL;

	if (status == GS_OK)
		return "ok";
	return name != NULL ? name : gs_status_name(status);
}

static const char *endpoint_of(const struct peer *peer)
{
	return endpoint_name(peer->endpoint);
}

void trial_call(struct trial *t, const struct peer *peer, vtime at, const char *call, json_t *arguments, int status)
{
	evidence_log(t->box, t->test_case->id, "call",
		json_pack("{s:I, s:s, s:s, s:s, s:o, s:s}", "t_ns", (json_int_t)at, "endpoint", endpoint_of(peer),
			"socket", peer->name, "call", call, "arguments", arguments, "result", result_of(status)));
}

/* The path that a message is to go to, whatever the primary is; -1: none. On a one-to-one socket that is what an
 * address beside the message means (RFC 6458 section 4.1.8). */
static int path_named(const struct flow *flow)
{
	const struct traffic *traffic = &flow->traffic;

	if (traffic->over != 0)
		return traffic->over - 1;
	return traffic->setup.implicit && flow->from->one_to_one ? (int)traffic->setup.path : -1;
}

void trial_call_send(struct trial *t, const struct flow *flow, unsigned message, vtime at, int status)
{
	const struct traffic *traffic = &flow->traffic;
	char members[512], more[96] = "";

	if (t->sends_logged++ >= MESSAGES_LOGGED_MAX)
		return;
	if (path_named(flow) >= 0)
		snprintf(more, sizeof(more), ",\"over\":%d", path_named(flow));
	if (traffic->policy != PR_NONE)
		snprintf(more + strlen(more), sizeof(more) - strlen(more), ",\"policy\":%d,\"policy_value\":%u",
			(int)traffic->policy, traffic->policy_value);
	/* No escaping is needed: open_peer() has checked the name. */
	snprintf(members, sizeof(members),
		"\"t_ns\":%" PRId64
		",\"endpoint\":\"%s\",\"socket\":\"%s\",\"call\":\"send\",\"arguments\":{\"assoc_id\":%u,\"flow\":%u,"
		"\"message\":%u,\"stream\":%u,\"ppid\":%u,\"size\":%zu,\"unordered\":%s,\"timetolive_ms\":%u%s},"
		"\"result\":\"%s\"}",
		at, endpoint_of(flow->from), flow->from->name, flow->assoc_id, flow->index, message,
		flow_stream(flow, message), traffic->ppid + message, traffic->size,
		traffic->unordered ? "true" : "false", traffic->timetolive_ms, more, result_of(status));
	evidence_log_text(t->box, t->test_case->id, "call", members);
}

void trial_call_init(struct trial *t, const struct peer *peer, vtime at, const struct setup_by_message *setup)
{
	if (setup->with_init)
		trial_call(t, peer, at, "init",
			json_pack("{s:i, s:i, s:i, s:i}", "sinit_num_ostreams", (int)setup->streams,
				"sinit_max_instreams", (int)setup->max_instreams, "sinit_max_attempts",
				(int)setup->max_attempts, "sinit_max_init_timeo", (int)setup->max_init_timeo_ms),
			GS_OK);
}

void trial_call_sysctl(struct trial *t, enum endpoint endpoint, const char *name, const char *value)
{
	evidence_log(t->box, t->test_case->id, "call",
		json_pack("{s:I, s:s, s:s, s:s, s:{s:s, s:s}, s:s}", "t_ns", (json_int_t)now(t), "endpoint",
			endpoint_name(endpoint), "socket", "", "call", "sysctl", "arguments", "name", name, "value",
			value, "result", "ok"));
}
