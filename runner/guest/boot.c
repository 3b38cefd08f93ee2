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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runner/guest/debugged_guest.h"
#include "runner/host/tree.h"
#include "runner/host/wall_clock.h"
#include "runner/protocol/agent_contract.h"
#include "sentence.h"

/* Parts that are empty become holes. */
static int write_used(int fd, const unsigned char *memory, size_t size)
{
	enum { STEP = 65536 };
	static const unsigned char empty[STEP];
	int status = ftruncate(fd, (off_t)size) < 0 ? -errno : 0;

	for (size_t at = 0; at < size && status == 0; at += STEP) {
		if (memcmp(memory + at, empty, STEP) != 0)
			status = lseek(fd, (off_t)at, SEEK_SET) < 0 ? -errno : tree_write(fd, memory + at, STEP);
	}
	return status;
}

/*
 * The guest boots in memory, and what it has used is written out afterwards: faster than letting it
 * write into a mapped file, and a full disk is an error here and not a SIGBUS there.
 */
static int write_ram(const struct debugged_guest *debugged, const char *folder, char **error)
{
	const size_t size = (size_t)QEMU_MEMORY << 20;
	unsigned char *memory = debugged_guest_memory(debugged);
	char *path = NULL;
	int fd, status;

	if (!memory || asprintf(&path, "%s/ram", folder) < 0)
		return no_memory(error);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	status = fd < 0 ? -errno : write_used(fd, memory, size);
	if (fd >= 0 && close(fd) < 0 && status == 0)
		status = -errno;
	if (status < 0)
		sentence(error, status, "cannot write %s: %s", path, strerror(-status));
	munmap(memory, size);
	free(path);
	return status;
}

static int write_devices(const char *folder, const unsigned char *stream, size_t length, char **error)
{
	char *path;
	int status;

	if (asprintf(&path, "%s/dev", folder) < 0)
		return no_memory(error);
	status = tree_write_file(path, stream, length);
	if (status < 0)
		sentence(error, status, "cannot write %s: %s", path, strerror(-status));
	free(path);
	return status;
}

/* What the agent told of the kernel before the snapshot: facts.json. */
static int write_facts(const struct debugged_guest *debugged, const char *folder, char **error)
{
	char box_path[64], *path = NULL;
	struct box_record record;
	const unsigned char *payload;
	uint64_t cursor = 0;
	bool damaged;
	struct box box;
	int status;

	snprintf(box_path, sizeof(box_path), "/proc/self/fd/%d", debugged->box);
	status = box_map_file(box_path, &box);
	if (status < 0)
		return sentence(error, status, "cannot read the box: %s", strerror(-status));
	if (asprintf(&path, "%s/facts.json", folder) < 0) {
		path = NULL;
		status = no_memory(error);
	} else if (box_next(&box, &cursor, &record, &payload, &damaged)) {
		status = tree_write_file(path, payload, record.length);
		if (status < 0)
			sentence(error, status, "cannot write %s: %s", path, strerror(-status));
	}
	box_unmap(&box);
	free(path);
	return status;
}

static int start(struct debugged_guest *debugged, const struct kernel *kernel, const char *image, char **error)
{
	struct qemu_arguments further = { 0 };

	qemu_add(&further, "-kernel");
	qemu_add(&further, kernel->vmlinux);
	qemu_add(&further, "-initrd");
	qemu_add(&further, image);
	qemu_add(&further, "-append");
	qemu_add(&further, qemu_kernel_parameters(debugged->options));
	return debugged_guest_start(debugged, &further, -1, error);
}

static int save(struct debugged_guest *debugged, unsigned tries_left, const char *folder, char **error)
{
	unsigned char *stream = NULL;
	size_t length;
	int status = debugged_guest_save(debugged, tries_left, &stream, &length, error);

	if (status == 0)
		status = write_devices(folder, stream, length, error);
	free(stream);
	if (status == 0)
		status = write_ram(debugged, folder, error);
	return status == 0 ? write_facts(debugged, folder, error) : status;
}

static int boot_once(const struct kernel *kernel, const struct guest_options *options, const char *image,
	const char *folder, unsigned tries_left, struct boot_times *times, char **error)
{
	double began = wall_now_ms();
	struct debugged_guest debugged;
	char what[128];
	int status;

	snprintf(what, sizeof(what), "the kernel %s", kernel->release);
	status = debugged_guest_open(&debugged, what, options, folder, error);
	if (status == 0)
		status = start(&debugged, kernel, image, error);
	if (status == 0)
		status = debugged_guest_run_to(&debugged, AGENT_SNAPSHOT_ADDRESS, error);
	times->boot_ms = wall_now_ms() - began;
	if (status == 0)
		status = save(&debugged, tries_left, folder, error);
	times->make_ms = wall_now_ms() - began;
	debugged_guest_close(&debugged);
	return status;
}

int boot_and_save(const struct kernel *kernel, const struct guest_options *options, const char *image,
	const char *folder, struct boot_times *times, char **error)
{
	int status = -EAGAIN;

	for (unsigned left = SAVE_TRIES; status == -EAGAIN && left-- > 0;)
		status = boot_once(kernel, options, image, folder, left, times, error);
	return status;
}

/* ---- Going on with modules ---- */

struct loading {
	const struct snapshot *from;
	const char *order;
	const struct box_payload *files;
	size_t n_files;
	const char *folder;
};

static int load_once(const struct loading *loading, unsigned tries_left, struct boot_times *times, char **error)
{
	double began = wall_now_ms();
	struct debugged_guest debugged;
	int status = debugged_guest_open(&debugged, "the kernel with its replaced module",
		&loading->from->saved.options, loading->folder, error);

	if (status == 0)
		status = debugged_guest_resume(
			&debugged, loading->from, loading->order, loading->files, loading->n_files, error);
	if (status == 0)
		status = debugged_guest_run_to(&debugged, AGENT_LOADED_ADDRESS, error);
	times->boot_ms = wall_now_ms() - began;
	if (status == 0)
		status = save(&debugged, tries_left, loading->folder, error);
	times->make_ms = wall_now_ms() - began;
	debugged_guest_close(&debugged);
	return status;
}

int load_and_save(const struct snapshot *from, const char *order, const struct box_payload *files, size_t n_files,
	const char *folder, struct boot_times *times, char **error)
{
	const struct loading loading = { from, order, files, n_files, folder };
	int status = -EAGAIN;

	for (unsigned left = SAVE_TRIES; status == -EAGAIN && left-- > 0;)
		status = load_once(&loading, left, times, error);
	return status;
}
