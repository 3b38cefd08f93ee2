/* SPDX-License-Identifier: Apache-2.0 */
#include "netns/tests/process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* PATH of an ordinary user often lacks the folders in which ip and tcpdump lie. */
#define USUAL_FOLDERS "/usr/sbin:/sbin:/usr/bin:/bin"

static char *find_in(const char *folders, const char *program)
{
	while (*folders) {
		size_t length = strcspn(folders, ":");
		char *path;

		if (asprintf(&path, "%.*s/%s", (int)length, folders, program) < 0)
			return NULL;
		if (length && access(path, X_OK) == 0)
			return path;
		free(path);
		folders += length;
		folders += *folders == ':';
	}
	return NULL;
}

char *process_find(const char *program)
{
	const char *folders = getenv("PATH");
	char *path = folders ? find_in(folders, program) : NULL;

	return path ? path : find_in(USUAL_FOLDERS, program);
}

static int connect_stream(int descriptor, int number)
{
	if (descriptor < 0)
		descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
	return descriptor < 0 ? -1 : dup2(descriptor, number);
}

/* Only system calls from here on: it is the child of a process that may have threads. */
static void become(const struct process *process, pid_t parent, int report)
{
	static char *const environment[] = { "LC_ALL=C", NULL };
	sigset_t none;
	int error;

	sigemptyset(&none);
	/* a group of its own: a terminal's Ctrl-C is for us, who then stop it in order */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent && setpgid(0, 0) == 0 &&
		setns(process->namespace, CLONE_NEWNET) == 0 && connect_stream(process->input, 0) >= 0 &&
		connect_stream(process->output, 1) >= 0 && connect_stream(process->errors, 2) >= 0 &&
		sigprocmask(SIG_SETMASK, &none, NULL) == 0)
		execve(process->path, (char *const *)process->arguments, environment);
	error = errno;
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

int process_start(const struct process *process, pid_t *pid)
{
	int report[2], error = 0;
	pid_t self = getpid();
	ssize_t length;

	if (pipe2(report, O_CLOEXEC) < 0)
		return -errno;
	*pid = fork();
	if (*pid == 0)
		become(process, self, report[1]);
	if (*pid < 0)
		error = errno;
	close(report[1]);
	/* ends without a word when the program has been started */
	do
		length = error ? 0 : read(report[0], &error, sizeof(error));
	while (length < 0 && errno == EINTR);
	close(report[0]);
	if (*pid > 0 && error)
		process_wait(*pid);
	return -error;
}

int process_wait(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
