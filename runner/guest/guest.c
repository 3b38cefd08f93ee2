/* SPDX-License-Identifier: Apache-2.0 */
/*
 * guest.c - a guest that is restored from a snapshot to carry out one order.
 *
 * Its box and its console are files in memory without a name, so that nothing of it is left behind
 * whatever ends it or us.
 */
#include "runner/guest/guest.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/guest/console.h"
#include "runner/guest/qemu.h"
#include "runner/sentence.h"

/* How often a guest's box is looked at: see watch(). The restore, which is short, more often. */
#define LOOK_NS 1000000L
#define LOOK_LATER_NS 4000000L

struct guest {
	pid_t pid;
	int process;	/* a pidfd */
	int timer;	/* when to look at the box */
	int descriptor; /* both */
	int box_file, console, words;
	struct box box;
	struct phases phases;
	bool ended;
	int status; /* of waitpid */
	struct rusage usage; /* of the whole process, once it has ended */
};

static int make_files(struct guest *guest, char **error)
{
	char path[64];
	int status;

	guest->box_file = memfd_create("box", MFD_CLOEXEC);
	guest->console = memfd_create("console", MFD_CLOEXEC);
	guest->words = memfd_create("words", MFD_CLOEXEC);
	if (guest->box_file < 0 || guest->console < 0 || guest->words < 0)
		return sentence(error, -errno, "cannot make a file in memory: %m");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", guest->box_file);
	status = box_create(path, &guest->box);
	if (status < 0)
		sentence(error, status, "cannot make a box: %s", strerror(-status));
	return status;
}

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

	guest->process = (int)syscall(SYS_pidfd_open, guest->pid, 0);
	guest->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	guest->descriptor = epoll_create1(EPOLL_CLOEXEC);
	if (guest->process < 0 || guest->timer < 0 || guest->descriptor < 0 ||
		look_every(guest, LOOK_NS) < 0 ||
		epoll_ctl(guest->descriptor, EPOLL_CTL_ADD, guest->process, &readable) < 0)
		return -errno;
	return epoll_ctl(guest->descriptor, EPOLL_CTL_ADD, guest->timer, &readable);
}

static int launch(struct guest *guest, const struct snapshot *snapshot, int devices, int terminal,
	char **error)
{
	struct qemu_arguments arguments = {0};
	char box[64], console[64];
	struct qemu_files files = {
		snapshot->ram, box, console, .ram_shared = false, .terminal = terminal};
	int kept[] = {guest->box_file, guest->console, devices, terminal};
	int status;

	snprintf(box, sizeof(box), "/proc/self/fd/%d", guest->box_file);
	snprintf(console, sizeof(console), "/proc/self/fd/%d", guest->console);
	qemu_add_machine(&arguments, &snapshot->options, QEMU_RESTORE, &files);
	qemu_add(&arguments, "-incoming");
	qemu_addf(&arguments, "fd:%d", devices);
	phases_begin(&guest->phases);
	status = qemu_start(
		&arguments, kept, terminal > 0 ? 4 : 3, guest->words, &guest->pid, error);
	qemu_arguments_free(&arguments);
	if (status < 0)
		return status;
	return watch(guest) < 0 ? sentence(error, -errno, "cannot watch QEMU: %m") : 0;
}

/* The devices' state, which QEMU reads from where it is opened. */
static int open_devices(const struct snapshot *snapshot, char **error)
{
	int fd = open(snapshot->devices, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? sentence(error, -errno, "cannot read %s: %m", snapshot->devices) : fd;
}

int guest_start_on_terminal(const struct snapshot *snapshot, const char *order,
	const struct box_payload *files, size_t n_files, int terminal, struct guest **out, char **error)
{
	struct guest *guest = calloc(1, sizeof(*guest));
	int devices, status;

	*out = NULL;
	if (!guest)
		return sentence(error, -ENOMEM, "out of memory");
	*guest = (struct guest){.pid = -1,
		.process = -1,
		.timer = -1,
		.descriptor = -1,
		.box_file = -1,
		.console = -1,
		.words = -1};
	status = make_files(guest, error);
	if (status == 0) {
		status = box_put_order(&guest->box, order, files, n_files);
		if (status < 0)
			sentence(
				error, status, "cannot hand the order over: %s", strerror(-status));
	}
	if (status == 0) {
		devices = open_devices(snapshot, error);
		status = devices < 0 ? devices : launch(guest, snapshot, devices, terminal, error);
		if (devices >= 0)
			close(devices);
	}
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

const struct box *guest_box(const struct guest *guest)
{
	return &guest->box;
}

int guest_descriptor(const struct guest *guest)
{
	return guest->descriptor;
}

pid_t guest_pid(const struct guest *guest)
{
	return guest->pid;
}

static void look(struct guest *guest)
{
	bool restored = guest->phases.entered[BOX_TOPOLOGY] >= 0;
	uint64_t ticks;

	while (read(guest->timer, &ticks, sizeof(ticks)) > 0)
		;
	phases_look(&guest->phases, &guest->box);
	if (!restored && guest->phases.entered[BOX_TOPOLOGY] >= 0)
		look_every(guest, LOOK_LATER_NS);
}

enum guest_state guest_poll(struct guest *guest, int *status)
{
	look(guest);
	if (!guest->ended && wait4(guest->pid, &guest->status, WNOHANG, &guest->usage) == guest->pid) {
		guest->ended = true;
		phases_end(&guest->phases, &guest->box);
	}
	if (guest->ended && status)
		*status = guest->status;
	return guest->ended ? GUEST_ENDED : GUEST_RUNNING;
}

void guest_kill(struct guest *guest)
{
	if (guest->ended || guest->pid <= 0)
		return;
	kill(guest->pid, SIGKILL);
	while (wait4(guest->pid, &guest->status, 0, &guest->usage) < 0 && errno == EINTR)
		;
	guest->ended = true;
	phases_end(&guest->phases, &guest->box);
}

size_t guest_peak_memory(const struct guest *guest)
{
	return (size_t)guest->usage.ru_maxrss << 10;
}

char *guest_console(const struct guest *guest)
{
	char *console = console_read(guest->console);
	char *words = console_read(guest->words);
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
	guest_kill(guest);
	box_unmap(&guest->box);
	for (size_t i = 0; i < 6; i++) {
		int fd = (int[]){guest->descriptor, guest->timer, guest->process, guest->box_file,
			guest->console, guest->words}[i];

		if (fd >= 0)
			close(fd);
	}
	free(guest);
}
