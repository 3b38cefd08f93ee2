/* SPDX-License-Identifier: Apache-2.0 */
/* postmortem_test.c - crash, timeout or error, from how a case ended and what the console says. */
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/verdict/postmortem.h"

/* As waitpid gives them. */
#define EXITED(code) ((code) << 8)

static const char oops[] = "[    2.100000] sctp: Hash tables configured (bind 256/256)\r\n"
			   "[  381.200000] BUG: kernel NULL pointer dereference, address: 0000000000000008\r\n"
			   "[  381.200010] #PF: supervisor read access in kernel mode\r\n"
			   "[  381.200020] Oops: 0000 [#1] PREEMPT SMP\r\n"
			   "[  381.200030] Hardware name: QEMU Standard PC\r\n"
			   "[  381.200040] RIP: 0010:sctp_do_8_2_transport_strike+0x1f/0x150 [sctp]\r\n"
			   "[  381.200050] RAX: 0000000000000000 RBX: ffff888003d5a800\r\n"
			   "[  381.200060] Call Trace:\r\n"
			   "[  381.200070]  sctp_do_sm+0x1a0/0x1d30 [sctp]\r\n"
			   "[  381.200080] Kernel panic - not syncing: Fatal exception in interrupt\r\n";

static const char agent_died[] =
	"[    3.000000] traps: sctpspec-agent[1] general protection fault ip:401000 sp:7ffe error:0\r\n"
	"[    3.000010] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b\r\n"
	"[    3.000020] CPU: 0 PID: 1 Comm: init Not tainted 6.1.0\r\n";

static const char agent_killed_by_oops[] =
	"[    3.000000] BUG: unable to handle page fault for address: ffffc90000000000\r\n"
	"[    3.000010] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000009\r\n";

static const struct finding {
	const char *name;
	struct ending ending;
	const char *verdict, *reason;
} findings[] = {
	{ "oops", { .status = EXITED(0), .program = "QEMU", .console = oops }, "crash",
		"the kernel crashed: BUG: kernel NULL pointer dereference, address: 0000000000000008" },
	{ "oops, then a hang",
		{ .hung = true, .waited = "it used 9 s of processor time", .program = "QEMU", .console = oops },
		"crash", "the kernel crashed: BUG: kernel NULL pointer dereference, address: 0000000000000008" },
	{ "oops, though the agent went on", { .finished = true, .program = "QEMU", .console = oops }, "crash",
		"the kernel crashed: BUG: kernel NULL pointer dereference, address: 0000000000000008" },
	{ "panic alone", { .program = "QEMU", .console = "Kernel panic - not syncing: hung_task: blocked tasks\n" },
		"crash", "the kernel crashed: Kernel panic - not syncing: hung_task: blocked tasks" },
	{ "general protection in the kernel",
		{ .program = "QEMU",
			.console = "general protection fault, probably for non-canonical address: 0000 [#1]\n" },
		"crash",
		"the kernel crashed: general protection fault, probably for non-canonical address: 0000 "
		"[#1]" },
	{ "agent died", { .program = "QEMU", .console = agent_died }, "error", "the agent died in the guest" },
	{ "agent died of an oops", { .program = "QEMU", .console = agent_killed_by_oops }, "crash",
		"the kernel crashed: BUG: unable to handle page fault for address: ffffc90000000000" },
	{ "hang", { .hung = true, .waited = "it used 120 s of processor time", .program = "QEMU", .console = "a\nb\n" },
		"timeout", "no end: it used 120 s of processor time" },
	{ "starved",
		{ .starved = true,
			.waited = "starved: 2 s of processor time in 60 s",
			.program = "QEMU",
			.console = "" },
		"error", "starved: 2 s of processor time in 60 s" },
	{ "QEMU killed", { .status = SIGKILL, .program = "QEMU", .console = "" }, "error",
		"QEMU was killed by signal 9 (Killed) before the case was over" },
	{ "QEMU ended", { .status = EXITED(1), .program = "QEMU", .console = "" }, "error",
		"QEMU ended with status 1 before the case was over" },
	{ "QEMU has something to say",
		{ .status = SIGABRT,
			.program = "QEMU",
			.console = "booting\nQEMU: a warning\n\nqemu: Assertion `depth > 0' failed.\n" },
		"error",
		"QEMU was killed by signal 6 (Aborted) before the case was over: a warning / qemu: Assertion "
		"`depth > 0' failed." },
	{ "QEMU alone has something to say", { .status = EXITED(1), .program = "QEMU", .console = "QEMU: no memory\n" },
		"error", "QEMU ended with status 1 before the case was over: no memory" },
	{ "a console without words of QEMU",
		{ .status = EXITED(1), .program = "QEMU", .console = "not QEMU: at all\n" }, "error",
		"QEMU ended with status 1 before the case was over" },
	{ "agent on the host killed", { .status = SIGSEGV, .program = "the agent", .console = "" }, "error",
		"the agent was killed by signal 11 (Segmentation fault) before the case was over" },
	{ "damage", { .damage = "the agent's record 3 is damaged", .program = "QEMU", .console = "" }, "error",
		"the agent's record 3 is damaged" },
	{ "no verdict", { .finished = true, .program = "QEMU", .console = "" }, "error",
		"the agent ended without a verdict" },
	{ "a warning is no crash",
		{ .hung = true,
			.waited = "it used 5 s of processor time",
			.program = "QEMU",
			.console = "WARNING: CPU: 0 PID: 1 at net/sctp/transport.c:1\n" },
		"timeout",
		"no end: it used 5 s of processor time; the kernel complained: WARNING: CPU: 0 PID: 1 at "
		"net/sctp/transport.c:1" },
	{ "a lockup is a hang",
		{ .hung = true,
			.waited = "it used 5 s of processor time",
			.program = "QEMU",
			.console = "[   99.000000] watchdog: BUG: soft lockup - CPU#0 stuck for 22s!\r\n" },
		"timeout",
		"no end: it used 5 s of processor time; the kernel complained: watchdog: BUG: soft lockup - CPU#0 "
		"stuck for 22s!" },
};

START_TEST(an_ending_has_a_verdict)
{
	const struct finding *want = &findings[_i];
	struct postmortem made;
	ck_assert_int_eq(postmortem_make(&want->ending, &made), 0);
	ck_assert_msg(made.verdict == verdict_parse(want->verdict), "%s: %s", want->name, verdict_name(made.verdict));
	ck_assert_msg(strcmp(made.reason, want->reason) == 0, "%s: %s", want->name, made.reason);
	postmortem_free(&made);
}
END_TEST

START_TEST(an_explanation_is_the_oops_without_registers)
{
	struct ending ending = { .program = "QEMU", .console = oops };
	struct postmortem made;
	ck_assert_int_eq(postmortem_make(&ending, &made), 0);
	ck_assert_ptr_nonnull(strstr(made.explanation, "sctp_do_8_2_transport_strike"));
	ck_assert_ptr_nonnull(strstr(made.explanation, "Call Trace:"));
	ck_assert_ptr_null(strstr(made.explanation, "RAX:"));
	ck_assert_ptr_null(strstr(made.explanation, "Hash tables"));
	ck_assert_ptr_null(strchr(made.explanation, '\r'));
	ck_assert_ptr_nonnull(strstr(made.console, "RAX:"));
	postmortem_free(&made);
}
END_TEST

static unsigned count_lines(const char *text)
{
	unsigned n = 0;
	for (; *text; text++)
		n += *text == '\n';
	return n;
}

START_TEST(an_explanation_has_at_most_15_lines)
{
	char console[4000] = "";
	for (int i = 0; i < 100; i++)
		strcat(console, "a line of the console\n\n");
	strcat(console, "the last one\n");
	struct ending ending = {
		.hung = true, .waited = "it used 1 s of processor time", .program = "QEMU", .console = console
	};
	struct postmortem made;
	ck_assert_int_eq(postmortem_make(&ending, &made), 0);
	ck_assert_uint_le(count_lines(made.explanation), 15);
	ck_assert_ptr_nonnull(strstr(made.explanation, "the last one"));
	postmortem_free(&made);

	char panic[4200];
	snprintf(panic, sizeof(panic), "Kernel panic - not syncing: x\n%s", console);
	ending.console = panic;
	ck_assert_int_eq(postmortem_make(&ending, &made), 0);
	ck_assert_uint_eq(count_lines(made.explanation), 15);
	ck_assert_int_eq(strncmp(made.explanation, "Kernel panic", 12), 0);
	postmortem_free(&made);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("postmortem");
	TCase *tests = tcase_create("postmortem");
	tcase_add_loop_test(tests, an_ending_has_a_verdict, 0, sizeof(findings) / sizeof(findings[0]));
	tcase_add_test(tests, an_explanation_is_the_oops_without_registers);
	tcase_add_test(tests, an_explanation_has_at_most_15_lines);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
