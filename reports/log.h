/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - the result log of a run: written line by line while it goes on, read back as a typed
 * model.
 *
 * LOG.md says what the lines are. The writer puts whole lines into DIR/results.ndjson and leaves
 * whole lines there whatever happens. The reader takes any bytes: it gives a model, or a sentence
 * that says what is wrong with which line. All text in the model is harmless (text.h): valid UTF-8
 * without control characters, not longer than the limits there.
 *
 * Functions give 0 or -errno; *error, where there is one, is a malloc'd sentence for people.
 */
#ifndef SCTPSPEC_REPORTS_LOG_H
#define SCTPSPEC_REPORTS_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#define RESULT_LOG_VERSION 1
#define RESULT_LOG_FILE "results.ndjson"

/* ---- Writing ---- */

struct result_log;

/*
 * Makes `dir` (with its parents) if it is missing, and a new DIR/results.ndjson in it; what a
 * former run left there is overwritten. Refused with -EBUSY while another run writes there.
 */
int result_log_open(const char *dir, struct result_log **out, char **error);

/*
 * Appends a line, and has given it to the kernel on return. The object must have a "type". The
 * reference stays the caller's. The first failure (disk full, ...) sticks: nothing is written from
 * then on, each further call gives the same status, and the log ends with its last whole line.
 */
int result_log_append(struct result_log *log, const json_t *line);

/* Closes and frees; gives the status that stuck and its sentence. NULL is allowed. */
int result_log_close(struct result_log *log, char **error);

/* A JSON string from any bytes: what is not UTF-8 is replaced. NULL only without memory. */
json_t *result_log_text(const char *bytes, size_t length);

/* Whether a member depends on the speed of the machine: what LOG.md marks with (w). */
bool result_log_is_wall(const char *type, const char *member);
/* A copy of a line without those members; what two runs of the same cases, kernel and seed have in common. NULL
 * only without memory. */
json_t *result_log_without_wall(const json_t *line);

/* ---- The model ---- */

enum report_verdict {
	REPORT_PASS,
	REPORT_FAIL,
	REPORT_SKIP,
	REPORT_XFAIL,
	REPORT_XPASS,
	REPORT_FLAKY, /* its verdict depends on the seed */
	REPORT_CRASH,
	REPORT_TIMEOUT,
	REPORT_ERROR,
	REPORT_UNFINISHED, /* not in a log: started, and the run ended before a verdict */
	REPORT_VERDICTS
};

/* "pass", ... "unfinished" */
const char *report_verdict_name(enum report_verdict verdict);
/* Whether a run that has such a verdict is not green: fail, xpass, flaky, crash, timeout,
 * error, unfinished. */
bool report_verdict_is_bad(enum report_verdict verdict);

enum report_endpoint { REPORT_NO_ENDPOINT, REPORT_A, REPORT_B, REPORT_C };

/* "a", "b", "c", or " ". */
static inline const char *report_endpoint_name(enum report_endpoint endpoint)
{
	static const char *const names[] = { " ", "a", "b", "c" };

	return names[endpoint];
}

struct report_texts {
	const char **items;
	size_t n;
};

/* A name and a value: a setting, a field of an event. */
struct report_pair {
	const char *name, *value;
};

struct report_kernel {
	const char *name, *release, *version, *origin, *sha256;
	int64_t boot_ns, snapshot_ns; /* wall; 0: not said */
	bool snapshot_cached;
	const char *failure;                    /* why it did not come up, or "" */
	const char *label;                      /* the release, made unique in this run: "6.1.0-31-amd64",
			      "6.1.0-31-amd64~2" */
	const char *config_sha256, *parameters; /* how it was configured and started */
	struct report_texts modules;            /* "sctp 458752" */
	struct report_texts deviations;         /* ids of those that are known of it */
	struct report_pair *sysctls;
	size_t n_sysctls;
	struct report_pair *options; /* socket options: "known" or "unknown" */
	size_t n_options;
};

struct report_requirement {
	const char *id, *level, *section, *summary;
};

/* A rule that was broken, as the referee found it. */
enum report_level { REPORT_MUST, REPORT_SHOULD, REPORT_LINUX };

struct report_finding {
	int64_t t_ns;
	const char *rule, *title, *expected, *got;
	enum report_level level;
	struct report_texts requirements; /* ids */
	enum report_endpoint endpoint;    /* the end that did it */
	int64_t association;              /* from 1; 0: not said */
	int path;                         /* -1: none said */
	int64_t packet;                   /* its number in the capture of that endpoint and path; 0: about none */
	int64_t times;
	const char *entry, *issue, *kernels, *link; /* Linux is known to deviate; all "": it is not */
};

enum report_entry_kind {
	REPORT_EVENT,
	REPORT_FAULT,
	REPORT_ACTION,
	REPORT_OBSERVATION,
	REPORT_CHECK,
	REPORT_PACKET,
	REPORT_FINDING
};

/* Something that happened in a case, at an instant. */
struct report_entry {
	enum report_entry_kind kind;
	int64_t t_ns;
	size_t line, rank; /* in the log, and in its line */
	const char *text;

	/* event */
	enum report_endpoint endpoint;
	const char *socket, *event;
	struct report_pair *fields;
	size_t n_fields;

	/* fault */
	bool mend;
	int path; /* -1: none said */
	const char *commands;

	/* check */
	bool ok, has_window;
	int64_t from_ns, to_ns;
	const char *got;
	int64_t at_ns;     /* when what was expected came; -1: not said */
	int64_t random_ns; /* how much of the window seed and timers decide; -1: not said */
	int flow;          /* messages first..last of it came with these delays; -1: none */
	int64_t first, last, delay_from_ns, delay_to_ns;

	/* packet: one of those around a finding, each once; `endpoint` and `path` are of its capture */
	int64_t packet;
	bool sent; /* by the capture's endpoint */
	bool here; /* a finding is about it */

	/* finding */
	size_t finding; /* index of the case's */
};

struct report_chunks {
	const char *type;      /* "DATA" */
	int64_t sent, arrived; /* at the capture's endpoint */
};

struct report_capture {
	enum report_endpoint endpoint;
	int path;
	const char *file; /* relative to the log's folder; "" when it was not kept */
	int64_t packets, bytes;
	struct report_chunks *chunks;
	size_t n_chunks;
};

struct report_applied {
	const char *rule;
	int64_t times;
};

/* A case that was run more than once, with one seed after the other or twice with the same. */
struct report_repeats {
	int64_t first_seed, seeds; /* 0 seeds: it was run once */
	bool twice;
	struct report_pair *verdicts; /* of the runs: "pass" and how many */
	size_t n_verdicts;
	struct report_texts kept; /* folders with runs that differ, relative to the log's */
};

struct report_case {
	const char *id, *title, *area, *topology, *drawing, *source, *repeat;
	const struct report_kernel *kernel; /* never NULL */
	int64_t seed;
	struct report_texts tags;
	struct report_texts etsi; /* test purposes that it carries out */
	struct report_requirement *requirements;
	size_t n_requirements;
	struct report_pair *settings;
	size_t n_settings;
	struct report_entry *entries; /* by time; those of one instant as they stand in the log */
	size_t n_entries;
	struct report_capture *captures;
	size_t n_captures;
	struct report_finding *findings; /* as they stand in the log */
	size_t n_findings;
	struct report_applied *rules; /* those that were put to the test */
	size_t n_rules;
	const char *console;
	struct report_repeats repeats;
	enum report_verdict verdict;
	int64_t verdict_ns;
	const char *reason, *explanation;
	const char *known;                       /* what the list of known issues has added to the reason, or "" */
	int64_t virtual_ns, wall_ns, restore_ns; /* 0: not said */
};

/* A failure of the list of known issues that might have come in the run (KNOWN.md). */
struct report_known {
	const char *issue, *kernels, *link, *expires;
	const char *cases, *verdict, *reason, *check, *place;
	const char *source; /* where the list has it */
	bool sometimes, expired;
	int64_t ran, matched; /* how many runs it might have come in, and in how many it came */
};

struct report_run {
	const char *sctpspec, *agent_sha256, *started, *clock, *target, *qemu;
	struct report_texts command, qemu_command;
	int64_t seed, jobs;
	bool strict;     /* deviations fail a case, too */
	int64_t tick_ns; /* how late any timer may be */
	size_t planned;  /* cases times kernels */
	struct report_kernel **kernels;
	size_t n_kernels;
	struct report_case *cases; /* as they stand in the log, which is plan order */
	size_t n_cases;
	struct report_known *known;
	size_t n_known;
	size_t counts[REPORT_VERDICTS];
	bool interrupted;            /* it says so, or has no run_end */
	const char *note;            /* what is wrong with the log's end, or "" */
	const char *failure;         /* of run_end: why sctpspec could not do its work, or "" */
	int64_t virtual_ns, wall_ns; /* of run_end; without one the cases' sum */
	int exit_status;             /* of run_end, else -1 */
	struct report_pool *pool;    /* everything above lives here */
	/* What there is to judge by (coverage.h); NULL: only what the log says. */
	const struct report_catalogue *catalogue;
};

/* "MUST", "SHOULD", "LINUX" */
const char *report_level_name(enum report_level level);
/* The breach of a SHOULD, or one that Linux is known for: told and counted, and a failure only in a strict run. */
bool report_is_deviation(const struct report_finding *finding);

/* DIR/results.ndjson. -ENOENT and its like, or -EINVAL: not a result log that we read. */
int report_read(const char *dir, struct report_run **out, char **error);
/* The same from memory; `name` is for sentences. */
int report_read_memory(const char *name, const char *bytes, size_t length, struct report_run **out, char **error);
void report_free(struct report_run *run);

#endif
