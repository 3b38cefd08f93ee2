/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/qemu/origin.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/qemu/code_pages.h"
#include "runner/qemu/device_state.h"
#include "runner/qemu/qemu.h"
#include "runner/qemu/vmstate_disk.h"
#include "sentence.h"

#define MEMORY ((size_t)QEMU_MEMORY << 20)
/* The instructions of the smallest kernel take more than 4 MB. */
#define FEWEST_CODE_PAGES 512

static int map_ram(struct origin *origin, const char *path, char **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st = { 0 };
	void *memory = MAP_FAILED;

	if (fd >= 0 && fstat(fd, &st) == 0 && (size_t)st.st_size == MEMORY)
		memory = mmap(NULL, MEMORY, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	if (memory == MAP_FAILED)
		return sentence(error, -EIO, "cannot map %s", path);
	origin->ram = memory;
	return 0;
}

static int read_stream(const char *path, unsigned char **stream, size_t *length, char **error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int status = 0;

	*stream = NULL;
	if (fd < 0 || fstat(fd, &st) < 0)
		status = sentence(error, -errno, "cannot read %s: %m", path);
	if (status == 0) {
		*length = (size_t)st.st_size;
		*stream = malloc(*length + 1);
		if (!*stream)
			status = no_memory(error);
		else if (read(fd, *stream, *length) != (ssize_t)*length)
			status = sentence(error, -EIO, "cannot read %s", path);
	}
	if (fd >= 0)
		close(fd);
	return status;
}

static int make_disk(struct origin *origin, size_t length, const struct qemu_features *qemu, char **error)
{
	unsigned char *devices = NULL;
	size_t devices_length;
	int status =
		device_state_split(origin->stream, length, MEMORY, origin->changed, &devices, &devices_length, error);

	if (status == 0)
		status = device_state_make_rewindable(
			&devices, &devices_length, qemu->recorder, qemu->recorder_length, error);
	if (status == 0) {
		origin->disk = vmstate_disk_make(devices, devices_length, &origin->disk_length);
		if (!origin->disk)
			status = no_memory(error);
	}
	free(devices);
	return status;
}

int origin_open(const struct saved_state *saved, struct origin **out, char **error)
{
	struct origin *origin = calloc(1, sizeof(*origin));
	size_t length = 0;
	int status = 0;

	*out = NULL;
	if (!origin)
		return no_memory(error);
	pthread_mutex_init(&origin->looking, NULL);
	origin->n_pages = MEMORY / ORIGIN_PAGE;
	origin->devices = strdup(saved->devices);
	origin->changed = calloc(origin->n_pages, sizeof(*origin->changed));
	if (!origin->devices || !origin->changed)
		status = no_memory(error);
	if (status == 0)
		status = map_ram(origin, saved->ram, error);
	if (status == 0)
		status = read_stream(saved->devices, &origin->stream, &length, error);
	if (status == 0)
		status = make_disk(origin, length, &saved->qemu, error);
	if (status == 0)
		*out = origin;
	else
		origin_close(origin);
	return status;
}

const unsigned char *origin_page(const struct origin *origin, size_t page)
{
	if (page >= origin->n_pages)
		return NULL;
	return origin->changed[page] ? origin->changed[page] : origin->ram + page * ORIGIN_PAGE;
}

static const unsigned char *read_page(const void *context, size_t page)
{
	return origin_page(context, page);
}

int origin_find_code(struct origin *origin, uint64_t root, char **error)
{
	bool *code = calloc(origin->n_pages, sizeof(*code));

	if (!code)
		return no_memory(error);
	if (code_pages_find(read_page, origin, root, code, origin->n_pages) < FEWEST_CODE_PAGES) {
		free(code);
		return sentence(error, -EINVAL, "no kernel is found at the end of the guest's page tables");
	}
	origin->code = code;
	return 0;
}

void origin_close(struct origin *origin)
{
	if (!origin)
		return;
	if (origin->ram)
		munmap((void *)(uintptr_t)origin->ram, MEMORY);
	free(origin->devices);
	free(origin->changed);
	free(origin->stream);
	free(origin->disk);
	free(origin->code);
	pthread_mutex_destroy(&origin->looking);
	free(origin);
}
