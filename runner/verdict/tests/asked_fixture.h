/* SPDX-License-Identifier: Apache-2.0 */
/*
 * asked_fixture.h - a trial that asks, and captures that a test writes itself: the questions go through a box, as those
 * of an agent do, and are answered from the captures.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_TESTS_ASKED_FIXTURE_H
#define SCTPSPEC_RUNNER_VERDICT_TESTS_ASKED_FIXTURE_H

#include "netns/tests/packet_maker.h"
#include "runner/engine/trial.h"
#include "runner/verdict/questions.h"

#define ORIGIN 1700000000000000000 /* of the trial's clock, on the clock of captures */

extern struct trial *t;
extern FILE *captures[2][2]; /* endpoint, path */
/* Once it was judged. The case was over at 9 s. */
extern json_t *lines;
extern struct answers answers;

/* For each test: the captures, open and empty, and a trial with two paths. */
void set_up(void);
void tear_down(void);
/* There is none of that; there is one without an octet. */
void remove_capture(enum endpoint at, unsigned path);
void empty_capture(enum endpoint at, unsigned path);

/* A packet on that path, to be given chunks, and into the capture that an endpoint takes. */
struct frame frame_from(enum endpoint from, unsigned path);
void capture(enum endpoint at, unsigned path, vtime instant, struct frame *frame);
void heartbeat(enum endpoint at, enum endpoint from, unsigned path, vtime instant);
void write32(FILE *file, uint32_t number);

/* Right, or wrong with this in the explanation. */
void assert_judged(bool right, const char *got);
/* That a capture cannot be read is not the kernel's failure. */
void assert_unreadable(const char *got);
/* The i-th check that a question has become; NULL: there are not so many. */
const json_t *check(size_t i);

#endif
