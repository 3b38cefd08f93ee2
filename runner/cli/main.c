/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - `sctpspec`: the table of subcommands, and the usage that is made from it.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/catalogue/nearest.h"
#include "runner/cli/command.h"

static const struct command commands[] = {
	{ "run", "[SELECTION...]", "run cases on a kernel, write the result log and the reports", cmd_run },
	{ "list", "[SELECTION...]", "what would run, with requirements", cmd_list },
	{ "show", "CASE|TOPOLOGY", "a case's purpose, requirements, topology and expected sequence", cmd_show },
	{ "report", "DIR", "make the reports again from a result log", cmd_report },
	{ "compare", "OLD[:KERNEL] NEW[:KERNEL]", "regressions, fixes and changes of behaviour between two runs",
		cmd_compare },
	{ "coverage", "[DIR...]", "which requirements are judged, by which cases and rules, and which by nobody",
		cmd_coverage },
	{ "repro", "DIR CASE [KERNEL]", "run a case of a run again, just so, and compare", cmd_repro },
	{ "bisect-step", "--case ID", "one step of a bisection, for git bisect run", cmd_bisect_step },
	{ "judge", "FILE...", "captures of anybody's SCTP, judged by the rules of the RFCs", cmd_judge },
	{ "kernels", "list|fetch|add|remove|verify", "the kernels in the cache", cmd_kernels },
	{ "shell", "CASE|TOPOLOGY", "a shell in a network, inside a guest", cmd_shell },
	{ "exec", "PROGRAM [ARGUMENT...]", "run a program as root in a guest of its own", cmd_exec },
	{ "doctor", "", "what this machine can do, what is missing, and what mends it", cmd_doctor },
};

enum { COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_usage(FILE *out)
{
	fputs("Usage: sctpspec COMMAND [OPTION...] [ARGUMENT...]\n"
	      "Finds out how a Linux kernel's SCTP behaves when paths fail.\n\n",
		out);
	for (size_t i = 0; i < COMMANDS; i++) {
		int width = fprintf(out, "  %s %s", commands[i].name, commands[i].arguments);
		fprintf(out, "%*s%s\n", width < 40 ? 40 - width : 1, "", commands[i].summary);
	}
	fputs("\n`sctpspec help COMMAND` and `sctpspec COMMAND --help` say more about a command.\n\n"
	      "A selection is a case id, a glob over ids ('failover.*'), a tag (@idle) or the\n"
	      "requirements of an RFC or of a section of it (rfc:9260, rfc:9260-8.2).\n\n"
	      "Exit status: 0 nothing unexpected, 1 an unexpected verdict, 2 wrong usage, 3 sctpspec could\n"
	      "not do its work, 4 nothing ran or everything was skipped, 130 interrupted.\n",
		out);
}

static int unknown_command(const char *word)
{
	const char *names[COMMANDS];
	for (size_t i = 0; i < COMMANDS; i++)
		names[i] = commands[i].name;
	char *hint = nearest_hint(word, names, COMMANDS);
	if (word[0] == '-')
		print_error(STATUS_USAGE, "unknown option '%s'; `sctpspec --help` lists what there is", word);
	else
		print_error(STATUS_USAGE, "unknown command '%s'%s", word,
			hint && *hint ? hint : "; `sctpspec --help` lists them");
	free(hint);
	return STATUS_USAGE;
}

/* argv[0] is the command's name. */
static int run_command(int argc, char **argv)
{
	char name[64];
	for (size_t i = 0; i < COMMANDS; i++) {
		if (strcmp(commands[i].name, argv[0]) != 0)
			continue;
		snprintf(name, sizeof(name), "sctpspec %s", commands[i].name);
		argv[0] = name;
		return commands[i].run(argc, argv);
	}
	return unknown_command(argv[0]);
}

static int help(int argc, char **argv)
{
	char option[] = "--help";
	char *words[] = { argc > 1 ? argv[1] : NULL, option, NULL };
	if (argc > 2)
		return print_error(STATUS_USAGE, "one command at a time: '%s' is too much", argv[2]);
	if (argc > 1)
		return run_command(2, words);
	print_usage(stdout);
	return STATUS_EXPECTED;
}

/* Output that could not be written is a failure too: `sctpspec list > /dev/full`. */
static int close_output(int status)
{
	if (fflush(stdout) != 0 && status == STATUS_EXPECTED)
		return print_error(STATUS_HARNESS, "cannot write the output: %m");
	return status;
}

int main(int argc, char **argv)
{
	/* a file that is larger than this user may write is an error like a full disk, which is told */
	signal(SIGXFSZ, SIG_IGN);
	if (argc < 2) {
		print_usage(stderr);
		return STATUS_USAGE;
	}
	const char *word = argv[1];
	if (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0)
		return close_output(help(argc - 1, argv + 1));
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		puts("sctpspec " SCTPSPEC_VERSION);
		return close_output(STATUS_EXPECTED);
	}
	return close_output(run_command(argc - 1, argv + 1));
}
