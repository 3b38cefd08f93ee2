/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - harmless text: see text.h. Pure; owns nothing. */
#include "reports/text.h"

#include <stdio.h>
#include <string.h>

#define REPLACEMENT 0xfffdU
#define CONTROL_PICTURES 0x2400U
#define PICTURE_OF_DELETE 0x2421U

/* Where the output goes; only counted when there is no room given. */
struct sink {
	char *out;
	size_t length;
};

static void put_bytes(struct sink *sink, const char *bytes, size_t length)
{
	if (sink->out)
		memcpy(sink->out + sink->length, bytes, length);
	sink->length += length;
}

static void put_character(struct sink *sink, uint32_t c)
{
	char utf8[4];
	size_t n = 0;

	if (c < 0x80) {
		utf8[n++] = (char)c;
	} else if (c < 0x800) {
		utf8[n++] = (char)(0xc0 | c >> 6);
		utf8[n++] = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		utf8[n++] = (char)(0xe0 | c >> 12);
		utf8[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		utf8[n++] = (char)(0x80 | (c & 0x3f));
	} else {
		utf8[n++] = (char)(0xf0 | c >> 18);
		utf8[n++] = (char)(0x80 | (c >> 12 & 0x3f));
		utf8[n++] = (char)(0x80 | (c >> 6 & 0x3f));
		utf8[n++] = (char)(0x80 | (c & 0x3f));
	}
	put_bytes(sink, utf8, n);
}

/* One character from UTF-8: its length, or 0 when the bytes are not UTF-8. */
static size_t text_decode(const char *bytes, size_t length, uint32_t *character)
{
	/* The smallest value that needs this many bytes: anything below is an overlong form. */
	static const uint32_t smallest[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)bytes;

	if (length == 0)
		return 0;
	if (p[0] < 0x80) {
		*character = p[0];
		return 1;
	}

	const size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || length < n)
		return 0;

	uint32_t c = p[0] & (0xffU >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (c < smallest[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	*character = c;
	return n;
}

bool text_is_utf8(const char *bytes, size_t length)
{
	uint32_t c;

	for (size_t i = 0, n; i < length; i += n) {
		n = text_decode(bytes + i, length - i, &c);
		if (n == 0)
			return false;
	}
	return true;
}

/* Characters that hide text, reorder it or end a line unseen, and those that XML 1.0 does not have.
 */
static bool deceives(uint32_t c)
{
	return (c >= 0x80 && c <= 0x9f) || c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
		(c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
}

static uint32_t harmless(uint32_t c, enum text_kind kind)
{
	if (kind == TEXT_BYTES || (kind == TEXT_BLOCK && (c == '\n' || c == '\t')))
		return c;
	if (c < 0x20)
		return CONTROL_PICTURES + c;
	if (c == 0x7f)
		return PICTURE_OF_DELETE;
	return deceives(c) ? REPLACEMENT : c;
}

size_t text_clean(char *out, const char *bytes, size_t length, enum text_kind kind)
{
	const size_t limit = kind == TEXT_LINE ? TEXT_LINE_MAX : kind == TEXT_BLOCK ? TEXT_BLOCK_MAX : SIZE_MAX;
	struct sink sink = { .out = out };
	size_t i = 0;

	while (kind == TEXT_BLOCK && length && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r'))
		length--;
	while (i < length) {
		uint32_t c = REPLACEMENT;
		const size_t n = text_decode(bytes + i, length - i, &c);

		if (i + (n ? n : 1) > limit)
			break;
		i += n ? n : 1;
		if (kind == TEXT_BLOCK && c == '\r' && i < length && bytes[i] == '\n')
			continue;
		put_character(&sink, harmless(c, kind));
	}
	if (i < length) {
		char note[64];
		const int n = snprintf(
			note, sizeof(note), "%s[cut here: %zu bytes in all]", kind == TEXT_BLOCK ? "\n" : " ", length);

		put_bytes(&sink, note, (size_t)n);
	}
	if (out)
		out[sink.length] = '\0';
	return sink.length;
}
