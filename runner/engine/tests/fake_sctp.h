/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fake_sctp.h - in place of libgen_sctp and of the network below it: sockets within this process, which do what a
 * test says. So the engine can be tried as a whole on a machine without SCTP.
 *
 * Everything arrives a millisecond after it was sent, on a clock that the engine moves by waiting: clock_gettime() and
 * ppoll() of programs with this in them are these here (ld's --wrap). Sockets are numbered in the order of their
 * opening.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TESTS_FAKE_SCTP_H
#define SCTPSPEC_RUNNER_ENGINE_TESTS_FAKE_SCTP_H

#include <stdbool.h>
#include <stddef.h>

#include "gen_sctp.h"
#include "netns/netns.h"

/* What becomes of one message. */
enum fake_fate { FAKE_DELIVER, FAKE_LOSE, FAKE_TWICE, FAKE_CHANGE, FAKE_OTHER_STREAM, FAKE_OTHER_PPID, FAKE_DELAY };

/* Everything as on a perfect network. */
void fake_reset(void);
/* Of the message with this number, over all sockets, from 0. FAKE_DELAY: it takes 100 ms longer. */
void fake_fate_of(unsigned message, enum fake_fate fate);
/* An event at a socket, so many milliseconds from now. Nothing if it is not open, as in a rehearsal. */
void fake_event(unsigned socket, unsigned after_ms, struct gs_event event);
/* A paddr_change about the address of an endpoint on a path. */
struct gs_event fake_paddr_change(
	const struct topology *topology, enum endpoint endpoint, unsigned path, uint32_t state);
/* The same event, of the association with that id. */
struct gs_event fake_of_association(int32_t assoc_id, struct gs_event event);
/* send_failed for the message with this number, as it was sent. */
struct gs_event fake_send_failed(unsigned message, bool sent);
/* What becomes of sending from the message with this number on. */
void fake_send_status(unsigned message, int status);
/* What becomes of setting an option from now on. */
void fake_option_status(int status);
/* What becomes of opening a socket from now on. */
void fake_open_status(int status);
/* What becomes of setting a sysctl from now on. */
void fake_sysctl_status(int status);
/* The octets of the message with this number; NULL if there is none. */
const void *fake_sent(unsigned message, size_t *length);

#endif
