/* SPDX-License-Identifier: Apache-2.0 */
/* run_in_namespace.c - see run_in_namespace.h. */
#include "runner/agent/run_in_namespace.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

int run_in_namespace(const struct net *net, enum endpoint endpoint, void (*there)(void *context), void *context)
{
	const int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	const int away = open(net_namespace(net, endpoint), O_RDONLY | O_CLOEXEC);
	int status = home < 0 || away < 0 ? -errno : 0;

	if (status == 0 && setns(away, CLONE_NEWNET) < 0)
		status = -errno;
	if (status == 0) {
		there(context);
		status = setns(home, CLONE_NEWNET) < 0 ? -errno : 0;
	}
	if (home >= 0)
		close(home);
	if (away >= 0)
		close(away);
	return status;
}
