/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pattern.c - is a packet what was expected? What is set in the pattern is compared, and nothing else: gaps, duplicate
 * TSNs and causes must be exactly those, of the parameters these must be among the others, in this order.
 */
#include "netns/wire/chunk_kind.h"

#include <string.h>

static bool field_fits(const struct field *wanted, const struct field *got)
{
	return !wanted->set || (got->set && got->value >= wanted->value && got->value <= wanted->to);
}

static bool octets_fit(const struct octets *wanted, const struct octets *got)
{
	return !wanted->set ||
		(wanted->length == got->length &&
			(wanted->length == 0 || memcmp(wanted->bytes, got->bytes, wanted->length) == 0));
}

static bool tlv_fits(const struct tlv *wanted, const struct tlv *got)
{
	return wanted->type == got->type && octets_fit(&wanted->value, &got->value) &&
		field_fits(&wanted->number, &got->number) && field_fits(&wanted->length, &got->length);
}

static bool are_these(const struct tlvs *wanted, const struct tlvs *got)
{
	if (!wanted->set)
		return true;
	if (wanted->count != got->count)
		return false;
	for (unsigned i = 0; i < wanted->count; i++)
		if (!tlv_fits(&wanted->list[i], &got->list[i]))
			return false;
	return true;
}

static bool has_these(const struct tlvs *wanted, const struct tlvs *got)
{
	unsigned found = 0;

	for (unsigned i = 0; i < got->count && found < wanted->count; i++)
		found += tlv_fits(&wanted->list[found], &got->list[i]);
	return found == wanted->count;
}

static bool gaps_fit(const struct gaps *wanted, const struct gaps *got)
{
	if (!wanted->set)
		return true;
	if (wanted->count != got->count)
		return false;
	for (unsigned i = 0; i < wanted->count; i++)
		if (wanted->list[i].start != got->list[i].start || wanted->list[i].end != got->list[i].end)
			return false;
	return true;
}

static bool tsns_fit(const struct tsns *wanted, const struct tsns *got)
{
	return !wanted->set ||
		(wanted->count == got->count &&
			(wanted->count == 0 ||
				memcmp(wanted->list, got->list, wanted->count * sizeof(*wanted->list)) == 0));
}

static bool tlvs_fit(const struct chunk_kind *kind, const struct wire_chunk *wanted, const struct wire_chunk *got)
{
	if (!are_these(&wanted->reported, &got->reported))
		return false;
	return kind->tail == TAIL_CAUSES ? are_these(&wanted->causes, &got->causes)
					 : has_these(&wanted->parameters, &got->parameters);
}

bool wire_chunk_fits(const struct wire_chunk *wanted, const struct wire_chunk *got)
{
	const struct chunk_kind *kind = chunk_kind(got->type);

	if (wanted->any)
		return true;
	if (wanted->type != got->type || !field_fits(&wanted->flags, &got->flags) ||
		!field_fits(&wanted->length, &got->length))
		return false;
	for (unsigned i = 0; i < kind->row_count; i++)
		if (!field_fits(row_field_of(&kind->rows[i], wanted), row_field_of(&kind->rows[i], got)))
			return false;
	return octets_fit(&wanted->value, &got->value) && octets_fit(&wanted->raw, &got->raw) &&
		tlvs_fit(kind, wanted, got) && gaps_fit(&wanted->gaps, &got->gaps) &&
		tsns_fit(&wanted->duplicates, &got->duplicates);
}

static bool is_of_type(const struct wire_chunk *wanted, const struct wire_chunk *got)
{
	return wanted->any || wanted->type == got->type;
}

typedef bool fits(const struct wire_chunk *wanted, const struct wire_chunk *got);

static bool chunks_fit(const struct wire_pattern *wanted, const struct wire_packet *got, fits *fit)
{
	unsigned found = 0;

	if (wanted->alone && wanted->packet.count != got->count)
		return false;
	for (unsigned i = 0; i < got->count && found < wanted->packet.count; i++)
		found += fit(&wanted->packet.chunks[found], &got->chunks[i]);
	return found == wanted->packet.count;
}

static bool path_fits(const struct wire_pattern *wanted, const struct wire_packet *got)
{
	return wanted->packet.path < 0 || wanted->packet.path == got->path;
}

bool wire_pattern_fits(const struct wire_pattern *wanted, const struct wire_packet *got)
{
	const struct wire_header *header = &wanted->packet.header, *its = &got->header;

	return !got->bad_checksum && path_fits(wanted, got) && field_fits(&header->source_port, &its->source_port) &&
		field_fits(&header->destination_port, &its->destination_port) &&
		field_fits(&header->verification_tag, &its->verification_tag) &&
		chunks_fit(wanted, got, wire_chunk_fits);
}

bool wire_pattern_resembles(const struct wire_pattern *wanted, const struct wire_packet *got)
{
	return path_fits(wanted, got) && chunks_fit(wanted, got, is_of_type);
}
