/* SPDX-License-Identifier: Apache-2.0 */
/* command.c - what the subcommands share. */
#include "runner/cli/command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <unistd.h>

int print_selection_error(int error, char *sentence)
{
	int status = error == -ENOENT ? STATUS_USAGE : error == -ESRCH ? STATUS_NOTHING : STATUS_HARNESS;
	return print_error_sentence(status, sentence);
}

void command_say_step(void *context, const char *text)
{
	(void)context;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "sctpspec: %s\n", text);
}

int command_signals(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}
