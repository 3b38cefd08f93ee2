/* SPDX-License-Identifier: Apache-2.0 */
/* observe.c - from what a socket gave to an observation: addresses become paths; the observation is logged. */
#include "runner/engine/trial.h"

#include <stdlib.h>
#include <string.h>

static void locate(const struct trial *t, const union gs_addr *address, struct observation *observation)
{
	enum endpoint endpoint;
	const bool mapped = address->sa.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr);

	observation->path = topology_locate(t->test_case->topology, &address->sa, &endpoint);
	if (observation->path < 0)
		observation->path = PATH_UNKNOWN;
	observation->family = address->sa.sa_family == AF_INET || mapped ? 4 : 6;
}

static void recognise_failed(
	const struct trial *t, const struct gs_send_failed *failed, struct observation *observation)
{
	unsigned flow, message;

	observation->flow = observation->message = -1;
	if (!flow_recognise(t, failed->bytes, failed->length, &flow, &message))
		return;
	const struct traffic *traffic = &t->flows[flow].traffic;
	observation->flow = (int)flow;
	observation->message = (int)message;
	observation->intact = failed->info.stream == message % traffic->streams &&
		failed->info.ppid == traffic->ppid + message && failed->info.context == message + 1 &&
		failed->length == traffic->size;
}

/* False for an event that the engine does not know. */
static bool translate(const struct trial *t, const struct gs_event *event, struct observation *observation)
{
	observation->assoc_id = (uint32_t)gs_event_assoc_id(event);
	observation->flow = observation->message = -1;
	observation->path = PATH_UNKNOWN;
	switch (event->type) {
	case GS_ASSOC_CHANGE:
		observation->kind = OBSERVED_ASSOC_CHANGE;
		observation->state = (int)event->assoc_change.state;
		observation->error = event->assoc_change.error;
		return true;
	case GS_PADDR_CHANGE:
		observation->kind = OBSERVED_PADDR_CHANGE;
		observation->state = (int)event->paddr_change.state;
		locate(t, &event->paddr_change.addr, observation);
		return true;
	case GS_SEND_FAILED:
		observation->kind = OBSERVED_SEND_FAILED;
		observation->state = event->send_failed.sent ? DATA_SENT : DATA_UNSENT;
		observation->error = event->send_failed.error;
		recognise_failed(t, &event->send_failed, observation);
		return true;
	case GS_REMOTE_ERROR:
		observation->kind = OBSERVED_REMOTE_ERROR;
		observation->error = event->remote_error.error;
		return true;
	case GS_SHUTDOWN_EVENT:
		observation->kind = OBSERVED_SHUTDOWN_EVENT;
		return true;
	case GS_PDAPI_EVENT:
		observation->kind = OBSERVED_PDAPI_EVENT;
		return true;
	case GS_ADAPTATION_EVENT:
		observation->kind = OBSERVED_ADAPTATION_EVENT;
		return true;
	default:
		return false;
	}
}

static json_t *fields(const struct observation *observation)
{
	json_t *object = json_pack(
		"{s:I, s:I}", "assoc_id", (json_int_t)observation->assoc_id, "error", (json_int_t)observation->error);
	const char *state = observed_state_name(observation->kind, observation->state);

	if (state != NULL)
		json_object_set_new(object, "state", json_string(state));
	if (observation->kind == OBSERVED_PADDR_CHANGE) {
		json_object_set_new(object, "path", json_integer(observation->path));
		json_object_set_new(object, "family", json_integer(observation->family));
	}
	if (observation->kind == OBSERVED_SEND_FAILED) {
		json_object_set_new(object, "flow", json_integer(observation->flow));
		json_object_set_new(object, "message", json_integer(observation->message));
		json_object_set_new(object, "intact", json_boolean(observation->intact));
	}
	return object;
}

static void log_observation(
	struct trial *t, const struct peer *peer, const struct observation *observation, const char *text)
{
	const char *endpoint = peer->endpoint == ENDPOINT_A ? "a" : "b";

	evidence_log(t->box, t->test_case->id, "event",
		json_pack("{s:I, s:s, s:s, s:s, s:s, s:o}", "t_ns", (json_int_t)observation->t, "endpoint", endpoint,
			"socket", peer->name, "event", observed_name(observation->kind), "text", text, "fields",
			fields(observation)));
}

/* Into the log, unless a `never` forbids it. */
static void record(struct trial *t, struct peer *peer, const struct observation *observation)
{
	struct evidence *evidence = t->evidence;
	char text[STORY_TEXT_MAX];
	FILE *out = trial_text(t, text, sizeof(text));

	observation_print(observation, out);
	fclose(out);
	if (evidence->observation_count == OBSERVATIONS_MAX)
		trial_fail(t, VERDICT_FAIL, "more events came than any case expects", "an end of the events", text);
	evidence->observations[evidence->observation_count++] = *observation;
	evidence_tell(evidence, observation->t, "%s: %s", peer->name, text);
	log_observation(t, peer, observation, text);
	for (unsigned i = 0; i < t->never_count; i++)
		if (item_fits(&t->nevers[i], observation)) {
			trial_check(t, "an event that must never come", NULL, false, text);
			trial_fail(t, VERDICT_FAIL, "an event came that must not come here", "never this one", text);
		}
}

static void tamper_and_record(struct trial *t, struct peer *peer, struct observation *observation)
{
	const unsigned copies = tamper_apply(&t->tamper, ++t->observed, observation);

	disaster_strike(&t->tamper, t->observed, &t->evidence->agent_dies);
	if (luck_strikes(&t->tamper, t->observed))
		return;
	for (unsigned i = 0; i < copies; i++)
		record(t, peer, observation);
}

void observe(struct trial *t, struct peer *peer, const struct gs_message *message)
{
	struct observation observation = { .t = now(t), .socket = peer->index };

	if (message->event.type == GS_DATA) {
		flow_receive(t, peer, message);
		return;
	}
	if (!translate(t, &message->event, &observation))
		trial_error(t, "%s: an event of unknown type %#x", peer->name, message->event.type);
	if (message->event.type == GS_ASSOC_CHANGE && (observation.state == COMM_UP || observation.state == RESTART))
		peer->assoc_id = observation.assoc_id;
	if (message->event.type == GS_ASSOC_CHANGE && observation.state != COMM_UP)
		for (unsigned i = 0; i < PEERS_MAX; i++)
			if (peer->assoc_with[i] == observation.assoc_id)
				peer->assoc_with[i] = 0;
	tamper_and_record(t, peer, &observation);
}

void observe_error(struct trial *t, struct peer *peer, int status)
{
	struct observation observation = { .t = now(t), .socket = peer->index, .kind = OBSERVED_ERROR };

	if (status <= GS_BADARG)
		trial_error(t, "%s: receiving: %s", peer->name, gs_status_name(status));
	observation.error = (unsigned)-status;
	tamper_and_record(t, peer, &observation);
}
