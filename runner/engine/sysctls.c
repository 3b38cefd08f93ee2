/* SPDX-License-Identifier: Apache-2.0 */
/* sysctls.c - the verbs for sysctls of an endpoint. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/engine/call.h"

static char letter(enum endpoint endpoint)
{
	return endpoint == ENDPOINT_A ? 'a' : 'b';
}

/* 0 or an errno. */
static int write_it(struct trial *t, enum endpoint endpoint, const char *name, const char *value)
{
	char *error = NULL;
	const int status = net_set_sysctl(t->net, endpoint, name, value, &error);

	free(error);
	if (status == -ENOENT)
		skip(t, "the kernel has no %s", name);
	return -status;
}

static void read_it(struct trial *t, enum endpoint endpoint, const char *name, char *value, size_t size)
{
	char path[256];
	ssize_t length = 0;
	int file;

	snprintf(path, sizeof(path), "/proc/sys/%s", name);
	for (char *c = path; *c != '\0'; c++)
		if (*c == '.')
			*c = '/';
	file = net_open_file(t->net, endpoint, path);
	if (file == -ENOENT)
		skip(t, "the kernel has no %s", name);
	if (file >= 0) {
		length = read(file, value, size - 1);
		close(file);
	}
	if (file < 0 || length < 0)
		trial_error(t, "%s of %c cannot be read", name, letter(endpoint));
	value[length] = '\0';
	for (char *c = value; *c != '\0'; c++)
		if (*c == '\t')
			*c = ' ';
	value[strcspn(value, "\n")] = '\0';
}

static void judge(struct trial *t, const char *expected, bool ok, const char *reason, const char *got)
{
	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	trial_check(t, expected, NULL, ok, ok ? NULL : got);
	if (!ok)
		trial_fail(t, VERDICT_FAIL, reason, expected, got);
}

void set_sysctl(struct trial *t, enum endpoint endpoint, const char *name, const char *value)
{
	int error;

	trial_action(t, "%s of %c becomes %s", name, letter(endpoint), value);
	if (t->rehearsal != NULL)
		return;
	trial_call_sysctl(t, endpoint, name, value);
	error = write_it(t, endpoint, name, value);
	if (error != 0)
		trial_error(t, "%s of %c does not become %s: %s", name, letter(endpoint), value, strerror(error));
}

void expect_sysctl(struct trial *t, enum endpoint endpoint, const char *name, const char *value)
{
	char expected[STORY_TEXT_MAX], is[128];

	snprintf(expected, sizeof(expected), "%s of %c is %s", name, letter(endpoint), value);
	snprintf(is, sizeof(is), "%s", value);
	if (t->rehearsal == NULL)
		read_it(t, endpoint, name, is, sizeof(is));
	judge(t, expected, strcmp(is, value) == 0, "a sysctl has another value", is);
}

void expect_sysctl_refused(struct trial *t, enum endpoint endpoint, const char *name, const char *value, int error)
{
	char expected[STORY_TEXT_MAX], before[128] = "", after[128] = "";
	int is = error;

	snprintf(expected, sizeof(expected), "%s of %c: %s is refused with %s", name, letter(endpoint), value,
		strerrorname_np(error));
	if (t->rehearsal == NULL) {
		read_it(t, endpoint, name, before, sizeof(before));
		is = write_it(t, endpoint, name, value);
		read_it(t, endpoint, name, after, sizeof(after));
	}
	judge(t, expected, is == error, is == 0 ? "a sysctl is not refused" : "a sysctl is refused with another error",
		is == 0 ? "it succeeds" : strerrorname_np(is));
	judge(t, "and stays what it was", strcmp(before, after) == 0, "a sysctl that was refused has another value",
		after);
}
