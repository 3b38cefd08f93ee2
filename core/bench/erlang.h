/* SPDX-License-Identifier: Apache-2.0 */
/* erlang.h - see erlang.c. */
#ifndef GEN_SCTP_BENCH_ERLANG_H
#define GEN_SCTP_BENCH_ERLANG_H

#include <stdio.h>
#include <sys/types.h>

/* The lines that it writes, one a load. */
FILE *erlang_start(const char *root, const char *beams, char *const loads[], pid_t *pid);
void erlang_finish(FILE *from, pid_t pid);

#endif
