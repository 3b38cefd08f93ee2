/* SPDX-License-Identifier: Apache-2.0 */
/*
 * shell.c - the order to open a shell: a network to look around in, with a shell, on a terminal or for a script.
 *
 * The order's files bring bash and busybox. Each namespace has its name for `ip netns`, and a command of that name that
 * does something there: `a ip addr`, `sw tc qdisc`, `b sh`.
 */
#include "runner/agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "netns/netns.h"
#include "runner/engine/case.h"

#define BUSYBOX "/bin/busybox"
#define SHELL "/bin/bash"
#define TERMINAL "/dev/ttyS1" /* QEMU's second serial port */
#define NAMES "/run/netns"

/* Gives the program's exit status, as a shell says it. */
static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* ------------------------------------------------------------------ the network */

static int tell_kernel(struct net *net, enum endpoint endpoint, const struct settings *stated, char **error)
{
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];
	const size_t count = settings_sysctls(stated, sysctls);
	int status = 0;

	for (size_t i = 0; i < count && status == 0; i++) {
		char name[64], value[16];

		snprintf(name, sizeof(name), "net.sctp.%s", sysctls[i].name);
		snprintf(value, sizeof(value), "%u", sysctls[i].value);
		status = net_set_sysctl(net, endpoint, name, value, error);
	}
	return status;
}

static int network_of_case(const struct test_case *test_case, struct net **out, char **error)
{
	int status = net_create(test_case->topology, out, error);

	for (enum endpoint at = ENDPOINT_A; status == 0 && at < topology_hosts(test_case->topology); at++) {
		const struct settings stated = case_stated(test_case, at);

		status = tell_kernel(*out, at, &stated, error);
	}
	return status;
}

static int network_of(const struct order_shell *order, struct net **out, char **error)
{
	const struct test_case *test_case = order->case_id ? case_by_id(order->case_id) : NULL;
	const struct topology *topology = order->topology ? topology_by_name(order->topology) : NULL;

	if (test_case != NULL)
		return network_of_case(test_case, out, error);
	return topology != NULL ? net_create(topology, out, error) : -ENOENT;
}

/* ------------------------------------------------------------------ the tools */

/* "a": a command that does something in the namespace a. */
static void make_command(const char *name, void *context)
{
	char path[64];
	FILE *file;

	(void)context;
	snprintf(path, sizeof(path), "/usr/bin/%s", name);
	file = fopen(path, "we");
	if (file == NULL)
		return;
	fprintf(file,
		"#!" SHELL "\n"
		"[ $# -gt 0 ] || set -- env 'PS1=%s# ' bash --norc\n"
		"exec /usr/sbin/ip netns exec %s \"$@\"\n",
		name, name);
	fclose(file);
	chmod(path, 0755);
}

/* Its applets do not stand before programs of the same name: the PATH has /usr first, and /bin/sh is bash. */
static int install_tools(void)
{
	pid_t pid;

	if (symlink(SHELL, "/bin/sh") < 0 && errno != EEXIST)
		return -errno;
	pid = fork();
	if (pid == 0) {
		execl(BUSYBOX, "busybox", "--install", "-s", "/bin", NULL);
		_exit(127);
	}
	return pid > 0 && wait_for(pid) == 0 ? 0 : -ENOEXEC;
}

/* iproute2 looks in /var/run. */
static int name_namespaces(struct net *net, char **error)
{
	mkdir("/var", 0755);
	if (symlink("/run", "/var/run") < 0 && errno != EEXIST)
		return -errno;
	return net_name_namespaces(net, NAMES, make_command, NULL, error);
}

/* ------------------------------------------------------------------ the shell */

static void set_terminal(int fd, const struct order_shell *order)
{
	const struct winsize size = {
		.ws_row = (unsigned short)order->rows,
		.ws_col = (unsigned short)order->columns,
	};
	struct termios modes;

	if (tcgetattr(fd, &modes) == 0) {
		cfsetspeed(&modes, B115200);
		modes.c_cflag |= CLOCAL;
		modes.c_cc[VERASE] = 0x7f;
		tcsetattr(fd, TCSANOW, &modes);
	}
	ioctl(fd, TIOCSWINSZ, &size);
}

static _Noreturn void become_shell(int fd, const struct order_shell *order)
{
	setsid();
	if (ioctl(fd, TIOCSCTTY, 0) < 0 || dup2(fd, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
		_exit(127);
	setenv("TERM", *order->term ? order->term : "vt100", 1);
	setenv("PS1", order->prompt, 1);
	if (chdir("/tmp") < 0)
		_exit(127);
	execl(SHELL, "bash", "--norc", NULL);
	_exit(127);
}

static int run_on_terminal(struct box *box, const struct order_shell *order)
{
	const int fd = open(TERMINAL, O_RDWR | O_NOCTTY | O_CLOEXEC);
	int32_t result;
	pid_t pid;

	if (fd < 0)
		return -errno;
	set_terminal(fd, order);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become_shell(fd, order);
	result = wait_for(pid);
	tcdrain(fd);
	close(fd);
	return box_append(box, BOX_END, &result, sizeof(result));
}

int agent_run_shell(struct box *box, const struct order_shell *order)
{
	struct net *net = NULL;
	char *error = NULL;
	int status = network_of(order, &net, &error);

	if (status == 0)
		status = name_namespaces(net, &error);
	if (status == 0)
		status = install_tools();
	if (status < 0)
		fprintf(stderr, "sctpspec-agent: the network cannot be made: %s\n",
			error != NULL ? error : strerror(-status));
	free(error);
	if (status == 0)
		status = order->terminal ? run_on_terminal(box, order) : agent_run_exec(box, &order->program);
	net_destroy(net);
	return status;
}
