/* SPDX-License-Identifier: Apache-2.0 */
/* gen_sctp.md section 8: error_string, and many of everything. The number in a test's name is the
 * behaviour's. */
#include "loopback.h"

static const char *const causes[] = {
	"ok",
	"Invalid Stream Identifier",
	"Missing Mandatory Parameter",
	"Stale Cookie Error",
	"Out of Resource",
	"Unresolvable Address",
	"Unrecognized Chunk Type",
	"Invalid Mandatory Parameter",
	"Unrecognized Parameters",
	"No User Data",
	"Cookie Received While Shutting Down",
	"Restart of an Association with New Addresses",
	"User Initiated Abort",
	"Protocol Violation",
};
#define N_CAUSES ((int32_t)(sizeof(causes) / sizeof(causes[0])))

START_TEST(b197_error_string_has_the_table_and_two_markers)
{
	static const int32_t others[] = { 14, 255, 3072, -1, -12, INT32_MAX, INT32_MIN };

	for (int32_t n = 0; n < N_CAUSES; n++)
		ck_assert_str_eq(gs_error_string(n), causes[n]);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		ck_assert_str_eq(gs_error_string(others[i]), "unknown_error");
}
END_TEST

static int compare_many_times(void *argument)
{
	const char *const *here = argument;

	for (int times = 0; times < 2000; times++)
		for (int32_t n = 0; n < N_CAUSES + 2; n++)
			if (gs_error_string(n) != here[n] || (n < N_CAUSES && strcmp(here[n], causes[n]) != 0))
				return n + 1;
	return 0;
}

START_TEST(b198_error_string_is_stable_in_every_thread)
{
	const char *here[N_CAUSES + 2];
	struct errand threads[4];

	for (int32_t n = 0; n < N_CAUSES + 2; n++)
		here[n] = gs_error_string(n);
	for (int i = 0; i < 4; i++)
		errand_start(&threads[i], compare_many_times, here);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(errand_finish(&threads[i]), 0);
}
END_TEST

START_TEST(b199_a_hundred_sockets_leak_no_descriptor)
{
	const int before = count_descriptors();

	for (int i = 0; i < 100; i++)
		release(open_with(NULL));
	ck_assert_int_eq(count_descriptors(), before);
}
END_TEST

/* One server with 25 clients of their own, and one client with 25 servers. */
START_TEST(b200_fifty_associations_are_told_apart)
{
	struct gs_socket *server = listener(), *client = open_on("127.0.0.1");
	struct pair p[50];

	for (int i = 0; i < 50; i++)
		p[i] = associate_between(i % 2 ? open_on("127.0.0.1") : client, i % 2 ? server : listener());
	for (int i = 0; i < 50; i++) {
		const struct gs_data *d;

		expect_ok(gs_send(p[i].client, p[i].at_client, 0, &i, sizeof(i)));
		d = expect_data(p[i].server, &i, sizeof(i));
		ck_assert_int_eq(d->info.assoc_id, p[i].at_server);
		for (int k = 0; k < i; k++)
			ck_assert_int_ne(p[i].at_client, p[k].at_client);
	}
}
END_TEST

int main(void)
{
	const TTest *const tests[] = {
		b197_error_string_has_the_table_and_two_markers,
		b198_error_string_is_stable_in_every_thread,
		b199_a_hundred_sockets_leak_no_descriptor,
		b200_fifty_associations_are_told_apart,
	};

	return RUN_SUITE("gen_sctp error_string, many of everything", tests, release_all);
}
