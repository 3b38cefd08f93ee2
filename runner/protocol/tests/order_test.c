/* SPDX-License-Identifier: Apache-2.0 */
/* order_test.c - what is written is what is read, and nothing else is. */
#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/tests/suite.h"
#include "runner/protocol/box.h"
#include "runner/protocol/order.h"

static const char *const argv[] = { "/bin/echo", "a b", "", NULL };
static const char *const modules[] = { "/run/late/libcrc32c.ko", "/run/late/sctp.ko", NULL };
static const struct order_variable env[] = { { "TERM", "dumb" }, { "LANG", "C" }, { NULL, NULL } };

/* A stage is known by its text in the cache, so the text is part of what is promised. */
static const struct writing {
	struct order order;
	const char *text;
} writings[] = {
	{ { .kind = ORDER_CASE, .seed = 7, .test_case = { "setup.refused", CLOCK_VIRTUAL_TIME, NULL } },
		"{\"do\":\"case\",\"case\":\"setup.refused\",\"seed\":7,\"clock\":\"virtual\"}" },
	{ { .kind = ORDER_CASE, .seed = INT64_MAX, .test_case = { "setup.refused", CLOCK_REAL_TIME, "drop:2" } },
		"{\"do\":\"case\",\"case\":\"setup.refused\",\"seed\":9223372036854775807,"
		"\"clock\":\"real\",\"tamper\":\"drop:2\"}" },
	{ { .kind = ORDER_STAGE, .stage = { "two-paths", CLOCK_VIRTUAL_TIME } },
		"{\"do\":\"stage\",\"topology\":\"two-paths\",\"clock\":\"virtual\"}" },
	{ { .kind = ORDER_LOAD, .load.modules = modules },
		"{\"do\":\"load\",\"modules\":[\"/run/late/libcrc32c.ko\",\"/run/late/sctp.ko\"]}" },
	{ { .kind = ORDER_EXEC, .seed = 1, .exec.argv = argv },
		"{\"do\":\"exec\",\"seed\":1,\"argv\":[\"/bin/echo\",\"a b\",\"\"]}" },
	{ { .kind = ORDER_EXEC, .seed = 0, .exec = { argv, env } },
		"{\"do\":\"exec\",\"seed\":0,\"argv\":[\"/bin/echo\",\"a b\",\"\"],"
		"\"env\":{\"TERM\":\"dumb\",\"LANG\":\"C\"}}" },
	{ { .kind = ORDER_SHELL,
		  .seed = 3,
		  .shell = { NULL, "two-paths", true, 24, 80, "xterm", "two-paths# ", { argv, env } } },
		"{\"do\":\"shell\",\"topology\":\"two-paths\",\"seed\":3,\"terminal\":true,\"rows\":24,"
		"\"columns\":80,\"term\":\"xterm\",\"prompt\":\"two-paths# \",\"argv\":[\"/bin/echo\",\"a b\",\"\"],"
		"\"env\":{\"TERM\":\"dumb\",\"LANG\":\"C\"}}" },
	{ { .kind = ORDER_SHELL, .seed = 3, .shell = { "setup.refused", NULL, false, 0, 0, "", "", { argv, env } } },
		"{\"do\":\"shell\",\"case\":\"setup.refused\",\"seed\":3,\"terminal\":false,\"rows\":0,"
		"\"columns\":0,\"term\":\"\",\"prompt\":\"\",\"argv\":[\"/bin/echo\",\"a b\",\"\"],"
		"\"env\":{\"TERM\":\"dumb\",\"LANG\":\"C\"}}" },
};

enum { WRITINGS = sizeof(writings) / sizeof(writings[0]) };

/* Read and written again it is the same text, so no member was lost. */
START_TEST(what_is_written_is_read)
{
	const struct writing *want = &writings[_i];
	struct order order;
	char *error = NULL, *text = order_write(&want->order, &error);
	ck_assert_msg(text, "%s", error);
	ck_assert_str_eq(text, want->text);
	ck_assert_msg(order_read(text, strlen(text), &order, &error) == 0, "%s", error);
	ck_assert_int_eq(order.kind, want->order.kind);
	ck_assert_uint_eq(order.n_files, 0);
	char *again = order_write(&order, &error);
	ck_assert_str_eq(again, text);
	order_free(&order);
	free(again);
	free(text);
}
END_TEST

START_TEST(a_box_adds_its_files)
{
	char path[] = "/tmp/order-XXXXXX", box_path[64], *text = order_write(&writings[4].order, NULL);
	int file = mkstemp(path);
	struct box box;
	struct order order;
	const struct box_payload payload = { .name = "/run/x", .path = path, .mode = 0750 };
	ck_assert_int_eq(write(file, "hello", 5), 5);
	close(file);
	snprintf(box_path, sizeof(box_path), "%s.box", path);
	ck_assert_int_eq(box_create(box_path, &box), 0);
	ck_assert_int_eq(box_put_order(&box, text, &payload, 1), 0);
	const struct box_header *header = (const void *)box.base;
	ck_assert_int_eq(
		order_read((const char *)box.base + header->order_offset, header->order_length, &order, NULL), 0);
	ck_assert_uint_eq(order.n_files, 1);
	ck_assert_str_eq(order.files[0].name, "/run/x");
	ck_assert_uint_eq(order.files[0].mode, 0750);
	ck_assert_uint_eq(order.files[0].length, 5);
	ck_assert_int_eq(memcmp(box.base + order.files[0].offset, "hello", 5), 0);
	ck_assert_str_eq(order.exec.argv[1], "a b");
	order_free(&order);
	box_unmap(&box);
	unlink(box_path);
	unlink(path);
	free(text);
}
END_TEST

START_TEST(a_word_that_is_no_text_is_refused)
{
	static const char *const bad[] = { "/bin/echo", "\xff", NULL };
	char *error = NULL;
	ck_assert_ptr_null(order_write(&(struct order){ .kind = ORDER_EXEC, .exec.argv = bad }, &error));
	ck_assert_str_eq(error, "cannot write an order to do \"exec\": a word is not UTF-8, or memory is short");
	free(error);
}
END_TEST

#define A_CASE "\"do\":\"case\",\"case\":\"x\",\"seed\":1"
#define A_SHELL                                                                                                        \
	"\"do\":\"shell\",\"seed\":1,\"terminal\":true,\"columns\":80,\"term\":\"\",\"prompt\":\"\",\"argv\":[\"x\"]," \
	"\"env\":{}"

static const struct refusal {
	const char *text, *sentence;
} refusals[] = {
	{ "", "the order is no JSON object: '[' or '{' expected near end of file" },
	{ "[]", "the order is no JSON object: another value" },
	{ "{}", "the order does not say what is to be done" },
	{ "{\"do\":1}", "the order does not say what is to be done" },
	{ "{\"do\":\"dance\"}", "the order is to do \"dance\", which is nothing that is known" },
	{ "{" A_CASE "}", "the order to do \"case\" lacks a member: clock" },
	{ "{" A_CASE ",\"clock\":\"virtual\",\"colour\":\"red\"}",
		"the order to do \"case\" has an unknown member: colour" },
	{ "{" A_CASE ",\"clock\":\"virtual\",\"topology\":\"moebius\"}",
		"the order to do \"case\" has an unknown member: topology" },
	{ "{" A_CASE ",\"clock\":1}", "clock is of the wrong type in the order to do \"case\"" },
	{ "{" A_CASE ",\"clock\":\"virtual\",\"tamper\":null}",
		"tamper is of the wrong type in the order to do \"case\"" },
	{ "{" A_CASE ",\"clock\":\"wall\"}", "clock has a wrong value in the order to do \"case\"" },
	{ "{\"do\":\"case\",\"case\":\"x\",\"seed\":-1,\"clock\":\"real\"}",
		"seed has a wrong value in the order to do \"case\"" },
	{ "{\"do\":\"case\",\"case\":\"x\",\"seed\":1.5,\"clock\":\"real\"}",
		"seed is of the wrong type in the order to do \"case\"" },
	{ "{\"do\":\"stage\",\"topology\":\"x\",\"clock\":\"real\",\"seed\":1}",
		"the order to do \"stage\" has an unknown member: seed" },
	{ "{\"do\":\"load\",\"modules\":[1]}", "modules has a wrong value in the order to do \"load\"" },
	{ "{\"do\":\"exec\",\"seed\":1,\"argv\":[]}", "argv has a wrong value in the order to do \"exec\"" },
	{ "{\"do\":\"exec\",\"seed\":1,\"argv\":[\"x\",null]}", "argv has a wrong value in the order to do \"exec\"" },
	{ "{\"do\":\"exec\",\"seed\":1,\"argv\":[\"x\"],\"env\":{\"A\":1}}",
		"env has a wrong value in the order to do \"exec\"" },
	{ "{" A_SHELL ",\"rows\":24}", "case or topology has a wrong value in the order to do \"shell\"" },
	{ "{" A_SHELL ",\"rows\":24,\"case\":\"x\",\"topology\":\"y\"}",
		"case or topology has a wrong value in the order to do \"shell\"" },
	{ "{" A_SHELL ",\"rows\":70000,\"case\":\"x\"}", "rows has a wrong value in the order to do \"shell\"" },
	{ "{\"do\":\"exec\",\"seed\":1,\"argv\":[\"x\"],\"files\":[{\"name\":\"/x\",\"offset\":0,\"length\":1}]}",
		"mode has a wrong value in the order to do \"exec\"" },
	{ "{\"do\":\"exec\",\"seed\":1,\"argv\":[\"x\"],\"files\":[{\"name\":\"/x\",\"offset\":-1,\"length\":1,"
	  "\"mode\":420}]}",
		"offset has a wrong value in the order to do \"exec\"" },
	{ "{\"do\":\"exec\",\"seed\":1,\"argv\":[\"x\"],\"files\":[{\"name\":2,\"offset\":0,\"length\":1,"
	  "\"mode\":420}]}",
		"files has a wrong value in the order to do \"exec\"" },
	{ "{\"do\":\"exec\",\"do\":\"exec\"}", "the order is no JSON object: duplicate object key near '\"do\"'" },
};

enum { REFUSALS = sizeof(refusals) / sizeof(refusals[0]) };

START_TEST(nothing_else_is_read)
{
	const struct refusal *want = &refusals[_i];
	struct order order;
	char *error = NULL;
	ck_assert_int_eq(order_read(want->text, strlen(want->text), &order, &error), -EINVAL);
	ck_assert_str_eq(error, want->sentence);
	free(error);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("order");
	TCase *tests = tcase_create("order");
	tcase_add_loop_test(tests, what_is_written_is_read, 0, WRITINGS);
	tcase_add_test(tests, a_box_adds_its_files);
	tcase_add_test(tests, a_word_that_is_no_text_is_refused);
	tcase_add_loop_test(tests, nothing_else_is_read, 0, REFUSALS);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
