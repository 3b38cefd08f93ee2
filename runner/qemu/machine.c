/* SPDX-License-Identifier: Apache-2.0 */
/*
 * machine.c - one QEMU process. Its box and its console are files in memory without a name, so that nothing of it is
 * left behind whatever ends it or us.
 */
#include "runner/qemu/machine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/qemu/qemu.h"
#include "runner/qemu/qmp.h"
#include "sentence.h"

static int make_box(struct machine *machine, char **error)
{
	char path[64];
	int status;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", machine->box_file);
	status = box_create(path, &machine->box);
	return status < 0 ? sentence(error, status, "cannot make a box: %s", strerror(-status)) : 0;
}

static int make_files(struct machine *machine, char **error)
{
	machine->box_file = memfd_create("box", MFD_CLOEXEC);
	machine->console = memfd_create("console", MFD_CLOEXEC);
	machine->words = memfd_create("words", MFD_CLOEXEC);
	machine->disk = memfd_create("disk", MFD_CLOEXEC);
	if (machine->box_file < 0 || machine->console < 0 || machine->words < 0 || machine->disk < 0)
		return sentence(error, -errno, "cannot make a file in memory: %m");
	/* QEMU's own words: they go on at the beginning when they were cleared */
	if (fcntl(machine->words, F_SETFL, O_APPEND) < 0)
		return sentence(error, -errno, "cannot set up a file in memory: %m");
	return make_box(machine, error);
}

int machine_make(struct machine **out, char **error)
{
	struct machine *machine = calloc(1, sizeof(*machine));
	int status;

	*out = machine;
	if (!machine)
		return no_memory(error);
	*machine = (struct machine){ .pid = -1,
		.process = -1,
		.box_file = -1,
		.console = -1,
		.words = -1,
		.disk = -1,
		.monitor = -1,
		.memory = -1 };
	status = make_files(machine, error);
	if (status < 0) {
		machine_free(machine);
		*out = NULL;
	}
	return status;
}

/* ------------------------------------------------------------------ start */

/* QEMU's ends of the channels, which are open in it alone once it runs. */
struct far_ends {
	int monitor, memory;
};

static void add_channels(struct qemu_arguments *arguments, const struct far_ends *far)
{
	qemu_add(arguments, "-chardev");
	qemu_addf(arguments, "socket,id=monitor,fd=%d", far->monitor);
	qemu_add(arguments, "-qmp");
	qemu_add(arguments, "chardev:monitor");
	qemu_add(arguments, "-chardev");
	qemu_addf(arguments, "socket,id=memory,fd=%d", far->memory);
	qemu_add(arguments, "-object");
	qemu_add(arguments, "qtest,id=qtest,chardev=memory,log=none");
}

static int make_channels(struct machine *machine, struct far_ends *far, char **error)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return sentence(error, -errno, "cannot make a pair of sockets: %m");
	machine->monitor = pair[0];
	far->monitor = pair[1];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
		return sentence(error, -errno, "cannot make a pair of sockets: %m");
	machine->memory = pair[0];
	far->memory = pair[1];
	return 0;
}

static int start(struct machine *machine, const struct saved_state *saved, const struct far_ends *far, int devices,
	int terminal, char **error)
{
	struct qemu_arguments arguments = { 0 };
	char box[64], console[64];
	const struct qemu_files files = { saved->ram, box, console, .ram_shared = false, .terminal = terminal };
	int kept[7] = { machine->box_file, machine->console, devices }, status;
	size_t n_kept = 3;

	snprintf(box, sizeof(box), "/proc/self/fd/%d", machine->box_file);
	snprintf(console, sizeof(console), "/proc/self/fd/%d", machine->console);
	qemu_add_machine(&arguments, &saved->options, QEMU_RESTORE, &files);
	qemu_add_incoming(&arguments, &saved->qemu, devices);
	if (terminal > 0)
		kept[n_kept++] = terminal;
	if (far->monitor >= 0) {
		add_channels(&arguments, far);
		kept[n_kept++] = far->monitor;
		kept[n_kept++] = far->memory;
		kept[n_kept++] = machine->disk;
	}
	status = qemu_start(&arguments, kept, n_kept, machine->words, &machine->pid, error);
	qemu_arguments_free(&arguments);
	return status;
}

/* The devices' state, which QEMU reads from where it is opened. */
static int open_devices(const struct saved_state *saved, char **error)
{
	int fd = open(saved->devices, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? sentence(error, -errno, "cannot read %s: %m", saved->devices) : fd;
}

int machine_launch(struct machine *machine, const struct saved_state *saved, int terminal, bool keep, char **error)
{
	struct far_ends far = { -1, -1 };
	int devices = open_devices(saved, error), status = devices < 0 ? devices : 0;

	machine->ram = strdup(saved->ram);
	if (status == 0 && !machine->ram)
		status = no_memory(error);
	if (status == 0 && keep)
		status = make_channels(machine, &far, error);
	if (status == 0)
		status = start(machine, saved, &far, devices, terminal, error);
	for (size_t i = 0; i < 3; i++) {
		int fd = (int[]){ devices, far.monitor, far.memory }[i];

		if (fd >= 0)
			close(fd);
	}
	if (status < 0)
		return status;
	machine->process = (int)syscall(SYS_pidfd_open, machine->pid, 0);
	return machine->process < 0 ? sentence(error, -errno, "cannot watch QEMU: %m") : 0;
}

int machine_clear(struct machine *machine, char **error)
{
	if (ftruncate(machine->console, 0) < 0 || ftruncate(machine->words, 0) < 0)
		return sentence(error, -errno, "cannot empty a file in memory: %m");
	box_unmap(&machine->box);
	return make_box(machine, error);
}

/* ------------------------------------------------------------------ the monitor */

static struct qmp monitor_of(const struct machine *machine)
{
	return (struct qmp){ machine->monitor, machine->pid };
}

/* Not before it is needed: QEMU takes a while to greet. */
static int open_monitor(struct machine *machine, char **error)
{
	int status = machine->monitor_is_open ? 0 : qmp_open(monitor_of(machine), error);

	machine->monitor_is_open |= status == 0;
	return status;
}

int machine_command(struct machine *machine, const char *command, json_t *arguments, char **error)
{
	int status = open_monitor(machine, error);

	if (status == 0)
		return qmp_command(monitor_of(machine), command, arguments, -1, NULL, error);
	json_decref(arguments);
	return status;
}

int machine_ask(struct machine *machine, const char *line, char **words, char **error)
{
	json_t *reply = NULL;
	int status = open_monitor(machine, error);

	*words = NULL;
	if (status == 0)
		status = qmp_command(monitor_of(machine), "human-monitor-command",
			json_pack("{s:s}", "command-line", line), -1, &reply, error);
	if (status == 0 && json_is_string(reply))
		*words = strdup(json_string_value(reply));
	json_decref(reply);
	if (status == 0 && !*words)
		status = sentence(error, -EIO, "QEMU gives no answer to %s", line);
	return status;
}

/* ------------------------------------------------------------------ the end */

bool machine_ended(struct machine *machine)
{
	if (!machine->ended && machine->pid > 0 &&
		wait4(machine->pid, &machine->status, WNOHANG, &machine->usage) == machine->pid)
		machine->ended = true;
	return machine->ended;
}

void machine_kill(struct machine *machine)
{
	if (machine->ended || machine->pid <= 0)
		return;
	kill(machine->pid, SIGKILL);
	while (wait4(machine->pid, &machine->status, 0, &machine->usage) < 0 && errno == EINTR)
		;
	machine->ended = true;
}

void machine_free(struct machine *machine)
{
	if (!machine)
		return;
	machine_kill(machine);
	box_unmap(&machine->box);
	for (size_t i = 0; i < 7; i++) {
		int fd = (int[]){ machine->process, machine->box_file, machine->console, machine->words, machine->disk,
			machine->monitor, machine->memory }[i];

		if (fd >= 0)
			close(fd);
	}
	free(machine->ram);
	free(machine);
}
