/* SPDX-License-Identifier: Apache-2.0 */
/* trace_options_test.c - what a `setsockopt` or `sysctl` line of the log tells the referee, and what it makes of it. */
#include "runner/verdict/trace_options.h"

#include <arpa/inet.h>
#include <check.h>
#include <string.h>

#include "core/tests/suite.h"
#include "runner/referee/referee.h"

static bool told_by(const char *call, const char *arguments, const char *result, struct call *out)
{
	char text[512];
	json_t *line;
	snprintf(text, sizeof(text),
		"{\"t_ns\":7,\"endpoint\":\"b\",\"socket\":\"s\",\"call\":\"%s\",\"arguments\":{%s},\"result\":\"%s\"}",
		call, arguments, result);
	line = json_loads(text, 0, NULL);
	ck_assert_ptr_nonnull(line);
	const bool told = call_of_option(line, 5000, out);
	json_decref(line);
	return told;
}

static const struct row {
	const char *arguments;
	bool is_future, is_current;
	uint32_t assoc_id;
	unsigned n_changes;
	struct parameter_change changes[3];
} rows[] = {
	{ "\"option\":\"SCTP_RTOINFO\",\"of\":\"future\",\"assoc_id\":0,\"srto_initial\":0,\"srto_max\":800,\"srto_"
	  "min\":200",
		true, false, 0, 2, { { PARAMETER_RTO_MIN, 200000000 }, { PARAMETER_RTO_MAX, 800000000 } } },
	{ "\"option\":\"SCTP_ASSOCINFO\",\"of\":\"association\",\"assoc_id\":9,\"sasoc_asocmaxrxt\":3", false, true, 9,
		1, { { PARAMETER_ASSOCIATION_MAX_RETRANS, 3 } } },
	{ "\"option\":\"SCTP_DELAYED_SACK\",\"of\":\"all\",\"assoc_id\":2,\"sack_delay\":100,\"sack_freq\":5", true,
		true, 0, 2, { { PARAMETER_SACK_DELAY, 100000000 }, { PARAMETER_OF_SACKS, 0 } } },
	{ "\"option\":\"SCTP_PEER_ADDR_PARAMS\",\"of\":\"future\",\"assoc_id\":0,\"spp_hbinterval\":500,\"spp_flags\":"
	  "1",
		true, false, 0, 1, { { PARAMETER_HB_INTERVAL, 500000000 } } },
	/* ignored without its flag */
	{ "\"option\":\"SCTP_PEER_ADDR_PARAMS\",\"of\":\"future\",\"assoc_id\":0,\"spp_hbinterval\":500,\"spp_flags\":"
	  "2",
		true, false, 0, 1, { { PARAMETER_OTHER, 0 } } },
	{ "\"option\":\"SCTP_PEER_ADDR_THLDS\",\"of\":\"future\",\"assoc_id\":0,\"spt_pathmaxrxt\":0,\"spt_"
	  "pathpfthld\":2",
		true, false, 0, 1, { { PARAMETER_PF_MAX_RETRANS, 2 } } },
	{ "\"option\":\"SCTP_EVENT\",\"of\":\"current\",\"assoc_id\":1,\"se_on\":0", false, true, 0, 1,
		{ { PARAMETER_OF_EVENTS, 0 } } },
};

START_TEST(options_change_parameters)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct row *row = &rows[i];
		struct call call;
		ck_assert_msg(told_by("setsockopt", row->arguments, "ok", &call), "%zu", i);
		ck_assert_int_eq(call.end, 1);
		ck_assert_int_eq(call.port, 5000);
		ck_assert_int_eq(call.at_ns, 7);
		ck_assert_msg(call.is_future == row->is_future && call.is_current == row->is_current, "%zu", i);
		ck_assert_uint_eq(call.assoc_id, row->assoc_id);
		ck_assert_msg(call.n_changes == row->n_changes, "%zu: %u changes", i, call.n_changes);
		for (unsigned k = 0; k < row->n_changes; k++) {
			bool found = false;
			for (unsigned m = 0; m < call.n_changes; m++)
				found |= call.changes[m].what == row->changes[k].what &&
					call.changes[m].value == row->changes[k].value;
			ck_assert_msg(found, "%zu: change %u", i, k);
		}
	}
}
END_TEST

START_TEST(what_changes_nothing_is_not_told)
{
	struct call call;
	ck_assert(!told_by("setsockopt", rows[0].arguments, "EINVAL", &call));
	ck_assert(!told_by("sysctl", "\"name\":\"net.ipv4.conf.all.rp_filter\",\"value\":\"1\"", "ok", &call));
	ck_assert(!told_by("connect", "\"path\":0,\"port\":5000", "ok", &call));
}
END_TEST

/* It may be one that changes when DATA leaves. */
START_TEST(any_option_is_told)
{
	struct call call;
	ck_assert(told_by(
		"setsockopt", "\"option\":\"SCTP_NODELAY\",\"of\":\"future\",\"assoc_id\":0,\"value\":1", "ok", &call));
	ck_assert_uint_eq(call.n_changes, 0);
}
END_TEST

START_TEST(a_sysctl_of_sctp_leaves_rules_waiting)
{
	struct call call;
	ck_assert(told_by("sysctl", "\"name\":\"net.sctp.rto_min\",\"value\":\"200\"", "ok", &call));
	ck_assert_int_eq(call.port, 0);
	ck_assert(call.is_future && !call.is_current && call.n_changes == 1);
	ck_assert_int_eq(call.changes[0].what, PARAMETER_OTHER);
}
END_TEST

static struct sockaddr_storage address_with(uint16_t port)
{
	struct sockaddr_storage address = { .ss_family = AF_INET };
	((struct sockaddr_in *)&address)->sin_port = htons(port);
	((struct sockaddr_in *)&address)->sin_addr.s_addr = htonl(0x0a000000U + port);
	return address;
}

/* An INIT from port 6000 of end 0 to port 5000 of end 1. */
static const struct association *meet(struct referee *referee)
{
	static struct packet packet;
	packet = (struct packet){ .source = address_with(6000), .destination = address_with(5000), .chunk_count = 1 };
	packet.chunks[0].type = CHUNK_INIT;
	packet.chunks[0].decoded = true;
	packet.chunks[0].init.initiate_tag = 1;
	const struct seen seen = { .at_ns = 100, .number = 1, .packet = &packet };
	ck_assert_int_eq(referee_see(referee, &seen), 0);
	return referee_associations(referee);
}

START_TEST(a_socket_is_told_beside_its_end)
{
	struct referee *referee = referee_new(3);
	struct parameters parameters = { .known = true, .rto_min_ns = 1, .rto_max_ns = 2 };
	struct call call;
	for (int end = 0; end < 2; end++)
		referee_tell_parameters(referee, end, &parameters);
	ck_assert(told_by("setsockopt", rows[0].arguments, "ok", &call));
	referee_tell_call(referee, &call);
	const struct association *met = meet(referee);
	ck_assert_ptr_nonnull(met);
	ck_assert(met->end[0].parameters.known && met->end[1].parameters.known);
	ck_assert_int_eq(met->end[0].parameters.rto_min_ns, 1);
	ck_assert_int_eq(met->end[1].parameters.rto_min_ns, 200000000);
	/* on the way: rules wait */
	ck_assert(told_by("setsockopt", rows[1].arguments, "ok", &call));
	referee_tell_call(referee, &call);
	ck_assert(met->end[0].parameters.known && !met->end[1].parameters.known);
	referee_free(referee);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("trace_options");
	TCase *tests = tcase_create("trace_options");
	tcase_add_test(tests, options_change_parameters);
	tcase_add_test(tests, what_changes_nothing_is_not_told);
	tcase_add_test(tests, any_option_is_told);
	tcase_add_test(tests, a_sysctl_of_sctp_leaves_rules_waiting);
	tcase_add_test(tests, a_socket_is_told_beside_its_end);
	suite_add_tcase(suite, tests);
	return run_tests(suite);
}
