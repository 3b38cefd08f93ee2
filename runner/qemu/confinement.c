/* SPDX-License-Identifier: Apache-2.0 */
/* confinement.c - asks QEMU once whether -sandbox works here; the cache remembers the answer. */
#include "runner/qemu/confinement.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runner/cache/cache.h"
#include "runner/host/program.h"
#include "runner/qemu/features.h"

static const char option[] = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";
static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool confines;

static bool ask(const char *path)
{
	const char *const words[] = { path, "-sandbox", option, "-M", "none", "-device", "help", NULL };
	char *text = NULL;
	const bool good = program_run(words, NULL, &text, NULL) == 0;
	free(text);
	return good;
}

static void find(void)
{
	char *path, *mark = NULL, *question = NULL, *known = NULL;
	if (program_find(QEMU_PROGRAM, &path, NULL) < 0)
		return;
	if (cache_file_mark(path, &mark) == 0 && asprintf(&question, "%s of QEMU %s", option, mark) < 0)
		question = NULL;
	if (question)
		known = cache_recall(question);
	confines = known ? strcmp(known, "yes") == 0 : ask(path);
	if (question && !known)
		cache_remember(question, confines ? "yes" : "no");
	free(known);
	free(question);
	free(mark);
	free(path);
}

const char *qemu_confinement(void)
{
	pthread_once(&once, find);
	return confines ? option : NULL;
}
