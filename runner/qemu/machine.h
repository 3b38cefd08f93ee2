/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine.h - a QEMU process with its box and its console.
 *
 * A guest begins in a new machine. When that guest has come to its end and stays there, the machine may be rewound
 * (rewind.h) and serve the next guest.
 *
 * This is the head of qemu/, the room that alone knows QEMU:
 *
 *	qemu.c              the command line: the machine that every guest is; starting the process
 *	features.c          what the installed QEMU can do, which is asked of it
 *	qmp.c, gdb_remote.c the monitor and the debugger's channel
 *	device_state.c      QEMU's stream of device states: what must change in it for a restore
 *	rewind.c            memory, processor and devices go back to the snapshot; rewinder.c does it on a thread
 *	loaded_state.c      a snapshot's contents, read once, for rewind.c (with code_pages.c and vmstate_disk.c)
 *	machine_pool.c      machines that wait for their next guest
 *
 * guest/ is the only caller, but for the options and the pool, which run/ and cli/ pass through. This room does not
 * know what a kernel, an image or an order means.
 *
 * Threads and processes: a machine is one QEMU process in a process group of its own, which the kernel kills when the
 * thread that started it ends. A machine belongs to one thread at a time. A rewind runs on a thread of its own;
 * until it is done, others may only kill the machine. Several rewinds may read one origin at once; its mutex guards
 * the search for code pages. The pool (machine_pool.h) is for one thread.
 *
 * What may go wrong: QEMU is missing, refuses an option, dies, or does not answer; then its own last words are in the
 * sentence. A QEMU or a host on which no machine can be rewound is found out at first (rewind_check()). A machine that
 * cannot be rewound is replaced by a new one; when that was the first try, no other is tried. All files of a machine
 * are files in memory without a name, so nothing is left behind, whatever ends it or us.
 *
 * Weaknesses: device_state.c edits a format that QEMU does not document, so a new version of QEMU may need work here;
 * what is not as expected is an error, never a guess. Rewinding needs the right to read another process's
 * /proc/PID/pagemap and memory. Only x86-64 with QEMU's `pc` machine is known.
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
	char *ram; /* path of the file that QEMU maps, privately, as the guest's memory */
	pid_t pid;
	int process;                        /* a pidfd */
	int box_file, console, words, disk; /* files in memory; `disk` has the devices' state for a rewind */
	int monitor, memory; /* QEMU's monitor, and qtest's channel to the guest's memory; -1: it has none */
	bool monitor_is_open;
	struct box box;
	bool ended;
	int status;          /* of waitpid */
	struct rusage usage; /* of the whole process, once it has ended */
};

/* Makes the machine's files and its box, with an empty order; starts nothing. 0 or -errno. */
int machine_make(struct machine **out, char **error);
/*
 * Starts QEMU on the snapshot; the guest runs as soon as it is restored. `terminal`: a socket, or 0. `keep`: QEMU gets
 * the channels that a later rewind needs.
 */
int machine_launch(struct machine *machine, const struct saved_state *saved, int terminal, bool keep, char **error);
/* Empties the box and the console for the next guest. */
int machine_clear(struct machine *machine, char **error);
/* Gives the monitor a command and drops the answer (qmp.h). 0, or -errno when QEMU is gone or refuses. */
int machine_command(struct machine *machine, const char *command, json_t *arguments, char **error);
/* The same for a line of the human monitor; *words is its answer, malloc'd. */
int machine_ask(struct machine *machine, const char *line, char **words, char **error);
/* Whether QEMU has ended; reaps it. */
bool machine_ended(struct machine *machine);
void machine_kill(struct machine *machine);
/* Kills it if it runs, and gives everything back. */
void machine_free(struct machine *machine);

#endif
