/* SPDX-License-Identifier: Apache-2.0 */
/* qmp.c - QEMU's monitor protocol: each line, in either direction, is a JSON object. */
#include "runner/qemu/qmp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "runner/host/patience.h"
#include "sentence.h"

#define LONGEST_LINE 65536
#define POLL_NS 2000000L

static int silent(char **error)
{
	return sentence(error, -EPIPE, "QEMU's monitor fell silent");
}

/* Reads one line as JSON, and nothing behind it. NULL when QEMU has ended or does not answer. */
static json_t *receive(struct qmp qmp)
{
	struct patience patience;
	char *line = malloc(LONGEST_LINE);
	size_t n = 0;
	json_t *object = NULL;

	patience_begin(&patience, qmp.qemu, &patience_for_an_answer);
	while (line && n < LONGEST_LINE && patience_wait(&patience, qmp.fd) == 0) {
		ssize_t seen = recv(qmp.fd, line + n, LONGEST_LINE - n, MSG_PEEK);
		const char *newline = seen > 0 ? memchr(line + n, '\n', (size_t)seen) : NULL;
		size_t wanted = newline ? (size_t)(newline - line) + 1 - n : seen > 0 ? (size_t)seen : 0;

		if (wanted == 0 || recv(qmp.fd, line + n, wanted, 0) != (ssize_t)wanted)
			break;
		n += wanted;
		if (newline) {
			object = json_loadb(line, n, 0, NULL);
			break;
		}
	}
	free(line);
	return object;
}

/* The descriptor is passed as ancillary data. */
static int send_text(int fd, const char *text, int file)
{
	struct iovec bytes = { .iov_base = (void *)(size_t)text, .iov_len = strlen(text) };
	union {
		char room[CMSG_SPACE(sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct msghdr message = { .msg_iov = &bytes, .msg_iovlen = 1 };

	if (file >= 0) {
		struct cmsghdr *head;

		message.msg_control = &control;
		message.msg_controllen = sizeof(control);
		head = CMSG_FIRSTHDR(&message);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(head), &file, sizeof(int));
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL) == (ssize_t)bytes.iov_len ? 0 : -EPIPE;
}

static int judge(const char *command, json_t *answer, json_t **reply, char **error)
{
	json_t *result = json_object_get(answer, "return");
	const char *why = json_string_value(json_object_get(json_object_get(answer, "error"), "desc"));

	if (!result)
		return sentence(error, -EIO, "QEMU refuses %s: %s", command, why ? why : "no reason");
	if (reply)
		*reply = json_incref(result);
	return 0;
}

int qmp_command(struct qmp qmp, const char *command, json_t *arguments, int file, json_t **reply, char **error)
{
	json_t *object = json_pack("{s:s, s:o*}", "execute", command, "arguments", arguments);
	char *text = object ? json_dumps(object, JSON_COMPACT) : NULL;
	int status = text ? send_text(qmp.fd, text, file) : -ENOMEM;

	free(text);
	json_decref(object);
	while (status == 0) {
		json_t *answer = receive(qmp);
		bool event = json_object_get(answer, "event") != NULL;

		if (!answer)
			return silent(error);
		if (!event)
			status = judge(command, answer, reply, error);
		json_decref(answer);
		if (!event)
			return status;
	}
	return silent(error);
}

int qmp_open(struct qmp qmp, char **error)
{
	json_t *greeting = receive(qmp);

	if (!json_object_get(greeting, "QMP")) {
		json_decref(greeting);
		return silent(error);
	}
	json_decref(greeting);
	return qmp_command(qmp, "qmp_capabilities", NULL, -1, NULL, error);
}

/* Repeats the query until the state is no longer `passing`; *reply is the last answer. */
static int wait_while(
	struct qmp qmp, const char *query, bool (*passing)(const char *state), json_t **reply, char **error)
{
	const struct timespec pause = { .tv_nsec = POLL_NS };
	struct patience patience;

	patience_begin(&patience, qmp.qemu, &patience_for_an_answer);
	for (;;) {
		int status = qmp_command(qmp, query, NULL, -1, reply, error);
		const char *state = status < 0 ? NULL : json_string_value(json_object_get(*reply, "status"));

		if (status < 0 || (state && !passing(state)))
			return status;
		json_decref(*reply);
		*reply = NULL;
		if (patience_look(&patience) != PATIENCE_LASTS)
			return sentence(error, -ETIMEDOUT, "QEMU comes to no end (%s)", query);
		nanosleep(&pause, NULL);
	}
}

static bool is_being_saved(const char *state)
{
	return strcmp(state, "completed") != 0 && strcmp(state, "failed") != 0;
}

/* Reads until QEMU closes its end. */
static int read_all(pid_t qemu, int fd, unsigned char **out, size_t *length, char **error)
{
	enum { STEP = 65536 };
	struct patience patience;
	ssize_t n = 1;

	patience_begin(&patience, qemu, &patience_for_an_answer);
	*length = 0;
	while (n > 0) {
		unsigned char *more = realloc(*out, *length + STEP);

		if (!more)
			return no_memory(error);
		*out = more;
		if (patience_wait(&patience, fd) < 0)
			return sentence(error, -ETIMEDOUT, "QEMU does not finish saving the guest");
		n = read(fd, more + *length, STEP);
		if (n < 0 && errno == EINTR)
			n = 1;
		else if (n > 0)
			*length += (size_t)n;
	}
	return n < 0 ? sentence(error, -errno, "cannot read the saved guest: %m") : 0;
}

static int wait_for_save(struct qmp qmp, char **error)
{
	json_t *reply = NULL;
	int status = wait_while(qmp, "query-migrate", is_being_saved, &reply, error);
	const char *why = json_string_value(json_object_get(reply, "error-desc"));

	if (status == 0 && strcmp(json_string_value(json_object_get(reply, "status")), "failed") == 0)
		status = sentence(error, -EIO, "QEMU cannot save the guest: %s", why ? why : "no reason given");
	json_decref(reply);
	return status;
}

static bool is_on_its_way(const char *state)
{
	return strcmp(state, "inmigrate") == 0;
}

int qmp_wait_until_stopped(struct qmp qmp, char **error)
{
	json_t *reply = NULL;
	int status = wait_while(qmp, "query-status", is_on_its_way, &reply, error);

	json_decref(reply);
	return status;
}

static int begin_save(struct qmp qmp, int pipe, char **error)
{
	int status = qmp_command(qmp, "migrate-set-capabilities",
		json_pack("{s:[{s:s, s:b}]}", "capabilities", "capability", "x-ignore-shared", "state", 1), -1, NULL,
		error);

	if (status == 0)
		status = qmp_command(qmp, "getfd", json_pack("{s:s}", "fdname", "snapshot"), pipe, NULL, error);
	if (status == 0)
		status = qmp_command(qmp, "migrate", json_pack("{s:s}", "uri", "fd:snapshot"), -1, NULL, error);
	return status;
}

/* Through a pipe, as QEMU 11 takes no descriptor of a file. */
int qmp_save(struct qmp qmp, unsigned char **stream, size_t *length, char **error)
{
	int ends[2], status;

	*stream = NULL;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return sentence(error, -errno, "cannot make a pipe: %m");
	status = begin_save(qmp, ends[1], error);
	close(ends[1]); /* QEMU has its own */
	if (status == 0)
		status = read_all(qmp.qemu, ends[0], stream, length, error);
	close(ends[0]);
	if (status == 0)
		status = wait_for_save(qmp, error);
	if (status < 0) {
		free(*stream);
		*stream = NULL;
	}
	return status;
}
