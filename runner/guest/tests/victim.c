/* SPDX-License-Identifier: Apache-2.0 */
/*
 * victim.c - what the guest tests run inside a guest: `victim output|clock|processor|patch|panic|hang|signal`.
 * As process 1 (in the place of the agent) it ends at once, which no kernel survives.
 */
#include <cpuid.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int output(void)
{
	for (int i = 0; i < 20000; i++)
		printf("line %d\n", i);
	fflush(stdout);
	fprintf(stderr, "to the other stream\n");
	return 42;
}

/* Times after sleeps of many lengths, and a random number of the kernel's. */
static int clock_stamps(void)
{
	struct timespec t;
	unsigned random = 0;
	int fd = open("/dev/urandom", O_RDONLY);

	for (useconds_t us = 1; us < 100000000; us *= 3) {
		struct timespec pause = { .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000 };

		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &t);
		printf("%ld.%09ld\n", t.tv_sec, t.tv_nsec);
	}
	if (read(fd, &random, sizeof(random)) != sizeof(random))
		return 1;
	printf("random %u\n", random);
	return 0;
}

/* What Linux must not use: see qemu.c. */
static int processor(void)
{
	unsigned a, b, c = 0, d;

	return __get_cpuid(1, &a, &b, &c, &d) && !(c & bit_CMPXCHG16B) ? 0 : 1;
}

/* Has Linux patch its scheduler, and run it for a while. */
static int patch(void)
{
	int fd = open("/proc/sys/kernel/sched_schedstats", O_WRONLY);

	if (fd < 0 || write(fd, "1", 1) != 1)
		return 1;
	return clock_stamps();
}

static int trigger(const char *letter)
{
	int fd = open("/proc/sysrq-trigger", O_WRONLY);

	printf("last words\n");
	fflush(stdout);
	usleep(100000); /* so that they get into the box */
	return write(fd, letter, 1) == 1 ? 0 : 1;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "output") == 0)
		return output();
	if (strcmp(what, "clock") == 0)
		return clock_stamps();
	if (strcmp(what, "processor") == 0)
		return processor();
	if (strcmp(what, "patch") == 0)
		return patch();
	if (strcmp(what, "panic") == 0)
		return trigger("c");
	if (strcmp(what, "signal") == 0)
		abort();
	while (strcmp(what, "hang") == 0)
		;
	return 0;
}
