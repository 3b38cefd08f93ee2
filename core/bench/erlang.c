/* SPDX-License-Identifier: Apache-2.0 */
/* erlang.c - has bench.erl do the loads, in one emulator, and reads what it took. */
#include "erlang.h"

#include "bench.h"

#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_ARGUMENTS 32

/* As the shell script `erl` does it, for which a guest has no shell. */
static _Noreturn void become_erlang(const char *root, const char *beams, char *const loads[])
{
	char *argv[MOST_ARGUMENTS], *boot = NULL, *bin = NULL, *program = NULL;
	glob_t found = { 0 };
	int n = 0;

	if (asprintf(&bin, "%s/erts-*/bin", root) < 0 || glob(bin, 0, NULL, &found) != 0 ||
		asprintf(&boot, "%s/bin/start", root) < 0 || asprintf(&program, "%s/erlexec", found.gl_pathv[0]) < 0)
		die(root, "there is no Erlang");
	setenv("ROOTDIR", root, 1);
	setenv("BINDIR", found.gl_pathv[0], 1);
	setenv("EMU", "beam", 1);
	setenv("PROGNAME", "erl", 1);
	for (char *const *word = (char *const[]){ "erl", "-noinput", "-boot", boot, "-pa", (char *)(uintptr_t)beams,
		     "-run", "bench", "start", NULL };
		*word; word++)
		argv[n++] = *word;
	while (*loads && n < MOST_ARGUMENTS - 1)
		argv[n++] = *loads++;
	argv[n] = NULL;
	execv(program, argv);
	die(program, strerror(errno));
}

FILE *erlang_start(const char *root, const char *beams, char *const loads[], pid_t *pid)
{
	int ends[2];

	if (pipe(ends) < 0 || (*pid = fork()) < 0)
		die("fork", strerror(errno));
	if (*pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		become_erlang(root, beams, loads);
	}
	close(ends[1]);
	return fdopen(ends[0], "r");
}

void erlang_finish(FILE *from, pid_t pid)
{
	int status;

	fclose(from);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		die("Erlang", "it failed");
}
