/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot.c - boots a kernel once, to the point where the agent is about to look for an order, and
 * keeps that state: the memory as a file that guests map copy-on-write, the devices as a stream.
 *
 * The guest stops at a breakpoint on the agent's snapshot point, so it is the same instant in each
 * boot, and a snapshot made again from the same things gives the same timeline.
 */
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

#include <jansson.h>

#include "runner/agent.h"
#include "runner/agent_path.h"
#include "runner/cache.h"
#include "runner/console.h"
#include "runner/device_state.h"
#include "runner/gdb_remote.h"
#include "runner/guest.h"
#include "runner/image.h"
#include "runner/qemu.h"
#include "runner/qmp.h"
#include "runner/sentence.h"
#include "runner/tree.h"

#define RECIPE "snapshot 1"
#define BOOT_MS 180000
#define KEPT 12 /* some 100 MiB each */

/* What a snapshot is made from. */
struct ingredients {
	const struct kernel *kernel;
	const struct guest_options *options;
	char *agent;
	char *image;
	char image_key[SHA256_HEX];
	char *qemu_version;
};

/* A boot under way. */
struct boot {
	const struct ingredients *from;
	const char *folder;
	int gdb, qmp; /* our ends */
	int box, words;
	pid_t pid;
	double boot_ms, make_ms;
	char **error;
};

static int no_memory(char **error)
{
	return sentence(error, -ENOMEM, "out of memory");
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int find_agent(const char *given, char **agent, char **error)
{
	if (!given)
		return agent_path(agent, error);
	*agent = realpath(given, NULL);
	return *agent ? 0 : sentence(error, -errno, "cannot read the agent %s: %m", given);
}

static void ingredients_free(struct ingredients *from)
{
	free(from->agent);
	free(from->image);
	free(from->qemu_version);
}

static int gather(const struct kernel *kernel, const struct guest_options *options,
	struct ingredients *from, char **error)
{
	int status = options->accel == ACCEL_KVM ? qemu_check_kvm(error) : 0;

	*from = (struct ingredients){.kernel = kernel, .options = options};
	if (status == 0)
		status = qemu_version(&from->qemu_version, error);
	if (status == 0)
		status = find_agent(options->agent, &from->agent, error);
	if (status == 0)
		status = image_ensure(kernel, from->agent, &from->image, from->image_key, error);
	if (status < 0)
		ingredients_free(from);
	return status;
}

/* A guest under KVM has the host's processor, and its snapshot is only good for that. */
static void add_processor(const struct guest_options *options, struct sha256 *sum)
{
	FILE *file = options->accel == ACCEL_KVM ? fopen("/proc/cpuinfo", "re") : NULL;
	char line[8192];

	while (file && fgets(line, sizeof(line), file) && *line != '\n') {
		if (!strstr(line, "MHz") && !strstr(line, "bogomips"))
			sha256_add_text(sum, line);
	}
	if (file)
		fclose(file);
}

static void digest(const struct ingredients *from, char key[SHA256_HEX])
{
	static const struct qemu_files names = {"RAM", "BOX", "CONSOLE", .ram_shared = true};
	struct qemu_arguments arguments = {0};
	struct sha256 sum;

	qemu_add_machine(&arguments, from->options, QEMU_BOOT, &names);
	sha256_init(&sum);
	sha256_add_text(&sum, RECIPE);
	sha256_add_text(&sum, from->kernel->sha256);
	sha256_add_text(&sum, from->image_key);
	sha256_add_text(&sum, from->qemu_version);
	sha256_add_text(&sum, qemu_kernel_parameters(from->options));
	for (size_t i = 0; i < arguments.n; i++)
		sha256_add_text(&sum, arguments.words[i]);
	add_processor(from->options, &sum);
	sha256_hex(&sum, key);
	qemu_arguments_free(&arguments);
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
			boot->from->kernel->release, BOOT_MS / 1000,
			text ? console_last_line(text) : "");
	else if (words && *words)
		sentence(boot->error, status, "%s: %s",
			boot->from->options->accel == ACCEL_KVM
				? "KVM cannot be used, QEMU fails with it"
				: "QEMU failed",
			console_last_line(words));
	else if (WIFSIGNALED(ended))
		sentence(boot->error, status,
			"QEMU was killed by signal %d while the kernel %s booted", WTERMSIG(ended),
			boot->from->kernel->release);
	else
		sentence(boot->error, status, "the kernel %s did not come up: %s",
			boot->from->kernel->release,
			text && *text ? console_reason(text) : "its console is empty");
	free(words);
	free(text);
	free(path);
	return status;
}

/* Its room is taken beforehand: a disk that gets full under a mapped file is a SIGBUS in QEMU. */
static int make_ram(const struct boot *boot, char **path)
{
	const off_t size = (off_t)QEMU_MEMORY << 20;
	int fd, status = 0;

	if (asprintf(path, "%s/ram", boot->folder) < 0)
		return no_memory(boot->error);
	fd = open(*path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 || ftruncate(fd, size) < 0 ||
		(fallocate(fd, 0, 0, size) < 0 && errno != EOPNOTSUPP && errno != ENOSYS))
		status = sentence(boot->error, -errno, "cannot write %s, which takes %d MiB: %m",
			*path, QEMU_MEMORY);
	if (fd >= 0)
		close(fd);
	return status;
}

/*
 * Gives back the room of pages that are empty. Where that is not possible nothing is lost but room.
 */
static void shrink_ram(const struct boot *boot)
{
	enum { PAGE = 4096, STEP = 16 * PAGE };
	static const char empty[STEP];
	const size_t size = (size_t)QEMU_MEMORY << 20;
	char *path, *memory;
	int fd;

	if (asprintf(&path, "%s/ram", boot->folder) < 0)
		return;
	fd = open(path, O_RDWR | O_CLOEXEC);
	free(path);
	if (fd < 0)
		return;
	memory = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	for (size_t at = 0; memory != MAP_FAILED && at < size; at += STEP) {
		if (memcmp(memory + at, empty, STEP) == 0 &&
			fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)at, STEP) <
				0)
			break;
	}
	if (memory != MAP_FAILED)
		munmap(memory, size);
	close(fd);
}

static void add_channel(struct qemu_arguments *arguments, const char *id, int fd)
{
	qemu_add(arguments, "-chardev");
	qemu_addf(arguments, "socket,id=%s,fd=%d", id, fd);
}

static int start(struct boot *boot, int gdb, int qmp)
{
	struct qemu_arguments arguments = {0};
	struct qemu_files files = {.ram_shared = true};
	int kept[] = {boot->box, gdb, qmp};
	char *ram = NULL, *box = NULL, *console = NULL;
	int status = make_ram(boot, &ram);

	if (status == 0 && (asprintf(&box, "/proc/self/fd/%d", boot->box) < 0 ||
				   asprintf(&console, "%s/console.txt", boot->folder) < 0))
		status = no_memory(boot->error);
	if (status == 0) {
		files.ram = ram;
		files.box = box;
		files.console = console;
		qemu_add_machine(&arguments, boot->from->options, QEMU_BOOT, &files);
		qemu_add(&arguments, "-kernel");
		qemu_add(&arguments, boot->from->kernel->vmlinux);
		qemu_add(&arguments, "-initrd");
		qemu_add(&arguments, boot->from->image);
		qemu_add(&arguments, "-append");
		qemu_add(&arguments, qemu_kernel_parameters(boot->from->options));
		qemu_add(&arguments, "-S");
		add_channel(&arguments, "gdb", gdb);
		qemu_add(&arguments, "-gdb");
		qemu_add(&arguments, "chardev:gdb");
		add_channel(&arguments, "qmp", qmp);
		qemu_add(&arguments, "-mon");
		qemu_add(&arguments, "chardev=qmp,mode=control");
		status = qemu_start(&arguments, kept, sizeof(kept) / sizeof(*kept), boot->words,
			&boot->pid, boot->error);
		qemu_arguments_free(&arguments);
	}
	free(ram);
	free(box);
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

static int write_description(const struct boot *boot)
{
	json_t *object = json_pack("{s:f, s:f, s:s, s:s}", "boot_ms", boot->boot_ms, "make_ms",
		boot->make_ms, "qemu", boot->from->qemu_version, "release",
		boot->from->kernel->release);
	char *path = NULL;
	int status = 0;

	if (!object || asprintf(&path, "%s/meta.json", boot->folder) < 0)
		status = no_memory(boot->error);
	else if (json_dump_file(object, path, JSON_INDENT(2)) < 0)
		status = sentence(boot->error, -errno, "cannot write %s: %m", path);
	free(path);
	json_decref(object);
	return status;
}

/* From QEMU's start to its end, which this waits for. */
static int boot_and_save(struct boot *boot, int gdb, int qmp)
{
	double began = now_ms();
	int status = start(boot, gdb, qmp);

	close(gdb);
	close(qmp);
	if (status < 0)
		return status;
	status = gdb_run_to(boot->gdb, AGENT_SNAPSHOT_ADDRESS, BOOT_MS);
	boot->boot_ms = now_ms() - began;
	if (status < 0)
		return explain(boot, status, end_qemu(boot, status == -EPIPE));
	status = save(boot);
	end_qemu(boot, false);
	if (status == 0)
		shrink_ram(boot);
	boot->make_ms = now_ms() - began;
	return status < 0 ? status : write_description(boot);
}

static int make_box(struct boot *boot)
{
	char path[64];
	struct box box;
	int status;

	boot->box = memfd_create("box", MFD_CLOEXEC);
	boot->words = memfd_create("words", MFD_CLOEXEC);
	if (boot->box < 0 || boot->words < 0)
		return sentence(boot->error, -errno, "cannot make a file in memory: %m");
	snprintf(path, sizeof(path), "/proc/self/fd/%d", boot->box);
	status = box_create(path, &box);
	if (status < 0)
		return sentence(boot->error, status, "cannot make a box: %s", strerror(-status));
	box_unmap(&box);
	return 0;
}

static int make(const struct ingredients *from, const char *folder, char **error)
{
	struct boot boot = {.from = from,
		.folder = folder,
		.gdb = -1,
		.qmp = -1,
		.box = -1,
		.words = -1,
		.error = error};
	int gdb[2], qmp[2];
	int status = make_box(&boot);

	if (status == 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, gdb) < 0)
		status = sentence(error, -errno, "cannot make a pair of sockets: %m");
	if (status == 0) {
		boot.gdb = gdb[0];
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, qmp) < 0) {
			close(gdb[1]);
			status = sentence(error, -errno, "cannot make a pair of sockets: %m");
		}
	}
	if (status == 0) {
		boot.qmp = qmp[0];
		status = boot_and_save(&boot, gdb[1], qmp[1]);
	}
	for (size_t i = 0; i < 4; i++) {
		int fd = (int[]){boot.gdb, boot.qmp, boot.box, boot.words}[i];

		if (fd >= 0)
			close(fd);
	}
	return status;
}

static int read_description(struct snapshot *out, char **error)
{
	char *path;
	json_t *object;
	int status = 0;

	if (asprintf(&path, "%s/meta.json", out->directory) < 0)
		return no_memory(error);
	object = json_load_file(path, 0, NULL);
	if (!object)
		status = sentence(error, -EIO, "%s is damaged: remove its folder", path);
	out->boot_ms = json_number_value(json_object_get(object, "boot_ms"));
	out->make_ms = json_number_value(json_object_get(object, "make_ms"));
	json_decref(object);
	free(path);
	return status;
}

static int describe_command(struct snapshot *out, char **error)
{
	static const struct qemu_files names = {"RAM", "BOX", "CONSOLE", .ram_shared = false};
	struct qemu_arguments arguments = {0};

	qemu_add_machine(&arguments, &out->options, QEMU_RESTORE, &names);
	qemu_add(&arguments, "-incoming");
	qemu_add(&arguments, "DEVICES");
	if (arguments.failed) {
		qemu_arguments_free(&arguments);
		return no_memory(error);
	}
	out->qemu_command = arguments.words;
	return 0;
}

int snapshot_ensure(const struct kernel *kernel, const struct guest_options *options,
	void (*progress)(void *, const char *), void *context, struct snapshot *out, char **error)
{
	struct guest_options own = *options;
	struct ingredients from;
	struct cache_entry entry = {.lock = -1};
	char key[SHA256_HEX];
	int status;

	if (own.accel == ACCEL_KVM)
		own.clock = CLOCK_REAL_TIME;
	*out = (struct snapshot){.options = own, .lock = -1};
	status = gather(kernel, &own, &from, error);
	if (status < 0)
		return status;
	digest(&from, key);
	status = cache_open("snapshots", key, &entry, error);
	out->cached = status == 0 && entry.present;
	if (status == 0 && !entry.present) {
		if (progress)
			progress(context, "booting the kernel once");
		status = make(&from, entry.making, error);
		if (status == 0)
			status = cache_commit(&entry, error);
		if (status == 0)
			cache_trim("snapshots", KEPT);
	}
	if (status == 0) {
		out->lock = fcntl(entry.lock, F_DUPFD_CLOEXEC, 0);
		out->directory = strdup(entry.path);
		out->qemu_version = strdup(from.qemu_version);
		status = out->directory && out->qemu_version ? read_description(out, error)
							     : no_memory(error);
	}
	if (status == 0)
		status = describe_command(out, error);
	cache_close(&entry);
	ingredients_free(&from);
	if (status < 0)
		snapshot_free(out);
	return status;
}

void snapshot_free(struct snapshot *snapshot)
{
	free(snapshot->directory);
	free(snapshot->qemu_version);
	for (char **word = snapshot->qemu_command; word && *word; word++)
		free(*word);
	free(snapshot->qemu_command);
	/* one that was never made is all zeros */
	if (snapshot->directory && snapshot->lock >= 0)
		close(snapshot->lock);
	*snapshot = (struct snapshot){.lock = -1};
}
