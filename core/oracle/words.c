/* SPDX-License-Identifier: Apache-2.0 */
/* words.c - values as transcripts write them and scripts say them; options are in option_words.c. */
#include "words.h"
#include "field_words.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PERIOD 251      /* of the octets of bytes(N) */
#define LONGEST_TEXT 64 /* longer ones are written as what they are */

void write_address(FILE *out, const union gs_addr *addr)
{
	char text[INET6_ADDRSTRLEN] = "-";

	if (addr->sa.sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &addr->v6.sin6_addr, text, sizeof(text));
		fprintf(out, "[%s]:@%u", text, gs_addr_port(addr));
	} else {
		inet_ntop(AF_INET, &addr->v4.sin_addr, text, sizeof(text));
		fprintf(out, "%s:@%u", text, gs_addr_port(addr));
	}
}

void write_errno(FILE *out, int status)
{
	for (const char *c = gs_status_name(status); *c; c++)
		fputc(tolower((unsigned char)*c), out);
}

void write_status(FILE *out, int status)
{
	if (status == GS_OK || status == GS_BADARG)
		fputs(gs_status_name(status), out);
	else if (gs_field_of(status))
		fprintf(out, "error field %d", gs_field_of(status));
	else {
		fputs("error ", out);
		write_errno(out, status);
	}
}

static bool is_pattern(const uint8_t *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != i % PERIOD)
			return false;
	}
	return true;
}

/* RFC 1950's checksum, as erlang:adler32/1 */
static uint32_t adler32(const uint8_t *bytes, size_t length)
{
	uint32_t a = 1, b = 0;

	for (size_t i = 0; i < length; i++) {
		a = (a + bytes[i]) % 65521;
		b = (b + a) % 65521;
	}
	return b << 16 | a;
}

static void write_text(FILE *out, const uint8_t *bytes, size_t length)
{
	if (length > LONGEST_TEXT && is_pattern(bytes, length)) {
		fprintf(out, "bytes(%zu)", length);
		return;
	}
	if (length > LONGEST_TEXT) {
		fprintf(out, "other_bytes(%zu, %u)", length, adler32(bytes, length));
		return;
	}
	fputc('"', out);
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] < 32 || bytes[i] > 126 || bytes[i] == '"' || bytes[i] == '\\')
			fprintf(out, "\\x%02X", bytes[i]);
		else
			fputc(bytes[i], out);
	}
	fputc('"', out);
}

static void write_tsn(FILE *out, const char *name, int32_t assoc_id, uint32_t tsn)
{
	if (tsn == 0)
		fprintf(out, ", %s=0", name);
	else
		fprintf(out, ", %s=%%%d:%u", name, assoc_id, tsn);
}

static void write_sndrcvinfo(FILE *out, const struct gs_sndrcvinfo *info)
{
	fprintf(out, "{stream=%u, ssn=%u, flags=", info->stream, info->ssn);
	write_flags(out, info->flags, send_flags);
	fprintf(out, ", ppid=%u, context=%u, timetolive=%u", info->ppid, info->context, info->timetolive);
	write_tsn(out, "tsn", info->assoc_id, info->tsn);
	write_tsn(out, "cumtsn", info->assoc_id, info->cumtsn);
	fprintf(out, ", assoc_id=#%d}", info->assoc_id);
}

void write_assoc_change(FILE *out, const struct gs_assoc_change *change)
{
	fprintf(out,
		"sctp_assoc_change{state=%s, error=%u, outbound_streams=%u, inbound_streams=%u, "
		"assoc_id=#%d}",
		gs_assoc_change_name(change->state), change->error_raw, change->outbound_streams,
		change->inbound_streams, change->assoc_id);
}

static void write_paddr_change(FILE *out, const struct gs_paddr_change *change)
{
	fputs("{addr=", out);
	write_address(out, &change->addr);
	fprintf(out, ", state=%s, error=%u, assoc_id=#%d}", gs_paddr_change_name(change->state), change->error,
		change->assoc_id);
}

static void write_send_failed(FILE *out, const struct gs_send_failed *failed)
{
	fprintf(out, "{flags=%s, error=%u, info=", failed->sent ? "true" : "false", failed->error_raw);
	write_sndrcvinfo(out, &failed->info);
	fprintf(out, ", assoc_id=#%d, data=", failed->assoc_id);
	write_text(out, failed->bytes, failed->length);
	fputc('}', out);
}

static void write_event(FILE *out, const struct gs_event *event)
{
	if (event->type == GS_ASSOC_CHANGE) {
		write_assoc_change(out, &event->assoc_change);
		return;
	}
	fputs(gs_event_name(event->type), out);
	switch (event->type) {
	case GS_PADDR_CHANGE:
		write_paddr_change(out, &event->paddr_change);
		break;
	case GS_SEND_FAILED:
		write_send_failed(out, &event->send_failed);
		break;
	case GS_REMOTE_ERROR:
		fprintf(out, "{error=%u, assoc_id=#%d, data=", event->remote_error.error, event->remote_error.assoc_id);
		write_text(out, event->remote_error.bytes, event->remote_error.length);
		fputc('}', out);
		break;
	case GS_SHUTDOWN_EVENT:
		fprintf(out, "{assoc_id=#%d}", event->shutdown_event.assoc_id);
		break;
	case GS_PDAPI_EVENT:
		fprintf(out, "{indication=%s, assoc_id=#%d}",
			event->pdapi_event.indication == 0 ? "partial_delivery_aborted" : "?",
			event->pdapi_event.assoc_id);
		break;
	case GS_ADAPTATION_EVENT:
		fprintf(out, "{adaptation_ind=%u, assoc_id=#%d}", event->adaptation_event.adaptation_ind,
			event->adaptation_event.assoc_id);
		break;
	}
}

void write_message(FILE *out, const struct gs_message *message)
{
	const struct gs_data *data = &message->event.data;

	write_address(out, &message->from);
	fputc(' ', out);
	if (message->event.type != GS_DATA) {
		write_event(out, &message->event);
		return;
	}
	if (data->has_info) {
		fputs("sctp_sndrcvinfo", out);
		write_sndrcvinfo(out, &data->info);
		fputc(' ', out);
	}
	write_text(out, data->bytes, data->length);
}

bool read_address(const struct term *term, uint16_t port, union gs_addr *out)
{
	return term && term->kind == TERM_WORD && gs_addr_parse(term->text, port, out) == GS_OK;
}

int32_t read_assoc(const struct term *term)
{
	while (term && term->kind == TERM_CALL) /* assoc(N), id(assoc(N)) */
		term = term->items;
	return term ? (int32_t)term->number : 0;
}

static void add_octets(struct octets *octets, const struct term *term)
{
	const bool pattern = term->kind == TERM_CALL && strcmp(term->text, "bytes") == 0;
	const size_t length = pattern && term->items ? (size_t)term->items->number : term->length;
	unsigned char *more;

	if (term->kind == TERM_LIST) {
		for (const struct term *item = term->items; item; item = item->next)
			add_octets(octets, item);
		return;
	}
	more = realloc(octets->bytes, octets->length + length + 1);
	if (!more)
		return;
	octets->bytes = more;
	for (size_t i = 0; i < length; i++)
		more[octets->length + i] = pattern ? (unsigned char)(i % PERIOD) : (unsigned char)term->text[i];
	octets->length += length;
}

struct octets read_octets(const struct term *term)
{
	struct octets octets = { malloc(1), 0 };

	if (term)
		add_octets(&octets, term);
	return octets;
}
