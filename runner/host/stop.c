/* SPDX-License-Identifier: Apache-2.0 */
/* stop.c - SIGINT and SIGTERM. */
#include "runner/host/stop.h"

#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static volatile sig_atomic_t noted;

static const int signals[] = { SIGINT, SIGTERM };
enum { SIGNALS = sizeof(signals) / sizeof(signals[0]) };

static void on_signal(int number)
{
	(void)number;
	noted = 1;
}

static void set_action(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = (int)SA_RESETHAND };
	for (int i = 0; i < SIGNALS; i++)
		sigaction(signals[i], &action, NULL);
}

static sigset_t signal_set(void)
{
	sigset_t set;
	sigemptyset(&set);
	for (int i = 0; i < SIGNALS; i++)
		sigaddset(&set, signals[i]);
	return set;
}

void stop_note(void)
{
	set_action(on_signal);
}

bool stop_was_noted(void)
{
	return noted;
}

int stop_begin(void)
{
	sigset_t set = signal_set();
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

void stop_end(int descriptor)
{
	sigset_t set = signal_set();
	struct signalfd_siginfo seen;
	/* Those that came are taken, so that they do not end the process when they are unblocked. */
	while (descriptor >= 0 && read(descriptor, &seen, sizeof(seen)) > 0)
		;
	if (descriptor >= 0)
		close(descriptor);
	set_action(SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}
