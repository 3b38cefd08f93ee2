/* SPDX-License-Identifier: Apache-2.0 */
/* player.h - plays scripts on libgen_sctp, as oracle.erl does on gen_sctp. */
#ifndef GEN_SCTP_ORACLE_PLAYER_H
#define GEN_SCTP_ORACLE_PLAYER_H

/* Reads calls from one descriptor, a line each, and answers to the other, until the end. */
_Noreturn void player_run(int from, int to);

/* Whether there is such a call. */
int player_knows(const char *function);

#endif
