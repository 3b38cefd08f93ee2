/* SPDX-License-Identifier: Apache-2.0 */
/*
 * examples_guest_test.c - the examples do what their expected output says.
 *
 * They lie in /examples of the guest. Only the ports that the kernel chooses are taken out of what
 * they print.
 */
#include "loopback.h"

#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_CHOSEN_PORT 32768

struct program {
	pid_t pid;
	int output;
	char text[4096];
	size_t length;
};

static void start(struct program *p, const char *path, char *const argv[])
{
	int ends[2];

	*p = (struct program){ 0 };
	ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
	p->pid = fork();
	ck_assert_int_ge(p->pid, 0);
	if (p->pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execv(path, argv);
		_exit(127);
	}
	close(ends[1]);
	p->output = ends[0];
}

/* Waits for more output; false at its end. */
static bool read_more(struct program *p)
{
	struct pollfd fd = { .fd = p->output, .events = POLLIN };
	ssize_t n;

	ck_assert_msg(poll(&fd, 1, 60000) == 1, "no more output after: %s", p->text);
	n = read(p->output, p->text + p->length, sizeof(p->text) - 1 - p->length);
	ck_assert_int_ge(n, 0);
	p->length += (size_t)n;
	return n > 0;
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		n++;
	}
	return n;
}

static void read_lines(struct program *p, size_t n)
{
	while (count_lines(p->text) < n)
		ck_assert_msg(read_more(p), "it ended after: %s", p->text);
}

/* ":40123" becomes ":PORT". */
static void hide_ports(char *text)
{
	char *from = text, *to = text;

	while (*from) {
		char *end;

		*to++ = *from++;
		if (to[-1] != ':' || !isdigit((unsigned char)*from) || strtol(from, &end, 10) < FIRST_CHOSEN_PORT)
			continue;
		from = end;
		memcpy(to, "PORT", 4);
		to += 4;
	}
	*to = '\0';
}

static char *expected(const char *name)
{
	static char text[4096];
	char path[128];
	FILE *file;
	size_t n;

	snprintf(path, sizeof(path), "/examples/expected/%s.txt", name);
	file = fopen(path, "r");
	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	n = fread(text, 1, sizeof(text) - 1, file);
	text[n] = '\0';
	fclose(file);
	ck_assert_uint_gt(n, 0);
	return text;
}

static void compare(struct program *p, const char *name)
{
	hide_ports(p->text);
	ck_assert_msg(strcmp(p->text, expected(name)) == 0, "%s says:\n%sbut it should say:\n%s", name, p->text,
		expected(name));
}

/* To the end of a program that ends by itself. */
static void finish(struct program *p)
{
	int status;

	while (read_more(p))
		;
	ck_assert_int_eq(waitpid(p->pid, &status, 0), p->pid);
	ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %#x", (unsigned)status);
	close(p->output);
}

/* To the end of what is expected of a server, and what it has said by then besides. */
static void finish_server(struct program *p, const char *name)
{
	int status;

	read_lines(p, count_lines(expected(name)));
	kill(p->pid, SIGTERM);
	while (read_more(p))
		;
	ck_assert_int_eq(waitpid(p->pid, &status, 0), p->pid);
	ck_assert_msg(WIFSIGNALED(status), "the server ended: %s", p->text);
	close(p->output);
}

START_TEST(client_and_server)
{
	struct program server, client;

	start(&server, "/examples/server", (char *[]){ (char[]){ "server" }, NULL });
	read_lines(&server, 1);
	start(&client, "/examples/client", (char *[]){ (char[]){ "client" }, NULL });
	finish(&client);
	finish_server(&server, "server");
	compare(&client, "client");
	compare(&server, "server");
}
END_TEST

/* The second peer also speaks. */
START_TEST(two_associations)
{
	const union gs_addr here = localhost(2007);
	struct gs_socket *second = open_with(&(struct gs_open_options){ .addrs = &here, .n_addrs = 1 });
	struct program server, client;
	int32_t association;

	expect_ok(gs_listen(second, GS_LISTEN));
	start(&server, "/examples/server", (char *[]){ (char[]){ "server" }, NULL });
	read_lines(&server, 1);
	start(&client, "/examples/two_associations", (char *[]){ (char[]){ "two" }, NULL });
	association = expect_change(second, GS_COMM_UP)->assoc_id;
	expect_ok(gs_send(second, association, 4, "hello", 5));
	finish(&client);
	finish_server(&server, "server_of_two");
	compare(&client, "two_associations");
	compare(&server, "server_of_two");
}
END_TEST

START_TEST(without_a_server)
{
	struct program client;
	int status;

	start(&client, "/examples/client", (char *[]){ (char[]){ "client" }, NULL });
	while (read_more(&client))
		;
	ck_assert_int_eq(waitpid(client.pid, &status, 0), client.pid);
	ck_assert_int_eq(WEXITSTATUS(status), 1);
	ck_assert_str_eq(client.text, "no association: cant_assoc\n");
	close(client.output);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { client_and_server, two_associations, without_a_server };

	return RUN_SUITE("gen_sctp examples", tests, release_all);
}
