/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_fixture.h - captures that a test writes itself, and a trial whose questions are judged by them.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_TESTS_WIRE_FIXTURE_H
#define SCTPSPEC_RUNNER_ENGINE_TESTS_WIRE_FIXTURE_H

#include "netns/tests/packet_maker.h"
#include "runner/engine/trial.h"

#define ORIGIN 1700000000000000000 /* of the trial's clock, on the clock of captures */

extern struct trial *t;
extern FILE *captures[2][2]; /* endpoint, path */

/* For each test: the files, open and empty, and a trial with two paths. */
void set_up(void);
void tear_down(void);
void close_captures(void);
void remove_capture(enum endpoint at, unsigned path);
void empty_capture(enum endpoint at, unsigned path);
void read_captures(struct captures *out);

/* A packet on that path, to be given chunks, and into the capture that an endpoint takes. */
struct frame frame_from(enum endpoint from, unsigned path);
void capture(enum endpoint at, unsigned path, vtime instant, struct frame *frame);
void heartbeat(enum endpoint at, enum endpoint from, unsigned path, vtime instant);
void write32(FILE *file, uint32_t number);

/* Right, or wrong with this in the explanation. */
void assert_judged(bool right, const char *got);
/* That a capture cannot be read is not the kernel's failure. */
void assert_unreadable(const char *got);

#endif
