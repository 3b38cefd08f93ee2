/* SPDX-License-Identifier: Apache-2.0 */
/* command.c - what the subcommands share. */
#include "runner/cli/command.h"

#include <errno.h>

int complain_about_selection(int error, char *sentence)
{
	int status = error == -ENOENT ? STATUS_USAGE : error == -ESRCH ? STATUS_NOTHING : STATUS_HARNESS;
	return complain_about(status, sentence);
}
