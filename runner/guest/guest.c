/* SPDX-License-Identifier: Apache-2.0 */
/* guest.c - a guest that is restored from a snapshot to carry out one order. */
#include "runner/guest/guest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/protocol/agent_contract.h"
#include "runner/protocol/console.h"
#include "runner/qemu/machine.h"
#include "runner/qemu/rewinder.h"
#include "runner/qemu/machine_pool.h"
#include "sentence.h"

/* How often a guest's box is looked at: see watch(). The restore, which is short, more often. */
#define LOOK_NS 1000000L
#define LOOK_LATER_NS 4000000L

struct guest {
	struct machine *machine;
	struct rewinder *rewinder; /* which has the machine at first; NULL: none, or not any more */
	struct snapshot from;      /* its words are the caller's */
	struct machine_pool *pool; /* that the machine goes to after it; NULL: it ends with the guest */
	int timer;                 /* when to look at the box */
	int descriptor;            /* that, QEMU's process, and the rewinder */
	struct phases phases;
	bool stayed; /* at its end, and was stopped */
};

static int look_every(const struct guest *guest, long ns)
{
	const struct itimerspec often = { .it_interval.tv_nsec = ns, .it_value.tv_nsec = ns };

	return timerfd_settime(guest->timer, 0, &often, NULL);
}

static int watch_also(const struct guest *guest, int descriptor)
{
	struct epoll_event readable = { .events = EPOLLIN };

	return epoll_ctl(guest->descriptor, EPOLL_CTL_ADD, descriptor, &readable) < 0 ? -errno : 0;
}

/*
 * A guest's writing into the box wakes nobody. So that it is seen what the agent is at, the caller
 * is also woken by a timer.
 */
static int watch_guest(struct guest *guest)
{
	int status;

	guest->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	guest->descriptor = epoll_create1(EPOLL_CLOEXEC);
	if (guest->timer < 0 || guest->descriptor < 0 || look_every(guest, LOOK_NS) < 0)
		return -errno;
	status = watch_also(guest, guest->machine->process);
	if (status == 0 && guest->rewinder)
		status = watch_also(guest, rewinder_descriptor(guest->rewinder));
	return status == 0 ? watch_also(guest, guest->timer) : status;
}

/* ------------------------------------------------------------------ start */

/* What a guest has to do. */
struct task {
	const char *order;
	const struct box_payload *files;
	size_t n_files;
};

static int put_order(struct machine *machine, const struct task *task, bool stay, char **error)
{
	int status = box_put_order(&machine->box, task->order, task->files, task->n_files);

	if (status == 0 && stay)
		box_ask_to_stay(&machine->box);
	return status < 0 ? sentence(error, status, "cannot hand the order over: %s", strerror(-status)) : 0;
}

static int start_in_new_machine(struct guest *guest, const struct task *task, int terminal, char **error)
{
	int status = machine_make(&guest->machine, error);

	if (status == 0)
		status = put_order(guest->machine, task, guest->pool, error);
	return status == 0 ? machine_launch(guest->machine, &guest->from.saved, terminal, guest->pool, error) : status;
}

/* 0, or -errno: then the machine, if there is one, is good for nothing. */
static int start_in_old_machine(struct guest *guest, const struct task *task, char **why)
{
	struct loaded_state *state;
	int status;

	guest->machine = machine_pool_take(guest->pool, &guest->from.saved);
	if (!guest->machine)
		return -ENOENT;
	status = machine_pool_state(guest->pool, &guest->from.saved, &state, why);
	if (status == 0)
		status = machine_clear(guest->machine, why);
	if (status == 0)
		status = put_order(guest->machine, task, true, why);
	return status == 0 ? rewinder_start(guest->machine, state, &guest->rewinder, why) : status;
}

/* That a machine cannot go back is no error, it is replaced. When that was the first try, QEMU may be of a version that
 * cannot do it, and no other is tried. */
static void give_machine_up(struct guest *guest, char *why)
{
	machine_pool_note_failure(guest->pool, why);
	machine_free(guest->machine);
	guest->machine = NULL;
	if (!machine_pool_works(guest->pool))
		guest->pool = NULL;
}

static int start_guest(struct guest *guest, const struct task *task, int terminal, char **error)
{
	char *why = NULL;
	int status = guest->pool ? start_in_old_machine(guest, task, &why) : -ENOENT;

	if (status < 0 && guest->machine)
		give_machine_up(guest, why);
	if (status < 0)
		status = start_in_new_machine(guest, task, terminal, error);
	if (status == 0 && watch_guest(guest) < 0)
		status = sentence(error, -errno, "cannot watch QEMU: %m");
	return status;
}

/* The order is in the box of the machine that could not be rewound. */
static int make_next(const struct guest *guest, struct machine **next)
{
	bool keep = machine_pool_works(guest->pool);
	int status = machine_make(next, NULL);

	if (status == 0)
		status = box_copy_order(&(*next)->box, &guest->machine->box, keep);
	if (status == 0)
		status = machine_launch(*next, &guest->from.saved, 0, keep, NULL);
	return status == 0 ? watch_also(guest, (*next)->process) : status;
}

/* Why it could not be rewound, and if that was its end, what QEMU said. */
static char *trouble_with(const struct machine *machine, char *why)
{
	char *said = console_read(machine->words), *words = said ? console_last_words(said) : NULL, *both = NULL;

	free(said);
	if (!words || asprintf(&both, "%s: %s", why ? why : "out of memory", words) < 0)
		return why;
	free(words);
	free(why);
	return both;
}

/* The rewinder is through with the machine. When it cannot be had, and no other one can, the guest has ended. */
static void take_over(struct guest *guest)
{
	struct machine *unwanted = NULL;
	char *why = NULL;
	int status = rewinder_end(guest->rewinder, &why);

	guest->rewinder = NULL;
	if (status == 0) {
		machine_pool_note_rewind(guest->pool);
		return;
	}
	machine_kill(guest->machine);
	machine_pool_note_failure(guest->pool, trouble_with(guest->machine, why));
	if (make_next(guest, &unwanted) == 0) {
		struct machine *next = unwanted;

		unwanted = guest->machine;
		guest->machine = next;
	}
	machine_free(unwanted);
	if (!machine_pool_works(guest->pool))
		guest->pool = NULL;
}

int guest_start_on_terminal(const struct snapshot *snapshot, const char *order, const struct box_payload *files,
	size_t n_files, int terminal, struct guest **out, char **error)
{
	const struct task task = { order, files, n_files };
	struct guest *guest = calloc(1, sizeof(*guest));
	int status;

	*out = NULL;
	if (!guest)
		return no_memory(error);
	*guest = (struct guest){ .from = *snapshot, .timer = -1, .descriptor = -1 };
	if (machine_pool_works(snapshot->pool) && snapshot->saved.qemu.recorder_length > 0)
		guest->pool = snapshot->pool;
	phases_begin(&guest->phases);
	status = start_guest(guest, &task, terminal, error);
	if (status < 0)
		guest_free(guest);
	else
		*out = guest;
	return status;
}

int guest_start(const struct snapshot *snapshot, const char *order, const struct box_payload *files, size_t n_files,
	struct guest **out, char **error)
{
	return guest_start_on_terminal(snapshot, order, files, n_files, 0, out, error);
}

/* ------------------------------------------------------------------ while it runs */

const struct box *guest_box(const struct guest *guest)
{
	return &guest->machine->box;
}

int guest_descriptor(const struct guest *guest)
{
	return guest->descriptor;
}

pid_t guest_pid(const struct guest *guest)
{
	return guest->machine->pid;
}

/* More often where it will not be long. */
static void look_at_box(struct guest *guest)
{
	bool restored = guest->phases.entered[BOX_TOPOLOGY] >= 0, cased = guest->phases.entered[BOX_EVIDENCE] >= 0;
	uint64_t ticks;

	while (read(guest->timer, &ticks, sizeof(ticks)) > 0)
		;
	phases_note(&guest->phases, &guest->machine->box);
	if (!restored && guest->phases.entered[BOX_TOPOLOGY] >= 0)
		look_every(guest, LOOK_LATER_NS);
	if (guest->pool && !cased && guest->phases.entered[BOX_EVIDENCE] >= 0)
		look_every(guest, LOOK_NS);
}

/* A machine that does not stop when it is told to is none that another guest could have. */
static void stop_guest(struct guest *guest)
{
	if (machine_command(guest->machine, "stop", NULL, NULL) < 0)
		guest_kill(guest);
	else
		guest->stayed = true;
}

enum guest_state guest_poll(struct guest *guest, int *status)
{
	bool ended = guest->stayed;

	look_at_box(guest);
	if (guest->rewinder && !rewinder_is_done(guest->rewinder))
		return GUEST_RUNNING;
	if (guest->rewinder)
		take_over(guest);
	if (!ended && machine_ended(guest->machine))
		ended = true;
	if (!ended && guest->pool && box_is_done(&guest->machine->box)) {
		stop_guest(guest);
		ended = true;
	}
	if (!ended)
		return GUEST_RUNNING;
	phases_end(&guest->phases, &guest->machine->box);
	if (status)
		*status = guest->stayed ? W_EXITCODE(2 * AGENT_EXIT_DONE + 1, 0) : guest->machine->status;
	return GUEST_ENDED;
}

/* A rewinder gives up when QEMU is gone. */
static void kill_machine(struct guest *guest)
{
	if (guest->machine)
		machine_kill(guest->machine);
	rewinder_end(guest->rewinder, NULL);
	guest->rewinder = NULL;
}

void guest_kill(struct guest *guest)
{
	kill_machine(guest);
	guest->stayed = false;
	phases_end(&guest->phases, &guest->machine->box);
}

size_t guest_peak_memory(const struct guest *guest)
{
	return (size_t)guest->machine->usage.ru_maxrss << 10;
}

char *guest_console(const struct guest *guest)
{
	char *console = console_read(guest->machine->console);
	char *words = console_read(guest->machine->words);
	size_t length = console ? strlen(console) : 0;
	const char *gap = length > 0 && console[length - 1] != '\n' ? "\n" : "";
	char *both = NULL;

	if (console && words && *words && asprintf(&both, "%s%sQEMU: %s", console, gap, words) >= 0) {
		free(console);
		console = both;
	}
	free(words);
	return console;
}

const struct phases *guest_phases(const struct guest *guest)
{
	return &guest->phases;
}

void guest_free(struct guest *guest)
{
	if (!guest)
		return;
	if (guest->descriptor >= 0)
		close(guest->descriptor);
	if (guest->timer >= 0)
		close(guest->timer);
	if (guest->stayed) {
		machine_pool_put(guest->pool, guest->machine);
	} else {
		kill_machine(guest);
		machine_free(guest->machine);
	}
	free(guest);
}
