/* SPDX-License-Identifier: Apache-2.0 */
/* terminal.h - the person's terminal, while keys go to a guest. */
#ifndef SCTPSPEC_RUNNER_CLI_TERMINAL_H
#define SCTPSPEC_RUNNER_CLI_TERMINAL_H

#include <stdbool.h>
#include <termios.h>

struct terminal_size {
	unsigned rows, columns;
};

struct terminal {
	struct termios before;
	bool raw;
};

/* 24 by 80 when it is not known. */
struct terminal_size terminal_size(int fd);
/* Every key goes through as it is, until terminal_restore. 0 or -errno. */
int terminal_make_raw(struct terminal *terminal, int fd);
void terminal_restore(struct terminal *terminal, int fd);

enum relay { RELAY_GOES_ON, RELAY_ENDS };
/* Passes on what is readable. RELAY_ENDS: its end, an error, or the byte `until` (-1: none) came. */
enum relay terminal_relay(int from, int to, int until);

#endif
