/* SPDX-License-Identifier: Apache-2.0 */
/*
 * target_host.c - cases on this machine's own kernel, in namespaces of their own.
 *
 * The agent runs in a PID and a mount namespace of its own, below a keeper that is process 1 there: when
 * the keeper ends, whatever ended it, the kernel ends all processes of the namespace, and with the last of
 * them the network namespaces that were mounted. The agent itself is not process 1, by which it would know
 * the init of a guest.
 */
#include "runner/run/target.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/protocol/console.h"
#include "sentence.h"

struct host_job {
	pid_t pid;
	int pidfd;
	bool reaped;
	int status;
	struct box box;
	int box_file, console; /* files in memory without a name */
};

static void end_job(void *opaque);

/* How the keeper tells that a signal ended the agent. */
enum { SIGNAL_STATUS = 128 };

/* In the child: only what may be done between clone and exec. */
_Noreturn static void become_agent(const char *agent, const struct host_job *job)
{
	int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (input < 0 || dup2(input, STDIN_FILENO) < 0 || dup2(job->console, STDOUT_FILENO) < 0 ||
		dup2(job->console, STDERR_FILENO) < 0)
		_exit(126);
	int box_file = fcntl(job->box_file, F_DUPFD, STDERR_FILENO + 1); /* stays open over exec */
	char box_path[32];
	snprintf(box_path, sizeof(box_path), "/proc/self/fd/%d", box_file);
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 || mount("proc", "/proc", "proc", 0, NULL) < 0) {
		dprintf(STDERR_FILENO, "cannot make the mounts private: %s\n", strerror(errno));
		_exit(126);
	}
	execl(agent, agent, "--box", box_path, (char *)NULL);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", agent, strerror(errno));
	_exit(127);
}

/* Process 1 of the namespace. */
_Noreturn static void keep_agent(const char *agent, const struct host_job *job)
{
	sigset_t none;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	pid_t pid = fork();
	if (pid == 0)
		become_agent(agent, job);
	int status = 0;
	pid_t ended = 0;
	while (pid > 0 && ended != pid) /* others are orphans, which are ours to reap */
		ended = waitpid(-1, &status, 0);
	if (pid < 0)
		_exit(126);
	_exit(WIFSIGNALED(status) ? SIGNAL_STATUS + WTERMSIG(status) : WEXITSTATUS(status));
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
		keep_agent(agent, job);
	if (pid < 0)
		return -errno;
	job->pid = (pid_t)pid;
	return 0;
}

static int make_files(struct host_job *job)
{
	char path[32];
	job->box_file = memfd_create("box", MFD_CLOEXEC);
	job->console = memfd_create("console", MFD_CLOEXEC);
	if (job->box_file < 0 || job->console < 0)
		return -errno;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", job->box_file);
	return box_create(path, &job->box);
}

static int start_job(void *context, const char *order, void **out, char **error)
{
	const char *agent = context;
	struct host_job *job = calloc(1, sizeof(*job));
	if (!job)
		return sentence(error, -ENOMEM, "no memory for a job");
	job->pidfd = job->box_file = job->console = -1;
	job->reaped = true;
	int status = make_files(job);
	if (status == 0)
		status = box_put_order(&job->box, order, NULL, 0);
	if (status != 0) {
		sentence(error, status, "cannot make a box for the agent: %s", strerror(-status));
	} else {
		status = launch(job, agent);
		if (status != 0)
			sentence(error, status, "cannot start the agent in namespaces of its own: %s",
				strerror(-status));
	}
	if (status != 0) {
		end_job(job);
		return status;
	}
	job->reaped = false;
	*out = job;
	return 0;
}

static int job_descriptor(const void *job)
{
	return ((const struct host_job *)job)->pidfd;
}

static bool job_has_ended(void *opaque, int *status)
{
	struct host_job *job = opaque;
	if (!job->reaped && waitpid(job->pid, &job->status, WNOHANG) == job->pid)
		job->reaped = true;
	*status = job->status;
	if (WIFEXITED(*status) && WEXITSTATUS(*status) > SIGNAL_STATUS)
		*status = WEXITSTATUS(*status) - SIGNAL_STATUS; /* as waitpid has it */
	return job->reaped;
}

static pid_t pid(const void *job)
{
	return ((const struct host_job *)job)->pid;
}

static const struct box *job_box(const void *job)
{
	return &((const struct host_job *)job)->box;
}

/* What the agent printed. The machine's own kernel log is not ours to read. */
static char *job_console(const void *job)
{
	return console_read(((const struct host_job *)job)->console);
}

static const struct phases *job_phases(const void *job)
{
	(void)job;
	return NULL;
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

static void end_job(void *opaque)
{
	struct host_job *job = opaque;
	kill_agent(job);
	box_unmap(&job->box);
	const int descriptors[] = { job->pidfd, job->box_file, job->console };
	for (size_t i = 0; i < sizeof(descriptors) / sizeof(descriptors[0]); i++)
		if (descriptors[i] >= 0)
			close(descriptors[i]);
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

int target_host(const char *agent, struct target *out, char **error)
{
	if (geteuid() != 0)
		return sentence(
			error, -EPERM, "--target host makes network namespaces, which needs root: run it with sudo");
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
		.context = (void *)agent,
		.start = start_job,
		.descriptor = job_descriptor,
		.ended = job_has_ended,
		.pid = pid,
		.box = job_box,
		.console = job_console,
		.phases = job_phases,
		.kill = kill_agent,
		.end = end_job,
	};
	return 0;
}
