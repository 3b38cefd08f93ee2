/* SPDX-License-Identifier: Apache-2.0 */
/* page.c - see page.h. */
#include "reports/tests/page.h"

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define BEGIN "<div class=\"packed\" data-packed=\""
#define END "</div>"

/* Base64 up to a quotation mark, as browsers' atob reads it: blanks do not count. */
static unsigned char *decoded(const char *text, size_t *length)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned char *bytes = malloc(strlen(text) + 1);
	uint32_t bits = 0;
	int n = 0;

	ck_assert_ptr_nonnull(bytes);
	*length = 0;
	for (; *text != '"' && *text != '='; text++) {
		const char *digit = strchr(digits, *text);

		if (*text == '\r' || *text == '\n')
			continue;
		ck_assert_msg(*text && digit, "not base64: %.20s", text);
		bits = bits << 6 | (uint32_t)(digit - digits);
		if (++n % 4 != 1)
			bytes[(*length)++] = (unsigned char)(bits >> (6 - 2 * ((n - 1) % 4)));
	}
	return bytes;
}

static void unpack(const char *text, FILE *out)
{
	unsigned char piece[4096];
	z_stream stream = { 0 };
	size_t length;
	unsigned char *bytes = decoded(text, &length);
	int status;

	ck_assert_int_eq(inflateInit(&stream), Z_OK);
	stream.next_in = bytes;
	stream.avail_in = (uInt)length;
	do {
		stream.next_out = piece;
		stream.avail_out = sizeof(piece);
		status = inflate(&stream, Z_NO_FLUSH);
		ck_assert_msg(status == Z_OK || status == Z_STREAM_END, "inflate: %d", status);
		fwrite(piece, 1, sizeof(piece) - stream.avail_out, out);
	} while (status != Z_STREAM_END);
	ck_assert_uint_eq(stream.avail_in, 0); /* more would be an error to a browser */
	inflateEnd(&stream);
	free(bytes);
}

char *page_unpacked(const char *page, size_t *length, size_t *parts)
{
	char *bytes = NULL;
	FILE *out = open_memstream(&bytes, length);

	ck_assert_ptr_nonnull(out);
	*parts = 0;
	for (const char *part; (part = strstr(page, BEGIN)); ++*parts) {
		const char *end = strstr(part, END);

		ck_assert_ptr_nonnull(end);
		fwrite(page, 1, (size_t)(part - page), out);
		unpack(part + strlen(BEGIN), out);
		page = end + strlen(END);
	}
	fputs(page, out);
	ck_assert_int_eq(fclose(out), 0);
	return bytes;
}
