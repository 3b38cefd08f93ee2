/* SPDX-License-Identifier: Apache-2.0 */
/* observation.c - the words for what was observed. */
#include "runner/engine/observation.h"

#include <stddef.h>
#include <string.h>

#include "netns/wire/wire.h"

static const char *const record_names[] = {
	[OBSERVED_ASSOC_CHANGE] = "assoc_change",
	[OBSERVED_PADDR_CHANGE] = "paddr_change",
	[OBSERVED_SEND_FAILED] = "send_failed",
	[OBSERVED_REMOTE_ERROR] = "remote_error",
	[OBSERVED_SHUTDOWN_EVENT] = "shutdown_event",
	[OBSERVED_PDAPI_EVENT] = "pdapi_event",
	[OBSERVED_ADAPTATION_EVENT] = "adaptation_event",
	[OBSERVED_AUTHENTICATION_EVENT] = "authentication_event",
	[OBSERVED_SENDER_DRY_EVENT] = "sender_dry_event",
	[OBSERVED_STREAM_RESET_EVENT] = "stream_reset_event",
	[OBSERVED_ASSOC_RESET_EVENT] = "assoc_reset_event",
	[OBSERVED_STREAM_CHANGE_EVENT] = "stream_change_event",
	[OBSERVED_SEND_FAILED_EVENT] = "send_failed_event",
	[OBSERVED_ERROR] = "error",
	[OBSERVED_PACKET] = "packet",
	[OBSERVED_MESSAGE] = "message",
};

static const char *const assoc_states[] = {
	[COMM_UP] = "comm_up",
	[COMM_LOST] = "comm_lost",
	[RESTART] = "restart",
	[SHUTDOWN_COMP] = "shutdown_comp",
	[CANT_ASSOC] = "cant_assoc",
};

static const char *const paddr_states[] = {
	[ADDR_AVAILABLE] = "addr_available",
	[ADDR_UNREACHABLE] = "addr_unreachable",
	[ADDR_REMOVED] = "addr_removed",
	[ADDR_ADDED] = "addr_added",
	[ADDR_MADE_PRIM] = "addr_made_prim",
	[ADDR_CONFIRMED] = "addr_confirmed",
	[ADDR_POTENTIALLY_FAILED] = "addr_potentially_failed",
};

static const char *const send_failed_flags[] = {
	[DATA_UNSENT] = "unsent",
	[DATA_SENT] = "sent",
};

static const char *const key_uses[] = {
	[NEW_KEY] = "new_key",
	[FREE_KEY] = "free_key",
	[NO_AUTH] = "no_auth",
};

#define NAME_AT(table, index) \
	((index) >= 0 && (size_t)(index) < sizeof(table) / sizeof(*(table)) ? (table)[index] : NULL)

const char *observed_name(enum observed kind)
{
	return record_names[kind];
}

const char *observed_state_name(enum observed kind, int state)
{
	switch (kind) {
	case OBSERVED_ASSOC_CHANGE:
		return NAME_AT(assoc_states, state);
	case OBSERVED_PADDR_CHANGE:
		return NAME_AT(paddr_states, state);
	case OBSERVED_SEND_FAILED:
	case OBSERVED_SEND_FAILED_EVENT:
		return NAME_AT(send_failed_flags, state);
	case OBSERVED_AUTHENTICATION_EVENT:
		return NAME_AT(key_uses, state);
	case OBSERVED_SENDER_DRY_EVENT:
	case OBSERVED_STREAM_RESET_EVENT:
	case OBSERVED_ASSOC_RESET_EVENT:
	case OBSERVED_STREAM_CHANGE_EVENT:
	case OBSERVED_REMOTE_ERROR:
	case OBSERVED_SHUTDOWN_EVENT:
	case OBSERVED_PDAPI_EVENT:
	case OBSERVED_ADAPTATION_EVENT:
	case OBSERVED_ERROR:
	case OBSERVED_PACKET:
	case OBSERVED_MESSAGE:
		break;
	}
	return NULL;
}

static void print_send_failed(const struct observation *observation, const char *state, FILE *out)
{
	fprintf(out, "%s, %s", observed_name(observation->kind), state ? state : "unknown flag");
	if (observation->message >= 0 && observation->piece > 0)
		fprintf(out, ", %zu octets of message %d", observation->piece, observation->message);
	else if (observation->message >= 0)
		fprintf(out, ", message %d%s", observation->message,
			observation->intact ? "" : " with something of it changed");
	else
		fprintf(out, ", not a message of ours");
	if (observation->error)
		fprintf(out, ", error %u", observation->error);
}

void reset_print(int flags, uint64_t streams, FILE *out)
{
	static const char *const words[] = { "incoming", "outgoing", "denied", "failed" };

	for (unsigned i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if ((flags >> i & 1) != 0)
			fprintf(out, ", %s", words[i]);
	for (unsigned i = 0; i < 64; i++)
		if ((streams >> i & 1) != 0)
			fprintf(out, ", stream %u", i);
}

void observation_print(const struct observation *observation, FILE *out)
{
	const char *state = observed_state_name(observation->kind, observation->state);

	switch (observation->kind) {
	case OBSERVED_ASSOC_CHANGE:
		fprintf(out, "%s", state ? state : "assoc_change of unknown state");
		if (observation->error)
			fprintf(out, ", error %u", observation->error);
		if (observation->reason[0] != '\0')
			fprintf(out, ", \"%s\"", observation->reason);
		return;
	case OBSERVED_PADDR_CHANGE:
		fprintf(out, "%s of ", state ? state : "paddr_change of unknown state");
		if (observation->path == PATH_UNKNOWN)
			fprintf(out, "an address outside the topology");
		else
			fprintf(out, "path %d (IPv%d)", observation->path, observation->family);
		return;
	case OBSERVED_SEND_FAILED:
	case OBSERVED_SEND_FAILED_EVENT:
		print_send_failed(observation, state, out);
		return;
	case OBSERVED_ERROR:
		fprintf(out, "error: %s", strerror((int)observation->error));
		return;
	case OBSERVED_REMOTE_ERROR:
		fprintf(out, "remote_error, cause %u", observation->error);
		return;
	case OBSERVED_ADAPTATION_EVENT:
		fprintf(out, "adaptation_event, %lld", (long long)observation->value);
		return;
	case OBSERVED_AUTHENTICATION_EVENT:
		fprintf(out, "authentication_event, %s of key %lld", state ? state : "unknown use",
			(long long)observation->value);
		return;
	case OBSERVED_STREAM_CHANGE_EVENT:
		fprintf(out, "stream_change_event, %d in, %d out", observation->inbound, observation->outbound);
		reset_print(observation->state, 0, out);
		return;
	case OBSERVED_STREAM_RESET_EVENT:
	case OBSERVED_ASSOC_RESET_EVENT:
		fprintf(out, "%s", observed_name(observation->kind));
		reset_print(observation->state, observation->streams, out);
		return;
	case OBSERVED_PDAPI_EVENT:
		fprintf(out, "pdapi_event of stream %lld", (long long)observation->value);
		return;
	case OBSERVED_SHUTDOWN_EVENT:
	case OBSERVED_SENDER_DRY_EVENT:
		fprintf(out, "%s", observed_name(observation->kind));
		return;
	case OBSERVED_PACKET:
		wire_print(observation->packet, out);
		return;
	case OBSERVED_MESSAGE:
		fprintf(out, "message of %zu octets on stream %lld, \"%s\"", observation->piece,
			(long long)observation->value, observation->reason);
		return;
	}
}

const char *address_form_name(enum address_form form)
{
	static const char *const names[] = {
		[ANY_FORM] = "in any form", [AS_IPV4] = "as IPv4", [AS_MAPPED] = "mapped", [AS_IPV6] = "as IPv6"
	};

	return names[form];
}
