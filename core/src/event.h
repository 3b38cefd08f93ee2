/* SPDX-License-Identifier: Apache-2.0 */
/* event.h - what recvmsg(2) gives, as records. Pure functions of their arguments: they are what is
 * fuzzed. */
#ifndef GEN_SCTP_SRC_EVENT_H
#define GEN_SCTP_SRC_EVENT_H

#include "gen_sctp.h"

#include <stdbool.h>

/* Reads one whole notification. Pointers in `out` point into `bytes`, which may be unaligned.
 * GS_OK; -EBADMSG if it is shorter than its type or its own length field says; -ENOMSG if the type
 * is not one of events.h: it is to be skipped. */
int gs_event_read(const void *bytes, size_t length, struct gs_event *out);

/* The one pointer of an event into its message's storage, and how many octets it has there. NULL and 0 if events of its
 * type have none. Who moves the storage has to move this with it. */
const uint8_t **gs_event_payload(struct gs_event *event, size_t *length);

/* Finds SCTP_SNDRCV among the control messages. False if it is not there, or too short. */
bool gs_sndrcvinfo_find(const void *control, size_t length, struct gs_sndrcvinfo *out);

#endif
