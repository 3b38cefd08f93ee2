/* SPDX-License-Identifier: Apache-2.0 */
/* asking_case.c - see asking_case.h. The lines of the questions are counted. */
#include "runner/engine/tests/asking_case.h"

#define LONG between(0, s(9))

void ask_all(struct trial *t, struct pair p, struct flow *flow)
{
	expect_sent(t, A, 0, DATA, LONG);
	expect_sent_at_least(t, 2, A, 0, DATA, LONG);
	expect_sent_at_most(t, 3, B, 1, with_cause(ABORT, NO_CAUSE), LONG);
	expect_sent_exactly(t, 4, A, 0, with_cause(ABORT, USER_INITIATED_ABORT), LONG);
	expect_not_sent(t, A, 1, SACK, LONG);
	expect_sent_by_both(t, 0, HEARTBEAT, LONG);
	expect_not_sent_by_both(t, 1, HEARTBEAT, LONG);
	expect_sent_on_one_path(t, B, COOKIE_ACK, LONG);
	expect_exchange(t, A, SHUTDOWN, B, SHUTDOWN_ACK, A, with_cause(ERROR, STALE_COOKIE));
	expect_over(t, p.client, p.server, 0);
	expect_send_failed_for_each(t, flow, LONG);
}
