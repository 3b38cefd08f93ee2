/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capture.c - a tcpdump for each endpoint and path.
 *
 * Immediate mode: the kernel hands packets over at once, without a timer that would run while nothing happens.
 * The filter keeps SCTP and ICMP; of ICMPv6 only errors and echoes, not the talk between neighbours.
 */
#include "netns/addressing.h"
#include "netns/explain.h"
#include "netns/process.h"
#include "netns/standing.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define FILTER "sctp or icmp or (icmp6 and ip6[40] < 130)"
#define START_TIMEOUT_MS 30000
#define DRAIN_MS 10000

/* Reads what tcpdump says until the words come, or its end. True: they came. */
static bool wait_for_words(int errors, const char *words, char *said, size_t size)
{
	size_t length = 0;

	said[0] = '\0';
	while (length + 1 < size) {
		struct pollfd poll_errors = { .fd = errors, .events = POLLIN };
		int ready = poll(&poll_errors, 1, START_TIMEOUT_MS);
		ssize_t got;

		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return false;
		got = read(errors, said + length, size - 1 - length);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		length += (size_t)got;
		said[length] = '\0';
		if (words && strstr(said, words))
			return true;
	}
	return false;
}

static int start(struct net *net, enum endpoint endpoint, unsigned path, const char *program,
	const char *dir, char **error)
{
	struct capture *capture = &net->captures[net->capture_count];
	char device[IFNAMSIZ], *file;
	int errors[2], status;

	endpoint_device(path, device);
	snprintf(capture->name, sizeof(capture->name), "%s-%s", net->spaces[endpoint].name, device);
	if (asprintf(&file, "%s/%s.pcap", dir, capture->name) < 0)
		return explain(error, -ENOMEM, "no memory for capture %s", capture->name);
	if (pipe2(errors, O_CLOEXEC) < 0) {
		status = -errno;
		free(file);
		return explain(error, status, "cannot make a pipe: %s", strerror(-status));
	}
	const char *const arguments[] = { "tcpdump", "-i", device, "-w", file, "-U", "-n",
		"--immediate-mode", "--time-stamp-precision=nano", "-B", "4096", "-Z", "root", FILTER,
		NULL };

	status = process_start(&(struct process){ .path = program, .arguments = arguments,
				       .namespace = net->spaces[endpoint].namespace, .input = -1,
				       .output = -1, .errors = errors[1] }, &capture->pid);
	close(errors[1]);
	free(file);
	if (status < 0) {
		close(errors[0]);
		capture->pid = 0;
		return explain(error, status, "cannot run %s: %s", program, strerror(-status));
	}
	capture->errors = errors[0];
	net->capture_count++;
	return 0;
}

static int start_all(struct net *net, const char *program, const char *dir, char **error)
{
	int status = 0;

	for (enum endpoint e = ENDPOINT_A; e <= ENDPOINT_B; e++) {
		for (unsigned path = 0; path < net->topology->paths && status == 0; path++)
			status = start(net, e, path, program, dir, error);
	}
	for (unsigned i = 0; i < net->capture_count && status == 0; i++) {
		struct capture *capture = &net->captures[i];
		char said[1024];

		if (wait_for_words(capture->errors, "listening on", said, sizeof(said)))
			continue;
		said[strcspn(said, "\n")] = '\0';
		status = explain(error, -EIO, "tcpdump for %s did not start: %s", capture->name,
			*said ? said : "it says nothing");
	}
	return status;
}

int net_capture_start(struct net *net, const char *dir, char **error)
{
	char *program;
	int status;

	if (net->capture_count)
		return explain(error, -EALREADY, "captures are running already");
	program = process_find("tcpdump");
	if (!program)
		return explain(error, -ENOENT, "the program \"tcpdump\" is not there: install tcpdump");
	status = start_all(net, program, dir, error);
	free(program);
	if (status < 0)
		net_capture_stop(net, NULL);
	return status;
}

/* "3 packets dropped by kernel": the number before the words, 0 if they are not there. */
static unsigned long dropped(const char *said)
{
	const char *words = strstr(said, " packets dropped by kernel"), *number = words;

	if (!words)
		return 0;
	while (number > said && number[-1] >= '0' && number[-1] <= '9')
		number--;
	return strtoul(number, NULL, 10);
}

static int finish(struct capture *capture, char **error)
{
	char said[1024];
	unsigned long lost;
	int status;

	wait_for_words(capture->errors, NULL, said, sizeof(said));
	close(capture->errors);
	status = process_wait(capture->pid);
	lost = dropped(said);
	if (status != 0)
		return explain(error, status < 0 ? status : -EIO, "tcpdump for %s ended with status %d: %s",
			capture->name, status, said);
	if (lost)
		return explain(error, -EOVERFLOW, "the capture %s lacks %lu packets: they came too fast",
			capture->name, lost);
	return 0;
}

/* A tcpdump that sleeps has read every packet: each one that comes makes it runnable. */
static bool sleeps(pid_t pid)
{
	char name[64], state = 0;
	FILE *file;

	snprintf(name, sizeof(name), "/proc/%d/stat", (int)pid);
	file = fopen(name, "re");
	if (!file)
		return true;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = 0;
	fclose(file);
	return state == 'S';
}

/* What asks tcpdump to end makes it leave unread packets behind. */
static void let_it_read(const struct capture *capture)
{
	const struct timespec moment = { .tv_nsec = 1000000 };

	for (unsigned i = 0; i < DRAIN_MS && !sleeps(capture->pid); i++)
		nanosleep(&moment, NULL);
}

int net_capture_stop(struct net *net, char **error)
{
	int first = 0;

	for (unsigned i = 0; i < net->capture_count; i++)
		let_it_read(&net->captures[i]);
	for (unsigned i = 0; i < net->capture_count; i++)
		kill(net->captures[i].pid, SIGINT);
	for (unsigned i = 0; i < net->capture_count; i++) {
		int status = finish(&net->captures[i], first ? NULL : error);

		if (!first)
			first = status;
	}
	net->capture_count = 0;
	return first;
}
