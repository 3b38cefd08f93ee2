/* SPDX-License-Identifier: Apache-2.0 */
/* ground.c - see ground.h. */
#include "runner/agent/ground.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sentence.h"

/* Takes over `why`. */
static int cannot(const char *what, int status, char *why, char **error)
{
	sentence(error, status, "%s: %s", what, why != NULL ? why : strerror(-status));
	free(why);
	return status;
}

int ground_prepare(struct ground *ground, const struct topology *topology, enum guest_clock clock, char **error)
{
	const bool own_kernel = getpid() == 1;
	char *why = NULL;
	int status = health_begin(&ground->health, own_kernel, clock == CLOCK_VIRTUAL_TIME);

	/* Where the kernel's log may not be read, cases run without this check. */
	if (status < 0 && own_kernel)
		return cannot("the kernel's log", status, NULL, error);
	strcpy(ground->directory, "/tmp/sctpspec-captures-XXXXXX");
	if (mkdtemp(ground->directory) == NULL)
		return cannot("a folder for captures", -errno, NULL, error);
	status = net_create(topology, &ground->net, &why);
	if (status < 0)
		return cannot("the network", status, why, error);
	health_know_network(&ground->health, ground->net);
	facts_know_network(&ground->facts, ground->net);
	status = net_capture_start(ground->net, ground->directory, &why);
	if (status < 0)
		return cannot("the captures", status, why, error);
	ground->topology = topology;
	return 0;
}
