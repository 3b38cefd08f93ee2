/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cache_evict.c - how much the cache holds, and what is removed when it is too much.
 *
 * An entry is a folder KIND/KEY with a lock KIND/KEY.lock beside it. Each user of the entry holds the
 * lock shared. If an exclusive lock can be had at once, nobody uses the entry. The lock file stays when
 * its entry is removed: somebody may be waiting for it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/host/tree.h"
#include "sentence.h"

#define DEFAULT_LIMIT (8ULL << 30)
#define FACTS "facts"
#define FACT_DAYS 90

/* An entry: its folder, when it was used, and what it takes. */
struct usage {
	char *path;
	struct timespec used;
	uint64_t bytes;
};

struct usage_list {
	struct usage *all;
	size_t n;
	uint64_t bytes;
};

int cache_limit(uint64_t *bytes, char **error)
{
	static const char units[] = "KMGT";
	const char *text = getenv("SCTPSPEC_CACHE_LIMIT"), *unit;
	unsigned long long value;
	int shift = 0;
	char *end;

	*bytes = DEFAULT_LIMIT;
	if (!text || !*text)
		return 0;
	errno = 0;
	value = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (int)(unit - units + 1);
		end++;
	}
	if (errno || *text < '0' || *text > '9' || *end || value > UINT64_MAX >> shift)
		return sentence(error, -EINVAL, "SCTPSPEC_CACHE_LIMIT is a size, as in 8G or 500M, not '%s'", text);
	*bytes = (uint64_t)value << shift;
	return 0;
}

/* A global for nftw(), which passes no argument to its callback. */
static __thread uint64_t walked;

static int add_size(const char *path, const struct stat *st, int type, struct FTW *walk)
{
	(void)path;
	(void)type;
	(void)walk;
	walked += (uint64_t)st->st_blocks * 512;
	return 0;
}

static uint64_t size_of(const char *path)
{
	walked = 0;
	nftw(path, add_size, 16, FTW_PHYS);
	return walked;
}

/* Locks an entry exclusively, without waiting; -EBUSY, or another -errno. */
static int lock_alone(const char *path)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	char *name;
	int fd;

	if (asprintf(&name, "%s.lock", path) < 0)
		return -ENOMEM;
	fd = open(name, O_RDWR | O_CLOEXEC);
	free(name);
	if (fd < 0)
		return -errno;
	if (fcntl(fd, F_OFD_SETLK, &lock) < 0) {
		close(fd);
		return -EBUSY;
	}
	return fd;
}

/* Removes `what`, which is the entry, or what was left of its making, unless somebody has it open. */
static int remove_unused(const char *entry, const char *what)
{
	int lock = lock_alone(entry), status;

	if (lock < 0)
		return lock;
	status = tree_remove(what);
	close(lock);
	return status;
}

static bool has_lock(const char *folder, const char *name)
{
	char *path;
	bool there;

	if (asprintf(&path, "%s/%s.lock", folder, name) < 0)
		return false;
	there = access(path, F_OK) == 0;
	free(path);
	return there;
}

/* One name in the folder of a kind. */
static void look_at(const char *folder, const char *name, struct usage_list *list)
{
	struct usage usage = { 0 }, *more;
	struct stat st;

	if (asprintf(&usage.path, "%s/%s", folder, name) < 0)
		return;
	if (has_lock(folder, name) && stat(usage.path, &st) == 0 &&
		(more = realloc(list->all, (list->n + 1) * sizeof(*more)))) {
		usage.used = st.st_mtim;
		usage.bytes = size_of(usage.path);
		list->all = more;
		list->all[list->n++] = usage;
		list->bytes += usage.bytes;
		return;
	}
	free(usage.path);
}

static void for_each_name(const char *folder,
	void (*each)(const char *folder, const char *name, struct usage_list *list), struct usage_list *list)
{
	DIR *names = opendir(folder);
	struct dirent *one;

	while (names && (one = readdir(names))) {
		if (one->d_name[0] != '.')
			each(folder, one->d_name, list);
	}
	if (names)
		closedir(names);
}

static void look_at_kind(const char *cache, const char *kind, struct usage_list *list)
{
	char *folder;

	if (strcmp(kind, FACTS) == 0 || asprintf(&folder, "%s/%s", cache, kind) < 0)
		return;
	for_each_name(folder, look_at, list);
	free(folder);
}

static void forget_old_fact(const char *folder, const char *name, struct usage_list *list)
{
	char *path;
	struct stat st;

	(void)list;
	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return;
	if (stat(path, &st) == 0 && time(NULL) - st.st_mtime > FACT_DAYS * 24 * 3600L)
		unlink(path);
	free(path);
}

/* Removes a folder that is not complete, unless its maker is alive: that one would hold the lock. */
static void remove_half_made(const char *folder, const char *name, struct usage_list *list)
{
	size_t length = strlen(name), end = strlen(".new");
	char *what, *entry;

	(void)list;
	if (length <= end || strcmp(name + length - end, ".new") != 0 || asprintf(&what, "%s/%s", folder, name) < 0)
		return;
	entry = strndup(what, strlen(what) - end);
	/* without a lock file nobody is making it */
	if (entry && remove_unused(entry, what) == -ENOENT)
		tree_remove(what);
	free(entry);
	free(what);
}

/* Removes a half-written fact, FACT.PROCESS.THREAD, of a process that does not exist any more. */
static void remove_half_written(const char *folder, const char *name, struct usage_list *list)
{
	const char *dot = strchr(name, '.');
	char *path;

	(void)list;
	if (!dot || kill((pid_t)strtol(dot + 1, NULL, 10), 0) == 0 || errno != ESRCH ||
		asprintf(&path, "%s/%s", folder, name) < 0)
		return;
	unlink(path);
	free(path);
}

static void sweep_kind(const char *cache, const char *kind, struct usage_list *list)
{
	char *folder;

	if (asprintf(&folder, "%s/%s", cache, kind) < 0)
		return;
	for_each_name(folder, strcmp(kind, FACTS) == 0 ? remove_half_written : remove_half_made, list);
	free(folder);
}

void cache_sweep(void)
{
	char *cache;

	if (cache_directory(&cache, NULL) < 0)
		return;
	for_each_name(cache, sweep_kind, NULL);
	free(cache);
}

static int by_age(const void *a, const void *b)
{
	const struct timespec *x = &((const struct usage *)a)->used, *y = &((const struct usage *)b)->used;

	if (x->tv_sec != y->tv_sec)
		return x->tv_sec < y->tv_sec ? -1 : 1;
	return (x->tv_nsec > y->tv_nsec) - (x->tv_nsec < y->tv_nsec);
}

/* All entries, the least recently used one first. */
static struct usage_list list_usage(const char *cache)
{
	struct usage_list list = { 0 };

	for_each_name(cache, look_at_kind, &list);
	if (list.n > 1)
		qsort(list.all, list.n, sizeof(*list.all), by_age);
	return list;
}

static void usage_list_free(struct usage_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->all[i].path);
	free(list->all);
}

void cache_evict(void)
{
	struct usage_list list;
	char *cache, *facts;
	uint64_t limit;

	if (cache_limit(&limit, NULL) < 0 || cache_directory(&cache, NULL) < 0)
		return;
	cache_sweep();
	list = list_usage(cache);
	for (size_t i = 0; i < list.n && list.bytes > limit; i++) {
		if (remove_unused(list.all[i].path, list.all[i].path) == 0)
			list.bytes -= list.all[i].bytes;
	}
	if (asprintf(&facts, "%s/" FACTS, cache) >= 0) {
		for_each_name(facts, forget_old_fact, NULL);
		free(facts);
	}
	usage_list_free(&list);
	free(cache);
}

uint64_t cache_size(void)
{
	struct usage_list list;
	char *cache;

	if (cache_directory(&cache, NULL) < 0)
		return 0;
	list = list_usage(cache);
	usage_list_free(&list);
	free(cache);
	return list.bytes;
}

static char *entry_path(const char *kind, const char *key)
{
	char *cache, *path;

	if (cache_directory(&cache, NULL) < 0)
		return NULL;
	if (asprintf(&path, "%s/%s/%s", cache, kind, key) < 0)
		path = NULL;
	free(cache);
	return path;
}

int cache_remove(const char *kind, const char *key)
{
	char *path = entry_path(kind, key);
	int status = path ? remove_unused(path, path) : -ENOMEM;

	free(path);
	return status;
}

static int is_entry(const struct dirent *entry)
{
	return !strchr(entry->d_name, '.'); /* not KEY.lock, KEY.new */
}

int cache_list(const char *kind, struct path_list *keys, char **error)
{
	struct dirent **entries = NULL;
	char *cache, *folder = NULL;
	int n, status = cache_directory(&cache, error);

	*keys = (struct path_list){ 0 };
	if (status < 0)
		return status;
	n = asprintf(&folder, "%s/%s", cache, kind) < 0 ? -1 : scandir(folder, &entries, is_entry, alphasort);
	if (n < 0 && errno != ENOENT)
		status = sentence(error, -errno, "cannot read %s: %m", folder ? folder : cache);
	for (int i = 0; i < n; i++) {
		if (status == 0 && path_list_add(keys, entries[i]->d_name) < 0)
			status = no_memory(error);
		free(entries[i]);
	}
	free(entries);
	free(folder);
	free(cache);
	return status;
}
