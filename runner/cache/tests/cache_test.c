/* SPDX-License-Identifier: Apache-2.0 */
/* cache_test.c - entries are made once, whole or not at all, and removed only when nobody has them
 * open. */
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/cache/cache.h"
#include "runner/cache/digests.h"
#include "runner/host/tree.h"

static char folder[] = "/tmp/cache_test_XXXXXX";

static void set_up(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	setenv("SCTPSPEC_CACHE", folder, 1);
}

static void tear_down(void)
{
	ck_assert_int_eq(tree_remove(folder), 0);
}

static struct cache_entry open_entry(const char *key)
{
	struct cache_entry entry;
	char *error = NULL;

	ck_assert_msg(cache_open("things", key, CACHE_READ, &entry, &error) == 0, "%s", error);
	return entry;
}

static void write_in(const struct cache_entry *entry, const char *text)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/content", entry->making);
	ck_assert_int_eq(tree_write_file(path, text, strlen(text)), 0);
}

static void make_entry(const char *key)
{
	struct cache_entry entry = open_entry(key);
	char *error = NULL;

	ck_assert(!entry.present);
	write_in(&entry, key);
	ck_assert_int_eq(cache_commit(&entry, &error), 0);
	cache_close(&entry);
}

START_TEST(entry_is_there_once_it_was_committed)
{
	struct cache_entry entry;
	char path[512], *text;

	make_entry("a");
	entry = open_entry("a");
	ck_assert(entry.present);
	snprintf(path, sizeof(path), "%s/content", entry.path);
	ck_assert_int_eq(tree_read_file(path, &text, NULL), 0);
	ck_assert_str_eq(text, "a");
	free(text);
	cache_close(&entry);
}
END_TEST

START_TEST(what_was_not_committed_is_gone)
{
	struct cache_entry entry = open_entry("a");
	char making[512];

	write_in(&entry, "half");
	snprintf(making, sizeof(making), "%s", entry.making);
	cache_close(&entry);
	ck_assert_int_eq(access(making, F_OK), -1);
	entry = open_entry("a");
	ck_assert(!entry.present);
	cache_close(&entry);
}
END_TEST

/* Eight processes want the same one: one makes it, slowly, and the others find it whole. */
START_TEST(many_at_once_make_one)
{
	int makers = 0, status;
	pid_t pids[8];

	for (int i = 0; i < 8; i++) {
		pids[i] = fork();
		if (pids[i] > 0)
			continue;
		struct cache_entry entry = open_entry("a");
		char path[512], *text = NULL, *error = NULL;
		bool made = !entry.present;

		if (made) {
			write_in(&entry, "wh");
			usleep(100000);
			write_in(&entry, "whole");
			cache_commit(&entry, &error);
		}
		snprintf(path, sizeof(path), "%s/content", entry.path);
		if (tree_read_file(path, &text, NULL) < 0 || strcmp(text, "whole") != 0)
			_exit(9);
		_exit(made);
	}
	for (int i = 0; i < 8; i++) {
		waitpid(pids[i], &status, 0);
		ck_assert(WIFEXITED(status));
		ck_assert_int_lt(WEXITSTATUS(status), 2);
		makers += WEXITSTATUS(status);
	}
	ck_assert_int_eq(makers, 1);
}
END_TEST

/* A maker that was killed leaves its half behind, which the next one throws away. */
START_TEST(killed_maker_is_no_obstacle)
{
	struct cache_entry entry;
	char path[512];
	pid_t pid = fork();

	if (pid == 0) {
		entry = open_entry("a");
		write_in(&entry, "half");
		raise(SIGKILL);
	}
	waitpid(pid, NULL, 0);
	entry = open_entry("a");
	ck_assert(!entry.present);
	snprintf(path, sizeof(path), "%s/content", entry.making);
	ck_assert_int_eq(access(path, F_OK), -1);
	cache_close(&entry);
}
END_TEST

static const char *key_of(int i)
{
	static char key[SHA256_HEX];

	snprintf(key, sizeof(key), "%064d", i);
	return key;
}

enum { LARGE = 1 << 20 };

static void write_large(const char *making)
{
	static char zeros[LARGE];
	char path[512];

	snprintf(path, sizeof(path), "%s/large", making);
	ck_assert_int_eq(tree_write_file(path, zeros, sizeof(zeros)), 0);
}

/* An entry of a MiB, used at a time that is given, so that no clock matters. */
static void make_large(int i, time_t used)
{
	struct cache_entry entry = open_entry(key_of(i));
	char *error = NULL, path[512];

	ck_assert(!entry.present);
	write_large(entry.making);
	snprintf(path, sizeof(path), "%s", entry.path);
	ck_assert_int_eq(cache_commit(&entry, &error), 0);
	ck_assert_int_eq(utimensat(AT_FDCWD, path, (struct timespec[]){ { used, 0 }, { used, 0 } }, 0), 0);
	cache_close(&entry);
}

static bool is_there(int i)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/things/%s", folder, key_of(i));
	return access(path, F_OK) == 0;
}

/* 0 to 5 were used one after the other, but 0 was used again, and 1 is open. */
START_TEST(what_was_not_used_for_longest_goes)
{
	static const time_t used[] = { 900, 200, 300, 400, 500, 600 };
	struct cache_entry open;
	char path[512];

	for (int i = 0; i < 6; i++)
		make_large(i, used[i]);
	ck_assert_uint_ge(cache_size(), 6 * LARGE);
	open = open_entry(key_of(1));
	snprintf(path, sizeof(path), "%s", open.path);
	utimensat(AT_FDCWD, path, (struct timespec[]){ { 1, 0 }, { 1, 0 } }, 0);
	setenv("SCTPSPEC_CACHE_LIMIT", "3400K", 1);
	cache_evict();
	for (int i = 0; i < 6; i++)
		ck_assert_msg(is_there(i) == (i == 0 || i == 1 || i == 5), "entry %d", i);
	ck_assert_uint_le(cache_size(), 3400 << 10);
	cache_close(&open);
	/* and when the next one is committed */
	make_large(6, 1000);
	ck_assert(!is_there(1));
	ck_assert(is_there(0) && is_there(5) && is_there(6));
}
END_TEST

/* Two of a MiB do not fit into one, and are both in use. */
START_TEST(what_is_in_use_stays_whatever_the_limit)
{
	struct cache_entry first, second;

	setenv("SCTPSPEC_CACHE_LIMIT", "1M", 1);
	make_large(0, 100);
	first = open_entry(key_of(0));
	make_large(1, 200);
	ck_assert(is_there(0));
	second = open_entry(key_of(1));
	ck_assert(first.present && second.present);
	cache_close(&first);
	cache_evict();
	ck_assert(!is_there(0) && is_there(1));
	cache_close(&second);
}
END_TEST

/* Many processes make and use entries of a cache that has room for one: what one has open is whole. */
START_TEST(eviction_never_takes_what_others_use)
{
	pid_t pids[6];
	int status;

	setenv("SCTPSPEC_CACHE_LIMIT", "1M", 1);
	for (int i = 0; i < 6; i++) {
		pids[i] = fork();
		if (pids[i] > 0)
			continue;
		for (int round = 0; round < 60; round++) {
			struct cache_entry entry = open_entry(key_of((i + round) % 4));
			char path[512], *error = NULL;
			struct stat st;

			if (!entry.present) {
				write_large(entry.making);
				if (cache_commit(&entry, &error) < 0)
					_exit(8);
			}
			snprintf(path, sizeof(path), "%s/large", entry.path);
			if (stat(path, &st) < 0 || st.st_size != LARGE)
				_exit(9);
			cache_close(&entry);
		}
		_exit(0);
	}
	for (int i = 0; i < 6; i++) {
		waitpid(pids[i], &status, 0);
		ck_assert(WIFEXITED(status));
		ck_assert_int_eq(WEXITSTATUS(status), 0);
	}
}
END_TEST

START_TEST(what_a_killed_maker_left_goes_too)
{
	char path[512];
	pid_t pid = fork();

	if (pid == 0) {
		struct cache_entry entry = open_entry("a");

		write_in(&entry, "half");
		raise(SIGKILL);
	}
	waitpid(pid, NULL, 0);
	snprintf(path, sizeof(path), "%s/things/a.new", folder);
	ck_assert_int_eq(access(path, F_OK), 0);
	cache_evict();
	ck_assert_int_eq(access(path, F_OK), -1);
}
END_TEST

/* ---- Damage ---- */

static const char *path_in(const char *key, const char *file)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/things/%s%s%s", folder, key, *file ? "/" : "", file);
	return path;
}

static void flip(const char *path, off_t at)
{
	int fd = open(path, O_RDWR);
	char c;

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pread(fd, &c, 1, at), 1);
	c ^= 0x10;
	ck_assert_int_eq(pwrite(fd, &c, 1, at), 1);
	close(fd);
}

static void flip_content(void)
{
	flip(path_in("a", "content"), 3);
}

static void flip_list(void)
{
	flip(path_in("a", "digests"), 40);
}

static void cut_content(void)
{
	ck_assert_int_eq(truncate(path_in("a", "content"), 3), 0);
}

static void empty_list(void)
{
	ck_assert_int_eq(truncate(path_in("a", "digests"), 0), 0);
}

static void remove_content(void)
{
	ck_assert_int_eq(unlink(path_in("a", "content")), 0);
}

static void empty_folder(void)
{
	ck_assert_int_eq(unlink(path_in("a", "content")), 0);
	ck_assert_int_eq(unlink(path_in("a", "digests")), 0);
}

static void put_file_there(void)
{
	ck_assert_int_eq(tree_remove(path_in("a", "")), 0);
	ck_assert_int_eq(tree_write_file(path_in("a", ""), "a", 1), 0);
}

static void put_link_there(void)
{
	ck_assert_int_eq(unlink(path_in("a", "content")), 0);
	ck_assert_int_eq(symlink("digests", path_in("a", "content")), 0);
}

static void put_pipe_there(void)
{
	ck_assert_int_eq(unlink(path_in("a", "content")), 0);
	ck_assert_int_eq(mkfifo(path_in("a", "content"), 0600), 0);
}

static void let_others_write(void)
{
	ck_assert_int_eq(chmod(path_in("a", "content"), 0666), 0);
}

static void let_others_write_folder(void)
{
	ck_assert_int_eq(chmod(path_in("a", ""), 0757), 0);
}

static void let_group_write_folder(void)
{
	ck_assert_int_eq(chown(path_in("a", ""), (uid_t)-1, 12345), 0);
	ck_assert_int_eq(chmod(path_in("a", ""), 0775), 0);
}

static void give_away(void)
{
	ck_assert_int_eq(chown(path_in("a", "content"), 12345, (gid_t)-1), 0);
}

static void let_nobody_read(void)
{
	ck_assert_int_eq(chmod(path_in("a", "content"), 0), 0);
	ck_assert_int_eq(chmod(path_in("a", ""), 0), 0);
}

enum whom { ANYBODY, ROOT, NOT_ROOT };

static const struct {
	const char *name;
	void (*damage)(void);
	enum whom whom;
	const char *how;
} kinds[] = {
	{ "a bit is flipped", flip_content, ANYBODY, "content is not what it was" },
	{ "a bit of the list is flipped", flip_list, ANYBODY, "its list of digests is not as it was" },
	{ "a file is cut", cut_content, ANYBODY, "content has 3 bytes instead of 12" },
	{ "the list is empty", empty_list, ANYBODY, "its list of digests is not as it was" },
	{ "a file is missing", remove_content, ANYBODY, "content is missing" },
	{ "the folder is empty", empty_folder, ANYBODY, "its list of digests is missing" },
	{ "a file in the folder's place", put_file_there, ANYBODY, "its folder: Not a directory" },
	{ "a link in a file's place", put_link_there, ANYBODY, "content: Too many levels of symbolic links" },
	{ "a pipe in a file's place", put_pipe_there, ANYBODY, "content is no file" },
	{ "a file that others can write", let_others_write, ANYBODY, "content is writable by others" },
	{ "a folder that others can write", let_others_write_folder, ANYBODY, "its folder is writable by others" },
	{ "a folder that a group can write", let_group_write_folder, ROOT, "its folder is writable by others" },
	{ "another's file", give_away, ROOT, "content belongs to another user" },
	{ "permissions", let_nobody_read, NOT_ROOT, "its folder: Permission denied" },
};

static bool applies(enum whom whom)
{
	return whom == ANYBODY || (whom == ROOT) == (geteuid() == 0);
}

static void make_thing(void)
{
	struct cache_entry entry = open_entry("a");
	char *error = NULL;

	write_in(&entry, "some content");
	ck_assert_int_eq(cache_commit(&entry, &error), 0);
	cache_close(&entry);
}

/* What was said while `act` ran. */
static char *said(void (*act)(void))
{
	int file = memfd_create("said", 0), before = dup(2);
	char *text = calloc(1, 4096);

	fflush(stderr);
	dup2(file, 2);
	act();
	fflush(stderr);
	dup2(before, 2);
	ck_assert_int_ge(pread(file, text, 4095, 0), 0);
	close(before);
	close(file);
	return text;
}

/* As an ordinary user of Debian makes files, whose group is his own. */
START_TEST(what_a_group_may_write_is_committed_as_ones_own)
{
	const mode_t before = umask(0002);
	struct cache_entry entry = open_entry("a");
	char *path, *error = NULL;

	write_in(&entry, "some content");
	ck_assert_int_gt(asprintf(&path, "%s/content", entry.making), 0);
	ck_assert_int_eq(chmod(path, 0664), 0);
	free(path);
	ck_assert_int_eq(cache_commit(&entry, &error), 0);
	cache_close(&entry);
	umask(before);
	ck_assert_int_eq(cache_open("things", "a", CACHE_READ, &entry, &error), 0);
	ck_assert(entry.present);
	cache_close(&entry);
}
END_TEST

/* Both ways of looking see each kind, say it in a line, and the entry that takes its place is whole. */
START_TEST(damage_is_seen_and_made_good)
{
	enum cache_check check = _i % 2 ? CACHE_KNOWN : CACHE_READ;
	char *error = NULL, expected[256], *line;
	struct cache_entry entry;

	if (!applies(kinds[_i / 2].whom))
		return;
	make_thing();
	ck_assert_int_eq(cache_open("things", "a", check, &entry, &error), 0);
	ck_assert(entry.present);
	cache_close(&entry);
	kinds[_i / 2].damage();
	ck_assert_int_eq(cache_open("things", "a", check, &entry, &error), 0);
	ck_assert_msg(!entry.present, "%s: not seen", kinds[_i / 2].name);
	ck_assert_str_eq(entry.damage, kinds[_i / 2].how);
	cache_close(&entry);
	snprintf(expected, sizeof(expected), "sctpspec: the cache's thing a was damaged (%s): made again\n",
		kinds[_i / 2].how);
	make_thing();
	kinds[_i / 2].damage();
	line = said(make_thing);
	ck_assert_str_eq(line, expected);
	free(line);
	entry = open_entry("a");
	ck_assert(entry.present);
	cache_close(&entry);
}
END_TEST

/* Seen by reading all, and not by a look; that one is as good again when the machine has started anew. */
START_TEST(a_look_believes_what_has_not_changed)
{
	char mark[DIGEST_HEX], again[DIGEST_HEX], *how = NULL;

	make_thing();
	ck_assert_int_eq(digests_mark(path_in("a", ""), mark, &how), 0);
	ck_assert_int_eq(digests_mark(path_in("a", ""), again, &how), 0);
	ck_assert_str_eq(mark, again);
	/* the same bytes at the same time of modification */
	ck_assert_int_eq(utimensat(AT_FDCWD, path_in("a", "content"), (struct timespec[]){ { 1, 0 }, { 1, 0 } }, 0), 0);
	ck_assert_int_eq(digests_mark(path_in("a", ""), again, &how), 0);
	ck_assert_str_ne(mark, again);
}
END_TEST

/* A memory file has one digest, with its holes and without, and another one when a block is elsewhere. */
START_TEST(holes_do_not_count_and_places_do)
{
	static char block[65536], zeros[65536];
	char digest[3][DIGEST_HEX], *error = NULL;
	struct cache_entry entry = open_entry("a");

	memset(block, 7, sizeof(block));
	for (int i = 0; i < 3; i++) {
		int fd;

		ck_assert_int_eq(chdir(entry.making), 0);
		fd = open((const char *[]){ "holes", "zeros", "moved" }[i], O_RDWR | O_CREAT, 0644);
		ck_assert_int_eq(ftruncate(fd, 8 << 16), 0);
		if (i == 1)
			for (int at = 0; at < 8; at++)
				ck_assert_int_eq(pwrite(fd, zeros, sizeof(zeros), at << 16), sizeof(zeros));
		ck_assert_int_eq(pwrite(fd, block, sizeof(block), (i == 2 ? 5 : 6) << 16), sizeof(block));
		close(fd);
	}
	ck_assert_int_eq(chdir("/"), 0);
	ck_assert_int_eq(cache_commit(&entry, &error), 0);
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(
			cache_digest(&entry, (const char *[]){ "holes", "zeros", "moved" }[i], digest[i], &error), 0);
	ck_assert_str_eq(digest[0], digest[1]);
	ck_assert_str_ne(digest[0], digest[2]);
	cache_close(&entry);
}
END_TEST

/* Eight find it damaged at once: one makes it again, and none is told that another uses it. */
START_TEST(many_at_once_mend_one)
{
	int makers = 0, status;
	pid_t pids[8];

	make_thing();
	flip_content();
	for (int i = 0; i < 8; i++) {
		pids[i] = fork();
		if (pids[i] > 0)
			continue;
		struct cache_entry entry;
		char *error = NULL;

		if (cache_open("things", "a", CACHE_READ, &entry, &error) < 0)
			_exit(9);
		if (entry.present)
			_exit(0);
		write_in(&entry, "whole");
		_exit(cache_commit(&entry, &error) < 0 ? 8 : 1);
	}
	for (int i = 0; i < 8; i++) {
		waitpid(pids[i], &status, 0);
		ck_assert(WIFEXITED(status));
		ck_assert_int_lt(WEXITSTATUS(status), 2);
		makers += WEXITSTATUS(status);
	}
	ck_assert_int_eq(makers, 1);
}
END_TEST

/* Whoever found it whole may go on: it is not taken from under them, and nobody waits for them. */
START_TEST(what_is_in_use_is_not_mended)
{
	struct cache_entry entry, other;
	char *error = NULL;

	make_thing();
	entry = open_entry("a");
	flip_content();
	ck_assert_int_eq(cache_open("things", "a", CACHE_READ, &other, &error), -EBUSY);
	ck_assert_str_eq(error,
		"the cache's thing a is damaged (content is not what it was), and another sctpspec uses "
		"it: end that first");
	ck_assert_int_eq(cache_verify(entry.path, &error), -EUCLEAN);
	ck_assert_str_eq(error, "content is not what it was");
	free(error);
	cache_close(&entry);
	entry = open_entry("a");
	ck_assert(!entry.present);
	cache_close(&entry);
}
END_TEST

/* ---- Whose it is ---- */

START_TEST(folder_that_others_can_write_is_refused)
{
	char *path, *error = NULL, expected[512];

	ck_assert_int_eq(chmod(folder, 0777), 0);
	ck_assert_int_eq(cache_directory(&path, &error), -EPERM);
	snprintf(expected, sizeof(expected),
		"the cache folder %s is writable by others, and is not used: `chmod go-w %s`, or SCTPSPEC_CACHE names "
		"another",
		folder, folder);
	ck_assert_str_eq(error, expected);
	ck_assert_int_eq(chmod(folder, 0700), 0);
	cache_remember("how many?", "seven");
	make_thing();
	snprintf(expected, sizeof(expected), "%s/things", folder);
	ck_assert_int_eq(chmod(expected, 0702), 0);
	struct cache_entry entry;
	ck_assert_int_eq(cache_open("things", "a", CACHE_READ, &entry, &error), -EPERM);
	ck_assert_ptr_nonnull(strstr(error, "things is writable by others, and is not used"));
	free(error);
	snprintf(expected, sizeof(expected), "%s/facts", folder);
	ck_assert_int_eq(chmod(expected, 0777), 0);
	ck_assert_ptr_null(cache_recall("how many?"));
}
END_TEST

/* Debian 13 makes such folders: each user has a group of the same name, and the umask lets it write. */
START_TEST(folder_that_the_users_own_group_can_write_is_taken)
{
	const struct passwd *user = getpwuid(geteuid());
	const struct group *own = user ? getgrnam(user->pw_name) : NULL;
	char *path = NULL, *error = NULL;

	if (!own || own->gr_mem[0])
		return;
	ck_assert_int_eq(chown(folder, (uid_t)-1, own->gr_gid), 0);
	ck_assert_int_eq(chmod(folder, 0775), 0);
	ck_assert_msg(cache_directory(&path, &error) == 0, "%s", error);
	free(path);
}
END_TEST

START_TEST(folder_of_another_user_is_refused)
{
	char *path, *error = NULL;

	if (geteuid() != 0)
		return;
	ck_assert_int_eq(chown(folder, 12345, (gid_t)-1), 0);
	ck_assert_int_eq(cache_directory(&path, &error), -EPERM);
	ck_assert_ptr_nonnull(strstr(error, "belongs to another user, and is not used: SCTPSPEC_CACHE names another"));
	free(error);
	ck_assert_int_eq(chown(folder, 0, (gid_t)-1), 0);
}
END_TEST

/* Root's, for somebody who can only read. */
static void use_lent(void)
{
	struct cache_entry entry, missing;
	char *error = NULL;

	ck_assert_int_eq(cache_open("things", "a", CACHE_READ, &entry, &error), 0);
	ck_assert(entry.present && entry.lent);
	ck_assert_int_eq(cache_open("things", "b", CACHE_READ, &missing, &error), -EACCES);
	ck_assert_ptr_nonnull(strstr(error, "cannot write"));
	cache_close(&entry);
	ck_assert_int_eq(cache_open("things", "damaged", CACHE_READ, &missing, &error), -EROFS);
	ck_assert_ptr_nonnull(strstr(error, "is damaged (content is not what it was), and cannot be removed"));
	free(error);
}

START_TEST(lent_cache_is_used)
{
	int status;
	pid_t pid;

	if (geteuid() != 0)
		return;
	make_thing();
	make_entry("damaged");
	flip(path_in("damaged", "content"), 0);
	ck_assert_int_eq(chmod(folder, 0755), 0);
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		if (setuid(12345) < 0)
			_exit(9);
		use_lent();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	ck_assert(WIFEXITED(status));
	ck_assert_int_eq(WEXITSTATUS(status), 0);
}
END_TEST

START_TEST(lock_that_cannot_be_opened_is_no_obstacle)
{
	struct cache_entry entry;
	char path[512];

	make_thing();
	snprintf(path, sizeof(path), "%s/things/a.lock", folder);
	ck_assert_int_eq(chmod(path, 0), 0);
	entry = open_entry("a");
	ck_assert(entry.present && entry.lock >= 0);
	cache_close(&entry);
	/* nor one that is not there */
	ck_assert_int_eq(unlink(path), 0);
	entry = open_entry("a");
	ck_assert(entry.present && entry.lock >= 0);
	cache_close(&entry);
}
END_TEST

START_TEST(entries_are_listed_and_removed)
{
	struct path_list keys;
	struct cache_entry open;
	char *error = NULL;

	make_entry("b");
	make_entry("a");
	ck_assert_int_eq(cache_list("things", &keys, &error), 0);
	ck_assert_uint_eq(keys.n, 2);
	ck_assert_str_eq(keys.paths[0], "a");
	ck_assert_str_eq(keys.paths[1], "b");
	path_list_free(&keys);
	open = open_entry("a");
	ck_assert_int_eq(cache_remove("things", "a"), -EBUSY);
	cache_close(&open);
	ck_assert_int_eq(cache_remove("things", "a"), 0);
	ck_assert_int_eq(cache_list("things", &keys, &error), 0);
	ck_assert_uint_eq(keys.n, 1);
	path_list_free(&keys);
	ck_assert_int_eq(cache_list("others", &keys, &error), 0);
	ck_assert_uint_eq(keys.n, 0);
}
END_TEST

START_TEST(limit_is_a_size)
{
	static const struct {
		const char *text;
		uint64_t bytes; /* 0: refused */
	} rows[] = {
		{ "", 8ULL << 30 },
		{ "1", 1 },
		{ "500M", 500ULL << 20 },
		{ "2G", 2ULL << 30 },
		{ "3T", 3ULL << 40 },
		{ "-1", 0 },
		{ "8 G", 0 },
		{ "8GB", 0 },
		{ "much", 0 },
		{ "99999999999999999999", 0 },
		{ "99999999T", 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct cache_entry entry;
		uint64_t bytes;
		char *error = NULL;
		int status;

		setenv("SCTPSPEC_CACHE_LIMIT", rows[i].text, 1);
		status = cache_limit(&bytes, &error);
		ck_assert_msg(status == (rows[i].bytes ? 0 : -EINVAL), "'%s'", rows[i].text);
		if (rows[i].bytes) {
			ck_assert_uint_eq(bytes, rows[i].bytes);
			continue;
		}
		ck_assert_ptr_nonnull(strstr(error, "SCTPSPEC_CACHE_LIMIT is a size"));
		ck_assert_int_eq(cache_open("things", "a", CACHE_READ, &entry, &error), -EINVAL);
		free(error);
	}
}
END_TEST

START_TEST(facts_are_remembered)
{
	char *answer;

	ck_assert_ptr_null(cache_recall("how many?"));
	cache_remember("how many?", "seven");
	answer = cache_recall("how many?");
	ck_assert_str_eq(answer, "seven");
	free(answer);
	ck_assert_ptr_null(cache_recall("how much?"));
}
END_TEST

/* The one file in the folder of facts. */
static const char *the_fact(void)
{
	static char path[512];
	glob_t found;

	snprintf(path, sizeof(path), "%s/facts/*", folder);
	ck_assert_int_eq(glob(path, 0, NULL, &found), 0);
	ck_assert_uint_eq(found.gl_pathc, 1);
	snprintf(path, sizeof(path), "%s", found.gl_pathv[0]);
	globfree(&found);
	return path;
}

START_TEST(damaged_fact_is_none)
{
	cache_remember("how many?", "seven");
	flip(the_fact(), 35);
	ck_assert_ptr_null(cache_recall("how many?"));
	cache_remember("how many?", "seven");
	ck_assert_int_eq(truncate(the_fact(), 0), 0);
	ck_assert_ptr_null(cache_recall("how many?"));
	cache_remember("how many?", "");
	free(cache_recall("how many?"));
	ck_assert_int_eq(truncate(the_fact(), 33), 0);
	char *answer = cache_recall("how many?");
	ck_assert_str_eq(answer, "");
	free(answer);
}
END_TEST

/* Of a writer that was killed; not of one that lives. */
START_TEST(half_written_fact_goes)
{
	char dead[512], living[512];
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
	cache_remember("how many?", "seven");
	snprintf(dead, sizeof(dead), "%s/facts/0.%d.%d", folder, pid, pid);
	snprintf(living, sizeof(living), "%s/facts/0.%d.%d", folder, getppid(), getppid());
	ck_assert_int_eq(tree_write_file(dead, "", 0), 0);
	ck_assert_int_eq(tree_write_file(living, "", 0), 0);
	cache_sweep();
	ck_assert_int_eq(access(dead, F_OK), -1);
	ck_assert_int_eq(access(living, F_OK), 0);
}
END_TEST

START_TEST(digest_follows_the_file)
{
	char path[512], first[SHA256_HEX], second[SHA256_HEX], *error = NULL;

	snprintf(path, sizeof(path), "%s/file", folder);
	ck_assert_int_eq(tree_write_file(path, "abc", 3), 0);
	ck_assert_int_eq(cache_sha256(path, first, &error), 0);
	ck_assert_str_eq(first, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	ck_assert_int_eq(cache_sha256(path, second, &error), 0);
	ck_assert_str_eq(first, second);
	usleep(20000);
	ck_assert_int_eq(tree_write_file(path, "abd", 3), 0);
	ck_assert_int_eq(cache_sha256(path, second, &error), 0);
	ck_assert_str_ne(first, second);
	unlink(path);
	ck_assert_int_eq(cache_sha256(path, second, &error), -ENOENT);
	ck_assert_ptr_nonnull(strstr(error, "file: No such file"));
	free(error);
}
END_TEST

START_TEST(folder_comes_from_the_environment)
{
	char *path, *error = NULL, expected[512];

	unsetenv("SCTPSPEC_CACHE");
	setenv("XDG_CACHE_HOME", folder, 1);
	snprintf(expected, sizeof(expected), "%s/sctpspec", folder);
	ck_assert_int_eq(cache_directory(&path, &error), 0);
	ck_assert_str_eq(path, expected);
	free(path);
	unsetenv("XDG_CACHE_HOME");
	setenv("HOME", folder, 1);
	snprintf(expected, sizeof(expected), "%s/.cache/sctpspec", folder);
	ck_assert_int_eq(cache_directory(&path, &error), 0);
	ck_assert_str_eq(path, expected);
	free(path);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cache");
	TCase *tests = tcase_create("cache");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 3600);
	tcase_add_test(tests, entry_is_there_once_it_was_committed);
	tcase_add_test(tests, what_was_not_committed_is_gone);
	tcase_add_test(tests, many_at_once_make_one);
	tcase_add_test(tests, killed_maker_is_no_obstacle);
	tcase_add_test(tests, what_was_not_used_for_longest_goes);
	tcase_add_test(tests, what_is_in_use_stays_whatever_the_limit);
	tcase_add_test(tests, eviction_never_takes_what_others_use);
	tcase_add_test(tests, what_a_killed_maker_left_goes_too);
	tcase_add_test(tests, what_a_group_may_write_is_committed_as_ones_own);
	tcase_add_loop_test(tests, damage_is_seen_and_made_good, 0, 2 * sizeof(kinds) / sizeof(*kinds));
	tcase_add_test(tests, a_look_believes_what_has_not_changed);
	tcase_add_test(tests, holes_do_not_count_and_places_do);
	tcase_add_test(tests, many_at_once_mend_one);
	tcase_add_test(tests, what_is_in_use_is_not_mended);
	tcase_add_test(tests, folder_that_others_can_write_is_refused);
	tcase_add_test(tests, folder_that_the_users_own_group_can_write_is_taken);
	tcase_add_test(tests, folder_of_another_user_is_refused);
	tcase_add_test(tests, lent_cache_is_used);
	tcase_add_test(tests, lock_that_cannot_be_opened_is_no_obstacle);
	tcase_add_test(tests, entries_are_listed_and_removed);
	tcase_add_test(tests, limit_is_a_size);
	tcase_add_test(tests, facts_are_remembered);
	tcase_add_test(tests, damaged_fact_is_none);
	tcase_add_test(tests, half_written_fact_goes);
	tcase_add_test(tests, digest_follows_the_file);
	tcase_add_test(tests, folder_comes_from_the_environment);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
