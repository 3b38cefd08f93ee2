/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target_host.c - cases on this machine's own kernel, in namespaces of their own.
 *
 * The agent is process 1 of a PID namespace and has a mount namespace to itself: whatever way it ends, its
 * processes and the network namespaces that it has mounted end with it.
 */
#include "runner/target.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/sentence.h"

struct host_job {
	pid_t pid;
	int pidfd;
	bool reaped;
	int status;
	struct box box;
	char *box_path;
	char *console_path;
};

static void end(void *job);

/* In the child: only what may be done between clone and exec. */
_Noreturn static void become_agent(const char *agent, const struct host_job *job)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	int output = open(job->console_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (output < 0 || input < 0)
		_exit(126);
	dup2(input, STDIN_FILENO);
	dup2(output, STDOUT_FILENO);
	dup2(output, STDERR_FILENO);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ||
		mount("proc", "/proc", "proc", 0, NULL) < 0) {
		dprintf(STDERR_FILENO, "cannot make the mounts private: %s\n", strerror(errno));
		_exit(126);
	}
	execl(agent, agent, "--box", job->box_path, (char *)NULL);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", agent, strerror(errno));
	_exit(127);
}

static int launch(struct host_job *job, const char *agent)
{
	struct clone_args arguments = {
		.flags = CLONE_PIDFD | CLONE_NEWPID | CLONE_NEWNS,
		.pidfd = (uintptr_t)&job->pidfd,
		.exit_signal = SIGCHLD,
	};
	long pid = syscall(SYS_clone3, &arguments, sizeof(arguments));
	if (pid == 0)
		become_agent(agent, job);
	if (pid < 0)
		return -errno;
	job->pid = (pid_t)pid;
	return 0;
}

static int start(void *context, const char *order, void **out, char **error)
{
	static unsigned number;
	const struct host_target *host = context;
	struct host_job *job = calloc(1, sizeof(*job));
	int status = -ENOMEM;
	if (!job)
		return sentence(error, status, "no memory for a job");
	job->pidfd = -1;
	job->reaped = true;
	number++;
	if (asprintf(&job->box_path, "%s/host-%u.box", host->work, number) < 0)
		job->box_path = NULL;
	else if (asprintf(&job->console_path, "%s/host-%u.txt", host->work, number) < 0)
		job->console_path = NULL;
	if (job->box_path && job->console_path)
		status = box_create(job->box_path, &job->box);
	if (status == 0)
		status = box_put_order(&job->box, order, NULL, 0);
	if (status == 0)
		status = launch(job, host->agent);
	if (status != 0) {
		sentence(error, status, "cannot start %s on this machine: %s", host->agent,
			strerror(-status));
		end(job);
		return status;
	}
	job->reaped = false;
	*out = job;
	return 0;
}

static int descriptor(const void *job)
{
	return ((const struct host_job *)job)->pidfd;
}

static bool ended(void *opaque, int *status)
{
	struct host_job *job = opaque;
	if (!job->reaped && waitpid(job->pid, &job->status, WNOHANG) == job->pid)
		job->reaped = true;
	*status = job->status;
	return job->reaped;
}

static const struct box *box(const void *job)
{
	return &((const struct host_job *)job)->box;
}

/* What the agent printed. The machine's own kernel log is not ours to read. */
static char *console(const void *job)
{
	FILE *file = fopen(((const struct host_job *)job)->console_path, "re");
	char *text = NULL;
	size_t room = 0;
	if (!file)
		return NULL;
	if (getdelim(&text, &room, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}

static double restore_ms(const void *job)
{
	(void)job;
	return -1;
}

static void kill_agent(void *opaque)
{
	struct host_job *job = opaque;
	if (job->reaped)
		return;
	kill(job->pid, SIGKILL);
	waitpid(job->pid, &job->status, 0);
	job->reaped = true;
}

static void end(void *opaque)
{
	struct host_job *job = opaque;
	kill_agent(job);
	box_unmap(&job->box);
	if (job->pidfd >= 0)
		close(job->pidfd);
	if (job->box_path)
		unlink(job->box_path);
	if (job->console_path)
		unlink(job->console_path);
	free(job->box_path);
	free(job->console_path);
	free(job);
}

/* A socket of this type makes the kernel load its module, where there is one. */
int kernel_sctp_status(void)
{
	int descriptor = socket(AF_INET, SOCK_SEQPACKET | SOCK_CLOEXEC, IPPROTO_SCTP);
	if (descriptor < 0)
		return -errno;
	close(descriptor);
	return 0;
}

int target_host(const struct host_target *host, struct target *out, char **error)
{
	if (geteuid() != 0)
		return sentence(error, -EPERM,
			"--target host makes network namespaces, which needs root: run it with sudo");
	int status = kernel_sctp_status();
	if (status == -EPROTONOSUPPORT || status == -ESOCKTNOSUPPORT)
		return sentence(error, -EPROTONOSUPPORT,
			"the running kernel has no SCTP (%s): install its sctp module, or leave out "
			"--target host to test a kernel in a guest",
			strerror(-status));
	if (status != 0)
		return sentence(error, status, "cannot make an SCTP socket: %s", strerror(-status));
	*out = (struct target){
		.program = "the agent",
		.context = (void *)host,
		.start = start,
		.descriptor = descriptor,
		.ended = ended,
		.box = box,
		.console = console,
		.restore_ms = restore_ms,
		.kill = kill_agent,
		.end = end,
	};
	return 0;
}
