/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rewind.c - rewinds three things: the devices, the memory, and QEMU's translations of instructions in that memory.
 *
 * Devices: the monitor's `loadvm` resets the machine and reads the devices' state out of a disk image. Memory is not in
 * that image; device_state.c says what else is left out.
 *
 * Memory: the guest's memory is QEMU's private mapping of the snapshot's file. A page can differ from the snapshot only
 * if the kernel of this machine has copied it for QEMU (/proc/PID/pagemap shows that), or if the stage changes it.
 *
 * Translations: QEMU finds them by the guest's physical address, and does not notice when we write to its memory. If a
 * page holds instructions in the snapshot and has changed since (Linux patches itself: static keys), QEMU writes the
 * page itself, told through qtest, and drops its translations. Other pages need no such care: before the guest can
 * execute one, it has to write instructions there, and QEMU notices that.
 */
#include "runner/qemu/rewind.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/host/patience.h"
#include "runner/qemu/vmstate_disk.h"
#include "sentence.h"

/* ------------------------------------------------------------------ devices */

static int put_disk(const struct machine *machine, const struct loaded_state *state, char **error)
{
	if (ftruncate(machine->disk, 0) < 0 ||
		pwrite(machine->disk, state->disk, state->disk_length, 0) != (ssize_t)state->disk_length)
		return sentence(error, -errno, "cannot write a file in memory: %m");
	return 0;
}

static int load(struct machine *machine, char **error)
{
	char *words = NULL;
	int status = machine_ask(machine, "loadvm " VMSTATE_DISK_TAG, &words, error);

	if (status == 0 && *words)
		status = sentence(
			error, -EIO, "QEMU cannot load the guest's devices: %.*s", (int)strcspn(words, "\r\n"), words);
	free(words);
	return status;
}

/* QEMU writes into the image, so the image is made anew for each rewind. */
static int load_devices(struct machine *machine, const struct loaded_state *state, char **error)
{
	char path[64];
	int status = put_disk(machine, state, error);

	snprintf(path, sizeof(path), "/proc/self/fd/%d", machine->disk);
	if (status == 0)
		status = machine_command(machine, "blockdev-add",
			json_pack("{s:s, s:s, s:{s:b}, s:{s:s, s:s, s:s}}", "driver", "qcow2", "node-name", "origin",
				"cache", "no-flush", 1, "file", "driver", "file", "filename", path, "locking", "off"),
			error);
	if (status == 0)
		status = load(machine, error);
	if (status == 0)
		status = machine_command(machine, "blockdev-del", json_pack("{s:s}", "node-name", "origin"), error);
	return status;
}

/* ------------------------------------------------------------------ memory */

/* A machine's memory, as this process sees it. */
struct memory {
	pid_t pid;
	uint64_t address; /* in QEMU */
	uint64_t *pages;  /* of pagemap */
	size_t n;
};

/* Finds the mapping of that file in /proc/PID/maps: FROM-TO FLAGS OFFSET DEVICE INODE PATH. */
static int find_mapping(FILE *list, const char *file, size_t size, uint64_t *address)
{
	char line[PATH_MAX + 128];

	while (fgets(line, sizeof(line), list)) {
		uint64_t from, to;
		int path = 0;

		line[strcspn(line, "\n")] = '\0';
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %*s %*s %*s %n", &from, &to, &path) == 2 && path > 0 &&
			strcmp(line + path, file) == 0 && to - from == size) {
			*address = from;
			return 0;
		}
	}
	return -ENOENT;
}

static int find_memory(const struct machine *machine, struct memory *memory, char **error)
{
	char path[64], *file = realpath(machine->ram, NULL);
	FILE *list;
	int status;

	snprintf(path, sizeof(path), "/proc/%d/maps", (int)machine->pid);
	list = fopen(path, "re");
	status = list && file ? find_mapping(list, file, memory->n * STATE_PAGE, &memory->address) : -errno;
	if (list)
		fclose(list);
	free(file);
	return status < 0 ? sentence(error, status, "QEMU's memory is not found: %s", strerror(-status)) : 0;
}

static int read_pagemap(struct memory *memory, char **error)
{
	char path[64];
	size_t length = memory->n * sizeof(*memory->pages);
	int fd, status = 0;

	snprintf(path, sizeof(path), "/proc/%d/pagemap", (int)memory->pid);
	memory->pages = malloc(length);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (!memory->pages)
		status = -ENOMEM;
	else if (fd < 0)
		status = -errno;
	else if (pread(fd, memory->pages, length, (off_t)(memory->address / STATE_PAGE * sizeof(*memory->pages))) !=
		(ssize_t)length)
		status = -EIO;
	if (fd >= 0)
		close(fd);
	return status < 0 ? sentence(error, status, "cannot read %s: %s", path, strerror(-status)) : 0;
}

/* Whether the process has its own copy of a page: it is in memory or swapped out, and is no page of a file. */
static bool is_copied(uint64_t page)
{
	return page >> 62 && !(page >> 61 & 1);
}

/* Has QEMU write a page of its guest's memory, so that it drops the translations of that page. */
static int write_through(const struct machine *machine, size_t page, const unsigned char *contents, char **error)
{
	static const char digits[] = "0123456789abcdef";
	char line[64 + 2 * STATE_PAGE], answer[3];
	struct patience patience;
	int n = snprintf(line, 64, "write 0x%zx 0x%lx 0x", page * STATE_PAGE, STATE_PAGE);

	for (size_t i = 0; i < STATE_PAGE; i++) {
		line[n++] = digits[contents[i] >> 4];
		line[n++] = digits[contents[i] & 15];
	}
	line[n++] = '\n';
	patience_begin(&patience, machine->pid, &patience_for_an_answer);
	if (send(machine->memory, line, (size_t)n, MSG_NOSIGNAL) != n ||
		patience_wait(&patience, machine->memory) < 0 ||
		recv(machine->memory, answer, sizeof(answer), MSG_WAITALL) != sizeof(answer) ||
		memcmp(answer, "OK\n", sizeof(answer)) != 0)
		return sentence(error, -EIO, "QEMU does not write to its guest's memory");
	return 0;
}

/* Pages next to each other, read at once. */
enum { RUN = 64 };

static struct iovec in_qemu(const struct memory *memory, size_t page, size_t n)
{
	return (struct iovec){ (void *)(uintptr_t)(memory->address + page * STATE_PAGE), n * STATE_PAGE };
}

static int restore_page(const struct machine *machine, const struct memory *memory, const struct loaded_state *state,
	size_t page, const unsigned char *now, char **error)
{
	const unsigned char *wanted = loaded_state_page(state, page);
	struct iovec here = { (void *)(uintptr_t)wanted, STATE_PAGE }, there = in_qemu(memory, page, 1);

	if (memcmp(now, wanted, STATE_PAGE) == 0)
		return 0;
	if (state->code[page])
		return write_through(machine, page, wanted, error);
	if (process_vm_writev(memory->pid, &here, 1, &there, 1, 0) != (ssize_t)STATE_PAGE)
		return sentence(error, -errno, "cannot write QEMU's memory: %m");
	return 0;
}

static int restore_run(const struct machine *machine, const struct memory *memory, const struct loaded_state *state,
	size_t first, size_t n, char **error)
{
	unsigned char now[RUN * STATE_PAGE];
	struct iovec here = { now, n * STATE_PAGE }, there = in_qemu(memory, first, n);
	int status = 0;

	if (process_vm_readv(memory->pid, &here, 1, &there, 1, 0) != (ssize_t)here.iov_len)
		return sentence(error, -errno, "cannot read QEMU's memory: %m");
	for (size_t i = 0; status == 0 && i < n; i++)
		status = restore_page(machine, memory, state, first + i, now + i * STATE_PAGE, error);
	return status;
}

static int restore_memory(const struct machine *machine, const struct loaded_state *state, char **error)
{
	struct memory memory = { .pid = machine->pid, .n = state->n_pages };
	int status = find_memory(machine, &memory, error);

	if (status == 0)
		status = read_pagemap(&memory, error);
	for (size_t page = 0; status == 0 && page < memory.n;) {
		size_t n = 0;

		while (n < RUN && page + n < memory.n &&
			(is_copied(memory.pages[page + n]) || state->changed[page + n]))
			n++;
		if (n > 0)
			status = restore_run(machine, &memory, state, page, n, error);
		page += n > 0 ? n : 1;
	}
	free(memory.pages);
	return status;
}

/* ------------------------------------------------------------------ all of it */

/* The processor is the snapshot's by now, and so are its page tables. */
static int find_code(struct machine *machine, struct loaded_state *state, char **error)
{
	char *words = NULL;
	const char *at;
	int status = machine_ask(machine, "info registers", &words, error);

	if (status == 0) {
		at = strstr(words, "CR3=");
		status = at ? loaded_state_find_code(state, strtoull(at + 4, NULL, 16), error)
			    : sentence(error, -EIO, "QEMU does not tell the guest's registers");
	}
	free(words);
	return status;
}

int machine_rewind(struct machine *machine, struct loaded_state *state, char **error)
{
	int status = load_devices(machine, state, error);

	pthread_mutex_lock(&state->looking);
	if (status == 0 && !state->code)
		status = find_code(machine, state, error);
	pthread_mutex_unlock(&state->looking);
	return status == 0 ? restore_memory(machine, state, error) : status;
}

/* ------------------------------------------------------------------ whether it can be done */

static const char written[] = "here";

/* Tries on a child of ours, which has a page of its own, what a rewind does to QEMU. */
static int try_on(pid_t child, char **error)
{
	static char read_back[sizeof(written)];
	struct memory memory = { .pid = child, .address = (uintptr_t)read_back / STATE_PAGE * STATE_PAGE, .n = 1 };
	struct iovec here = { (void *)(uintptr_t)written, sizeof(written) }, there = { read_back, sizeof(written) };
	int status = read_pagemap(&memory, error);

	free(memory.pages);
	if (status == 0 && process_vm_writev(child, &here, 1, &there, 1, 0) != (ssize_t)sizeof(written))
		status = sentence(error, -errno, "this machine lets no process write another one's memory: %m");
	here.iov_base = read_back;
	if (status == 0 &&
		(process_vm_readv(child, &here, 1, &there, 1, 0) != (ssize_t)sizeof(written) ||
			memcmp(read_back, written, sizeof(written)) != 0))
		status = sentence(error, -errno, "this machine lets no process read another one's memory: %m");
	return status;
}

static int check_machine(char **error)
{
	pid_t parent = getpid(), child = fork();
	int status;

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	if (child < 0)
		return sentence(error, -errno, "cannot start a process: %m");
	status = try_on(child, error);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	return status;
}

int rewind_check(char **error)
{
	struct qemu_features qemu;
	int status = qemu_features_find(&qemu, error);

	if (status == 0 && qemu.recorder_length == 0)
		status = qemu_find_recorder(&qemu, error);
	return status == 0 ? check_machine(error) : status;
}
