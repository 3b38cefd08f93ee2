/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/guest/tests/victims.h"

#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <time.h>

#define PATIENCE_MS 60000

static const struct box_payload victim = { "/run/victim", VICTIM, 0755 };

struct guest *victim_start(const struct snapshot *from, const char *what, int seed)
{
	char order[200], *error = NULL;
	struct guest *guest;

	snprintf(order, sizeof(order), "{\"do\":\"exec\",\"argv\":[\"/run/victim\",\"%s\"],\"seed\":%d}", what, seed);
	ck_assert_msg(guest_start(from, order, &victim, 1, &guest, &error) == 0, "%s", error);
	return guest;
}

int victim_wait(struct guest *guest)
{
	struct pollfd one = { .fd = guest_descriptor(guest), .events = POLLIN };
	time_t deadline = time(NULL) + PATIENCE_MS / 1000;
	int status = -1;

	while (guest_poll(guest, &status) == GUEST_RUNNING) {
		ck_assert_int_lt(time(NULL), deadline);
		poll(&one, 1, 1000);
	}
	return status;
}
