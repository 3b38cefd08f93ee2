/* SPDX-License-Identifier: Apache-2.0 */
/* print.c - what is said of a packet, in words: each number by its name in the table. */
#include "netns/wire/chunk_kind.h"

#include <ctype.h>
#include <inttypes.h>

enum { OCTETS_TOLD = 24, LISTED = 6 };

static void print_field(const char *name, const struct field *field, bool hex, const char **gap, FILE *out)
{
	const char *format = hex ? "%08" PRIx32 : "%" PRIu32;

	if (!field->set)
		return;
	fprintf(out, "%s%s=", *gap, name);
	fprintf(out, format, field->value);
	if (field->to != field->value) {
		fputs("..", out);
		fprintf(out, format, field->to);
	}
	*gap = " ";
}

static bool is_text(const struct octets *octets)
{
	for (size_t i = 0; i < octets->length; i++)
		if (!isprint(octets->bytes[i]) || octets->bytes[i] == '"')
			return false;
	return octets->length > 0;
}

static void print_octets(const char *name, const struct octets *octets, const char **gap, FILE *out)
{
	if (!octets->set)
		return;
	fprintf(out, "%s%s=", *gap, name);
	if (octets->length > OCTETS_TOLD)
		fprintf(out, "%zu octets", octets->length);
	else if (is_text(octets))
		fprintf(out, "\"%.*s\"", (int)octets->length, (const char *)octets->bytes);
	else
		for (size_t i = 0; i < octets->length; i++)
			fprintf(out, "%02x", octets->bytes[i]);
	*gap = " ";
}

static void print_tlv(const struct tlv *tlv, bool is_cause, FILE *out)
{
	const char *name = is_cause ? cause_name(tlv->type) : NULL, *gap = "";

	if (name)
		fputs(name, out);
	else
		fprintf(out, "%#x", tlv->type);
	if (!tlv->number.set && !tlv->value.set)
		return;
	fputc('(', out);
	if (tlv->number.set && (!tlv->value.set || tlv->value.length == 4))
		print_field("number", &tlv->number, false, &gap, out);
	else
		print_octets("value", &tlv->value, &gap, out);
	fputc(')', out);
}

static void print_tlvs(const char *name, const struct tlvs *tlvs, bool are_causes, const char **gap, FILE *out)
{
	if (!tlvs->set)
		return;
	fprintf(out, "%s%s={", *gap, name);
	for (unsigned i = 0; i < tlvs->count && i < LISTED; i++) {
		fputs(i ? ", " : "", out);
		print_tlv(&tlvs->list[i], are_causes, out);
	}
	fputs(tlvs->count > LISTED ? ", ...}" : "}", out);
	*gap = " ";
}

static void print_reports(const struct wire_chunk *chunk, const char **gap, FILE *out)
{
	if (chunk->gaps.set) {
		fprintf(out, "%sgaps={", *gap);
		for (unsigned i = 0; i < chunk->gaps.count && i < LISTED; i++)
			fprintf(out, "%s%u-%u", i ? ", " : "", chunk->gaps.list[i].start, chunk->gaps.list[i].end);
		fputs(chunk->gaps.count > LISTED ? ", ...}" : "}", out);
		*gap = " ";
	}
	if (chunk->duplicates.set) {
		fprintf(out, "%sdups={", *gap);
		for (unsigned i = 0; i < chunk->duplicates.count && i < LISTED; i++)
			fprintf(out, "%s%" PRIu32, i ? ", " : "", chunk->duplicates.list[i]);
		fputs(chunk->duplicates.count > LISTED ? ", ...}" : "}", out);
		*gap = " ";
	}
}

/* What stands behind the numbers, as its type calls it. */
static const char *name_of_octets(uint8_t type)
{
	switch (type) {
	case CHUNK_DATA:
	case CHUNK_I_DATA:
		return "payload";
	case CHUNK_HEARTBEAT:
	case CHUNK_HEARTBEAT_ACK:
		return "information";
	case CHUNK_COOKIE_ECHO:
		return "cookie";
	default:
		return "value";
	}
}

static bool is_count(const struct chunk_row *row, const struct wire_chunk *chunk)
{
	const struct field *field = row_field_of(row, chunk);

	return (field == &chunk->gap_count && chunk->gaps.set) ||
		(field == &chunk->duplicate_count && chunk->duplicates.set);
}

void wire_print_chunk(const struct wire_chunk *chunk, FILE *out)
{
	const struct chunk_kind *kind = chunk_kind(chunk->type);
	const char *gap = "(";

	if (chunk->any) {
		fputs("any chunk", out);
		return;
	}
	chunk_print_name(chunk->type, out);
	if (chunk->flags.set && chunk->flags.value != 0) {
		fprintf(out, "%sflags=%#x", gap, chunk->flags.value);
		gap = " ";
	}
	for (unsigned i = 0; i < kind->row_count; i++)
		if (!is_count(&kind->rows[i], chunk))
			print_field(
				kind->rows[i].name, row_field_of(&kind->rows[i], chunk), kind->rows[i].hex, &gap, out);
	print_reports(chunk, &gap, out);
	print_tlvs(kind->tail == TAIL_CAUSES ? "causes" : "parameters", &chunk->parameters, kind->tail == TAIL_CAUSES,
		&gap, out);
	print_tlvs("reported", &chunk->reported, false, &gap, out);
	if (chunk->value.length > 0)
		print_octets(name_of_octets(chunk->type), &chunk->value, &gap, out);
	print_octets("raw", &chunk->raw, &gap, out);
	print_octets("padding", &chunk->padding, &gap, out);
	if (chunk->cut > 0)
		fprintf(out, "%scut=%u", gap, chunk->cut), gap = " ";
	fputs(*gap == '(' ? "" : ")", out);
}

void wire_print(const struct wire_packet *packet, FILE *out)
{
	for (unsigned i = 0; i < packet->count; i++) {
		fputs(i ? " " : "", out);
		wire_print_chunk(&packet->chunks[i], out);
	}
	if (packet->header.verification_tag.set)
		fprintf(out, " under tag %08" PRIx32, packet->header.verification_tag.value);
	if (packet->header.checksum.set && packet->header.checksum.value == 0)
		fputs(" without checksum", out);
	else if (packet->header.checksum.set || packet->bad_checksum)
		fputs(" with a wrong checksum", out);
	if (packet->path >= 0)
		fprintf(out, " on path %d", packet->path);
}

void wire_print_pattern(const struct wire_pattern *pattern, FILE *out)
{
	wire_print(&pattern->packet, out);
	if (pattern->alone)
		fputs(", alone", out);
}
