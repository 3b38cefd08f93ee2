/* SPDX-License-Identifier: Apache-2.0 */
/* compare_kernel.c - what two kernels say of themselves: settings that appear, vanish or have another default, and
 * socket options that one knows and the other does not. Pure. */
#include <string.h>

#include "reports/compare.h"
#include "reports/pool.h"

/* The defaults that RFC 9260 section 16 suggests. */
static const struct {
	const char *sysctl, *requirement;
} suggested[] = {
	{ "net.sctp.rto_initial", "9260-16-01" },
	{ "net.sctp.rto_min", "9260-16-02" },
	{ "net.sctp.rto_max", "9260-16-03" },
	{ "net.sctp.max_burst", "9260-16-04" },
	{ "net.sctp.rto_alpha_exp_divisor", "9260-16-05" },
	{ "net.sctp.rto_beta_exp_divisor", "9260-16-06" },
	{ "net.sctp.valid_cookie_life", "9260-16-07" },
	{ "net.sctp.association_max_retrans", "9260-16-08" },
	{ "net.sctp.path_max_retrans", "9260-16-09" },
	{ "net.sctp.max_init_retransmits", "9260-16-10" },
	{ "net.sctp.hb_interval", "9260-16-11" },
	{ "net.sctp.sack_timeout", "9260-16-13" },
};

/* The requirement that asks for a socket option. */
static const struct {
	const char *option, *requirement;
} asked_for[] = {
	{ "SCTP_PEER_ADDR_THLDS", "7829-7.2-01" },
	{ "SCTP_PEER_ADDR_THLDS_V2", "7829-7.2-01" },
	{ "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE", "7829-7.3-01" },
	{ "SCTP_REMOTE_UDP_ENCAPS_PORT", "6951-6.1-01" },
	{ "SCTP_INTERLEAVING_SUPPORTED", "8260-4.3.1-01" },
	{ "SCTP_STREAM_SCHEDULER", "8260-4.3.2-01" },
	{ "SCTP_STREAM_SCHEDULER_VALUE", "8260-4.3.3-01" },
	{ "SCTP_PR_SUPPORTED", "7496-4-04" },
	{ "SCTP_REUSE_PORT", "6458-8.1.27-01" },
	{ "SCTP_EVENT", "6458-6.2.2-01" },
	{ "SCTP_AUTH_DEACTIVATE_KEY", "6458-8.3.4-01" },
};

static const char *requirement_of(const char *name)
{
	for (size_t i = 0; i < sizeof(suggested) / sizeof(suggested[0]); i++)
		if (strcmp(suggested[i].sysctl, name) == 0)
			return suggested[i].requirement;
	for (size_t i = 0; i < sizeof(asked_for) / sizeof(asked_for[0]); i++)
		if (strcmp(asked_for[i].option, name) == 0)
			return asked_for[i].requirement;
	return "";
}

/* These follow from the memory that is free at boot. */
static bool is_incidental(const char *name)
{
	return strcmp(name, "net.sctp.sctp_mem") == 0 || strcmp(name, "net.sctp.sctp_rmem") == 0 ||
		strcmp(name, "net.sctp.sctp_wmem") == 0;
}

static const struct report_pair *find(const struct report_pair *pairs, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(pairs[i].name, name) == 0)
			return &pairs[i];
	return NULL;
}

static int add(struct comparison *comparison, struct pairing *pair, const char *name, const char *old, const char *new)
{
	if (is_incidental(name))
		return 0;
	struct kernel_difference *difference =
		pool_grow(comparison->pool, &pair->differences, &pair->n_differences, sizeof(*difference));

	if (!difference)
		return -1;
	*difference =
		(struct kernel_difference){ .name = name, .old = old, .new = new, .requirement = requirement_of(name) };
	return 0;
}

/* Of one that did not come up, or of a log from before they were written, nothing is said. */
static int compare_pairs(struct comparison *comparison, struct pairing *pair, const struct report_pair *old,
	size_t n_old, const struct report_pair *new, size_t n_new)
{
	if (n_old == 0 || n_new == 0)
		return 0;
	for (size_t i = 0; i < n_old; i++) {
		const struct report_pair *after = find(new, n_new, old[i].name);

		if ((!after || strcmp(old[i].value, after->value) != 0) &&
			add(comparison, pair, old[i].name, old[i].value, after ? after->value : NULL) < 0)
			return -1;
	}
	for (size_t i = 0; i < n_new; i++)
		if (!find(old, n_old, new[i].name) && add(comparison, pair, new[i].name, NULL, new[i].value) < 0)
			return -1;
	return 0;
}

int compare_kernels(struct comparison *comparison, struct pairing *pair)
{
	const struct report_kernel *old = pair->old, *new = pair->new;

	if (compare_pairs(comparison, pair, old->sysctls, old->n_sysctls, new->sysctls, new->n_sysctls) < 0)
		return -1;
	return compare_pairs(comparison, pair, old->options, old->n_options, new->options, new->n_options);
}

void compare_say_kernel(const struct kernel_difference *difference, FILE *out)
{
	if (!difference->new)
		fprintf(out, "%s is gone; it was %s", difference->name, difference->old);
	else if (!difference->old)
		fprintf(out, "%s is new: %s", difference->name, difference->new);
	else
		fprintf(out, "%s is %s, not %s", difference->name, difference->new, difference->old);
	if (*difference->requirement)
		fprintf(out, " (%s)", difference->requirement);
}
