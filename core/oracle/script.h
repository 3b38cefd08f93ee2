/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script.h - a script: calls in their order, who makes them, and in which of them libgen_sctp is known
 * to differ from gen_sctp.
 */
#ifndef GEN_SCTP_ORACLE_SCRIPT_H
#define GEN_SCTP_ORACLE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* Of a conversation. Each socket is opened for one of them, and that one makes the calls on it. */
enum side { CLIENT, SERVER, DIRECTOR };

enum name_kind { NAME_SOCKET, NAME_ASSOC, NAME_CALL };

struct step {
	int line;
	char *text;
	enum side side;
	char *bind; /* the name in front of the call, or NULL */
	enum name_kind bind_kind;
	/* what each is known to answer where they differ, and why that is so; or all NULL */
	char *erlang, *c, *because;
};

struct script {
	char *name; /* of the file, without folder and ending */
	struct step *steps;
	size_t n_steps;
	bool two_sided;
};

/* 0, or -errno and a malloc'd sentence that names file and line. */
int script_load(const char *path, struct script *out, char **error);
/* The same from its text. */
int script_read(const char *path, const char *text, struct script *out, char **error);
void script_free(struct script *script);

#endif
