/* SPDX-License-Identifier: Apache-2.0 */
/*
 * markup.h - XML and HTML elements with their text escaped, over libxml2's writer.
 *
 * Escaping lives here and nowhere else. Errors (only memory can run out) stick and come out at the
 * end. Attributes are given as name, value, ..., NULL; a NULL value leaves that attribute out.
 */
#ifndef SCTPSPEC_REPORTS_MARKUP_H
#define SCTPSPEC_REPORTS_MARKUP_H

#include <stdio.h>

struct markup;

/* A fragment is HTML that will be put into a page. */
enum markup_language { MARKUP_XML, MARKUP_HTML, MARKUP_FRAGMENT };

/* NULL without memory. XML is indented and begins with its declaration; HTML is as it is written.
 */
struct markup *markup_new(FILE *out, enum markup_language language);
void markup_open(struct markup *markup, const char *element, ...) __attribute__((sentinel));
void markup_text(struct markup *markup, const char *text);
void markup_format(struct markup *markup, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* An attribute of the element that was just opened. */
void markup_attribute(struct markup *markup, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* An attribute in parts, which are text and any bytes, as base64 in lines. */
void markup_attribute_begin(struct markup *markup, const char *name);
void markup_base64(struct markup *markup, const void *bytes, size_t length);
void markup_attribute_end(struct markup *markup);
/* Not escaped: for text of our own, such as a style sheet. */
void markup_raw(struct markup *markup, const char *text);
/* Closes the innermost element. */
void markup_close(struct markup *markup);
/* An element with text and nothing else. */
void markup_leaf(struct markup *markup, const char *element, const char *text, ...) __attribute__((sentinel));
/* Closes what is open, and frees. 0 or -ENOMEM. */
int markup_end(struct markup *markup);

#endif
