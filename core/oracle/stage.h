/* SPDX-License-Identifier: Apache-2.0 */
/* stage.h - the players: processes that make a script's calls, one of them Erlang. */
#ifndef GEN_SCTP_ORACLE_STAGE_H
#define GEN_SCTP_ORACLE_STAGE_H

#include <stdbool.h>
#include <sys/types.h>

enum implementation { ERLANG, C, N_IMPLEMENTATIONS };

struct player {
	enum implementation implementation;
	pid_t pid; /* 0: none */
	int to, from;
};

struct stage {
	const char *erlang; /* the folder that Erlang is in: /usr/lib/erlang */
	const char *beams;  /* the folder that oracle.beam is in */
	struct player players[N_IMPLEMENTATIONS];
};

/* Ready for a new play: starting Erlang takes a second, so it stays; C is a new process each time.
 * False when it does not start. */
bool stage_prepare(struct stage *stage, enum implementation implementation);

/* After a play: nothing of it stays open. */
void stage_tidy(struct stage *stage);

/* What the player answers to a call; malloc'd. A player that dies or stays silent is ended, and the
 * answer says so. */
char *stage_ask(struct stage *stage, enum implementation implementation, const char *line);

void stage_clear(struct stage *stage);

#endif
