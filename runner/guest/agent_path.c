/* SPDX-License-Identifier: Apache-2.0 */
/* agent_path.c - where sctpspec-agent is. */
#include "runner/guest/agent_path.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sentence.h"

/* From the folder of this program: the build tree, and where cmake --install puts it. */
static const char *const places[] = { "sctpspec-agent", "../libexec/sctpspec/sctpspec-agent" };

int agent_path(char **path, char **error)
{
	char own[PATH_MAX];
	ssize_t length = readlink("/proc/self/exe", own, sizeof(own) - 1);
	if (length < 0)
		return sentence(error, -errno, "cannot find this program's own folder: %m");
	own[length] = '\0';
	char *slash = strrchr(own, '/');
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		char *candidate;
		if (asprintf(&candidate, "%s/%s", own, places[i]) < 0)
			return sentence(error, -ENOMEM, "no memory to look for sctpspec-agent");
		char *found = access(candidate, X_OK) == 0 ? realpath(candidate, NULL) : NULL;
		free(candidate);
		if (found) {
			*path = found;
			return 0;
		}
	}
	return sentence(error, -ENOENT, "sctpspec-agent is neither in %s nor in %s/../libexec/sctpspec", own, own);
}
