/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/qemu/loaded_state.h"

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

static int map_ram(struct loaded_state *state, const char *path, char **error)
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
	state->ram = memory;
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

static int make_disk(struct loaded_state *state, size_t length, const struct qemu_features *qemu, char **error)
{
	unsigned char *devices = NULL;
	size_t devices_length;
	int status =
		device_state_split(state->stream, length, MEMORY, state->changed, &devices, &devices_length, error);

	if (status == 0)
		status = device_state_make_rewindable(
			&devices, &devices_length, qemu->recorder, qemu->recorder_length, error);
	if (status == 0) {
		state->disk = vmstate_disk_make(devices, devices_length, &state->disk_length);
		if (!state->disk)
			status = no_memory(error);
	}
	free(devices);
	return status;
}

int loaded_state_open(const struct saved_state *saved, struct loaded_state **out, char **error)
{
	struct loaded_state *state = calloc(1, sizeof(*state));
	size_t length = 0;
	int status = 0;

	*out = NULL;
	if (!state)
		return no_memory(error);
	pthread_mutex_init(&state->looking, NULL);
	state->n_pages = MEMORY / STATE_PAGE;
	state->devices = strdup(saved->devices);
	state->changed = calloc(state->n_pages, sizeof(*state->changed));
	if (!state->devices || !state->changed)
		status = no_memory(error);
	if (status == 0)
		status = map_ram(state, saved->ram, error);
	if (status == 0)
		status = read_stream(saved->devices, &state->stream, &length, error);
	if (status == 0)
		status = make_disk(state, length, &saved->qemu, error);
	if (status == 0)
		*out = state;
	else
		loaded_state_close(state);
	return status;
}

const unsigned char *loaded_state_page(const struct loaded_state *state, size_t page)
{
	if (page >= state->n_pages)
		return NULL;
	return state->changed[page] ? state->changed[page] : state->ram + page * STATE_PAGE;
}

static const unsigned char *read_page(const void *context, size_t page)
{
	return loaded_state_page(context, page);
}

int loaded_state_find_code(struct loaded_state *state, uint64_t root, char **error)
{
	bool *code = calloc(state->n_pages, sizeof(*code));

	if (!code)
		return no_memory(error);
	if (code_pages_find(read_page, state, root, code, state->n_pages) < FEWEST_CODE_PAGES) {
		free(code);
		return sentence(error, -EINVAL, "no kernel is found at the end of the guest's page tables");
	}
	state->code = code;
	return 0;
}

void loaded_state_close(struct loaded_state *state)
{
	if (!state)
		return;
	if (state->ram)
		munmap((void *)(uintptr_t)state->ram, MEMORY);
	free(state->devices);
	free(state->changed);
	free(state->stream);
	free(state->disk);
	free(state->code);
	pthread_mutex_destroy(&state->looking);
	free(state);
}
