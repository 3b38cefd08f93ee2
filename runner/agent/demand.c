/* SPDX-License-Identifier: Apache-2.0 */
/*
 * demand.c - the kernel's modprobe: what few networks need is loaded when the kernel asks for it.
 *
 * The kernel starts a program then, which is the agent itself. It is asked while a network is built, and by programs
 * and shells; not in a case, where it would cost time whenever the kernel asks for what nobody has.
 */
#include "runner/agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PROGRAM "/proc/sys/kernel/modprobe"

void agent_load_on_demand(bool on)
{
	const char *program = on ? "/init" : "/sbin/modprobe";
	int fd = getpid() == 1 ? open(PROGRAM, O_WRONLY | O_CLOEXEC) : -1;

	if (fd < 0)
		return;
	if (write(fd, program, strlen(program)) < 0)
		fprintf(stderr, "sctpspec-agent: cannot write " PROGRAM ": %s\n", strerror(errno));
	close(fd);
}

/* To the kernel - and _ are the same. */
static bool same_name(const char *one, const char *other)
{
	for (; *one && *other; one++, other++)
		if (*one != *other && !(strchr("-_", *one) && strchr("-_", *other)))
			return false;
	return *one == *other;
}

/* Splits "NAMES: FILES"; gives the files if the name is among those. */
static char *files_for(char *line, const char *wanted)
{
	char *files = strchr(line, ':'), *name, *rest = line;

	line[strcspn(line, "\n")] = '\0';
	if (!files)
		return NULL;
	*files++ = '\0';
	while ((name = strsep(&rest, " ")))
		if (same_name(name, wanted))
			return files;
	return NULL;
}

int agent_demand(const char *wanted)
{
	FILE *list = fopen("/modules.wanted", "re");
	char *line = NULL, *files = NULL, *file;
	size_t room = 0;
	int status = 0;

	while (list && !files && getline(&line, &room, list) > 0)
		files = files_for(line, wanted);
	while (files && status == 0 && (file = strsep(&files, " ")))
		if (*file)
			status = agent_load_module(file);
	free(line);
	if (list)
		fclose(list);
	return status < 0 || !list;
}
