/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gdb_remote.c - a client of QEMU's gdb server: "$" packet "#" checksum, each answered by "+".
 */
#include "runner/qemu/gdb_remote.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define LONGEST_REPLY 512
#define REPLY_MS 10000

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int read_byte(int fd, long deadline, char *byte)
{
	struct pollfd one = { .fd = fd, .events = POLLIN };
	long left = deadline - now_ms();
	int n = poll(&one, 1, left > 0 ? (int)left : 0);

	if (n == 0)
		return -ETIMEDOUT;
	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	return read(fd, byte, 1) == 1 ? 0 : -EPIPE;
}

static int send_packet(int fd, const char *text)
{
	char packet[64];
	unsigned sum = 0;
	int n;

	for (const char *p = text; *p; p++)
		sum += (unsigned char)*p;
	n = snprintf(packet, sizeof(packet), "$%s#%02x", text, sum & 0xff);
	return send(fd, packet, (size_t)n, MSG_NOSIGNAL) == n ? 0 : -EPIPE;
}

/* The next packet's text; what is not a packet (an acknowledgement) is passed over. */
static int receive_packet(int fd, int timeout_ms, char reply[LONGEST_REPLY])
{
	long deadline = now_ms() + timeout_ms;
	size_t n = 0;
	int after = 0; /* digits of the checksum still to come, plus one */
	bool inside = false;

	for (;;) {
		char byte;
		int status = read_byte(fd, deadline, &byte);

		if (status == -EAGAIN)
			continue;
		if (status < 0)
			return status;
		if (after > 0 && --after == 1)
			break;
		if (!inside && byte == '$')
			inside = true;
		else if (inside && byte == '#' && after == 0)
			after = 3;
		else if (inside && after == 0 && n < LONGEST_REPLY - 1)
			reply[n++] = byte;
	}
	reply[n] = '\0';
	return send(fd, "+", 1, MSG_NOSIGNAL) == 1 ? 0 : -EPIPE;
}

static int expect_ok(int fd, const char *command)
{
	char reply[LONGEST_REPLY];
	int status = send_packet(fd, command);

	if (status == 0)
		status = receive_packet(fd, REPLY_MS, reply);
	if (status == 0 && strcmp(reply, "OK") != 0)
		status = -EPROTO;
	return status;
}

int gdb_run_to(int fd, uint64_t address, int timeout_ms)
{
	char command[64], reply[LONGEST_REPLY];
	int status;

	snprintf(command, sizeof(command), "Z1,%lx,1", address);
	status = expect_ok(fd, command);
	if (status == 0)
		status = send_packet(fd, "c");
	if (status == 0)
		status = receive_packet(fd, timeout_ms, reply);
	/* T05: stopped by a breakpoint. W and X: the machine has ended. */
	if (status == 0 && (reply[0] == 'W' || reply[0] == 'X'))
		status = -EPIPE;
	else if (status == 0 && strncmp(reply, "T05", 3) != 0)
		status = -EPROTO;
	if (status == 0) {
		snprintf(command, sizeof(command), "z1,%lx,1", address);
		status = expect_ok(fd, command);
	}
	return status;
}
