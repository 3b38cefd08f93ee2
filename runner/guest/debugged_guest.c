/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/guest/debugged_guest.h"

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

#include "runner/host/patience.h"
#include "runner/protocol/console.h"
#include "runner/qemu/device_state.h"
#include "runner/qemu/gdb_remote.h"
#include "runner/qemu/qmp.h"
#include "sentence.h"

/* A boot takes 4 s of processor time, or some 60 s with a kernel that has sanitizers. A kernel that waits in vain uses
 * processor time too, as QEMU's virtual clock goes on. */
static const struct patience_limits boot_limits = { .used_ms = 300e3, .asleep_ms = 60e3 };

#define MEMORY ((size_t)QEMU_MEMORY << 20)

/* ------------------------------------------------------------------ files and channels */

static int make_files(struct debugged_guest *debugged, char **error)
{
	char path[64];
	struct box box;
	int status;

	debugged->ram = memfd_create("ram", MFD_CLOEXEC);
	debugged->box = memfd_create("box", MFD_CLOEXEC);
	debugged->words = memfd_create("words", MFD_CLOEXEC);
	if (debugged->ram < 0 || debugged->box < 0 || debugged->words < 0 ||
		ftruncate(debugged->ram, (off_t)QEMU_MEMORY << 20) < 0)
		return sentence(error, -errno, "cannot make a file in memory: %m");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", debugged->box);
	status = box_create(path, &box);
	if (status < 0)
		return sentence(error, status, "cannot make a box: %s", strerror(-status));
	box_unmap(&box);
	return 0;
}

int debugged_guest_open(struct debugged_guest *debugged, const char *what, const struct guest_options *options,
	const char *folder, char **error)
{
	*debugged = (struct debugged_guest){
		.what = what, .options = options, .gdb = -1, .qmp = -1, .ram = -1, .box = -1, .words = -1, .pid = -1
	};
	if (asprintf(&debugged->console, "%s/console.txt", folder) < 0) {
		debugged->console = NULL;
		return no_memory(error);
	}
	return make_files(debugged, error);
}

unsigned char *debugged_guest_memory(const struct debugged_guest *debugged)
{
	unsigned char *memory =
		mmap(NULL, (size_t)QEMU_MEMORY << 20, PROT_READ | PROT_WRITE, MAP_SHARED, debugged->ram, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

/* ------------------------------------------------------------------ start */

static void add_channel(struct qemu_arguments *arguments, const char *id, int fd)
{
	qemu_add(arguments, "-chardev");
	qemu_addf(arguments, "socket,id=%s,fd=%d", id, fd);
}

static void add_everything(const struct debugged_guest *debugged, const struct qemu_arguments *further, int gdb,
	int qmp, struct qemu_arguments *arguments)
{
	char ram[64], box[64];
	const struct qemu_files files = { ram, box, debugged->console, .ram_shared = true };

	snprintf(ram, sizeof(ram), "/proc/self/fd/%d", debugged->ram);
	snprintf(box, sizeof(box), "/proc/self/fd/%d", debugged->box);
	qemu_add_machine(arguments, debugged->options, QEMU_BOOT, &files);
	for (size_t i = 0; i < further->n; i++)
		qemu_add(arguments, further->words[i]);
	arguments->failed |= further->failed;
	qemu_add(arguments, "-S");
	add_channel(arguments, "gdb", gdb);
	qemu_add(arguments, "-gdb");
	qemu_add(arguments, "chardev:gdb");
	add_channel(arguments, "qmp", qmp);
	qemu_add(arguments, "-qmp");
	qemu_add(arguments, "chardev:qmp");
}

/* Only QEMU keeps its ends of the channels open, so they close when QEMU ends. */
int debugged_guest_start(struct debugged_guest *debugged, struct qemu_arguments *further, int kept, char **error)
{
	struct qemu_arguments arguments = { 0 };
	int gdb[2] = { -1, -1 }, qmp[2] = { -1, -1 }, status = 0;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gdb) < 0 ||
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp) < 0)
		status = sentence(error, -errno, "cannot make a pair of sockets: %m");
	debugged->gdb = gdb[0];
	debugged->qmp = qmp[0];
	if (status == 0) {
		const int inherited[] = { debugged->ram, debugged->box, gdb[1], qmp[1], kept };

		add_everything(debugged, further, gdb[1], qmp[1], &arguments);
		status = qemu_start(&arguments, inherited, kept < 0 ? 4 : 5, debugged->words, &debugged->pid, error);
	}
	qemu_arguments_free(&arguments);
	qemu_arguments_free(further);
	if (gdb[1] >= 0)
		close(gdb[1]);
	if (qmp[1] >= 0)
		close(qmp[1]);
	return status;
}

/* ------------------------------------------------------------------ going on from a snapshot */

/* Copies a page unless it is all zeros: a page that is never written takes no memory. */
static void copy_used(unsigned char *to, const unsigned char *from)
{
	enum { STEP = 65536 };
	static const unsigned char empty[STEP];

	for (size_t at = 0; at < MEMORY; at += STEP) {
		if (memcmp(from + at, empty, STEP) != 0)
			memcpy(to + at, from + at, STEP);
	}
}

static int put_order(const struct debugged_guest *debugged, const char *order, const struct box_payload *files,
	size_t n_files, char **error)
{
	struct box box;
	char path[64];
	int status;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", debugged->box);
	status = box_map_file(path, &box);
	if (status == 0) {
		status = box_put_order(&box, order, files, n_files);
		box_unmap(&box);
	}
	return status < 0 ? sentence(error, status, "cannot hand the order over: %s", strerror(-status)) : 0;
}

static int start_from(struct debugged_guest *debugged, const struct snapshot *from, char **error)
{
	struct qemu_arguments further = { 0 };
	int devices = open(from->saved.devices, O_RDONLY | O_CLOEXEC), status;

	if (devices < 0)
		return sentence(error, -errno, "cannot read %s: %m", from->saved.devices);
	qemu_add_incoming(&further, &from->saved.qemu, devices);
	status = debugged_guest_start(debugged, &further, devices, error);
	close(devices);
	return status;
}

/* Copies the snapshot's memory, as the guest's changes must not reach the snapshot. */
static int copy_memory(const struct debugged_guest *debugged, const struct snapshot *from, char **error)
{
	int fd = open(from->saved.ram, O_RDONLY | O_CLOEXEC);
	void *before = fd < 0 ? MAP_FAILED : mmap(NULL, MEMORY, PROT_READ, MAP_PRIVATE, fd, 0);
	unsigned char *now = before == MAP_FAILED ? NULL : debugged_guest_memory(debugged);
	int status = now ? 0 : sentence(error, -errno, "cannot read %s: %m", from->saved.ram);

	if (now)
		copy_used(now, before);
	if (now)
		munmap(now, MEMORY);
	if (before != MAP_FAILED)
		munmap(before, MEMORY);
	if (fd >= 0)
		close(fd);
	return status;
}

int debugged_guest_resume(struct debugged_guest *debugged, const struct snapshot *from, const char *order,
	const struct box_payload *files, size_t n_files, char **error)
{
	int status = copy_memory(debugged, from, error);

	if (status == 0)
		status = put_order(debugged, order, files, n_files, error);
	return status == 0 ? start_from(debugged, from, error) : status;
}

/* ------------------------------------------------------------------ the end */

/* Ends QEMU. `by_itself`: QEMU is ending already; gives its status, or 0 if it takes too long and has to be killed. */
static int end_qemu(struct debugged_guest *debugged, bool by_itself)
{
	static const struct patience_limits a_moment = { .used_ms = 10e3, .asleep_ms = 2e3 };
	struct patience patience;
	int status = 0, process = debugged->pid > 0 && by_itself ? (int)syscall(SYS_pidfd_open, debugged->pid, 0) : -1;

	if (debugged->pid <= 0)
		return 0;
	patience_begin(&patience, debugged->pid, &a_moment);
	by_itself = process >= 0 && patience_wait(&patience, process) == 0;
	if (process >= 0)
		close(process);
	if (!by_itself)
		kill(-debugged->pid, SIGKILL);
	while (waitpid(debugged->pid, &status, 0) < 0 && errno == EINTR)
		;
	debugged->pid = -1;
	return by_itself ? status : 0;
}

void debugged_guest_close(struct debugged_guest *debugged)
{
	end_qemu(debugged, false);
	for (size_t i = 0; i < 5; i++) {
		int fd = (int[]){ debugged->gdb, debugged->qmp, debugged->ram, debugged->box, debugged->words }[i];

		if (fd >= 0)
			close(fd);
	}
	free(debugged->console);
}

/* Makes the sentence on a QEMU that has ended by itself: how it ended, and what it said. */
static int explain_end(
	const struct debugged_guest *debugged, const char *doing, int ended, const char *words, char **error)
{
	const char *kvm = debugged->options->accel == ACCEL_KVM ? "KVM cannot be used, QEMU fails with it: " : "";
	const char *colon = words ? ": " : "";

	words = words ? words : "";
	if (WIFSIGNALED(ended))
		return sentence(error, -EPIPE, "%sQEMU was killed by signal %d (%s) while %s %s%s%s", kvm,
			WTERMSIG(ended), strsignal(WTERMSIG(ended)), debugged->what, doing, colon, words);
	return sentence(error, -EPIPE, "%sQEMU failed with status %d while %s %s%s%s", kvm, WEXITSTATUS(ended),
		debugged->what, doing, colon, words);
}

/* Makes the sentence on a guest that did not reach the address, with its and QEMU's last words. `waited` says why
 * nobody waits any longer. */
static int explain(const struct debugged_guest *debugged, int status, const char *waited, int ended, char **error)
{
	char *text = NULL, *said = console_read(debugged->words), *words = said ? console_last_words(said) : NULL;
	const char *says = words ? "; QEMU says: " : "";
	const char *with = debugged->options->accel == ACCEL_KVM ? " with KVM" : "";
	int fd = open(debugged->console, O_RDONLY | O_CLOEXEC);

	if (fd >= 0) {
		text = console_read(fd);
		close(fd);
	}
	if (status == -ETIMEDOUT || status == -EBUSY)
		sentence(error, status, "%s did not come up%s: %s; its console ends: %s%s%s", debugged->what, with,
			waited, text ? console_last_line(text) : "", says, words ? words : "");
	else if (WIFSIGNALED(ended) || (words && WEXITSTATUS(ended) != 0))
		explain_end(debugged, "came up", ended, words, error);
	else
		sentence(error, status, "%s did not come up%s: %s%s%s", debugged->what, with,
			text && *text ? console_reason(text) : "its console is empty", says, words ? words : "");
	free(words);
	free(said);
	free(text);
	return status;
}

/* ------------------------------------------------------------------ to the address, and saved */

static struct qmp monitor_of(const struct debugged_guest *debugged)
{
	return (struct qmp){ debugged->qmp, debugged->pid };
}

int debugged_guest_run_to(struct debugged_guest *debugged, uint64_t address, char **error)
{
	struct patience patience;
	char waited[128];
	int status = qmp_open(monitor_of(debugged), error);

	if (status == 0)
		status = qmp_wait_until_stopped(monitor_of(debugged), error);
	if (status < 0) {
		int ended = end_qemu(debugged, true);

		return explain(debugged, -EPIPE, "", ended, error);
	}
	patience_begin(&patience, debugged->pid, &boot_limits);
	status = gdb_run_to(debugged->gdb, address, &patience);
	patience_explain(&patience, waited, sizeof(waited));
	return status < 0 ? explain(debugged, status, waited, end_qemu(debugged, status == -EPIPE), error) : 0;
}

/* When the monitor fell silent QEMU has ended, and QEMU's own last words say more. */
static int explain_unsaved(struct debugged_guest *debugged, int status, char **error)
{
	int ended = status == -EPIPE ? end_qemu(debugged, true) : 0;
	char *said = ended ? console_read(debugged->words) : NULL, *words = said ? console_last_words(said) : NULL;

	if (ended)
		explain_end(debugged, "was saved", ended, words, error);
	free(words);
	free(said);
	return status;
}

int debugged_guest_save(
	struct debugged_guest *debugged, unsigned tries_left, unsigned char **stream, size_t *length, char **error)
{
	int status = qmp_save(monitor_of(debugged), stream, length, error);

	if (status < 0)
		status = explain_unsaved(debugged, status, error);
	else
		status = device_state_prepare(*stream, length, error);
	end_qemu(debugged, false);
	if (status == 0 && tries_left > 0 && !device_state_is_exact(*stream, *length))
		status = -EAGAIN;
	if (status < 0) {
		free(*stream);
		*stream = NULL;
	}
	return status;
}
