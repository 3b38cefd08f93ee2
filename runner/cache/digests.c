/* SPDX-License-Identifier: Apache-2.0 */
/*
 * digests.c - writes the list, and compares files with it.
 *
 *	DIGEST of all that follows
 *	DIGEST SIZE NAME
 *	...
 *
 * The digest is XXH3 because each run reads the whole snapshot. For its 90 MB XXH3 takes 10 ms of the 370 ms that the
 * shortest run takes (CRC-32 of zlib: 18 ms, SHA-256: 200 ms). So the check is always affordable. A kernel has a
 * thousand files, which take 26 ms; therefore their check is skipped while the mark is the same.
 */
#include "runner/cache/digests.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <xxhash.h>

#include "runner/host/tree.h"
#include "sentence.h"

#define LIST "digests"
#define BLOCK ((size_t)65536)
#define AT_ONCE (4 * BLOCK)

static void to_hex(XXH128_hash_t hash, char out[DIGEST_HEX])
{
	snprintf(out, DIGEST_HEX, "%016llx%016llx", (unsigned long long)hash.high64, (unsigned long long)hash.low64);
}

void digest_text(const char *text, char out[DIGEST_HEX])
{
	to_hex(XXH3_128bits(text, strlen(text)), out);
}

static const char writable[] = "is writable by others";

/* NULL if there is nobody in the group but this user: Debian gives each user a group of that name that may write. */
static const char *why_group_distrusted(gid_t gid)
{
	errno = 0;
	const struct passwd *user = getpwuid(geteuid());
	const struct group *group = user ? getgrgid(gid) : NULL;

	if (!group && errno == EMFILE)
		return "has a group that cannot be looked up (Too many open files)";
	if (!group || strcmp(group->gr_name, user->pw_name) != 0)
		return writable;
	for (char *const *member = group->gr_mem; *member; member++)
		if (strcmp(*member, user->pw_name) != 0)
			return writable;
	return NULL;
}

const char *why_distrusted(const struct stat *st)
{
	if (st->st_uid != 0 && st->st_uid != geteuid())
		return "belongs to another user";
	if (st->st_mode & S_IWOTH)
		return writable;
	return st->st_mode & S_IWGRP ? why_group_distrusted(st->st_gid) : NULL;
}

/* ---- Reading a file ---- */

struct reader {
	XXH3_state_t *sum;
	unsigned char *buffer;
};

static void reader_free(struct reader *reader)
{
	XXH3_freeState(reader->sum);
	free(reader->buffer);
}

static int reader_make(struct reader *reader)
{
	*reader = (struct reader){ XXH3_createState(), malloc(AT_ONCE) };
	if (reader->sum && reader->buffer)
		return 0;
	reader_free(reader);
	return -ENOMEM;
}

static bool is_empty(const unsigned char *block, size_t length)
{
	static const unsigned char zeros[BLOCK];

	return memcmp(block, zeros, length) == 0;
}

/*
 * Blocks of zeros are left out, so a memory file with holes and its copy without holes have the same digest. The
 * positions of the other blocks are digested too.
 */
static void add_blocks(struct reader *reader, size_t length, uint64_t at)
{
	for (size_t i = 0; i < length; i += BLOCK) {
		size_t n = length - i < BLOCK ? length - i : BLOCK;
		uint64_t place = at + i;

		if (is_empty(reader->buffer + i, n))
			continue;
		XXH3_128bits_update(reader->sum, &place, sizeof(place));
		XXH3_128bits_update(reader->sum, reader->buffer + i, n);
	}
}

/* Gives the beginning of the next block that may hold data. */
static off_t skip_hole(int fd, off_t at, off_t end)
{
	off_t data = lseek(fd, at, SEEK_DATA);

	if (data < 0)
		return errno == ENXIO ? end : at;
	return data / (off_t)BLOCK * (off_t)BLOCK;
}

static ssize_t fill(const struct reader *reader, int fd, off_t at)
{
	size_t used = 0;
	ssize_t n = 1;

	while (used < AT_ONCE && n != 0) {
		n = pread(fd, reader->buffer + used, AT_ONCE - used, at + (off_t)used);
		if (n < 0 && errno != EINTR)
			return -errno;
		used += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)used;
}

static int digest_file(struct reader *reader, int fd, off_t size, char out[DIGEST_HEX])
{
	uint64_t length = (uint64_t)size;
	ssize_t n;

	XXH3_128bits_reset(reader->sum);
	for (off_t at = skip_hole(fd, 0, size); at < size; at = skip_hole(fd, at + n, size)) {
		n = fill(reader, fd, at);
		if (n <= 0)
			return n < 0 ? (int)n : -EIO;
		add_blocks(reader, (size_t)n, (uint64_t)at);
	}
	XXH3_128bits_update(reader->sum, &length, sizeof(length));
	to_hex(XXH3_128bits_digest(reader->sum), out);
	return 0;
}

/* ---- Making the list ---- */

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Under the umask of Debian's users whoever is of the group may write what is made: nobody else is to write here. */
static int take_from_others(int fd, const struct stat *st)
{
	const mode_t others = S_IWGRP | S_IWOTH;

	return st->st_mode & others && fchmod(fd, st->st_mode & 07777 & ~others) < 0 ? -errno : 0;
}

static int write_line(FILE *out, struct reader *reader, const char *path, const char *name)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), status;
	char digest[DIGEST_HEX];
	struct stat st;

	if (fd < 0)
		return -errno;
	status = fstat(fd, &st) < 0 ? -errno : take_from_others(fd, &st);
	if (status == 0)
		status = digest_file(reader, fd, st.st_size, digest);
	close(fd);
	if (status == 0)
		fprintf(out, "%s %lld %s\n", digest, (long long)st.st_size, name);
	return status;
}

static int write_lines(FILE *out, const char *folder, char **error)
{
	char *roots[] = { (char *)(uintptr_t)folder, NULL };
	FTS *walk = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	struct reader reader;
	FTSENT *entry;
	int status;

	if (!walk)
		return sentence(error, -errno, "cannot read %s: %m", folder);
	status = reader_make(&reader);
	if (status < 0) {
		fts_close(walk);
		return sentence(error, status, "out of memory");
	}
	while (status == 0 && (entry = fts_read(walk)) != NULL) {
		if (entry->fts_info != FTS_F)
			continue;
		status = write_line(out, &reader, entry->fts_path, entry->fts_path + strlen(folder) + 1);
		if (status < 0)
			sentence(error, status, "cannot read %s: %s", entry->fts_path, strerror(-status));
	}
	reader_free(&reader);
	fts_close(walk);
	return status;
}

static int write_list(const char *folder, const char *lines, char **error)
{
	char digest[DIGEST_HEX], *path = NULL, *text = NULL;
	int status;

	digest_text(lines, digest);
	if (asprintf(&path, "%s/" LIST, folder) < 0)
		path = NULL;
	if (asprintf(&text, "%s\n%s", digest, lines) < 0)
		text = NULL;
	status = path && text ? tree_write_file(path, text, strlen(text)) : -ENOMEM;
	if (status < 0)
		sentence(error, status, "cannot write %s: %s", path ? path : folder, strerror(-status));
	free(text);
	free(path);
	return status;
}

int digests_write(const char *folder, char **error)
{
	char *lines = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&lines, &length);
	int status = out ? write_lines(out, folder, error) : no_memory(error);

	if (out && fclose(out) != 0 && status == 0)
		status = no_memory(error);
	if (status == 0)
		status = write_list(folder, lines, error);
	free(lines);
	return status;
}

/* ---- Reading it ---- */

/* A folder with a list that is whole. */
struct listed {
	int folder;
	char *text, *rest; /* of the lines not yet looked at */
};

struct line {
	const char *digest, *name;
	long long size;
};

static int damaged(char **how, const char *format, const char *name, const char *why)
{
	return sentence(how, -EUCLEAN, format, name, why);
}

/* An error that says nothing about the file is not reported as damage. */
static int cannot_read(char **how, const char *name, int status)
{
	if (status == -ENOMEM || status == -EMFILE || status == -ENFILE)
		return status;
	if (status == -ENOENT)
		return damaged(how, "%s is %s", name, "missing");
	return damaged(how, "%s: %s", name, strerror(-status));
}

static void listed_close(struct listed *listed)
{
	if (listed->folder >= 0)
		close(listed->folder);
	free(listed->text);
}

static int read_list(const char *folder, struct listed *listed, char **how)
{
	char *path, digest[DIGEST_HEX];
	int status;

	if (asprintf(&path, "%s/" LIST, folder) < 0)
		return -ENOMEM;
	status = tree_read_file(path, &listed->text, NULL);
	free(path);
	if (status < 0)
		return cannot_read(how, "its list of digests", status);
	listed->rest = listed->text;
	strsep(&listed->rest, "\n");
	digest_text(listed->rest ? listed->rest : "", digest);
	return strcmp(listed->text, digest) == 0 ? 0 : damaged(how, "%s is %s", "its list of digests", "not as it was");
}

static int listed_open(const char *folder, struct listed *listed, char **how)
{
	const char *distrusted;
	struct stat st;
	int status;

	*listed = (struct listed){ .folder = open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) };
	if (listed->folder < 0)
		return cannot_read(how, "its folder", -errno);
	if (fstat(listed->folder, &st) < 0)
		status = -errno;
	else if ((distrusted = why_distrusted(&st)))
		status = damaged(how, "%s %s", "its folder", distrusted);
	else
		status = read_list(folder, listed, how);
	if (status < 0)
		listed_close(listed);
	return status;
}

/* The next line; the list is one that we have written. */
static bool next_line(struct listed *listed, struct line *line)
{
	char *text = strsep(&listed->rest, "\n"), *size, *name;

	if (!text || !*text)
		return false;
	size = strchr(text, ' ');
	name = size ? strchr(size + 1, ' ') : NULL;
	if (!name)
		return false;
	*size = '\0';
	*line = (struct line){ text, name + 1, strtoll(size + 1, NULL, 10) };
	return true;
}

/* ---- Holding the files against it ---- */

static int check_open_file(struct reader *reader, int fd, const struct line *line, char **how)
{
	const char *distrusted;
	char digest[DIGEST_HEX];
	struct stat st;
	int status;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return damaged(how, "%s is %s", line->name, "no file");
	if ((distrusted = why_distrusted(&st)))
		return damaged(how, "%s %s", line->name, distrusted);
	if (st.st_size != line->size)
		return sentence(how, -EUCLEAN, "%s has %lld bytes instead of %lld", line->name, (long long)st.st_size,
			line->size);
	status = digest_file(reader, fd, st.st_size, digest);
	if (status < 0)
		return cannot_read(how, line->name, status);
	return strcmp(digest, line->digest) == 0 ? 0 : damaged(how, "%s is %s", line->name, "not what it was");
}

static int check_line(struct reader *reader, const struct listed *listed, const struct line *line, char **how)
{
	/* O_NONBLOCK: in place of the file there may be a pipe, on which open() would wait */
	int fd = openat(listed->folder, line->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), status;

	if (fd < 0)
		return cannot_read(how, line->name, -errno);
	status = check_open_file(reader, fd, line, how);
	close(fd);
	return status;
}

int digests_check(const char *folder, char **how)
{
	struct listed listed;
	struct reader reader;
	struct line line;
	int status = listed_open(folder, &listed, how);

	if (status < 0)
		return status;
	status = reader_make(&reader);
	if (status == 0) {
		while (status == 0 && next_line(&listed, &line))
			status = check_line(&reader, &listed, &line, how);
		reader_free(&reader);
	}
	listed_close(&listed);
	return status;
}

/* If a file changes, one of these changes: the change time is among them, and no call can set it. */
struct trace {
	uint64_t device, inode, mode, owner;
	int64_t size;
	struct timespec modified, changed;
};

static int add_trace(XXH3_state_t *sum, int folder, const char *name, char **how)
{
	struct trace trace;
	struct stat st;

	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return cannot_read(how, name, -errno);
	trace = (struct trace){ st.st_dev, st.st_ino, st.st_mode, st.st_uid, st.st_size, st.st_mtim, st.st_ctim };
	XXH3_128bits_update(sum, &trace, sizeof(trace));
	return 0;
}

/* Adds the machine's start, so that damage by the disk, which no mark shows, is found after each start. */
static void add_start(XXH3_state_t *sum)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	char text[64];
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text));

	if (n > 0)
		XXH3_128bits_update(sum, text, (size_t)n);
	if (fd >= 0)
		close(fd);
}

int digests_mark(const char *folder, char out[DIGEST_HEX], char **how)
{
	struct listed listed;
	struct line line;
	XXH3_state_t *sum;
	int status = listed_open(folder, &listed, how);

	if (status < 0)
		return status;
	sum = XXH3_createState();
	status = sum ? 0 : -ENOMEM;
	if (sum) {
		XXH3_128bits_reset(sum);
		XXH3_128bits_update(sum, listed.text, DIGEST_HEX - 1);
		add_start(sum);
	}
	while (status == 0 && next_line(&listed, &line))
		status = add_trace(sum, listed.folder, line.name, how);
	if (status == 0)
		to_hex(XXH3_128bits_digest(sum), out);
	XXH3_freeState(sum);
	listed_close(&listed);
	return status;
}

int digests_of(const char *folder, const char *file, char out[DIGEST_HEX])
{
	struct listed listed;
	struct line line;
	char *how = NULL;
	int status = listed_open(folder, &listed, &how);

	free(how);
	if (status < 0)
		return status;
	status = -ENOENT;
	while (status < 0 && next_line(&listed, &line)) {
		if (strcmp(line.name, file) == 0) {
			snprintf(out, DIGEST_HEX, "%s", line.digest);
			status = 0;
		}
	}
	listed_close(&listed);
	return status;
}
