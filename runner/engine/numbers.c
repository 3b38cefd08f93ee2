/* SPDX-License-Identifier: Apache-2.0 */
/* numbers.c - see numbers.h. */
#include "runner/engine/numbers.h"

#include <inttypes.h>
#include <linux/sctp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ASSOCIATIONS_MAX = 16, TEXT_MAX = 4096, FIELDS_ROOM = 768 };

/* No escaping is needed: open_peer() has checked the name of a socket, and the rest is ours. */
static void log_numbers(
	struct trial *t, enum endpoint endpoint, const char *socket, const char *of, vtime from, const char *fields)
{
	char members[FIELDS_ROOM + 256];

	snprintf(members, sizeof(members),
		"\"t_ns\":%" PRId64 ",\"until_ns\":%" PRId64
		",\"endpoint\":\"%s\",\"socket\":\"%s\",\"of\":\"%s\",\"fields\":{%s}}",
		from, now(t), endpoint_name(endpoint), socket, of, fields);
	evidence_log_text(t->box, t->test_case->id, "numbers", members);
}

/* ------------------------------------------------------------------ a namespace */

/* Of /proc/net/sctp/snmp, those that a rule looks at; without "Sctp". */
static const char *const counter_names[COUNTERS] = {
	[COUNTER_ESTABLISHED] = "CurrEstab",
	[COUNTER_ACTIVE] = "ActiveEstabs",
	[COUNTER_PASSIVE] = "PassiveEstabs",
	[COUNTER_PACKETS_OUT] = "OutSCTPPacks",
	[COUNTER_PACKETS_IN] = "InSCTPPacks",
	[COUNTER_T3] = "T3RtxExpireds",
};

/* False: they cannot be read. */
static bool read_counters(int file, int64_t counters[COUNTERS])
{
	char text[TEXT_MAX];
	const ssize_t length = file > 0 ? pread(file, text, sizeof(text) - 1, 0) : -1;

	if (length <= 0)
		return false;
	text[length] = '\0';
	for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
		const char *name = strncmp(line, "Sctp", 4) == 0 ? line + 4 : line;
		const size_t name_length = strcspn(name, " \t");

		for (size_t i = 0; i < COUNTERS; i++)
			if (strlen(counter_names[i]) == name_length && memcmp(counter_names[i], name, name_length) == 0)
				counters[i] = strtoll(name + name_length, NULL, 10);
	}
	return true;
}

void numbers_begin(struct trial *t)
{
	for (enum endpoint at = ENDPOINT_A; t->rehearsal == NULL && at <= ENDPOINT_B; at++) {
		struct namespace_counters *counters = &t->counters[at];

		counters->file = net_open_file(t->net, at, "/proc/thread-self/net/sctp/snmp");
		read_counters(counters->file, counters->first);
	}
}

static void read_namespace(struct trial *t, enum endpoint endpoint)
{
	const struct namespace_counters *counters = &t->counters[endpoint];
	const vtime from = now(t);
	int64_t present[COUNTERS] = { 0 };
	char fields[FIELDS_ROOM];
	size_t length = 0;

	if (!read_counters(counters->file, present))
		return;
	for (size_t i = 0; i < COUNTERS; i++)
		length += (size_t)snprintf(fields + length, sizeof(fields) - length, "%s\"%s\":%" PRId64,
			i > 0 ? "," : "", counter_names[i], present[i] - counters->first[i]);
	log_numbers(t, endpoint, "", "namespace", from, fields);
}

/* ------------------------------------------------------------------ an association */

static int family_of(const union gs_addr *address)
{
	const bool mapped = address->sa.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr);

	return address->sa.sa_family == AF_INET || mapped ? 4 : 6;
}

static int path_of(const struct trial *t, const union gs_addr *address)
{
	enum endpoint endpoint;

	return topology_locate(t->test_case->topology, &address->sa, &endpoint);
}

/* Few topologies have addresses of others. */
static void add_owner(const struct trial *t, const union gs_addr *address, const char *name, char fields[FIELDS_ROOM])
{
	const unsigned owner = topology_owner(t->test_case->topology, &address->sa);
	const size_t length = strlen(fields);

	if (owner > 0)
		snprintf(fields + length, FIELDS_ROOM - length, ",\"%s\":%u", name, owner);
}

static void read_association(struct trial *t, const struct peer *peer, int32_t assoc_id)
{
	struct gs_option status = { .name = GS_OPT_STATUS, .status = { .assoc_id = assoc_id } };
	struct gs_option statistics = { .name = GS_OPT_ASSOC_STATS, .assoc_stats = { .assoc_id = assoc_id } };
	const vtime from = now(t);
	char fields[FIELDS_ROOM];

	if (gs_getopt(peer->socket, &status) != GS_OK || gs_getopt(peer->socket, &statistics) != GS_OK)
		return;
	const struct gs_assoc_status *is = &status.status;
	const struct gs_assoc_stats *has = &statistics.assoc_stats;
	snprintf(fields, sizeof(fields),
		"\"assoc_id\":%d,\"state\":%d,\"peer_rwnd\":%u,\"unacknowledged\":%u,\"pending\":%u,\"in_streams\":%u,"
		"\"out_streams\":%u,\"primary_path\":%d,\"primary_family\":%d,\"packets_out\":%" PRIu64
		",\"packets_in\":%" PRIu64 ",\"control_out\":%" PRIu64 ",\"control_in\":%" PRIu64
		",\"sacks_out\":%" PRIu64 ",\"sacks_in\":%" PRIu64 ",\"data_out\":%" PRIu64 ",\"data_in\":%" PRIu64
		",\"unordered_out\":%" PRIu64 ",\"unordered_in\":%" PRIu64 ",\"retransmitted\":%" PRIu64
		",\"gap_blocks_in\":%" PRIu64 ",\"duplicates\":%" PRIu64,
		assoc_id, is->state, is->rwnd, is->unackdata, is->penddata, is->instrms, is->outstrms,
		path_of(t, &is->primary.address), family_of(&is->primary.address), has->out_packets, has->in_packets,
		has->out_control_chunks, has->in_control_chunks, has->out_sacks, has->in_sacks, has->out_ordered_chunks,
		has->in_ordered_chunks, has->out_unordered_chunks, has->in_unordered_chunks, has->retransmitted_chunks,
		has->gap_acks_received, has->duplicate_chunks);
	add_owner(t, &is->primary.address, "primary_owner", fields);
	log_numbers(t, peer->endpoint, peer->name, "association", from, fields);
}

static void read_path(struct trial *t, const struct peer *peer, int32_t assoc_id, const union gs_addr *address)
{
	struct gs_option option = { .name = GS_OPT_GET_PEER_ADDR_INFO,
		.peer_addr_info = { .assoc_id = assoc_id, .address = *address } };
	const vtime from = now(t);
	char fields[FIELDS_ROOM];

	if (gs_getopt(peer->socket, &option) != GS_OK)
		return;
	const struct gs_peer_addr_info *is = &option.peer_addr_info;
	snprintf(fields, sizeof(fields),
		"\"assoc_id\":%d,\"path\":%d,\"family\":%d,\"state\":%d,\"cwnd\":%u,\"srtt_ticks\":%u,\"rto_ms\":%u,"
		"\"mtu\":%u",
		assoc_id, path_of(t, address), family_of(address), is->state, is->cwnd, is->srtt, is->rto, is->mtu);
	add_owner(t, address, "owner", fields);
	log_numbers(t, peer->endpoint, peer->name, "path", from, fields);
}

static void read_paths(struct trial *t, const struct peer *peer, int32_t assoc_id)
{
	union gs_addr *addresses = NULL;
	size_t n = 0;

	if (gs_peernames(peer->socket, assoc_id, &addresses, &n) != GS_OK)
		return;
	for (size_t i = 0; i < n; i++)
		read_path(t, peer, assoc_id, &addresses[i]);
	gs_addrs_free(addresses);
}

/* All that the socket has; of a case's, which has more than that on purpose, some. */
static unsigned associations_of(const struct peer *peer, int32_t ids[ASSOCIATIONS_MAX])
{
	union {
		struct sctp_assoc_ids head;
		char room[sizeof(struct sctp_assoc_ids) + ASSOCIATIONS_MAX * sizeof(sctp_assoc_t)];
	} list;
	socklen_t length = sizeof(list);

	if (getsockopt(gs_fd(peer->socket), IPPROTO_SCTP, SCTP_GET_ASSOC_ID_LIST, &list, &length) != 0)
		return 0;
	for (unsigned i = 0; i < list.head.gaids_number_of_ids && i < ASSOCIATIONS_MAX; i++)
		ids[i] = list.head.gaids_assoc_id[i];
	return list.head.gaids_number_of_ids < ASSOCIATIONS_MAX ? list.head.gaids_number_of_ids : ASSOCIATIONS_MAX;
}

static void read_socket(struct trial *t, const struct peer *peer)
{
	int32_t ids[ASSOCIATIONS_MAX];
	const unsigned n = associations_of(peer, ids);

	for (unsigned i = 0; i < n; i++) {
		read_association(t, peer, ids[i]);
		read_paths(t, peer, ids[i]);
	}
}

void numbers_read(struct trial *t)
{
	if (t->rehearsal != NULL)
		return;
	for (unsigned i = 0; i < t->peer_count; i++)
		if (t->peers[i].socket != NULL)
			read_socket(t, &t->peers[i]);
	/* of a and c, which are one end to the referee, neither counts all */
	for (enum endpoint at = ENDPOINT_A; at <= ENDPOINT_B; at++)
		if (at == ENDPOINT_B || !t->test_case->topology->third_host)
			read_namespace(t, at);
}
