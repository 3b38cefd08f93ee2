/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patience.h - how long to wait for a process: decided by what the process does, not by wall time.
 *
 * A busy machine makes everything take longer, so a limit in wall time says nothing about a process. Two other times
 * do: the processor time that the process has used, and how long it has slept although nothing kept it from running.
 * While a process gets no processor, we wait. Only the ceiling is wall time, an hour unless the person gives another. A
 * process that reaches the ceiling shows that the machine is overloaded, and nothing about itself.
 *
 * A process counts with its threads and with its children. For one thread.
 */
#ifndef SCTPSPEC_RUNNER_HOST_PATIENCE_H
#define SCTPSPEC_RUNNER_HOST_PATIENCE_H

#include <sys/types.h>

struct patience_limits {
	double used_ms;    /* of processor time; 0: no limit */
	double asleep_ms;  /* of sleep without any processor time; 0: no limit */
	double ceiling_ms; /* of wall time; 0: an hour */
};

enum patience_end {
	PATIENCE_LASTS,
	PATIENCE_USED,    /* it has used its processor time and is not through */
	PATIENCE_ASLEEP,  /* it has slept too long: nothing will wake it */
	PATIENCE_STARVED, /* it has reached the ceiling: this machine is too busy to judge it */
};

struct patience {
	pid_t pid;
	struct patience_limits limits;
	double began_ms, looked_ms;
	double before_ms; /* processor time that it had used at the first look; below 0: nobody has looked yet */
	double used_ms, asleep_ms; /* since then */
	enum patience_end end;     /* the result of the last look */
};

/* The limits of an answer that is due at once: 60 s of processor time or of sleep. */
extern const struct patience_limits patience_for_an_answer;

void patience_begin(struct patience *patience, pid_t pid, const struct patience_limits *limits);
/* To be asked often, at least once a second: sleep is seen between two looks only. It looks four times a second. */
enum patience_end patience_look(struct patience *patience);
/* Wall time since it began, in ms. */
double patience_waited_ms(const struct patience *patience);
/* Why it ended: "it used 60 s of processor time", "it slept for 60 s", "starved: 2 s of processor time in 3600 s". */
void patience_explain(const struct patience *patience, char *words, size_t room);

/*
 * Waits until `fd` is readable. 0; -ETIMEDOUT when it has used its time or sleeps, -EBUSY when it is starved, or -errno
 * of poll(). An end of the process makes a channel to it readable.
 */
int patience_wait(struct patience *patience, int fd);

#endif
