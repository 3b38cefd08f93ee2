/* SPDX-License-Identifier: Apache-2.0 */
/* name.c - numbers in words: statuses, error causes, events, states. */
#include "gen_sctp.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char unknown[] = "unknown";

static const char *word(const char *const *words, size_t count, uint32_t number)
{
	return number < count && words[number] ? words[number] : unknown;
}

const char *gs_status_name(int status)
{
	const char *name;

	switch (status) {
	case GS_OK:
		return "ok";
	case GS_BADARG:
		return "badarg";
	case GS_CLOSED:
		return "closed";
	case GS_TIMEOUT:
		return "timeout";
	case GS_ERROR_EVENT:
		return "error_event";
	case GS_NOT_OWNER:
		return "not_owner";
	}
	if (gs_field_of(status))
		return "field";
	name = status < 0 && status >= -4095 ? strerrorname_np(-status) : NULL;
	return name ? name : unknown;
}

/* The causes of RFC 9260, 3.3.10, in the words of gen_sctp:error_string/1 */
const char *gs_error_string(int32_t error)
{
	static const char *const causes[] = {
		[0] = "ok",
		[1] = "Invalid Stream Identifier",
		[2] = "Missing Mandatory Parameter",
		[3] = "Stale Cookie Error",
		[4] = "Out of Resource",
		[5] = "Unresolvable Address",
		[6] = "Unrecognized Chunk Type",
		[7] = "Invalid Mandatory Parameter",
		[8] = "Unrecognized Parameters",
		[9] = "No User Data",
		[10] = "Cookie Received While Shutting Down",
		[11] = "Restart of an Association with New Addresses",
		[12] = "User Initiated Abort",
		[13] = "Protocol Violation",
	};

	if (error < 0 || (size_t)error >= COUNT(causes))
		return "unknown_error";
	return causes[error];
}

const char *gs_event_name(uint32_t type)
{
	static const char *const events[] = {
		[GS_ASSOC_CHANGE - 0x8000] = "sctp_assoc_change",
		[GS_PADDR_CHANGE - 0x8000] = "sctp_paddr_change",
		[GS_SEND_FAILED - 0x8000] = "sctp_send_failed",
		[GS_REMOTE_ERROR - 0x8000] = "sctp_remote_error",
		[GS_SHUTDOWN_EVENT - 0x8000] = "sctp_shutdown_event",
		[GS_PDAPI_EVENT - 0x8000] = "sctp_pdapi_event",
		[GS_ADAPTATION_EVENT - 0x8000] = "sctp_adaptation_event",
		[GS_AUTHENTICATION_EVENT - 0x8000] = "sctp_authentication_event",
		[GS_SENDER_DRY_EVENT - 0x8000] = "sctp_sender_dry_event",
		[GS_STREAM_RESET_EVENT - 0x8000] = "sctp_stream_reset_event",
		[GS_ASSOC_RESET_EVENT - 0x8000] = "sctp_assoc_reset_event",
		[GS_STREAM_CHANGE_EVENT - 0x8000] = "sctp_stream_change_event",
		[GS_SEND_FAILED_EVENT - 0x8000] = "sctp_send_failed_event",
	};

	if (type == GS_DATA)
		return "data";
	return type >= 0x8000 ? word(events, COUNT(events), type - 0x8000) : unknown;
}

const char *gs_notice_name(uint32_t type)
{
	static const char *const notices[] = {
		[GS_SCTP] = "sctp",
		[GS_SCTP_ERROR] = "sctp_error",
		[GS_SCTP_PASSIVE] = "sctp_passive",
	};

	return word(notices, COUNT(notices), type);
}

const char *gs_assoc_change_name(uint32_t state)
{
	static const char *const states[] = {
		[GS_COMM_UP] = "comm_up",
		[GS_COMM_LOST] = "comm_lost",
		[GS_RESTART] = "restart",
		[GS_SHUTDOWN_COMP] = "shutdown_comp",
		[GS_CANT_ASSOC] = "cant_assoc",
	};

	return word(states, COUNT(states), state);
}

const char *gs_paddr_change_name(uint32_t state)
{
	static const char *const states[] = {
		[GS_ADDR_AVAILABLE] = "addr_available",
		[GS_ADDR_UNREACHABLE] = "addr_unreachable",
		[GS_ADDR_REMOVED] = "addr_removed",
		[GS_ADDR_ADDED] = "addr_added",
		[GS_ADDR_MADE_PRIM] = "addr_made_prim",
		[GS_ADDR_CONFIRMED] = "addr_confirmed",
		[GS_ADDR_POTENTIALLY_FAILED] = "addr_potentially_failed",
	};

	return word(states, COUNT(states), state);
}

const char *gs_assoc_status_name(int32_t state)
{
	static const char *const states[] = {
		[GS_STATE_EMPTY] = "empty",
		[GS_STATE_CLOSED] = "closed",
		[GS_STATE_COOKIE_WAIT] = "cookie_wait",
		[GS_STATE_COOKIE_ECHOED] = "cookie_echoed",
		[GS_STATE_ESTABLISHED] = "established",
		[GS_STATE_SHUTDOWN_PENDING] = "shutdown_pending",
		[GS_STATE_SHUTDOWN_SENT] = "shutdown_sent",
		[GS_STATE_SHUTDOWN_RECEIVED] = "shutdown_received",
		[GS_STATE_SHUTDOWN_ACK_SENT] = "shutdown_ack_sent",
	};

	return word(states, COUNT(states), (uint32_t)state);
}

const char *gs_path_name(int32_t state)
{
	static const char *const states[] = {
		[GS_PATH_INACTIVE] = "inactive",
		[GS_PATH_POTENTIALLY_FAILED] = "potentially_failed",
		[GS_PATH_ACTIVE] = "active",
		[GS_PATH_UNCONFIRMED] = "unconfirmed",
	};

	return word(states, COUNT(states), (uint32_t)state);
}
