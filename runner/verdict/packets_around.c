/* SPDX-License-Identifier: Apache-2.0 */
/* packets_around.c - see packets_around.h. */
#include "runner/verdict/packets_around.h"

#include <stdbool.h>
#include <stdlib.h>

#include "netns/packet.h"
#include "reports/log.h"

enum { LOGGED_BEFORE = 6, LOGGED_AFTER = 6, TOLD_BEFORE = 6, TOLD_AFTER = 3, TEXT_MAX = 240 };

static const char *const ends[] = { "a", "b" };

static bool is_it(const struct place *where, const struct captured_packet *packet)
{
	return where->number > 0 && packet->number == where->number && packet->end == where->end &&
		packet->path == where->path;
}

/* Where it stands among the packets: at its own, or in front of those that come later. */
static size_t find_place(const struct place *where, struct captured_packets packets, bool *at_packet)
{
	size_t place = 0;
	while (place < packets.n && packets.list[place].at_ns < where->at_ns)
		place++;
	for (size_t i = place; i < packets.n && packets.list[i].at_ns == where->at_ns; i++)
		if (is_it(where, &packets.list[i])) {
			*at_packet = true;
			return i;
		}
	while (place < packets.n && packets.list[place].at_ns == where->at_ns)
		place++;
	*at_packet = false;
	return place;
}

/* The packets around a place: from `first` to before `end`. */
struct around {
	size_t first, place, end;
	bool at_packet;
};

static struct around look_around(
	const struct place *where, struct captured_packets packets, size_t before, size_t after)
{
	struct around around;
	around.place = find_place(where, packets, &around.at_packet);
	around.first = around.place > before ? around.place - before : 0;
	around.end = around.place + around.at_packet + after;
	if (around.end > packets.n)
		around.end = packets.n;
	return around;
}

enum packet_status captured_packet_decode(const struct captured_packet *captured, struct packet *out)
{
	const enum packet_status status =
		packet_decode_udp(captured->bytes, captured->length, captured->link, PACKET_UDP_PORT, out);
	out->shared = true; /* a packet socket has a clone, and reads it later (netns/capture.c) */
	return status;
}

/* Its chunks, in a line that is not endless. */
static void print_chunks(const struct captured_packet *captured, FILE *out)
{
	struct packet packet;
	char *text = NULL;
	size_t length = 0;
	FILE *line = open_memstream(&text, &length);
	if (!line)
		return;
	if (captured_packet_decode(captured, &packet) == PACKET_OK)
		packet_print_chunks(&packet, line);
	else
		fputs("not an SCTP packet that can be read", line);
	if (fclose(line) == 0)
		fprintf(out, "%.*s%s", TEXT_MAX, text, length > TEXT_MAX ? " ..." : "");
	free(text);
}

static bool was_sent(const struct captured_packet *packet)
{
	return packet->sender == packet->end;
}

static void say_time(int64_t at_ns, bool first, FILE *out)
{
	fprintf(out, "%s %12.6f s  ", first ? "packets  " : "         ", (double)at_ns / 1e9);
}

void packets_around_print(const struct place *where, struct captured_packets packets, FILE *out)
{
	const struct around around = look_around(where, packets, TOLD_BEFORE, TOLD_AFTER);
	for (size_t i = around.first; i <= around.end; i++) {
		if (i == around.place && !around.at_packet) {
			say_time(where->at_ns, i == around.first, out);
			fputs("<-- here\n", out);
		}
		if (i == around.end)
			break;
		const struct captured_packet *packet = &packets.list[i];
		say_time(packet->at_ns, i == around.first && (around.at_packet || i != around.place), out);
		fprintf(out, "%s %-5s path %d #%u  ", ends[packet->end == 1], was_sent(packet) ? "sends" : "gets",
			packet->path, packet->number);
		print_chunks(packet, out);
		fputs(i == around.place && around.at_packet ? "   <-- here\n" : "\n", out);
	}
}

/* ---- The log ---- */

static json_t *packet_object(const struct captured_packet *packet)
{
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);
	if (!out)
		return NULL;
	print_chunks(packet, out);
	json_t *object = fclose(out) == 0
		? json_pack("{s:I, s:s, s:o, s:I, s:b, s:o}", "t_ns", (json_int_t)packet->at_ns, "endpoint",
			  ends[packet->end == 1], "path", packet->path < 0 ? json_null() : json_integer(packet->path),
			  "packet", (json_int_t)packet->number, "sent", (int)was_sent(packet), "text",
			  result_log_text(text, length))
		: NULL;
	free(text);
	return object;
}

json_t *packets_around_log(const struct place *where, struct captured_packets packets)
{
	const struct around around = look_around(where, packets, LOGGED_BEFORE, LOGGED_AFTER);
	json_t *array = json_array();
	for (size_t i = around.first; i < around.end; i++)
		json_array_append_new(array, packet_object(&packets.list[i]));
	if (json_array_size(array) == around.end - around.first)
		return array;
	json_decref(array);
	return NULL;
}
