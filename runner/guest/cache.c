/* SPDX-License-Identifier: Apache-2.0 */
/* cache.c - folders that are made once and used by all later runs. */
#include "runner/guest/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/guest/guest.h"
#include "runner/sentence.h"
#include "runner/guest/tree.h"

static char *default_directory(void)
{
	const char *own = getenv("SCTPSPEC_CACHE");
	const char *xdg = getenv("XDG_CACHE_HOME");
	const char *home = getenv("HOME");
	char *path = NULL;
	int n;

	if (own && *own)
		n = asprintf(&path, "%s", own);
	else if (xdg && *xdg)
		n = asprintf(&path, "%s/sctpspec", xdg);
	else
		n = asprintf(&path, "%s/.cache/sctpspec", home ? home : "");
	return n < 0 ? NULL : path;
}

int cache_directory(char **out, char **error)
{
	char *path = default_directory();
	int status = path ? tree_make(path) : -ENOMEM;

	*out = NULL;
	/* absolute, because QEMU is started elsewhere */
	if (status == 0) {
		*out = realpath(path, NULL);
		status = *out ? 0 : -errno;
	}
	if (status < 0)
		sentence(error, status,
			"cannot use the cache folder %s: %s; SCTPSPEC_CACHE names another",
			path ? path : "", strerror(-status));
	free(path);
	return status;
}

static void set_paths(
	struct cache_entry *entry, const char *cache, const char *kind, const char *key)
{
	if (asprintf(&entry->path, "%s/%s/%s", cache, kind, key) < 0)
		entry->path = NULL;
	if (asprintf(&entry->making, "%s/%s/%s.new", cache, kind, key) < 0)
		entry->making = NULL;
}

static int take_lock(const struct cache_entry *entry, int kind)
{
	while (flock(entry->lock, kind) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return 0;
}

static int open_lock(struct cache_entry *entry)
{
	char *name;
	int status = tree_make_above(entry->path);

	if (status < 0)
		return status;
	if (asprintf(&name, "%s.lock", entry->path) < 0)
		return -ENOMEM;
	entry->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (entry->lock < 0)
		status = -errno;
	free(name);
	return status;
}

/* A shared lock on what is there. What is not is made under an exclusive one, which waits for its
 * maker. */
static int find_or_begin(struct cache_entry *entry)
{
	int status = open_lock(entry);

	/* a cache that somebody else has filled and only lends */
	if ((status == -EACCES || status == -EROFS) && access(entry->path, F_OK) == 0) {
		entry->present = true;
		return 0;
	}
	if (status == 0)
		status = take_lock(entry, LOCK_SH);
	entry->present = status == 0 && access(entry->path, F_OK) == 0;
	if (status < 0 || entry->present)
		return status;
	status = take_lock(entry, LOCK_EX);
	entry->present = status == 0 && access(entry->path, F_OK) == 0;
	if (status < 0)
		return status;
	if (entry->present)
		return take_lock(entry, LOCK_SH);
	/* whoever made it last was killed */
	status = tree_remove(entry->making);
	return status < 0 ? status : tree_make(entry->making);
}

int cache_open(const char *kind, const char *key, struct cache_entry *out, char **error)
{
	char *cache;
	int status = cache_directory(&cache, error);

	*out = (struct cache_entry){.lock = -1};
	if (status < 0)
		return status;
	set_paths(out, cache, kind, key);
	free(cache);
	if (!out->path || !out->making) {
		cache_close(out);
		return sentence(error, -ENOMEM, "out of memory");
	}
	status = find_or_begin(out);
	if (status < 0)
		sentence(error, status, "cannot write %s: %s", out->making, strerror(-status));
	if (status < 0 || out->present) {
		free(out->making);
		out->making = NULL;
	}
	if (status < 0)
		cache_close(out);
	else if (out->present)
		utimensat(AT_FDCWD, out->path, NULL, 0); /* when it was used, for cache_trim */
	return status;
}

int cache_commit(struct cache_entry *entry, char **error)
{
	if (rename(entry->making, entry->path) < 0)
		return sentence(error, -errno, "cannot rename %s: %m", entry->making);
	free(entry->making);
	entry->making = NULL;
	take_lock(entry, LOCK_SH);
	return 0;
}

void cache_close(struct cache_entry *entry)
{
	if (entry->making && entry->lock >= 0)
		tree_remove(entry->making);
	if (entry->lock >= 0)
		close(entry->lock);
	free(entry->making);
	free(entry->path);
	*entry = (struct cache_entry){.lock = -1};
}

/* An entry of a kind: its folder, and when it was used. */
struct usage {
	char *path;
	struct timespec used;
};

static int by_age(const void *a, const void *b)
{
	const struct timespec *x = &((const struct usage *)a)->used,
			      *y = &((const struct usage *)b)->used;

	if (x->tv_sec != y->tv_sec)
		return x->tv_sec < y->tv_sec ? -1 : 1;
	return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

/* The entries under `folder`, the one not used for longest first. */
static size_t list_entries(const char *folder, struct usage **out)
{
	DIR *list = opendir(folder);
	struct dirent *one;
	size_t n = 0;

	*out = NULL;
	while (list && (one = readdir(list))) {
		struct usage *more, usage = {0};
		struct stat st;

		if (strlen(one->d_name) != SHA256_HEX - 1 ||
			asprintf(&usage.path, "%s/%s", folder, one->d_name) < 0)
			continue;
		more = stat(usage.path, &st) == 0 ? realloc(*out, (n + 1) * sizeof(*more)) : NULL;
		if (!more) {
			free(usage.path);
			continue;
		}
		usage.used = st.st_mtim;
		*out = more;
		more[n++] = usage;
	}
	if (list)
		closedir(list);
	if (n > 1)
		qsort(*out, n, sizeof(**out), by_age);
	return n;
}

/* Unless somebody has it open. */
static void remove_entry(const char *path)
{
	char *name;
	int lock;

	if (asprintf(&name, "%s.lock", path) < 0)
		return;
	lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0)
		tree_remove(path);
	if (lock >= 0)
		close(lock);
	free(name);
}

void cache_trim(const char *kind, size_t keep)
{
	struct usage *entries = NULL;
	char *cache, *folder = NULL;
	size_t n = 0;

	if (cache_directory(&cache, NULL) < 0)
		return;
	if (asprintf(&folder, "%s/%s", cache, kind) >= 0)
		n = list_entries(folder, &entries);
	for (size_t i = 0; i + keep < n; i++)
		remove_entry(entries[i].path);
	for (size_t i = 0; i < n; i++)
		free(entries[i].path);
	free(entries);
	free(folder);
	free(cache);
}

/* The file that holds the answer. */
static char *fact_path(const char *question)
{
	char name[SHA256_HEX];
	struct sha256 sum;
	char *cache, *path;

	if (cache_directory(&cache, NULL) < 0)
		return NULL;
	sha256_init(&sum);
	sha256_add_text(&sum, question);
	sha256_hex(&sum, name);
	if (asprintf(&path, "%s/facts/%s", cache, name) < 0)
		path = NULL;
	free(cache);
	return path;
}

char *cache_recall(const char *question)
{
	char *path = fact_path(question);
	char *text = NULL;

	if (path && tree_read_file(path, &text, NULL) < 0)
		text = NULL;
	free(path);
	return text;
}

void cache_remember(const char *question, const char *answer)
{
	char *path = fact_path(question);
	char *temporary = NULL;

	if (path && asprintf(&temporary, "%s.%d", path, (int)getpid()) >= 0 &&
		tree_make_above(path) == 0 &&
		(tree_write_file(temporary, answer, strlen(answer)) < 0 ||
			rename(temporary, path) < 0))
		unlink(temporary);
	free(temporary);
	free(path);
}

int cache_file_mark(const char *path, char **mark)
{
	struct stat st;
	char *absolute = realpath(path, NULL);
	int n;

	if (!absolute)
		return -errno;
	if (stat(absolute, &st) < 0) {
		free(absolute);
		return -errno;
	}
	n = asprintf(mark, "%s %lu %lu %ld %ld.%09ld %ld.%09ld", absolute, (unsigned long)st.st_dev,
		(unsigned long)st.st_ino, (long)st.st_size, (long)st.st_mtim.tv_sec,
		(long)st.st_mtim.tv_nsec, (long)st.st_ctim.tv_sec, (long)st.st_ctim.tv_nsec);
	free(absolute);
	return n < 0 ? -ENOMEM : 0;
}

int cache_sha256(const char *path, char out[SHA256_HEX], char **error)
{
	char *mark = NULL, *question = NULL, *known = NULL;
	int status = cache_file_mark(path, &mark);

	if (status == 0 && asprintf(&question, "sha256 %s", mark) < 0)
		status = -ENOMEM;
	if (status == 0)
		known = cache_recall(question);
	if (known && strlen(known) == SHA256_HEX - 1) {
		memcpy(out, known, SHA256_HEX);
	} else if (status == 0) {
		status = sha256_file(path, out);
		if (status == 0)
			cache_remember(question, out);
	}
	free(known);
	free(question);
	free(mark);
	return status < 0 ? sentence(error, status, "cannot read %s: %s", path, strerror(-status))
			  : 0;
}
