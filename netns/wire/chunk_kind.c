/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk_kind.c - what is inside each chunk: one table, a row for each type with its name, its numbers, and what stands
 * behind them. Decoding and printing of captured chunks go by it here; building, reading and comparing elsewhere.
 */
#include "netns/wire/chunk_kind.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

/* A number that struct chunk has as `member_`, and struct wire_chunk as `said_`. */
#define NUMBER(name_, at_, width_, member_, said_, ...)                                                 \
	{                                                                                               \
		.name = (name_), .at = (at_), .width = (width_), .in = offsetof(struct chunk, member_), \
		.said = offsetof(struct wire_chunk, said_), __VA_ARGS__                                 \
	}

/* RFC 9260 section 3.3.1 */
static const struct chunk_row data_rows[] = {
	NUMBER("tsn", 0, 4, data.tsn, tsn),
	NUMBER("stream", 4, 2, data.stream, stream),
	NUMBER("ssn", 6, 2, data.ssn, ssn, .when = IF_ORDERED),
	NUMBER("ppid", 8, 4, data.ppid, ppid),
};

/* RFC 8260 section 2.1; two octets are reserved */
static const struct chunk_row i_data_rows[] = {
	NUMBER("tsn", 0, 4, data.tsn, tsn),
	NUMBER("stream", 4, 2, data.stream, stream),
	NUMBER("mid", 8, 4, data.mid, mid),
	NUMBER("ppid", 12, 4, data.ppid, ppid, .when = IF_BEGINS),
	NUMBER("fsn", 12, 4, data.fsn, fsn, .when = UNLESS_BEGINS),
};

static const struct chunk_row init_rows[] = {
	NUMBER("tag", 0, 4, init.initiate_tag, initiate_tag, .hex = true),
	NUMBER("a_rwnd", 4, 4, init.a_rwnd, a_rwnd),
	NUMBER("os", 8, 2, init.outbound_streams, outbound_streams),
	NUMBER("is", 10, 2, init.inbound_streams, inbound_streams),
	NUMBER("tsn", 12, 4, init.initial_tsn, initial_tsn),
};

static const struct chunk_row sack_rows[] = {
	NUMBER("cum", 0, 4, sack.cum_tsn_ack, cum_tsn_ack),
	NUMBER("a_rwnd", 4, 4, sack.a_rwnd, a_rwnd),
	NUMBER("gaps", 8, 2, sack.gap_blocks, gap_count),
	NUMBER("dups", 10, 2, sack.duplicates, duplicate_count),
};

static const struct chunk_row shutdown_rows[] = { NUMBER("cum", 0, 4, shutdown.cum_tsn_ack, cum_tsn_ack) };
static const struct chunk_row ecn_rows[] = { NUMBER("tsn", 0, 4, ecn.lowest_tsn, lowest_tsn) };
static const struct chunk_row forward_tsn_rows[] = { NUMBER("cum", 0, 4, forward_tsn.new_cum_tsn, new_cum_tsn) };
static const struct chunk_row asconf_rows[] = { NUMBER("serial", 0, 4, asconf.serial, serial) };
static const struct chunk_row auth_rows[] = {
	NUMBER("key", 0, 2, auth.key, key),
	NUMBER("hmac", 2, 2, auth.hmac, hmac),
};

#define ROWS(rows_) (rows_), sizeof(rows_) / sizeof(*(rows_))
#define NO_ROWS NULL, 0

static const struct chunk_kind kinds[256] = {
	[CHUNK_DATA] = { "DATA", "9260-3.3.1", 12, ROWS(data_rows), TAIL_USER_DATA },
	[CHUNK_INIT] = { "INIT", "9260-3.3.2", 16, ROWS(init_rows), TAIL_PARAMETERS },
	[CHUNK_INIT_ACK] = { "INIT ACK", "9260-3.3.3", 16, ROWS(init_rows), TAIL_PARAMETERS },
	[CHUNK_SACK] = { "SACK", "9260-3.3.4", 12, ROWS(sack_rows), TAIL_REPORTS },
	[CHUNK_HEARTBEAT] = { "HEARTBEAT", "9260-3.3.5", 0, NO_ROWS, TAIL_OCTETS },
	[CHUNK_HEARTBEAT_ACK] = { "HEARTBEAT ACK", "9260-3.3.6", 0, NO_ROWS, TAIL_OCTETS },
	[CHUNK_ABORT] = { "ABORT", "9260-3.3.7", 0, NO_ROWS, TAIL_CAUSES },
	[CHUNK_SHUTDOWN] = { "SHUTDOWN", "9260-3.3.8", 4, ROWS(shutdown_rows), TAIL_NONE },
	[CHUNK_SHUTDOWN_ACK] = { "SHUTDOWN ACK", "9260-3.3.9", 0, NO_ROWS, TAIL_NONE },
	[CHUNK_ERROR] = { "ERROR", "9260-3.3.10", 0, NO_ROWS, TAIL_CAUSES },
	[CHUNK_COOKIE_ECHO] = { "COOKIE ECHO", "9260-3.3.11", 0, NO_ROWS, TAIL_OCTETS },
	[CHUNK_COOKIE_ACK] = { "COOKIE ACK", "9260-3.3.12", 0, NO_ROWS, TAIL_NONE },
	[CHUNK_ECNE] = { "ECNE", "9260-A", 4, ROWS(ecn_rows), TAIL_NONE },
	[CHUNK_CWR] = { "CWR", "9260-A", 4, ROWS(ecn_rows), TAIL_NONE },
	[CHUNK_SHUTDOWN_COMPLETE] = { "SHUTDOWN COMPLETE", "9260-3.3.13", 0, NO_ROWS, TAIL_NONE },
	[CHUNK_AUTH] = { "AUTH", "4895-4.1", 4, ROWS(auth_rows), TAIL_OCTETS },
	[CHUNK_I_DATA] = { "I-DATA", "8260-2.1", 16, ROWS(i_data_rows), TAIL_USER_DATA },
	[CHUNK_ASCONF_ACK] = { "ASCONF-ACK", "5061-4.1.2", 4, ROWS(asconf_rows), TAIL_PARAMETERS },
	[CHUNK_RE_CONFIG] = { "RE-CONFIG", "6525-3.1", 0, NO_ROWS, TAIL_PARAMETERS },
	[CHUNK_PAD] = { "PAD", "4820-3", 0, NO_ROWS, TAIL_OCTETS },
	[CHUNK_FORWARD_TSN] = { "FORWARD TSN", "3758-3.2", 4, ROWS(forward_tsn_rows), TAIL_OCTETS },
	[CHUNK_ASCONF] = { "ASCONF", "5061-4.1.1", 4, ROWS(asconf_rows), TAIL_PARAMETERS },
	[CHUNK_I_FORWARD_TSN] = { "I-FORWARD-TSN", "8260-2.3.1", 4, ROWS(forward_tsn_rows), TAIL_OCTETS },
};

/* Of a type that nobody knows. */
static const struct chunk_kind unknown = { .tail = TAIL_OCTETS };

const struct chunk_kind *chunk_kind(uint8_t type)
{
	return kinds[type].name ? &kinds[type] : &unknown;
}

const char *chunk_name(uint8_t type)
{
	return kinds[type].name;
}

void chunk_print_name(uint8_t type, FILE *out)
{
	if (kinds[type].name)
		fputs(kinds[type].name, out);
	else
		fprintf(out, "chunk %u", type);
}

/* ------------------------------------------------------------------ captured chunks */

static void store(struct chunk *chunk, const struct chunk_row *row)
{
	char *member = (char *)chunk + row->in;

	if (row->width == 2) {
		const uint16_t number = get_be16(chunk->value + row->at);

		memcpy(member, &number, sizeof(number));
	} else {
		const uint32_t number = get_be32(chunk->value + row->at);

		memcpy(member, &number, sizeof(number));
	}
}

static uint32_t stored(const struct chunk *chunk, const struct chunk_row *row)
{
	const char *member = (const char *)chunk + row->in;
	uint32_t number = 0;
	uint16_t half;

	if (row->width == 4)
		memcpy(&number, member, sizeof(number));
	else
		number = (memcpy(&half, member, sizeof(half)), half);
	return number;
}

void chunk_decode(struct chunk *chunk)
{
	const struct chunk_kind *kind = &kinds[chunk->type];

	/* captured is never more than length - 4, so this also refuses a length too small for the
	 * type */
	chunk->decoded = chunk->captured >= kind->fixed;
	if (!chunk->decoded)
		return;
	for (unsigned i = 0; i < kind->row_count; i++)
		if (row_is_there(&kind->rows[i], chunk->flags))
			store(chunk, &kind->rows[i]);
	if (kind->tail == TAIL_USER_DATA)
		chunk->data.user_length = (uint32_t)chunk->length - CHUNK_HEADER - kind->fixed;
	if (chunk->captured < TLV_HEADER)
		return; /* an ABORT may come without any cause */
	if (kind->tail == TAIL_CAUSES)
		chunk->error.cause = get_be16(chunk->value);
	if (chunk->type == CHUNK_RE_CONFIG)
		chunk->re_config.parameter = get_be16(chunk->value);
}

static void print_cause(uint16_t cause, FILE *out)
{
	const char *name = cause_name(cause);

	if (name)
		fprintf(out, "%s", name);
	else if (cause)
		fprintf(out, "cause %u", cause);
	else
		fprintf(out, "no cause");
}

static void print_numbers(const struct chunk *chunk, const struct chunk_kind *kind, FILE *out)
{
	const bool unordered = kind->tail == TAIL_USER_DATA && (chunk->flags & FLAG_U) != 0;
	bool said = false;

	for (unsigned i = 0; i < kind->row_count; i++) {
		const struct chunk_row *row = &kind->rows[i];

		if (unordered && row->at >= 6 && !said) {
			fputs(" unordered", out);
			said = true;
		}
		if (!row_is_there(row, chunk->flags) || (unordered && row->when == IF_ORDERED))
			continue;
		fprintf(out, row->hex ? "%s%s=%08" PRIx32 : "%s%s=%" PRIu32, i ? " " : "", row->name,
			stored(chunk, row));
	}
}

void chunk_print(const struct chunk *chunk, FILE *out)
{
	const struct chunk_kind *kind = &kinds[chunk->type];

	chunk_print_name(chunk->type, out);
	if (!chunk->decoded) {
		fputs("(too short)", out);
		return;
	}
	if (kind->row_count == 0 && kind->tail != TAIL_CAUSES && chunk->type != CHUNK_RE_CONFIG)
		return;
	fputc('(', out);
	print_numbers(chunk, kind, out);
	if (kind->tail == TAIL_USER_DATA)
		fprintf(out, " len=%" PRIu32, chunk->data.user_length);
	if (kind->tail == TAIL_CAUSES)
		print_cause(chunk->error.cause, out);
	if (chunk->type == CHUNK_RE_CONFIG)
		fprintf(out, "parameter=%u", chunk->re_config.parameter);
	fputc(')', out);
}
