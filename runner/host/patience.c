/* SPDX-License-Identifier: Apache-2.0 */
/* patience.c - what a process has used and whether it sleeps, from /proc. */
#include "runner/host/patience.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/host/wall_clock.h"

enum { LOOK_MS = 250, HOUR_MS = 3600 * 1000 };

const struct patience_limits patience_for_an_answer = { .used_ms = 60e3, .asleep_ms = 60e3 };

/* A process and all that it has started. */
struct activity {
	double used_ms;
	bool awake; /* a thread runs, waits for a processor or a disk, or is stopped by somebody */
};

/* The file's text; false when it is gone. */
static bool read_text(const char *path, char *text, size_t room)
{
	FILE *file = fopen(path, "re");
	size_t n = file ? fread(text, 1, room - 1, file) : 0;
	text[n] = '\0';
	if (file)
		fclose(file);
	return n > 0;
}

/* A thread's state and the ticks that it has used itself: fields 3, 14 and 15 of its stat (proc(5)). */
static void add_thread(const char *folder, const char *tid, struct activity *sum)
{
	char path[320], text[1024];
	unsigned long user, kernel;
	char state;
	snprintf(path, sizeof(path), "%s/%s/stat", folder, tid);
	if (!read_text(path, text, sizeof(text)))
		return;
	const char *after_name = strrchr(text, ')');
	if (!after_name ||
		sscanf(after_name + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &state, &user, &kernel) !=
			3)
		return;
	sum->used_ms += (double)(user + kernel) * 1e3 / (double)sysconf(_SC_CLK_TCK);
	sum->awake |= state != 'S' && state != 'I' && state != 'Z' && state != 'X';
}

static void add_process(pid_t pid, unsigned depth, struct activity *sum);

static void add_children(const char *folder, const char *tid, unsigned depth, struct activity *sum)
{
	char path[320], text[4096], *rest = text;
	snprintf(path, sizeof(path), "%s/%s/children", folder, tid);
	if (!read_text(path, text, sizeof(text)))
		return;
	for (long child; (child = strtol(rest, &rest, 10)) > 0;)
		add_process((pid_t)child, depth - 1, sum);
}

/* The sum lacks what dead threads and children have used; that only makes us wait longer. */
static void add_process(pid_t pid, unsigned depth, struct activity *sum)
{
	char folder[64];
	snprintf(folder, sizeof(folder), "/proc/%d/task", pid);
	DIR *tasks = depth > 0 ? opendir(folder) : NULL;
	for (const struct dirent *entry; tasks && (entry = readdir(tasks));) {
		if (entry->d_name[0] == '.')
			continue;
		add_thread(folder, entry->d_name, sum);
		add_children(folder, entry->d_name, depth, sum);
	}
	if (tasks)
		closedir(tasks);
}

static struct activity look_at(pid_t pid)
{
	enum { GENERATIONS = 8 };
	struct activity sum = { 0 };
	add_process(pid, GENERATIONS, &sum);
	return sum;
}

void patience_begin(struct patience *patience, pid_t pid, const struct patience_limits *limits)
{
	double now = wall_now_ms();
	*patience = (struct patience){
		.pid = pid,
		.limits = *limits,
		.began_ms = now,
		.looked_ms = now,
		.before_ms = -1,
	};
	if (patience->limits.ceiling_ms <= 0)
		patience->limits.ceiling_ms = HOUR_MS;
}

double patience_waited_ms(const struct patience *patience)
{
	return wall_now_ms() - patience->began_ms;
}

enum patience_end patience_look(struct patience *patience)
{
	/* After a longer pause the process may have done anything: we ourselves got no processor. */
	enum { LONGEST_MS = 2000 };
	const struct patience_limits *limits = &patience->limits;
	double at = wall_now_ms(), passed = at - patience->looked_ms;
	if (passed < LOOK_MS)
		return PATIENCE_LASTS;
	struct activity now = look_at(patience->pid);
	if (patience->before_ms < 0)
		patience->before_ms = now.used_ms;
	double used = now.used_ms - patience->before_ms;
	if (!now.awake && used <= patience->used_ms)
		patience->asleep_ms += passed < LONGEST_MS ? passed : LONGEST_MS;
	else
		patience->asleep_ms = 0;
	if (used > patience->used_ms)
		patience->used_ms = used;
	patience->looked_ms = at;
	if (limits->used_ms > 0 && patience->used_ms >= limits->used_ms)
		patience->end = PATIENCE_USED;
	else if (limits->asleep_ms > 0 && patience->asleep_ms >= limits->asleep_ms)
		patience->end = PATIENCE_ASLEEP;
	else if (at - patience->began_ms >= limits->ceiling_ms)
		patience->end = PATIENCE_STARVED;
	return patience->end;
}

void patience_explain(const struct patience *patience, char *words, size_t room)
{
	if (patience->end == PATIENCE_USED)
		snprintf(words, room, "it used %.3g s of processor time", patience->used_ms / 1e3);
	else if (patience->end == PATIENCE_ASLEEP)
		snprintf(words, room, "it slept for %.3g s", patience->asleep_ms / 1e3);
	else
		snprintf(words, room, "starved: %.3g s of processor time in %.3g s", patience->used_ms / 1e3,
			(patience->looked_ms - patience->began_ms) / 1e3);
}

int patience_wait(struct patience *patience, int fd)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };
	for (;;) {
		int n = poll(&one, 1, LOOK_MS + 1);
		if (n > 0)
			return 0;
		if (n < 0 && errno != EINTR)
			return -errno;
		enum patience_end end = patience_look(patience);
		if (end != PATIENCE_LASTS)
			return end == PATIENCE_STARVED ? -EBUSY : -ETIMEDOUT;
	}
}
