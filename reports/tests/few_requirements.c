/* SPDX-License-Identifier: Apache-2.0 */
/* few_requirements.c - see few_requirements.h. */
#include "reports/tests/few_requirements.h"

#include "reports/conformance.h"

/* In the order of strcmp(), in which 10 comes before 2. */
static const struct known_requirement requirements[] = {
	{ "6458-1-01", "API", "1", "An option is there", 2, false },
	{ "9260-10-01", "MUST", "10", "Nothing can be seen of it", 3, true },
	{ "9260-5.1-12", "MUST", "5.1", "Send COOKIE ACK at once", 1, false },
	{ "9260-6.2-05", "MUST NOT", "6.2", "Acknowledge nothing that has not come", 2, false },
	{ "9260-6.2-99", "SHOULD", "6.2", "Nobody judges it", 1, false },
	{ "9260-8.2-03", "MUST", "8.2", "Mark a destination inactive", 1, false },
	{ "9260-9.2-01", "MAY", "9.2", "A case of no run judges it", 1, false },
};

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NO_LIST ((const char *const[]){ NULL })

/* Of the golden log "conformance": what passes, fails on one kernel or on both, is inconclusive, did not run, has no
 * case. */
static const struct known_purpose purposes[] = {
	{ "sctp-as-v-1-1-1", "The user asks for an association", "9260-4-13", "MUST", LIST("setup.active"), "", "" },
	{ "sctp-as-v-1-5-1", "Tags are random", "9260-5.3.1-02", "MUST", LIST("setup.tags", "setup.more-tags"), "",
		"" },
	{ "sctp-as-i-1-14-1", "INIT with Initiate Tag 0 makes no association", "9260-3.3.2-12", "MUST",
		LIST("setup.init-with-tag-0"), "", "RFC 4960 has it answered by <ABORT>" },
	{ "sctp-dm-o-4-4", "COOKIE ACK when none is awaited is discarded", "9260-5.2.5-01", "SHOULD NOT",
		LIST("states.cookie-ack-in-cookie-wait", "states.cookie-ack-in-established"), "", "" },
	{ "sctp-dm-o-4-5", "SHUTDOWN in SHUTDOWN-SENT", "9260-9.2-40", "SHOULD", LIST("ends.crossing"), "", "" },
	{ "sctp-dm-o-4-6-3", "The same, and T2-shutdown begins anew", "9260-9.2-40", "SHOULD",
		LIST("ends.crossing", "ends.t2"), "", "" },
	{ "sctp-e-o-6-1", "ERROR Stale Cookie", "9260-5.2.6-03", "MAY", NO_LIST, "Nobody can <ask> that", "" },
};
const struct report_catalogue few_requirements = {
	.requirements = requirements,
	.n_requirements = sizeof(requirements) / sizeof(requirements[0]),
	.cases =
		(const struct known_judge[]){
			{ .id = "failover.primary-down", .requirements = LIST("9260-8.2-03") },
			{ .id = "ends.shutdown", .requirements = LIST("9260-9.2-01", "0000-0-00") },
		},
	.n_cases = 2,
	.rules =
		(const struct known_judge[]){
			{ .id = "sacks.cumulative", .title = "A sentence", .requirements = LIST("9260-6.2-05") },
			{ .id = "setup.cookie",
				.title = "Another",
				.level = REPORT_SHOULD,
				.requirements = LIST("6458-1-01") },
		},
	.n_rules = 2,
	.deviations =
		(const struct known_deviation[]){
			{ "seen", "sacks.cumulative", ">= 5.10", "It is seen" },
			{ "not_seen", "sacks.cumulative", ">= 5.10", "It is not seen" },
			{ "of_an_idle_rule", "setup.cookie", ">= 5.10", "Its rule was not put to the test" },
			{ "of_another_kernel", "sacks.cumulative", "5.10", "It is about other kernels" },
		},
	.n_deviations = 4,
	.purposes = purposes,
	.n_purposes = sizeof(purposes) / sizeof(purposes[0]),
};
