/* SPDX-License-Identifier: Apache-2.0 */
/* prepared_network.c - see prepared_network.h. */
#include "runner/agent/prepared_network.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/agent/agent.h"
#include "runner/agent/clock_watch.h"
#include "sentence.h"

/* Takes over `why`. */
static int cannot(const char *what, int status, char *why, char **error)
{
	sentence(error, status, "%s: %s", what, why != NULL ? why : strerror(-status));
	free(why);
	return status;
}

int prepared_network_make(
	struct prepared_network *prepared, const struct topology *topology, enum guest_clock clock, char **error)
{
	const bool own_kernel = getpid() == 1;
	char *why = NULL;
	int status = health_begin(&prepared->health, own_kernel, clock == CLOCK_VIRTUAL_TIME);

	/* Where the kernel's log may not be read, cases run without this check. */
	if (status < 0 && own_kernel)
		return cannot("the kernel's log", status, NULL, error);
	prepared->clock_watch = own_kernel ? -1 : clock_watch_begin();
	if (prepared->clock_watch < 0 && !own_kernel)
		return cannot("the clock", prepared->clock_watch, NULL, error);
	strcpy(prepared->directory, "/tmp/sctpspec-captures-XXXXXX");
	if (mkdtemp(prepared->directory) == NULL)
		return cannot("a folder for captures", -errno, NULL, error);
	agent_load_on_demand(true);
	/* what a fault may need later, when the kernel's question would cost time */
	if (topology->border != BORDER_NONE && getpid() == 1) {
		agent_demand("nft_reject_ipv4");
		agent_demand("nf_conntrack_netlink");
	}
	status = net_create(topology, &prepared->net, &why);
	agent_load_on_demand(false);
	if (status < 0)
		return cannot("the network", status, why, error);
	health_know_network(&prepared->health, prepared->net);
	facts_know_network(&prepared->facts, prepared->net);
	status = net_capture_start(prepared->net, prepared->directory, &why);
	if (status < 0)
		return cannot("the captures", status, why, error);
	prepared->topology = topology;
	return 0;
}
