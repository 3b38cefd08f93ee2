/* SPDX-License-Identifier: Apache-2.0 */
/* markup.c - see markup.h. */
#include "reports/markup.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>

#include <libxml/xmlwriter.h>

struct markup {
	xmlTextWriterPtr writer;
	enum markup_language language;
	bool failed;
};

static void mind(struct markup *markup, int status)
{
	if (status < 0)
		markup->failed = true;
}

struct markup *markup_new(FILE *out, enum markup_language language)
{
	struct markup *markup = calloc(1, sizeof(*markup));
	xmlOutputBufferPtr buffer = markup ? xmlOutputBufferCreateFile(out, NULL) : NULL;

	if (!buffer) {
		free(markup);
		return NULL;
	}
	markup->language = language;
	markup->writer = xmlNewTextWriter(buffer);
	if (!markup->writer) {
		xmlOutputBufferClose(buffer);
		free(markup);
		return NULL;
	}
	if (language == MARKUP_XML) {
		mind(markup, xmlTextWriterSetIndent(markup->writer, 1));
		mind(markup, xmlTextWriterSetIndentString(markup->writer, BAD_CAST "  "));
		mind(markup, xmlTextWriterStartDocument(markup->writer, NULL, "UTF-8", NULL));
	} else if (language == MARKUP_HTML) {
		mind(markup, xmlTextWriterWriteRaw(markup->writer, BAD_CAST "<!DOCTYPE html>\n"));
	}
	return markup;
}

static void open_element(struct markup *markup, const char *element, va_list attributes)
{
	mind(markup, xmlTextWriterStartElement(markup->writer, BAD_CAST element));
	for (const char *name; (name = va_arg(attributes, const char *));) {
		const char *value = va_arg(attributes, const char *);

		if (value)
			mind(markup, xmlTextWriterWriteAttribute(markup->writer, BAD_CAST name, BAD_CAST value));
	}
}

void markup_open(struct markup *markup, const char *element, ...)
{
	va_list attributes;

	va_start(attributes, element);
	open_element(markup, element, attributes);
	va_end(attributes);
}

void markup_text(struct markup *markup, const char *text)
{
	mind(markup, xmlTextWriterWriteString(markup->writer, BAD_CAST text));
}

void markup_format(struct markup *markup, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	const int n = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (n < 0) {
		markup->failed = true;
		return;
	}
	markup_text(markup, text);
	free(text);
}

void markup_attribute(struct markup *markup, const char *name, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	const int n = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (n < 0) {
		markup->failed = true;
		return;
	}
	mind(markup, xmlTextWriterWriteAttribute(markup->writer, BAD_CAST name, BAD_CAST text));
	free(text);
}

void markup_attribute_begin(struct markup *markup, const char *name)
{
	mind(markup, xmlTextWriterStartAttribute(markup->writer, BAD_CAST name));
}

void markup_base64(struct markup *markup, const void *bytes, size_t length)
{
	if (length > INT_MAX)
		markup->failed = true;
	else
		mind(markup, xmlTextWriterWriteBase64(markup->writer, bytes, 0, (int)length));
}

void markup_attribute_end(struct markup *markup)
{
	mind(markup, xmlTextWriterEndAttribute(markup->writer));
}

void markup_raw(struct markup *markup, const char *text)
{
	mind(markup, xmlTextWriterWriteRaw(markup->writer, BAD_CAST text));
}

void markup_close(struct markup *markup)
{
	if (markup->language == MARKUP_XML)
		mind(markup, xmlTextWriterEndElement(markup->writer));
	else
		mind(markup, xmlTextWriterFullEndElement(markup->writer));
}

void markup_leaf(struct markup *markup, const char *element, const char *text, ...)
{
	va_list attributes;

	va_start(attributes, text);
	open_element(markup, element, attributes);
	va_end(attributes);
	markup_text(markup, text);
	markup_close(markup);
}

int markup_end(struct markup *markup)
{
	bool failed;

	mind(markup, xmlTextWriterEndDocument(markup->writer));
	mind(markup, xmlTextWriterFlush(markup->writer));
	failed = markup->failed;
	xmlFreeTextWriter(markup->writer);
	free(markup);
	return failed ? -ENOMEM : 0;
}
