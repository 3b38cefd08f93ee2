/* SPDX-License-Identifier: Apache-2.0 */
/* console.c - reads a guest's console, which may hold anything once its kernel has gone wrong. */
#include "runner/protocol/console.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LONGEST (4UL << 20) /* a kernel may complain without end */
#define LAST_LINES 3

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

static bool is_blank(const char *line, size_t length)
{
	return strspn(line, " \t") >= length;
}

/* The beginning of the last lines that are not empty. */
static const char *last_lines(const char *text)
{
	const char *from = text + strlen(text);

	for (unsigned lines = 0; from > text && lines < LAST_LINES;) {
		from--;
		while (from > text && from[-1] != '\n')
			from--;
		lines += !is_blank(from, strcspn(from, "\n"));
	}
	return from;
}

char *console_last_words(const char *text)
{
	char *words = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&words, &size);
	bool any = false;

	if (!out)
		return NULL;
	for (const char *line = last_lines(text); *line;) {
		size_t length = strcspn(line, "\n");

		if (!is_blank(line, length)) {
			fprintf(out, "%s%.*s", any ? " / " : "", (int)length, line);
			any = true;
		}
		line += length + (line[length] == '\n');
	}
	if (fclose(out) == 0 && any)
		return words;
	free(words);
	return NULL;
}

const char *console_reason(char *text)
{
	char *panic = strstr(text, "Kernel panic");

	if (!panic)
		return console_last_line(text);
	panic[strcspn(panic, "\n")] = '\0';
	return panic;
}
