/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lent.c - QEMU opens a memory file for writing even when it is to map it privately, and before 8.2 (rom=off) cannot be
 * told not to. A copy in memory can be opened so, in every version; it costs 40 ms a kernel, and its memory.
 */
#include "runner/guest/lent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sentence.h"

static int copy_part(int from, int to, off_t at, off_t end)
{
	if (lseek(to, at, SEEK_SET) < 0)
		return -errno;
	while (at < end) {
		ssize_t n = sendfile(to, from, &at, (size_t)(end - at));

		if (n == 0)
			return -EIO;
		if (n < 0 && errno != EINTR)
			return -errno;
	}
	return 0;
}

/* What is a hole stays one. */
static int copy_used(int from, int to)
{
	off_t at = 0, end;
	struct stat st;
	int status = 0;

	if (fstat(from, &st) < 0 || ftruncate(to, st.st_size) < 0)
		return -errno;
	while (status == 0 && (at = lseek(from, at, SEEK_DATA)) >= 0) {
		end = lseek(from, at, SEEK_HOLE);
		status = end < 0 ? -errno : copy_part(from, to, at, end);
		at = end;
	}
	return status == 0 && errno != ENXIO ? -errno : status;
}

static int make_copy(const char *ram, int *copy, char **error)
{
	int from = open(ram, O_RDONLY | O_CLOEXEC), status;

	if (from < 0)
		return sentence(error, -errno, "cannot read %s: %m", ram);
	*copy = memfd_create("ram", MFD_CLOEXEC);
	status = *copy < 0 ? -errno : copy_used(from, *copy);
	if (status < 0)
		sentence(error, status, "cannot copy %s: %s", ram, strerror(-status));
	close(from);
	return status;
}

int lent_memory(char **ram, int *copy, char **error)
{
	int fd = open(*ram, O_RDWR | O_CLOEXEC), status;
	char *path;

	*copy = -1;
	if (fd >= 0) {
		close(fd);
		return 0;
	}
	status = make_copy(*ram, copy, error);
	if (status < 0)
		return status;
	/* not /proc/self: it is QEMU that opens it, while this process has it open */
	if (asprintf(&path, "/proc/%d/fd/%d", (int)getpid(), *copy) < 0)
		return no_memory(error);
	free(*ram);
	*ram = path;
	return 0;
}
