/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - the subcommands of `sctpspec`.
 *
 * A subcommand is a row in main.c's table and one file cmd_NAME.c. Its function gets argv with argv[0] already set to
 * "sctpspec NAME", so that argp's messages name it, and gives the exit status (verdict/exit_status.h).
 *
 * This is the head of cli/, the room on top: it reads the command line, calls the other rooms, and prints. Nothing
 * includes it. Files that are not a subcommand: options.c (command lines by tables), guest_options.c (the options of
 * a guest, one table for all commands), formats.c (--format), guest_files.c (what `exec` takes into the guest),
 * terminal.c (the person's terminal, while keys go to a guest), command.c (what else several commands share).
 *
 * It owns no data that outlives a command. What a command finds out about kernels, cases or logs comes from run/,
 * guest/, kernels/, catalogue/, verdict/ and reports/; a decision that is not about options or words for people
 * belongs there and not here.
 *
 * Threads and processes: a subcommand runs on the main thread of one process and starts no thread itself. `exec` and
 * `shell` start one guest and poll it; `run`, `repro` and `bisect-step` go through run/.
 *
 * What may go wrong: wrong options and arguments are one line on stderr and STATUS_USAGE. A sentence from below is
 * printed once, by print_error_sentence(), with the status that fits: STATUS_HARNESS when sctpspec could not do its
 * work. Output that cannot be written is a failure of the command too.
 *
 * Weaknesses: argp accepts abbreviated long options, so a new option can make an old abbreviation ambiguous.
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
int cmd_coverage(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_repro(int argc, char **argv);
int cmd_kernels(int argc, char **argv);
int cmd_exec(int argc, char **argv);
int cmd_judge(int argc, char **argv);
int cmd_doctor(int argc, char **argv);

/* print_error_sentence() a selection of cases that failed with `error` (select.h). */
int print_selection_error(int error, char *sentence);
/* A step before a guest is there, to a person at a terminal: for kernel_resolve and snapshot_ensure. */
void command_say_step(void *context, const char *text);
/* A descriptor that is readable when the guest shall end: SIGINT, SIGTERM or SIGHUP. */
int command_signals(void);

#endif
