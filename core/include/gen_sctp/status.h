/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_sctp/status.h - what a call returns. Part of gen_sctp.h.
 *
 * gen_sctp fails in several ways that C callers must be able to tell apart:
 *
 *	GS_OK            done
 *	-errno           the kernel, or a check that stands for it, refused: -EINVAL, -EPIPE, ...
 *	GS_BADARG        an argument of the wrong shape: the caller's bug
 *	GS_CLOSED        the socket is closed; or it had one association only, and that is over
 *	GS_TIMEOUT       the time that the caller gave has passed; nothing is undone or lost
 *	GS_ERROR_EVENT   an event that stands for an error was received; it is in the out parameter
 *	GS_NOT_OWNER     only its owner can give a socket away
 *	GS_FIELD - n     field n (from 1, in the record's order) has a value that it cannot have
 */
#ifndef GEN_SCTP_STATUS_H
#define GEN_SCTP_STATUS_H

#ifndef GEN_SCTP_H
#error "include gen_sctp.h, which includes this"
#endif

enum {
	GS_OK = 0,
	GS_BADARG = -10001,
	GS_CLOSED = -10002,
	GS_TIMEOUT = -10003,
	GS_ERROR_EVENT = -10004,
	GS_NOT_OWNER = -10005,
	GS_FIELD = -11000, /* minus the field's number */
};

/* The number of the field that a status complains about, or 0 if it is of another kind. */
static inline int gs_field_of(int status)
{
	return status < GS_FIELD && status > GS_FIELD - 100 ? GS_FIELD - status : 0;
}

/**
 * gs_status_name() - a word for a status
 * @status:  what a call returned
 *
 * "ok", "badarg", "closed", "timeout", "error_event", "not_owner", "field", the symbol of an errno
 * ("EPIPE"), or "unknown". Never NULL, never to be freed, safe in any thread.
 */
GS_API const char *gs_status_name(int status);

/**
 * gs_error_string() - the RFC 9260 name of an error cause
 * @error:  cause code in host order: the `error` (not `error_raw`) field of an event
 *
 * "ok" for 0, gen_sctp's wording for 1..13, "unknown_error" for anything else. Never NULL, never to
 * be freed, safe in any thread.
 *
 * gen_sctp:error_string/1
 */
GS_API const char *gs_error_string(int32_t error);

#endif
