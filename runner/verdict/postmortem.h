/* SPDX-License-Identifier: Apache-2.0 */
/*
 * postmortem.h - the verdict on a case whose agent gave none, because guest or agent crashed, hung or was killed. Pure.
 *
 * What the kernel under test did is `crash` or `timeout`. What happened to our own side (QEMU or the agent died, a
 * record is damaged) is `error`.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_POSTMORTEM_H
#define SCTPSPEC_RUNNER_VERDICT_POSTMORTEM_H

#include <stdbool.h>

#include "runner/protocol/verdict.h"

struct ending {
	bool hung;           /* we ended the guest, as it did not end by itself */
	bool starved;        /* we ended the guest, as this machine had no processor for it */
	const char *waited;  /* if so, how long it was waited for, in words */
	bool finished;       /* the agent said that it was done */
	bool judged;         /* the agent gave a verdict, and only the console contradicts it */
	const char *damage;  /* what is wrong with what the agent wrote, or NULL */
	int status;          /* of waitpid */
	const char *program; /* whose status it is: "QEMU", "the agent" */
	const char *console; /* the kernel's console, or "" */
};

struct postmortem {
	enum verdict verdict; /* crash, timeout or error; fail, when only the console complains */
	char *reason;         /* one line */
	char *explanation;    /* at most 15 lines */
	char *console;        /* the part of the console that matters, or NULL */
};

/* 0 or -ENOMEM. */
int postmortem_make(const struct ending *ending, struct postmortem *out);
void postmortem_free(struct postmortem *postmortem);

/* The first line of an oops or panic in a console's text, or NULL; *length is without the line's end.
 * "Attempted to kill init" alone is no crash: in these words the kernel says that the agent died. */
const char *console_find_oops(const char *console);
/* The same for a complaint: the kernel found something wrong, and went on. */
const char *console_find_complaint(const char *console);

#endif
