/* SPDX-License-Identifier: Apache-2.0 */
/* trace_numbers.c - see trace_numbers.h. */
#include "runner/verdict/trace_numbers.h"

#include <string.h>

static const struct {
	const char *name;
	enum numbers_of of;
} names[NUMBERS] = {
	[NUMBER_STATE] = { "state", NUMBERS_OF_ASSOCIATION },
	[NUMBER_PEER_WINDOW] = { "peer_rwnd", NUMBERS_OF_ASSOCIATION },
	[NUMBER_UNACKNOWLEDGED] = { "unacknowledged", NUMBERS_OF_ASSOCIATION },
	[NUMBER_PENDING] = { "pending", NUMBERS_OF_ASSOCIATION },
	[NUMBER_IN_STREAMS] = { "in_streams", NUMBERS_OF_ASSOCIATION },
	[NUMBER_OUT_STREAMS] = { "out_streams", NUMBERS_OF_ASSOCIATION },
	[NUMBER_PACKETS_OUT] = { "packets_out", NUMBERS_OF_ASSOCIATION },
	[NUMBER_PACKETS_IN] = { "packets_in", NUMBERS_OF_ASSOCIATION },
	[NUMBER_CONTROL_OUT] = { "control_out", NUMBERS_OF_ASSOCIATION },
	[NUMBER_CONTROL_IN] = { "control_in", NUMBERS_OF_ASSOCIATION },
	[NUMBER_SACKS_OUT] = { "sacks_out", NUMBERS_OF_ASSOCIATION },
	[NUMBER_SACKS_IN] = { "sacks_in", NUMBERS_OF_ASSOCIATION },
	[NUMBER_DATA_OUT] = { "data_out", NUMBERS_OF_ASSOCIATION },
	[NUMBER_DATA_IN] = { "data_in", NUMBERS_OF_ASSOCIATION },
	[NUMBER_UNORDERED_OUT] = { "unordered_out", NUMBERS_OF_ASSOCIATION },
	[NUMBER_UNORDERED_IN] = { "unordered_in", NUMBERS_OF_ASSOCIATION },
	[NUMBER_RETRANSMITTED] = { "retransmitted", NUMBERS_OF_ASSOCIATION },
	[NUMBER_GAP_BLOCKS_IN] = { "gap_blocks_in", NUMBERS_OF_ASSOCIATION },
	[NUMBER_DUPLICATES] = { "duplicates", NUMBERS_OF_ASSOCIATION },
	[NUMBER_REACH] = { "state", NUMBERS_OF_PATH },
	[NUMBER_CWND] = { "cwnd", NUMBERS_OF_PATH },
	[NUMBER_SRTT] = { "srtt_ticks", NUMBERS_OF_PATH },
	[NUMBER_RTO] = { "rto_ms", NUMBERS_OF_PATH },
	[NUMBER_MTU] = { "mtu", NUMBERS_OF_PATH },
	[NUMBER_ALL_ESTABLISHED] = { "CurrEstab", NUMBERS_OF_ALL },
	[NUMBER_ALL_ACTIVE] = { "ActiveEstabs", NUMBERS_OF_ALL },
	[NUMBER_ALL_PASSIVE] = { "PassiveEstabs", NUMBERS_OF_ALL },
	[NUMBER_ALL_PACKETS_OUT] = { "OutSCTPPacks", NUMBERS_OF_ALL },
	[NUMBER_ALL_PACKETS_IN] = { "InSCTPPacks", NUMBERS_OF_ALL },
	[NUMBER_ALL_T3] = { "T3RtxExpireds", NUMBERS_OF_ALL },
};

static const char *word(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static enum numbers_of subject_of(const json_t *line)
{
	const char *of = word(line, "of");
	if (strcmp(of, "path") == 0)
		return NUMBERS_OF_PATH;
	return strcmp(of, "namespace") == 0 ? NUMBERS_OF_ALL : NUMBERS_OF_ASSOCIATION;
}

bool address_of_peer(
	const struct topology *topology, int end, int64_t owner, int64_t path, bool ipv6, struct address *out)
{
	const enum ip_family family = ipv6 ? IPV6 : IPV4;
	if (owner < 0 || owner > UINT16_MAX || path < 0 || path >= topology->paths ||
		!(topology->family[path] & family))
		return false;
	const struct sockaddr_storage address =
		topology_address_of(topology, end ? ENDPOINT_A : ENDPOINT_B, (unsigned)owner, (unsigned)path, family);
	*out = address_of(&address);
	return true;
}

/* What a rule may calculate with. */
static bool is_sane(const json_t *value)
{
	const json_int_t most = (json_int_t)1 << 40;
	return json_is_integer(value) && json_integer_value(value) <= most && json_integer_value(value) >= -most;
}

struct numbers numbers_of_line(const struct topology *topology, const json_t *line, uint16_t port)
{
	const json_t *fields = json_object_get(line, "fields");
	struct numbers numbers = {
		.from_ns = json_integer_value(json_object_get(line, "t_ns")),
		.at_ns = json_integer_value(json_object_get(line, "until_ns")),
		.end = *word(line, "endpoint") == 'b',
		.of = subject_of(line),
		.port = port,
		.assoc_id = (uint32_t)json_integer_value(json_object_get(fields, "assoc_id")),
	};
	const bool is_path = numbers.of == NUMBERS_OF_PATH;
	const json_t *path = json_object_get(fields, is_path ? "path" : "primary_path");
	const json_t *owner = json_object_get(fields, is_path ? "owner" : "primary_owner");
	const json_t *family = json_object_get(fields, is_path ? "family" : "primary_family");
	if (json_is_integer(path))
		numbers.has_address = address_of_peer(topology, numbers.end, json_integer_value(owner),
			json_integer_value(path), json_integer_value(family) == 6, &numbers.address);
	for (enum number i = 0; i < NUMBERS; i++) {
		const json_t *value = json_object_get(fields, names[i].name);
		if (names[i].of != numbers.of || !is_sane(value))
			continue;
		numbers.known |= UINT64_C(1) << i;
		numbers.value[i] = json_integer_value(value);
	}
	return numbers;
}
