/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_doctor.c - `sctpspec doctor`: what this machine can do, what is missing, and the command that repairs it.
 *
 * Each check is a row: its purpose, whether runs need it, and a function that checks.
 */
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "runner/cache/cache.h"
#include "runner/cli/command.h"
#include "runner/cli/options.h"
#include "runner/guest/agent_path.h"
#include "runner/guest/guest.h"
#include "runner/host/memory.h"
#include "runner/host/program.h"
#include "runner/qemu/kvm.h"
#include "runner/qemu/rewind.h"
#include "runner/run/target.h"
#include "sentence.h"

/* The size of a kernel, its image and its snapshot. */
#define CACHE_NEED_BYTES (1ULL << 30)
/* The most memory that a run of all cases was measured to use: 0.5 GiB with one guest at a time, and less than 0.1 GiB
 * for each further one, as guests share unchanged pages. A guest may change all its pages. */
#define RUN_NEED_BYTES (384ULL << 20)
#define GUEST_NEED_BYTES (256ULL << 20)

struct check {
	const char *name, *purpose;
	bool needed;
	const char *package; /* the package to install, or NULL */
	const char *mend;    /* the repairing command, where it is not a package */
	/* *finding: a malloc'd word on what was found or what is wrong. */
	bool (*look)(const struct check *check, char **finding);
};

/* The program `check->name` is installed. */
static bool look_for_program(const struct check *check, char **finding)
{
	return program_find(check->name, finding, finding) == 0;
}

static bool look_at_qemu(const struct check *check, char **finding)
{
	const char *const argv[] = { check->name, "--version", NULL };
	int status = program_run(argv, NULL, finding, finding);
	if (status == 0)
		(*finding)[strcspn(*finding, "\n")] = '\0';
	return status == 0;
}

static bool look_at_rewinding(const struct check *check, char **finding)
{
	(void)check;
	if (rewind_check(finding) != 0)
		return false;
	sentence(finding, 0, "QEMU and this machine let a guest go back to its snapshot");
	return true;
}

static bool look_at_cache(const struct check *check, char **finding)
{
	char *path = NULL;
	struct statvfs space;
	(void)check;
	if (cache_directory(&path, finding) != 0)
		return false;
	bool good = false;
	if (access(path, W_OK) < 0 || statvfs(path, &space) < 0) {
		sentence(finding, 0, "%s: %m", path);
	} else {
		unsigned long long bytes = (unsigned long long)space.f_bavail * space.f_frsize;
		good = bytes >= CACHE_NEED_BYTES;
		sentence(finding, 0, "%s, %.1f GiB free%s", path, (double)bytes / (1 << 30),
			good ? "" : ", which is less than 1 GiB");
	}
	free(path);
	return good;
}

/* How many guests at a time the memory is enough for. */
static unsigned guests_that_fit(const struct memory *memory)
{
	const uint64_t rest = memory->available > RUN_NEED_BYTES ? memory->available - RUN_NEED_BYTES : 0;
	return (unsigned)(rest / GUEST_NEED_BYTES);
}

static bool look_at_machine(const struct check *check, char **finding)
{
	const double gib = 1 << 30;
	cpu_set_t set;
	struct memory memory;
	(void)check;
	int status = memory_look("", &memory);
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		status = -errno;
	if (status < 0) {
		sentence(finding, 0, "cannot ask: %s", strerror(-status));
		return false;
	}
	const unsigned jobs = (unsigned)CPU_COUNT(&set), fit = guests_that_fit(&memory);
	sentence(finding, 0,
		"%u cores, %.1f GiB of memory, of which %.1f GiB can be had%s%s; a run with --jobs %u needs %.1f GiB%s",
		jobs, (double)memory.total / gib, (double)memory.available / gib, memory.limited ? " in " : "",
		memory.group, jobs, (double)(RUN_NEED_BYTES + GUEST_NEED_BYTES * jobs) / gib,
		fit >= jobs       ? ""
			: fit > 0 ? ": take a smaller one"
				  : ": there is room for no guest");
	return fit >= jobs;
}

static bool look_at_kvm(const struct check *check, char **finding)
{
	(void)check;
	if (kvm_try("kvm", finding) != 0)
		return false;
	sentence(finding, 0, "QEMU has run a guest with it");
	return true;
}

static bool look_at_sctp(const struct check *check, char **finding)
{
	(void)check;
	int status = kernel_sctp_status();
	if (status == 0)
		sentence(finding, 0, "the running kernel has SCTP");
	else
		sentence(finding, 0, "the running kernel has no SCTP (%s)", strerror(-status));
	return status == 0;
}

static bool look_at_root(const struct check *check, char **finding)
{
	(void)check;
	bool root = geteuid() == 0;
	sentence(finding, 0, root ? "this is root" : "user %u is not root", (unsigned)geteuid());
	return root;
}

static bool look_for_agent(const struct check *check, char **finding)
{
	(void)check;
	return agent_path(finding, finding) == 0;
}

static const struct check checks[] = {
	{ "qemu-system-x86_64", "runs the guests", true, "qemu-system-x86", NULL, look_at_qemu },
	{ "rewind", "a QEMU process has many cases, a run takes a third of the time", false, NULL, NULL,
		look_at_rewinding },
	{ "ip", "goes into the guest", true, "iproute2", NULL, look_for_program },
	{ "tc", "goes into the guest", true, "iproute2", NULL, look_for_program },
	{ "tcpdump", "goes into the guest", true, "tcpdump", NULL, look_for_program },
	{ "depmod", "orders a kernel's modules", true, "kmod", NULL, look_for_program },
	{ "agent", "sctpspec-agent, the guest's init", true, NULL, "cmake --build --preset default", look_for_agent },
	{ "cache", "keeps kernels and snapshots", true, NULL,
		"SCTPSPEC_CACHE=DIR sctpspec run (a folder with room, that you may write to)", look_at_cache },
	{ "machine", "a core and 256 MiB for each guest at a time", true, NULL, "sctpspec run --jobs 1",
		look_at_machine },
	{ "apt-get", "only for --kernel debian:SUITE", false, "apt", NULL, look_for_program },
	{ "busybox", "only for sctpspec shell", false, "busybox-static", NULL, look_for_program },
	{ "kvm", "only for --accel kvm", false, NULL, NULL, look_at_kvm },
	{ "sctp", "only for --target host", false, NULL, "modprobe sctp", look_at_sctp },
	{ "root", "only for --target host", false, NULL, NULL, look_at_root },
};

enum { CHECKS = sizeof(checks) / sizeof(checks[0]) };

static void print_check(const struct check *check, bool good, const char *finding, bool colour)
{
	static const char *const colours[] = { "\033[31m", "\033[33m", "\033[32m" };
	const char *word = good ? "ok" : check->needed ? "missing" : "no";
	int at = good ? 2 : check->needed ? 0 : 1;
	printf("%s%-7s%s  %-18s  %s (%s)\n", colour ? colours[at] : "", word, colour ? "\033[0m" : "", check->name,
		finding ? finding : "", check->purpose);
}

/* One apt-get line for all packages, and a line for each other thing. */
static void print_mending(const bool *good)
{
	const char *last = NULL;
	for (size_t i = 0; i < CHECKS; i++) {
		const struct check *check = &checks[i];
		if (good[i] || !check->package || (last && strcmp(last, check->package) == 0))
			continue;
		printf("%s %s", last ? "" : "\nTo install what is missing:\n  apt-get install --no-install-recommends",
			check->package);
		last = check->package;
	}
	if (last)
		putchar('\n');
	for (size_t i = 0; i < CHECKS; i++)
		if (!good[i] && checks[i].mend)
			printf("\nFor %s (%s):\n  %s\n", checks[i].name, checks[i].purpose, checks[i].mend);
}

static int examine(bool colour)
{
	bool good[CHECKS];
	int status = STATUS_EXPECTED;
	for (size_t i = 0; i < CHECKS; i++) {
		char *finding = NULL;
		good[i] = checks[i].look(&checks[i], &finding);
		print_check(&checks[i], good[i], finding, colour);
		free(finding);
		if (!good[i] && checks[i].needed)
			status = STATUS_HARNESS;
	}
	print_mending(good);
	return status;
}

struct arguments {
	enum colour colour;
	struct option_words none;
};

static const struct option_row rows[] = {
	COLOUR_ROW(struct arguments, colour),
	{ 0 },
};

int cmd_doctor(int argc, char **argv)
{
	static const struct command_line line = {
		.about = "Says what this machine can do, what is missing, and the command that mends it.",
		.exit_status = "0 nothing is missing that every run needs, 2 wrong usage, 3 something is",
		.sets = { { .rows = rows } },
		.words_at = offsetof(struct arguments, none),
		.too_many = "it takes no argument",
	};
	struct arguments arguments = { 0 };
	int status = command_line_read(&line, argc, argv, &arguments);
	return status == STATUS_EXPECTED ? examine(colour_wanted(arguments.colour, STDOUT_FILENO)) : status;
}
