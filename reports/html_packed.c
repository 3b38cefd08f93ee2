/* SPDX-License-Identifier: Apache-2.0 */
/*
 * html_packed.c - a part of the page that few will look at, deflated: in an attribute of a <div>,
 * which report.js puts in its place when a reader opens what is around it. A browser's own
 * DecompressionStream reads it. What stands there until then is in report.css, once for all of them.
 */
#include "reports/html.h"

#include <stdbool.h>
#include <stdlib.h>

#include <zlib.h>

/* The part as a zlib stream; malloc'd, NULL without memory. */
static Bytef *deflated(html_part *put, const struct report_run *run, const struct report_case *test, uLongf *length)
{
	char *bytes = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&bytes, &size);
	struct markup *part = out ? markup_new(out, MARKUP_FRAGMENT) : NULL;
	Bytef *packed = NULL;
	bool whole = false;

	if (part) {
		put(part, run, test);
		whole = markup_end(part) == 0;
	}
	if (out && fclose(out) == 0 && whole) {
		*length = compressBound(size);
		packed = malloc(*length);
	}
	if (packed && compress2(packed, length, (const Bytef *)bytes, size, Z_BEST_COMPRESSION) != Z_OK) {
		free(packed);
		packed = NULL;
	}
	free(bytes);
	return packed;
}

void html_packed(struct markup *html, html_part *put, const struct report_run *run, const struct report_case *test)
{
	uLongf length = 0;
	Bytef *packed = deflated(put, run, test, &length);

	if (!packed) {
		put(html, run, test);
		return;
	}
	markup_open(html, "div", "class", "packed", NULL);
	markup_attribute_begin(html, "data-packed");
	markup_base64(html, packed, length);
	markup_attribute_end(html);
	markup_close(html);
	markup_raw(html, "\n");
	free(packed);
}
