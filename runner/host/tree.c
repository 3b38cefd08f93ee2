/* SPDX-License-Identifier: Apache-2.0 */
/* tree.c - folders and the files in them. */
#include "runner/host/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
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

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)st;
	(void)type;
	(void)walk;
	return remove(path) < 0 && errno != ENOENT ? -errno : 0;
}

int tree_remove(const char *path)
{
	int status = nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);

	if (status < 0 && errno == ENOENT)
		return 0;
	return status;
}

static int write_all(int fd, const char *data, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		length -= (size_t)n;
	}
	return 0;
}

int tree_write_file(const char *path, const void *data, size_t length)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int status;

	if (fd < 0)
		return -errno;
	status = write_all(fd, data, length);
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
			status = write_all(out, buffer, (size_t)n);
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
