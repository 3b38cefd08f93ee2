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

#include "runner/agent/agent.h"
#include "runner/guest/console.h"
#include "runner/guest/machine.h"
#include "runner/guest/rewind.h"
#include "runner/guest/stable.h"
#include "runner/sentence.h"

/* How often a guest's box is looked at: see watch(). The restore, which is short, more often. */
#define LOOK_NS 1000000L
#define LOOK_LATER_NS 4000000L

struct guest {
	struct machine *machine;
	struct stable *stable; /* that the machine goes to after it; NULL: it ends with the guest */
	int timer;	       /* when to look at the box */
	int descriptor;	       /* that, and QEMU's process */
	struct phases phases;
	bool stayed; /* at its end, and was stopped */
};

static int look_every(const struct guest *guest, long ns)
{
	const struct itimerspec often = {.it_interval.tv_nsec = ns, .it_value.tv_nsec = ns};

	return timerfd_settime(guest->timer, 0, &often, NULL);
}

/*
 * A guest's writing into the box wakes nobody. So that it is seen what the agent is at, the caller
 * is also woken by a timer.
 */
static int watch(struct guest *guest)
{
	struct epoll_event readable = {.events = EPOLLIN};

	guest->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	guest->descriptor = epoll_create1(EPOLL_CLOEXEC);
	if (guest->timer < 0 || guest->descriptor < 0 ||
		look_every(guest, LOOK_NS) < 0 ||
		epoll_ctl(guest->descriptor, EPOLL_CTL_ADD, guest->machine->process, &readable) < 0)
		return -errno;
	return epoll_ctl(guest->descriptor, EPOLL_CTL_ADD, guest->timer, &readable);
}

/* ------------------------------------------------------------------ start */

static int put_order(struct machine *machine, const char *order, const struct box_payload *files, size_t n_files,
	bool stay, char **error)
{
	int status = box_put_order(&machine->box, order, files, n_files);

	if (status == 0 && stay)
		box_ask_to_stay(&machine->box);
	return status < 0 ? sentence(error, status, "cannot hand the order over: %s", strerror(-status)) : 0;
}

/* What a guest starts with. */
struct beginning {
	const struct snapshot *snapshot;
	const char *order;
	const struct box_payload *files;
	size_t n_files;
	int terminal;
};

static int start_in_new_machine(struct guest *guest, const struct beginning *from, char **error)
{
	int status = machine_make(&guest->machine, error);

	if (status == 0)
		status = put_order(guest->machine, from->order, from->files, from->n_files, guest->stable, error);
	return status == 0 ? machine_launch(guest->machine, from->snapshot, from->terminal, guest->stable, error)
			   : status;
}

static int rewind_to(struct guest *guest, const struct beginning *from, char **error)
{
	struct origin *origin;
	int status = stable_origin(guest->stable, from->snapshot, &origin, error);

	if (status == 0)
		status = machine_clear(guest->machine, error);
	if (status == 0)
		status = put_order(guest->machine, from->order, from->files, from->n_files, true, error);
	if (status == 0)
		status = machine_rewind(guest->machine, origin, error);
	return status == 0 ? machine_command(guest->machine, "cont", NULL, error) : status;
}

/* Whether it has started in one that was there. One that cannot go back is given up, which is no error: the guest has a
 * new one then. When that was the first try, QEMU is of a version that cannot. */
static bool start_in_old_machine(struct guest *guest, const struct beginning *from)
{
	bool rewound;

	guest->machine = stable_take(guest->stable, from->snapshot);
	if (!guest->machine)
		return false;
	rewound = rewind_to(guest, from, NULL) == 0;
	stable_note(guest->stable, rewound);
	if (rewound)
		return true;
	machine_free(guest->machine);
	guest->machine = NULL;
	if (!stable_is_in_use(guest->stable))
		guest->stable = NULL;
	return false;
}

static int start(struct guest *guest, const struct beginning *from, char **error)
{
	int status = 0;

	phases_begin(&guest->phases);
	if (!guest->stable || !start_in_old_machine(guest, from))
		status = start_in_new_machine(guest, from, error);
	if (status == 0 && watch(guest) < 0)
		status = sentence(error, -errno, "cannot watch QEMU: %m");
	return status;
}

int guest_start_on_terminal(const struct snapshot *snapshot, const char *order,
	const struct box_payload *files, size_t n_files, int terminal, struct guest **out, char **error)
{
	const struct beginning from = {snapshot, order, files, n_files, terminal};
	struct guest *guest = calloc(1, sizeof(*guest));
	int status;

	*out = NULL;
	if (!guest)
		return sentence(error, -ENOMEM, "out of memory");
	*guest = (struct guest){.timer = -1, .descriptor = -1};
	if (stable_is_in_use(snapshot->stable))
		guest->stable = snapshot->stable;
	status = start(guest, &from, error);
	if (status < 0)
		guest_free(guest);
	else
		*out = guest;
	return status;
}

int guest_start(const struct snapshot *snapshot, const char *order, const struct box_payload *files,
	size_t n_files, struct guest **out, char **error)
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
static void look(struct guest *guest)
{
	bool restored = guest->phases.entered[BOX_TOPOLOGY] >= 0, cased = guest->phases.entered[BOX_EVIDENCE] >= 0;
	uint64_t ticks;

	while (read(guest->timer, &ticks, sizeof(ticks)) > 0)
		;
	phases_look(&guest->phases, &guest->machine->box);
	if (!restored && guest->phases.entered[BOX_TOPOLOGY] >= 0)
		look_every(guest, LOOK_LATER_NS);
	if (guest->stable && !cased && guest->phases.entered[BOX_EVIDENCE] >= 0)
		look_every(guest, LOOK_NS);
}

/* A machine that does not stop when it is told to is none that another guest could have. */
static void stop(struct guest *guest)
{
	if (machine_command(guest->machine, "stop", NULL, NULL) < 0)
		guest_kill(guest);
	else
		guest->stayed = true;
}

enum guest_state guest_poll(struct guest *guest, int *status)
{
	bool ended = guest->stayed;

	look(guest);
	if (!ended && machine_ended(guest->machine))
		ended = true;
	if (!ended && guest->stable && box_is_done(&guest->machine->box)) {
		stop(guest);
		ended = true;
	}
	if (!ended)
		return GUEST_RUNNING;
	phases_end(&guest->phases, &guest->machine->box);
	if (status)
		*status = guest->stayed ? W_EXITCODE(2 * AGENT_EXIT_DONE + 1, 0) : guest->machine->status;
	return GUEST_ENDED;
}

void guest_kill(struct guest *guest)
{
	machine_kill(guest->machine);
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
	char *both = NULL;

	if (console && words && *words && asprintf(&both, "%sQEMU: %s", console, words) >= 0) {
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
	if (guest->stayed)
		stable_put(guest->stable, guest->machine);
	else
		machine_free(guest->machine);
	free(guest);
}
