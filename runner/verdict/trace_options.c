/* SPDX-License-Identifier: Apache-2.0 */
/* trace_options.c - see trace_options.h. */
#include "runner/verdict/trace_options.h"

#include <string.h>

#include "runner/engine/options.h"

#define MS_NS 1000000

/* A member that says a parameter, unless it is 0, which leaves it alone. */
static const struct {
	const char *option, *member;
	enum parameter what;
	int64_t unit;
	int64_t needs; /* of SCTP_PEER_ADDR_PARAMS: this flag */
} members[] = {
	{ "SCTP_RTOINFO", "srto_initial", PARAMETER_RTO_INITIAL, MS_NS, 0 },
	{ "SCTP_RTOINFO", "srto_min", PARAMETER_RTO_MIN, MS_NS, 0 },
	{ "SCTP_RTOINFO", "srto_max", PARAMETER_RTO_MAX, MS_NS, 0 },
	{ "SCTP_ASSOCINFO", "sasoc_asocmaxrxt", PARAMETER_ASSOCIATION_MAX_RETRANS, 1, 0 },
	{ "SCTP_ASSOCINFO", "sasoc_cookie_life", PARAMETER_COOKIE_LIFE, MS_NS, 0 },
	{ "SCTP_INITMSG", "sinit_max_attempts", PARAMETER_MAX_INIT_RETRANSMITS, 1, 0 },
	{ "SCTP_INITMSG", "sinit_max_init_timeo", PARAMETER_OTHER, 1, 0 },
	{ "SCTP_PEER_ADDR_PARAMS", "spp_pathmaxrxt", PARAMETER_PATH_MAX_RETRANS, 1, 0 },
	{ "SCTP_PEER_ADDR_PARAMS", "spp_hbinterval", PARAMETER_HB_INTERVAL, MS_NS, SPP_HB_ENABLE },
	{ "SCTP_PEER_ADDR_PARAMS", "spp_sackdelay", PARAMETER_SACK_DELAY, MS_NS, SPP_SACKDELAY_ENABLE },
	{ "SCTP_DELAYED_SACK", "sack_delay", PARAMETER_SACK_DELAY, MS_NS, 0 },
	{ "SCTP_PEER_ADDR_THLDS", "spt_pathmaxrxt", PARAMETER_PATH_MAX_RETRANS, 1, 0 },
	{ "SCTP_PEER_ADDR_THLDS_V2", "spt_pathmaxrxt", PARAMETER_PATH_MAX_RETRANS, 1, 0 },
};

static const char *word(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static int64_t number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static void add(struct call *call, enum parameter what, int64_t value)
{
	if (call->n_changes < CALL_CHANGES_MAX)
		call->changes[call->n_changes++] = (struct parameter_change){ what, value };
}

/* What is not said by the value of a member alone. */
static void add_others(struct call *call, const char *option, const json_t *arguments)
{
	const int64_t hardly = SPP_HB_DISABLE | SPP_HB_DEMAND | SPP_HB_TIME_IS_ZERO | SPP_PMTUD_DISABLE;
	const bool limits = strncmp(option, "SCTP_PEER_ADDR_THLDS", strlen("SCTP_PEER_ADDR_THLDS")) == 0;
	if (strcmp(option, "SCTP_PEER_ADDR_PARAMS") == 0 && number(arguments, "spp_flags") & hardly)
		add(call, PARAMETER_OTHER, 0);
	if (strcmp(option, "SCTP_PEER_ADDR_PARAMS") == 0 && number(arguments, "spp_flags") & SPP_SACKDELAY_DISABLE)
		add(call, PARAMETER_OF_SACKS, 0);
	if (strcmp(option, "SCTP_DELAYED_SACK") == 0 && number(arguments, "sack_freq") != 0 &&
		number(arguments, "sack_freq") != 2)
		add(call, PARAMETER_OF_SACKS, 0);
	if (limits)
		add(call, PARAMETER_PF_MAX_RETRANS, number(arguments, "spt_pathpfthld"));
	if (strcmp(option, "SCTP_PEER_ADDR_THLDS_V2") == 0 && number(arguments, "spt_pathcpthld") != UINT16_MAX)
		add(call, PARAMETER_OTHER, 0);
	if (strcmp(option, "SCTP_EXPOSE_POTENTIALLY_FAILED_STATE") == 0)
		add(call, PARAMETER_POTENTIALLY_FAILED_TOLD, number(arguments, "assoc_value") == 2);
	if (strcmp(option, "SCTP_EVENT") == 0 || strcmp(option, "SCTP_EVENTS") == 0)
		add(call, PARAMETER_OF_EVENTS, 0);
}

static void add_members(struct call *call, const char *option, const json_t *arguments)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++) {
		const int64_t value = number(arguments, members[i].member);
		const int64_t flags = number(arguments, "spp_flags");
		if (strcmp(members[i].option, option) == 0 && value > 0 && value <= INT32_MAX &&
			(flags & members[i].needs) == members[i].needs)
			add(call, members[i].what, value * members[i].unit);
	}
}

bool call_of_option(const json_t *line, uint16_t port, struct call *out)
{
	const json_t *arguments = json_object_get(line, "arguments");
	const char *of = word(arguments, "of"), *name = word(arguments, "name");
	const bool is_sysctl = strcmp(word(line, "call"), "sysctl") == 0;
	/* of the association that the message sets up, which is the next one */
	const bool is_init = strcmp(word(line, "call"), "init") == 0;
	struct call call = {
		.at_ns = number(line, "t_ns"),
		.end = *word(line, "endpoint") == 'b',
		.port = is_sysctl ? 0 : port,
		.kind = CALL_OPTION,
		.is_future = is_sysctl || is_init || strcmp(of, "future") == 0 || strcmp(of, "all") == 0,
		.is_current = !is_sysctl && !is_init && strcmp(of, "future") != 0,
	};
	if (strcmp(word(line, "result"), "ok") != 0)
		return false;
	if (strcmp(of, "association") == 0 || strcmp(of, "id") == 0)
		call.assoc_id = (uint32_t)number(arguments, "assoc_id");
	if (is_sysctl && strncmp(name, "net.sctp.", strlen("net.sctp.")) == 0)
		add(&call, PARAMETER_OTHER, 0);
	const bool is_option = strcmp(word(line, "call"), "setsockopt") == 0;
	if (is_option) {
		add_members(&call, word(arguments, "option"), arguments);
		add_others(&call, word(arguments, "option"), arguments);
	}
	if (is_init)
		add_members(&call, "SCTP_INITMSG", arguments);
	*out = call;
	/* any option may change when DATA leaves, or whether it is given up */
	return call.n_changes > 0 || is_option;
}
