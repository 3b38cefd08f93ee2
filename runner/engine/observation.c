/* SPDX-License-Identifier: Apache-2.0 */
/* observation.c - the words for what was observed. */
#include "runner/engine/observation.h"

#include <stddef.h>
#include <string.h>

static const char *const record_names[] = {
	[OBSERVED_ASSOC_CHANGE] = "assoc_change",
	[OBSERVED_PADDR_CHANGE] = "paddr_change",
	[OBSERVED_SEND_FAILED] = "send_failed",
	[OBSERVED_REMOTE_ERROR] = "remote_error",
	[OBSERVED_SHUTDOWN_EVENT] = "shutdown_event",
	[OBSERVED_PDAPI_EVENT] = "pdapi_event",
	[OBSERVED_ADAPTATION_EVENT] = "adaptation_event",
	[OBSERVED_ERROR] = "error",
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
		return NAME_AT(send_failed_flags, state);
	case OBSERVED_REMOTE_ERROR:
	case OBSERVED_SHUTDOWN_EVENT:
	case OBSERVED_PDAPI_EVENT:
	case OBSERVED_ADAPTATION_EVENT:
	case OBSERVED_ERROR:
		break;
	}
	return NULL;
}

static void print_send_failed(const struct observation *observation, const char *state, FILE *out)
{
	fprintf(out, "send_failed, %s", state ? state : "unknown flag");
	if (observation->message >= 0)
		fprintf(out, ", message %d%s", observation->message,
			observation->intact ? "" : " with something of it changed");
	else
		fprintf(out, ", not a message of ours");
	if (observation->error)
		fprintf(out, ", error %u", observation->error);
}

void observation_print(const struct observation *observation, FILE *out)
{
	const char *state = observed_state_name(observation->kind, observation->state);

	switch (observation->kind) {
	case OBSERVED_ASSOC_CHANGE:
		fprintf(out, "%s", state ? state : "assoc_change of unknown state");
		if (observation->error)
			fprintf(out, ", error %u", observation->error);
		return;
	case OBSERVED_PADDR_CHANGE:
		fprintf(out, "%s of ", state ? state : "paddr_change of unknown state");
		if (observation->path == PATH_UNKNOWN)
			fprintf(out, "an address outside the topology");
		else
			fprintf(out, "path %d (IPv%d)", observation->path, observation->family);
		return;
	case OBSERVED_SEND_FAILED:
		print_send_failed(observation, state, out);
		return;
	case OBSERVED_ERROR:
		fprintf(out, "error: %s", strerror((int)observation->error));
		return;
	case OBSERVED_REMOTE_ERROR:
		fprintf(out, "remote_error, cause %u", observation->error);
		return;
	case OBSERVED_SHUTDOWN_EVENT:
	case OBSERVED_PDAPI_EVENT:
	case OBSERVED_ADAPTATION_EVENT:
		fprintf(out, "%s", observed_name(observation->kind));
		return;
	}
}
