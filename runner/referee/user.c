/* SPDX-License-Identifier: Apache-2.0 */
/* user.c - see user.h. */
#include "runner/referee/user.h"

/* What lets DATA leave lets it leave within this time. */
#define MOMENT_NS 1000000

static void begin(struct user *user)
{
	user->causes = 1;
	user->packets = 0;
	user->burst = 0;
}

void user_cause(struct user *user, int64_t backlog_ns, int64_t at_ns)
{
	if (user->causes > 0 && at_ns - user->cause_ns <= backlog_ns)
		user->causes++;
	else
		begin(user);
	user->cause_ns = at_ns;
}

uint64_t user_waits(const struct user *user)
{
	return user->octets > user->left ? user->octets - user->left : 0;
}

bool user_may_give_up(const struct user *user)
{
	return !user->known || user->limits;
}

void user_leave(struct user *user, uint32_t octets, int64_t at_ns)
{
	/* a timer did it */
	if (user->causes == 0 || at_ns - user->cause_ns > MOMENT_NS) {
		begin(user);
		user->cause_ns = at_ns;
	}
	user->packets++;
	user->burst += octets;
}
