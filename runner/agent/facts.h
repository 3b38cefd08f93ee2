/* SPDX-License-Identifier: Apache-2.0 */
/* facts.h - what the agent tells of the kernel that it runs on, and of a case's namespaces. */
#ifndef SCTPSPEC_RUNNER_AGENT_FACTS_H
#define SCTPSPEC_RUNNER_AGENT_FACTS_H

#include "runner/engine/trial.h"

/* Before the snapshot is taken: the host keeps it beside the snapshot. 0 or -errno. */
int facts_of_kernel(struct box *box);
/* When the network stands and the settings are made: the net.sctp.* of each endpoint that are not as they
 * are in a fresh namespace. */
void facts_of_case(const struct trial *t);

#endif
