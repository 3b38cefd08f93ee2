/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.h - how a script calls the namespaces of a topology. Private to netns/.
 */
#ifndef SCTPSPEC_NETNS_SCRIPT_H
#define SCTPSPEC_NETNS_SCRIPT_H

#include "netns/operation.h"

struct script_names {
	const char *names[SPACES_MAX]; /* point into text: do not copy the struct */
	char text[SPACES_MAX][24];
};

void script_names(const struct topology *topology, struct script_names *out);

#endif
