/* SPDX-License-Identifier: Apache-2.0 */
/*
 * undo_test.c - the state of every namespace, as iproute2 shows it: the same before a fault and
 * after its undo, alone or among others; the same by netlink and by the commands that are printed;
 * the same by net_create and by the script.
 */
#include "core/tests/suite.h"
#include "netns/addressing.h"
#include "netns/fault_plan.h"
#include "netns/script.h"
#include "netns/tests/lab.h"
#include "netns/tests/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Every kind, with every shade that is another list of operations. */
static const struct fault faults[] = {
	{ .kind = FAULT_LINK_DOWN, .at = AT_A },
	{ .kind = FAULT_LINK_DOWN, .at = AT_B },
	{ .kind = FAULT_LINK_DOWN },
	{ .kind = FAULT_LINK_DOWN, .direction = B_TO_A },
	{ .kind = FAULT_ADDRESS_REMOVED, .at = AT_A, .family = IPV4 },
	{ .kind = FAULT_ADDRESS_REMOVED, .at = AT_B, .family = IPV6 },
	{ .kind = FAULT_UNREACHABLE },
	{ .kind = FAULT_UNREACHABLE, .direction = B_TO_A },
	{ .kind = FAULT_ROUTER_DOWN },
	{ .kind = FAULT_MTU, .mtu = 1300, .icmp = true },
	{ .kind = FAULT_MTU, .mtu = 1300 },
	{ .kind = FAULT_LOSS, .percent = 100 },
	{ .kind = FAULT_LOSS, .percent = 33.3, .direction = A_TO_B },
	{ .kind = FAULT_DELAY, .delay_us = 12345 },
	{ .kind = FAULT_DELAY, .delay_us = 3000000, .jitter_us = 777, .direction = B_TO_A },
	{ .kind = FAULT_REORDER, .delay_us = 10000, .percent = 25 },
	{ .kind = FAULT_DUPLICATE, .percent = 0.1 },
	{ .kind = FAULT_CORRUPT, .percent = 1 },
	{ .kind = FAULT_CARRIER, .at = AT_A },
	{ .kind = FAULT_CARRIER, .at = AT_B },
	{ .kind = FAULT_NEIGHBOUR, .at = AT_A },
	{ .kind = FAULT_LINK_DOWN, .at = AT_A, .addresses_lost = true },
	{ .kind = FAULT_REJECT, .direction = A_TO_B, .icmp_code = 3 },
	{ .kind = FAULT_REJECT, .direction = B_TO_A, .icmp_code = 2 },
	{ .kind = FAULT_STATE_FORGOTTEN },
	{ .kind = FAULT_ADDRESS_TAKEN },
	{ .kind = FAULT_NARROW, .rate_kbit = 1000, .queue = 7, .direction = A_TO_B },
	{ .kind = FAULT_HOST_DOWN, .at = AT_B, .path = EVERY_PATH },
	{ .kind = FAULT_HOST_PAUSED, .at = AT_A, .path = EVERY_PATH },
	{ .kind = FAULT_CHUNKS_LOST, .path = EVERY_PATH, .chunks = { .which = 1 } },
	{ .kind = FAULT_CHUNKS_DELAYED, .delay_us = 1000, .direction = A_TO_B, .chunks = { .by_ppid = true } },
};
#define FAULTS (sizeof(faults) / sizeof(*faults))

static bool has_netem, has_tbf, has_programs, has_plug;

static bool possible(const struct topology *topology, const struct fault *fault)
{
	char *error = NULL;
	bool sense = fault_check(topology, fault, &error) == 0;

	free(error);
	if (fault->kind >= FAULT_LOSS && fault->kind <= FAULT_CORRUPT && !has_netem)
		return false;
	if (fault->kind == FAULT_NARROW && !has_netem)
		return false;
	if (fault->kind == FAULT_HOST_PAUSED && !(has_netem && has_plug))
		return false;
	if (fault->kind == FAULT_MTU && !fault->icmp && !has_tbf)
		return false;
	if (sense && fault_has_program(fault) && !has_programs)
		return false;
	return sense;
}

/* Two that have nearly all of it, and those where paths share something. */
static const struct topology *dual_stack(int number)
{
	const struct topology *const each[] = { &topology_two_paths_dual_stack, &lab_routed, &topology_three_hosts,
		&topology_two_on_a_link, &topology_two_to_three, &topology_crossed, &topology_firewall };

	return each[number];
}
#define DUAL_STACKS 7

/* Says which line is the first to differ. */
static void complain(const char *what, const char *expected, const char *got)
{
	const char *e = expected, *g = got;

	while (*g == *e) {
		g++;
		e++;
	}
	while (e > expected && g > got && e[-1] != '\n') {
		g--;
		e--;
	}
	ck_abort_msg("%s: expected%.*s, got%.*s", what, (int)strcspn(e, "\n"), e, (int)strcspn(g, "\n"), g);
}

#define TRIES 20

/* A bridge says within a second that it has a carrier, so it gets that second. */
static void assert_state(struct net *net, const char *expected, const char *what)
{
	for (int i = 0; i <= TRIES; i++) {
		char *state = lab_state(net);
		bool same = !strcmp(state, expected);

		if (!same && i == TRIES)
			complain(what, expected, state);
		free(state);
		if (same)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
}

/* The state in which a topology comes to rest. */
static char *rest_state(struct net *net)
{
	nanosleep(&(struct timespec){ .tv_sec = 1, .tv_nsec = 200000000 }, NULL);
	return lab_state(net);
}

/* Two networks come to the same state, which is not the other one. */
static void assert_alike(struct net *one, struct net *other, const char *unlike, const char *what)
{
	for (int i = 0; i <= TRIES; i++) {
		char *a = lab_state(one), *b = lab_state(other);
		bool same = !strcmp(a, b);

		if (!same && i == TRIES)
			complain(what, a, b);
		ck_assert_msg(!unlike || strcmp(a, unlike) != 0, "%s: nothing is different", what);
		free(a);
		free(b);
		if (same)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
}

static void assert_state_after(struct net *net, const char *expected, const struct fault *fault)
{
	char *said = fault_describe(fault), what[256];

	snprintf(what, sizeof(what), "%s, %s", net->topology->name, said);
	free(said);
	assert_state(net, expected, what);
}

START_TEST(undo_restores_the_state)
{
	struct net *net;
	char *before;

	if (!lab_can_build(dual_stack(_i)))
		return;
	net = lab_create(dual_stack(_i));
	before = rest_state(net);

	for (size_t i = 0; i < FAULTS; i++) {
		if (!possible(net->topology, &faults[i]))
			continue;
		lab_inject(net, &faults[i]);
		lab_mend(net, &faults[i]);
		assert_state_after(net, before, &faults[i]);
	}
	free(before);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* A fault of netem is one queue like another. */
static bool stands_for_its_like(const struct fault *fault)
{
	return fault->kind < FAULT_DELAY || fault->kind > FAULT_CORRUPT;
}

/* Faults in pairs, mended in the order of injection, so that each undo happens under the other's
 * reign. */
START_TEST(undo_among_others)
{
	struct net *net = lab_create(dual_stack(_i));
	char *before = rest_state(net), *error = NULL;

	for (size_t i = 0; i < FAULTS; i++) {
		if (!possible(net->topology, &faults[i]) || !stands_for_its_like(&faults[i]))
			continue;
		for (size_t j = 0; j < FAULTS; j++) {
			if (i == j || !possible(net->topology, &faults[j]) || !stands_for_its_like(&faults[j]))
				continue;
			lab_inject(net, &faults[i]);
			if (net_inject(net, &faults[j], &error) < 0) {
				lab_mend(net, &faults[i]);
				continue;
			}
			lab_mend(net, &faults[i]);
			lab_mend(net, &faults[j]);
		}
		assert_state_after(net, before, &faults[i]);
	}
	free(before);
	free(error);
	lab_assert_all_reachable(net);
	net_destroy(net);
}
END_TEST

/* Does an operation by its words, with the program that they are for. */
static void do_by_words(struct net *net, const struct operation *op)
{
	const char *names[SPACES_MAX] = { NULL }, *arguments[32] = { operation_program(op->kind) };
	char *words = NULL, *rest, *word;
	unsigned count = 1;
	size_t size;
	FILE *out = open_memstream(&words, &size);

	if (op->kind == OP_PROGRAM)
		lab_write_object(op->program);
	operation_print(op, names, out);
	fclose(out);
	if (op->kind == OP_RULESET) /* one argument */
		arguments[count++] = words;
	rest = words;
	while (op->kind != OP_RULESET && (word = strsep(&rest, " "))) {
		ck_assert_uint_lt(count, 31);
		arguments[count++] = word;
	}
	free(lab_run(&net->spaces[op->space], arguments));
	free(words);
}

/* nft is in few places; and what conntrack knows is no state of these. */
static bool has_words_for(const struct fault *fault)
{
	char *nft = process_find("nft");

	free(nft);
	return fault->kind != FAULT_STATE_FORGOTTEN && (fault->kind != FAULT_REJECT || nft);
}

START_TEST(the_words_do_the_same)
{
	struct net *net, *by_words;
	char *unbroken;
	struct operations operations;

	if (!lab_can_build(dual_stack(_i)))
		return;
	net = lab_create(dual_stack(_i));
	by_words = lab_create(dual_stack(_i));
	unbroken = rest_state(net);

	for (size_t i = 0; i < FAULTS; i++) {
		struct fault fault = faults[i];
		char *said;

		if (!possible(net->topology, &faults[i]) || !has_words_for(&faults[i]))
			continue;
		fault.place = fault_has_program(&fault);
		lab_inject(net, &fault);
		fault_plan(net->topology, &fault, &operations);
		for (unsigned o = 0; o < operations.count; o++)
			do_by_words(by_words, &operations.list[o]);
		said = fault_describe(&faults[i]);
		assert_alike(net, by_words, unbroken, said);
		free(said);

		lab_mend(net, &fault);
		fault_undo_plan(net->topology, &fault, (struct remaining_faults){ NULL, 0 }, &operations);
		for (unsigned o = 0; o < operations.count; o++)
			do_by_words(by_words, &operations.list[o]);
		for (unsigned path = 0; path < by_words->topology->paths; path++)
			net_await_path(by_words, path, NULL);
	}
	free(unbroken);
	lab_assert_all_reachable(by_words);
	net_destroy(net);
	net_destroy(by_words);
}
END_TEST

/* ------------------------------------------------------------------ the script */

static int run_script(const struct topology *topology, const char *argument)
{
	char command[32];
	FILE *shell;

	snprintf(command, sizeof(command), "sh -s %s", argument);
	shell = popen(command, "we");
	ck_assert_ptr_nonnull(shell);
	topology_print_script(topology, shell);
	return pclose(shell);
}

/* What the script has built, as if it were a net. */
static struct net *adopt(const struct topology *topology)
{
	struct net *net = calloc(1, sizeof(*net));
	struct script_names names;

	net->topology = topology;
	script_names(topology, &names);
	for (unsigned i = 0; i < space_count(topology); i++) {
		char path[64];

		if (!space_exists(topology, i))
			continue;

		snprintf(path, sizeof(path), "/run/netns/%s", names.names[i]);
		net->spaces[i].namespace = open(path, O_RDONLY | O_CLOEXEC);
		ck_assert_int_ge(net->spaces[i].namespace, 0);
		space_print(topology, i, net->spaces[i].name);
	}
	return net;
}

static void drop(struct net *net)
{
	for (unsigned i = 0; i < space_count(net->topology); i++)
		if (space_exists(net->topology, i))
			close(net->spaces[i].namespace);
	free(net);
}

/* What a switch is like, but for its clock. */
static char *switch_details(struct net *net)
{
	static const char *const arguments[] = { "ip", "-d", "-o", "-batch", "-", NULL };
	char *text = lab_run_with_input(
		&net->spaces[SPACE_MIDDLE], arguments, "link show type bridge\nlink show type bridge_slave\n");

	for (char *clock = text; (clock = strstr(clock, "gc_timer "));) {
		clock += strlen("gc_timer ");
		memset(clock, '-', strspn(clock, " 0123456789."));
	}
	return text;
}

/* Here, too, a bridge gets its second. */
static void assert_same_switches(struct net *one, struct net *other)
{
	for (int i = 0; i <= TRIES; i++) {
		char *a = switch_details(one), *b = switch_details(other);
		bool same = !strcmp(a, b);

		if (one->topology->medium == MEDIUM_SWITCHED)
			ck_assert_ptr_nonnull(strstr(a, "learning off"));
		if (!same && i == TRIES)
			complain("switches", a, b);
		free(a);
		free(b);
		if (same)
			return;
		nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	}
}

/* A namespace that still has a name, or NULL. */
static const char *names_left(void)
{
	static char name[256];
	DIR *folder = opendir("/run/netns");
	struct dirent *entry;

	ck_assert_ptr_nonnull(folder);
	while ((entry = readdir(folder)) && entry->d_name[0] == '.')
		continue;
	if (entry)
		snprintf(name, sizeof(name), "%s", entry->d_name);
	closedir(folder);
	return entry ? name : NULL;
}

START_TEST(the_script_builds_the_same)
{
	const struct topology *topology = lab_topology(_i);
	struct net *net, *by_script;

	char *nft = process_find("nft");

	free(nft);
	if (!lab_can_build(topology) || (topology->border && !nft))
		return;
	/* its names of namespaces are not for everybody to see */
	ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount("none", "/run", "tmpfs", 0, NULL), 0);
	ck_assert_int_eq(run_script(topology, "up"), 0);
	net = lab_create(topology);
	by_script = adopt(topology);
	/* iproute2 would call a link's other end by these names */
	ck_assert_int_eq(mount("none", "/run/netns", "tmpfs", 0, NULL), 0);
	assert_alike(net, by_script, NULL, topology->name);
	assert_same_switches(net, by_script);
	ck_assert_int_eq(umount("/run/netns"), 0);
	drop(by_script);
	net_destroy(net);
	ck_assert_int_eq(run_script(topology, "down"), 0);
	ck_assert_ptr_null(names_left());
	ck_assert_int_ne(run_script(topology, "sideways"), 0);
}
END_TEST

static bool has_shell_tools(void)
{
	static const char *const tools[] = { "sh", "sysctl", "ethtool" };

	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools); i++) {
		char *path = process_find(tools[i]);

		if (!path) {
			printf("left out: running the script, because there is no %s\n", tools[i]);
			return false;
		}
		free(path);
	}
	return true;
}

int main(void)
{
	Suite *suite = suite_create("undo");
	TCase *undo = tcase_create("undo");

	if (!lab_usable())
		return SKIPPED;
	has_netem = lab_has_queue("netem");
	has_tbf = lab_has_queue("tbf");
	has_plug = lab_has_queue("plug");
	has_programs = lab_has_programs();
	tcase_set_timeout(undo, 3600);
	tcase_add_checked_fixture(undo, lab_move_out, NULL);
	tcase_add_loop_test(undo, undo_restores_the_state, 0, DUAL_STACKS);
	tcase_add_loop_test(undo, undo_among_others, 0, 2);
	tcase_add_loop_test(undo, the_words_do_the_same, 0, DUAL_STACKS);
	if (has_shell_tools())
		tcase_add_loop_test(undo, the_script_builds_the_same, 0, LAB_TOPOLOGIES);
	suite_add_tcase(suite, undo);
	return run_tests(suite);
}
