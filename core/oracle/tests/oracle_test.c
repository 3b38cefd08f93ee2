/* SPDX-License-Identifier: Apache-2.0 */
/* oracle_test.c - reading scripts, names for numbers, and what the comparison finds; without a guest. */
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/oracle/director.h"
#include "core/oracle/names.h"
#include "core/oracle/random.h"
#include "core/oracle/script.h"
#include "core/oracle/term.h"
#include "core/tests/suite.h"

static struct script load_text(const char *text, char **error)
{
	char path[] = "/tmp/oracle_test_XXXXXX.script";
	struct script script = { 0 };
	int fd = mkstemps(path, 7);

	*error = NULL;
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	script_load(path, &script, error);
	unlink(path);
	return script;
}

#define refuse(text, words)                                                                                        \
	do {                                                                                                       \
		char *refuse_error;                                                                                \
		struct script refuse_script = load_text(text, &refuse_error);                                      \
		ck_assert_msg(refuse_error != NULL, "'%s' is not refused", text);                                  \
		ck_assert_msg(strstr(refuse_error, words) != NULL, "'%s' does not say '%s'", refuse_error, words); \
		free(refuse_error);                                                                                \
		script_free(&refuse_script);                                                                       \
	} while (0)

START_TEST(all_terms_are_read)
{
	struct statement s;
	const struct term *list;

	ck_assert_ptr_null(statement_parse("a = f(-7, 0x1F, ::1, \"q\\x22\\x00\", [x, y={z=3}], g())", &s));
	ck_assert_str_eq(s.name, "a");
	ck_assert_str_eq(s.call->text, "f");
	ck_assert_int_eq(term_at(s.call, 0)->number, -7);
	ck_assert_int_eq(term_at(s.call, 1)->number, 31);
	ck_assert(term_is_word(term_at(s.call, 2), "::1"));
	ck_assert_uint_eq(term_at(s.call, 3)->length, 3);
	ck_assert_mem_eq(term_at(s.call, 3)->text, "q\"\0", 3);
	list = term_at(s.call, 4);
	ck_assert_int_eq(list->kind, TERM_LIST);
	ck_assert_str_eq(term_at(list, 1)->key, "y");
	ck_assert_int_eq(term_at(term_at(list, 1), 0)->number, 3);
	ck_assert_int_eq(term_at(s.call, 5)->kind, TERM_CALL);
	ck_assert_ptr_null(term_at(s.call, 6));
	statement_free(&s);
}
END_TEST

START_TEST(what_is_no_call_is_refused)
{
	refuse("S = open(server\n", ":1: a ) is missing");
	refuse("S = open(server, [ip=127.0.0.1)\n", "a ] is missing");
	refuse("S = open(server) now\n", "something follows the call");
	refuse("hello\n", "this is no call");
	refuse("S = open(server)\nsend(S, 0, 0, \"open)\n", ":2: a text has no end");
	refuse("S = open(server)\nsend(S, 0, 0, \"\\n\")\n", "behind \\ in a text comes xHH");
	refuse("S = open(server)\nrecv(S, )\n", "a value is missing");
	refuse("S = open(server)\nrecv(S, ((((((((((((((((((1)\n", "a value is missing");
	refuse("f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(1\n", "too deep");
}
END_TEST

START_TEST(what_cannot_be_played_is_refused)
{
	refuse("# nothing\n\n", "there is no call in it");
	refuse("S = open()\n", "for whom?");
	refuse("open(server)\n", "give the result a name");
	refuse("S = open(server)\nopne(S)\n", ":2: there is no such function: opne");
	refuse("recv(T)\n", "the first argument is the name of a socket: T");
	refuse("S = open(server)\na = recv(S)\nrecv(a)\n", ":3: the first argument");
	refuse("S = open(server)\n  c: ok\n", "a difference is three lines");
	refuse("S = open(server)\n  wrong: ok\n", "what is indented under a call");
	refuse("S = open(server)\n  c: ok\n  c: ok\n", "this is there twice");
	refuse("S = open(server)\n  erlang: x\n  c: x\n  because: (D) B-001\n", "no difference");
	refuse("S = open(server)\n  erlang: x\n  c: y\n  because: I say so\n", "a reason begins");
}
END_TEST

START_TEST(calls_belong_to_sides)
{
	char *error;
	struct script s = load_text("S = open(server)\n"
				    "P = peeloff(S, 3)\n"
				    "C = open(client)\n"
				    "r = start(recv(P))\n"
				    "error_string(1)\n"
				    "network(lost)\n"
				    "finish(r)\n",
		&error);

	ck_assert_msg(error == NULL, "%s", error);
	ck_assert_uint_eq(s.n_steps, 7);
	ck_assert(s.two_sided);
	ck_assert_int_eq(s.steps[1].side, SERVER);
	ck_assert_int_eq(s.steps[2].side, CLIENT);
	ck_assert_int_eq(s.steps[3].side, SERVER);
	ck_assert_int_eq(s.steps[4].side, CLIENT);
	ck_assert_int_eq(s.steps[5].side, DIRECTOR);
	ck_assert_int_eq(s.steps[6].side, SERVER);
	script_free(&s);
}
END_TEST

/* As a play does it: fill in, learn, put in. */
static char *told(struct names *names, const char *bind, enum name_kind kind, const char *answer)
{
	struct step step = { .bind = (char *)(uintptr_t)bind, .bind_kind = kind };

	names_learn(names, &step, answer);
	return names_put_in(names, answer);
}

#define expect_text(call, words)                          \
	do {                                              \
		char *expect_text_got = (call);           \
		ck_assert_str_eq(expect_text_got, words); \
		free(expect_text_got);                    \
	} while (0)

START_TEST(numbers_get_names)
{
	struct names n = { 0 };

	expect_text(told(&n, "S", NAME_SOCKET, "ok @2006"), "ok S.port");
	expect_text(told(&n, NULL, NAME_ASSOC, "ok 127.0.0.1:@2006 e{assoc_id=#7}"),
		"ok 127.0.0.1:S.port e{assoc_id=assoc1}");
	expect_text(told(&n, NULL, NAME_ASSOC, "{tsn=%7:4294967295, assoc_id=#7} \"#7 @2006 %7:1\""),
		"{tsn=first+0, assoc_id=assoc1} \"#7 @2006 %7:1\"");
	expect_text(told(&n, "a", NAME_ASSOC, "ok e{assoc_id=#7}"), "ok e{assoc_id=a}");
	expect_text(told(&n, NULL, NAME_ASSOC, "{tsn=%7:1, cumtsn=%7:4294967294}"), "{tsn=first+2, cumtsn=first-1}");
	expect_text(told(&n, NULL, NAME_ASSOC, "#0 @0 #9 @7"), "0 0 assoc2 7");
	names_free(&n);
}
END_TEST

START_TEST(names_stand_for_numbers)
{
	struct names n = { 0 };
	char *missing = NULL;

	free(told(&n, "S", NAME_SOCKET, "ok @2006"));
	free(told(&n, "a", NAME_ASSOC, "ok e{assoc_id=#7}"));
	free(told(&n, "b", NAME_ASSOC, "error timeout"));
	free(told(&n, "T", NAME_SOCKET, "error eaddrinuse"));
	expect_text(names_fill_in(&n, "a = f(a, S, S.port, {assoc_id=a}, \"a S.port\")", &missing),
		"a = f(assoc(7), S, 2006, {assoc_id=assoc(7)}, \"a S.port\")");
	ck_assert_ptr_null(names_fill_in(&n, "f(b)", &missing));
	ck_assert_str_eq(missing, "b");
	free(missing);
	ck_assert_ptr_null(names_fill_in(&n, "recv(T)", &missing));
	ck_assert_str_eq(missing, "T");
	free(missing);
	ck_assert_ptr_null(names_fill_in(&n, "f(T.port)", &missing));
	ck_assert_str_eq(missing, "T");
	free(missing);
	names_free(&n);
}
END_TEST

/* One call, answered so by Erlang and by C; and what is found in a play of C. */
static bool compare(const char *listed, const char *erlang, const char *c, struct finding *out)
{
	static const struct cast both[] = { { "Erlang", { ERLANG, ERLANG } }, { "C", { C, C } } };
	char text[512], *error, *answers[2] = { strdup(erlang), strdup(c) };
	struct transcript oracle = { &both[0], &answers[0], 1 }, play = { &both[1], &answers[1], 1 };
	struct script script;
	bool same;

	snprintf(text, sizeof(text), "S = open(server)\n%s", listed);
	script = load_text(text, &error);
	ck_assert_msg(error == NULL, "%s", error);
	same = transcript_check(&script, &oracle, &oracle, out) && transcript_check(&script, &oracle, &play, out);
	script_free(&script);
	free(answers[0]);
	free(answers[1]);
	return same;
}

#define LISTED "  erlang: one\n  c: two\n  because: (D) B-001: so\n"

START_TEST(differences_are_found)
{
	struct finding f;

	ck_assert(compare("", "one", "one", &f));
	ck_assert(compare(LISTED, "one", "two", &f));

	ck_assert(!compare("", "one", "two", &f));
	ck_assert_str_eq(f.expected, "one");
	ck_assert_str_eq(f.got, "two");
	finding_free(&f);
	ck_assert(!compare(LISTED, "one", "three", &f));
	ck_assert_str_eq(f.expected, "two");
	finding_free(&f);
	ck_assert(!compare(LISTED, "one", "one", &f));
	ck_assert_ptr_nonnull(strstr(f.why, "the listed difference is gone"));
	finding_free(&f);
	ck_assert(!compare(LISTED, "three", "two", &f)); /* it is Erlang that has changed */
	ck_assert_int_eq(f.cast->plays[CLIENT], ERLANG);
	finding_free(&f);
}
END_TEST

START_TEST(all_scripts_can_be_played)
{
	glob_t found;

	ck_assert_int_eq(glob(SCRIPTS "/*.script", 0, NULL, &found), 0);
	ck_assert_uint_ge(found.gl_pathc, 80);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct script script;
		char *error = NULL;

		ck_assert_msg(script_load(found.gl_pathv[i], &script, &error) == 0, "%s", error);
		script_free(&script);
	}
	globfree(&found);
}
END_TEST

START_TEST(random_scripts_can_be_played_and_repeat)
{
	char *before = strdup("");

	for (uint64_t seed = 1; seed <= 2000; seed++) {
		char *text = random_script(seed), *again = random_script(seed), *error = NULL;
		struct script script;

		ck_assert_str_eq(text, again);
		ck_assert_str_ne(text, before);
		ck_assert_msg(script_read("random", text, &script, &error) == 0, "%s\n%s", error, text);
		ck_assert_uint_ge(script.n_steps, 15);
		script_free(&script);
		free(before);
		free(again);
		before = text;
	}
	free(before);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = { all_terms_are_read, what_is_no_call_is_refused, what_cannot_be_played_is_refused,
		calls_belong_to_sides, numbers_get_names, names_stand_for_numbers, differences_are_found,
		all_scripts_can_be_played, random_scripts_can_be_played_and_repeat };

	return RUN_SUITE("oracle", tests, NULL);
}
