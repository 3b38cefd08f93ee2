/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_exec.c - `sctpspec exec`: runs a program as root in a guest of its own. Its output and its exit status become
 * ours.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/cli/command.h"
#include "runner/cli/luggage.h"
#include "runner/guest/guest.h"
#include "runner/host/sentence.h"
#include "runner/protocol/console.h"
#include "runner/protocol/order.h"

#define DEFAULT_TIMEOUT_S 120
#define POLL_MS 20
#define LAST_LINES 12
#define MOST_KERNEL_FILES 8

enum option_key {
	OPTION_KERNEL = 0x100,
	OPTION_MODULES,
	OPTION_MODULE,
	OPTION_WITHOUT,
	OPTION_CLOCK,
	OPTION_ACCEL,
	OPTION_FILE,
	OPTION_WITH,
	OPTION_SEED,
	OPTION_TIMEOUT,
	OPTION_TIMES,
};

static const struct argp_option options[] = {
	{ "kernel", OPTION_KERNEL, "NAME", 0, "As for `sctpspec run`", 0 },
	{ "modules", OPTION_MODULES, "DIR", 0, "The modules of a bzImage", 0 },
	{ "module", OPTION_MODULE, "FILE", 0, "Use this module instead of the kernel's own", 0 },
	{ "without", OPTION_WITHOUT, "MODULE", 0,
		"Leave this module out, and what needs it (how does a program do without sctp?)", 0 },
	{ "clock", OPTION_CLOCK, "KIND", 0, "virtual (default) or real", 0 },
	{ "accel", OPTION_ACCEL, "KIND", 0, "tcg (default) or kvm, which has the real clock", 0 },
	{ "file", OPTION_FILE, "HOST[:GUEST]", 0,
		"Put a file of this machine into the guest (default: under the same path)", 0 },
	{ "with", OPTION_WITH, "HOST[:GUEST]", 0,
		"A file, or a folder with all in it, becomes part of the guest's image; its programs "
		"get their libraries. The booted guest is kept, so that many or large files cost "
		"time "
		"once (--file: in each run)",
		0 },
	{ "seed", OPTION_SEED, "N", 0, "What the guest's random numbers follow from. Default: 1", 0 },
	{ "timeout", OPTION_TIMEOUT, "SECONDS", 0, "Longer than this (by this machine's clock) is a hang", 0 },
	{ "times", OPTION_TIMES, NULL, 0, "Say on stderr how long boot and restore took", 0 },
	{ 0 },
};

struct arguments {
	const char *kernels[MOST_KERNEL_FILES];
	struct kernel_request kernel;
	struct guest_options guest;
	struct luggage luggage;
	long long seed;
	double timeout_s;
	bool times;
	char **program; /* with its arguments, NULL-ended */
};

/* What the guest is asked to do, while it does it. */
struct execution {
	const struct arguments *arguments;
	struct guest *guest;
	int signals;
	uint64_t cursor;
	bool ended;      /* BOX_END was there */
	bool unwritable; /* our own output is gone */
	int32_t status;
};

/* "HOST[:GUEST]": cuts the word, *name is the guest's, malloc'd. */
static error_t parse_place(const struct argp_state *state, char *word, struct stat *st, char **name)
{
	char *colon = strchr(word, ':');

	if (colon)
		*colon++ = '\0';
	if (stat(word, st) < 0)
		return option_error(state, "cannot read '%s': %s", word, strerror(errno));
	if (colon && *colon != '/')
		return option_error(state, "a path in the guest begins with /, not '%s'", colon);
	*name = colon ? strdup(colon) : realpath(word, NULL);
	return *name ? 0 : ENOMEM;
}

static error_t parse_file(const struct argp_state *state, char *word, struct luggage *luggage)
{
	char *name = NULL;
	struct stat st;
	error_t status = parse_place(state, word, &st, &name);

	if (status == 0 && S_ISDIR(st.st_mode))
		status = option_error(state, "'%s' is a folder: give it by --with", word);
	if (status == 0 && luggage_add_file(luggage, name, word, st.st_mode & 07777) < 0)
		status = ENOMEM;
	free(name);
	return status;
}

static error_t parse_with(const struct argp_state *state, char *word, struct luggage *luggage)
{
	char *name = NULL;
	struct stat st;
	error_t status = parse_place(state, word, &st, &name);

	return status == 0 && luggage_add_tree(luggage, name, word) < 0 ? ENOMEM : status;
}

static error_t parse_number(const struct argp_state *state, const char *word, const char *what, long long *out)
{
	char *end;

	errno = 0;
	*out = strtoll(word, &end, 10);
	if (errno || end == word || *end || *out < 0)
		return option_error(state, "%s is a number from 0 on, not '%s'", what, word);
	return 0;
}

static error_t parse_word(const struct argp_state *state, int key, const char *word, struct arguments *arguments)
{
	struct guest_options *guest = &arguments->guest;

	if (key == OPTION_CLOCK && strcmp(word, "virtual") == 0)
		guest->clock = CLOCK_VIRTUAL_TIME;
	else if (key == OPTION_CLOCK && strcmp(word, "real") == 0)
		guest->clock = CLOCK_REAL_TIME;
	else if (key == OPTION_ACCEL && strcmp(word, "tcg") == 0)
		guest->accel = ACCEL_TCG;
	else if (key == OPTION_ACCEL && strcmp(word, "kvm") == 0)
		guest->accel = ACCEL_KVM;
	else if (key == OPTION_CLOCK)
		return option_error(state, "--clock is virtual or real, not '%s'", word);
	else
		return option_error(state, "--accel is tcg or kvm, not '%s'", word);
	return 0;
}

static error_t parse_kernel(const struct argp_state *state, const char *word, struct arguments *arguments)
{
	struct kernel_request *kernel = &arguments->kernel;

	if (kernel->n_files == MOST_KERNEL_FILES)
		return option_error(state, "--kernel names at most %d files", MOST_KERNEL_FILES);
	arguments->kernels[kernel->n_files++] = word;
	return 0;
}

static error_t parse(int key, char *word, struct argp_state *state)
{
	struct arguments *arguments = state->input;
	long long number;
	error_t status;

	switch (key) {
	case ARGP_KEY_INIT:
		return option_init(state);
	case OPTION_KERNEL:
		return parse_kernel(state, word, arguments);
	case OPTION_MODULES:
		arguments->kernel.modules = word;
		return 0;
	case OPTION_MODULE:
		arguments->kernel.module = word;
		return 0;
	case OPTION_WITHOUT:
		arguments->kernel.without = word;
		return 0;
	case OPTION_CLOCK:
	case OPTION_ACCEL:
		return parse_word(state, key, word, arguments);
	case OPTION_FILE:
		return parse_file(state, word, &arguments->luggage);
	case OPTION_WITH:
		return parse_with(state, word, &arguments->luggage);
	case OPTION_SEED:
		return parse_number(state, word, "--seed", &arguments->seed);
	case OPTION_TIMEOUT:
		status = parse_number(state, word, "--timeout", &number);
		arguments->timeout_s = (double)number;
		return status;
	case OPTION_TIMES:
		arguments->times = true;
		return 0;
	case ARGP_KEY_ARG:
		/* the rest belongs to the program */
		arguments->program = state->argv + state->next - 1;
		state->next = state->argc;
		return 0;
	case ARGP_KEY_NO_ARGS:
		return option_error(state, "which program? `sctpspec exec --help` says more");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void say_progress(void *context, const char *text)
{
	(void)context;
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "sctpspec: %s\n", text);
}

/* The program has another name in the guest. */
static char *make_order(const struct arguments *arguments, const char *name, char **error)
{
	size_t n = 0;
	char *text;

	while (arguments->program[n])
		n++;
	const char **argv = calloc(n + 1, sizeof(*argv));

	if (!argv) {
		sentence(error, -ENOMEM, "no memory for %zu arguments", n);
		return NULL;
	}
	for (size_t i = 0; i < n; i++)
		argv[i] = i == 0 ? name : arguments->program[i];
	text = order_write(
		&(struct order){ .kind = ORDER_EXEC, .seed = (uint64_t)arguments->seed, .exec.argv = argv }, error);
	free(argv);
	return text;
}

/* Passes on what the program has written since the last time. */
static void drain(struct execution *run)
{
	struct box_record record;
	const unsigned char *payload;
	bool damaged = false;

	while (box_next(guest_box(run->guest), &run->cursor, &record, &payload, &damaged)) {
		FILE *to = record.type == BOX_STDERR ? stderr : stdout;

		if (record.type == BOX_END && record.length == sizeof(run->status)) {
			memcpy(&run->status, payload, sizeof(run->status));
			run->ended = true;
		} else if (record.type == BOX_STDOUT || record.type == BOX_STDERR) {
			if (fwrite(payload, 1, record.length, to) != record.length || fflush(to) != 0)
				run->unwritable = true;
		}
	}
}

/* Until the guest ends, a signal arrives, or time is up. 0, -EINTR or -ETIMEDOUT. */
static int wait_for_end(struct execution *run)
{
	struct timespec now;
	double deadline;

	clock_gettime(CLOCK_MONOTONIC, &now);
	deadline = (double)now.tv_sec + run->arguments->timeout_s;
	while (guest_poll(run->guest, NULL) == GUEST_RUNNING) {
		struct pollfd fds[2] = { { .fd = guest_descriptor(run->guest), .events = POLLIN },
			{ .fd = run->signals, .events = POLLIN } };

		poll(fds, 2, POLL_MS);
		drain(run);
		if (fds[1].revents)
			return -EINTR;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if ((double)now.tv_sec > deadline)
			return -ETIMEDOUT;
	}
	drain(run);
	return 0;
}

static void print_console_end(const char *text)
{
	const char *from = text + strlen(text);
	int lines = 0;

	while (from > text) {
		if (from[-1] == '\n' && from[0] != '\0' && ++lines > LAST_LINES)
			break;
		from--;
	}
	if (*from)
		fprintf(stderr, "%s%s", from, from[strlen(from) - 1] == '\n' ? "" : "\n");
}

static void say_why_it_ended(const struct execution *run, const char *console)
{
	const char *panic = strstr(console, "Kernel panic");
	int status = 0;

	guest_poll(run->guest, &status);
	if (WIFSIGNALED(status))
		complain(STATUS_HARNESS, "QEMU was killed by signal %d", WTERMSIG(status));
	else if (panic)
		complain(STATUS_HARNESS, "the guest's kernel has crashed: %.*s", (int)strcspn(panic, "\n"), panic);
	else
		complain(STATUS_HARNESS, "the guest ended before the program did (QEMU's exit status %d)",
			WEXITSTATUS(status));
}

static int report(const struct execution *run, int waited)
{
	char *console;

	if (waited == -EINTR)
		return STATUS_INTERRUPTED;
	if (run->unwritable)
		return complain(STATUS_HARNESS, "cannot write the program's output");
	if (waited == 0 && run->ended)
		return run->status;
	console = guest_console(run->guest);
	if (waited == -ETIMEDOUT)
		complain(STATUS_HARNESS, "the guest did not finish within %.0f s", run->arguments->timeout_s);
	else
		say_why_it_ended(run, console ? console : "");
	print_console_end(console ? console : "");
	free(console);
	return STATUS_HARNESS;
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int execute(const struct arguments *arguments, const struct snapshot *snapshot, const char *order)
{
	struct execution run = { .arguments = arguments, .signals = open_signals() };
	char *error = NULL;
	int status =
		guest_start(snapshot, order, arguments->luggage.files, arguments->luggage.n_files, &run.guest, &error);

	if (status < 0)
		return complain_about(STATUS_HARNESS, error);
	status = wait_for_end(&run);
	if (status < 0)
		guest_kill(run.guest);
	status = report(&run, status);
	if (arguments->times)
		fprintf(stderr, "boot %.0f ms, snapshot %.0f ms (%s), restored after %.1f ms\n", snapshot->boot_ms,
			snapshot->make_ms, snapshot->cached ? "cached" : "new",
			phases_spent_ms(guest_phases(run.guest), BOX_RESTORE));
	guest_free(run.guest);
	close(run.signals);
	return status;
}

static int run(struct arguments *arguments)
{
	struct kernel kernel = { 0 };
	struct snapshot snapshot = { 0 };
	char *error = NULL, *name = NULL, *order = NULL;
	int status = luggage_add_program(&arguments->luggage, arguments->program[0], &name, &error);

	arguments->guest.trees = arguments->luggage.trees;
	arguments->guest.n_trees = arguments->luggage.n_trees;
	if (status == 0)
		status = kernel_resolve(&arguments->kernel, &kernel, &error);
	if (status == 0)
		status = snapshot_ensure(&kernel, &arguments->guest, say_progress, NULL, &snapshot, &error);
	if (status < 0) {
		status = complain_about(STATUS_HARNESS, error);
	} else {
		order = make_order(arguments, name, &error);
		status = order ? execute(arguments, &snapshot, order) : complain_about(STATUS_HARNESS, error);
	}
	free(order);
	free(name);
	snapshot_free(&snapshot);
	kernel_free(&kernel);
	return status;
}

int cmd_exec(int argc, char **argv)
{
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "PROGRAM [ARGUMENT...]",
		.doc = "Runs a program of this machine, or the guest's ip, tc or tcpdump, as root "
		       "in a guest of "
		       "its own. The exit status is the program's; 3 when the guest failed.",
	};
	struct arguments arguments = { .seed = 1, .timeout_s = DEFAULT_TIMEOUT_S };
	int status;

	arguments.kernel.files = arguments.kernels;
	arguments.kernel.progress = say_progress;
	/* not command_parse: what comes after the program's name are the program's own options */
	argp_err_exit_status = STATUS_USAGE;
	if (argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &arguments) != 0)
		status = STATUS_USAGE;
	else
		status = run(&arguments);
	luggage_free(&arguments.luggage);
	return status;
}
