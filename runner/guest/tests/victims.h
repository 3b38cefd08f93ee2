/* SPDX-License-Identifier: Apache-2.0 */
/* victims.h - guests that run victim.c, for the tests of what starts and ends guests. */
#ifndef SCTPSPEC_RUNNER_GUEST_TESTS_VICTIMS_H
#define SCTPSPEC_RUNNER_GUEST_TESTS_VICTIMS_H

#include "runner/guest/guest.h"

/* A guest that runs `victim WHAT`; a check fails when it does not start. */
struct guest *victim_start(const struct snapshot *from, const char *what, int seed);
/* Waits as a worker would, and gives waitpid's status; a check fails when it takes a minute. */
int victim_wait(struct guest *guest);

#endif
