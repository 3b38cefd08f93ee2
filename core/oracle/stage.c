/* SPDX-License-Identifier: Apache-2.0 */
/* stage.c - starts players and speaks with them. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "player.h"

/* By the guest's clock, on which waiting costs nothing. Erlang has one of two cores at best. */
#define SILENCE_MS 120000

static void end(struct player *player)
{
	if (!player->pid)
		return;
	close(player->to);
	close(player->from);
	kill(player->pid, SIGKILL);
	waitpid(player->pid, NULL, 0);
	player->pid = 0;
}

static void set_path(const char *name, const char *pattern, const char *folder)
{
	glob_t found = { 0 };
	char *path;

	if (asprintf(&path, pattern, folder) < 0)
		_exit(3);
	if (glob(path, 0, NULL, &found) == 0)
		setenv(name, found.gl_pathv[0], 1);
	free(path);
}

/* As the shell script `erl` does it, for which a guest has no shell. */
static _Noreturn void become_erlang(const struct stage *stage, int from, int to)
{
	char *program = NULL, *boot = NULL;

	/* out of each other's way first */
	from = fcntl(from, F_DUPFD_CLOEXEC, 10);
	to = fcntl(to, F_DUPFD_CLOEXEC, 10);
	if (from < 0 || to < 0 || dup2(from, 3) < 0 || dup2(to, 4) < 0)
		_exit(3);
	setenv("ROOTDIR", stage->erlang, 1);
	set_path("BINDIR", "%s/erts-*/bin", stage->erlang);
	setenv("EMU", "beam", 1);
	setenv("PROGNAME", "erl", 1);
	if (asprintf(&program, "%s/erlexec", getenv("BINDIR") ? getenv("BINDIR") : "") < 0 ||
		asprintf(&boot, "%s/bin/start", stage->erlang) < 0)
		_exit(3);
	execl(program, program, "-noinput", "-boot", boot, "-pa", stage->beams, "-s", "oracle", "main", (char *)NULL);
	fprintf(stderr, "oracle: cannot start %s: %s\n", program, strerror(errno));
	_exit(3);
}

static bool start(struct stage *stage, struct player *player)
{
	int down[2], up[2];
	pid_t pid;

	if (pipe2(down, O_CLOEXEC) < 0 || pipe2(up, O_CLOEXEC) < 0)
		return false;
	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		close(down[1]);
		close(up[0]);
		if (player->implementation == ERLANG)
			become_erlang(stage, down[0], up[1]);
		player_run(down[0], up[1]);
	}
	close(down[0]);
	close(up[1]);
	player->to = down[1];
	player->from = up[0];
	player->pid = pid > 0 ? pid : 0;
	return pid > 0;
}

static bool say(const struct player *player, const char *line)
{
	return dprintf(player->to, "%s\n", line) > 0;
}

/* One line without its end; NULL when there is none. *silent: because nothing came. */
static char *hear(const struct player *player, bool *silent)
{
	struct pollfd fd = { .fd = player->from, .events = POLLIN };
	char *line = NULL;
	size_t n = 0;

	*silent = false;
	for (;;) {
		char *more = n % 4096 == 0 ? realloc(line, n + 4097) : line;

		if (!more)
			break;
		line = more;
		*silent = poll(&fd, 1, SILENCE_MS) == 0;
		if (*silent || read(player->from, line + n, 1) != 1)
			break;
		if (line[n] == '\n') {
			line[n] = '\0';
			return line;
		}
		n++;
	}
	free(line);
	return NULL;
}

/* Closes all that Erlang has open. False when it does not answer, and is gone then. */
static bool reset(struct player *player)
{
	bool silent;
	char *answer = say(player, "reset") ? hear(player, &silent) : NULL;
	const bool ready = answer && strcmp(answer, "ok") == 0;

	free(answer);
	if (!ready)
		end(player);
	return ready;
}

bool stage_prepare(struct stage *stage, enum implementation implementation)
{
	struct player *player = &stage->players[implementation];

	player->implementation = implementation;
	signal(SIGPIPE, SIG_IGN);
	if (!player->pid && !start(stage, player))
		return false;
	return implementation == C || reset(player);
}

void stage_tidy(struct stage *stage)
{
	end(&stage->players[C]);
	if (stage->players[ERLANG].pid)
		reset(&stage->players[ERLANG]);
}

static char *last_words(struct player *player, bool silent)
{
	char *answer = NULL;
	int status = 0, n;

	if (silent) {
		end(player);
		return strdup("no answer");
	}
	waitpid(player->pid, &status, 0);
	close(player->to);
	close(player->from);
	player->pid = 0;
	n = WIFSIGNALED(status) ? asprintf(&answer, "killed by signal %d", WTERMSIG(status))
				: asprintf(&answer, "ended with status %d", WEXITSTATUS(status));
	return n < 0 ? NULL : answer;
}

char *stage_ask(struct stage *stage, enum implementation implementation, const char *line)
{
	struct player *player = &stage->players[implementation];
	bool silent = false;
	char *answer = NULL;

	if (!player->pid)
		return strdup("gone");
	if (say(player, line))
		answer = hear(player, &silent);
	return answer ? answer : last_words(player, silent);
}

void stage_clear(struct stage *stage)
{
	for (int i = 0; i < N_IMPLEMENTATIONS; i++)
		end(&stage->players[i]);
}
