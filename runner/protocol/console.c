/* SPDX-License-Identifier: Apache-2.0 */
/* console.c - reads a guest's console, which may hold anything once its kernel has gone wrong. */
#include "runner/protocol/console.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST (4UL << 20) /* a kernel that cannot stop complaining */

static bool is_text(unsigned char c)
{
	return c == '\n' || c == '\t' || (c >= 0x20 && c < 0x7f);
}

char *console_read(int fd)
{
	struct stat st;
	size_t length, used = 0;
	ssize_t n;
	char *text;

	if (fstat(fd, &st) < 0)
		return NULL;
	length = (size_t)st.st_size < LONGEST ? (size_t)st.st_size : LONGEST;
	text = malloc(length + 1);
	n = text ? pread(fd, text, length, st.st_size - (off_t)length) : -1;
	for (ssize_t i = 0; i < n; i++) {
		if (text[i] != '\r')
			text[used++] = is_text((unsigned char)text[i]) ? text[i] : '?';
	}
	if (text)
		text[used] = '\0';
	return text;
}

const char *console_last_line(char *text)
{
	size_t length = strlen(text);
	char *newline;

	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' '))
		text[--length] = '\0';
	newline = strrchr(text, '\n');
	return newline ? newline + 1 : text;
}

const char *console_reason(char *text)
{
	char *panic = strstr(text, "Kernel panic");

	if (!panic)
		return console_last_line(text);
	panic[strcspn(panic, "\n")] = '\0';
	return panic;
}
