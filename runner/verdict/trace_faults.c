/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trace_faults.c - what faults hide: packets that leave and are in no capture, and packets that a capture has and that
 * are not heard.
 */
#include <string.h>

#include "runner/verdict/trace.h"

static const char *word(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));
	return text ? text : "";
}

static int64_t number(const json_t *object, const char *name)
{
	return json_integer_value(json_object_get(object, name));
}

static bool is_over(const json_t *line)
{
	return strcmp(word(line, "action"), "mend") == 0;
}

/* ---- Blind ---- */

/* It begins with the first of several faults, and ends with the last. */
static void tell_blindness(struct trace *trace, const json_t *line, int end, int path)
{
	unsigned *faults = &trace->blind[end][path];
	if (is_over(line) ? *faults == 0 || --*faults > 0 : (*faults)++ > 0)
		return;
	trace->told[trace->n_told++] = (struct told){
		.at_ns = number(line, "t_ns"),
		.what = TOLD_BLINDNESS,
		.blindness = { .at_ns = number(line, "t_ns"), .end = end, .path = path, .over = is_over(line) },
	};
}

/* Do both paths take one link of that end? */
static bool is_on_link_of(const struct topology *topology, int end, int path, unsigned other)
{
	const enum endpoint endpoint = end ? ENDPOINT_B : ENDPOINT_A;
	return topology_link(topology, endpoint, (unsigned)path) == topology_link(topology, endpoint, other);
}

/* What an end sends is in no capture while its link is down or without a carrier, an address is gone there, or it seeks
 * its neighbour. So it is when a router takes its link down, which an end notices. Other faults are in the middle,
 * behind the captures. What ICMP does to an end (section 10) is not followed. */
static void note_blindness(struct trace *trace, const json_t *line)
{
	const char *at = word(line, "at"), *kind = word(line, "kind");
	const bool in_middle = strcmp(at, "middle") == 0 || strcmp(kind, "host-paused") == 0;
	const bool at_router = trace->topology->medium == MEDIUM_ROUTED &&
		(strcmp(kind, "router-down") == 0 || strcmp(kind, "link-down") == 0);
	const int64_t one = number(line, "path");
	if (strcmp(kind, "reject") == 0 && number(line, "icmp_code") == ICMP_PROTOCOL && one >= 0)
		tell_blindness(trace, line, strcmp(word(line, "direction"), "b-to-a") == 0, (int)one);
	if (in_middle && !at_router)
		return;
	for (int path = 0; path < (int)trace->topology->paths; path++)
		for (int end = 0; end < 2; end++)
			if ((one < 0 || is_on_link_of(trace->topology, end, path, (unsigned)one)) &&
				(in_middle || end == (*at == 'b')))
				tell_blindness(trace, line, end, path);
}

/* ---- Deaf ---- */

/* What is known to have its address again has it a moment after the mending began. */
enum { MOMENT_NS = 1000000 };

static void begin_deafness(struct trace *trace, const json_t *line, int end, int path, enum ip_family family)
{
	if (trace->n_deaf < TRACE_DEAF_MAX)
		trace->deaf[trace->n_deaf++] =
			(struct trace_deafness){ number(line, "t_ns"), INT64_MAX, end, path, family };
}

static void end_deafness(struct trace *trace, const json_t *line, int end, int path, enum ip_family family)
{
	for (unsigned i = 0; i < trace->n_deaf; i++) {
		struct trace_deafness *each = &trace->deaf[i];
		if (each->end == end && each->path == path && each->family == family && each->to_ns == INT64_MAX)
			each->to_ns = number(line, "t_ns") + MOMENT_NS;
	}
}

/* A packet to an address that the host does not have any more comes by its interface, and is not for it. */
static void note_deafness(struct trace *trace, const json_t *line)
{
	const enum ip_family family = number(line, "family") == 6 ? IPV6 : IPV4;
	if (strcmp(word(line, "kind"), "address-removed") == 0)
		(is_over(line) ? end_deafness : begin_deafness)(
			trace, line, *word(line, "at") == 'b', (int)number(line, "path"), family);
}

/* Where all that comes has taken another link than the host's route back, a strict filter of it drops all. */
void trace_take_sysctl(struct trace *trace, const json_t *line)
{
	const json_t *arguments = json_object_get(line, "arguments");
	const int end = *word(line, "endpoint") == 'b';
	if (!trace->topology->crossed || strcmp(word(arguments, "name"), "net.ipv4.conf.all.rp_filter") != 0)
		return;
	for (unsigned path = 0; path < trace->topology->paths; path++) {
		end_deafness(trace, line, end, (int)path, IPV4);
		if (strcmp(word(arguments, "value"), "1") == 0)
			begin_deafness(trace, line, end, (int)path, IPV4);
	}
}

static bool is_for(const struct packet *packet, const struct sockaddr_storage *address)
{
	if (packet->destination.ss_family != address->ss_family)
		return false;
	if (address->ss_family == AF_INET)
		return memcmp(&((const struct sockaddr_in *)&packet->destination)->sin_addr,
			       &((const struct sockaddr_in *)address)->sin_addr, sizeof(struct in_addr)) == 0;
	return memcmp(&((const struct sockaddr_in6 *)&packet->destination)->sin6_addr,
		       &((const struct sockaddr_in6 *)address)->sin6_addr, sizeof(struct in6_addr)) == 0;
}

/* ---- Damaged ---- */

enum { ETHERNET = 1, ETHERNET_HEADER = 14, IPV4_HEADER = 20 };

/* Of a header without damage it is 0. */
static uint16_t ipv4_checksum(const uint8_t *header, size_t length)
{
	uint32_t sum = 0;
	for (size_t i = 0; i + 1 < length; i += 2)
		sum += (uint32_t)header[i] << 8 | header[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* Is it the link address of the end on that path? c is at a's end, too. */
static bool is_of_end(const struct topology *topology, const struct captured_packet *captured)
{
	uint8_t address[6];
	for (enum endpoint each = ENDPOINT_A; each < topology_hosts(topology); each++) {
		topology_link_address(topology, each, (unsigned)captured->path, address);
		if ((each == ENDPOINT_B) == captured->end && memcmp(captured->bytes, address, sizeof(address)) == 0)
			return true;
	}
	return false;
}

/* A bit that was flipped in the frame's or in IP's header, where SCTP's checksum does not look: such a packet is for
 * somebody else, or thrown away. */
static bool is_damaged(const struct trace *trace, const struct captured_packet *captured)
{
	const uint8_t *ip = captured->bytes + ETHERNET_HEADER;
	if (captured->link != ETHERNET || captured->length < ETHERNET_HEADER + IPV4_HEADER || captured->path < 0 ||
		captured->path >= (int)trace->topology->paths)
		return false;
	if (!is_of_end(trace->topology, captured))
		return true;
	const size_t length = (ip[0] & 0xfU) * 4;
	return ip[0] >> 4 == 4 && length <= captured->length - ETHERNET_HEADER && ipv4_checksum(ip, length) != 0;
}

static bool is_heard(const struct trace *trace, const struct captured_packet *captured)
{
	struct packet packet;
	if (captured->sender != captured->end && captured->sender >= 0 && is_damaged(trace, captured))
		return false;
	for (unsigned i = 0; i < trace->n_deaf; i++) {
		const struct trace_deafness *each = &trace->deaf[i];
		if (captured->sender == captured->end || captured->end != each->end ||
			captured->at_ns < each->from_ns || captured->at_ns >= each->to_ns ||
			packet_decode(captured->bytes, captured->length, captured->link, &packet) != PACKET_OK)
			continue;
		const struct sockaddr_storage gone = topology_address(
			trace->topology, each->end ? ENDPOINT_B : ENDPOINT_A, (unsigned)each->path, each->family);
		if (is_for(&packet, &gone))
			return false;
	}
	return true;
}

void trace_take_fault(struct trace *trace, const json_t *line)
{
	const int64_t path = number(line, "path");
	if (path >= (int64_t)trace->topology->paths)
		return;
	note_blindness(trace, line);
	if (path >= 0)
		note_deafness(trace, line);
}

void trace_leave_out_unheard(struct trace *trace)
{
	for (size_t i = 0; i < trace->n_packets; i++)
		if (!is_heard(trace, &trace->packets[i]))
			trace->packets[i].sender = -1;
}
