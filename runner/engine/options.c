/* SPDX-License-Identifier: Apache-2.0 */
/* options.c - the verbs for socket options: set, read, be refused. */
#include "runner/engine/options.h"

#include <errno.h>
#include <string.h>

#include "runner/engine/call.h"
#include "runner/engine/option_query.h"

/* ------------------------------------------------------------------ the calls */

static int level_of(const struct socket_option *option)
{
	return option->number >= AT_SOCKET_LEVEL(0) ? SOL_SOCKET : IPPROTO_SCTP;
}

/* 0 or an errno. An option that a kernel may lack, and that this one does not know: the case is skipped, unless that is
 * what it expects. */
static int result(const struct query *query, int status, int expected)
{
	const int error = status < 0 ? errno : 0;

	if (error == ENOPROTOOPT && query->option->may_lack && expected != error)
		skip(query->t, "the kernel does not have the socket option %s", query->option->name);
	return error;
}

static int get(struct query *query, int expected)
{
	const int number = query->option->number & 0xffff;

	if (query_has_list(query))
		query->length = LIST_ROOM - sizeof(int64_t);
	return result(query,
		getsockopt(gs_fd(query->peer->socket), level_of(query->option), number, query->octets, &query->length),
		expected);
}

static json_t *arguments_of(const struct query *query)
{
	static const char *const words[] = { "future", "current", "all", "association", "id" };
	json_t *arguments = json_pack("{s:s, s:s, s:I}", "option", query->option->name, "of", words[query->scope.of],
		"assoc_id", (json_int_t)query_id(query));

	if (query->option->address >= 0 && query->scope.address == OF_PATH)
		json_object_set_new(arguments, "path", json_integer(query->scope.path));
	for (const struct option_member *member = query->option->members; member->name != NULL; member++)
		if (member->kind != MEMBER_LIST)
			json_object_set_new(arguments, member->name, json_integer(query_number(query, member)));
	return arguments;
}

static int set(struct query *query, int expected)
{
	const int number = query->option->number & 0xffff;
	const vtime at = now(query->t);
	const int status =
		setsockopt(gs_fd(query->peer->socket), level_of(query->option), number, query->octets, query->length);
	const int error = status < 0 ? errno : 0;

	trial_call(query->t, query->peer, at, "setsockopt", arguments_of(query), -error);
	errno = error;
	return result(query, status, expected);
}

static void judge(const struct query *query, const char *expected, bool ok, const char *reason, const char *got)
{
	struct trial *t = query->t;

	if (t->rehearsal != NULL) {
		fprintf(t->rehearsal, "  expect %s\n", expected);
		return;
	}
	trial_check(t, expected, NULL, ok, ok ? NULL : got);
	if (!ok)
		trial_fail(t, VERDICT_FAIL, reason, expected, got);
}

static void fail(const struct query *query, const char *expected, const char *what, const char *got)
{
	char reason[REASON_MAX];

	snprintf(reason, sizeof(reason), "%s at the %s: %s", query->option->name, query->peer->name, what);
	judge(query, expected, false, reason, got);
}

static void must_set(struct query *query, const struct option_value *values)
{
	char text[STORY_TEXT_MAX], expected[STORY_TEXT_MAX];
	int error;

	query_describe(query, " sets ", values, "", text);
	trial_action(query->t, "%s", text);
	if (query->t->rehearsal != NULL)
		return;
	error = set(query, 0);
	if (error == 0)
		return;
	query_describe(query, ": setting ", values, " succeeds", expected);
	fail(query, expected, strerrordesc_np(error), strerrorname_np(error));
}

/* ------------------------------------------------------------------ the verbs */

void set_option_to(
	struct trial *t, struct peer *peer, int option, struct option_scope scope, const struct option_value *values)
{
	struct query query = query_about(t, peer, option, scope);

	query_put(&query, values);
	must_set(&query, values);
}

void set_option_or_skip_to(
	struct trial *t, struct peer *peer, int option, struct option_scope scope, const struct option_value *values)
{
	struct query query = query_about(t, peer, option, scope);
	char text[STORY_TEXT_MAX];

	query_put(&query, values);
	query_describe(&query, " sets ", values, "", text);
	trial_action(t, "%s", text);
	if (t->rehearsal == NULL && set(&query, 0) != 0)
		skip(t, "the kernel does not take it: %s: %s", text, strerrorname_np(errno));
}

static void read_it(struct query *query, const char *expected)
{
	const int error = get(query, 0);

	if (error != 0)
		fail(query, expected, strerrordesc_np(error), strerrorname_np(error));
}

void change_option_to(
	struct trial *t, struct peer *peer, int option, struct option_scope scope, const struct option_value *values)
{
	struct query query = query_about(t, peer, option, scope);
	char expected[STORY_TEXT_MAX];

	query_describe(&query, ": ", NULL, " can be read", expected);
	query_put_inputs(&query, values);
	if (t->rehearsal == NULL)
		read_it(&query, expected);
	query_put(&query, values);
	must_set(&query, values);
}

void expect_option_is(
	struct trial *t, struct peer *peer, int option, struct option_scope scope, const struct option_value *values)
{
	struct query query = query_about(t, peer, option, scope);
	char expected[STORY_TEXT_MAX], got[STORY_TEXT_MAX];
	bool same = true;

	query_describe(&query, ": ", values, "", expected);
	query_put_inputs(&query, values);
	got[0] = '\0';
	if (t->rehearsal == NULL) {
		FILE *out;

		read_it(&query, expected);
		out = trial_text(t, got, sizeof(got));
		same = query_compare(&query, values, out);
		fclose(out);
	}
	judge(&query, expected, same, "a socket option has another value", got);
}

int64_t ask_option(struct trial *t, struct peer *peer, int option, struct option_scope scope, const char *member)
{
	struct query query = query_about(t, peer, option, scope);
	const struct option_member *wanted = query_member(&query, member);
	char expected[STORY_TEXT_MAX];

	query_describe(&query, ": ", NULL, " can be read", expected);
	if (t->rehearsal != NULL)
		return 1;
	read_it(&query, expected);
	return query_number(&query, wanted);
}

static void judge_refusal(const struct query *query, const char *expected, int error, int is)
{
	char reason[REASON_MAX];

	snprintf(reason, sizeof(reason), "%s at the %s: %s", query->option->name, query->peer->name,
		is == 0 ? "not refused" : "refused with another error");
	judge(query, expected, is == error, reason, is == 0 ? "it succeeds" : strerrorname_np(is));
}

/* "client: setting SCTP_RTOINFO: srto_min 2000 ms is refused with EINVAL" */
static void describe_refusal(const struct query *query, const char *what, const struct option_value *values, int error,
	char text[STORY_TEXT_MAX])
{
	char after[64];

	snprintf(after, sizeof(after), " is refused with %s", strerrorname_np(error));
	query_describe(query, what, values, after, text);
}

void expect_set_refused(struct trial *t, struct peer *peer, int option, struct option_scope scope, int error,
	const struct option_value *values)
{
	struct query query = query_about(t, peer, option, scope);
	char expected[STORY_TEXT_MAX];

	query_put(&query, values);
	describe_refusal(&query, ": setting ", values, error, expected);
	judge_refusal(&query, expected, error, t->rehearsal == NULL ? set(&query, error) : error);
}

void expect_get_refused(struct trial *t, struct peer *peer, int option, struct option_scope scope, int error,
	const struct option_value *values)
{
	struct query query = query_about(t, peer, option, scope);
	char expected[STORY_TEXT_MAX];

	query_put_inputs(&query, values);
	describe_refusal(&query, ": reading ", values, error, expected);
	judge_refusal(&query, expected, error, t->rehearsal == NULL ? get(&query, error) : error);
}

static struct query ask_with_length(struct trial *t, struct peer *peer, int option, size_t length)
{
	struct query query = query_about(t, peer, option, FUTURE);

	if (length > LIST_ROOM)
		trial_error(t, "%zu octets are more than %d", length, LIST_ROOM);
	query.length = (socklen_t)length;
	return query;
}

static void judge_length(const struct query *query, const char *what, size_t length, int error, int is)
{
	char before[64], expected[STORY_TEXT_MAX];

	snprintf(before, sizeof(before), ": %s %zu octets as ", what, length);
	describe_refusal(query, before, NULL, error, expected);
	judge_refusal(query, expected, error, is);
}

void expect_set_length_refused(struct trial *t, struct peer *peer, int option, size_t length, int error)
{
	struct query query = ask_with_length(t, peer, option, length);

	judge_length(&query, "setting", length, error, t->rehearsal == NULL ? set(&query, error) : error);
}

void expect_get_length_refused(struct trial *t, struct peer *peer, int option, size_t length, int error)
{
	struct query query = ask_with_length(t, peer, option, length);
	int is = error;

	if (t->rehearsal == NULL)
		is = result(&query,
			getsockopt(gs_fd(peer->socket), level_of(query.option), query.option->number & 0xffff,
				query.octets, &query.length),
			error);
	judge_length(&query, "reading", length, error, is);
}
