/* SPDX-License-Identifier: Apache-2.0 */
/* observe.c - from what a socket gave to an observation: addresses become paths; the observation is logged. */
#include "runner/engine/headline.h"

#include <stdlib.h>
#include <string.h>

#include "netns/wire/wire.h"

static void locate(
	const struct trial *t, const struct peer *peer, const union gs_addr *address, struct observation *observation)
{
	enum endpoint endpoint;
	const bool mapped = address->sa.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr);

	observation->path = topology_locate(t->test_case->topology, &address->sa, &endpoint);
	if (observation->path < 0 || endpoint == peer->endpoint)
		observation->path = PATH_UNKNOWN;
	observation->family = address->sa.sa_family == AF_INET || mapped ? 4 : 6;
	observation->form = form_of(address);
	observation->owner = topology_owner(t->test_case->topology, &address->sa);
}

/* What a message that comes back says of itself. */
struct failed {
	uint32_t stream, ppid, context;
	const void *bytes;
	size_t length;
};

/* A piece of a message has no head: it is known by ppid and context. */
static bool recognise_piece(const struct trial *t, const struct peer *peer, const struct failed *failed, unsigned *flow)
{
	for (*flow = 0; *flow < t->flow_count; ++*flow) {
		const struct flow *of = &t->flows[*flow];

		if (of->from == peer && failed->length < of->traffic.size && failed->context > 0 &&
			failed->context <= of->traffic.count && failed->ppid == of->traffic.ppid + failed->context - 1)
			return true;
	}
	return false;
}

static void recognise_failed(
	const struct trial *t, const struct peer *peer, const struct failed *failed, struct observation *observation)
{
	unsigned flow, message;

	if (!flow_recognise(t, failed->bytes, failed->length, failed->ppid, &flow, &message)) {
		if (!recognise_piece(t, peer, failed, &flow))
			return;
		message = failed->context - 1;
	}
	const struct traffic *traffic = &t->flows[flow].traffic;
	observation->flow = (int)flow;
	observation->message = (int)message;
	observation->piece = failed->length < traffic->size ? failed->length : 0;
	observation->intact = failed->stream == flow_stream(&t->flows[flow], message) &&
		failed->ppid == traffic->ppid + message && failed->context == message + 1 &&
		failed->length == traffic->size;
}

static void take_send_failed(
	const struct trial *t, const struct peer *peer, const struct gs_event *event, struct observation *observation)
{
	const struct gs_send_failed *of = &event->send_failed;
	const struct gs_send_failed_event *in = &event->send_failed_event;
	const bool is_old = event->type == GS_SEND_FAILED;
	const struct failed failed = is_old
		? (struct failed){ of->info.stream, of->info.ppid, of->info.context, of->bytes, of->length }
		: (struct failed){ in->stream, in->ppid, in->context, in->bytes, in->length };

	observation->kind = is_old ? OBSERVED_SEND_FAILED : OBSERVED_SEND_FAILED_EVENT;
	observation->state = (is_old ? of->sent : in->sent) ? DATA_SENT : DATA_UNSENT;
	observation->error = is_old ? of->error : in->error;
	recognise_failed(t, peer, &failed, observation);
}

/* Printable, and what else there is as a '?'. */
static void take_text(const char *bytes, size_t length, char text[OBSERVED_REASON_MAX])
{
	if (length > OBSERVED_REASON_MAX - 1)
		length = OBSERVED_REASON_MAX - 1;
	for (size_t i = 0; i < length; i++)
		text[i] = bytes[i] >= ' ' && bytes[i] < 0x7f && bytes[i] != '"' ? bytes[i] : '?';
}

enum { CAUSE_USER_INITIATED_ABORT = 12 };

/* What the peer's user has said: Linux gives the causes of the ABORT, each a type, a length and what it says. */
static void take_reason(const struct gs_assoc_change *change, struct observation *observation)
{
	size_t length;

	if (change->info == NULL || change->info_length < 4 || change->info[0] != 0 ||
		change->info[1] != CAUSE_USER_INITIATED_ABORT)
		return;
	length = (size_t)(change->info[2] << 8 | change->info[3]);
	if (length < 4 || length > change->info_length)
		return;
	length -= 4;
	take_text((const char *)change->info + 4, length, observation->reason);
}

static void take_stream_reset(const struct gs_stream_reset_event *event, struct observation *observation)
{
	observation->kind = OBSERVED_STREAM_RESET_EVENT;
	observation->state = (int)event->flags;
	for (size_t i = 0; i < event->n_streams; i++) {
		uint16_t stream;

		memcpy(&stream, event->streams + 2 * i, sizeof(stream));
		observation->streams |= stream < 64 ? 1ULL << stream : 0;
	}
}

/* Kinds that have nothing but an id and a number or two. */
static bool translate_small(const struct gs_event *event, struct observation *observation)
{
	switch (event->type) {
	case GS_REMOTE_ERROR:
		observation->kind = OBSERVED_REMOTE_ERROR;
		observation->error = event->remote_error.error;
		return true;
	case GS_SHUTDOWN_EVENT:
		observation->kind = OBSERVED_SHUTDOWN_EVENT;
		return true;
	case GS_PDAPI_EVENT:
		observation->kind = OBSERVED_PDAPI_EVENT;
		observation->state = (int)event->pdapi_event.indication;
		observation->value = event->pdapi_event.stream;
		return true;
	case GS_ADAPTATION_EVENT:
		observation->kind = OBSERVED_ADAPTATION_EVENT;
		observation->value = event->adaptation_event.adaptation_ind;
		return true;
	case GS_AUTHENTICATION_EVENT:
		observation->kind = OBSERVED_AUTHENTICATION_EVENT;
		observation->state = (int)event->authentication_event.indication;
		observation->value = event->authentication_event.key;
		return true;
	case GS_SENDER_DRY_EVENT:
		observation->kind = OBSERVED_SENDER_DRY_EVENT;
		return true;
	case GS_ASSOC_RESET_EVENT:
		observation->kind = OBSERVED_ASSOC_RESET_EVENT;
		observation->state = (int)event->assoc_reset_event.flags;
		return true;
	case GS_STREAM_CHANGE_EVENT:
		observation->kind = OBSERVED_STREAM_CHANGE_EVENT;
		observation->state = (int)event->stream_change_event.flags;
		observation->inbound = event->stream_change_event.inbound_streams;
		observation->outbound = event->stream_change_event.outbound_streams;
		return true;
	default:
		return false;
	}
}

/* False for an event that the engine does not know. */
static bool translate(
	const struct trial *t, const struct peer *peer, const struct gs_event *event, struct observation *observation)
{
	observation->assoc_id = (uint32_t)gs_event_assoc_id(event);
	observation->flow = observation->message = -1;
	observation->path = PATH_UNKNOWN;
	switch (event->type) {
	case GS_ASSOC_CHANGE:
		observation->kind = OBSERVED_ASSOC_CHANGE;
		observation->state = (int)event->assoc_change.state;
		observation->error = event->assoc_change.error;
		observation->inbound = event->assoc_change.inbound_streams;
		observation->outbound = event->assoc_change.outbound_streams;
		take_reason(&event->assoc_change, observation);
		return true;
	case GS_PADDR_CHANGE:
		observation->kind = OBSERVED_PADDR_CHANGE;
		observation->state = (int)event->paddr_change.state;
		locate(t, peer, &event->paddr_change.addr, observation);
		return true;
	case GS_SEND_FAILED:
	case GS_SEND_FAILED_EVENT:
		take_send_failed(t, peer, event, observation);
		return true;
	case GS_STREAM_RESET_EVENT:
		take_stream_reset(&event->stream_reset_event, observation);
		return true;
	default:
		return translate_small(event, observation);
	}
}

static bool is_send_failed(const struct observation *observation)
{
	return observation->kind == OBSERVED_SEND_FAILED || observation->kind == OBSERVED_SEND_FAILED_EVENT;
}

/* What only some kinds have. */
static void put_particulars(const struct observation *observation, json_t *object)
{
	const enum observed kind = observation->kind;

	if (kind == OBSERVED_ADAPTATION_EVENT || kind == OBSERVED_AUTHENTICATION_EVENT || kind == OBSERVED_PDAPI_EVENT)
		json_object_set_new(object, "value", json_integer(observation->value));
	if (kind == OBSERVED_STREAM_RESET_EVENT || kind == OBSERVED_ASSOC_RESET_EVENT ||
		kind == OBSERVED_STREAM_CHANGE_EVENT)
		json_object_set_new(object, "flags", json_integer(observation->state));
	if (kind == OBSERVED_STREAM_RESET_EVENT)
		json_object_set_new(object, "streams", json_integer((json_int_t)observation->streams));
	if (kind == OBSERVED_STREAM_CHANGE_EVENT || (kind == OBSERVED_ASSOC_CHANGE && observation->outbound > 0)) {
		json_object_set_new(object, "inbound", json_integer(observation->inbound));
		json_object_set_new(object, "outbound", json_integer(observation->outbound));
	}
	if (observation->reason[0] != '\0')
		json_object_set_new(object, "reason", json_string(observation->reason));
}

static void put_message(const struct observation *observation, json_t *object)
{
	json_object_set_new(object, "stream", json_integer(observation->value));
	json_object_set_new(object, "ppid", json_integer(observation->error));
	json_object_set_new(object, "size", json_integer((json_int_t)observation->piece));
	json_object_set_new(object, "unordered", json_boolean(!observation->intact));
}

static json_t *fields(const struct observation *observation)
{
	json_t *object = json_pack(
		"{s:I, s:I}", "assoc_id", (json_int_t)observation->assoc_id, "error", (json_int_t)observation->error);
	const char *state = observed_state_name(observation->kind, observation->state);

	if (state != NULL)
		json_object_set_new(object, "state", json_string(state));
	if (observation->kind == OBSERVED_PACKET)
		json_object_set_new(object, "path", json_integer(observation->path));
	if (observation->kind == OBSERVED_MESSAGE)
		put_message(observation, object);
	if (observation->kind == OBSERVED_PADDR_CHANGE) {
		json_object_set_new(object, "path", json_integer(observation->path));
		json_object_set_new(object, "family", json_integer(observation->family));
		if (observation->owner > 0)
			json_object_set_new(object, "owner", json_integer(observation->owner));
	}
	if (is_send_failed(observation)) {
		json_object_set_new(object, "flow", json_integer(observation->flow));
		json_object_set_new(object, "message", json_integer(observation->message));
		json_object_set_new(object, "intact", json_boolean(observation->intact));
	}
	put_particulars(observation, object);
	return object;
}

static void log_observation(
	struct trial *t, const struct peer *peer, const struct observation *observation, const char *text)
{
	const char *endpoint = endpoint_name(peer->endpoint);

	evidence_log(t->box, t->test_case->id, "event",
		json_pack("{s:I, s:s, s:s, s:s, s:s, s:o}", "t_ns", (json_int_t)observation->t, "endpoint", endpoint,
			"socket", peer->name, "event", observed_name(observation->kind), "text", text, "fields",
			fields(observation)));
}

/* The id of each event is that of its association. */
static void judge_association(
	struct trial *t, const struct peer *peer, const struct observation *observation, const char *text)
{
	const char *fault = associations_fault(t, peer, observation);
	char reason[REASON_MAX], expected[STORY_TEXT_MAX], got[STORY_TEXT_MAX * 2];

	if (fault == NULL)
		return;
	const char *state = observed_state_name(observation->kind, observation->state);
	snprintf(reason, sizeof(reason), "%s at the %s %s",
		is_send_failed(observation) || state == NULL ? observed_name(observation->kind) : state, peer->name,
		fault);
	snprintf(expected, sizeof(expected), "%s: each event has the id of its association", peer->name);
	snprintf(got, sizeof(got), "%s: %s at %.6f s, association %u, which %s", peer->name, text,
		(double)observation->t / 1e9, observation->assoc_id, fault);
	t->evidence->focus = observation->t;
	trial_check(t, expected, NULL, false, got);
	trial_fail(t, VERDICT_FAIL, reason, expected, got);
}

/* Into the log, unless a `never` forbids it. */
static void record(struct trial *t, struct peer *peer, const struct observation *observation)
{
	struct evidence *evidence = t->evidence;
	char text[STORY_TEXT_MAX], reason[REASON_MAX];
	FILE *out = trial_text(t, text, sizeof(text));

	observation_print(observation, out);
	fclose(out);
	if (evidence->observation_count == OBSERVATIONS_MAX)
		trial_fail(t, VERDICT_FAIL, "more events came than any case expects", "an end of the events", text);
	evidence->accounted[evidence->observation_count] = observation->routine;
	evidence->observations[evidence->observation_count++] = *observation;
	evidence_tell(evidence, observation->t, "%s: %s", peer->name, text);
	log_observation(t, peer, observation, text);
	judge_association(t, peer, observation, text);
	for (unsigned i = 0; i < t->never_count; i++)
		if (item_fits(&t->nevers[i], observation)) {
			trial_check(t, "an event that must never come", NULL, false, text);
			headline_of_event(t, observation, "must never come here", reason, sizeof(reason));
			trial_fail(t, VERDICT_FAIL, reason, "never this one", text);
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

/* A tester says what it likes, and need not be heard. */
static void observe_data_of_tester(struct trial *t, struct peer *peer, const struct gs_data *data)
{
	struct observation observation = {
		.t = now(t),
		.socket = peer->index,
		.kind = OBSERVED_MESSAGE,
		.error = data->info.ppid,
		.assoc_id = (uint32_t)data->info.assoc_id,
		.with = -1,
		.flow = -1,
		.message = -1,
		.value = data->info.stream,
		.piece = data->length,
		.intact = (data->info.flags & GS_UNORDERED) == 0,
		.routine = true,
	};

	take_text((const char *)data->bytes, data->length, observation.reason);
	tamper_and_record(t, peer, &observation);
}

void observe_message(struct trial *t, struct peer *peer, const struct gs_message *message)
{
	struct observation observation = { .t = now(t), .socket = peer->index };
	bool is_new;

	if (message->event.type == GS_DATA) {
		const struct gs_data *data = &message->event.data;
		unsigned flow, number;

		if (t->outsider_count > 0 &&
			!flow_recognise(t, data->bytes, data->length, data->info.ppid, &flow, &number))
			observe_data_of_tester(t, peer, data);
		else
			flow_arrived(t, peer, data, &message->from);
		return;
	}
	if (!translate(t, peer, &message->event, &observation))
		trial_error(t, "%s: an event of unknown type %#x", peer->name, message->event.type);
	is_new = message->event.type == GS_ASSOC_CHANGE &&
		(observation.state == COMM_UP || observation.state == RESTART);
	observation.with = associations_peer(t, peer, is_new ? 0 : observation.assoc_id, &message->from);
	associations_learn(t, peer, &observation, observation.with);
	if (is_new)
		peer->assoc_id = observation.assoc_id;
	if (message->event.type == GS_ASSOC_CHANGE && observation.state != COMM_UP)
		for (unsigned i = 0; i < PEERS_MAX; i++)
			if (peer->assoc_with[i] == observation.assoc_id)
				peer->assoc_with[i] = 0;
	tamper_and_record(t, peer, &observation);
}

void observe_error(struct trial *t, struct peer *peer, int status)
{
	struct observation observation = {
		.t = now(t), .socket = peer->index, .kind = OBSERVED_ERROR, .with = -1, .flow = -1, .message = -1
	};

	if (status == GS_CLOSED) {
		pump_ended(peer);
		return;
	}

	if (status <= GS_BADARG)
		trial_error(t, "%s: receiving: %s", peer->name, gs_status_name(status));
	observation.error = (unsigned)-status;
	tamper_and_record(t, peer, &observation);
}

void observe_packet(struct trial *t, struct peer *tester, vtime at, struct wire_packet *packet, bool routine)
{
	struct observation observation = {
		.t = at,
		.socket = tester->index,
		.kind = OBSERVED_PACKET,
		.path = packet->path,
		.with = -1,
		.flow = -1,
		.message = -1,
		.packet = packet,
		.routine = routine,
	};

	tamper_and_record(t, tester, &observation);
}
