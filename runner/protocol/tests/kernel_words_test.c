/* SPDX-License-Identifier: Apache-2.0 */
/* kernel_words_test.c - messages of real kernels, from 5.10 to 7.x, and what they say. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/protocol/kernel_words.h"

static const struct {
	const char *line;
	enum kernel_word word;
} messages[] = {
	{ "WARNING: CPU: 0 PID: 12 at net/sctp/sm_sideeffect.c:1788 sctp_do_sm+0x1/0x2 [sctp]", KERNEL_COMPLAINS },
	{ "WARNING: net/sctp/sm_sideeffect.c:1788 at sctp_do_sm+0x1/0x2 [sctp], CPU#0: init/1", KERNEL_COMPLAINS },
	{ "WARNING: possible circular locking dependency detected", KERNEL_COMPLAINS },
	{ "WARNING: suspicious RCU usage", KERNEL_COMPLAINS },
	{ "WARNING: inconsistent lock state", KERNEL_COMPLAINS },
	{ "INFO: possible recursive locking detected", KERNEL_COMPLAINS },
	{ "INFO: trying to register non-static key.", KERNEL_COMPLAINS },
	{ "BUG: KASAN: slab-use-after-free in sctp_outq_select_transport+0x4f/0x90", KERNEL_COMPLAINS },
	{ "BUG: KFENCE: use-after-free read in sctp_assoc_update+0x1/0x2", KERNEL_COMPLAINS },
	{ "BUG: KCSAN: data-race in sctp_rcv / sctp_sendmsg", KERNEL_COMPLAINS },
	{ "BUG: sleeping function called from invalid context at net/core/sock.c:3494", KERNEL_COMPLAINS },
	{ "BUG: scheduling while atomic: init/1/0x00000002", KERNEL_COMPLAINS },
	{ "BUG: spinlock bad magic on CPU#0, init/1", KERNEL_COMPLAINS },
	{ "BUG kmalloc-64 (Not tainted): Poison overwritten", KERNEL_COMPLAINS },
	{ "UBSAN: array-index-out-of-bounds in net/sctp/stream.c:31:7", KERNEL_COMPLAINS },
	{ "refcount_t: underflow; use-after-free.", KERNEL_COMPLAINS },
	{ "ODEBUG: free active (active state 0) object type: timer_list", KERNEL_COMPLAINS },
	{ "list_del corruption. prev->next should be 1, but was 2", KERNEL_COMPLAINS },
	{ "INFO: task kworker/u2:1:23 blocked for more than 120 seconds.", KERNEL_COMPLAINS },
	{ "rcu: INFO: rcu_preempt self-detected stall on CPU", KERNEL_COMPLAINS },
	{ "INFO: rcu_sched detected stalls on CPUs/tasks:", KERNEL_COMPLAINS },
	{ "watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [init:1]", KERNEL_COMPLAINS },
	{ "unregister_netdevice: waiting for lo to become free. Usage count = 2", KERNEL_COMPLAINS },
	{ "IPv4: Attempt to release alive inet socket 00000000deadbeef", KERNEL_COMPLAINS },
	{ "kmemleak: 3 new suspected memory leaks (see /sys/kernel/debug/kmemleak)", KERNEL_COMPLAINS },

	{ "BUG: kernel NULL pointer dereference, address: 0000000000000008", KERNEL_CRASHES },
	{ "BUG: unable to handle page fault for address: ffffc90000000000", KERNEL_CRASHES },
	{ "BUG: stack guard page was hit at 00000000", KERNEL_CRASHES },
	{ "kernel BUG at net/core/skbuff.c:110!", KERNEL_CRASHES },
	{ "Oops: 0000 [#1] PREEMPT SMP", KERNEL_CRASHES },
	{ "invalid opcode: 0000 [#1] SMP", KERNEL_CRASHES },
	{ "general protection fault, probably for non-canonical address 0xdead: 0000 [#1]", KERNEL_CRASHES },
	{ "Kernel panic - not syncing: sysrq triggered crash", KERNEL_CRASHES },

	{ "", KERNEL_IS_FINE },
	{ "sctp: Hash tables configured (bind 256/256)", KERNEL_IS_FINE },
	{ "sctp: [Deprecated]: case (pid 12) Use of int in maxseg socket option.", KERNEL_IS_FINE },
	{ "IPv6: ADDRCONF(NETDEV_CHANGE): path0: link becomes ready", KERNEL_IS_FINE },
	{ "traps: case[31] general protection fault ip:401000 sp:7ffe error:0", KERNEL_IS_FINE },
	{ "case[31]: segfault at 0 ip 0000000000401000 sp 00007ffe error 4", KERNEL_IS_FINE },
	{ "workqueue: addrconf_dad_work hogged CPU for >10000us 4 times, consider switching", KERNEL_IS_FINE },
	{ "a note on the WARNING: of yesterday", KERNEL_IS_FINE },
	{ "DEBUG: all is well", KERNEL_IS_FINE },
	{ "BUGS", KERNEL_IS_FINE },
};

START_TEST(a_message_says)
{
	const char *line = messages[_i].line;

	ck_assert_msg(kernel_word(line, strlen(line)) == messages[_i].word, "%s", line);
}
END_TEST

/* Only the line counts, not what follows it in memory. */
START_TEST(a_message_ends_where_it_ends)
{
	ck_assert_int_eq(kernel_word("WARNING: x", 4), KERNEL_IS_FINE);
	ck_assert_int_eq(kernel_word("quiet\nOops: 0000", 5), KERNEL_IS_FINE);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("kernel words");
	TCase *tests = tcase_create("kernel words");

	tcase_add_loop_test(tests, a_message_says, 0, sizeof(messages) / sizeof(messages[0]));
	tcase_add_test(tests, a_message_ends_where_it_ends);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
