/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec.c - runs a program, as an `exec` order asks, or a shell without a terminal.
 * Its output goes into the box as it is written; its exit status ends the order.
 */
#include "runner/agent/agent.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* As a shell says it. */
#define STATUS_NOT_FOUND 127
#define STATUS_SIGNAL 128

struct stream {
	int fd; /* -1 at its end */
	enum box_record_type type;
};

static _Noreturn void child(const struct order_program *program, int out, int err)
{
	char *const *argv = (char *const *)(uintptr_t)program->argv;
	int input = open("/dev/null", O_RDONLY);

	setsid();
	if (input < 0 || dup2(input, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0)
		_exit(STATUS_NOT_FOUND);
	for (const struct order_variable *variable = program->env; variable && variable->name; variable++)
		setenv(variable->name, variable->value, 1);
	execvp(argv[0], argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(STATUS_NOT_FOUND);
}

static int pass_on(struct box *box, struct stream *stream)
{
	char buffer[65536];
	ssize_t n = read(stream->fd, buffer, sizeof(buffer));

	if (n > 0)
		return box_append(box, stream->type, buffer, (size_t)n);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	close(stream->fd);
	stream->fd = -1;
	return 0;
}

/*
 * Until both streams are at their end. A child of the program that outlives it and holds them open
 * is waited for too: its words belong to the output. A program that wants to leave something
 * running closes its streams.
 */
static int pass_on_all(struct box *box, struct stream streams[2])
{
	int status = 0;

	while (status == 0 && (streams[0].fd >= 0 || streams[1].fd >= 0)) {
		struct pollfd fds[2] = { { .fd = streams[0].fd, .events = POLLIN },
			{ .fd = streams[1].fd, .events = POLLIN } };

		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return -errno;
		for (int i = 0; i < 2 && status == 0; i++) {
			if (fds[i].fd >= 0 && fds[i].revents)
				status = pass_on(box, &streams[i]);
		}
	}
	return status;
}

static int exit_status(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return STATUS_NOT_FOUND;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : STATUS_SIGNAL + WTERMSIG(status);
}

static int run(struct box *box, const struct order_program *program, int32_t *result)
{
	int out[2], err[2];
	struct stream streams[2];
	int status;
	pid_t pid;

	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		child(program, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	streams[0] = (struct stream){ .fd = out[0], .type = BOX_STDOUT };
	streams[1] = (struct stream){ .fd = err[0], .type = BOX_STDERR };
	status = pass_on_all(box, streams);
	if (status < 0)
		kill(-pid, SIGKILL);
	*result = exit_status(pid);
	return status;
}

int agent_run_exec(struct box *box, const struct order_program *program)
{
	int32_t result = 0;
	int status = run(box, program, &result);

	if (status == -ENOSPC)
		fprintf(stderr, "sctpspec-agent: the program wrote more than the box holds\n");
	return status < 0 ? status : box_append(box, BOX_END, &result, sizeof(result));
}
