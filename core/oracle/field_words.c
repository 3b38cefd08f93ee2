/* SPDX-License-Identifier: Apache-2.0 */
/* field_words.c - reads and writes structs by tables of their fields. */
#include "field_words.h"
#include "words.h"

#include <string.h>

const struct flag_word send_flags[] = { { "abort", GS_ABORT }, { "addr_over", GS_ADDR_OVER }, { "eof", GS_EOF },
	{ "unordered", GS_UNORDERED }, { NULL, 0 } };

void write_flags(FILE *out, uint32_t bits, const struct flag_word *words)
{
	const char *comma = "";

	fputc('[', out);
	for (; words->word; words++) {
		if (bits & words->bit) {
			fprintf(out, "%s%s", comma, words->word);
			comma = ", ";
		}
	}
	fputc(']', out);
}

static void write_field(FILE *out, const void *at, const struct field_word *field)
{
	const struct gs_maybe *maybe = at;

	switch (field->kind) {
	case W_ASSOC:
		fprintf(out, "#%d", *(const int32_t *)at);
		break;
	case W_MAYBE:
		fprintf(out, "%lld", (long long)maybe->value);
		break;
	case W_BOOL:
		fputs(maybe->value ? "true" : "false", out);
		break;
	case W_FLAGS:
		write_flags(out, (uint32_t)maybe->value, field->flags);
		break;
	case W_BITS:
		write_flags(out, *(const uint32_t *)at, field->flags);
		break;
	case W_ADDR:
		write_address(out, at);
		break;
	case W_U32:
		fprintf(out, "%u", *(const uint32_t *)at);
		break;
	case W_U16:
		fprintf(out, "%u", *(const uint16_t *)at);
		break;
	case W_VALUE:
		fprintf(out, "%lld", (long long)*(const int64_t *)at);
		break;
	case W_STATUS:
		fputs(gs_assoc_status_name(*(const int32_t *)at), out);
		break;
	case W_PATH:
		fputs(gs_path_name(*(const int32_t *)at), out);
		break;
	case W_NESTED:
		write_fields(out, at, field->nested);
		break;
	case W_END:
		break;
	}
}

void write_fields(FILE *out, const void *base, const struct field_word *fields)
{
	const char *comma = "";

	fputc('{', out);
	for (; fields->word; fields++) {
		fprintf(out, "%s%s=", comma, fields->word);
		write_field(out, (const char *)base + fields->offset, fields);
		comma = ", ";
	}
	fputc('}', out);
}

/* A word that is none of them becomes a bit that nobody knows. */
static uint32_t read_flags(const struct term *list, const struct flag_word *words)
{
	uint32_t bits = 0;

	for (const struct term *item = list->items; item; item = item->next) {
		const struct flag_word *word = words;

		while (word->word && !term_is_word(item, word->word))
			word++;
		bits |= word->word ? word->bit : 0x8000;
	}
	return bits;
}

static const char *read_field(const struct term *value, const struct field_word *field, void *at)
{
	struct gs_maybe *maybe = at;

	switch (field->kind) {
	case W_ASSOC:
		*(int32_t *)at = read_assoc(value);
		return NULL;
	case W_MAYBE:
		*maybe = (struct gs_maybe)GS_SET(value->number);
		return NULL;
	case W_BOOL:
		*maybe = (struct gs_maybe)GS_SET(term_is_word(value, "true"));
		return NULL;
	case W_FLAGS:
		*maybe = (struct gs_maybe)GS_SET(read_flags(value, field->flags));
		return NULL;
	case W_BITS:
		*(uint32_t *)at = read_flags(value, field->flags);
		return NULL;
	case W_ADDR:
		if (!term_at(value, 1) || !read_address(term_at(value, 0), (uint16_t)term_at(value, 1)->number, at))
			return "an address in a record is [ADDRESS, PORT]";
		return NULL;
	case W_U32:
		*(uint32_t *)at = (uint32_t)value->number;
		return NULL;
	case W_VALUE:
		*(int64_t *)at = value->number;
		return NULL;
	default:
		return "this field can only be read";
	}
}

const char *read_fields(const struct term *record, const struct field_word *fields, void *base)
{
	for (const struct term *item = record->items; item; item = item->next) {
		const struct field_word *field = fields;
		const char *trouble;

		while (field->word && !(item->key && strcmp(item->key, field->word) == 0))
			field++;
		if (!field->word)
			return "an unknown field";
		trouble = read_field(item, field, (char *)base + field->offset);
		if (trouble)
			return trouble;
	}
	return NULL;
}
