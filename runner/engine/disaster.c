/* SPDX-License-Identifier: Apache-2.0 */
/* disaster.c - the disasters of --tamper: a run must survive each of them at the cost of one case. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "runner/engine/tamper.h"

/* In a guest, where the agent is process 1 and the parent of the body. Nobody wants it elsewhere. */
static void panic(void)
{
	int trigger;

	if (getppid() != 1)
		return;
	trigger = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
	if (trigger >= 0 && write(trigger, "c", 1) == 1)
		pause();
	close(trigger);
}

/* Busy, so that the guest's clock does not leap to the end of all patience. */
static void hang(void)
{
	for (volatile unsigned long turns = 0;; turns++)
		;
}

void disaster_strike(const struct tamper *tamper, unsigned number, bool *agent_dies)
{
	if (number != tamper->which)
		return;
	switch (tamper->what) {
	case TAMPER_PANIC:
		panic();
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
		return;
	}
}
