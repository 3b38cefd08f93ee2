/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - the subcommands of `sctpspec`.
 *
 * A subcommand is a row in main.c's table and one file cmd_NAME.c. Its function gets argv with argv[0]
 * already set to "sctpspec NAME", so that argp's messages name it, and gives the exit status.
 */
#ifndef SCTPSPEC_RUNNER_CLI_COMMAND_H
#define SCTPSPEC_RUNNER_CLI_COMMAND_H

#include "runner/host/say.h"
#include "runner/verdict/exit_status.h"

struct command {
	const char *name;
	const char *arguments;
	const char *summary;
	int (*run)(int argc, char **argv);
};

int cmd_run(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_shell(int argc, char **argv);
int cmd_show(int argc, char **argv);
int cmd_bisect_step(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_repro(int argc, char **argv);
int cmd_kernels(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

/* complain_about() a selection of cases that failed with `error` (select.h). */
int complain_about_selection(int error, char *sentence);
/* A step before a guest is there, to a person at a terminal: for kernel_resolve and snapshot_ensure. */
void command_say_step(void *context, const char *text);
/* A descriptor that is readable when the guest shall end: SIGINT, SIGTERM or SIGHUP. */
int command_signals(void);

#endif
