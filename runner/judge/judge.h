/* SPDX-License-Identifier: Apache-2.0 */
/*
 * judge.h - anybody's captures, judged by the rules of cases/rules.
 *
 * This is the head of judge/, the room of `sctpspec judge`: captures (capture_file, intake) are merged by time
 * (reading), each with the end at which it was taken (standpoint), and shown to the referee packet by packet. What is
 * told of an association besides findings is kept by watching the referee's steps (account): how it began and ended,
 * round trips (rtts), retransmissions, and each failure of a path (failures), by the settings that no capture tells
 * (settings). What comes out is a judgement, which is printed as text, JSON or a page (write_text, write_json,
 * write_html).
 *
 * cli/ calls it, and tests and benches. It owns the files while it reads them, and the judgement. Who has another
 * source of packets takes referee/ itself.
 *
 * Threads and processes: none are started. A judgement is made on the caller's thread, from front to back, in one pass;
 * its memory does not grow with the number of packets. It grows with associations up to `associations`, with findings
 * up to FINDINGS_MAX, and with files: 128 KiB each.
 *
 * What may go wrong: everything in a file is input from outside. A file that is damaged or cut is judged up to there,
 * and a line says so; one that cannot be read at all is told, and the others are judged. Only memory ends it.
 *
 * Weaknesses: packets that are out of order by more than a second look as if the clock had been set back. Two captures
 * of both ends by clocks that differ by more than a packet takes are not put right. IP fragments are counted and not
 * put together. Of an association whose beginning is not in a capture, what its ends agreed on stays unknown.
 */
#ifndef SCTPSPEC_RUNNER_JUDGE_JUDGE_H
#define SCTPSPEC_RUNNER_JUDGE_JUDGE_H

#include "runner/judge/account.h"
#include "runner/judge/reading.h"

struct judge_options {
	const struct source_name *files;
	size_t n_files;
	struct settings settings;
	uint16_t udp_port;     /* 0: no SCTP in UDP */
	bool no_checksums;     /* none is judged */
	bool links_up;         /* no end with a capture ever sent into a link that was down */
	unsigned associations; /* followed at a time, and told one by one */
};

struct judgement {
	struct judge_options options;
	struct reading reading;
	struct referee *referee;
	int64_t zero_ns; /* of all times: of the first packet with SCTP, since 1970 */
	int64_t last_ns; /* since then */
	uint64_t packets, sctp, judged, fragments, twice;
	struct account *accounts; /* those kept, by number */
	size_t n_accounts;
	uint64_t n_associations, n_left_out, n_forgotten; /* all; not told one by one; not followed to the end */
	const struct finding **findings;                  /* by association and time */
	size_t n_findings;
	uint64_t broken, deviations; /* findings of a MUST; of others, and what Linux is known for */
	bool unreadable;             /* not one packet could be read */
	bool trouble;                /* some file could not be read, or not to its end */
};

/* 0 or -errno with a sentence. */
int judge_captures(const struct judge_options *options, struct judgement **out, char **error);
void judgement_free(struct judgement *judgement);
/* Findings of an association from *at on, which is moved behind them; NULL: no more. */
const struct finding *judgement_finding(const struct judgement *judgement, const struct account *account, size_t *at);

/* Not the breach of a MUST, or one that Linux is known for. */
bool finding_is_deviation(const struct finding *finding);

struct write_style {
	bool colour, rules; /* rules: how often each was applied */
};

/* 0 or -ENOMEM. */
int write_text(const struct judgement *judgement, FILE *out, struct write_style style);
int write_json(const struct judgement *judgement, FILE *out);
int write_html(const struct judgement *judgement, FILE *out);

#endif
