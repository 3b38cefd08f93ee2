/* SPDX-License-Identifier: Apache-2.0 */
/* disaster.c - the disasters of --tamper: a run must survive each of them at the cost of one case. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "runner/engine/tamper.h"

/* Where the agent is process 1 and the parent of the body. What is done to a kernel is done there alone. */
static bool in_guest(void)
{
	return getppid() == 1;
}

static void tell_kernel(const char *path, const char *words)
{
	const int file = open(path, O_WRONLY | O_CLOEXEC);

	if (file < 0 || write(file, words, strlen(words)) < 0)
		_exit(EXIT_FAILURE); /* a disaster that fails to strike proves nothing */
	close(file);
}

static void panic(void)
{
	tell_kernel("/proc/sysrq-trigger", "c");
	pause();
}

/* A process that keeps the body's sockets, and is not ended with it. */
static void leak(void)
{
	if (fork() != 0)
		return;
	setsid();
	for (;;)
		pause();
}

/* Busy, so that the guest's clock does not leap to the end of all patience. */
static void hang(void)
{
	for (volatile unsigned long turns __attribute__((unused)) = 0;; turns++)
		;
}

void disaster_strike(const struct tamper *tamper, unsigned number, bool *agent_dies)
{
	if (number != tamper->which)
		return;
	switch (tamper->what) {
	case TAMPER_PANIC:
		if (in_guest())
			panic();
		return;
	case TAMPER_WARN:
		if (in_guest())
			tell_kernel("/dev/kmsg",
				"<4>WARNING: CPU: 0 PID: 1 at net/sctp/tamper.c:1 tamper+0x1/0x2 [sctp]\n");
		return;
	case TAMPER_TAINT:
		if (in_guest())
			tell_kernel("/proc/sys/kernel/tainted", "512");
		return;
	case TAMPER_LEAK:
		if (in_guest())
			leak();
		return;
	case TAMPER_HANG:
		hang();
		return;
	case TAMPER_CRASH:
		raise(SIGSEGV);
		return;
	case TAMPER_DIE:
		*agent_dies = true;
		_exit(EXIT_SUCCESS);
	case TAMPER_NOTHING:
	case TAMPER_DROP:
	case TAMPER_DOUBLE:
	case TAMPER_CHANGE:
	case TAMPER_DELAY:
	case TAMPER_LUCK:
	case TAMPER_ASSOC:
	case TAMPER_SETTING:
		return;
	}
}

bool luck_strikes(const struct tamper *tamper, unsigned number)
{
	unsigned char die = 0;

	if (tamper->what != TAMPER_LUCK || number != tamper->which)
		return false;
	return getrandom(&die, sizeof(die), 0) == sizeof(die) && die % 2 == 1;
}
