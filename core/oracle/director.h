/* SPDX-License-Identifier: Apache-2.0 */
/* director.h - plays a script with a cast, and makes the calls that are neither side's: those that
 * change the world around both. */
#ifndef GEN_SCTP_ORACLE_DIRECTOR_H
#define GEN_SCTP_ORACLE_DIRECTOR_H

#include "script.h"
#include "stage.h"

/* Who plays which side. */
struct cast {
	const char *words; /* "client C, server Erlang" */
	enum implementation plays[2];
};

/* The answers to a script's calls, in its order, with names for numbers. */
struct transcript {
	const struct cast *cast;
	char **answers;
	size_t n;
};

/* Sets up what scripts may count on: 192.0.2.2 is ours, and 198.51.100.1 never answers. */
bool director_begin(void);

bool director_knows(const char *function);

/* False when the players cannot be had. The stage is tidy afterwards. */
bool director_play(struct stage *stage, const struct script *script, const struct cast *cast, struct transcript *out);

void transcript_free(struct transcript *transcript);

/* ---- What the transcripts of one script say, compared */

struct finding {
	const struct step *step;
	const struct cast *cast;
	char *expected, *got;
	const char *why; /* "Erlang answers so", "listed", ... */
};

/* The first call of a play whose answer is not what it should be. `erlang` is the transcript of Erlang
 * with itself. What is listed as different has to be different, or the list is stale. */
bool transcript_check(const struct script *script, const struct transcript *erlang, const struct transcript *play,
	struct finding *out);
void finding_free(struct finding *finding);

#endif
