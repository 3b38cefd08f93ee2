/* SPDX-License-Identifier: Apache-2.0 */
/* settings_test.c - defaults, and the sysctls that a case's settings become. */
#include "runner/engine/settings.h"

#include <string.h>

#include "runner/engine/tests/run_tests.h"

START_TEST(nothing_stated_gives_the_defaults_of_linux)
{
	const struct settings all = settings_in_force(&(struct settings){ 0 });

	ck_assert_uint_eq(all.rto_initial.count, 3000);
	ck_assert_uint_eq(all.rto_min.count, 1000);
	ck_assert_uint_eq(all.rto_max.count, 60000);
	ck_assert_uint_eq(all.hb_interval.count, 30000);
	ck_assert_uint_eq(all.path_max_retrans, 5);
	ck_assert_uint_eq(all.association_max_retrans, 10);
	ck_assert_uint_eq(all.max_init_retransmits, 8);
	ck_assert_uint_eq(all.valid_cookie_life.count, 60000);
	ck_assert_uint_eq(all.sack_timeout.count, 200);
	ck_assert_uint_eq(all.pf_retrans, 0);
	ck_assert_int_eq(all.pf_enable, ON);
	ck_assert_int_eq(all.pf_expose, PF_EXPOSE_OFF);
	ck_assert_int_eq(all.addip, OFF);
	ck_assert_int_eq(all.addip_noauth, OFF);
	ck_assert_int_eq(all.auth, OFF);
}
END_TEST

START_TEST(what_is_stated_stays)
{
	const struct settings all = settings_in_force(&(struct settings){
		.rto_min = MS(500), .path_max_retrans = 1, .pf_enable = OFF, .pf_expose = PF_EXPOSE_ON, .auth = ON });

	ck_assert_uint_eq(all.rto_min.count, 500);
	ck_assert_uint_eq(all.path_max_retrans, 1);
	ck_assert_int_eq(all.pf_enable, OFF);
	ck_assert_int_eq(all.pf_expose, PF_EXPOSE_ON);
	ck_assert_int_eq(all.auth, ON);
	ck_assert_uint_eq(all.rto_max.count, 60000);
}
END_TEST

START_TEST(filling_in_twice_changes_nothing)
{
	const struct settings once = settings_in_force(&(struct settings){ .hb_interval = MS(5000) });
	const struct settings twice = settings_in_force(&once);

	ck_assert_mem_eq(&once, &twice, sizeof(once));
}
END_TEST

START_TEST(nothing_stated_writes_nothing)
{
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];

	ck_assert_uint_eq(settings_sysctls(&(struct settings){ 0 }, sysctls), 0);
}
END_TEST

static int find(const struct sysctl *sysctls, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(sysctls[i].name, name) == 0)
			return (int)i;
	return -1;
}

START_TEST(every_member_has_its_sysctl)
{
	static const struct {
		const char *name;
		uint32_t value;
	} expected[] = { { "rto_initial", 1 }, { "rto_min", 2 }, { "rto_max", 3 }, { "hb_interval", 4 },
		{ "path_max_retrans", 5 }, { "association_max_retrans", 6 }, { "max_init_retransmits", 7 },
		{ "valid_cookie_life", 8 }, { "sack_timeout", 9 }, { "pf_retrans", 10 }, { "pf_enable", 0 },
		{ "pf_expose", 2 }, { "addip_enable", 1 }, { "addip_noauth_enable", 1 }, { "auth_enable", 1 },
		{ "prsctp_enable", 0 }, { "reconf_enable", 1 }, { "intl_enable", 1 }, { "ecn_enable", 0 },
		{ "default_auto_asconf", 1 }, { "cookie_preserve_enable", 0 }, { "l3mdev_accept", 0 },
		{ "sndbuf_policy", 1 }, { "rcvbuf_policy", 1 }, { "max_burst", 0 }, { "rwnd_update_shift", 11 },
		{ "max_autoclose", 12 }, { "ps_retrans", 13 }, { "addr_scope_policy", 0 }, { "udp_port", 9899 },
		{ "encap_port", 9900 }, { "plpmtud_probe_interval", 5000 } };
	const struct settings stated = { .rto_initial = MS(1),
		.rto_min = MS(2),
		.rto_max = MS(3),
		.hb_interval = MS(4),
		.path_max_retrans = 5,
		.association_max_retrans = 6,
		.max_init_retransmits = 7,
		.valid_cookie_life = MS(8),
		.sack_timeout = MS(9),
		.pf_retrans = 10,
		.pf_enable = OFF,
		.pf_expose = PF_EXPOSE_ON,
		.addip = ON,
		.addip_noauth = ON,
		.auth = ON,
		.prsctp = OFF,
		.reconf = ON,
		.intl = ON,
		.ecn = OFF,
		.default_auto_asconf = ON,
		.cookie_preserve = OFF,
		.l3mdev_accept = OFF,
		.sndbuf_policy = ON,
		.rcvbuf_policy = ON,
		.max_burst = NUMBER_0,
		.rwnd_update_shift = 11,
		.max_autoclose = 12,
		.ps_retrans = 13,
		.addr_scope_policy = NUMBER_0,
		.udp_port = 9899,
		.encap_port = 9900,
		.plpmtud_probe_interval = MS(5000) };
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];
	const size_t count = settings_sysctls(&stated, sysctls);

	ck_assert_uint_eq(count, sizeof(expected) / sizeof(*expected));
	for (size_t i = 0; i < count; i++) {
		const int at = find(sysctls, count, expected[i].name);

		ck_assert_msg(at >= 0, "%s is not written", expected[i].name);
		ck_assert_uint_eq(sysctls[at].value, expected[i].value);
	}
}
END_TEST

START_TEST(switches_are_0_and_1_and_the_exposure_has_its_own_numbers)
{
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];

	ck_assert_uint_eq(settings_sysctls(&(struct settings){ .pf_enable = ON }, sysctls), 1);
	ck_assert_uint_eq(sysctls[0].value, 1);
	ck_assert_uint_eq(settings_sysctls(&(struct settings){ .auth = OFF }, sysctls), 1);
	ck_assert_uint_eq(sysctls[0].value, 0);
	ck_assert_uint_eq(settings_sysctls(&(struct settings){ .pf_expose = PF_EXPOSE_OFF }, sysctls), 1);
	ck_assert_uint_eq(sysctls[0].value, 1);
}
END_TEST

START_TEST(what_an_end_states_goes_before_what_both_do)
{
	const struct settings both = { .rto_min = MS(500), .sack_timeout = MS(100), .max_burst = 8 };
	const struct settings own = { .sack_timeout = MS(300), .max_burst = NUMBER_0 };
	const struct settings merged = settings_merge(&both, &own);
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];

	ck_assert_uint_eq(merged.rto_min.count, 500);
	ck_assert_uint_eq(merged.sack_timeout.count, 300);
	ck_assert_uint_eq(settings_sysctls(&merged, sysctls), 3);
	ck_assert_str_eq(sysctls[2].name, "max_burst");
	ck_assert_uint_eq(sysctls[2].value, 0);
}
END_TEST

START_TEST(ends_differ_where_formulas_look)
{
	const struct settings usual = settings_in_force(&(struct settings){ 0 });
	const struct settings slow = settings_in_force(&(struct settings){ .sack_timeout = MS(300) });
	const struct settings other = settings_in_force(&(struct settings){ .auth = ON, .max_burst = 8 });

	ck_assert_ptr_null(settings_difference(&usual, &usual));
	ck_assert_str_eq(settings_difference(&usual, &slow), "sack_timeout");
	ck_assert_ptr_null(settings_difference(&usual, &other));
}
END_TEST

START_TEST(nothing_is_believed_of_what_no_case_needs)
{
	const struct settings usual = settings_in_force(&(struct settings){ 0 });
	const struct settings stated = settings_in_force(&(struct settings){ .max_burst = 8 });
	uint32_t value = 0;

	ck_assert(!settings_believed(&usual, "max_burst", &value));
	ck_assert(settings_believed(&stated, "max_burst", &value));
	ck_assert_uint_eq(value, 8);
	ck_assert(settings_believed(&usual, "pf_retrans", &value));
	ck_assert_uint_eq(value, 0);
	ck_assert(settings_believed(&usual, "rto_min", &value));
	ck_assert_uint_eq(value, 1000);
}
END_TEST

/* The kernel's values as the sysctls are written, one after the other. */
static void assert_never_crossed(uint32_t min, uint32_t max)
{
	struct sysctl sysctls[SETTINGS_SYSCTLS_MAX];
	const size_t count = settings_sysctls(&(struct settings){ .rto_min = MS(min), .rto_max = MS(max) }, sysctls);
	uint32_t minimum = 1000, maximum = 60000;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(sysctls[i].name, "rto_min") == 0)
			minimum = sysctls[i].value;
		if (strcmp(sysctls[i].name, "rto_max") == 0)
			maximum = sysctls[i].value;
		ck_assert_msg(minimum <= maximum, "rto_min %u and rto_max %u on the way to %u and %u", minimum, maximum,
			min, max);
	}
}

START_TEST(the_kernel_never_sees_a_minimum_above_the_maximum)
{
	assert_never_crossed(100, 500);
	assert_never_crossed(500, 4000);
	assert_never_crossed(1000, 60000);
	assert_never_crossed(70000, 80000);
	assert_never_crossed(100, 80000);
}
END_TEST

int main(void)
{
	return RUN_TESTS("settings", nothing_stated_gives_the_defaults_of_linux, what_is_stated_stays,
		filling_in_twice_changes_nothing, nothing_stated_writes_nothing, every_member_has_its_sysctl,
		switches_are_0_and_1_and_the_exposure_has_its_own_numbers, what_an_end_states_goes_before_what_both_do,
		ends_differ_where_formulas_look, nothing_is_believed_of_what_no_case_needs,
		the_kernel_never_sees_a_minimum_above_the_maximum);
}
