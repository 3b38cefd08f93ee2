/* SPDX-License-Identifier: Apache-2.0 */
/*
 * waiting.h - calls on a blocking descriptor, which wait in the kernel while the body goes on. Part of case.h.
 *
 * Each has a thread of its own. While it waits, the socket is otherwise used as ever.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_WAITING_H
#define SCTPSPEC_RUNNER_ENGINE_WAITING_H

#ifndef SCTPSPEC_RUNNER_ENGINE_CASE_H
#error "include runner/engine/case.h, which includes this"
#endif

struct waiting;

/* A message of so many octets, which is a flow's. */
struct waiting *start_blocking_send(struct trial *t, struct peer *from, struct peer *to, size_t size);
struct flow *flow_of(const struct waiting *waiting);
struct waiting *start_blocking_connect(struct trial *t, struct peer *from, const struct peer *to, unsigned path);
/* close(2) with SO_LINGER: it waits up to so many seconds for the association's end. */
struct waiting *start_lingering_close(struct trial *t, struct peer *peer, unsigned seconds);

/* It comes back in this window, with this errno; 0: it succeeds; ANY: it fails. */
vtime expect_returned(struct trial *t, struct waiting *waiting, int error, struct window window);
/* With which errno it has come back. */
int error_of(const struct waiting *waiting);
/* It has not come back yet, and does not within a millisecond: there is nothing that it need not wait for. */
void expect_waiting(struct trial *t, const struct waiting *waiting);

#endif
