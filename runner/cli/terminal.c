/* SPDX-License-Identifier: Apache-2.0 */
/* terminal.c - see terminal.h. */
#include "runner/cli/terminal.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "runner/host/tree.h"

struct terminal_size terminal_size(int fd)
{
	struct winsize size = { 0 };
	if (ioctl(fd, TIOCGWINSZ, &size) < 0 || size.ws_row == 0 || size.ws_col == 0)
		return (struct terminal_size){ 24, 80 };
	return (struct terminal_size){ size.ws_row, size.ws_col };
}

int terminal_make_raw(struct terminal *terminal, int fd)
{
	if (tcgetattr(fd, &terminal->before) < 0)
		return -errno;
	struct termios raw = terminal->before;
	cfmakeraw(&raw);
	if (tcsetattr(fd, TCSADRAIN, &raw) < 0)
		return -errno;
	terminal->raw = true;
	return 0;
}

void terminal_restore(struct terminal *terminal, int fd)
{
	if (terminal->raw)
		tcsetattr(fd, TCSADRAIN, &terminal->before);
	terminal->raw = false;
}

enum relay terminal_relay(int from, int to, int until)
{
	char buffer[4096];
	ssize_t n = read(from, buffer, sizeof(buffer));
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return RELAY_GOES_ON;
	if (n <= 0)
		return RELAY_ENDS;
	const char *end = until < 0 ? NULL : memchr(buffer, until, (size_t)n);
	bool written = tree_write(to, buffer, end ? (size_t)(end - buffer) : (size_t)n) == 0;
	return end || !written ? RELAY_ENDS : RELAY_GOES_ON;
}
