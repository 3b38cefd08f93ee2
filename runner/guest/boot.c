/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot.c - boots a kernel and saves the guest: its memory as a file, its devices as a stream.
 *
 * The guest stops at a breakpoint on the agent's snapshot point, so it is the same instant in each
 * boot, and a guest that is saved again from the same things has the same timeline.
 */
#include "runner/guest/boot.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/agent/agent.h"
#include "runner/guest/console.h"
#include "runner/guest/device_state.h"
#include "runner/guest/gdb_remote.h"
#include "runner/guest/qemu.h"
#include "runner/guest/qmp.h"
#include "runner/sentence.h"
#include "runner/guest/tree.h"
#include "runner/wall_clock.h"

#define BOOT_MS 180000

/* A boot under way. */
struct boot {
	const struct kernel *kernel;
	const struct guest_options *options;
	const char *image, *folder;
	int gdb, qmp; /* our ends */
	int ram, box, words;
	pid_t pid;
	struct boot_times *times;
	char **error;
};

static int no_memory(char **error)
{
	return sentence(error, -ENOMEM, "out of memory");
}

/* How QEMU ended, when it has ended by itself; then it is gone in a moment. */
static int end_qemu(const struct boot *boot, bool by_itself)
{
	const struct timespec pause = {.tv_nsec = 10000000};
	int status = 0;

	for (int i = 0; by_itself && i < 200; i++) {
		if (waitpid(boot->pid, &status, WNOHANG) == boot->pid)
			return status;
		nanosleep(&pause, NULL);
	}
	kill(-boot->pid, SIGKILL);
	waitpid(boot->pid, NULL, 0);
	return 0;
}

/* The last words of a guest that did not get ready. */
static int explain(const struct boot *boot, int status, int ended)
{
	char *path = NULL, *text = NULL, *words = console_read(boot->words);
	int fd = -1;

	if (asprintf(&path, "%s/console.txt", boot->folder) >= 0)
		fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		text = console_read(fd);
		close(fd);
	}
	if (status == -ETIMEDOUT)
		sentence(boot->error, status,
			"the kernel %s did not come up within %d s; its console ends: %s",
			boot->kernel->release, BOOT_MS / 1000, text ? console_last_line(text) : "");
	else if (words && *words)
		sentence(boot->error, status, "%s: %s",
			boot->options->accel == ACCEL_KVM ? "KVM cannot be used, QEMU fails with it"
							  : "QEMU failed",
			console_last_line(words));
	else if (WIFSIGNALED(ended))
		sentence(boot->error, status,
			"QEMU was killed by signal %d while the kernel %s booted", WTERMSIG(ended),
			boot->kernel->release);
	else
		sentence(boot->error, status, "the kernel %s did not come up: %s",
			boot->kernel->release,
			text && *text ? console_reason(text) : "its console is empty");
	free(words);
	free(text);
	free(path);
	return status;
}

static int write_all(int fd, const char *data, size_t length, off_t at)
{
	while (length > 0) {
		ssize_t n = pwrite(fd, data, length, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		at += n;
		length -= (size_t)n;
	}
	return 0;
}

/* Parts that are empty become holes. */
static int write_used(int fd, const char *memory, size_t size)
{
	enum { STEP = 65536 };
	static const char empty[STEP];
	int status = ftruncate(fd, (off_t)size) < 0 ? -errno : 0;

	for (size_t at = 0; at < size && status == 0; at += STEP) {
		if (memcmp(memory + at, empty, STEP) != 0)
			status = write_all(fd, memory + at, STEP, (off_t)at);
	}
	return status;
}

/*
 * The guest boots in memory, and what it has used is written out afterwards: faster than letting it
 * write into a mapped file, and a full disk is an error here and not a SIGBUS there.
 */
static int write_ram(const struct boot *boot)
{
	const size_t size = (size_t)QEMU_MEMORY << 20;
	char *memory = mmap(NULL, size, PROT_READ, MAP_SHARED, boot->ram, 0), *path = NULL;
	int fd, status;

	if (memory == MAP_FAILED || asprintf(&path, "%s/ram", boot->folder) < 0)
		return no_memory(boot->error);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	status = fd < 0 ? -errno : write_used(fd, memory, size);
	if (fd >= 0 && close(fd) < 0 && status == 0)
		status = -errno;
	if (status < 0)
		sentence(boot->error, status, "cannot write %s: %s", path, strerror(-status));
	munmap(memory, size);
	free(path);
	return status;
}

static void add_channel(struct qemu_arguments *arguments, const char *id, int fd)
{
	qemu_add(arguments, "-chardev");
	qemu_addf(arguments, "socket,id=%s,fd=%d", id, fd);
}

static int start(struct boot *boot, int gdb, int qmp)
{
	struct qemu_arguments arguments = {0};
	char ram[64], box[64], *console = NULL;
	struct qemu_files files = {ram, box, .ram_shared = true};
	int kept[] = {boot->ram, boot->box, gdb, qmp};
	int status;

	if (asprintf(&console, "%s/console.txt", boot->folder) < 0)
		return no_memory(boot->error);
	snprintf(ram, sizeof(ram), "/proc/self/fd/%d", boot->ram);
	snprintf(box, sizeof(box), "/proc/self/fd/%d", boot->box);
	files.console = console;
	qemu_add_machine(&arguments, boot->options, QEMU_BOOT, &files);
	qemu_add(&arguments, "-kernel");
	qemu_add(&arguments, boot->kernel->vmlinux);
	qemu_add(&arguments, "-initrd");
	qemu_add(&arguments, boot->image);
	qemu_add(&arguments, "-append");
	qemu_add(&arguments, qemu_kernel_parameters(boot->options));
	qemu_add(&arguments, "-S");
	add_channel(&arguments, "gdb", gdb);
	qemu_add(&arguments, "-gdb");
	qemu_add(&arguments, "chardev:gdb");
	add_channel(&arguments, "qmp", qmp);
	qemu_add(&arguments, "-mon");
	qemu_add(&arguments, "chardev=qmp,mode=control");
	status = qemu_start(&arguments, kept, sizeof(kept) / sizeof(*kept), boot->words, &boot->pid,
		boot->error);
	qemu_arguments_free(&arguments);
	free(console);
	return status;
}

static int write_devices(const struct boot *boot, int saved)
{
	struct stat st;
	unsigned char *stream;
	char *path = NULL;
	size_t length;
	int status;

	if (fstat(saved, &st) < 0)
		return sentence(boot->error, -errno, "cannot read the saved guest: %m");
	length = (size_t)st.st_size;
	stream = malloc(length + 1);
	if (!stream || pread(saved, stream, length, 0) != (ssize_t)length ||
		asprintf(&path, "%s/dev", boot->folder) < 0) {
		free(stream);
		return no_memory(boot->error);
	}
	status = device_state_prepare(stream, &length, boot->error);
	if (status == 0) {
		status = tree_write_file(path, stream, length);
		if (status < 0)
			sentence(boot->error, status, "cannot write %s: %s", path,
				strerror(-status));
	}
	free(stream);
	free(path);
	return status;
}

static int save(const struct boot *boot)
{
	int file = memfd_create("devices", MFD_CLOEXEC);
	int status;

	if (file < 0)
		return sentence(boot->error, -errno, "cannot make a file in memory: %m");
	status = qmp_open(boot->qmp, boot->error);
	if (status == 0)
		status = qmp_save(boot->qmp, file, boot->error);
	if (status == 0)
		status = write_devices(boot, file);
	close(file);
	return status;
}

/* What the agent told of the kernel before the snapshot: facts.json. */
static int write_facts(const struct boot *boot)
{
	char box_path[64], *path = NULL;
	struct box_record record;
	const unsigned char *payload;
	uint64_t cursor = 0;
	bool damaged;
	struct box box;
	int status;

	snprintf(box_path, sizeof(box_path), "/proc/self/fd/%d", boot->box);
	status = box_map_file(box_path, &box);
	if (status < 0)
		return sentence(boot->error, status, "cannot read the box: %s", strerror(-status));
	if (asprintf(&path, "%s/facts.json", boot->folder) < 0) {
		path = NULL;
		status = no_memory(boot->error);
	} else if (box_next(&box, &cursor, &record, &payload, &damaged)) {
		status = tree_write_file(path, payload, record.length);
		if (status < 0)
			sentence(boot->error, status, "cannot write %s: %s", path, strerror(-status));
	}
	box_unmap(&box);
	free(path);
	return status;
}

/* From QEMU's start to its end, which this waits for. */
static int run_to_the_end(struct boot *boot, int gdb, int qmp)
{
	double began = wall_now_ms();
	int status = start(boot, gdb, qmp);

	close(gdb);
	close(qmp);
	if (status < 0)
		return status;
	status = gdb_run_to(boot->gdb, AGENT_SNAPSHOT_ADDRESS, BOOT_MS);
	boot->times->boot_ms = wall_now_ms() - began;
	if (status < 0)
		return explain(boot, status, end_qemu(boot, status == -EPIPE));
	status = save(boot);
	end_qemu(boot, false);
	if (status == 0)
		status = write_ram(boot);
	if (status == 0)
		status = write_facts(boot);
	boot->times->make_ms = wall_now_ms() - began;
	return status;
}

static int make_files(struct boot *boot)
{
	char path[64];
	struct box box;
	int status;

	boot->ram = memfd_create("ram", MFD_CLOEXEC);
	boot->box = memfd_create("box", MFD_CLOEXEC);
	boot->words = memfd_create("words", MFD_CLOEXEC);
	if (boot->ram < 0 || boot->box < 0 || boot->words < 0 ||
		ftruncate(boot->ram, (off_t)QEMU_MEMORY << 20) < 0)
		return sentence(boot->error, -errno, "cannot make a file in memory: %m");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", boot->box);
	status = box_create(path, &box);
	if (status < 0)
		return sentence(boot->error, status, "cannot make a box: %s", strerror(-status));
	box_unmap(&box);
	return 0;
}

/* Both ends of a channel, for us and for QEMU. */
static int make_channel(struct boot *boot, int *ours, int *theirs)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		return sentence(boot->error, -errno, "cannot make a pair of sockets: %m");
	*ours = ends[0];
	*theirs = ends[1];
	return 0;
}

int boot_and_save(const struct kernel *kernel, const struct guest_options *options,
	const char *image, const char *folder, struct boot_times *times, char **error)
{
	struct boot boot = {.kernel = kernel,
		.options = options,
		.image = image,
		.folder = folder,
		.gdb = -1,
		.qmp = -1,
		.ram = -1,
		.box = -1,
		.words = -1,
		.times = times,
		.error = error};
	int gdb = -1, qmp = -1;
	int status = make_files(&boot);

	if (status == 0)
		status = make_channel(&boot, &boot.gdb, &gdb);
	if (status == 0)
		status = make_channel(&boot, &boot.qmp, &qmp);
	if (status == 0)
		status = run_to_the_end(&boot, gdb, qmp);
	else if (gdb >= 0)
		close(gdb);
	for (size_t i = 0; i < 5; i++) {
		int fd = (int[]){boot.gdb, boot.qmp, boot.ram, boot.box, boot.words}[i];

		if (fd >= 0)
			close(fd);
	}
	return status;
}
