/* SPDX-License-Identifier: Apache-2.0 */
/* console.h - what a guest's kernel, and QEMU itself, had to say. */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_CONSOLE_H
#define SCTPSPEC_RUNNER_PROTOCOL_CONSOLE_H

#include <stddef.h>

/* All of a file, bytes that are not text made harmless; malloc'd, or NULL. */
char *console_read(int fd);
/* The last line that says something; points into `text`. */
const char *console_last_line(char *text);
/* The last lines that say something, three at most, in one; malloc'd, or NULL when there is none. */
char *console_last_words(const char *text);

/*
 * The line that tells why a guest ended: the kernel's panic, else the last one. Points into `text`.
 */
const char *console_reason(char *text);

#endif
