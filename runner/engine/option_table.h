/* SPDX-License-Identifier: Apache-2.0 */
/* option_table.h - the socket options: their structs, and of what they can be set and read. */
#ifndef SCTPSPEC_RUNNER_ENGINE_OPTION_TABLE_H
#define SCTPSPEC_RUNNER_ENGINE_OPTION_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum member_kind {
	MEMBER_NUMBER,
	MEMBER_SIGNED,
	MEMBER_BIG_ENDIAN, /* a number in network order */
	MEMBER_INPUT,      /* a number that says what to read */
	MEMBER_COUNT,      /* of the list */
	MEMBER_LIST,       /* numbers to the end of the struct; `width` is of each */
};

struct option_member {
	const char *name; /* NULL ends them */
	uint16_t offset, width;
	enum member_kind kind;
	const char *unit; /* or NULL */
};

enum { OPTION_GET = 1, OPTION_SET = 2, OPTION_GET_SET = 3 };
/* What else than the socket, or than an association, it takes. */
enum option_takes {
	TAKES_NOTHING = 0,
	TAKES_FUTURE = 1,
	TAKES_CURRENT = 2, /* and all */
	TAKES_ASSOCIATION = 4,
	TAKES_ADDRESS = 8,
	TAKES_OWN_ADDRESS = 16,
};

struct socket_option {
	int number; /* as in options.h */
	const char *name;
	uint16_t size;       /* of the struct, without its list */
	int16_t id, address; /* where they stand in it; -1: nowhere */
	unsigned access, takes;
	bool may_lack; /* it is younger than RFC 6458's first drafts: a kernel may not know it */
	const struct option_member *members;
};

/* NULL: there is none of that number. */
const struct socket_option *option_by_number(int number);
const struct socket_option *option_by_name(const char *name);
const struct socket_option *option_all(size_t *count);
const struct option_member *option_member_of(const struct socket_option *option, const char *name);

#endif
