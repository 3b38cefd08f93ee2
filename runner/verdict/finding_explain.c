/* SPDX-License-Identifier: Apache-2.0 */
/* finding_explain.c - see finding_explain.h. */
#include "runner/verdict/finding_explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/log.h"

enum { LOGGED_BEFORE = 6, LOGGED_AFTER = 6, TOLD_BEFORE = 6, TOLD_AFTER = 3, TEXT_MAX = 240 };

static const char *const ends[] = { "a", "b" };
static const char *const levels[] = { [LEVEL_MUST] = "MUST", [LEVEL_SHOULD] = "SHOULD", [LEVEL_LINUX] = "LINUX" };

static bool is_it(const struct finding *finding, const struct captured_packet *packet)
{
	return finding->number > 0 && packet->number == finding->number && packet->end == finding->end &&
		packet->path == finding->path;
}

/* Where the finding stands among the packets: at its own, or in front of those that come later. */
static size_t find_place(const struct finding *finding, struct captured_packets packets, bool *at_packet)
{
	size_t place = 0;
	while (place < packets.n && packets.list[place].at_ns < finding->at_ns)
		place++;
	for (size_t i = place; i < packets.n && packets.list[i].at_ns == finding->at_ns; i++)
		if (is_it(finding, &packets.list[i])) {
			*at_packet = true;
			return i;
		}
	while (place < packets.n && packets.list[place].at_ns == finding->at_ns)
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
	const struct finding *finding, struct captured_packets packets, size_t before, size_t after)
{
	struct around around;
	around.place = find_place(finding, packets, &around.at_packet);
	around.first = around.place > before ? around.place - before : 0;
	around.end = around.place + around.at_packet + after;
	if (around.end > packets.n)
		around.end = packets.n;
	return around;
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
	if (packet_decode(captured->bytes, captured->length, captured->link, &packet) == PACKET_OK)
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

/* ---- Lines ---- */

static bool is_of_one_place(const struct requirement *a, const struct requirement *b)
{
	return a && b && strcmp(a->level, b->level) == 0 && strcmp(a->section, b->section) == 0;
}

/* Those of one level and section together. */
static void say_requirements(const struct catalogue *catalogue, const struct rule *rule, FILE *out)
{
	const char *between = "covers    ";
	for (const char *const *id = rule->requirements; id && *id; id++) {
		const struct requirement *this = catalogue_find(catalogue, id[0]);
		const struct requirement *next = id[1] ? catalogue_find(catalogue, id[1]) : NULL;
		fprintf(out, "%s%s", between, *id);
		between = is_of_one_place(this, next) ? ", " : "; ";
		if (this && !is_of_one_place(this, next))
			fprintf(out, " (%s, section %s)", this->level, this->section);
	}
	if (rule->requirements && *rule->requirements)
		fputc('\n', out);
}

static void say_got(const struct finding *finding, FILE *out)
{
	fprintf(out, "got       %s", finding->got ? finding->got : "");
	fprintf(out, " (%s", ends[finding->end == 1]);
	if (finding->number > 0)
		fprintf(out, ", packet %u", finding->number);
	if (finding->number > 0 && finding->path >= 0)
		fprintf(out, " of path %d", finding->path);
	if (finding->times > 1)
		fprintf(out, "; and %" PRIu64 " times more", finding->times - 1);
	fputs(")\n", out);
}

static void say_time(int64_t at_ns, bool first, FILE *out)
{
	fprintf(out, "%s %12.6f s  ", first ? "packets  " : "         ", (double)at_ns / 1e9);
}

static void say_packets(const struct finding *finding, struct captured_packets packets, FILE *out)
{
	const struct around around = look_around(finding, packets, TOLD_BEFORE, TOLD_AFTER);
	for (size_t i = around.first; i <= around.end; i++) {
		if (i == around.place && !around.at_packet) {
			say_time(finding->at_ns, i == around.first, out);
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

char *finding_explain(const struct catalogue *catalogue, const struct finding *finding, struct captured_packets packets)
{
	const struct rule *rule = finding->rule;
	char *words = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&words, &length);
	if (!out)
		return NULL;
	fprintf(out, "rule      %s (%s): %s\n", rule->id, levels[rule->level], rule->title);
	say_requirements(catalogue, rule, out);
	fprintf(out, "expected  %s\n", finding->expected ? finding->expected : "");
	say_got(finding, out);
	say_packets(finding, packets, out);
	if (fclose(out) == 0)
		return words;
	free(words);
	return NULL;
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

json_t *finding_packets(const struct finding *finding, struct captured_packets packets)
{
	const struct around around = look_around(finding, packets, LOGGED_BEFORE, LOGGED_AFTER);
	json_t *array = json_array();
	for (size_t i = around.first; i < around.end; i++)
		json_array_append_new(array, packet_object(&packets.list[i]));
	if (json_array_size(array) == around.end - around.first)
		return array;
	json_decref(array);
	return NULL;
}
