/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compaction.c - stops the kernel's thread for the compaction of memory.
 *
 * In Linux 5.9 to 5.14 its thread looks twice a second whether there is something to do, also when it is switched off
 * (vm.compaction_proactiveness), and with the ticks that follow an hour of idle time costs 14 500 wakes. Later kernels
 * let it sleep then, earlier ones have no such look. Nothing but a freezer stops a thread of the kernel; that of
 * cgroups, version 1, can freeze one by itself.
 */
#include "runner/agent/agent.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#define FREEZER "/run/freezer"
#define GROUP FREEZER "/compaction"

static bool looks_by_itself(void)
{
	struct utsname kernel;
	unsigned major, minor;

	return uname(&kernel) == 0 && sscanf(kernel.release, "%u.%u", &major, &minor) == 2 && major == 5 &&
		minor >= 9 && minor <= 14;
}

static int write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), status = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		status = -errno;
	close(fd);
	return status;
}

static bool is_compaction(const char *pid)
{
	char path[300], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%s/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(name, sizeof(name), file))
		name[0] = '\0';
	fclose(file);
	return strncmp(name, "kcompactd", 9) == 0;
}

/* One for each node of memory; -ENOENT: none. */
static int put_threads_into_group(void)
{
	DIR *processes = opendir("/proc");
	int status = -ENOENT;

	if (!processes)
		return -errno;
	for (struct dirent *entry; (entry = readdir(processes));) {
		if (entry->d_name[0] < '1' || entry->d_name[0] > '9' || !is_compaction(entry->d_name))
			continue;
		status = write_to(GROUP "/tasks", entry->d_name);
		if (status < 0)
			break;
	}
	closedir(processes);
	return status;
}

static int freeze(void)
{
	int status;

	if (mkdir(FREEZER, 0700) < 0)
		return -errno;
	if (mount("cgroup", FREEZER, "cgroup", 0, "freezer") < 0) {
		status = -errno;
		rmdir(FREEZER);
		return status;
	}
	status = mkdir(GROUP, 0700) < 0 ? -errno : put_threads_into_group();
	if (status == 0)
		status = write_to(GROUP "/freezer.state", "FROZEN");
	/* What is frozen stays so without anybody seeing it. */
	umount2(FREEZER, MNT_DETACH);
	rmdir(FREEZER);
	return status;
}

void agent_rest_compaction(void)
{
	int status = looks_by_itself() ? freeze() : 0;

	/* It takes longer, and is as right. */
	if (status < 0)
		fprintf(stderr, "sctpspec-agent: compaction cannot be made to rest: %s\n", strerror(-status));
}
