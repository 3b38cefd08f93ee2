/* SPDX-License-Identifier: Apache-2.0 */
/*
 * order.h - what the host asks of the agent: the text that lies in the box, written and read here alone.
 *
 *	{"do": "case", "case": "setup.refused", "seed": 1, "clock": "virtual", "files": []}
 *
 * Which members an order has is a table in order.c. The reader is strict: one that is missing, unknown or of another
 * type is an error, because an agent that does half of what it was asked would give a verdict on something else.
 */
#ifndef SCTPSPEC_RUNNER_PROTOCOL_ORDER_H
#define SCTPSPEC_RUNNER_PROTOCOL_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "runner/protocol/clock.h"
#include "runner/protocol/verdict.h"

enum order_kind {
	ORDER_CASE,  /* run a case */
	ORDER_STAGE, /* build a topology; then a snapshot is saved, and another order follows */
	ORDER_LOAD,  /* load modules; the same follows */
	ORDER_EXEC,  /* run a program */
	ORDER_SHELL, /* open a shell in a network */
	ORDER_KINDS
};

struct order_case {
	const char *id;
	enum guest_clock clock;
	const char *tamper; /* or NULL */
};

struct order_stage {
	const char *topology;
	enum guest_clock clock;
};

struct order_load {
	const char *const *modules; /* files in the guest; NULL-ended */
};

struct order_variable {
	const char *name, *value;
};

struct order_program {
	const char *const *argv;          /* NULL-ended */
	const struct order_variable *env; /* ended by one without a name; or NULL */
};

struct order_shell {
	const char *case_id, *topology; /* one of them; the other is NULL */
	bool terminal;                  /* on the second serial port; otherwise the program runs */
	unsigned rows, columns;
	const char *term, *prompt;
	struct order_program program;
};

/* A payload file: where it lies in the box, and where it belongs in the guest. */
struct order_file {
	const char *name;
	size_t offset, length;
	unsigned mode;
};

struct order {
	enum order_kind kind;
	uint64_t seed; /* of a case, a program and a shell; at most INT64_MAX */
	union {
		struct order_case test_case;
		struct order_stage stage;
		struct order_load load;
		struct order_program exec;
		struct order_shell shell;
	};
	/* Only in an order that was read: the box adds them to the text. */
	struct order_file *files;
	size_t n_files;
	json_t *text; /* all strings above point into it */
};

/* "case", "stage", ... */
const char *order_kind_name(enum order_kind kind);
bool order_has_seed(enum order_kind kind);

/* JSON, malloc'd. NULL with a sentence in *error: no memory, or a word that is not UTF-8. */
char *order_write(const struct order *order, char **error);
/* 0, -ENOMEM, or -EINVAL with what is wrong in *error. */
int order_read(const char *text, size_t length, struct order *out, char **error);
/* Frees an order that was read. */
void order_free(struct order *order);

#endif
