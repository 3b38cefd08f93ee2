/* SPDX-License-Identifier: Apache-2.0 */
/* console.h - the messages of a guest's kernel and of QEMU itself. */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_CONSOLE_H
#define SCTPSPEC_RUNNER_PROTOCOL_CONSOLE_H

#include <stddef.h>

/* Reads a whole file, and replaces bytes that are not text; malloc'd, or NULL. */
char *console_read(int fd);
/* The last line that is not empty; points into `text`. */
const char *console_last_line(char *text);
/* The last lines that are not empty, at most three, joined; malloc'd, or NULL when there is none. */
char *console_last_words(const char *text);

/*
 * The line that tells why a guest ended: the kernel's panic, else the last one. Points into `text`.
 */
const char *console_reason(char *text);

#endif
