/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cmd_shell.c - `sctpspec shell`: a shell in a case's network, inside a guest.
 *
 * With a person at a terminal the guest runs on the real clock and its second serial port is that terminal. Commands
 * from a pipe or a file go in as a script instead; then nothing enters the running guest, and it keeps the virtual
 * clock, on which `sleep 600` takes no time.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "runner/catalogue/select.h"
#include "runner/cli/command.h"
#include "runner/cli/guest_options.h"
#include "runner/cli/terminal.h"
#include "runner/engine/case.h"
#include "runner/guest/guest.h"
#include "runner/guest/image.h"
#include "runner/host/closure.h"
#include "runner/host/program.h"
#include "runner/host/tree.h"
#include "runner/protocol/order.h"
#include "sentence.h"

enum { POLL_MS = 50, SCRIPT_MAX = 16 << 20, LEAVE = 0x1d /* Ctrl-] */ };

struct arguments {
	struct guest_words guest;
	struct option_words network;
};

/* A shell under way. */
struct session {
	const struct test_case *test_case; /* or NULL */
	const struct topology *topology;
	bool interactive;
	struct snapshot snapshot;
	struct kernel kernel;
	struct guest *guest;
	struct terminal terminal;
	int socket, signals; /* -1: none */
	bool heard;          /* the shell has written something, so it accepts keys now */
	uint64_t cursor;
	bool ended;     /* BOX_END was there */
	int32_t status; /* the shell's */
};

/* ---- What it is about ---- */

static int choose_place(const char *word, struct session *session)
{
	const struct test_case **cases = NULL;
	size_t n_all, n;
	char *error = NULL;
	session->topology = topology_by_name(word);
	if (session->topology)
		return STATUS_EXPECTED;
	const struct test_case *const *all = case_all(&n_all);
	if (select_cases(all, n_all, &word, 1, &cases, &n, &error) != 0)
		return print_error_sentence(STATUS_USAGE, error);
	if (n == 1) {
		session->test_case = cases[0];
		session->topology = cases[0]->topology;
	}
	free(cases);
	return n == 1 ? STATUS_EXPECTED
		      : print_error(STATUS_USAGE, "'%s' selects %zu cases: a shell is in the network of one", word, n);
}

static int choose_kernel(const struct arguments *arguments, struct session *session)
{
	const struct kernel_request request = kernel_choice_request(&arguments->guest.kernels.kernels[0]);
	char *error = NULL;
	if (kernel_resolve(&request, &session->kernel, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	return STATUS_EXPECTED;
}

/* ---- The order ---- */

static char *make_order(const struct arguments *arguments, const struct session *session, char **error)
{
	static const char *const argv[] = { "/bin/bash", "/run/commands", NULL };
	static const struct order_variable env[] = { { "TERM", "dumb" }, { 0 } };
	struct terminal_size size = terminal_size(STDIN_FILENO);
	const char *term = getenv("TERM");
	char prompt[128];
	snprintf(prompt, sizeof(prompt), "%.100s# ", session->topology->name);
	const struct order order = {
		.kind = ORDER_SHELL,
		.seed = (uint64_t)arguments->guest.seed,
		.shell = {
			.case_id = session->test_case ? session->test_case->id : NULL,
			.topology = session->test_case ? NULL : session->topology->name,
			.terminal = session->interactive,
			.rows = size.rows,
			.columns = size.columns,
			.term = term ? term : "vt100",
			.prompt = prompt,
			.program = { argv, env },
		},
	};
	return order_write(&order, error);
}

/* ---- What goes into the guest ---- */

struct payloads {
	struct box_payload list[64];
	size_t n;
	struct path_list libraries, had; /* libraries that the programs need; that the image has */
	char script[64], *bash, *busybox, *terminfo;
};

static int add_file(struct payloads *files, const char *name, const char *path, unsigned mode, char **error)
{
	if (files->n == sizeof(files->list) / sizeof(files->list[0]))
		return sentence(error, -E2BIG, "too many libraries for a shell");
	files->list[files->n++] = (struct box_payload){ .name = name, .path = path, .mode = mode };
	return 0;
}

/* Adds the libraries that the image does not have. */
static int add_libraries(struct payloads *files, char **error)
{
	int status = 0;
	for (size_t i = 0; status == 0 && i < files->libraries.n; i++)
		if (!path_list_has(&files->had, files->libraries.paths[i]))
			status = add_file(files, files->libraries.paths[i], files->libraries.paths[i], 0755, error);
	return status;
}

/* Adds the description of the person's terminal; without it bash edits lines in a simpler way. */
static int add_terminfo(struct payloads *files, char **error)
{
	static const char *const folders[] = { "/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo" };
	const char *term = getenv("TERM");
	if (!term || !*term || strchr(term, '/'))
		return 0;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		if (asprintf(&files->terminfo, "%s/%c/%s", folders[i], *term, term) < 0) {
			files->terminfo = NULL;
			return -ENOMEM;
		}
		if (access(files->terminfo, R_OK) == 0)
			return add_file(files, files->terminfo, files->terminfo, 0644, error);
		free(files->terminfo);
		files->terminfo = NULL;
	}
	return 0;
}

static int add_programs(struct payloads *files, char **error)
{
	int status = program_find("bash", &files->bash, error);
	if (status == 0)
		status = program_find("busybox", &files->busybox, error);
	if (status == 0)
		status = closure_add(files->bash, &files->libraries, error);
	if (status == 0)
		status = closure_add(files->busybox, &files->libraries, error);
	if (status == 0)
		status = image_libraries(&files->had, error);
	if (status == 0)
		status = add_file(files, "/bin/bash", files->bash, 0755, error);
	if (status == 0)
		status = add_file(files, "/bin/busybox", files->busybox, 0755, error);
	return status == 0 ? add_libraries(files, error) : status;
}

static void payloads_free(struct payloads *files)
{
	path_list_free(&files->libraries);
	path_list_free(&files->had);
	free(files->bash);
	free(files->busybox);
	free(files->terminfo);
}

/* Copies all of standard input to a file without a name, whose path the order can use. */
static int read_script(char path[64], char **error)
{
	FILE *file = tmpfile();
	char piece[65536];
	size_t n, length = 0;
	if (!file)
		return sentence(error, -errno, "cannot make a file for the commands: %m");
	while ((n = fread(piece, 1, sizeof(piece), stdin)) > 0 && length <= SCRIPT_MAX) {
		length += n;
		if (fwrite(piece, 1, n, file) != n)
			return sentence(error, -EIO, "cannot keep the commands: %m");
	}
	if (ferror(stdin) || fflush(file) != 0)
		return sentence(error, -EIO, "cannot read the commands: %m");
	if (length > SCRIPT_MAX)
		return sentence(error, -EFBIG, "the commands are more than %d MiB", SCRIPT_MAX >> 20);
	snprintf(path, 64, "/proc/self/fd/%d", fileno(file));
	return 0; /* the file stays open until we end */
}

static int start(struct session *session, const char *order, char **error)
{
	struct payloads files = { .n = 0 };
	int ends[2] = { 0, 0 };
	int status = add_programs(&files, error);
	if (status == 0 && session->interactive)
		status = add_terminfo(&files, error);
	else if (status == 0)
		status = read_script(files.script, error);
	if (status == 0 && !session->interactive)
		status = add_file(&files, "/run/commands", files.script, 0644, error);
	if (status == 0 && session->interactive && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0)
		status = sentence(error, -errno, "cannot make a pair of sockets: %m");
	if (status == 0)
		status = guest_start_on_terminal(
			&session->snapshot, order, files.list, files.n, ends[1], &session->guest, error);
	if (ends[1] > 0)
		close(ends[1]);
	session->socket = ends[0] > 0 ? ends[0] : -1;
	payloads_free(&files);
	return status;
}

/* ---- While it runs ---- */

static void take_records(struct session *session)
{
	struct box_record record;
	const unsigned char *payload;
	bool damaged = false;
	while (box_next(guest_box(session->guest), &session->cursor, &record, &payload, &damaged)) {
		if (record.type == BOX_END && record.length == sizeof(session->status)) {
			memcpy(&session->status, payload, sizeof(session->status));
			session->ended = true;
		} else if (record.type == BOX_STDOUT || record.type == BOX_STDERR) {
			FILE *to = record.type == BOX_STDERR ? stderr : stdout;
			fwrite(payload, 1, record.length, to);
			fflush(to);
		}
	}
}

/* 0: the guest has ended; -EINTR: a signal asks us to end it. */
static int wait_for_end(struct session *session)
{
	while (guest_poll(session->guest, NULL) == GUEST_RUNNING) {
		struct pollfd fds[] = {
			{ .fd = guest_descriptor(session->guest), .events = POLLIN },
			{ .fd = session->signals, .events = POLLIN },
			{ .fd = session->socket, .events = POLLIN },
			{ .fd = session->heard ? STDIN_FILENO : -1, .events = POLLIN },
		};
		poll(fds, sizeof(fds) / sizeof(fds[0]), POLL_MS);
		take_records(session);
		if (fds[1].revents)
			return -EINTR;
		session->heard |= fds[2].revents & POLLIN;
		if (fds[2].revents && terminal_relay(session->socket, STDOUT_FILENO, -1) == RELAY_ENDS) {
			close(session->socket);
			session->socket = -1;
		}
		if (fds[3].revents && session->socket >= 0 &&
			terminal_relay(STDIN_FILENO, session->socket, LEAVE) == RELAY_ENDS)
			return -EINTR;
	}
	while (session->socket >= 0 && terminal_relay(session->socket, STDOUT_FILENO, -1) == RELAY_GOES_ON)
		;
	take_records(session);
	return 0;
}

static void greet(const struct session *session)
{
	printf("%s in Linux %s\n\n", session->topology->name, session->kernel.release);
	topology_print_drawing(session->topology, stdout);
	printf("\n`a CMD` and `b CMD` run a command at an endpoint, `%s CMD` in the middle; `a` alone goes there.\n"
	       "ip, tc, tcpdump and what busybox has are here. `exit` or Ctrl-] leaves, and nothing is kept.\n\n",
		session->topology->medium == MEDIUM_SWITCHED ? "sw" : "r0");
	fflush(stdout);
}

/* Prints the console's last line that is not empty. */
static void say_why(const struct session *session)
{
	char *console = guest_console(session->guest);
	char *line = NULL, *rest = console;
	for (char *next; (next = strsep(&rest, "\r\n"));)
		if (*next)
			line = next;
	print_error(STATUS_HARNESS, "the guest ended before the shell did%s%s", line ? ": " : "", line ? line : "");
	free(console);
}

static int talk(struct session *session, const char *order)
{
	char *error = NULL;
	int waited = 0, status;
	session->signals = command_signals();
	if (start(session, order, &error) != 0)
		return print_error_sentence(STATUS_HARNESS, error);
	if (session->interactive) {
		greet(session);
		terminal_make_raw(&session->terminal, STDIN_FILENO);
	}
	waited = wait_for_end(session);
	terminal_restore(&session->terminal, STDIN_FILENO);
	if (waited == -EINTR)
		guest_kill(session->guest);
	if (waited == 0 && !session->ended) {
		say_why(session);
		return STATUS_HARNESS;
	}
	status = session->ended ? session->status : session->interactive ? STATUS_EXPECTED : STATUS_INTERRUPTED;
	if (session->interactive && !session->ended)
		fputs("\n", stdout);
	return status;
}

/* ---- The whole ---- */

/* A person types on the real clock, so a terminal needs that clock. */
static int settle_options(struct arguments *arguments, struct session *session)
{
	session->interactive = isatty(STDIN_FILENO);
	if (session->interactive && arguments->guest.clock == CLOCK_VIRTUAL_TIME)
		return print_error(STATUS_USAGE,
			"--clock virtual is for commands from a pipe: a person's keys come in their own time");
	if (session->interactive)
		arguments->guest.clock = CLOCK_REAL_TIME;
	return guest_words_settle(&arguments->guest, 1);
}

static int shell(struct arguments *arguments)
{
	struct session session = { .socket = -1, .signals = -1 };
	char *error = NULL, *order = NULL;
	int status = choose_place(arguments->network.list[0], &session);
	if (status == STATUS_EXPECTED)
		status = settle_options(arguments, &session);
	if (status == STATUS_EXPECTED)
		status = choose_kernel(arguments, &session);
	struct guest_options guest = guest_words_machine(&arguments->guest);
	guest.terminal = session.interactive;
	if (status == STATUS_EXPECTED &&
		snapshot_ensure(&session.kernel, &guest, command_say_step, NULL, &session.snapshot, &error) != 0)
		status = print_error_sentence(STATUS_HARNESS, error);
	else if (status == STATUS_EXPECTED) {
		order = make_order(arguments, &session, &error);
		status = order ? talk(&session, order) : print_error_sentence(STATUS_HARNESS, error);
	}
	free(order);
	guest_free(session.guest);
	if (session.socket >= 0)
		close(session.socket);
	if (session.signals >= 0)
		close(session.signals);
	snapshot_free(&session.snapshot);
	kernel_free(&session.kernel);
	return status;
}

int cmd_shell(int argc, char **argv)
{
	static const struct command_line line = {
		.arguments = "CASE|TOPOLOGY",
		.about = "Opens a shell in a network inside a guest: that of a case, with its settings, or a topology. "
			 "Commands may come from a pipe: `echo 'a ping -c 1 100.64.0.2' | sctpspec shell two-paths`.",
		.exit_status = "the shell's; 2 wrong usage, 3 the guest failed, 130 interrupted",
		.sets = { { guest_option_rows, offsetof(struct arguments, guest),
			GUEST_KERNEL | GUEST_MACHINE | GUEST_SEED } },
		.words_at = offsetof(struct arguments, network),
		.least = 1,
		.most = 1,
		.missing = "in which network? Name a case or a topology, such as two-paths",
		.too_many = "one case or topology at a time",
	};
	struct arguments arguments = { .guest = GUEST_WORDS_INIT };
	int status = command_line_read(&line, argc, argv, &arguments);
	if (status == STATUS_EXPECTED)
		status = shell(&arguments);
	guest_words_free(&arguments.guest);
	return status;
}
