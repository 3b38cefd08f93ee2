/* SPDX-License-Identifier: Apache-2.0 */
/* facts.h - what the agent records about the kernel that it runs on, and about a case's namespaces. */
#ifndef SCTPSPEC_RUNNER_AGENT_FACTS_H
#define SCTPSPEC_RUNNER_AGENT_FACTS_H

#include "runner/engine/trial.h"

/* Before the snapshot is taken: the host keeps it beside the snapshot. 0 or -errno. */
int facts_of_kernel(struct box *box);
/* The net.sctp.* where a case will run, read when the network has been built. */
struct facts {
	json_t *usual; /* as in a new namespace */
	json_t *at[2]; /* of each endpoint; NULL: it cannot be entered */
};

void facts_know_network(struct facts *facts, const struct net *net);
/* When the settings are made: those of each endpoint that are not as they are in a fresh namespace. Where nothing was
 * set since the network stood, they are as they were then. */
void facts_of_case(struct facts *facts, const struct trial *t, bool set);
void facts_free(struct facts *facts);

#endif
