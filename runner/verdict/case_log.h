/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_log.h - the result of a case, from what the agent left and how it ended; and the lines of the result log that
 * report it.
 *
 * This is the head of verdict/, the room that turns the end of an attempt into a verdict and log lines:
 *
 *	transcript.c   the agent's records, taken out of the box; guest_line.c: which lines a guest may write
 *	trace.c        the agent's evidence in one order; trace_captures.c: its packets
 *	questions.c    what the case asks of the packets, answered from the trace; reply.c: one answer
 *	refereed.c     what the referee says to the trace; finding_explain.c, packets_around.c: in words
 *	postmortem.c   the verdict when the agent gave none: crash, timeout or error, by the console and the exit status
 *	known.c        the list of known issues; known_judge.c: fail becomes xfail, pass becomes xpass
 *	kernel_range.c which kernels an issue is about
 *	case_result.c  the result of a case, from all of that; case_log.c: its lines; evidence_file.c: files
 *	attempt.c      one attempt; attempts_merge.c makes one result of several attempts with several seeds
 *	timeline.c     whether two attempts left the same, octet by octet
 *	signature.c    what identifies a failure, for bisect-step; recorded.c reads a case out of an older log
 *	score.c        verdicts counted, and the exit status that follows
 *
 * run/ calls it at the end of each attempt; cli/ calls it to read logs. It uses reports/ to write and read log lines,
 * and catalogue/ for the text of requirements.
 *
 * Whose fault it is: what the kernel under test did is fail, crash or timeout. What happened to our own side (QEMU
 * died, the agent died, a record is damaged) is error, and never the kernel's fault. The agent's verdict counts, unless
 * the packets are not as the case expects, the console says that the kernel crashed or complained, or the transcript is
 * damaged.
 *
 * Threads and processes: none are started; everything runs on the run's main thread. All but reading and writing
 * files is pure, so the tests need no guest.
 *
 * What may go wrong: a guest may have written anything into its box, and its strings may hold anything; names of
 * evidence files are checked before they become paths. When evidence cannot be written, the run ends.
 *
 * Weaknesses: a kernel's crash is known by the words of its console, so a new kind of complaint needs a new row in
 * protocol/kernel_words.c.
 */
#ifndef SCTPSPEC_RUNNER_VERDICT_CASE_LOG_H
#define SCTPSPEC_RUNNER_VERDICT_CASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "runner/catalogue/catalogue.h"
#include "runner/engine/case.h"
#include "runner/protocol/phases.h"
#include "runner/protocol/verdict.h"
#include "runner/verdict/known.h"
#include "runner/verdict/transcript.h"

/* What is the same for all attempts at a case on one kernel. */
struct case_frame {
	const struct test_case *test_case;
	const struct catalogue *catalogue;
	struct known_list *known;
	const char *kernel, *release, *version; /* the kernel's name, uname -r and uname -v */
	const char *folder;                     /* the kernel's folder inside that for evidence; or "" */
	bool strict;                            /* deviations fail a case */
	bool real_time;                         /* the clock is not the virtual one */
	const char *command_line; /* "sctpspec run --kernel …", to which the seed and the case's id are added */
};

/* How an attempt ended. */
struct attempt_ending {
	uint64_t seed;
	const struct transcript *transcript;
	const char *console;     /* "" when there is none */
	const char *program;     /* "QEMU" */
	const char *not_started; /* why the guest did not start, or NULL */
	bool kernel_failed;      /* it did not start because the kernel did not come up */
	int status;              /* of waitpid */
	bool hung, starved;      /* we ended it: it hung, or this machine had no processor for it */
	const char *waited;      /* if so, how long it was waited for (patience_explain) */
	double wall_ms;
	const struct phases *phases; /* or NULL */
};

/* The result of an attempt. The lines of the log are made from it once it is final. */
struct case_result {
	uint64_t seed;
	enum verdict verdict;
	char *reason, *explanation;
	char *known;                 /* what the list of known issues adds to the reason, or NULL */
	char *console;               /* the part of the console to show, or NULL */
	int64_t t_ns;                /* when the case was judged */
	int64_t virtual_ns;          /* duration by the guest's clock */
	double wall_ms;              /* duration by the host's clock */
	double phase_ms[BOX_PHASES]; /* -1: not known */
	json_t *start;               /* what the agent adds to the line case_start, or NULL */
	json_t *applied;             /* rule -> how often the referee put it to the test; or NULL */
	/* The agent's other lines, and the referee's findings; a capture's `file` is the name under which the agent
	 * sent it. */
	json_t *lines;
};

/* Judges a case by what its agent left, how the attempt ended, and the list of known issues. 0 or -ENOMEM. */
int case_judge(const struct case_frame *frame, const struct attempt_ending *run, struct case_result *out);
/* Makes the lines of the log, an array. `captures`: the captures are kept. `repeats`: that member of a case that was
 * run more than once, or NULL. NULL without memory. */
json_t *case_lines(const struct case_frame *frame, const struct case_result *result, bool captures, json_t *repeats);
/* Frees all but the verdict and the times, which are counted at the end of the run. */
void case_result_free(struct case_result *result);

#endif
