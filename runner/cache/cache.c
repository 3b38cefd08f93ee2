/* SPDX-License-Identifier: Apache-2.0 */
/* cache.c - folders that are made once and used by all later runs. */
#include "runner/cache/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runner/cache/digests.h"
#include "runner/host/say.h"
#include "runner/host/tree.h"
#include "sentence.h"

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

/* A snapshot is code that runs, if only in a guest: who can write the cache can choose the code. */
static int check_folder(const char *path, const char *what, char **error)
{
	const char *distrusted;
	struct stat st;

	if (stat(path, &st) < 0)
		return sentence(error, -errno, "cannot use %s %s: %m", what, path);
	distrusted = why_distrusted(&st);
	if (!distrusted)
		return 0;
	return sentence(error, -EPERM, "%s %s %s, and is not used: %s%s%sSCTPSPEC_CACHE names another", what, path,
		distrusted, st.st_uid == geteuid() ? "`chmod go-w " : "", st.st_uid == geteuid() ? path : "",
		st.st_uid == geteuid() ? "`, or " : "");
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
	else
		status = check_folder(*out, "the cache folder", error);
	if (status < 0) {
		free(*out);
		*out = NULL;
	}
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

/* ---- Locks ---- */

/*
 * Two octets of an entry's lock file. A process that checks or makes the entry locks GATE exclusively. A user of the
 * entry shares USE, and takes that lock only while it holds GATE. So a checker can tell users from other checkers.
 */
enum part { GATE, USE };

/* The lock belongs to the open file description, because two threads may want the same entry. */
static int take_lock(const struct cache_entry *entry, enum part part, short kind, bool wait)
{
	struct flock lock = { .l_type = kind, .l_whence = SEEK_SET, .l_start = part, .l_len = 1 };

	if (entry->lock < 0)
		return 0;
	while (fcntl(entry->lock, wait ? F_OFD_SETLKW : F_OFD_SETLK, &lock) < 0) {
		if (errno != EINTR)
			return errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;
	}
	return 0;
}

static bool is_there(const struct cache_entry *entry)
{
	struct stat st;

	return lstat(entry->path, &st) == 0;
}

static int open_lock(struct cache_entry *entry)
{
	char *name;
	int status = tree_make_above(entry->path);

	if (asprintf(&name, "%s.lock", entry->path) < 0)
		return -ENOMEM;
	if (status == 0) {
		entry->lock = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
		status = entry->lock < 0 ? -errno : 0;
	}
	if (status == -EACCES && chmod(name, 0644) == 0) {
		entry->lock = open(name, O_RDWR | O_CLOEXEC);
		status = entry->lock < 0 ? -errno : 0;
	}
	/* another user's cache, which we may only read: the lock is the best that can be had, or none */
	if ((status == -EACCES || status == -EROFS) && is_there(entry)) {
		entry->lent = true;
		entry->lock = open(name, O_RDONLY | O_CLOEXEC);
		status = 0;
	}
	free(name);
	return status;
}

/* ---- Whole or damaged ---- */

/* "snapshot 0123456789ab" */
static void name_entry(const struct cache_entry *entry, char name[64])
{
	const char *key = strrchr(entry->path, '/') + 1, *kind = key - 1;

	while (kind[-1] != '/')
		kind--;
	snprintf(name, 64, "%.*s %.12s", (int)(key - kind) - 2, kind, key);
}

int cache_digest(const struct cache_entry *entry, const char *file, char out[CACHE_DIGEST], char **error)
{
	int status = digests_of(entry->path, file, out);

	return status < 0 ? sentence(error, status, "cannot read the digests in %s: %s", entry->path, strerror(-status))
			  : 0;
}

static char *mark_question(const char *path)
{
	char *question;

	return asprintf(&question, "intact %s", path) < 0 ? NULL : question;
}

/* The mark is taken before the files are read, so a file that changes meanwhile is read again next time. */
static int check_unless_known(const struct cache_entry *entry, char **how)
{
	char mark[DIGEST_HEX], *question, *known;
	int status = digests_mark(entry->path, mark, how);

	if (status < 0)
		return status;
	question = mark_question(entry->path);
	if (!question)
		return -ENOMEM;
	known = cache_recall(question);
	if (!known || strcmp(known, mark) != 0) {
		status = digests_check(entry->path, how);
		if (status == 0)
			cache_remember(question, mark);
	}
	free(known);
	free(question);
	return status;
}

int cache_verify(const char *path, char **error)
{
	char *how = NULL, *question;
	int status = digests_check(path, &how);

	if (status == -EUCLEAN && (question = mark_question(path))) {
		cache_remember(question, "no more");
		free(question);
	}
	if (status < 0)
		sentence(error, status, "%s", how ? how : strerror(-status));
	free(how);
	return status;
}

static int check_entry(const struct cache_entry *entry, enum cache_check check, char **how)
{
	switch (check) {
	case CACHE_READ:
		return digests_check(entry->path, how);
	case CACHE_KNOWN:
		return check_unless_known(entry, how);
	case CACHE_TAKEN:
		break;
	}
	return 0;
}

/* Removes a damaged entry, unless somebody who found it undamaged still uses it. */
static int discard(struct cache_entry *entry, char *how, char **error)
{
	char name[64];
	int status = entry->lent ? -EROFS : take_lock(entry, USE, F_WRLCK, false);

	name_entry(entry, name);
	if (status == 0)
		status = tree_remove(entry->path);
	if (status == -EBUSY)
		sentence(error, status, "the cache's %s is damaged (%s), and another sctpspec uses it: end that first",
			name, how);
	else if (status < 0)
		sentence(error, status,
			"the cache's %s is damaged (%s), and cannot be removed: %s; SCTPSPEC_CACHE names another cache",
			name, how, strerror(-status));
	if (status < 0) {
		free(how);
		return status;
	}
	take_lock(entry, USE, F_UNLCK, false);
	entry->damage = how;
	entry->present = false;
	return 0;
}

/* ---- Finding, making ---- */

/* Checks the entry; the caller holds GATE. */
static int look(struct cache_entry *entry, enum cache_check check, char **error)
{
	char *how = NULL;
	int status;

	entry->present = is_there(entry);
	if (!entry->present)
		return 0;
	status = check_entry(entry, check, &how);
	if (status == -EUCLEAN)
		return discard(entry, how, error);
	if (status < 0)
		return sentence(error, status, "cannot read %s: %s", entry->path, strerror(-status));
	return take_lock(entry, USE, F_RDLCK, true);
}

static int begin(const struct cache_entry *entry, char **error)
{
	/* the last maker was killed */
	int status = tree_remove(entry->making);

	if (status == 0)
		status = tree_make(entry->making);
	return status < 0 ? sentence(error, status, "cannot write %s: %s", entry->making, strerror(-status)) : 0;
}

/* The maker holds GATE until the entry is made. */
static int find_or_begin(struct cache_entry *entry, enum cache_check check, char **error)
{
	int status = open_lock(entry);

	if (status == 0)
		status = take_lock(entry, GATE, entry->lent ? F_RDLCK : F_WRLCK, true);
	if (status < 0)
		return sentence(error, status, "cannot write %s: %s", entry->making, strerror(-status));
	status = look(entry, check, error);
	if (status == 0 && !entry->present)
		return begin(entry, error);
	take_lock(entry, GATE, F_UNLCK, false);
	return status;
}

/* Checks the folder of the entry's kind. */
static int check_folder_above(const struct cache_entry *entry, char **error)
{
	char *folder = strndup(entry->path, (size_t)(strrchr(entry->path, '/') - entry->path));
	int status = folder ? 0 : no_memory(error);

	if (folder && access(folder, F_OK) == 0)
		status = check_folder(folder, "the cache's folder", error);
	free(folder);
	return status;
}

static int open_entry(
	struct cache_entry *entry, const char *kind, const char *key, enum cache_check check, char **error)
{
	char *cache;
	int status = cache_directory(&cache, error);

	if (status < 0)
		return status;
	set_paths(entry, cache, kind, key);
	free(cache);
	if (!entry->path || !entry->making)
		return no_memory(error);
	status = check_folder_above(entry, error);
	return status < 0 ? status : find_or_begin(entry, check, error);
}

int cache_open(const char *kind, const char *key, enum cache_check check, struct cache_entry *out, char **error)
{
	static pthread_once_t swept = PTHREAD_ONCE_INIT;
	uint64_t limit;
	int status = cache_limit(&limit, error);

	*out = (struct cache_entry){ .lock = -1 };
	if (status < 0)
		return status;
	pthread_once(&swept, cache_sweep);
	status = open_entry(out, kind, key, check, error);
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

static void say_what_became_of_it(struct cache_entry *entry, const char *what)
{
	char name[64];

	if (!entry->damage)
		return;
	name_entry(entry, name);
	print_error(0, "the cache's %s was damaged (%s): %s", name, entry->damage, what);
	free(entry->damage);
	entry->damage = NULL;
}

/* The contents reach the disk before the name does, so a stop of the machine leaves no incomplete entry. */
static int move_into_place(const struct cache_entry *entry, char **error)
{
	char *folder;
	int status = tree_sync(entry->making);

	if (status < 0)
		return sentence(error, status, "cannot write %s: %s", entry->making, strerror(-status));
	if (rename(entry->making, entry->path) < 0)
		return sentence(error, -errno, "cannot rename %s: %m", entry->making);
	folder = strndup(entry->path, (size_t)(strrchr(entry->path, '/') - entry->path));
	if (folder)
		tree_sync_folder(folder);
	free(folder);
	return 0;
}

int cache_commit(struct cache_entry *entry, char **error)
{
	int status = digests_write(entry->making, error);

	if (status == 0)
		status = move_into_place(entry, error);
	if (status < 0)
		return status;
	free(entry->making);
	entry->making = NULL;
	take_lock(entry, USE, F_RDLCK, true);
	take_lock(entry, GATE, F_UNLCK, false);
	say_what_became_of_it(entry, "made again");
	cache_evict();
	return 0;
}

void cache_close(struct cache_entry *entry)
{
	if (entry->making && entry->lock >= 0)
		tree_remove(entry->making);
	if (entry->path)
		say_what_became_of_it(entry, "removed");
	if (entry->lock >= 0)
		close(entry->lock);
	free(entry->making);
	free(entry->path);
	*entry = (struct cache_entry){ .lock = -1 };
}
