/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options_test.c - the verbs for socket options and sysctls over a kernel of a few lines, which keeps the octets that
 * it gets: each verb passes, and fails once; and the table has each option where Linux has it.
 */
#include "runner/engine/options.h"

#include <errno.h>
#include <string.h>

#include "runner/engine/option_table.h"
#include "runner/engine/tests/fake_sctp.h"
#include "runner/engine/tests/run_tests.h"
#include "runner/engine/tests/scenario.h"

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t length);
int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *length);

/* ------------------------------------------------------------------ the kernel */

static unsigned char kept[256];
static socklen_t kept_length;
static int kept_name, refusal;

int __wrap_setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
	(void)fd;
	if (refusal != 0 || level != IPPROTO_SCTP || length > sizeof(kept)) {
		errno = refusal != 0 ? refusal : EINVAL;
		return -1;
	}
	memcpy(kept, value, length);
	kept_length = length;
	kept_name = name;
	return 0;
}

int __wrap_getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
	(void)fd;
	/* what the engine itself asks at the end of a case */
	if (refusal != 0 || level != IPPROTO_SCTP || name != kept_name || *length < kept_length) {
		errno = refusal != 0 ? refusal : EINVAL;
		return -1;
	}
	memcpy(value, kept, kept_length);
	*length = kept_length;
	return 0;
}

/* ------------------------------------------------------------------ bodies */

static void what_was_set_is_read(struct trial *t)
{
	const struct pair p = associated(t);

	refusal = 0;
	set_option(t, p.client, SCTP_RTOINFO, FUTURE, IS(srto_min, 200), IS(srto_max, 800));
	expect_option(t, p.client, SCTP_RTOINFO, FUTURE, IS(srto_max, 800), IS(srto_min, 200), IS(srto_initial, 0));
	change_option(t, p.client, SCTP_RTOINFO, FUTURE, IS(srto_min, 300));
	expect_option(t, p.client, SCTP_RTOINFO, ASSOCIATION, IS(srto_min, 300), BETWEEN(srto_max, 700, 900));
	expect_that(t, ask_option(t, p.client, SCTP_RTOINFO, FUTURE, "srto_max") == 800, "the maximum is 800");
	set_option(t, p.server, SCTP_HMAC_IDENT, FUTURE, IS(shmac_idents, 3), IS(shmac_idents, 1));
	expect_option(t, p.server, SCTP_HMAC_IDENT, FUTURE, IS(shmac_num_idents, 2), IS(shmac_idents, 3),
		IS(shmac_idents, 1));
	set_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(1), IS(sue_port, 9899));
	expect_option(t, p.client, SCTP_REMOTE_UDP_ENCAPS_PORT, ADDRESS_ON(1), IS(sue_port, 9899));
	set_option(t, p.client, SCTP_AUTH_KEY, ASSOCIATION, IS(sca_keynumber, 7), TEXT(sca_key, "key"));
	expect_that(t, kept_length == 8 + 3 && memcmp(kept + 8, "key", 3) == 0 && kept[6] == 3, "3 octets of a key");
}

static void refused_as_expected(struct trial *t)
{
	const struct pair p = associated(t);

	refusal = EINVAL;
	expect_option_refused(t, p.client, SCTP_RTOINFO, FUTURE, EINVAL, IS(srto_min, 900), IS(srto_max, 800));
	expect_option_unreadable(t, p.client, SCTP_STATUS, ASSOCIATION_ID(99), EINVAL);
	expect_set_length_refused(t, p.client, SCTP_RTOINFO, 8, EINVAL);
	expect_get_length_refused(t, p.client, SCTP_RTOINFO, 8, EINVAL);
	refusal = ENOPROTOOPT;
	expect_option_refused(t, p.client, SCTP_REUSE_PORT, FUTURE, ENOPROTOOPT, IS(value, 1));
	refusal = 0;
}

static void another_value(struct trial *t)
{
	const struct pair p = associated(t);

	set_option(t, p.client, SCTP_RTOINFO, ASSOCIATION, IS(srto_min, 200));
	expect_option(t, p.client, SCTP_RTOINFO, ASSOCIATION, IS(srto_min, 201), IS(srto_max, 0));
}

static void beyond_the_range(struct trial *t)
{
	const struct pair p = associated(t);

	set_option(t, p.client, SCTP_RTOINFO, ASSOCIATION, IS(srto_min, 200));
	expect_option(t, p.client, SCTP_RTOINFO, ASSOCIATION, BETWEEN(srto_min, 100, 199));
}

static void another_list(struct trial *t)
{
	const struct pair p = associated(t);

	set_option(t, p.client, SCTP_HMAC_IDENT, FUTURE, IS(shmac_idents, 3), IS(shmac_idents, 1));
	expect_option(t, p.client, SCTP_HMAC_IDENT, FUTURE, IS(shmac_idents, 1), IS(shmac_idents, 3));
}

static void setting_fails(struct trial *t)
{
	const struct pair p = associated(t);

	refusal = EACCES;
	set_option(t, p.client, SCTP_AUTH_CHUNK, FUTURE, IS(sauth_chunk, 0));
}

static void reading_fails(struct trial *t)
{
	const struct pair p = associated(t);

	refusal = EINVAL;
	change_option(t, p.client, SCTP_NODELAY, FUTURE, IS(value, 1));
}

static void not_refused(struct trial *t)
{
	const struct pair p = associated(t);

	refusal = 0;
	expect_option_refused(t, p.client, SCTP_RTOINFO, FUTURE, EINVAL, IS(srto_min, 900));
}

static void refused_otherwise(struct trial *t)
{
	const struct pair p = associated(t);

	refusal = EPERM;
	expect_set_length_refused(t, p.client, SCTP_RTOINFO, 8, EINVAL);
}

static void an_option_that_may_be_lacking(struct trial *t)
{
	const struct pair p = associated(t);

	refusal = ENOPROTOOPT;
	set_option(t, p.client, SCTP_PLPMTUD_PROBE_INTERVAL, FUTURE, IS(spi_interval, 5000));
}

static void an_option_that_must_be_there(struct trial *t)
{
	const struct pair p = associated(t);

	refusal = ENOPROTOOPT;
	expect_option(t, p.client, SCTP_RTOINFO, FUTURE, IS(srto_min, 1000));
}

static void no_such_member(struct trial *t)
{
	const struct pair p = associated(t);

	set_option(t, p.client, SCTP_RTOINFO, FUTURE, IS(srto_least, 1000));
}

static void no_address(struct trial *t)
{
	const struct pair p = associated(t);

	set_option(t, p.client, SCTP_RTOINFO, ADDRESS_ON(1), IS(srto_min, 1000));
}

static void of_no_association(struct trial *t)
{
	const struct pair p = associated(t);

	set_option(t, p.client, SCTP_NODELAY, ASSOCIATION, IS(value, 1));
}

static void sysctls_as_they_are(struct trial *t)
{
	set_sysctl(t, B, "net.ipv4.conf.all.rp_filter", "1");
	expect_sysctl(t, B, "net.ipv4.conf.all.rp_filter", "1");
	fake_sysctl_status(-EINVAL);
	expect_sysctl_refused(t, B, "net.ipv4.conf.all.rp_filter", "17", EINVAL);
}

static void another_sysctl(struct trial *t)
{
	set_sysctl(t, B, "net.ipv4.conf.all.rp_filter", "1");
	expect_sysctl(t, B, "net.ipv4.conf.all.rp_filter", "2");
}

static void a_sysctl_that_is_not_refused(struct trial *t)
{
	expect_sysctl_refused(t, B, "net.ipv4.conf.all.rp_filter", "17", EINVAL);
}

static void a_sysctl_that_is_not_there(struct trial *t)
{
	fake_sysctl_status(-ENOENT);
	set_sysctl(t, B, "net.sctp.l3mdev_accept", "1");
}

/* ------------------------------------------------------------------ what becomes of them */

static const struct expected {
	void (*body)(struct trial *t);
	enum verdict verdict;
	const char *reason; /* part of it */
	const char *got;    /* part of the explanation */
} expected[] = {
	{ what_was_set_is_read, VERDICT_PASS, "", "" },
	{ refused_as_expected, VERDICT_PASS, "", "" },
	{ another_value, VERDICT_FAIL, "a socket option has another value", "got       srto_min 200 ms\n" },
	{ beyond_the_range, VERDICT_FAIL, "a socket option has another value", "got       srto_min 200 ms\n" },
	{ another_list, VERDICT_FAIL, "a socket option has another value", "got       shmac_idents 3 1\n" },
	{ setting_fails, VERDICT_FAIL, "SCTP_AUTH_CHUNK at the client: Permission denied", "got       EACCES" },
	{ reading_fails, VERDICT_FAIL, "SCTP_NODELAY at the client: Invalid argument", "got       EINVAL" },
	{ not_refused, VERDICT_FAIL, "SCTP_RTOINFO at the client: not refused", "got       it succeeds" },
	{ refused_otherwise, VERDICT_FAIL, "SCTP_RTOINFO at the client: refused with another error",
		"got       EPERM" },
	{ an_option_that_may_be_lacking, VERDICT_SKIP,
		"the kernel does not have the socket option SCTP_PLPMTUD_PROBE_INTERVAL", "" },
	{ an_option_that_must_be_there, VERDICT_FAIL, "SCTP_RTOINFO at the client: Protocol not available",
		"got       ENOPROTOOPT" },
	{ no_such_member, VERDICT_ERROR, "SCTP_RTOINFO has no member srto_least", "" },
	{ no_address, VERDICT_ERROR, "SCTP_RTOINFO has no address", "" },
	{ of_no_association, VERDICT_ERROR, "SCTP_NODELAY is of the socket, not of an association", "" },
	{ sysctls_as_they_are, VERDICT_PASS, "", "" },
	{ another_sysctl, VERDICT_FAIL, "a sysctl has another value", "got       1\n" },
	{ a_sysctl_that_is_not_refused, VERDICT_FAIL, "a sysctl is not refused", "got       it succeeds" },
	{ a_sysctl_that_is_not_there, VERDICT_SKIP, "the kernel has no net.sctp.l3mdev_accept", "" },
};

#define SCENARIOS (sizeof(expected) / sizeof(*expected))
static const struct outcome *outcomes[SCENARIOS];

static struct test_case with_body(void (*body)(struct trial *t))
{
	static const char *const requirements[] = { "6458-8.1.1-01", NULL };

	return (struct test_case){ .id = "engine.scenario",
		.area = "engine",
		.title = "A title",
		.requirements = requirements,
		.topology = &topology_two_paths,
		.body = body,
		.file = "here",
		.line = 1 };
}

static void run_all(void)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		const struct test_case test_case = with_body(expected[i].body);

		outcomes[i] = run_scenario(&test_case, NULL);
	}
}

START_TEST(each_verb_passes_and_fails)
{
	for (size_t i = 0; i < SCENARIOS; i++) {
		const struct outcome *is = outcomes[i];

		ck_assert_msg(is->verdict == expected[i].verdict, "%zu: %d, %s", i, (int)is->verdict, is->reason);
		ck_assert_msg(strstr(is->reason, expected[i].reason) != NULL, "%zu: %s", i, is->reason);
		ck_assert_msg(strstr(is->explanation, expected[i].got) != NULL, "%zu: %s", i, is->explanation);
	}
}
END_TEST

START_TEST(what_is_set_is_a_call_of_the_log)
{
	const json_t *log = outcomes[0]->log;
	size_t i;
	json_t *line;

	json_array_foreach((json_t *)(uintptr_t)log, i, line) {
		const json_t *arguments = json_object_get(line, "arguments");

		if (strcmp(json_string_value(json_object_get(line, "type")), "call") != 0 ||
			strcmp(json_string_value(json_object_get(line, "call")), "setsockopt") != 0)
			continue;
		ck_assert_str_eq(json_string_value(json_object_get(arguments, "option")), "SCTP_RTOINFO");
		ck_assert_str_eq(json_string_value(json_object_get(arguments, "of")), "future");
		ck_assert_int_eq(json_integer_value(json_object_get(arguments, "srto_max")), 800);
		ck_assert_int_eq(json_integer_value(json_object_get(arguments, "srto_initial")), 0);
		return;
	}
	ck_abort_msg("no setsockopt in the log");
}
END_TEST

START_TEST(a_rehearsal_prints_each_verb)
{
	static const char *const lines[] = { "  client sets SCTP_RTOINFO: srto_min 200 ms, srto_max 800 ms\n",
		"  expect client: SCTP_RTOINFO: srto_max 800 ms, srto_min 200 ms, srto_initial 0 ms\n",
		"  expect client: SCTP_RTOINFO of its association: srto_min 300 ms, srto_max 700 .. 900 ms\n",
		"  client sets SCTP_REMOTE_UDP_ENCAPS_PORT of path 1: sue_port 9899\n",
		"  client sets SCTP_AUTH_KEY of its association: sca_keynumber 7, sca_key \"key\"\n" };
	const struct test_case test_case = with_body(what_was_set_is_read);
	char text[8192];
	int64_t longest_ns;
	FILE *out = fmemopen(text, sizeof(text), "w");

	ck_assert_int_eq(case_rehearse(&test_case, out, &longest_ns), 0);
	fclose(out);
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		ck_assert_msg(strstr(text, lines[i]) != NULL, "%s not in:\n%s", lines[i], text);
}
END_TEST

/* ------------------------------------------------------------------ the table */

START_TEST(names_and_numbers_are_of_one_option_each)
{
	size_t n;
	const struct socket_option *all = option_all(&n);

	ck_assert_uint_gt(n, 50);
	for (size_t i = 0; i < n; i++) {
		ck_assert_ptr_eq(option_by_number(all[i].number), &all[i]);
		ck_assert_ptr_eq(option_by_name(all[i].name), &all[i]);
		ck_assert_msg(all[i].access != 0, "%s can neither be set nor read", all[i].name);
		ck_assert_msg(all[i].members != NULL, "%s has no list of members", all[i].name);
		ck_assert_msg((all[i].id >= 0) == ((all[i].takes & TAKES_ASSOCIATION) != 0) ||
				(all[i].takes & (TAKES_FUTURE | TAKES_CURRENT)) != 0,
			"%s: no id", all[i].name);
		ck_assert_msg((all[i].address >= 0) == ((all[i].takes & (TAKES_ADDRESS | TAKES_OWN_ADDRESS)) != 0),
			"%s: address", all[i].name);
	}
	ck_assert_ptr_null(option_by_number(4711));
	ck_assert_ptr_null(option_by_name("SCTP_NOTHING"));
}
END_TEST

/* Where the kernel has them (x86-64), which is not where one would think. */
START_TEST(members_are_where_the_kernel_has_them)
{
	static const struct {
		int option;
		const char *member;
		uint16_t size, offset, width;
	} places[] = {
		{ SCTP_RTOINFO, "srto_min", 16, 12, 4 },
		{ SCTP_ASSOCINFO, "sasoc_cookie_life", 20, 16, 4 },
		{ SCTP_PEER_ADDR_PARAMS, "spp_hbinterval", 156, 132, 4 },
		{ SCTP_PEER_ADDR_PARAMS, "spp_pathmtu", 156, 138, 4 },
		{ SCTP_PEER_ADDR_PARAMS, "spp_flags", 156, 146, 4 },
		{ SCTP_PEER_ADDR_PARAMS, "spp_dscp", 156, 154, 1 },
		{ SCTP_EVENTS, "sctp_send_failure_event_event", 14, 13, 1 },
		{ SCTP_STATUS, "sstat_primary.spinfo_mtu", 176, 172, 4 },
		{ SCTP_GET_PEER_ADDR_INFO, "spinfo_mtu", 152, 148, 4 },
		{ SCTP_PEER_ADDR_THLDS_V2, "spt_pathcpthld", 144, 140, 2 },
		{ SCTP_GET_ASSOC_STATS, "sas_maxrto", 256, 136, 8 },
		{ SCTP_REMOTE_UDP_ENCAPS_PORT, "sue_port", 144, 136, 2 },
		{ SCTP_PLPMTUD_PROBE_INTERVAL, "spi_interval", 144, 136, 4 },
		{ SCTP_HMAC_IDENT, "shmac_idents", 4, 4, 2 },
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const struct socket_option *option = option_by_number(places[i].option);
		const struct option_member *member = option_member_of(option, places[i].member);

		ck_assert_msg(option->size == places[i].size, "%s has %u octets", option->name, option->size);
		ck_assert_msg(member != NULL && member->offset == places[i].offset && member->width == places[i].width,
			"%s of %s", places[i].member, option->name);
	}
}
END_TEST

int main(void)
{
	run_all();
	return RUN_TESTS("options", each_verb_passes_and_fails, what_is_set_is_a_call_of_the_log,
		a_rehearsal_prints_each_verb, names_and_numbers_are_of_one_option_each,
		members_are_where_the_kernel_has_them);
}
