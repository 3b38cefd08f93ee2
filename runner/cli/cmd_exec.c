/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_exec.c - `sctpspec exec`: runs a program as root in a guest of its own. Its output and its exit status become
 * ours.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "runner/cli/command.h"
#include "runner/cli/guest_options.h"
#include "runner/cli/guest_files.h"
#include "runner/guest/guest.h"
#include "runner/host/patience.h"
#include "runner/protocol/console.h"
#include "runner/protocol/order.h"
#include "sentence.h"

#define POLL_MS 20
#define LAST_LINES 12

struct arguments {
	struct guest_words guest;
	const char *without;
	struct guest_files guest_files;
	bool times;
	struct option_words program; /* with its arguments */
};

/* A program under way in its guest. */
struct execution {
	const struct arguments *arguments;
	struct guest *guest;
	struct patience patience;
	int signals;
	uint64_t cursor;
	bool ended;      /* BOX_END was there */
	bool unwritable; /* our own output cannot be written any more */
	int32_t status;
};

/* Reads "HOST[:GUEST]": cuts the word; *name is the path in the guest, malloc'd. */
static int read_place(char *word, struct stat *st, char **name, char **error)
{
	char *colon = strchr(word, ':');

	if (colon)
		*colon++ = '\0';
	if (stat(word, st) < 0)
		return sentence(error, -errno, "cannot read '%s': %m", word);
	if (colon && *colon != '/')
		return sentence(error, -EINVAL, "a path in the guest begins with /, not '%s'", colon);
	*name = colon ? strdup(colon) : realpath(word, NULL);
	return *name ? 0 : -ENOMEM;
}

static int read_file(char *word, void *guest_files, char **error)
{
	char *name = NULL;
	struct stat st;
	int status = read_place(word, &st, &name, error);

	if (status == 0 && S_ISDIR(st.st_mode))
		status = sentence(error, -EISDIR, "'%s' is a folder: give it by --with", word);
	if (status == 0)
		status = guest_files_add_file(guest_files, name, word, st.st_mode & 07777);
	free(name);
	return status;
}

static int read_with(char *word, void *guest_files, char **error)
{
	char *name = NULL;
	struct stat st;
	int status = read_place(word, &st, &name, error);

	return status == 0 ? guest_files_add_tree(guest_files, name, word) : status;
}

static const struct option_row rows[] = {
	{ .help = "What is in it:" },
	{ "without", 0, "MODULE", "Leave this module out, and what needs it (how does a program do without sctp?)",
		TEXT_AT(struct arguments, without) },
	{ "file", 0, "HOST[:GUEST]", "Put a file of this machine into the guest (default: under the same path)",
		READ_AT(struct arguments, guest_files, read_file) },
	{ "with", 0, "HOST[:GUEST]",
		"A file, or a folder with all in it, becomes part of the guest's image; its programs get their "
		"libraries. The booted guest is kept, so that many or large files cost time once (--file: in each run)",
		READ_AT(struct arguments, guest_files, read_with) },
	{ "times", 0, NULL, "Say on stderr how long boot and restore took", FLAG_AT(struct arguments, times) },
	{ 0 },
};

/* `name` is the program's path in the guest. */
static char *make_order(const struct arguments *arguments, const char *name, char **error)
{
	char *text;
	const char **argv = calloc(arguments->program.n + 1, sizeof(*argv));

	if (!argv) {
		sentence(error, -ENOMEM, "no memory for %zu arguments", arguments->program.n);
		return NULL;
	}
	for (size_t i = 0; i < arguments->program.n; i++)
		argv[i] = i == 0 ? name : arguments->program.list[i];
	text = order_write(
		&(struct order){ .kind = ORDER_EXEC, .seed = (uint64_t)arguments->guest.seed, .exec.argv = argv },
		error);
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

/* Waits until the guest ends, a signal arrives, or time is up. 0, -EINTR or -ETIMEDOUT. */
static int wait_for_end(struct execution *run)
{
	const struct patience_limits limits = { .ceiling_ms = run->arguments->guest.timeout_s * 1e3 };

	patience_begin(&run->patience, guest_pid(run->guest), &limits);
	while (guest_poll(run->guest, NULL) == GUEST_RUNNING) {
		struct pollfd fds[2] = { { .fd = guest_descriptor(run->guest), .events = POLLIN },
			{ .fd = run->signals, .events = POLLIN } };

		poll(fds, 2, POLL_MS);
		drain(run);
		if (fds[1].revents)
			return -EINTR;
		if (patience_look(&run->patience) != PATIENCE_LASTS)
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
		print_error(STATUS_HARNESS, "QEMU was killed by signal %d", WTERMSIG(status));
	else if (panic)
		print_error(STATUS_HARNESS, "the guest's kernel has crashed: %.*s", (int)strcspn(panic, "\n"), panic);
	else
		print_error(STATUS_HARNESS, "the guest ended before the program did (QEMU's exit status %d)",
			WEXITSTATUS(status));
}

static int report(const struct execution *run, int waited)
{
	char *console;

	if (waited == -EINTR)
		return STATUS_INTERRUPTED;
	if (run->unwritable)
		return print_error(STATUS_HARNESS, "cannot write the program's output");
	if (waited == 0 && run->ended)
		return run->status;
	console = guest_console(run->guest);
	if (waited == -ETIMEDOUT) {
		char why[128];

		patience_explain(&run->patience, why, sizeof(why));
		print_error(STATUS_HARNESS, "the program did not end; %s", why);
	} else {
		say_why_it_ended(run, console ? console : "");
	}
	print_console_end(console ? console : "");
	free(console);
	return STATUS_HARNESS;
}

static int execute(const struct arguments *arguments, const struct snapshot *snapshot, const char *order)
{
	struct execution run = { .arguments = arguments, .signals = command_signals() };
	char *error = NULL;
	int status = guest_start(
		snapshot, order, arguments->guest_files.files, arguments->guest_files.n_files, &run.guest, &error);

	if (status < 0)
		return print_error_sentence(STATUS_HARNESS, error);
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
	struct guest_options guest = guest_words_machine(&arguments->guest);
	struct kernel_request request = kernel_choice_request(&arguments->guest.kernels.kernels[0]);
	struct kernel kernel = { 0 };
	struct snapshot snapshot = { 0 };
	char *error = NULL, *name = NULL, *order = NULL;
	int status = guest_files_add_program(&arguments->guest_files, arguments->program.list[0], &name, &error);

	guest.trees = arguments->guest_files.trees;
	guest.n_trees = arguments->guest_files.n_trees;
	request.without = arguments->without;
	request.progress = command_say_step;
	if (status == 0)
		status = kernel_resolve(&request, &kernel, &error);
	if (status == 0)
		status = snapshot_ensure(&kernel, &guest, command_say_step, NULL, &snapshot, &error);
	if (status < 0) {
		status = print_error_sentence(STATUS_HARNESS, error);
	} else {
		order = make_order(arguments, name, &error);
		status = order ? execute(arguments, &snapshot, order) : print_error_sentence(STATUS_HARNESS, error);
	}
	free(order);
	free(name);
	snapshot_free(&snapshot);
	kernel_free(&kernel);
	return status;
}

int cmd_exec(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "PROGRAM [ARGUMENT...]",
		.about = "Runs a program of this machine, or the guest's ip, tc or tcpdump, as root in a guest of its "
			 "own.",
		.exit_status = "the program's; 2 wrong usage, 3 the guest failed, 130 interrupted",
		.sets = { { guest_option_rows, offsetof(struct arguments, guest),
				  GUEST_KERNEL | GUEST_MACHINE | GUEST_SEED | GUEST_TIMEOUT },
			{ .rows = rows } },
		.words_at = offsetof(struct arguments, program),
		.least = 1,
		.most = ANY_NUMBER,
		.missing = "which program? `sctpspec exec --help` says more",
		.program = true,
	};
	struct arguments arguments = { .guest = GUEST_WORDS_INIT };
	int status;

	status = command_line_read(&line, argc, argv, &arguments);
	if (status == STATUS_EXPECTED)
		status = guest_words_settle(&arguments.guest, 1);
	if (status == STATUS_EXPECTED)
		status = run(&arguments);
	guest_words_free(&arguments.guest);
	guest_files_free(&arguments.guest_files);
	return status;
}
