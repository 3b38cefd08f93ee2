/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine.h - a QEMU process with its box and its console. A guest begins in it; when that guest has stayed at its end,
 * another one may (rewind.h).
 */
#ifndef SCTPSPEC_RUNNER_QEMU_MACHINE_H
#define SCTPSPEC_RUNNER_QEMU_MACHINE_H

#include <stdbool.h>
#include <sys/resource.h>
#include <sys/types.h>

#include <jansson.h>

#include "runner/protocol/box.h"
#include "runner/qemu/options.h"

struct machine {
	char *ram; /* the file that its memory is a private mapping of */
	pid_t pid;
	int process;                        /* a pidfd */
	int box_file, console, words, disk; /* files in memory; `disk`: what it is rewound from */
	int monitor, memory; /* QEMU's monitor, and qtest's channel to the guest's memory; -1: it has none */
	bool monitor_is_open;
	struct box box;
	bool ended;
	int status;          /* of waitpid */
	struct rusage usage; /* of the whole process, once it has ended */
};

/* Its files and its box, with an empty order. 0 or -errno. */
int machine_make(struct machine **out, char **error);
/*
 * Starts QEMU on the snapshot; the guest runs as soon as it is there. `terminal`: a socket, or 0. `keep`: it gets the
 * channels that it takes to rewind it.
 */
int machine_launch(struct machine *machine, const struct saved_state *saved, int terminal, bool keep, char **error);
/* Its box and console as new, for the next guest. */
int machine_clear(struct machine *machine, char **error);
/* A command to the monitor, without its answer (qmp.h). 0, or -errno when QEMU is gone or refuses. */
int machine_command(struct machine *machine, const char *command, json_t *arguments, char **error);
/* The same for a line of the human monitor; *words: what it says, malloc'd. */
int machine_ask(struct machine *machine, const char *line, char **words, char **error);
/* Whether QEMU has ended; reaps it. */
bool machine_ended(struct machine *machine);
void machine_kill(struct machine *machine);
/* Kills it if it runs, and gives everything back. */
void machine_free(struct machine *machine);

#endif
