/* SPDX-License-Identifier: Apache-2.0 */
/*
 * watch.c - runs again when a file changes.
 *
 * The file's folder is watched and not the file, because compilers and `make install` replace a file by another
 * one of its name. A build writes a module more than once (it links, then adds sections, then signs), so a change
 * counts when nothing has followed it for a moment; and only if the contents are others than before.
 */
#include "runner/run/watch.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "runner/host/sha256.h"
#include "runner/host/stop.h"
#include "runner/verdict/exit_status.h"
#include "sentence.h"

enum { QUIET_MS = 300 };

struct watch {
	char *path;       /* absolute */
	const char *name; /* its last part */
	int events;
	char digest[SHA256_HEX]; /* of what was run last; "" when it could not be read */
};

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);
	return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* Whether a file lies in a folder, or below it. */
static bool is_in(const char *file, const char *folder)
{
	char *whole = realpath(file, NULL), *above = realpath(folder, NULL);
	size_t length = above ? strlen(above) : 0;
	bool in = whole && above && strncmp(whole, above, length) == 0 && whole[length] == '/';
	free(whole);
	free(above);
	return in;
}

void watch_choose_module(const char *file, struct run_options *options)
{
	struct kernel_choice *kernel = &options->kernels.kernels[0];
	if (options->on_host || options->kernels.n > 1 || kernel->module || !ends_with(file, ".ko"))
		return;
	if (kernel->n_files == 1 && is_in(file, kernel->files[0]))
		return;
	kernel->module = file;
}

static void watch_close(struct watch *watch)
{
	if (watch->events >= 0)
		close(watch->events);
	free(watch->path);
}

static int watch_open(const char *file, struct watch *watch, char **error)
{
	*watch = (struct watch){ .path = realpath(file, NULL), .events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK) };
	if (!watch->path || watch->events < 0) {
		int status = sentence(error, -errno, "cannot watch %s: %m", file);
		watch_close(watch);
		return status;
	}
	char *slash = strrchr(watch->path, '/');
	watch->name = slash + 1;
	*slash = '\0';
	int added = inotify_add_watch(watch->events, slash == watch->path ? "/" : watch->path,
		IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR);
	*slash = '/';
	if (added >= 0)
		return 0;
	int status = sentence(error, -errno, "cannot watch %s: %m", file);
	watch_close(watch);
	return status;
}

/* Takes what has happened so far. 1 when the file was concerned, -ENOENT when its folder is gone. */
static int take_events(const struct watch *watch)
{
	char buffer[sizeof(struct inotify_event) + NAME_MAX + 1]
		__attribute__((aligned(__alignof__(struct inotify_event))));
	int concerned = 0;
	ssize_t n;
	while ((n = read(watch->events, buffer, sizeof(buffer))) > 0) {
		const struct inotify_event *event = (const void *)buffer;
		for (char *p = buffer; p < buffer + n; p += sizeof(*event) + event->len) {
			event = (const void *)p;
			if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED))
				return -ENOENT;
			if ((event->mask & IN_Q_OVERFLOW) || (event->len && strcmp(event->name, watch->name) == 0))
				concerned = 1;
		}
	}
	return concerned;
}

/* Whether the contents are others than those of the last run. */
static bool is_new(struct watch *watch)
{
	char digest[SHA256_HEX] = "";
	if (sha256_file(watch->path, digest) != 0 || strcmp(digest, watch->digest) == 0)
		return false;
	memcpy(watch->digest, digest, sizeof(digest));
	return true;
}

/* 0 when the file has changed and was then left alone; -EINTR after a signal; -ENOENT when the folder is gone. */
static int wait_for_change(struct watch *watch, int stop)
{
	struct pollfd fds[] = { { .fd = watch->events, .events = POLLIN }, { .fd = stop, .events = POLLIN } };
	bool changed = false;
	for (;;) {
		int n = poll(fds, 2, changed ? QUIET_MS : -1);
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0 && fds[1].revents)
			return -EINTR;
		if (n == 0 && is_new(watch))
			return 0;
		if (n == 0)
			changed = false;
		int concerned = n > 0 ? take_events(watch) : 0;
		if (concerned < 0)
			return concerned;
		changed |= concerned > 0;
	}
}

static void say_watching(const struct watch *watch, const struct run_options *options)
{
	fflush(stdout);
	if (!options->quiet)
		fprintf(stderr, "\nwatching %s; Ctrl-C ends\n", watch->path);
}

static void clear_screen(const struct run_options *options)
{
	if (!options->quiet && isatty(STDOUT_FILENO)) {
		fputs("\033[H\033[2J\033[3J", stdout);
		fflush(stdout);
	}
}

int watch_run(const char *file, const struct run_options *options, struct known_list *known,
	const struct test_case *const *cases, size_t n_cases)
{
	struct watch watch;
	char *error = NULL;
	if (watch_open(file, &watch, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	int changed, result;
	do {
		/* what changes from here on is for the next run */
		take_events(&watch);
		is_new(&watch);
		result = run_cases(options, known, cases, n_cases);
		if (result == STATUS_INTERRUPTED)
			break;
		say_watching(&watch, options);
		int stop = stop_begin();
		changed = wait_for_change(&watch, stop);
		stop_end(stop);
		if (changed == 0)
			clear_screen(options);
		else if (changed != -EINTR)
			result = print_error(STATUS_HARNESS, "cannot watch %s any more: %s", file, strerror(-changed));
	} while (changed == 0);
	watch_close(&watch);
	return result;
}
