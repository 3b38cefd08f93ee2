/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stage.c - snapshots of guests that have gone on from another snapshot.
 *
 * A stage has no memory file of its own. The pages that the order changed are in the stream of the stage's devices, and
 * QEMU reads them over the memory file of the snapshot that the stage was made from. So all stages of a kernel share
 * one file, on the disk and in the page cache.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/guest/debugged_guest.h"
#include "runner/host/tree.h"
#include "runner/protocol/agent_contract.h"
#include "runner/qemu/device_state.h"
#include "sentence.h"

#define RECIPE "stage 3"

static const size_t memory_size = (size_t)QEMU_MEMORY << 20;

/* Maps the memory that the guest begins with. */
static const unsigned char *map_before(const struct snapshot *from, char **error)
{
	int fd = open(from->saved.ram, O_RDONLY | O_CLOEXEC);
	void *memory = fd < 0 ? MAP_FAILED : mmap(NULL, memory_size, PROT_READ, MAP_PRIVATE, fd, 0);

	if (memory == MAP_FAILED)
		sentence(error, -errno, "cannot read %s: %m", from->saved.ram);
	if (fd >= 0)
		close(fd);
	return memory == MAP_FAILED ? NULL : memory;
}

static int save(struct debugged_guest *debugged, unsigned tries_left, const unsigned char *before,
	const unsigned char *now, const char *path, char **error)
{
	unsigned char *stream = NULL;
	size_t length;
	int status = debugged_guest_save(debugged, tries_left, &stream, &length, error);

	if (status == 0)
		status = device_state_add_changes(&stream, &length, before, now, memory_size, error);
	if (status == 0) {
		status = tree_write_file(path, stream, length);
		if (status < 0)
			sentence(error, status, "cannot write %s: %s", path, strerror(-status));
	}
	free(stream);
	return status;
}

/* A stage that is being made: its folder, and what it is made from. */
struct making {
	const struct snapshot *from;
	const char *order, *folder;
	const unsigned char *before; /* memory */
	char *devices;               /* path */
};

static int advance(const struct making *making, struct debugged_guest *debugged, unsigned tries_left, char **error)
{
	unsigned char *now = debugged_guest_memory(debugged);
	int status;

	if (!now)
		return no_memory(error);
	status = debugged_guest_resume(debugged, making->from, making->order, NULL, 0, error);
	if (status == 0)
		status = debugged_guest_run_to(debugged, AGENT_STAGE_ADDRESS, error);
	if (status == 0)
		status = save(debugged, tries_left, making->before, now, making->devices, error);
	munmap(now, memory_size);
	return status;
}

static int make_once(const struct making *making, unsigned tries_left, char **error)
{
	struct debugged_guest debugged;
	int status = debugged_guest_open(
		&debugged, "a guest with a network", &making->from->saved.options, making->folder, error);

	if (status == 0)
		status = advance(making, &debugged, tries_left, error);
	debugged_guest_close(&debugged);
	return status;
}

static int make(const struct snapshot *from, const char *order, const char *folder, char **error)
{
	struct making making = { .from = from, .order = order, .folder = folder, .before = map_before(from, error) };
	int status = -EAGAIN;

	if (!making.before)
		return -EIO;
	if (asprintf(&making.devices, "%s/dev", folder) < 0) {
		making.devices = NULL;
		status = no_memory(error);
	}
	for (unsigned left = SAVE_TRIES; status == -EAGAIN && left-- > 0;)
		status = make_once(&making, left, error);
	munmap((void *)(uintptr_t)making.before, memory_size);
	free(making.devices);
	return status;
}

static void digest(const struct snapshot *from, const char *order, char key[SHA256_HEX])
{
	struct sha256_ctx sum;

	sha256_init(&sum);
	sha256_add_text(&sum, RECIPE);
	sha256_add_text(&sum, strrchr(from->directory, '/') + 1);
	/* the stage fits only this memory: a snapshot that was made again may have another */
	sha256_add_text(&sum, from->content);
	sha256_add_text(&sum, order);
	sha256_hex(&sum, key);
}

bool snapshot_has_stage(const struct snapshot *from, const char *order)
{
	char key[SHA256_HEX], *cache, *path;
	bool there;

	digest(from, order, key);
	if (cache_directory(&cache, NULL) < 0)
		return false;
	if (asprintf(&path, "%s/stages/%s", cache, key) < 0)
		path = NULL;
	there = path && access(path, F_OK) == 0;
	free(path);
	free(cache);
	return there;
}

int snapshot_stage(const struct snapshot *from, const char *order, struct snapshot *out, char **error)
{
	struct cache_entry entry = { .lock = -1 };
	char key[SHA256_HEX];
	int status;

	*out = (struct snapshot){
		.saved = { .qemu = from->saved.qemu, .options = from->saved.options }, .lock = -1, .lent = -1
	};
	digest(from, order, key);
	status = cache_open("stages", key, CACHE_READ, &entry, error);
	out->cached = status == 0 && entry.present;
	if (status == 0 && !entry.present) {
		status = make(from, order, entry.making, error);
		if (status == 0)
			status = cache_commit(&entry, error);
	}
	if (status == 0) {
		out->lock = fcntl(entry.lock, F_DUPFD_CLOEXEC, 0);
		out->directory = strdup(entry.path);
		out->saved.ram = strdup(from->saved.ram);
		if (asprintf(&out->saved.devices, "%s/dev", entry.path) < 0)
			out->saved.devices = NULL;
		if (!out->directory || !out->saved.ram || !out->saved.devices)
			status = no_memory(error);
	}
	cache_close(&entry);
	if (status < 0)
		snapshot_free(out);
	return status;
}
