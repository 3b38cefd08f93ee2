/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench.c - what the library costs over plain system calls.
 *
 *	gen_sctp_bench [LIMIT [ERLANG BEAMS]]
 *
 * fails when, busy, the library costs more than LIMIT (0: no limit) times plain system calls, or
 *more than a fifth of Erlang's gen_sctp, whose emulator is at ERLANG, and bench.beam in BEAMS.
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
#include "erlang.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PORT 7000
#define ERLANG_ADDS 5
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
	return (struct result){ sign * now(CLOCK_MONOTONIC), sign * now(CLOCK_PROCESS_CPUTIME_ID) };
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
	struct result result = { 0 };

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

static void receive_all(const struct way *way, const struct load *load, uint16_t port, int to_parent)
{
	struct result result = { 0 };

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
	pid_t pid = -1;

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
	pid_t pid = -1;

	port++;
	fflush(stdout);
	if (pipe(ends) < 0 || (pid = fork()) < 0)
		die("fork", strerror(errno));
	if (pid == 0) {
		result =
			strcmp(load->kind, "busy") == 0 ? measure_busy(way, load, port) : measure_idle(way, load, port);
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

static double report(
	const struct way *way, const struct load *load, const struct result *result, const struct result *base)
{
	const int messages = load->batch * load->batches;
	const double ratio = result->processor / base->processor;

	printf("%s  %5zu octets  %2d associations  %-8s %7.0f messages/s  %6.2f us/message  %.3f\n", load->kind,
		load->length, load->associations, way->name, messages / result->elapsed,
		result->processor / messages * 1e6, ratio);
	return ratio;
}

/* So that no batch has to wait for a window or for room. */
static void enlarge_buffers(void)
{
	static const char *const names[] = { "rmem_max", "wmem_max", "rmem_default", "wmem_default" };

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

static const struct load loads[] = {
	{ "busy", 64, 1, 64, 20 },
	{ "busy", 64, 16, 64, 20 },
	{ "busy", 1000, 1, 64, 20 },
	{ "busy", 1000, 16, 64, 20 },
	{ "busy", 64000, 1, 16, 8 },
	{ "busy", 64000, 16, 16, 8 },
	{ "idle", 64, 1, 1, 200 },
};
#define N_LOADS (sizeof(loads) / sizeof(loads[0]))

static const struct way *const ways[] = { &plain, &passive, &active };
#define N_WAYS (sizeof(ways) / sizeof(ways[0]))

static bool is_busy(const struct load *load)
{
	return strcmp(load->kind, "busy") == 0;
}

/* In processor time for one message. */
static double results[N_LOADS][N_WAYS];

/* The highest ratio among the busy loads. */
static double measure_all(void)
{
	double worst = 0;

	for (size_t l = 0; l < N_LOADS; l++) {
		struct result base = { 0 };

		for (size_t w = 0; w < N_WAYS; w++) {
			const struct result result = measure(ways[w], &loads[l]);
			double ratio;

			if (w == 0)
				base = result;
			ratio = report(ways[w], &loads[l], &result, &base);
			results[l][w] = result.processor / (loads[l].batch * loads[l].batches);
			if (is_busy(&loads[l]) && ratio > worst)
				worst = ratio;
		}
	}
	return worst;
}

/* Against the library's result of the same mode. What Erlang adds to plain system calls, over what
 * the library adds; where that is nothing (64 000 octets on kernel 6.12) it is infinitely more. */
static double compare(size_t l, size_t w, double nanoseconds)
{
	const struct load *load = &loads[l];
	const double each = nanoseconds / 1e9 / (load->batch * load->batches);
	const double plain_one = results[l][0], ours = results[l][w];
	const double added = ours > plain_one ? (each - plain_one) / (ours - plain_one) : HUGE_VAL;

	printf("%s  %5zu octets  %2d associations  erlang %-7s %7.0f messages/s  %6.2f us/message  "
	       "%.3f"
	       "  (%.1f times the library; adds %.0f times as much)\n",
		load->kind, load->length, load->associations, ways[w]->name, 1 / each, each * 1e6, each / plain_one,
		each / ours, added);
	return added;
}

/* The lowest ratio. */
static double measure_erlang(const char *root, const char *beams)
{
	char words[N_LOADS][64], *arguments[N_LOADS + 1] = { NULL };
	double worst = 1e9;
	size_t n = 0;
	FILE *from;
	pid_t pid = -1;

	for (size_t l = 0; l < N_LOADS; l++) {
		if (!is_busy(&loads[l]))
			continue;
		snprintf(words[n], sizeof(words[n]), "%zu,%d,%d,%d", loads[l].length, loads[l].associations,
			loads[l].batch, loads[l].batches);
		arguments[n] = words[n];
		n++;
	}
	from = erlang_start(root, beams, arguments, &pid);
	for (size_t l = 0; l < N_LOADS; l++) {
		double of_passive, of_active;

		if (!is_busy(&loads[l]))
			continue;
		if (fscanf(from, "%lf %lf", &of_passive, &of_active) != 2)
			die("Erlang", "it does not say how long it took");
		of_passive = compare(l, 1, of_passive);
		of_active = compare(l, 2, of_active);
		if (of_passive < worst)
			worst = of_passive;
		if (of_active < worst)
			worst = of_active;
	}
	erlang_finish(from, pid);
	return worst;
}

int main(int argc, char **argv)
{
	const double limit = argc > 1 ? atof(argv[1]) : 0;
	double worst, erlang = ERLANG_ADDS;

	if (argc != 1 && argc != 2 && argc != 4) {
		fprintf(stderr, "usage: gen_sctp_bench [LIMIT [ERLANG BEAMS]]\n");
		return 2;
	}
	enlarge_buffers();
	worst = measure_all();
	if (argc == 4)
		erlang = measure_erlang(argv[2], argv[3]);
	printf("busy, the library costs at most %.1f %% over plain system calls\n", (worst - 1) * 100);
	if (argc == 4)
		printf("and Erlang's gen_sctp adds at least %.1f times what the library adds\n", erlang);
	return (limit != 0 && worst > limit) || erlang < ERLANG_ADDS;
}
