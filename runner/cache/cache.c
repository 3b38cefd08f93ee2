/* SPDX-License-Identifier: Apache-2.0 */
/* cache.c - folders that are made once and used by all later runs. */
#include "runner/cache/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/host/sentence.h"
#include "runner/host/tree.h"

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
		sentence(error, status, "cannot use the cache folder %s: %s; SCTPSPEC_CACHE names another",
			path ? path : "", strerror(-status));
	free(path);
	return status;
}

static void set_paths(struct cache_entry *entry, const char *cache, const char *kind, const char *key)
{
	if (asprintf(&entry->path, "%s/%s/%s", cache, kind, key) < 0)
		entry->path = NULL;
	if (asprintf(&entry->making, "%s/%s/%s.new", cache, kind, key) < 0)
		entry->making = NULL;
}

/*
 * A lock of the open file's own, because turning an exclusive one into a shared one must leave no moment
 * without a lock: what was just made could be removed in it.
 */
static int take_lock(const struct cache_entry *entry, short kind)
{
	struct flock lock = { .l_type = kind, .l_whence = SEEK_SET };

	while (fcntl(entry->lock, F_OFD_SETLKW, &lock) < 0) {
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

static bool is_there(const struct cache_entry *entry)
{
	return access(entry->path, F_OK) == 0;
}

/* A shared lock on what is there. What is not is made under an exclusive one, which waits for its
 * maker. */
static int find_or_begin(struct cache_entry *entry)
{
	int status = open_lock(entry);

	/* a cache that somebody else has filled and only lends */
	if ((status == -EACCES || status == -EROFS) && is_there(entry)) {
		entry->present = true;
		return 0;
	}
	if (status == 0)
		status = take_lock(entry, F_RDLCK);
	entry->present = status == 0 && is_there(entry);
	if (status < 0 || entry->present)
		return status;
	/* two that wait for each other to give up a shared lock would wait for good */
	take_lock(entry, F_UNLCK);
	status = take_lock(entry, F_WRLCK);
	entry->present = status == 0 && is_there(entry);
	if (status < 0)
		return status;
	if (entry->present)
		return take_lock(entry, F_RDLCK);
	/* whoever made it last was killed */
	status = tree_remove(entry->making);
	return status < 0 ? status : tree_make(entry->making);
}

int cache_open(const char *kind, const char *key, struct cache_entry *out, char **error)
{
	char *cache;
	uint64_t limit;
	int status = cache_limit(&limit, error);

	*out = (struct cache_entry){ .lock = -1 };
	if (status == 0)
		status = cache_directory(&cache, error);
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
		utimensat(AT_FDCWD, out->path, NULL, 0); /* when it was used, for cache_evict */
	return status;
}

int cache_commit(struct cache_entry *entry, char **error)
{
	if (rename(entry->making, entry->path) < 0)
		return sentence(error, -errno, "cannot rename %s: %m", entry->making);
	free(entry->making);
	entry->making = NULL;
	take_lock(entry, F_RDLCK);
	cache_evict();
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
	*entry = (struct cache_entry){ .lock = -1 };
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
	if (text)
		utimensat(AT_FDCWD, path, NULL, 0); /* when it was used, for cache_evict */
	free(path);
	return text;
}

void cache_remember(const char *question, const char *answer)
{
	char *path = fact_path(question);
	char *temporary = NULL;

	if (path && asprintf(&temporary, "%s.%d", path, (int)getpid()) >= 0 && tree_make_above(path) == 0 &&
		(tree_write_file(temporary, answer, strlen(answer)) < 0 || rename(temporary, path) < 0))
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
		(unsigned long)st.st_ino, (long)st.st_size, (long)st.st_mtim.tv_sec, (long)st.st_mtim.tv_nsec,
		(long)st.st_ctim.tv_sec, (long)st.st_ctim.tv_nsec);
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
	return status < 0 ? sentence(error, status, "cannot read %s: %s", path, strerror(-status)) : 0;
}
