/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_write.c - the result log while a run goes on: whole lines, one write(2) each.
 *
 * What counts is what is left after a failure. A line that the disk had no room for is taken back,
 * so the log ends with a whole line and stays readable; a lock tells a second run that the folder
 * is in use.
 */
#include "reports/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/text.h"
#include "sentence.h"

/* Digits of a real number: wall times of weeks to the microsecond, without 0.1's tail. */
#define DUMP_FLAGS (JSON_COMPACT | JSON_REAL_PRECISION(15))

struct result_log {
	int descriptor;
	char *path;
	off_t length; /* of the whole lines */
	size_t lines;
	int status;
	char *error;
};

/* mkdir -p */
static int make_folder(const char *dir, char **error)
{
	char *path = strdup(dir);
	int status = path ? 0 : -ENOMEM;

	for (char *slash = path; status == 0 && slash;) {
		slash = strchr(slash + 1, '/');
		if (slash)
			*slash = '\0';
		if (*path && mkdir(path, 0777) < 0 && errno != EEXIST)
			status = sentence(error, -errno, "cannot make the folder %s: %s", path, strerror(errno));
		if (slash)
			*slash = '/';
	}
	free(path);
	return status;
}

static int open_locked(struct result_log *log, char **error)
{
	log->descriptor = open(log->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (log->descriptor < 0)
		return sentence(error, -errno, "cannot write %s: %s", log->path, strerror(errno));
	if (flock(log->descriptor, LOCK_EX | LOCK_NB) < 0)
		return errno == EWOULDBLOCK
			? sentence(error, -EBUSY, "another run writes %s: choose another --out", log->path)
			: sentence(error, -errno, "cannot lock %s: %s", log->path, strerror(errno));
	if (ftruncate(log->descriptor, 0) < 0)
		return sentence(error, -errno, "cannot empty %s: %s", log->path, strerror(errno));
	return 0;
}

int result_log_open(const char *dir, struct result_log **out, char **error)
{
	struct result_log *log = calloc(1, sizeof(*log));
	int status;

	*out = NULL;
	if (!log)
		return sentence(error, -ENOMEM, "no memory for the result log");
	log->descriptor = -1;
	if (asprintf(&log->path, "%s/%s", dir, RESULT_LOG_FILE) < 0) {
		free(log);
		return sentence(error, -ENOMEM, "no memory for the result log");
	}
	status = make_folder(dir, error);
	if (status == 0)
		status = open_locked(log, error);
	if (status < 0) {
		result_log_close(log, NULL);
		return status;
	}
	*out = log;
	return 0;
}

/* Remembers the first failure and takes back what there is of the line. */
static int give_up(struct result_log *log, int status)
{
	log->status = status;
	sentence(&log->error, status, "cannot write line %zu of %s: %s", log->lines + 1, log->path, strerror(-status));
	while (ftruncate(log->descriptor, log->length) < 0 && errno == EINTR)
		;
	return status;
}

static int write_line(struct result_log *log, const char *line, size_t length)
{
	for (size_t done = 0; done < length;) {
		const ssize_t n = pwrite(log->descriptor, line + done, length - done, log->length + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return give_up(log, n < 0 ? -errno : -EIO);
		done += (size_t)n;
	}
	log->length += (off_t)length;
	log->lines++;
	return 0;
}

int result_log_append(struct result_log *log, const json_t *line)
{
	if (log->status < 0)
		return log->status;
	if (!json_is_string(json_object_get(line, "type")))
		return -EINVAL;

	char *text = json_dumps(line, DUMP_FLAGS);
	if (!text)
		return give_up(log, -ENOMEM);

	/* The NUL gives its place to the newline. */
	const size_t length = strlen(text);
	text[length] = '\n';
	const int status = write_line(log, text, length + 1);
	free(text);
	return status;
}

int result_log_close(struct result_log *log, char **error)
{
	int status;

	if (!log)
		return 0;
	if (log->descriptor >= 0 && close(log->descriptor) < 0 && log->status == 0) {
		log->status = -errno;
		sentence(&log->error, -errno, "cannot write %s: %s", log->path, strerror(errno));
	}
	status = log->status;
	if (error)
		*error = log->error;
	else
		free(log->error);
	free(log->path);
	free(log);
	return status;
}

json_t *result_log_text(const char *bytes, size_t length)
{
	char *repaired = malloc(text_clean(NULL, bytes, length, TEXT_BYTES) + 1);
	json_t *string = NULL;

	if (repaired) {
		length = text_clean(repaired, bytes, length, TEXT_BYTES);
		string = json_stringn_nocheck(repaired, length);
	}
	free(repaired);
	return string;
}
