/* SPDX-License-Identifier: Apache-2.0 */
/*
 * option_query.h - one call about a socket option: the octets that the kernel gets for the members that a body says,
 * and what the octets say that it gives.
 */
#ifndef SCTPSPEC_RUNNER_ENGINE_OPTION_QUERY_H
#define SCTPSPEC_RUNNER_ENGINE_OPTION_QUERY_H

#include "runner/engine/option_table.h"
#include "runner/engine/options.h"
#include "runner/engine/trial.h"

#define LIST_ROOM 2048 /* octets; the longest struct has some 250 */

/* An option of a scope at a peer. */
struct query {
	struct trial *t;
	struct peer *peer;
	const struct socket_option *option;
	struct option_scope scope;
	socklen_t length;
	unsigned char octets[LIST_ROOM];
};

/* With the scope's id and address in it, and 0 elsewhere. What the option does not have ends the case as `error`. */
struct query query_about(struct trial *t, struct peer *peer, int number, struct option_scope scope);
uint32_t query_id(const struct query *query);
/* Puts the members in; those only that say what to read. */
void query_put(struct query *query, const struct option_value *values);
void query_put_inputs(struct query *query, const struct option_value *values);
int64_t query_number(const struct query *query, const struct option_member *member);
bool query_has_list(const struct query *query);
/* Whether all members are as they must be; those that are not, as they are, go to `out`. */
bool query_compare(const struct query *query, const struct option_value *values, FILE *out);
/* "client: SCTP_RTOINFO of its association: srto_min 200 ms", with words before and after. `values` may be NULL. */
void query_describe(const struct query *query, const char *before, const struct option_value *values, const char *after,
	char text[STORY_TEXT_MAX]);
const struct option_member *query_member(const struct query *query, const char *name);

#endif
