/* SPDX-License-Identifier: Apache-2.0 */
/* settings.c - protocol parameters, their defaults on Linux and their sysctls: one table. */
#include "runner/engine/settings.h"

#include <string.h>

enum kind { NUMBER, SWITCH, EXPOSE };

static const struct row {
	const char *name;
	size_t offset;
	enum kind kind;
	uint32_t fallback; /* the default, in the member's unit; 0: no case needs to know it */
	bool in_formulas, may_lack;
} rows[] = {
#define NUMBER_ROW(member, fallback)                                                      \
	{                                                                                 \
#member, offsetof(struct settings, member), NUMBER, fallback, true, false \
	}
#define SWITCH_ROW(name, member, fallback)                                             \
	{                                                                              \
		name, offsetof(struct settings, member), SWITCH, fallback, true, false \
	}
#define FEATURE_ROW(name, member)                                                  \
	{                                                                          \
		name, offsetof(struct settings, member), SWITCH, OFF, false, false \
	}
#define OTHER_NUMBER(member)                                                       \
	{                                                                          \
#member, offsetof(struct settings, member), NUMBER, 0, false, true \
	}
#define OTHER_SWITCH(name, member)                                              \
	{                                                                       \
		name, offsetof(struct settings, member), SWITCH, 0, false, true \
	}
	NUMBER_ROW(rto_initial, 3000),
	NUMBER_ROW(rto_min, 1000),
	NUMBER_ROW(rto_max, 60000),
	NUMBER_ROW(hb_interval, 30000),
	NUMBER_ROW(path_max_retrans, 5),
	NUMBER_ROW(association_max_retrans, 10),
	NUMBER_ROW(max_init_retransmits, 8),
	NUMBER_ROW(valid_cookie_life, 60000),
	NUMBER_ROW(sack_timeout, 200),
	NUMBER_ROW(pf_retrans, 0),
	SWITCH_ROW("pf_enable", pf_enable, ON),
	{ "pf_expose", offsetof(struct settings, pf_expose), EXPOSE, PF_EXPOSE_OFF, true, false },
	FEATURE_ROW("addip_enable", addip),
	FEATURE_ROW("addip_noauth_enable", addip_noauth),
	FEATURE_ROW("auth_enable", auth),
	OTHER_SWITCH("prsctp_enable", prsctp),
	OTHER_SWITCH("reconf_enable", reconf),
	OTHER_SWITCH("intl_enable", intl),
	OTHER_SWITCH("ecn_enable", ecn),
	OTHER_SWITCH("default_auto_asconf", default_auto_asconf),
	OTHER_SWITCH("cookie_preserve_enable", cookie_preserve),
	OTHER_SWITCH("l3mdev_accept", l3mdev_accept),
	OTHER_SWITCH("sndbuf_policy", sndbuf_policy),
	OTHER_SWITCH("rcvbuf_policy", rcvbuf_policy),
	OTHER_NUMBER(max_burst),
	OTHER_NUMBER(rwnd_update_shift),
	OTHER_NUMBER(max_autoclose),
	OTHER_NUMBER(ps_retrans),
	OTHER_NUMBER(addr_scope_policy),
	OTHER_NUMBER(udp_port),
	OTHER_NUMBER(encap_port),
	OTHER_NUMBER(plpmtud_probe_interval),
};

static uint32_t *member(struct settings *settings, const struct row *row)
{
	/* Every member is a uint32_t, or holds one, or is an enum of its size. */
	_Static_assert(sizeof(enum on_off) == sizeof(uint32_t), "an enum is an int here");
	_Static_assert(sizeof(struct milliseconds) == sizeof(uint32_t), "a number with a name");
	return (uint32_t *)(void *)((char *)settings + row->offset);
}

struct settings settings_in_force(const struct settings *stated)
{
	struct settings all = *stated;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (*member(&all, &rows[i]) == 0)
			*member(&all, &rows[i]) = rows[i].fallback;
	return all;
}

struct settings settings_merge(const struct settings *both, const struct settings *own)
{
	struct settings merged = *both, stated = *own;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (*member(&stated, &rows[i]) != 0)
			*member(&merged, &rows[i]) = *member(&stated, &rows[i]);
	return merged;
}

const char *settings_difference(const struct settings *in_force, const struct settings *other)
{
	struct settings one = *in_force, two = *other;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].in_formulas && *member(&one, &rows[i]) != *member(&two, &rows[i]))
			return rows[i].name;
	return NULL;
}

static uint32_t sysctl_value(enum kind kind, uint32_t value)
{
	switch (kind) {
	case SWITCH:
		return value == ON;
	case EXPOSE:
		return value == PF_EXPOSE_ON ? 2 : 1;
	case NUMBER:
		break;
	}
	return value == NUMBER_0 ? 0 : value;
}

/* The kernel refuses an rto_min above rto_max at any moment. The table has the minimum first, which is right unless
 * that minimum is above the kernel's initial maximum; then the maximum goes first. */
static void order_rto_limits(const struct settings *stated, struct sysctl *sysctls, size_t count)
{
	if (stated->rto_min.count <= settings_in_force(&(struct settings){ 0 }).rto_max.count)
		return;
	for (size_t i = 0; i + 1 < count; i++)
		if (strcmp(sysctls[i].name, "rto_min") == 0 && strcmp(sysctls[i + 1].name, "rto_max") == 0) {
			const struct sysctl minimum = sysctls[i];

			sysctls[i] = sysctls[i + 1];
			sysctls[i + 1] = minimum;
			return;
		}
}

size_t settings_sysctls(const struct settings *stated, struct sysctl out[SETTINGS_SYSCTLS_MAX])
{
	struct settings copy = *stated;
	size_t n = 0;

	_Static_assert(sizeof(rows) / sizeof(*rows) <= SETTINGS_SYSCTLS_MAX, "room for every row");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const uint32_t value = *member(&copy, &rows[i]);

		if (value != 0)
			out[n++] = (struct sysctl){ rows[i].name, sysctl_value(rows[i].kind, value), rows[i].may_lack };
	}
	order_rto_limits(stated, out, n);
	return n;
}

bool settings_believed(const struct settings *in_force, const char *sysctl, uint32_t *value)
{
	struct settings copy = *in_force;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].name, sysctl) == 0 && (!rows[i].may_lack || *member(&copy, &rows[i]) != 0)) {
			*value = sysctl_value(rows[i].kind, *member(&copy, &rows[i]));
			return true;
		}
	return false;
}
