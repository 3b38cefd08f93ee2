/* SPDX-License-Identifier: Apache-2.0 */
/*
 * boot.c - what a guest's process 1 does before it can take an order: file systems, modules,
 * a quiet kernel, the loopback interface. And its end.
 */
#include "runner/agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct file_system {
	const char *type, *where, *data;
};

static const struct file_system file_systems[] = {
	{ "devtmpfs", "/dev", NULL },
	{ "proc", "/proc", NULL },
	{ "sysfs", "/sys", NULL },
	{ "tmpfs", "/run", "mode=0755" },
	{ "tmpfs", "/tmp", "mode=1777" },
};

struct setting {
	const char *path, *value;
};

/*
 * Periodic work of the kernel that has nothing to do with networking: every wake-up costs a
 * restored guest wall time, because idle virtual time is free only while nobody wakes. A kernel
 * that does not have one of them is as good.
 */
static const struct setting settings[] = {
	{ "/proc/sys/vm/stat_interval", "3600" },
	{ "/proc/sys/vm/compaction_proactiveness", "0" },
	{ "/proc/sys/vm/dirty_writeback_centisecs", "0" },
	/* for neighbours that the kernel is told to keep resolved by itself, which are none */
	{ "/proc/sys/net/ipv4/neigh/default/interval_probe_time_ms", "3600000" },
	{ "/proc/sys/net/ipv6/neigh/default/interval_probe_time_ms", "3600000" },
};

static int complain(const char *what, const char *name, int status)
{
	fprintf(stderr, "sctpspec-agent: cannot %s %s: %s\n", what, name, strerror(-status));
	return status;
}

static int mount_all(void)
{
	for (size_t i = 0; i < sizeof(file_systems) / sizeof(*file_systems); i++) {
		const struct file_system *fs = &file_systems[i];

		if (mkdir(fs->where, 0755) < 0 && errno != EEXIST)
			return complain("make", fs->where, -errno);
		/* the kernel may have mounted /dev itself */
		if (mount(fs->type, fs->where, fs->type, 0, fs->data) < 0 && errno != EBUSY)
			return complain("mount", fs->where, -errno);
	}
	return 0;
}

/* Without /dev/console in the image process 1 starts with no open file. */
static int open_console(void)
{
	int fd = open("/dev/console", O_RDWR);

	if (fd < 0)
		return -errno;
	for (int i = 0; i < 3; i++) {
		if (dup2(fd, i) < 0)
			return -errno;
	}
	if (fd > 2)
		close(fd);
	return 0;
}

static void set_all(void)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(*settings); i++) {
		int fd = open(settings[i].path, O_WRONLY);

		if (fd < 0)
			continue;
		if (write(fd, settings[i].value, strlen(settings[i].value)) < 0)
			complain("write", settings[i].path, -errno);
		close(fd);
	}
}

int agent_load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int status = 0;

	if (fd < 0)
		return complain("open", path, -errno);
	if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
		status = complain("load", path, -errno);
	close(fd);
	return status;
}

/*
 * /modules.list has one path a line, in the order of loading. The host resolved the dependencies.
 */
static int load_modules(void)
{
	FILE *list = fopen("/modules.list", "re");
	char line[512];
	int status = 0;

	if (!list)
		return complain("open", "/modules.list", -errno);
	while (status == 0 && fgets(line, sizeof(line), list)) {
		line[strcspn(line, "\n")] = '\0';
		status = agent_load_module(line);
	}
	fclose(list);
	return status;
}

static int loopback_up(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int status = 0;

	if (fd < 0)
		return complain("open", "a socket", -errno);
	if (ioctl(fd, SIOCSIFFLAGS, &request) < 0)
		status = complain("bring up", "lo", -errno);
	close(fd);
	return status;
}

int agent_boot(void)
{
	int status = mount_all();

	if (status == 0)
		status = open_console();
	if (status == 0)
		status = load_modules();
	if (status == 0)
		status = loopback_up();
	if (status < 0)
		return status;
	set_all();
	agent_rest_compaction();
	/* A generator that has not started makes its first reader wait a second for it. */
	status = agent_seed(0);
	if (status < 0)
		return complain("seed", "the kernel's random numbers", status);
	if (sethostname("guest", 5) < 0)
		return complain("set", "the host name", -errno);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	setenv("HOME", "/", 1);
	setenv("TMPDIR", "/tmp", 1);
	return 0;
}

_Noreturn void agent_end_guest(unsigned status)
{
	fflush(NULL);
	sync();
	if (ioperm(AGENT_EXIT_PORT, 1, 1) == 0)
		outb((unsigned char)status, AGENT_EXIT_PORT);
	/* A kernel that gives no ports to programs. Whether the order was carried out is in the
	 * box. */
	reboot(RB_AUTOBOOT);
	_exit((int)status);
}
