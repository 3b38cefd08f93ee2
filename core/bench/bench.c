/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.c - what the library costs over plain system calls.
 *
 *	gen_sctp_bench [LIMIT]		fails when a way costs more than LIMIT times the plain one
 *
 * Over the loopback interface, for each size of message, number of associations, and way:
 *
 * - busy: batches are sent and then received, by one thread, so that every message is there when it
 *   is asked for. Nothing waits, so what is elapsed is the work, the kernel's for both ends
 *included.
 * - idle: a process sends one message and waits until another, which waits for it, has it.
 *
 * In a guest with virtual time, elapsed and processor time are counts of instructions (one is 1
 *ns): exact and repeatable, but blind to caches and to what an instruction costs.
 */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PORT 7000
#define WARM_UP 5 /* batches that are not counted */

struct load {
	const char *kind;
	size_t length;
	int associations;
	int batch; /* messages */
	int batches;
};

struct result {
	double elapsed, processor; /* seconds for all messages */
};

void die(const char *what, const char *why)
{
	fprintf(stderr, "bench: %s: %s\n", what, why);
	exit(3);
}

static double now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Subtracted at the beginning, added at the end. */
static struct result times(double sign)
{
	return (struct result){sign * now(CLOCK_MONOTONIC), sign * now(CLOCK_PROCESS_CPUTIME_ID)};
}

static void add(struct result *to, struct result what)
{
	to->elapsed += what.elapsed;
	to->processor += what.processor;
}

static void write_all(int fd, const void *from, size_t n)
{
	if (write(fd, from, n) != (ssize_t)n)
		die("pipe", strerror(errno));
}

static void read_all(int fd, void *to, size_t n)
{
	if (read(fd, to, n) != (ssize_t)n)
		die("pipe", "the other process has ended");
}

static void send_batch(const struct way *way, const struct load *load)
{
	static const char data[1 << 17];

	for (int i = 0; i < load->batch; i++)
		way->send(i % load->associations, data, load->length);
}

static void receive_batch(const struct way *way, const struct load *load)
{
	for (int i = 0; i < load->batch; i++)
		if (way->receive() != load->length)
			die("receive", "not the length that was sent");
}

/* ---- busy ---- */

static struct result measure_busy(const struct way *way, const struct load *load, uint16_t port)
{
	struct result result = {0};

	way->listen(port);
	way->connect(port, load->associations);
	for (int i = -WARM_UP; i < load->batches; i++) {
		if (i == 0)
			result = times(-1);
		send_batch(way, load);
		receive_batch(way, load);
	}
	add(&result, times(1));
	return result;
}

/* ---- idle ---- */

static void receive_all(
	const struct way *way, const struct load *load, uint16_t port, int to_parent)
{
	struct result result = {0};

	way->listen(port);
	write_all(to_parent, "r", 1);
	for (int i = -WARM_UP; i < load->batches; i++) {
		if (i == 0)
			result = times(-1);
		receive_batch(way, load);
		write_all(to_parent, "b", 1);
	}
	add(&result, times(1));
	write_all(to_parent, &result, sizeof(result));
}

static double send_all(const struct way *way, const struct load *load, int from_child)
{
	double processor = 0;
	char done;

	for (int i = -WARM_UP; i < load->batches; i++) {
		if (i == 0)
			processor = -now(CLOCK_PROCESS_CPUTIME_ID);
		send_batch(way, load);
		read_all(from_child, &done, 1);
	}
	return processor + now(CLOCK_PROCESS_CPUTIME_ID);
}

static struct result measure_idle(const struct way *way, const struct load *load, uint16_t port)
{
	struct result result;
	int ends[2], status;
	double sender;
	char ready;
	pid_t pid;

	if (pipe(ends) < 0 || (pid = fork()) < 0)
		die("fork", strerror(errno));
	if (pid == 0) {
		receive_all(way, load, port, ends[1]);
		_exit(0);
	}
	close(ends[1]);
	read_all(ends[0], &ready, 1);
	way->connect(port, load->associations);
	sender = send_all(way, load, ends[0]);
	read_all(ends[0], &result, sizeof(result));
	if (waitpid(pid, &status, 0) != pid || status != 0)
		die("receiver", "it failed");
	result.processor += sender;
	return result;
}

/* ---- all ---- */

/* In a process of its own: what one way leaves behind is no burden for the next. */
static struct result measure(const struct way *way, const struct load *load)
{
	static uint16_t port = FIRST_PORT;
	struct result result;
	int ends[2], status;
	pid_t pid;

	port++;
	fflush(stdout);
	if (pipe(ends) < 0 || (pid = fork()) < 0)
		die("fork", strerror(errno));
	if (pid == 0) {
		result = strcmp(load->kind, "busy") == 0 ? measure_busy(way, load, port)
							 : measure_idle(way, load, port);
		write_all(ends[1], &result, sizeof(result));
		_exit(0);
	}
	close(ends[1]);
	read_all(ends[0], &result, sizeof(result));
	close(ends[0]);
	if (waitpid(pid, &status, 0) != pid || status != 0)
		die("sender", "it failed");
	return result;
}

static double report(const struct way *way, const struct load *load, const struct result *result,
	const struct result *base)
{
	const int messages = load->batch * load->batches;
	const double ratio = result->processor / base->processor;

	printf("%s  %5zu octets  %2d associations  %-8s %7.0f messages/s  %6.2f us/message  %.3f\n",
		load->kind, load->length, load->associations, way->name, messages / result->elapsed,
		result->processor / messages * 1e6, ratio);
	return ratio;
}

/* So that no batch has to wait for a window or for room. */
static void enlarge_buffers(void)
{
	static const char *const names[] = {"rmem_max", "wmem_max", "rmem_default", "wmem_default"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		char path[64];
		int fd;

		snprintf(path, sizeof(path), "/proc/sys/net/core/%s", names[i]);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			die(path, strerror(errno));
		write_all(fd, "8388608", 7);
		close(fd);
	}
}

int main(int argc, char **argv)
{
	static const struct load loads[] = {
		{"busy", 64, 1, 64, 20},
		{"busy", 64, 16, 64, 20},
		{"busy", 1000, 1, 64, 20},
		{"busy", 1000, 16, 64, 20},
		{"busy", 64000, 1, 16, 8},
		{"busy", 64000, 16, 16, 8},
		{"idle", 64, 1, 1, 200},
	};
	static const struct way *const ways[] = {&plain, &passive, &active};
	const double limit = argc > 1 ? atof(argv[1]) : 0;
	double worst = 0;

	enlarge_buffers();
	for (size_t l = 0; l < sizeof(loads) / sizeof(loads[0]); l++) {
		struct result base = {0};

		for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++) {
			const struct result result = measure(ways[w], &loads[l]);
			double ratio;

			if (w == 0)
				base = result;
			ratio = report(ways[w], &loads[l], &result, &base);
			if (strcmp(loads[l].kind, "busy") == 0 && ratio > worst)
				worst = ratio;
		}
	}
	printf("busy, the library costs at most %.1f %% over plain system calls\n",
		(worst - 1) * 100);
	return limit != 0 && worst > limit;
}
