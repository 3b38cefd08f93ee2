/* SPDX-License-Identifier: Apache-2.0 */
/*
 * chunk.c - what is inside each chunk: one table, a row for each type with its name, how many bytes
 * its fixed part has, and how to read and print them.
 */
#include "netns/chunk.h"

#include <inttypes.h>
#include <string.h>

#define CHUNK_HEADER 4

/* RFC 9260 section 3.3.1 and RFC 8260 section 2.1 */
#define DATA_BEGINS 0x02
#define DATA_UNORDERED 0x04
#define DATA_FIXED 12
#define I_DATA_FIXED 16

static uint32_t user_length(const struct chunk *chunk, unsigned fixed)
{
	return (uint32_t)chunk->length - CHUNK_HEADER - fixed;
}

static void decode_data(struct chunk *chunk, const uint8_t *v)
{
	chunk->data.tsn = get_be32(v);
	chunk->data.stream = get_be16(v + 4);
	chunk->data.ssn = get_be16(v + 6);
	chunk->data.ppid = get_be32(v + 8);
	chunk->data.user_length = user_length(chunk, DATA_FIXED);
}

static void decode_i_data(struct chunk *chunk, const uint8_t *v)
{
	chunk->data.tsn = get_be32(v);
	chunk->data.stream = get_be16(v + 4);
	chunk->data.mid = get_be32(v + 8);
	if (chunk->flags & DATA_BEGINS)
		chunk->data.ppid = get_be32(v + 12);
	else
		chunk->data.fsn = get_be32(v + 12);
	chunk->data.user_length = user_length(chunk, I_DATA_FIXED);
}

static void decode_init(struct chunk *chunk, const uint8_t *v)
{
	chunk->init.initiate_tag = get_be32(v);
	chunk->init.a_rwnd = get_be32(v + 4);
	chunk->init.outbound_streams = get_be16(v + 8);
	chunk->init.inbound_streams = get_be16(v + 10);
	chunk->init.initial_tsn = get_be32(v + 12);
}

static void decode_sack(struct chunk *chunk, const uint8_t *v)
{
	chunk->sack.cum_tsn_ack = get_be32(v);
	chunk->sack.a_rwnd = get_be32(v + 4);
	chunk->sack.gap_blocks = get_be16(v + 8);
	chunk->sack.duplicates = get_be16(v + 10);
}

/* An ABORT may come without any cause. */
static void decode_error(struct chunk *chunk, const uint8_t *v)
{
	if (chunk->captured >= 4)
		chunk->error.cause = get_be16(v);
}

static void decode_shutdown(struct chunk *chunk, const uint8_t *v)
{
	chunk->shutdown.cum_tsn_ack = get_be32(v);
}

static void decode_forward_tsn(struct chunk *chunk, const uint8_t *v)
{
	chunk->forward_tsn.new_cum_tsn = get_be32(v);
}

static void decode_ecn(struct chunk *chunk, const uint8_t *v)
{
	chunk->ecn.lowest_tsn = get_be32(v);
}

static void decode_asconf(struct chunk *chunk, const uint8_t *v)
{
	chunk->asconf.serial = get_be32(v);
}

static void decode_auth(struct chunk *chunk, const uint8_t *v)
{
	chunk->auth.key = get_be16(v);
	chunk->auth.hmac = get_be16(v + 2);
}

static void decode_re_config(struct chunk *chunk, const uint8_t *v)
{
	if (chunk->captured >= 4)
		chunk->re_config.parameter = get_be16(v);
}

static void print_data(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "tsn=%" PRIu32 " stream=%u", chunk->data.tsn, chunk->data.stream);
	if (chunk->flags & DATA_UNORDERED)
		fprintf(out, " unordered");
	else
		fprintf(out, " ssn=%u", chunk->data.ssn);
	fprintf(out, " ppid=%" PRIu32 " len=%" PRIu32, chunk->data.ppid, chunk->data.user_length);
}

static void print_i_data(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "tsn=%" PRIu32 " stream=%u%s mid=%" PRIu32, chunk->data.tsn, chunk->data.stream,
		chunk->flags & DATA_UNORDERED ? " unordered" : "", chunk->data.mid);
	if (chunk->flags & DATA_BEGINS)
		fprintf(out, " ppid=%" PRIu32, chunk->data.ppid);
	else
		fprintf(out, " fsn=%" PRIu32, chunk->data.fsn);
	fprintf(out, " len=%" PRIu32, chunk->data.user_length);
}

static void print_init(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "tag=%08" PRIx32 " a_rwnd=%" PRIu32 " os=%u is=%u tsn=%" PRIu32, chunk->init.initiate_tag,
		chunk->init.a_rwnd, chunk->init.outbound_streams, chunk->init.inbound_streams, chunk->init.initial_tsn);
}

static void print_sack(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "cum=%" PRIu32 " a_rwnd=%" PRIu32 " gaps=%u dups=%u", chunk->sack.cum_tsn_ack, chunk->sack.a_rwnd,
		chunk->sack.gap_blocks, chunk->sack.duplicates);
}

static void print_error(const struct chunk *chunk, FILE *out)
{
	const char *name = cause_name(chunk->error.cause);

	if (name)
		fprintf(out, "%s", name);
	else if (chunk->error.cause)
		fprintf(out, "cause %u", chunk->error.cause);
	else
		fprintf(out, "no cause");
}

static void print_shutdown(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "cum=%" PRIu32, chunk->shutdown.cum_tsn_ack);
}

static void print_forward_tsn(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "cum=%" PRIu32, chunk->forward_tsn.new_cum_tsn);
}

static void print_ecn(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "tsn=%" PRIu32, chunk->ecn.lowest_tsn);
}

static void print_asconf(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "serial=%" PRIu32, chunk->asconf.serial);
}

static void print_auth(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "key=%u hmac=%u", chunk->auth.key, chunk->auth.hmac);
}

static void print_re_config(const struct chunk *chunk, FILE *out)
{
	fprintf(out, "parameter=%u", chunk->re_config.parameter);
}

struct chunk_kind {
	const char *name;
	unsigned fixed; /* bytes after the chunk header that must be there */
	void (*decode)(struct chunk *chunk, const uint8_t *value);
	void (*print)(const struct chunk *chunk, FILE *out);
};

static const struct chunk_kind kinds[256] = {
	[CHUNK_DATA] = { "DATA", DATA_FIXED, decode_data, print_data },
	[CHUNK_INIT] = { "INIT", 16, decode_init, print_init },
	[CHUNK_INIT_ACK] = { "INIT ACK", 16, decode_init, print_init },
	[CHUNK_SACK] = { "SACK", 12, decode_sack, print_sack },
	[CHUNK_HEARTBEAT] = { "HEARTBEAT", 0, NULL, NULL },
	[CHUNK_HEARTBEAT_ACK] = { "HEARTBEAT ACK", 0, NULL, NULL },
	[CHUNK_ABORT] = { "ABORT", 0, decode_error, print_error },
	[CHUNK_SHUTDOWN] = { "SHUTDOWN", 4, decode_shutdown, print_shutdown },
	[CHUNK_SHUTDOWN_ACK] = { "SHUTDOWN ACK", 0, NULL, NULL },
	[CHUNK_ERROR] = { "ERROR", 0, decode_error, print_error },
	[CHUNK_COOKIE_ECHO] = { "COOKIE ECHO", 0, NULL, NULL },
	[CHUNK_COOKIE_ACK] = { "COOKIE ACK", 0, NULL, NULL },
	[CHUNK_ECNE] = { "ECNE", 4, decode_ecn, print_ecn },
	[CHUNK_CWR] = { "CWR", 4, decode_ecn, print_ecn },
	[CHUNK_SHUTDOWN_COMPLETE] = { "SHUTDOWN COMPLETE", 0, NULL, NULL },
	[CHUNK_AUTH] = { "AUTH", 4, decode_auth, print_auth },
	[CHUNK_I_DATA] = { "I-DATA", I_DATA_FIXED, decode_i_data, print_i_data },
	[CHUNK_ASCONF_ACK] = { "ASCONF-ACK", 4, decode_asconf, print_asconf },
	[CHUNK_RE_CONFIG] = { "RE-CONFIG", 0, decode_re_config, print_re_config },
	[CHUNK_PAD] = { "PAD", 0, NULL, NULL },
	[CHUNK_FORWARD_TSN] = { "FORWARD TSN", 4, decode_forward_tsn, print_forward_tsn },
	[CHUNK_ASCONF] = { "ASCONF", 4, decode_asconf, print_asconf },
	[CHUNK_I_FORWARD_TSN] = { "I-FORWARD-TSN", 4, decode_forward_tsn, print_forward_tsn },
};

void chunk_decode(struct chunk *chunk)
{
	const struct chunk_kind *kind = &kinds[chunk->type];

	/* captured is never more than length - 4, so this also refuses a length too small for the
	 * type */
	chunk->decoded = chunk->captured >= kind->fixed;
	if (chunk->decoded && kind->decode)
		kind->decode(chunk, chunk->value);
}

void chunk_print(const struct chunk *chunk, FILE *out)
{
	const struct chunk_kind *kind = &kinds[chunk->type];

	if (kind->name)
		fputs(kind->name, out);
	else
		fprintf(out, "chunk %u", chunk->type);
	if (!chunk->decoded) {
		fputs("(too short)", out);
	} else if (kind->print) {
		fputc('(', out);
		kind->print(chunk, out);
		fputc(')', out);
	}
}

const char *chunk_name(uint8_t type)
{
	return kinds[type].name;
}
