/* SPDX-License-Identifier: Apache-2.0 */
/* letter.h - things that have happened, in a row: put by for gs_recv(), or delivered to an owner. A
 * letter is in one row at a time, and belongs to it. The locks are those of whoever has the row. */
#ifndef GEN_SCTP_SRC_LETTER_H
#define GEN_SCTP_SRC_LETTER_H

#include "gen_sctp.h"

#include <stdbool.h>

struct gs_letter {
	struct gs_letter *next;
	struct gs_notice notice; /* .status is what gs_recv() returns with it */
};

struct gs_letters {
	struct gs_letter *first;
	struct gs_letter **end;
	size_t count;
	size_t octets; /* of all that they hold */
};

void gs_letters_init(struct gs_letters *letters);

/* An empty one, or NULL. */
struct gs_letter *gs_letter_new(void);
void gs_letter_free(struct gs_letter *letter); /* NULL is fine */

/* Behind the last one. It gives back what it does not need of a large buffer. */
void gs_letters_append(struct gs_letters *letters, struct gs_letter *letter);

/* Takes out the one that `at` points to: &letters->first, or the `next` of one in the row. */
struct gs_letter *gs_letters_remove(struct gs_letters *letters, struct gs_letter **at);

/* The contents of the first go to `out` (what it held is freed). False if there is none. */
bool gs_letters_take(struct gs_letters *letters, struct gs_notice *out);

/* Those of one socket go behind what is in `to`, or away if that is NULL; s NULL: all. */
void gs_letters_move(struct gs_letters *from, struct gs_letters *to, const struct gs_socket *s);

#endif
