/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rule.h - the rule writer's API: everything that a file in cases/rules/ includes.
 *
 * A rule is a sentence of an RFC as a function on the model of an association (referee/model.h), at a step: a packet
 * or a chunk that an end sends or that arrives at it. It holds in every trace and never looks at a case.
 *
 *	RULE(setup, "initiate-tag",
 *		.title = "An initiate tag is not 0", .level = LEVEL_MUST, .requirements = IDS(R_9260_3_3_2_07),
 *		.on = ON_SENDING, .chunks = CHUNKS(CHUNK_INIT, CHUNK_INIT_ACK))
 *	{
 *		must(step, step->chunk->init.initiate_tag != 0, "an initiate tag other than 0", "0");
 *	}
 *
 * must() counts each application: a rule that was never applied has proved nothing, and the report says so. A rule
 * that cannot be applied (what it needs is not known: the capture begins in the middle, the end has none) returns
 * without a must().
 */
#ifndef SCTPSPEC_RUNNER_REFEREE_RULE_H
#define SCTPSPEC_RUNNER_REFEREE_RULE_H

#include "runner/referee/failure.h"
#include "runner/referee/heartbeats.h"
#include "runner/referee/model.h"
#include "runner/referee/numbers.h"
#include "runner/referee/tlv.h"

enum level { LEVEL_MUST, LEVEL_SHOULD, LEVEL_LINUX };

enum rule_moment {
	ON_PACKET = 1,     /* whole, as it is sent */
	ON_SENDING = 2,    /* a chunk, before the model knows of it */
	AFTER_SENDING = 4, /* a chunk, the model knows of it */
	ON_ARRIVAL = 8,    /* a chunk arrives, before the model knows of it */
	AFTER_ARRIVAL = 16,
	ON_STRIKE = 32,       /* something went unanswered: self->struck; the model knows of it */
	ON_EVENT = 64,        /* before the model knows of it */
	ON_MISSED = 128,      /* an event that had to come has not */
	ON_OVERDUE = 256,     /* a HEARTBEAT or T3-rtx for step->destination should have come */
	AT_END = 512,         /* of the trace, for each end */
	ON_NUMBERS = 1024,    /* the stack says what it knows itself: step->numbers; nothing comes or goes */
	ON_UNANSWERED = 2048, /* an answer that was owed at once has not left: step->answer */
};

/* Of all associations that an end has or had. */
struct whole {
	struct counts counts; /* of it `t3`, and whether it is so */
	uint64_t packets_in, packets_out;
	uint64_t bunched_out;                  /* of these: DATA in the same moment as DATA before */
	unsigned established, active, passive; /* now; ever, by its own INIT, and by the peer's */
	bool is_odd;                           /* one was restarted, or both ends had begun it */
};

struct step {
	enum rule_moment moment;
	int64_t at_ns;    /* since the beginning of the trace */
	unsigned number;  /* of the packet in its capture, from 1 */
	unsigned capture; /* which one, as `seen` says */
	int path;         /* of its capture; else the destination's number at its sender */
	/* Of a step of arrival: nobody saw it arrive. It left, and its receiver has no capture. Only the model and a
	 * watcher get it, no rule. */
	bool presumed;
	struct end *self;                /* that sends or receives, or whose event it is */
	const struct packet *packet;     /* NULL: the step is none of a packet */
	const struct chunk *chunk;       /* NULL: ON_PACKET */
	unsigned index;                  /* of the chunk in the packet */
	struct destination *destination; /* ON_STRIKE, ON_OVERDUE, and of an event or number of an address; or NULL */
	const struct event *event;       /* ON_EVENT */
	enum event_kind kind;            /* ON_EVENT, ON_MISSED */
	/* ON_EVENT: it has its cause, which was there `since_ns`. ON_MISSED: since when it is due. ON_OVERDUE: it was
	 * by then. */
	bool has_cause;
	int64_t since_ns;
	enum answer answer;            /* ON_UNANSWERED */
	unsigned reasons;              /* the same: why, of ANSWER_SACK */
	bool is_t3;                    /* ON_OVERDUE: T3-rtx, not a HEARTBEAT */
	const struct numbers *numbers; /* ON_NUMBERS, */
	const struct whole *whole;     /* of NUMBERS_OF_ALL */
	struct referee *referee;
	const struct rule *rule;
	size_t rule_index; /* the referee's */
};

struct rule {
	const char *id, *title;
	enum level level;
	const char *const *requirements; /* ids of the catalogue, NULL-ended */
	unsigned on;                     /* rule_moment */
	const uint8_t *chunks;           /* types, ended by RULE_CHUNKS_END; NULL: all */
	void (*judge)(struct step *step);
	const char *file;
	int line;
};

#define RULE_CHUNKS_END 0xff
#define CHUNKS(...) ((const uint8_t[]){ __VA_ARGS__, RULE_CHUNKS_END })
#ifndef IDS
#define IDS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#endif

#define RULE_JOIN_(a, b) a##b
#define RULE_JOIN(a, b) RULE_JOIN_(a, b)
#define RULE(area_, name_, ...)                                                                 \
	static void RULE_JOIN(rule_judge_, __LINE__)(struct step * step);                       \
	static const struct rule RULE_JOIN(rule_, __LINE__) = { .id = #area_ "." name_,         \
		.file = __FILE__,                                                               \
		.line = __LINE__,                                                               \
		.judge = RULE_JOIN(rule_judge_, __LINE__),                                      \
		__VA_ARGS__ };                                                                  \
	static const struct rule *const RULE_JOIN(rule_entry_, __LINE__)                        \
		__attribute__((used, section("sctpspec_rules"))) = &RULE_JOIN(rule_, __LINE__); \
	static void RULE_JOIN(rule_judge_, __LINE__)(struct step * step)

/* Applies the rule once: a finding unless `holds`. `expected` is a phrase, and so is what the format makes: what was
 * there instead. */
void must(struct step *step, bool holds, const char *expected, const char *got, ...)
	__attribute__((format(printf, 4, 5)));

/* ON_SENDING: applies the rule if the chunk is an answer that is owed. ON_UNANSWERED: it has not left. */
void must_at_once(struct step *step, enum answer answer, const char *expected);

/* A known deviation from a rule, of some kernels (kernel_range.h's words). */
struct deviation {
	const char *id, *rule, *kernels, *what;
	const char *link; /* or NULL */
};

#define DEVIATION(name, ...)                                                       \
	const struct deviation name = { .id = #name, __VA_ARGS__ };                \
	static const struct deviation *const RULE_JOIN(deviation_entry_, __LINE__) \
		__attribute__((used, section("sctpspec_deviations"))) = &name

/* Applies the rule once: it is broken, in exactly the way that is known. */
void deviates(struct step *step, const struct deviation *deviation, const char *expected, const char *got, ...)
	__attribute__((format(printf, 4, 5)));

/* All deviations that are linked in; n of them. */
const struct deviation *const *deviation_all(size_t *count);
/* All rules that are linked in, by id. */
const struct rule *const *rule_all(size_t *count);
/* Which of them look at a chunk (NULL: at something else) at a moment: bits for places in rule_all(), 64 in a word. */
const uint64_t *rule_set(enum rule_moment moment, const struct chunk *chunk, size_t *n_words);

#endif
