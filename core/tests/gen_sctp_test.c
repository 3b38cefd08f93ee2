/* SPDX-License-Identifier: Apache-2.0 */
/* What the library does without SCTP in the kernel: arguments, names, addresses, and the failing
 * open. */
#include "gen_sctp.h"
#include "suite.h"

#include <errno.h>
#include <string.h>

START_TEST(statuses_have_words)
{
	ck_assert_str_eq(gs_status_name(GS_OK), "ok");
	ck_assert_str_eq(gs_status_name(GS_BADARG), "badarg");
	ck_assert_str_eq(gs_status_name(GS_CLOSED), "closed");
	ck_assert_str_eq(gs_status_name(GS_TIMEOUT), "timeout");
	ck_assert_str_eq(gs_status_name(GS_ERROR_EVENT), "error_event");
	ck_assert_str_eq(gs_status_name(GS_FIELD - 3), "field");
	ck_assert_str_eq(gs_status_name(-EPIPE), "EPIPE");
	ck_assert_str_eq(gs_status_name(-4000), "unknown");
	ck_assert_str_eq(gs_status_name(1), "unknown");
	ck_assert_str_eq(gs_status_name(-999999), "unknown");
	ck_assert_int_eq(gs_field_of(GS_FIELD - 3), 3);
	ck_assert_int_eq(gs_field_of(GS_BADARG), 0);
	ck_assert_int_eq(gs_field_of(-EINVAL), 0);
}
END_TEST

START_TEST(events_and_states_have_words)
{
	ck_assert_str_eq(gs_event_name(GS_DATA), "data");
	ck_assert_str_eq(gs_event_name(GS_PADDR_CHANGE), "sctp_paddr_change");
	ck_assert_str_eq(gs_event_name(GS_ADAPTATION_EVENT), "sctp_adaptation_event");
	ck_assert_str_eq(gs_event_name(0x8000), "unknown");
	ck_assert_str_eq(gs_event_name(GS_AUTHENTICATION_EVENT), "sctp_authentication_event");
	ck_assert_str_eq(gs_event_name(GS_SEND_FAILED_EVENT), "sctp_send_failed_event");
	ck_assert_str_eq(gs_event_name(GS_SEND_FAILED_EVENT + 1), "unknown");
	ck_assert_str_eq(gs_event_name(1), "unknown");
	ck_assert_str_eq(gs_assoc_change_name(GS_CANT_ASSOC), "cant_assoc");
	ck_assert_str_eq(gs_assoc_change_name(5), "unknown");
	ck_assert_str_eq(gs_paddr_change_name(GS_ADDR_MADE_PRIM), "addr_made_prim");
	ck_assert_str_eq(gs_paddr_change_name(GS_ADDR_POTENTIALLY_FAILED), "addr_potentially_failed");
	ck_assert_str_eq(gs_assoc_status_name(GS_STATE_ESTABLISHED), "established");
	ck_assert_str_eq(gs_assoc_status_name(-1), "unknown");
	ck_assert_str_eq(gs_path_name(GS_PATH_UNCONFIRMED), "unconfirmed");
}
END_TEST

START_TEST(addresses_go_to_text_and_back)
{
	static const struct {
		const char *in, *out;
	} samples[] = {
		{ "127.0.0.1", "127.0.0.1:2006" },
		{ "::1", "[::1]:2006" },
		{ "2001:db8::5", "[2001:db8::5]:2006" },
		{ "::ffff:10.0.0.1", "[::ffff:10.0.0.1]:2006" },
	};
	char text[GS_ADDR_TEXT];
	union gs_addr addr;

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		ck_assert_int_eq(gs_addr_parse(samples[i].in, 2006, &addr), GS_OK);
		ck_assert_uint_eq(gs_addr_port(&addr), 2006);
		ck_assert_str_eq(gs_addr_format(&addr, text), samples[i].out);
	}
	ck_assert_int_eq(gs_addr_parse("fe80::1%lo", 1, &addr), GS_OK);
	ck_assert_uint_eq(addr.v6.sin6_scope_id, 1);
	memset(&addr, 0, sizeof(addr));
	ck_assert_str_eq(gs_addr_format(&addr, text), "-");
	ck_assert_uint_eq(gs_addr_port(&addr), 0);
}
END_TEST

START_TEST(what_is_no_address_is_refused)
{
	static const char *const samples[] = { "", "localhost", "1.2.3", "1.2.3.4.5", "256.0.0.1", ":::", "::1%nowhere",
		"127.0.0.1:80", "[::1]", "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc" };
	union gs_addr addr;

	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		ck_assert_int_eq(gs_addr_parse(samples[i], 0, &addr), GS_BADARG);
	ck_assert_int_eq(gs_addr_parse(NULL, 0, &addr), GS_BADARG);
	ck_assert_int_eq(gs_addr_parse("::1", 0, NULL), GS_BADARG);
}
END_TEST

START_TEST(a_mapped_address_is_the_same_address)
{
	union gs_addr v4, mapped, other, none = { 0 };

	ck_assert_int_eq(gs_addr_parse("10.0.0.1", 7, &v4), GS_OK);
	ck_assert_int_eq(gs_addr_parse("::ffff:10.0.0.1", 7, &mapped), GS_OK);
	ck_assert_int_eq(gs_addr_parse("10.0.0.1", 8, &other), GS_OK);
	ck_assert(gs_addr_equal(&v4, &mapped));
	ck_assert(!gs_addr_equal(&v4, &other));
	ck_assert(gs_addr_same_host(&v4, &other));
	ck_assert(!gs_addr_equal(&none, &none));
	ck_assert(!gs_addr_equal(NULL, &v4));
}
END_TEST

START_TEST(a_larger_struct_is_taken_if_what_is_unknown_is_zero)
{
	struct {
		struct gs_open_options known;
		uint64_t unknown;
	} newer = { .known = { .type = SOCK_DGRAM } };
	struct gs_socket *s = NULL;

	/* a newer program that leaves the new field alone gets as far as the wrong type would */
	newer.known.type = SOCK_SEQPACKET;
	newer.known.netns = "/nonexistent/netns";
	ck_assert_int_eq(gs_open_sized(&newer.known, sizeof(newer), &s), -ENOENT);
	newer.unknown = 1;
	ck_assert_int_eq(gs_open_sized(&newer.known, sizeof(newer), &s), GS_BADARG);
	ck_assert_int_eq(gs_open_sized(&newer.known, 0, &s), GS_BADARG);
}
END_TEST

START_TEST(a_smaller_struct_means_the_rest_is_absent)
{
	const struct gs_open_options older = { .port = -1, .netns = "/nonexistent/netns" };
	const struct gs_open_options sound = { .port = 5, .netns = "/nonexistent/netns" };
	struct gs_socket *s = NULL;
	const size_t up_to_port = offsetof(struct gs_open_options, reserved);
	const size_t up_to_netns = offsetof(struct gs_open_options, options);

	ck_assert_int_eq(gs_open_sized(&older, up_to_port, &s), GS_BADARG);
	ck_assert_int_eq(gs_open_sized(&sound, up_to_netns, &s), -ENOENT);
}
END_TEST

START_TEST(every_call_refuses_null)
{
	const struct gs_sndrcvinfo info = { 0 };
	struct gs_message m = { 0 };
	struct gs_option option = { 0 };
	struct gs_options options = { 0 };
	struct gs_socket *other;
	union gs_addr addr = { 0 }, *addrs;
	int32_t id;
	uint16_t port;
	size_t n;

	ck_assert_int_eq(gs_close(NULL), GS_BADARG);
	ck_assert_int_eq(gs_listen(NULL, GS_LISTEN), GS_BADARG);
	ck_assert_int_eq(gs_connect(NULL, &addr, NULL, 0, NULL), GS_BADARG);
	ck_assert_int_eq(gs_connect_init(NULL, &addr, NULL), GS_BADARG);
	ck_assert_int_eq(gs_connectx_init(NULL, &addr, 1, NULL, &id), GS_BADARG);
	ck_assert_int_eq(gs_peeloff(NULL, 1, &other), GS_BADARG);
	ck_assert_int_eq(gs_eof(NULL, 1), GS_BADARG);
	ck_assert_int_eq(gs_abort(NULL, 1), GS_BADARG);
	ck_assert_int_eq(gs_send(NULL, 1, 0, "x", 1), GS_BADARG);
	ck_assert_int_eq(gs_send_info(NULL, &info, "x", 1), GS_BADARG);
	ck_assert_int_eq(gs_recv(NULL, 0, &m), GS_BADARG);
	ck_assert_int_eq(gs_fd(NULL), GS_BADARG);
	ck_assert_uint_eq(gs_queued(NULL), 0);
	ck_assert_int_eq(gs_setopts(NULL, &options), GS_BADARG);
	ck_assert_int_eq(gs_setopt(NULL, &option), GS_BADARG);
	ck_assert_int_eq(gs_getopt(NULL, &option), GS_BADARG);
	ck_assert_int_eq(gs_port(NULL, &port), GS_BADARG);
	ck_assert_int_eq(gs_sockname(NULL, &addr), GS_BADARG);
	ck_assert_int_eq(gs_peername(NULL, &addr), GS_BADARG);
	ck_assert_int_eq(gs_socknames(NULL, 0, &addrs, &n), GS_BADARG);
	ck_assert_int_eq(gs_peernames(NULL, 0, &addrs, &n), GS_BADARG);
	ck_assert_int_eq(gs_event_assoc_id(NULL), 0);
	ck_assert(!gs_event_is_error(NULL));
	gs_free(NULL);
	gs_message_release(NULL);
	gs_message_release(&m);
	gs_addrs_free(NULL);
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		statuses_have_words,
		events_and_states_have_words,
		addresses_go_to_text_and_back,
		what_is_no_address_is_refused,
		a_mapped_address_is_the_same_address,
		a_larger_struct_is_taken_if_what_is_unknown_is_zero,
		a_smaller_struct_means_the_rest_is_absent,
		every_call_refuses_null,
	};

	return RUN_SUITE("gen_sctp without SCTP", tests, NULL);
}
