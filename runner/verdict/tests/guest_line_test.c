/* SPDX-License-Identifier: Apache-2.0 */
/* guest_line_test.c - what a guest may say, and all that it may not. */
#include <check.h>
#include <stdlib.h>

#include "core/tests/suite.h"
#include "runner/verdict/guest_line.h"

#define ACTION "\"type\":\"action\",\"t_ns\":1,\"text\":\"connects\""
#define VERDICT "\"type\":\"verdict\",\"t_ns\":1,\"reason\":\"\",\"explanation\":\"\""
#define NUMBERS "\"type\":\"numbers\",\"t_ns\":5,\"until_ns\":6,\"endpoint\":\"a\",\"socket\":\"client\""
#define CAPTURE "\"type\":\"capture\",\"endpoint\":\"a\",\"path\":0,\"began_ns\":5"
#define QUESTION "\"type\":\"question\",\"t_ns\":5,\"kind\":\"never\",\"endpoint\":\"a\",\"chunk\":4"

static const char *const right[] = {
	"{" ACTION "}",
	"{" ACTION ",\"case\":\"setup.one-path\"}",
	"{\"type\":\"case_start\",\"sysctls\":{\"a\":{\"net.sctp.pf_enable\":\"0\"},\"b\":{}}}",
	"{\"type\":\"event\",\"t_ns\":5,\"endpoint\":\"b\",\"socket\":\"server\",\"event\":\"send_failed\","
	"\"text\":\"…\",\"fields\":{\"error\":11,\"intact\":true,\"state\":\"unsent\"}}",
	"{\"type\":\"check\",\"t_ns\":5,\"text\":\"…\",\"ok\":true,\"window\":[1,9223372036854775807],\"at_ns\":4,"
	"\"random_ns\":0}",
	"{\"type\":\"check\",\"t_ns\":5,\"text\":\"…\",\"ok\":false,\"window\":null,\"got\":\"nothing\"}",
	"{\"type\":\"fault\",\"t_ns\":5,\"action\":\"inject\",\"kind\":\"loss\",\"at\":\"middle\","
	"\"direction\":\"both\",\"path\":1,\"text\":\"…\",\"commands\":\"\"}",
	"{\"type\":\"call\",\"t_ns\":5,\"endpoint\":\"a\",\"socket\":\"client\",\"call\":\"eof\","
	"\"arguments\":{\"assoc_id\":3},\"result\":\"ok\"}",
	"{" NUMBERS ",\"of\":\"path\",\"fields\":{\"assoc_id\":3,\"path\":0,\"state\":2}}",
	"{" NUMBERS ",\"of\":\"namespace\",\"fields\":{}}",
	"{" CAPTURE ",\"file\":null}",
	"{" QUESTION ",\"path\":0,\"count\":0,\"window\":[1,9223372036854775807],\"source\":\"cases/pf.c:7\"}",
	"{\"type\":\"question\",\"t_ns\":5,\"kind\":\"exchange\",\"exchange\":[{\"endpoint\":\"b\",\"chunk\":6,"
	"\"cause\":0}],"
	"\"window\":[1,2]}",
	"{" VERDICT ",\"verdict\":\"skip\"}",
};

START_TEST(a_line_as_the_agent_writes_it)
{
	char wrong[256];
	json_t *line = json_loads(right[_i], 0, NULL);
	ck_assert_ptr_nonnull(line);
	ck_assert_msg(guest_line_is_right(line, "setup.one-path", wrong, sizeof(wrong)), "%s: %s", right[_i], wrong);
	json_decref(line);
}
END_TEST

static const struct {
	const char *line, *wrong;
} refused[] = {
	{ "{}", "it has no type" },
	{ "[]", "it has no type" },
	{ "{\"type\":7}", "it has no type" },
	/* what only the host writes */
	{ "{\"type\":\"run\"}", "a guest writes no lines of type 'run'" },
	{ "{\"type\":\"run_end\",\"exit_status\":0}", "a guest writes no lines of type 'run_end'" },
	{ "{\"type\":\"case_end\",\"verdict\":\"pass\"}", "a guest writes no lines of type 'case_end'" },
	{ "{\"type\":\"finding\",\"rule\":\"a.b\"}", "a guest writes no lines of type 'finding'" },
	{ "{\"type\":\"case_start\",\"repeat\":\"rm -r .\"}", "case_start has no member 'repeat' of the guest's" },
	{ "{\"type\":\"case_start\",\"kernel\":\"another\"}", "case_start has no member 'kernel' of the guest's" },
	{ "{" VERDICT ",\"verdict\":\"xfail\"}", "verdict with a wrong 'verdict'" },
	{ "{" VERDICT ",\"verdict\":\"crash\"}", "verdict with a wrong 'verdict'" },
	{ "{" VERDICT "}", "verdict without 'verdict'" },
	{ "{" ACTION ",\"case\":\"setup.two-paths\"}", "action of another case, 'setup.two-paths'" },
	/* types and ranges */
	{ "{\"type\":\"action\",\"text\":\"…\"}", "action without 't_ns'" },
	{ "{\"type\":\"action\",\"t_ns\":\"1\",\"text\":\"…\"}", "action with a wrong 't_ns'" },
	{ "{\"type\":\"action\",\"t_ns\":1.5,\"text\":\"…\"}", "action with a wrong 't_ns'" },
	{ "{\"type\":\"action\",\"t_ns\":9223372036854775807,\"text\":\"…\"}", "action with a wrong 't_ns'" },
	{ "{\"type\":\"action\",\"t_ns\":1,\"text\":null}", "action with a wrong 'text'" },
	{ "{" CAPTURE ",\"packets\":1}", "capture has no member 'packets' of the guest's" },
	{ "{" CAPTURE ",\"chunks\":{}}", "capture has no member 'chunks' of the guest's" },
	{ "{" QUESTION ",\"path\":64,\"count\":0,\"window\":[1,2]}", "question with a wrong 'path'" },
	{ "{" QUESTION ",\"path\":0,\"count\":0,\"window\":[1]}", "question with a wrong 'window'" },
	{ "{" QUESTION ",\"path\":0,\"count\":0,\"ok\":true}", "question has no member 'ok' of the guest's" },
	{ "{" QUESTION ",\"path\":0,\"count\":0}", "a question that no case can ask" },
	{ "{" QUESTION ",\"path\":0,\"count\":0,\"window\":[2,1]}", "a question that no case can ask" },
	{ "{\"type\":\"question\",\"t_ns\":5}", "question without 'kind'" },
	{ "{\"type\":\"question\",\"t_ns\":5,\"kind\":\"exchange\",\"exchange\":{}}",
		"question with a wrong 'exchange'" },
	{ "{\"type\":\"check\",\"t_ns\":1,\"text\":\"\",\"ok\":true,\"question\":{}}",
		"check has no member 'question' of the guest's" },
	{ "{\"type\":\"capture\",\"endpoint\":\"d\"}", "capture with a wrong 'endpoint'" },
	{ "{\"type\":\"capture\",\"endpoint\":\"a\",\"path\":64}", "capture with a wrong 'path'" },
	{ "{\"type\":\"check\",\"t_ns\":1,\"text\":\"\",\"ok\":1}", "check with a wrong 'ok'" },
	{ "{\"type\":\"check\",\"t_ns\":1,\"text\":\"\",\"ok\":true,\"window\":[1]}", "check with a wrong 'window'" },
	{ "{\"type\":\"fault\",\"t_ns\":1,\"action\":\"undo\"}", "fault with a wrong 'action'" },
	{ "{\"type\":\"fault\",\"t_ns\":1,\"action\":\"mend\",\"at\":\"c\"}", "fault with a wrong 'at'" },
	{ "{\"type\":\"call\",\"t_ns\":1,\"endpoint\":\"a\",\"socket\":\"\",\"call\":\"fork\"}",
		"call with a wrong 'call'" },
	{ "{\"type\":\"call\",\"t_ns\":1,\"endpoint\":\"a\",\"socket\":\"\",\"call\":\"eof\",\"arguments\":[]}",
		"call with a wrong 'arguments'" },
	{ "{" NUMBERS ",\"of\":\"peer\"}", "numbers with a wrong 'of'" },
	{ "{" NUMBERS ",\"of\":\"path\"}", "numbers without 'fields'" },
	{ "{" NUMBERS ",\"of\":\"path\",\"fields\":{\"state\":null}}", "numbers with a wrong 'fields'" },
	{ "{" NUMBERS ",\"of\":\"path\",\"fields\":{},\"path\":0}", "numbers has no member 'path' of the guest's" },
	{ "{\"type\":\"numbers\",\"t_ns\":1,\"until_ns\":9223372036854775807}", "numbers with a wrong 'until_ns'" },
	{ "{\"type\":\"event\",\"t_ns\":1,\"endpoint\":\"a\",\"socket\":\"x\",\"event\":\"assoc_change\",\"text\":\"\","
	  "\"fields\":{\"deep\":{}}}",
		"event with a wrong 'fields'" },
	{ "{\"type\":\"case_start\",\"sysctls\":{\"d\":{}}}", "case_start with a wrong 'sysctls'" },
};

START_TEST(a_line_that_a_guest_may_not_write)
{
	char wrong[256] = "";
	json_t *line = json_loads(refused[_i].line, 0, NULL);
	ck_assert_ptr_nonnull(line);
	ck_assert(!guest_line_is_right(line, "setup.one-path", wrong, sizeof(wrong)));
	ck_assert_str_eq(wrong, refused[_i].wrong);
	json_decref(line);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("guest_line");
	TCase *tests = tcase_create("guest_line");
	tcase_add_loop_test(tests, a_line_as_the_agent_writes_it, 0, sizeof(right) / sizeof(right[0]));
	tcase_add_loop_test(tests, a_line_that_a_guest_may_not_write, 0, sizeof(refused) / sizeof(refused[0]));
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
