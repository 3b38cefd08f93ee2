/* SPDX-License-Identifier: Apache-2.0 */
/* program.c - runs another program for its output. */
#include "runner/host/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sentence.h"

static const struct {
	const char *program, *package;
} packages[] = {
	{ "apt-cache", "apt" },
	{ "apt-config", "apt" },
	{ "apt-get", "apt" },
	{ "bash", "bash" },
	{ "busybox", "busybox-static" },
	{ "depmod", "kmod" },
	{ "dpkg", "dpkg" },
	{ "ip", "iproute2" },
	{ "qemu-system-x86_64", "qemu-system-x86" },
	{ "tc", "iproute2" },
	{ "tcpdump", "tcpdump" },
};

static int missing(const char *name, char **error)
{
	for (size_t i = 0; i < sizeof(packages) / sizeof(*packages); i++) {
		if (strcmp(packages[i].program, name) == 0)
			return sentence(error, -ENOENT, "%s is not installed: it is in the Debian package %s", name,
				packages[i].package);
	}
	return sentence(error, -ENOENT, "%s is not installed", name);
}

int program_find(const char *name, char **path, char **error)
{
	const char *own = getenv("PATH");
	char *list, *rest, *folder;
	bool found = false;

	*path = NULL;
	if (strchr(name, '/')) {
		*path = strdup(name);
		return *path ? 0 : no_memory(error);
	}
	if (asprintf(&list, "%s:/usr/sbin:/sbin", own ? own : "/usr/bin:/bin") < 0)
		return no_memory(error);
	rest = list;
	while (!found && (folder = strsep(&rest, ":"))) {
		if (*folder == '\0')
			continue;
		if (asprintf(path, "%s/%s", folder, name) < 0) {
			*path = NULL;
			break;
		}
		found = access(*path, X_OK) == 0;
		if (!found) {
			free(*path);
			*path = NULL;
		}
	}
	free(list);
	return found ? 0 : missing(name, error);
}

/* What a child wrote to one of its streams. */
struct text {
	int fd;
	char *bytes;
	size_t length;
};

static int text_read(struct text *text)
{
	enum { STEP = 16384 };
	char *more = realloc(text->bytes, text->length + STEP + 1);
	ssize_t n;

	if (!more)
		return -ENOMEM;
	text->bytes = more;
	n = read(text->fd, more + text->length, STEP);
	if (n < 0 && errno == EINTR)
		return 0;
	if (n > 0)
		text->length += (size_t)n;
	more[text->length] = '\0';
	if (n <= 0) {
		close(text->fd);
		text->fd = -1;
	}
	return 0;
}

static int read_both(struct text *out, struct text *err)
{
	int status = 0;

	while (status == 0 && (out->fd >= 0 || err->fd >= 0)) {
		struct pollfd fds[2] = { { .fd = out->fd, .events = POLLIN }, { .fd = err->fd, .events = POLLIN } };

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return -errno;
		if (fds[0].revents)
			status = text_read(out);
		if (status == 0 && fds[1].revents)
			status = text_read(err);
	}
	return status;
}

/* What to run, and where. */
struct invocation {
	const char *path, *folder;
	const char *const *argv;
};

static _Noreturn void child(const struct invocation *invocation, int out, int err, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	if (dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(126);
	setenv("LC_ALL", "C", 1);
	close(0);
	if (open("/dev/null", O_RDONLY) == 0 && (!invocation->folder || chdir(invocation->folder) == 0))
		execv(invocation->path, (char *const *)invocation->argv);
	dprintf(2, "cannot be started: %s\n", strerror(errno));
	_exit(126);
}

/* The last line that says something: where a program puts its reason. */
static char *last_line(char *text)
{
	char *line = text ? text : (char *)"";
	size_t length = strlen(line);

	while (length > 0 && strchr(" \n\r\t", line[length - 1]))
		line[--length] = '\0';
	for (char *p = line; *p; p++) {
		if (*p == '\n')
			line = p + 1;
	}
	return line;
}

static int verdict(const char *name, int status, char *words, char **error)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	words = last_line(words);
	if (WIFSIGNALED(status))
		return sentence(error, -ECHILD, "%s was killed by signal %d%s%s", name, WTERMSIG(status),
			*words ? ": " : "", words);
	return sentence(
		error, -ECHILD, "%s failed with status %d%s%s", name, WEXITSTATUS(status), *words ? ": " : "", words);
}

static int start(const struct invocation *invocation, struct text *out, struct text *err, pid_t *pid)
{
	int out_pipe[2], err_pipe[2];
	pid_t parent = getpid();

	if (pipe2(out_pipe, O_CLOEXEC) < 0)
		return -errno;
	if (pipe2(err_pipe, O_CLOEXEC) < 0) {
		close(out_pipe[0]);
		close(out_pipe[1]);
		return -errno;
	}
	*pid = fork();
	if (*pid == 0)
		child(invocation, out_pipe[1], err_pipe[1], parent);
	close(out_pipe[1]);
	close(err_pipe[1]);
	out->fd = out_pipe[0];
	err->fd = err_pipe[0];
	return *pid < 0 ? -errno : 0;
}

int program_run(const char *const *argv, const char *folder, char **output, char **error)
{
	struct text out = { .fd = -1 }, err = { .fd = -1 };
	char *path = NULL;
	pid_t pid = -1;
	int wait_status = 0;
	int status = program_find(argv[0], &path, error);

	if (status < 0)
		return status;
	status = start(&(struct invocation){ path, folder, argv }, &out, &err, &pid);
	if (status == 0)
		status = read_both(&out, &err);
	if (out.fd >= 0)
		close(out.fd);
	if (err.fd >= 0)
		close(err.fd);
	while (pid > 0 && waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
		;
	if (status < 0)
		sentence(error, status, "cannot run %s: %s", argv[0], strerror(-status));
	else
		status = verdict(argv[0], wait_status, err.bytes, error);
	if (status == 0 && output) {
		*output = out.bytes;
		out.bytes = NULL;
	}
	free(out.bytes);
	free(err.bytes);
	free(path);
	return status;
}
