/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gdb_remote.c - a client of QEMU's gdb server: "$" packet "#" checksum, each answered by "+".
 */
#include "runner/qemu/gdb_remote.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define LONGEST_REPLY 512

static int read_byte(int fd, struct patience *patience, char *byte)
{
	int status = patience_wait(patience, fd);

	if (status < 0)
		return status;
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

/* Reads the next packet's text; skips what is not a packet (an acknowledgement). */
static int receive_packet(int fd, struct patience *patience, char reply[LONGEST_REPLY])
{
	size_t n = 0;
	int after = 0; /* digits of the checksum still to come, plus one */
	bool inside = false;

	for (;;) {
		char byte;
		int status = read_byte(fd, patience, &byte);

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

static int expect_ok(int fd, struct patience *patience, const char *command)
{
	char reply[LONGEST_REPLY];
	int status = send_packet(fd, command);

	if (status == 0)
		status = receive_packet(fd, patience, reply);
	if (status == 0 && strcmp(reply, "OK") != 0)
		status = -EPROTO;
	return status;
}

int gdb_run_to(int fd, uint64_t address, struct patience *patience)
{
	char command[64], reply[LONGEST_REPLY];
	int status;

	snprintf(command, sizeof(command), "Z1,%lx,1", address);
	status = expect_ok(fd, patience, command);
	if (status == 0)
		status = send_packet(fd, "c");
	if (status == 0)
		status = receive_packet(fd, patience, reply);
	/* T05: stopped by a breakpoint. W and X: the machine has ended. */
	if (status == 0 && (reply[0] == 'W' || reply[0] == 'X'))
		status = -EPIPE;
	else if (status == 0 && strncmp(reply, "T05", 3) != 0)
		status = -EPROTO;
	if (status == 0) {
		snprintf(command, sizeof(command), "z1,%lx,1", address);
		status = expect_ok(fd, patience, command);
	}
	return status;
}
