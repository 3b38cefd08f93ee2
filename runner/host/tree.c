/* SPDX-License-Identifier: Apache-2.0 */
/* tree.c - folders and the files in them. */
#include "runner/host/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int tree_make_above(const char *file)
{
	char *copy = strdup(file);
	int status = copy ? 0 : -ENOMEM;

	for (char *slash = copy ? strchr(copy + 1, '/') : NULL; slash && status == 0; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(copy, 0755) < 0 && errno != EEXIST)
			status = -errno;
		*slash = '/';
	}
	free(copy);
	return status;
}

int tree_make(const char *path)
{
	struct stat st;
	int status = tree_make_above(path);

	if (status < 0)
		return status;
	if (mkdir(path, 0755) == 0)
		return 0;
	status = -errno;
	if (status == -EEXIST && stat(path, &st) == 0)
		status = S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
	return status;
}

/* Whoever owns a folder can empty it, whatever its permissions say. */
static int remove_one(const FTSENT *entry)
{
	switch (entry->fts_info) {
	case FTS_D:
		if ((entry->fts_statp->st_mode & 0700) != 0700)
			chmod(entry->fts_accpath, 0700);
		return 0;
	case FTS_DP:
		return rmdir(entry->fts_accpath) < 0 && errno != ENOENT ? -errno : 0;
	case FTS_ERR:
	case FTS_DNR:
		return -entry->fts_errno;
	default:
		return unlink(entry->fts_accpath) < 0 && errno != ENOENT ? -errno : 0;
	}
}

int tree_remove(const char *path)
{
	char *roots[] = { (char *)(uintptr_t)path, NULL };
	struct stat st;
	int status = 0;
	FTSENT *entry;
	FTS *walk;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	if (!walk)
		return -errno;
	while (status == 0 && (entry = fts_read(walk)))
		status = remove_one(entry);
	fts_close(walk);
	return status;
}

static int sync_one(const char *path, int (*sync)(int fd))
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), status = 0;

	if (fd < 0)
		return -errno;
	if (sync(fd) < 0)
		status = -errno;
	close(fd);
	return status;
}

/* Each file, and each folder after what is in it; -E2BIG when there are more than MOST_SYNCS. */
static int sync_each(const char *path)
{
	enum { MOST_SYNCS = 32 };
	char *roots[] = { (char *)(uintptr_t)path, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	int status = 0, n = 0;
	FTSENT *entry;

	if (!walk)
		return -errno;
	while (status == 0 && (entry = fts_read(walk))) {
		if (entry->fts_info == FTS_F || entry->fts_info == FTS_DP)
			status = ++n > MOST_SYNCS ? -E2BIG : sync_one(entry->fts_accpath, fsync);
	}
	fts_close(walk);
	return status;
}

/* A disk takes some milliseconds for each file, 4 s for the modules of a kernel: then rather all it has to write. */
int tree_sync(const char *path)
{
	int status = sync_each(path);

	return status == -E2BIG ? sync_one(path, syncfs) : status;
}

int tree_sync_folder(const char *path)
{
	return sync_one(path, fsync);
}

int tree_write(int fd, const void *data, size_t length)
{
	const char *rest = data;

	while (length > 0) {
		ssize_t n = write(fd, rest, length);

		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
		else if (n < 0 && errno != EINTR)
			return -errno;
		rest += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int tree_write_file(const char *path, const void *data, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int status;

	if (fd < 0)
		return -errno;
	status = tree_write(fd, data, length);
	if (close(fd) < 0 && status == 0)
		status = -errno;
	return status;
}

int tree_copy_file(const char *from, const char *to)
{
	char buffer[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out, status = 0;
	ssize_t n;

	if (in < 0)
		return -errno;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out < 0) {
		status = -errno;
		close(in);
		return status;
	}
	while (status == 0 && (n = read(in, buffer, sizeof(buffer))) != 0) {
		if (n < 0)
			status = errno == EINTR ? 0 : -errno;
		else
			status = tree_write(out, buffer, (size_t)n);
	}
	close(in);
	if (close(out) < 0 && status == 0)
		status = -errno;
	return status;
}

int tree_read_file(const char *path, char **text, size_t *length)
{
	struct stat st;
	size_t used = 0;
	ssize_t n = 0;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int status = 0;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		status = -errno;
	else if (S_ISDIR(st.st_mode))
		status = -EISDIR;
	*text = status == 0 ? malloc((size_t)st.st_size + 1) : NULL;
	if (status == 0 && !*text)
		status = -ENOMEM;
	while (status == 0 && used < (size_t)st.st_size &&
		(n = read(fd, *text + used, (size_t)st.st_size - used)) != 0) {
		if (n > 0)
			used += (size_t)n;
		else if (errno != EINTR)
			status = -errno;
	}
	close(fd);
	if (status < 0) {
		free(*text);
		*text = NULL;
		return status;
	}
	(*text)[used] = '\0';
	if (length)
		*length = used;
	return 0;
}
